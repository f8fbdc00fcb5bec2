"""What the user settled, in the place of what was read (核对后的要素)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from corpus.types import UNKNOWN_REGION, Fact, Front

_ONE = ("title", "region", "level", "effective_on", "expires_on")


def settled(front: Front, facts: Mapping[str, Any]) -> Front:
    """``front`` with every fact of a ``notice.toml`` that differs from it put in, as the user's.

    Args:
        facts: keys of :class:`corpus.types.Notice`. A key that is absent changes nothing; None for a date says there
            is none.
    """
    changed: dict[str, Any] = {}
    for key in _ONE:
        if key in facts and facts[key] != UNKNOWN_REGION:
            changed[key] = _kept(getattr(front, key), facts[key])
    if facts.get("number") and facts["number"] not in {fact.value for fact in front.numbers}:
        changed["numbers"] = (Fact(facts["number"], source="user"),)
    if facts.get("issuer") and facts["issuer"] != "、".join(fact.value for fact in front.issuers):
        changed["issuers"] = tuple(Fact(name, source="user") for name in facts["issuer"].split("、"))
    if isinstance(facts.get("issued_on"), date) and facts["issued_on"] != issued_on(front):
        changed["signed_on"] = Fact(facts["issued_on"], source="user")
    if facts.get("addressees") and tuple(facts["addressees"]) != tuple(fact.value for fact in front.addressees):
        changed["addressees"] = tuple(Fact(name, source="user") for name in facts["addressees"])
    return replace(front, **changed)


def issued_on(front: Front) -> date | None:
    """The date of issue (成文日期): the signature, or for a regulation its latest adoption, amendment or promulgation."""
    fact = issued_fact(front)
    return fact.value if fact is not None else None


def issued_fact(front: Front) -> Fact[date] | None:
    """As :func:`issued_on`, with span and confidence."""
    if front.signed_on is not None:
        return front.signed_on
    dated = [fact for fact in (front.adopted_on, front.published_on, *front.amended_on) if fact is not None]
    own = [fact for fact in dated if fact.source == "text"]
    return max(own or dated, key=lambda fact: fact.value, default=None)


def _kept(read: Fact[Any] | None, value: Any) -> Fact[Any] | None:
    if read is not None and read.value == value:
        return read
    return None if value is None else Fact(value, source="user")
