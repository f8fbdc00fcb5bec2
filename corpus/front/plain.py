"""Front matter as JSON can hold it, for the cache of what was read; the inverse refuses any other shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from corpus.types import Fact, Front, Level, Span, Target

FRONT_VERSION = 6  # raise it when reading changes, so that what an earlier reader cached is read anew
_MANY = ("numbers", "issuers", "addressees", "amended_on", "approvals", "repeals", "amends")
_DATES = ("adopted_on", "signed_on", "published_on", "effective_on", "expires_on", "amended_on")
_TARGETS = ("repeals", "amends")


def front_to_plain(front: Front) -> dict[str, Any]:
    """Only what is there: ``{"title": ["标题", [0, 8], 0.97, "text"], …}``."""
    plain: dict[str, Any] = {"version": FRONT_VERSION}
    for one in fields(Front):
        value = getattr(front, one.name)
        if value:
            plain[one.name] = [_fact(fact) for fact in value] if one.name in _MANY else _fact(value)
    return plain


def front_from_plain(plain: Mapping[str, Any]) -> Front:
    """The inverse of :func:`front_to_plain`.

    Raises:
        KeyError, TypeError, ValueError, AttributeError: not what it wrote.
    """
    if plain["version"] != FRONT_VERSION:
        raise ValueError("另一版读出的要素")
    values: dict[str, Any] = {}
    for name, value in plain.items():
        if name == "version":
            continue
        read = _reader(name)
        values[name] = tuple(_read(one, read) for one in value) if name in _MANY else _read(value, read)
    return Front(**values)


def _fact(fact: Fact[Any]) -> list[Any]:
    value = fact.value
    if isinstance(value, date):
        value = value.isoformat()
    elif isinstance(value, Target):
        value = [value.name, value.number, value.part]
    span = None if fact.span is None else [fact.span.start, fact.span.end]
    return [str(value) if isinstance(value, Level) else value, span, fact.confidence, fact.source]


def _read(plain: Any, read: Callable[[Any], Any]) -> Fact[Any]:
    value, span, confidence, source = plain
    return Fact(read(value), None if span is None else Span(*span), float(confidence), str(source))


def _reader(name: str) -> Callable[[Any], Any]:
    if name in _DATES:
        return date.fromisoformat
    if name in _TARGETS:
        return lambda value: Target(*value)
    return Level if name == "level" else str
