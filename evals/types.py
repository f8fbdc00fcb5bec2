"""Values of the evaluation layer: a question with its gold, what a system gave, how it was scored.

They stand apart from ``assistant.types`` because a baseline, a batch results file and the product must be scored by the
same measures: everything a measure may look at is in :class:`Response`, whoever produced it. The trap: ``notice`` is a
*resolved* key (the corpus id where the notice is known), never the document number as somebody typed it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

CATEGORIES: Mapping[str, str] = {
    "factoid_number": "数字",
    "factoid_text": "条文",
    "list_measures": "措施清单",
    "responsible_department": "责任单位",
    "timeline_target": "时限目标",
    "applicability": "适用性",
    "compare_regions": "地区比较",
    "temporal_conflict": "新旧文件",
    "multi_turn": "多轮追问",
    "unanswerable_near": "近似拒答",
    "out_of_scope": "范围之外",
}
"""Every category a dataset line may name, with its Chinese label."""

FACTOIDS = frozenset({"factoid_number", "factoid_text", "timeline_target", "responsible_department"})
"""Categories whose right answer is one short statement."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A gold quote (依据). ``notice`` is as written in the dataset, ``key`` what it resolves to."""

    notice: str
    quote: str
    key: str


@dataclass(frozen=True, slots=True)
class Question:
    """One line of a dataset. ``where`` is ``file:line``; ``split`` is ``dev`` or ``test``, fixed by the id."""

    id: str
    category: str
    question: str
    answerable: bool
    answer: str = ""
    history: tuple[tuple[str, str], ...] = ()
    region: str | None = None
    as_of: date | None = None
    nuggets: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[Evidence, ...] = ()
    must_not: tuple[str, ...] = ()
    split: str = "dev"
    where: str = ""

    @property
    def gold_notices(self) -> frozenset[str]:
        return frozenset(item.key for item in self.evidence)


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as a measure sees it; ``name`` is everything printed about the notice beside the quote."""

    notice: str
    quote: str
    marker: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A text found, best first in :attr:`Response.retrieved`; the score is comparable within one list only."""

    notice: str
    text: str
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Response:
    """What a system gave for one question. ``error`` is set where it raised; such a response is an empty answer."""

    text: str
    refused: bool = False
    citations: tuple[Cited, ...] = ()
    retrieved: tuple[Retrieved, ...] = ()
    latency_ms: float = 0.0
    kind: str = ""
    reason: str = ""
    understood: str = ""
    mode: str = ""
    dropped: int = 0
    error: str = ""


Respond = Callable[[Question], Response]
"""The seam every system stands behind."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One question answered by one system. ``measures`` holds None where a measure does not apply."""

    question: Question
    response: Response
    measures: Mapping[str, float | None]
    grade: str
    nuggets_found: tuple[bool, ...] = ()
    evidence_ranks: tuple[int | None, ...] = ()
    citations_right: tuple[bool, ...] = ()
    violations: tuple[str, ...] = ()
    graded_by_model: str = ""


@dataclass(frozen=True, slots=True)
class SystemRun:
    """Every question of a run answered by one system. ``settings_hash`` is "" for a baseline."""

    name: str
    label: str
    scored: tuple[Scored, ...]
    settings_hash: str = ""
    note: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
