"""Units that issue documents of their own (单位): a hospital's notice binds that hospital, and lies below the place it sits in.

A unit is the last part of a region path (``青海省/西宁市/城北区/西宁市城北区人民医院``), so whatever holds for a place holds for the
units in it and for no other unit. The trap: a unit's name mostly begins with its place, which is then said once.
"""

from __future__ import annotations

from collections.abc import Iterable

from corpus.front.organs import is_internal, region_of
from corpus.regions import RegionError, display, gazetteer, is_within, parts_of
from corpus.types import Notice


def unit_of(path: str) -> str:
    """The unit a region path ends in, "" where it is a place.

    >>> unit_of("青海省/西宁市/城北区/西宁市城北区人民医院"), unit_of("青海省/西宁市")
    ('西宁市城北区人民医院', '')
    """
    last = parts_of(path)[-1:]
    return last[0] if last and path not in gazetteer().paths and is_internal(last[0]) else ""


def place_of(path: str) -> str:
    """The place of a region path, without the unit it may end in."""
    return "/".join(parts_of(path)[:-1]) if unit_of(path) else path


def units_in(notices: Iterable[Notice]) -> tuple[str, ...]:
    """Region paths of the units that issued notices, by name."""
    return tuple(sorted({n.region for n in notices if unit_of(n.region)}, key=unit_of))


def unit_path(place: str, unit: str, known: Iterable[str] = ()) -> str:
    """The path of ``unit`` in ``place`` ("" not said): as the library knows it, else as its name says, else below the place.

    Args:
        known: paths of the units of the library.

    Raises:
        RegionError: no name of a unit, or of one that sits elsewhere; Chinese, with the remedy.
    """
    name = "".join(unit.split())
    held = next((path for path in known if unit_of(path) == name), "")
    if not held and not is_internal(name):
        raise RegionError(f"“{unit}”不像单位的全称。请写全称，如 湛江市第二人民医院，或留空")
    said = region_of(name, (place,) if place else ())
    own = held or (said[0] if said else name)
    where = place_of(own) if own != name else ""
    if not place or not where or is_within(where, place):
        return own if where or not place else f"{place}/{name}"
    if is_within(place, where):
        return held or f"{place}/{name}"
    raise RegionError(f"{name}在{display(where)}，不在所选的{display(place)}。请改所在地，或留空")


def resolve(text: str) -> str:
    """The path of a place or of a unit written in any usual way: ``湛江``, ``西宁市城北区人民医院``, a path that ends in a unit.

    Raises:
        RegionError: neither; the message offers candidates.
    """
    wanted = text.strip().strip("/")
    above, _, last = wanted.rpartition("/")
    if is_internal(last) and wanted not in gazetteer().paths:
        return unit_path(gazetteer().resolve(above) if above else "", last)
    return gazetteer().resolve(text)
