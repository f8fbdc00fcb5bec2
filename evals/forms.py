"""What each turn of phrase is worth (问法逐条): ``python -m evals forms`` leaves out every alternative of the forms of asking.

The forms (``corpus/lexicon/forms_asking.toml``) tell the kind of a question together with the router; an alternative that one
question alone needs was written for that question. So each is left out in turn, all questions of the sets are read again,
and what changed is counted: readings, kinds, and kinds that fit the category of the question before and after. The router
goes by its n-grams alone here (no index is opened), so that alternatives count for more than in use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant.query import kinds
from assistant.query.kinds import Wants, classify, with_refused
from assistant.query.router import ACTS, Router
from assistant.query.scope import read_scope
from assistant.types import Kind
from corpus import grammar
from corpus.types import Notice
from evals.types import Question

DAY = date(2026, 1, 1)
"""What 去年 is relative to; no kind depends on it."""
FITS = {
    "factoid_number": {Kind.FIGURE}, "factoid_text": {Kind.TEXT}, "list_measures": {Kind.LIST},
    "responsible_department": {Kind.BODY}, "timeline_target": {Kind.DEADLINE}, "applicability": {Kind.APPLICABILITY, Kind.TEXT},
    "compare_regions": {Kind.COMPARISON}, "temporal_conflict": {Kind.CHANGE, Kind.TEXT, Kind.APPLICABILITY},
    "out_of_scope": {Kind.OUT_OF_SCOPE},
}  # fmt: skip
"""Kinds that fit a category of question; the others (follow-ups, near misses) may be of any kind."""


@dataclass(frozen=True, slots=True)
class Worth:
    """One alternative left out: how many readings and kinds change, and kinds that fit only with it or only without."""

    form: str
    alternative: str
    readings: int
    kinds: int
    lost: int
    gained: int


@dataclass(frozen=True, slots=True)
class _Asked:
    question: str
    category: str
    given: dict[str, Any]

    def read(self) -> Wants:
        return classify(self.question, **self.given)


def alternatives(pattern: str) -> list[str]:
    """The alternatives of a pattern at its top.

    >>> alternatives("多少|几(?:个|家)|[|]")
    ['多少', '几(?:个|家)', '[|]']
    """
    found, depth, bracket, start, at = [], 0, False, 0, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            at += 1
        elif bracket:
            bracket = char != "]"
        elif char == "[":
            bracket = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and not depth:
            found.append(pattern[start:at])
            start = at + 1
        at += 1
    return [*found, pattern[start:]]


def worths(questions: Sequence[Question], notices: Sequence[Notice], forms: Sequence[str] = ()) -> Iterator[Worth]:
    """What every alternative of ``forms`` (all that the kinds are told by) is worth over ``questions``, in the file's order."""
    asked = list(_asked(questions, notices))
    before = [one.read() for one in asked]
    held = {grammar.form(name): name for name in grammar.names() if name.startswith(("ask.", "guard."))}
    for constant, pattern in [(k, v) for k, v in vars(kinds).items() if isinstance(v, re.Pattern) and v in held]:
        if forms and held[pattern] not in forms:
            continue
        parts = alternatives(pattern.pattern)
        for part in parts if len(parts) > 1 else ():
            rest = re.compile("|".join(other for other in parts if other is not part))
            alone = [n for n, one in enumerate(asked) if pattern.search(one.question) and not rest.search(one.question)]
            setattr(kinds, constant, rest)
            try:
                after = {n: asked[n].read() for n in alone}
            finally:
                setattr(kinds, constant, pattern)
            changed = [n for n in alone if after[n].kind is not before[n].kind]
            fitted = [(_fits(asked[n], before[n]), _fits(asked[n], after[n])) for n in changed]
            yield Worth(
                held[pattern], part, sum(after[n] != before[n] for n in alone), len(changed),
                sum(was and not now for was, now in fitted), sum(now and not was for was, now in fitted),
            )  # fmt: skip


def _fits(asked: _Asked, wants: Wants) -> bool:
    return wants.kind in FITS.get(asked.category, frozenset())


def _asked(questions: Sequence[Question], notices: Sequence[Notice]) -> Iterator[_Asked]:
    router, acts = Router.load(), Router.load(path=ACTS)
    for one in questions:
        prefer = [one.region] if one.region else []
        reading = read_scope(one.question, notices, prefer=prefer, today=one.as_of or DAY)
        shares = with_refused(router(one.question), acts(one.question))
        regions = {n.region for n in notices if n.id in reading.notice_ids}
        same = len(reading.notice_ids) if len(regions) == 1 else 0
        given = {"places": len(set(reading.regions)), "notices_same_place": same, "documents": len(reading.notice_ids)}
        yield _Asked(one.question, one.category, {**given, "shares": shares})


def table(found: Sequence[Worth], *, questions: int) -> str:
    """A line a form, then the alternatives that one reading alone needs."""
    lines = [
        f"{questions} 题，逐条拿掉问法再读",
        "| 问法 | 条数 | 改动不止一题 | 只改一题 | 不改 |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in dict.fromkeys(one.form for one in found):
        own = [one.readings for one in found if one.form == name]
        counts = (sum(n > 1 for n in own), sum(n == 1 for n in own), sum(n == 0 for n in own))
        lines.append(f"| {name} | {len(own)} | {' | '.join(map(str, counts))} |")
    single = [
        f"- {one.form}：{one.alternative}（类型变 {one.kinds}，失 {one.lost}，得 {one.gained}）"
        for one in found
        if one.readings == 1
    ]
    return "\n".join([*lines, *(["", "只为一题的："] if single else []), *single])
