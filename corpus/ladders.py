"""Rules by amount (分档): 违法所得不足1万元的，处…；违法所得1万元以上的，处…, each rung with the case it is for.

One rung alone reads as if it held for every amount, so who quotes one quotes its neighbours too. The trap: 情节严重的 is a
case of its own and measures nothing, and two sums of two measures (人数, 金额) are no ladder.
"""

from __future__ import annotations

from corpus.grammar import form
from corpus.text import clause_spans, fold, spans_between
from corpus.types import Span

_RUNG = form("clause.rung")
_MEASURE = 3
"""Characters at the end of what is measured by which two rungs are known as of one ladder (违法生产经营的货值金额, 货值金额)."""


def rungs_of(text: str, span: Span) -> tuple[Span, ...]:
    """The parts of a sentence between semicolons that hold for an amount of what another part measures too, in order; () where
    fewer than two do.

    >>> said = "没收所得；违法所得不足1万元的，处5万元罚款；违法所得1万元以上的，处10倍罚款；情节严重的，吊销许可证。"
    >>> [rung.of(said) for rung in rungs_of(said, Span(0, len(said)))]
    ['违法所得不足1万元的，处5万元罚款', '违法所得1万元以上的，处10倍罚款']
    """
    measured = [(part, measure) for part in spans_between("；;", text, span) if (measure := _measure(text, part))]
    several = [part for part, measure in measured if sum(measure == other for _, other in measured) > 1]
    return tuple(several)


def _measure(text: str, part: Span) -> str:
    for clause in clause_spans(text, part):
        if found := _RUNG.search(clause.of(text).strip("，,；;。 \n")):
            return fold(found["of"])[-_MEASURE:]
    return ""
