"""When a document takes effect and ends, and what it repeals or amends (施行、有效期、废止), from its own words.

Only a clause on the document itself counts: one whose subject is 本办法 and the like, the covering sentence that issues it,
or an item that says nothing else. The traps: the term of a certificate (备案有效期6个月), a measure that starts on a day
(自…起取消加成), and a document that may be repealed but is not (应当修改或者废止).

Source: GB/T 9704-2012 and 立法技术规范（试行）（一）, 施行日期, 废止.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from corpus.dates import find_periods, fold_dates
from corpus.front.repeals import read_amended, read_repeals
from corpus.grammar import form, split_at
from corpus.numerals import whole_number
from corpus.types import Fact, Span, Target

_SENTENCE = form("force.sentence")
_SELF = form("force.self")
_ISSUING = form("force.issuing")
_FROM = form("force.from")
_ISSUE_DAY = form("force.issue_day")
_TERM = form("force.term")
_TERM_ALONE = form("force.term_alone")
_UNTIL = form("force.until")
_ENDS = form("force.ends")


@dataclass(frozen=True, slots=True)
class Force:
    """What the text says; each None or empty where it is silent."""

    effective_on: Fact[date] | None = None
    expires_on: Fact[date] | None = None
    repeals: tuple[Fact[Target], ...] = ()
    amends: tuple[Fact[Target], ...] = ()


def read_force(text: str, title: str, issued: Mapping[str, date], *, inner: str = "") -> Force:
    """What ``text`` says of when it holds.

    Args:
        title: of the document; with it the clause that names the document itself is known.
        issued: days that 自印发之日 and the like may mean: ``issued``, ``printed``, ``published``.
        inner: title of what the document issues (《…办法》), its own too.

    Source: 立法技术规范（试行）（一）, 施行日期, 废止; 行政规范性文件 有效期 (国办发〔2018〕37号).
    """
    names = [name for name in (title, inner) if len(name) >= 4]
    for name in list(names):
        if short := _called_short(text, name):
            names.append(short)
    effective, expires = _holding(text, names, issued)
    return Force(effective, expires, tuple(read_repeals(text, title)), tuple(read_amended(text, title)))


def _called_short(text: str, name: str) -> str:
    """What the text calls ``name`` from then on (以下简称《办法》); "" where it does not."""
    at = text.find(name)
    while at >= 0:
        short = form("force.called_short").match(text, at + len(name))
        if short is not None:
            return str(short["short"])
        at = text.find(name, at + 1)
    return ""


def _holding(
    text: str, names: Sequence[str], issued: Mapping[str, date]
) -> tuple[Fact[date] | None, Fact[date] | None]:
    starts: list[tuple[float, int, Fact[date]]] = []
    ends: list[tuple[float, int, Fact[date]]] = []
    annexed = False
    for begin, sentence in _sentences(text):
        if not any(
            word in sentence
            for word in ("施行", "实施", "执行", "生效", "试行", "有效", "实行", "启用", "失效", "停止")
        ):
            continue
        own = _own(sentence, names)
        annexed = annexed or (form("force.annex").match(sentence) is not None and begin > 200)
        started: date | None = None
        for match in _FROM.finditer(sentence):
            day = _when(
                match["when"] + ("之日" if "之日" in match.group() and "之日" not in match["when"] else ""), issued
            )
            sure = _subject(sentence[: match.start()], own)
            if sure and not _is_of_kind(sentence[: match.start()], names):
                sure = 0.0 if annexed else 0.7
            if day is None or sure == 0:
                continue
            started = started or day
            span = Span(begin + match.start(), begin + match.end())
            starts.append((sure, span.start, Fact(day, span, sure)))
        for match in form("force.term_from").finditer(sentence) if own >= 0.9 else ():
            day, span = _when(match["when"], issued), Span(begin + match.start("when"), begin + match.end("when"))
            if day is not None:
                starts.append((0.9, span.start, Fact(day, span, 0.9)))
        for match, day in _ending(
            sentence, started or (max(starts)[2].value if starts else None), issued, own, started is not None
        ):
            span = Span(begin + match.start(), begin + match.end())
            sure = 0.95 if started is not None or own >= 0.9 else 0.8
            ends.append((sure, span.start, Fact(day, span, sure)))
    return _best(starts), _best(ends)


def _best(found: list[tuple[float, int, Fact[date]]]) -> Fact[date] | None:
    """The surest; of equally sure ones the last, for the final clause of a text is on the text."""
    return max(found, key=lambda one: (one[0], one[1]))[2] if found else None


def _sentences(text: str) -> Iterator[tuple[int, str]]:
    for match in _SENTENCE.finditer(text):
        yield match.start(), match.group()


def _is_of_kind(before: str, names: Sequence[str]) -> bool:
    """Whether 本办法 is what the document, or what it issues, is called; an annex of another kind has its own date."""
    said = form("force.kind_of_self").search(before)
    return said is None or not names or any(said["kind"] in name[-14:] for name in names)


def _own(sentence: str, names: Sequence[str]) -> float:
    """How surely a sentence is on the document itself."""
    if _SELF.search(sentence):
        return 0.95
    if any(f"《{name}" in sentence for name in names):
        return 0.93
    if _ISSUING.search(sentence):
        return 0.93
    return 0.0


def _subject(before: str, own: float) -> float:
    """How surely 自…起施行 after ``before`` is said of the document."""
    clause = split_at("，,：:", before)
    head = clause[-1].strip()
    bare = _MARK.sub("", before).strip(" 　，,")
    if not bare:
        return 0.9  # an item that says nothing else
    if _SELF.search(head) or (own and not head):
        return 0.95
    if own and len(clause) >= 2 and len(head) <= 12:
        return 0.9
    if _ISSUING.search(before):
        return 0.93
    if own >= 0.93 and "《" in before:
        return 0.9
    if form("force.of_a_rule").search(head) and "《" not in before:
        return 0.6
    return 0.0


_MARK = form("force.item_mark")


def _when(said: str, issued: Mapping[str, date]) -> date | None:
    """The day ``said`` means: a date (a month is its first day), or an event such as 印发之日 with what follows it."""
    folded = fold_dates(said)
    relative = _ISSUE_DAY.search(folded)
    if relative is not None:
        base = (
            issued.get("published" if relative["event"] in ("公布", "颁布") else "printed")
            or issued.get("printed")
            or issued.get("issued")
        )
        if relative["event"] in ("通过", "批准"):
            base = issued.get("adopted") or base
        if base is None or not relative["after"]:
            return base
        count = whole_number(relative["n"])
        if relative["unit"] == "个月":
            return _later(base, months=count) if count < _LONGEST_DAYS // 30 else None
        return base + timedelta(days=count) if count < _LONGEST_DAYS else None
    periods = find_periods(folded)
    if not periods or periods[0].deadline:
        return None
    first = periods[0]
    rest = folded[first.span.end :].strip(" 起零时的日")
    if first.span.start > 2 or len(rest) > 6 or (first.start.month, first.start.day, first.end.month) == (1, 1, 12):
        return None
    return first.start


_LONGEST_DAYS = 36_500  # a term longer than a century is a slip


def _later(day: date, *, years: int = 0, months: int = 0) -> date:
    total = day.month - 1 + months
    year, month = day.year + years + total // 12, total % 12 + 1
    last = 28 if month == 2 and day.day > 28 else 30 if month in (4, 6, 9, 11) and day.day > 30 else day.day
    return date(year, month, last)


def _ending(
    sentence: str, start: date | None, issued: Mapping[str, date], own: float, started: bool
) -> Iterator[tuple[re.Match[str], date]]:
    """Ends of the term the sentence sets for the document."""
    for match in _UNTIL.finditer(sentence):
        periods = find_periods(match["when"])
        if periods and periods[0].span.start <= 1 and _is_term_of_self(sentence, match.start(), own, started):
            yield match, periods[0].end
            return
    for match in _ENDS.finditer(sentence):
        before = sentence[: match.start()]
        if own and "《" not in before and form("force.joins").search(before):
            yield match, find_periods(match["when"])[0].start
            return
    for pattern in (_TERM, _TERM_ALONE):
        for match in pattern.finditer(sentence):
            if not _is_term_of_self(sentence, match.start(), own, started):
                continue
            count = whole_number(match["n"])
            base = start or issued.get("printed") or issued.get("issued")
            if base is not None and 1 <= count <= 60:
                yield match, _later(base, years=count) if match["unit"] == "年" else _later(base, months=count)
                return


def _is_term_of_self(sentence: str, at: int, own: float, started: bool) -> bool:
    before = sentence[:at]
    clause = split_at("，,：:", before)[-1]
    if started and not clause.strip("暂其 "):
        return True
    if _SELF.search(clause) and len(clause) <= 30:
        return True
    if not _MARK.sub("", before).strip():
        return True
    return bool(own and started and len(clause) <= 8 and not form("force.of_a_paper").search(clause))
