"""Several points compared in one message (工资、医联体各有什么变化): each is told by itself, under its own head.

Stands alone because places and editions are compared alike. The trap: a point on which nothing is written is said to be, never left
out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assistant.answering.desk import Outcome
from assistant.answering.draft import Block, Draft, over
from assistant.answering.refusal import Refusal
from assistant.query.types import Query
from assistant.retrieval.evidence import Evidence, with_further


def point_by_point(several: Sequence[Query], compare: Callable[[Query], Outcome]) -> Outcome:
    """What ``compare`` tells of each; what is refused is said under its head."""
    blocks: list[Block] = []
    notes: list[str] = []
    evidence: list[Evidence] = []
    refused: list[Refusal] = []
    for number, asked in enumerate(several, 1):
        told, found = compare(asked)
        evidence = with_further(evidence, found)
        head = f"（{number}）{asked.topic}："
        if isinstance(told, Refusal):
            refused.append(told)
            notes.append(f"{head}{told.text}")
            continue
        blocks += [over(head, told), *told.blocks]
        notes += [f"{head}{n}" for n in told.notes]
    return (Draft(tuple(blocks), tuple(notes)) if blocks else refused[0]), evidence
