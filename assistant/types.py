"""Values of the assistant layer: a question understood, the notices that bind, a cited answer.

These frozen dataclasses are the only things that cross into ``ui.py``, the CLI and ``evals/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from assistant.blocks import Blocks, to_text
from assistant.hospitals import HospitalKind
from index.types import Hit


class Kind(StrEnum):
    """What sort of answer a question wants (问题类型)."""

    FIGURE = "figure"  # 多少、比例、金额
    TEXT = "text"  # 怎么规定、是什么
    LIST = "list"  # 有哪些措施
    BODY = "body"  # 谁负责、谁牵头
    DEADLINE = "deadline"  # 什么时候、哪年前
    APPLICABILITY = "applicability"  # 适用不适用、还有效吗
    COMPARISON = "comparison"  # 两地或多地有何不同
    CHANGE = "change"  # 前后文件有何变化
    OUT_OF_SCOPE = "out_of_scope"


class RefusalReason(StrEnum):
    """Why no answer is given (拒答原因)."""

    WRONG_REGION = "wrong_region"
    OUTSIDE_DATES = "outside_dates"
    SILENT = "silent"
    LOST_IN_CAPTURE = "lost_in_capture"
    OUT_OF_SCOPE = "out_of_scope"
    MEDICAL_ADVICE = "medical_advice"
    INJECTION = "injection"
    UNKNOWN_NOTICE = "unknown_notice"


class Binding(StrEnum):
    """Whether a notice binds a place on a date (适用性)."""

    BINDS = "适用"
    REFERENCE = "参照"
    MAY_BIND = "可能适用"
    DOES_NOT_BIND = "不适用"

    @property
    def apart(self) -> bool:
        """Whether it cannot be held to bind: not at all, or one unit of the place alone that the asker may not be."""
        return self in (Binding.MAY_BIND, Binding.DOES_NOT_BIND)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the conversation; ``role`` is ``user`` or ``assistant``. ``place`` is the region the profile held when it was
    said ("" for none), None where that is not known: a profile set anew ends the place the conversation was about."""

    role: str
    content: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What the session says of the asker: region path (``广东省/湛江市``, checked), as-of date (截至日期), kinds of hospital.

    ``literal``: the question is meant as typed, nothing in it is a slip.
    """

    region: str | None = None
    as_of: date | None = None
    kinds: tuple[HospitalKind, ...] = ()
    literal: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The scope an answer was given in; shown as chips. ``carried`` names the fields taken from the history."""

    region: str | None = None
    regions: tuple[str, ...] = ()
    as_of: date | None = None
    notice_ids: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """``quote == notice.text[start:end]``, always. ``marker`` is the number shown as ``[1]``."""

    marker: int
    notice: str
    notice_id: str
    title: str
    path: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """One notice against one place and date, with the clause that proves it (None where silence is the reason).

    ``mentions`` are the clauses, one an item, that name the kind of hospital asked about.
    """

    notice_id: str
    notice: str
    title: str
    binding: Binding
    code: str
    reason: str
    clause: Citation | None = None
    mentions: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The one result type of every answerer.

    ``blocks`` are what it says, each marker with its citation; ``text`` is their plain text. ``mode`` is ``extractive``,
    ``llm`` or ``fallback`` (LLM asked for, extractive given; ``notes`` says why). ``dropped`` counts statements the gate
    removed. ``timings`` are milliseconds by step. ``prompt_hash`` names the prompts a model was given, "" where none was.
    ``slips`` says what was taken for a typing slip, ``task`` what was to be done (a value of
    :class:`assistant.query.types.Task`).
    """

    blocks: Blocks = ()
    refused: bool = False
    refusal: RefusalReason | None = None
    kind: Kind = Kind.TEXT
    citations: tuple[Citation, ...] = ()
    retrieved: tuple[Hit, ...] = ()
    applicable: tuple[Verdict, ...] = ()
    question_understood: str = ""
    scope: Scope = field(default_factory=Scope)
    mode: str = "extractive"
    notes: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    latency_ms: float = 0.0
    timings: Mapping[str, float] = field(default_factory=dict)
    corpus_hash: str = ""
    settings_hash: str = ""
    prompt_hash: str = ""
    slips: tuple[str, ...] = ()
    task: str = "answer"

    @property
    def text(self) -> str:
        """Chinese with ``[n]`` markers, a line an item, tables as on GitHub: see :func:`assistant.blocks.to_text`."""
        return to_text(self.blocks)
