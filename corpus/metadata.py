"""The facts of a notice (文件要素) as the rest of the code wants them, from its front matter, with what is in doubt.

A thin adapter over :mod:`corpus.front`: one value a key, a confidence for each, and a Chinese sentence for each that is
missing or unsure. The trap: a fact the text does not state stays None; only the user fills it in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from corpus.front import read_front
from corpus.front.settle import issued_fact
from corpus.grammar import form
from corpus.types import DOUBTFUL, Article, Fact, Front, Level
from corpus.validity import horizon_of

_INNER = form("name.inner_issued")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value that is missing or uncertain: its key and a Chinese sentence with the remedy."""

    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a notice's text says of the notice. ``region`` is None where unknown ("" is the whole country)."""

    title: str | None = None
    number: str | None = None
    issuer: str | None = None
    region: str | None = None
    level: Level = Level.UNKNOWN
    issued_on: date | None = None
    published_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    horizon: tuple[int, int] | None = None
    addressees: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    confidence: Mapping[str, float] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


def read_metadata(text: str, articles: Sequence[Article] = (), hints: Mapping[str, str] | None = None) -> Metadata:
    """Metadata of a cleaned notice; arguments as for :func:`corpus.front.read_front`."""
    return metadata_of(read_front(text, articles, hints), text)


def metadata_of(front: Front, text: str) -> Metadata:
    """One value a key of what ``front`` says."""
    issued = issued_fact(front)
    one: dict[str, Fact[Any] | None] = {
        "title": front.title, "number": front.numbers[0] if front.numbers else None, "region": front.region,
        "level": front.level, "issued_on": issued, "published_on": front.published_on,
        "effective_on": front.effective_on, "expires_on": front.expires_on,
    }  # fmt: skip
    values: dict[str, object] = {key: fact.value for key, fact in one.items() if fact is not None}
    sure = {key: fact.confidence for key, fact in one.items() if fact is not None}
    if front.issuers:
        values["issuer"] = "、".join(fact.value for fact in front.issuers)
        sure["issuer"] = min(fact.confidence for fact in front.issuers)
    if front.addressees:
        values["addressees"] = tuple(fact.value for fact in front.addressees)
        sure["addressees"] = min(fact.confidence for fact in front.addressees)
    title = front.title.value if front.title is not None else ""
    horizon = horizon_of(title, text, issued.value if issued is not None else None)
    if horizon is not None:
        values["horizon"], sure["horizon"] = horizon
    inner = _INNER.search(title)
    if inner is not None:
        values["aliases"] = (inner["title"].strip("《》〈〉"),)
    number = front.numbers[0].value if front.numbers else None
    doubts = _doubts(values, sure, number, issued.value if issued is not None else None)
    return Metadata(**values, confidence=sure, doubts=tuple(doubts))  # type: ignore[arg-type]


_ASKED = {
    "title": "标题",
    "issuer": "发文机关",
    "region": "适用地区",
    "issued_on": "成文日期",
    "number": "文号",
}
_EXAMPLE = {
    "title": "某市人民政府关于……的通知",
    "issuer": "某市人民政府",
    "region": "广东省/湛江市",
    "issued_on": "2024-01-31",
    "number": "某府发〔2024〕1号",
}


def _doubts(
    values: Mapping[str, object], sure: Mapping[str, float], number: str | None, issued: date | None
) -> list[Doubt]:
    found = []
    for key, name in _ASKED.items():
        if key not in values:
            found.append(Doubt(key, f"没有读到{name}，如有请用 --set {key}={_EXAMPLE[key]} 补上"))
        elif sure[key] < DOUBTFUL:
            found.append(Doubt(key, f"{name}读作“{values[key]}”，不很确定，如有误请用 --set {key}=… 改正"))
    year = re.search(r"〔(\d{4})〕", number or "")
    if year is not None and issued is not None and abs(int(year.group(1)) - issued.year) > 0:
        found.append(Doubt("issued_on", f"文号年份（{year.group(1)}）与成文日期（{issued.isoformat()}）不一致，请核对"))
    return found
