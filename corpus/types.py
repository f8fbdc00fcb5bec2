"""Values of the corpus layer: what a notice (政策文件) is once it has been read.

Everything here is frozen and free of I/O. A :class:`Notice` owns the cleaned ``text``; every other value points
into it with a :class:`Span`, so that ``notice.text[span.start:span.end]`` is always the quoted passage, exactly.
The trap: offsets are Unicode code points of the *cleaned* text, never of the source file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

from corpus.grammar import form

T = TypeVar("T")
_GOES_BY_TITLE = form("name.rules")

UNKNOWN_REGION = "待核对"
"""The region of a notice whose place nobody has told: apart from "" (the whole country), and no place lies in it."""

DOUBTFUL = 0.75
"""A fact less sure than this is 待核对: shown, searched, and named as unverified wherever it is used."""


class Level(StrEnum):
    """Administrative level (层级) of the issuing body."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    MUNICIPAL = "municipal"
    COUNTY = "county"
    UNKNOWN = "unknown"


class Status(StrEnum):
    """What the corpus knows of a notice's validity (时效). Silence about expiry is ``NO_REPEAL_SEEN`` (未见废止)."""

    NO_REPEAL_SEEN = "未见废止"
    REPEALED = "已废止"
    EXPIRED = "已失效"
    SUPERSEDED = "已被替代"
    PENDING = "尚未施行"
    AMENDED = "已被修改"
    DRAFT = "征求意见稿"


class RelationKind(StrEnum):
    """How one notice refers to another."""

    BASIS = "依据"
    IMPLEMENTS = "落实"
    AMENDS = "修改"
    REPEALS = "废止"
    SUPERSEDES = "替代"
    FORWARDS = "转发"
    ISSUES = "印发"
    MENTIONS = "引用"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of code points ``[start, end)`` into ``Notice.text``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"Span 需满足 0 <= start <= end，收到 ({self.start}, {self.end})")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """The characters this span covers in ``text``."""
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where the capture lost text: ``span`` covers the visible marker 【采集文本此处缺N句】."""

    span: Span
    sentences: int


@dataclass(frozen=True, slots=True)
class Change:
    """One edit made while cleaning (清洗): what was removed, joined or rewritten, for the audit report.

    ``kind`` is one of ``boilerplate``, ``page_break``, ``width``, ``whitespace``, ``repeat``, ``restored``, ``gap``.
    ``at`` is an offset in the cleaned text next to which the change happened; ``source`` the characters removed or
    replaced, ``result`` what stands there now ("" where removed).
    """

    kind: str
    at: int
    source: str
    result: str = ""


def _is_article(label: str) -> bool:
    return label.startswith("第") and "条" in label


DIVIDES = "› "
"""Stands before the name of a division in the name of a part."""


@dataclass(frozen=True, slots=True)
class Article:
    """One tile of a notice along its own numbering (条目): a heading or item with the text up to the next one.

    Articles tile ``Notice.text`` in order without overlap. ``labels`` are the numbering marks from the outside in,
    e.g. ``("二、", "（二）", "6.")``; ``headings`` the matching heading texts without marks (same length).
    ``level`` is ``len(labels)``; 0 is front or back matter, for which ``kind`` says which, or the text of a part in which
    nothing is numbered (``item`` without labels).
    ``bodies`` are the responsible bodies (责任单位) of the closing bracket, lead body first. ``part`` names the part of
    the document the article stands in where it has several: an annex (附件2 …表), or a document that is issued or
    forwarded with the letter, or a division of one of these (see :class:`corpus.parts.Part`); "" is the main part.
    """

    notice_id: str
    ordinal: int
    span: Span
    labels: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    bodies_span: Span | None = None
    kind: str = "item"  # "front" | "item" | "back"
    part: str = ""

    @property
    def division(self) -> str:
        """The bare heading over the numbers it is counted by, where a part has several (三级医院); "" for none."""
        return self.part.rpartition(DIVIDES)[2] if DIVIDES in self.part else ""

    @property
    def level(self) -> int:
        return len(self.labels)

    @property
    def heading(self) -> str:
        """Own heading text, "" for front and back matter."""
        return self.headings[-1] if self.headings else ""

    @property
    def clause(self) -> tuple[str, ...]:
        """Labels down to the article of a law (条) it is or stands in; empty where it stands in none."""
        at = next((n for n in range(len(self.labels), 0, -1) if _is_article(self.labels[n - 1])), 0)
        return self.labels[:at]

    @property
    def path(self) -> str:
        """Readable heading path: ``二、重点任务 › （二）推进医疗服务体系建设 › 6.推进紧密型医联体建设``, below its division if it has one."""
        own = [a + b for a, b in zip(self.labels, self.headings, strict=True)]
        return " › ".join([self.division, *own] if self.division else own)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row: the name of its column ("" where the table names none) and where its value stands."""

    head: str
    span: Span


@dataclass(frozen=True, slots=True)
class Unit:
    """What must be quoted together so that it can be understood (引用单元), see :mod:`corpus.units`.

    ``kind`` is ``article`` (第X条 or a numbered item with everything under it), ``list`` (a lead-in and all its items),
    ``item`` (one of them), ``row`` (a table row), ``definition`` (…是指…) or ``paragraph`` (one 款 or a line of its own).
    Units nest and overlap; they do not tile. ``lead`` are the spans a reader needs first, in order: the lead-in of an
    item, the head rows of a table row, the label cell a row is merged under; never inside ``span``. ``items`` are the
    members of a list, or the rows under a table's heads. ``label`` is how one names it: 第十五条, （三）, a row's first cell.
    ``path`` is the heading path of its article, ``parent`` the position of the smallest unit around it.
    """

    notice_id: str
    ordinal: int
    kind: str
    span: Span
    label: str = ""
    path: str = ""
    lead: tuple[Span, ...] = ()
    items: tuple[Span, ...] = ()
    cells: tuple[Cell, ...] = ()
    article: int = 0
    parent: int | None = None

    @property
    def count(self) -> int:
        """Number of members; 0 for what is no list."""
        return len(self.items)


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole sentences of one article within a token budget; passages tile the notice's text.

    ``id`` is stable for the same text and chunker: ``<notice_id>:<start>-<end>``. ``breadcrumb`` is what is put in
    front for lexical search; ``text`` is what is cited. ``sentences`` tile ``span``.
    """

    id: str
    notice_id: str
    article: int
    span: Span
    text: str
    breadcrumb: str
    sentences: tuple[Span, ...]
    tokens: int

    @property
    def search_text(self) -> str:
        return f"{self.breadcrumb}\n{self.text}" if self.breadcrumb else self.text


@dataclass(frozen=True, slots=True)
class Relation:
    """An edge of the notice graph. ``target_id`` is None when the target is not in the corpus."""

    kind: RelationKind
    number: str | None
    title: str | None
    span: Span
    target_id: str | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What another notice does to this one: ``REPEALS``, ``AMENDS`` or ``SUPERSEDES`` (a later version of the same text).

    ``by`` and ``name`` are the id and the name of the other, ``on`` the day it takes effect (None: not known, so done),
    ``part`` the clauses meant ("" all of it), ``span`` where the other's text says so (None: its being there says it).
    """

    kind: RelationKind
    by: str
    name: str = ""
    on: date | None = None
    part: str = ""
    span: Span | None = None

    @property
    def repeals(self) -> bool:
        """Whether what it is done to ends by it, repealed or superseded."""
        return self.kind in (RelationKind.REPEALS, RelationKind.SUPERSEDES)

    @property
    def ends_all(self) -> bool:
        """Whether the whole notice ends by it."""
        return self.repeals and not self.part


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One thing a notice says of itself: ``value``, the ``span`` it was read from (None where the site, the number's
    code or the user said it), and a ``confidence`` that means something: of facts given at >= .9 at least 98 % are right.

    ``source`` names who says it: ``text``, ``code`` (of the document number), ``page``, ``user`` or ``guess``.
    """

    value: T
    span: Span | None = None
    confidence: float = 1.0
    source: str = "text"


@dataclass(frozen=True, slots=True)
class Target:
    """A document that another one repeals or amends, as that one names it; ``part`` is the clause meant, "" for all."""

    name: str
    number: str | None = None
    part: str = ""


@dataclass(frozen=True, slots=True)
class Front:
    """What a document says of itself (文件要素). A field the text is silent on is None or empty, never a guess.

    ``kind`` is the form of the document: ``notice``, ``law``, ``regulation``, ``order``, ``reply``, ``letter``,
    ``announcement``, ``forward``, ``draft``, ``standard``, ``annex``, ``internal`` (a hospital's or a company's own).
    ``region`` is a path of full division names, "" the whole country.
    """

    title: Fact[str] | None = None
    numbers: tuple[Fact[str], ...] = ()
    issuers: tuple[Fact[str], ...] = ()
    region: Fact[str] | None = None
    level: Fact[Level] | None = None
    addressees: tuple[Fact[str], ...] = ()
    adopted_on: Fact[date] | None = None
    signed_on: Fact[date] | None = None
    published_on: Fact[date] | None = None
    effective_on: Fact[date] | None = None
    expires_on: Fact[date] | None = None
    amended_on: tuple[Fact[date], ...] = ()
    approvals: tuple[Fact[str], ...] = ()
    repeals: tuple[Fact[Target], ...] = ()
    amends: tuple[Fact[Target], ...] = ()
    kind: Fact[str] | None = None


VERIFIABLE = ("title", "number", "issuer", "region", "issued_on", "effective_on", "expires_on")
"""Facts that can be 待核对."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A policy notice (政策文件) read, cleaned and outlined.

    ``number`` is the canonical document number (文号) such as ``湘政办发〔2023〕44号``, or None. ``region`` is a path
    of full division names (``广东省/湛江市``); "" is national, :data:`UNKNOWN_REGION` is not known. ``issuer`` is ""
    where nobody is named. ``horizon`` is the inclusive range of years it sets targets for (规划期). ``confidence`` is by
    key, 1 where a person said so; ``guesses`` are values too unsure to be used; ``effects`` what the others of the
    library do to it. ``content_hash`` is the SHA-256 of the
    source bytes and the cleaner's version.
    """

    id: str
    number: str | None
    title: str
    issuer: str
    region: str
    level: Level
    issued_on: date | None
    text: str
    articles: tuple[Article, ...] = ()
    gaps: tuple[Gap, ...] = ()
    relations: tuple[Relation, ...] = ()
    changes: tuple[Change, ...] = ()
    effective_on: date | None = None
    expires_on: date | None = None
    status: Status = Status.NO_REPEAL_SEEN
    horizon: tuple[int, int] | None = None
    addressees: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    origin: str = ""
    source_name: str = ""
    content_hash: str = ""
    confidence: Mapping[str, float] = field(default_factory=dict)
    replaced_by: str | None = None
    front: Front | None = None
    guesses: Mapping[str, str] = field(default_factory=dict)
    effects: tuple[Effect, ...] = ()

    @property
    def unverified(self) -> tuple[str, ...]:
        """Keys of the facts that are 待核对, in the order people are asked for them."""
        return tuple(key for key in VERIFIABLE if self.confidence.get(key, 1.0) < DOUBTFUL)

    @property
    def reference(self) -> str | None:
        """The document number (文号) that readers know it by; None for that of an order or an announcement (公告第33号), and for
        a law, a regulation or rules, which go by their titles."""
        known = self.number is not None and "〔" in self.number and not _GOES_BY_TITLE.search(self.title)
        return self.number if known else None

    @property
    def name(self) -> str:
        """What a citation calls it: the document number that readers know it by, or the title where there is none."""
        return self.reference or self.title or self.number or ""

    def quote(self, span: Span) -> str:
        return span.of(self.text)

    def article_at(self, offset: int) -> Article:
        """The article that holds the character at ``offset``.

        Raises:
            IndexError: ``offset`` is outside the text.
        """
        low, high = 0, len(self.articles)
        while low < high:
            middle = (low + high) // 2
            if self.articles[middle].span.end <= offset:
                low = middle + 1
            else:
                high = middle
        if low == len(self.articles) or offset < self.articles[low].span.start:
            raise IndexError(f"{self.id}: 位置 {offset} 不在正文内（共 {len(self.text)} 字）")
        return self.articles[low]
