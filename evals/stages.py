"""Where an answer went wrong (错在哪一步): one stage a question, from what was scored alone.

The first stage at which the right answer was lost is counted: a document that is not in the library cannot be found, a
passage that was not found cannot be picked. The trap: a right answer without its gold passage among the first ten is
right all the same; stages are given only to answers that are not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from evals.measures import CORRECT
from evals.types import Scored

STAGES = {
    "missing": "文件不在库中",
    "refused": "答得出却拒答",
    "certain": "答不出却作答",
    "unfound": "没有找到依据（前十段）",
    "unpicked": "找到了没有引用",
    "cut": "引用了但不完整",
    "wrong": "要点齐全但有错话",
}


def stage_of(scored: Scored) -> str | None:
    """The stage at which an answer went wrong; None for a right one."""
    if scored.grade == CORRECT:
        return None
    question, response = scored.question, scored.response
    if not question.answerable:
        return "certain"
    if any(not gold.key for gold in question.evidence):
        return "missing"
    if response.refused:
        return "refused"
    if scored.violations and all(scored.nuggets_found):
        return "wrong"
    if scored.evidence_ranks and all(rank is None or rank > 10 for rank in scored.evidence_ranks):
        return "unfound"
    return "cut" if any(scored.citations_right) else "unpicked"


def table(scored: Sequence[Scored]) -> str:
    """How many answers went wrong at each stage, of all that did."""
    counts = Counter(stage for one in scored if (stage := stage_of(one)) is not None)
    if not counts:
        return ""
    told = "；".join(f"{STAGES[stage]} {counts[stage]}" for stage in STAGES if counts[stage])
    return f"没答对的 {sum(counts.values())} 题错在：{told}"
