"""The scope a visitor chooses (地区、截至日期): what was typed as a checked :class:`Profile`, and choices to offer."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.errors import ScopeError
from assistant.types import Profile
from corpus.dates import parse_date
from corpus.regions import display, gazetteer, parts_of
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


def read_profile(region: str | None, as_of: str | None, say: Words = CHINESE) -> Profile:
    """The profile for what the two selectors hold; blank means not stated.

    Raises:
        ScopeError: a place or date that does not exist; the message says what is accepted.
    """
    place, day = (region or "").strip(), (as_of or "").strip()
    try:
        path = gazetteer().resolve(place) if place and place != say("scope.anywhere") else None
    except ValueError as error:
        raise ScopeError(say("scope.bad_region", place=place, told=error)) from error
    try:
        return Profile(region=path or None, as_of=parse_date(day) if day else None)
    except ValueError as error:
        raise ScopeError(say("scope.bad_date", day=day, told=error)) from error
