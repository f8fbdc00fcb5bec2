"""The scope a visitor chooses (地区、截至日期、我的医院): what was typed as a checked :class:`Profile`, and choices to offer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.errors import ScopeError
from assistant.hospitals import HospitalKind
from assistant.types import Profile
from corpus.dates import parse_date
from corpus.establishments import resolve, unit_of
from corpus.regions import display, parts_of
from corpus.types import Notice
from pages.words import CHINESE, Words


def region_choices(notices: Iterable[Notice], say: Words = CHINESE) -> list[tuple[str, str]]:
    """``(label, region path)`` of every place the corpus speaks of and the places above it, widest first."""
    paths: set[str] = set()
    for notice in notices:
        parts = parts_of(notice.region)
        paths.update("/".join(parts[: depth + 1]) for depth in range(len(parts)))
    ordered = sorted(paths, key=lambda path: (path.split("/")[0], path.count("/"), path))
    return [(say("scope.anywhere"), ""), *((display(path), path) for path in ordered)]


def read_profile(
    region: str | None, as_of: str | None, say: Words = CHINESE, kinds: Sequence[HospitalKind] = ()
) -> Profile:
    """The profile for what the two selectors hold and what the hospital is; blank means not stated.

    Raises:
        ScopeError: a place or date that does not exist; the message says what is accepted.
    """
    place, day = (region or "").strip(), (as_of or "").strip()
    try:
        path = resolve(place) if place and place != say("scope.anywhere") else None
    except ValueError as error:
        raise ScopeError(say("scope.bad_region", place=place, told=error)) from error
    try:
        return Profile(path or None, parse_date(day) if day else None, tuple(kinds))
    except ValueError as error:
        raise ScopeError(say("scope.bad_date", day=day, told=error)) from error


@dataclass(frozen=True, slots=True)
class Hospital:
    """What the asker is; "" and () are not said."""

    region: str = ""
    kinds: tuple[HospitalKind, ...] = ()


def read_hospital(text: str | None) -> Hospital:
    """What the browser kept.

    >>> read_hospital('{"region": "广东省/湛江市", "kinds": ["public", "?"]}').kinds
    (<HospitalKind.PUBLIC: 'public'>,)
    >>> read_hospital("damaged") == Hospital()
    True
    """
    try:
        said = json.loads(text or "{}")
        region = str(said.get("region") or "")
        path = resolve(region) if region else ""
        kinds = tuple(HospitalKind(one) for one in said.get("kinds", ()) if one in set(HospitalKind))
    except (ValueError, TypeError, AttributeError):
        return Hospital()
    return Hospital(path, kinds)


def own_kind(kind: HospitalKind, say: Words = CHINESE) -> str:
    """What a hospital calls itself: notices speak of grade two and above, a hospital is of one grade."""
    return say("hospital.own_secondary") if kind is HospitalKind.SECONDARY else say(f"kind.{kind}")


def label_of(hospital: Hospital, say: Words = CHINESE) -> str:
    """The hospital in a few words: 湛江市 · 公立医院 · 三级医院; "" for none."""
    place = [unit_of(hospital.region) or display(hospital.region)] if hospital.region else []
    return " · ".join([*place, *(own_kind(kind, say) for kind in hospital.kinds)])
