"""What differs, in words that are true (不符的理由): the value the source has in the place of the claim's, whose act it is there.

Apart from the checks, which find that something is otherwise: here what they found is named for people, with what the source
says instead. The trap: a reader's opinion marks any stretch it doubts; where that very stretch stands in the source, saying that
the source has it not would be false, so then nothing is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from assistant.retrieval.matching import bigrams
from assistant.verification.checks import Fault, Paired, clauses_of
from corpus import fitted
from corpus.bodies import opening_bodies
from corpus.dates import Period, find_periods
from corpus.grammar import form
from corpus.numerals import Value, find_values
from corpus.text import clause_spans, fold
from corpus.types import Span

_LEAST_ACT, _LONGEST, _LEAST_SHARE = 5, 60, fitted.number("verification.reasons.least_share")
_AROUND = 6
_TO, _UPTO = form("claim.range_to"), form("claim.range_end")


def exchanged(claim: str, pairs: Sequence[Paired]) -> str | None:
    """Which value or date the source has in the place of one of the claim's: ``原文是“三年”，不是“两年”``; None where it has
    none of that sort in a clause that says the same."""
    for one in pairs:
        if one.share < _LEAST_SHARE:
            continue
        whole = ",".join(one.sentence) or one.source
        for source in dict.fromkeys((one.source, whole)):
            told = _other_date(one.claim, source) or _other_value(one.claim, source)
            if told:
                said, has = (_as_written(claim, text) for text in told)
                return f"原文是“{has}”，不是“{said}”"
    return None


def _other_date(claim: str, source: str) -> tuple[str, str] | None:
    """A date of ``claim`` that ``source`` has not, with the one of like length that stands there."""
    there = find_periods(source)
    for mine in find_periods(claim):
        if any((p.start, p.end) == (mine.start, mine.end) for p in there):
            continue
        like = [p for p in there if _length(p) == _length(mine)]
        if like:
            best = max(like, key=lambda p: _likeness(claim, mine.span, source, p.span))
            return mine.text, best.text
    return None


def _length(period: Period) -> bool:
    return period.start == period.end


def _other_value(claim: str, source: str) -> tuple[str, str] | None:
    """A figure of ``claim`` that ``source`` has not, with the one of its sort in the likest place there."""
    there = find_values(source)
    for mine in find_values(claim):
        if any(v.canonical == mine.canonical for v in there):
            continue
        like = [v for v in there if _sort(v) == _sort(mine)]
        scored = [(_likeness(claim, mine.span, source, v.span), v) for v in like]
        share, best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
        if best is not None and share > 0:
            said, has = _range(mine, claim), _range(best, source)
            return (said, has) if said and has else (_written(mine, claim), _written(best, source))
    return None


def _range(value: Value, text: str) -> str | None:
    """The whole range of which ``value`` is a bound (一万元以上三万元以下), as written; None where it bounds none."""
    for low, high in pairwise(find_values(text)):
        ends = low.span.end + (len(low.unit) if text.startswith(low.unit, low.span.end) else 0)
        if value.span in (low.span, high.span) and _TO.fullmatch(text[ends : high.span.start]):
            behind = high.span.end + (len(high.unit) if text.startswith(high.unit, high.span.end) else 0)
            limit = _UPTO.match(text, behind)
            return text[low.span.start : limit.end() if limit else behind]
    return None


def _sort(value: Value) -> str:
    return "%" if value.canonical.endswith(("%", "‰")) else value.unit


def _written(value: Value, text: str) -> str:
    """The figure with its unit."""
    end = value.span.end
    return text[value.span.start : end + (len(value.unit) if text.startswith(value.unit, end) else 0)]


def _likeness(claim: str, mine: Span, source: str, theirs: Span) -> float:
    """Share of what stands around one figure that stands around the other."""
    here, there = (
        bigrams(text[max(0, span.start - _AROUND) : span.start]) | bigrams(text[span.end : span.end + _AROUND])
        for text, span in ((claim, mine), (source, theirs))
    )
    return len(here & there) / len(here) if here else 0.0


def _as_written(claim: str, text: str) -> str:
    """``text`` of folded words as the claim has it, where it has it."""
    at = fold(claim).find(text)
    return claim[at : at + len(text)] if at >= 0 and len(fold(claim)) == len(claim) else text


def other_body(claim: str, sources: Sequence[str]) -> Fault | None:
    """Another body does there what the claim says of its own (残联负责认定… where the source has 退役军人部门负责认定…).

    >>> other_body("市乙局负责认定优抚对象。", ["市甲局负责认定优抚对象；市乙局负责认定残疾人。"]).detail
    '原文中“负责认定优抚对象”的是“市甲局”，不是“市乙局”'
    """
    theirs = [clause for source in sources for clause in clauses_of(source)]
    for clause in clauses_of(claim):
        found = _acts(clause)
        if found is None:
            continue
        who, act = found
        others = [before for c in theirs if (before := _who_before(c, act))]
        if others and not any(shortens(who, other) or shortens(other, who) for other in others):
            return Fault("other_body", f"原文中“{act}”的是“{others[0]}”，不是“{who}”")
    return None


def shortens(short: str, name: str) -> bool:
    """Whether ``short`` is ``name`` with characters left out, as bodies are shortened: 药监局 of 药品监督管理局.

    >>> shortens("国家药监局", "国家药品监督管理局"), shortens("市财政局", "市民政局")
    (True, False)
    """
    rest = iter(name)
    return all(char in rest for char in short)


def _acts(clause: str) -> tuple[str, str] | None:
    """The body that ``clause`` begins with and what it says that body does."""
    _, where = opening_bodies(clause, Span(0, len(clause)))
    if where is None or len(clause) - where.end < _LEAST_ACT:
        return None
    return where.of(clause), clause[where.end :]


def _who_before(clause: str, act: str) -> str:
    """The body that ``clause`` begins with where it does ``act``; "" where it does not."""
    _, where = opening_bodies(clause, Span(0, len(clause)))
    return where.of(clause) if where is not None and clause.startswith(act, where.end) else ""


def doubted(stretch: str, claim: str, texts: Sequence[str]) -> str | None:
    """The whole words of ``claim`` that hold the ``stretch`` a reader doubts; None where the source has them as they stand."""
    import jieba

    at = claim.find(stretch)
    if at < 0:
        return None
    start, end, place = at, at + len(stretch), 0
    for word in jieba.cut(claim):
        if place < at + len(stretch) and place + len(word) > at:
            start, end = min(start, place), max(end, place + len(word))
        place += len(word)
    words = claim[start:end].strip("，。；：、")
    there = fold("".join(texts))
    return words if len(words) > 1 and fold(words) not in there else None


def left_out(stretch: str, texts: Sequence[str]) -> str:
    """The clauses of the source that hold the ``stretch`` a claim leaves out, whole; the stretch itself where they are long."""
    for text in texts:
        at = text.find(stretch)
        if at < 0:
            continue
        clauses = [c for c in clause_spans(text) if c.start < at + len(stretch) and c.end > at]
        if clauses:
            whole = text[clauses[0].start : clauses[-1].end].strip("，。；：、 \n")
            return whole if len(whole) <= _LONGEST else stretch
    return stretch
