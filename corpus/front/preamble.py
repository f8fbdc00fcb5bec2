"""The preamble of a law or regulation (题注): who passed, approved, published and amended it, and when.

Clauses are read one date at a time, in brackets or not, on one line or several. The trap: a decision named in 《》 is how
the law was amended, not a body; and the day it takes effect is no day of issue.

Source: 立法技术规范（试行）（一）, 题注.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from corpus.dates import find_periods, fold_dates
from corpus.front.lines import Line
from corpus.front.organs import organs_of
from corpus.grammar import form
from corpus.types import Fact, Span

_VERB = form("preamble.verb")
_BODY = form("preamble.body")
_SESSION = form("head.session")
_ORDER = form("preamble.order")
_DATED = form("preamble.dated")
_TITLES = form("preamble.titles")


@dataclass(frozen=True, slots=True)
class Preamble:
    """What it says. ``bodies`` adopted or published it first, ``approvals`` are the bodies above that approved it."""

    bodies: tuple[Fact[str], ...] = ()
    number: Fact[str] | None = None
    adopted_on: Fact[date] | None = None
    approved_on: Fact[date] | None = None
    published_on: Fact[date] | None = None
    effective_on: Fact[date] | None = None
    amended_on: tuple[Fact[date], ...] = ()
    approvals: tuple[Fact[str], ...] = field(default=())


def read_preamble(lines: Sequence[Line], place: str = "") -> Preamble:
    """The preamble in lines of the role ``passed``.

    Args:
        place: full name of the place the title begins with, for a body that leaves it out (市十二届人民代表大会常务委员会).

    Source: 立法技术规范（试行）（一）, 题注 (通过、批准、公布、修正、施行 each with its day and body).
    """
    said: dict[str, list[Fact[date]]] = {}
    bodies: list[Fact[str]] = []
    approvals: list[Fact[str]] = []
    numbers: list[Fact[str]] = []
    for line in lines:
        for start, end, day in _clauses(line.text):
            clause = line.text[start:end]
            bare = _TITLES.sub(lambda match: "\ue000" * len(match.group()), clause)
            verbs = [match.group() for match in _VERB.finditer(bare)]
            if not verbs:
                continue
            at = line.span.start + start
            fact = Fact(day, Span(at, at + len(clause.rstrip(" ，,。；;）)　"))), 0.97)
            dated = _DATED.match(bare)
            order = _ORDER.search(bare, dated.end() if dated is not None else 0)
            if order is not None and any(verb in ("公布", "颁布", "发布", "颁发") for verb in verbs):
                begin = at + order.start()
                numbers.append(Fact("".join(order["number"].split()), Span(begin, at + order.end()), 0.95))
            body = _body_in(bare, place)
            where = Span(at, at + len(clause))
            verb = verbs[-1] if verbs[-1] not in ("施行", "实施") or len(verbs) == 1 else verbs[-2]
            if verb in ("通过", "制定"):
                said.setdefault("adopted", []).append(fact)
                if body:
                    bodies.append(Fact(body, where, 0.96))
            elif verb == "批准":
                said.setdefault("approved", []).append(fact)
                if body:
                    approvals.append(Fact(body, where, 0.9))
            elif verb in ("公布", "颁布", "发布", "颁发"):
                said.setdefault("published", []).append(fact)
                if body:
                    bodies.append(Fact(body, where, 0.93))
            elif verb in ("施行", "实施"):
                said.setdefault("effective", []).append(fact)
            else:
                said.setdefault("amended", []).append(fact)
                if body and not bodies:
                    bodies.append(Fact(body, where, 0.9))
    return Preamble(
        _first(bodies, numbers), numbers[0] if numbers else None,
        _only(said, "adopted"), _last(said, "approved"), _only(said, "published"), _only(said, "effective"),
        tuple(said.get("amended", [])) + tuple(said.get("adopted", [])[1:]) + tuple(said.get("published", [])[1:]), tuple(approvals),
    )  # fmt: skip


def _first(bodies: Sequence[Fact[str]], numbers: Sequence[Fact[str]]) -> tuple[Fact[str], ...]:
    """The body that made it; all of them where a joint order promulgated it."""
    if not bodies:
        return ()
    joint = (
        organs_of(numbers[0].value.replace("公告", "令").partition("令")[0])
        if numbers and "、" in numbers[0].value
        else ()
    )
    if len(joint) > 1 and joint[0].name.removeprefix("中华人民共和国") == bodies[0].value:
        return tuple(
            Fact(one.name.removeprefix("中华人民共和国"), numbers[0].span, bodies[0].confidence) for one in joint
        )
    return (bodies[0],)


def _only(said: dict[str, list[Fact[date]]], key: str) -> Fact[date] | None:
    return said[key][0] if key in said else None


def _last(said: dict[str, list[Fact[date]]], key: str) -> Fact[date] | None:
    return max(said[key], key=lambda fact: fact.value) if key in said else None


def _clauses(text: str) -> list[tuple[int, int, date]]:
    """``(start, end, day)`` of each clause, from its date to the next date that begins one."""
    folded = fold_dates(text)
    hidden = _TITLES.sub(lambda match: "\ue000" * len(match.group()), folded)
    days = [p for p in find_periods(hidden) if p.start == p.end]
    found = []
    for index, period in enumerate(days):
        end = days[index + 1].span.start if index + 1 < len(days) else len(text)
        found.append((period.span.start, end, period.start))
    return found


def _body_in(clause: str, place: str) -> str:
    after = form("preamble.day_first").sub("", clause).lstrip("　 ，,经由根据")
    match = _BODY.match(after)
    if match is None:
        return ""
    body = _SESSION.sub("", match["body"]).removeprefix("中华人民共和国")
    body = form("preamble.congress_short").sub("人民代表大会", body).replace("大会常委会", "大会常务委员会")
    if body.startswith("人民代表大会"):
        body = (place or "全国") + body if place or "第" in after[:3] else ""
    if body.startswith(("省", "市", "自治区", "自治州", "县", "区")) and place:
        rest = form("preamble.rank").sub("", body)
        body = place + rest
    return body
