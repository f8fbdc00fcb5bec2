"""Two notices, or the last two versions of one, clause by clause in an answer (逐条对照): what differs, each side cited.

Only what the message says decides: it compares, and means two texts as wholes. What a question compares on one matter
(院长年薪有何不同) is answered elsewhere. The trap: replaced texts in the history folder are in no index and cannot be cited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.applicability import title_span
from assistant.query.narrowing import whole_texts
from assistant.query.types import Query
from corpus import fitted
from corpus.differences import Comparison, Difference, Kind, Mark, Stretch, compare, wordings
from corpus.pairing import Nearness
from corpus.text import fold
from corpus.types import Notice, Span
from corpus.versions import in_version_order

_ONE_WORK = fitted.number("tasks.versions.one_work")
_APART = {Kind.CHANGED: "写法不同", Kind.ADDED: "只在后一份", Kind.REMOVED: "只在前一份"}
SHOWN = 20
"""Clauses shown; the rest are counted."""
_AROUND = 40
"""Characters of what is the same that stay on either side of what differs."""
_MOST = 1200
"""Characters of a clause that one text alone has, or that is in other words."""


def two_texts(q: Query, notices: Mapping[str, Notice]) -> tuple[Notice, Notice] | None:
    """The two texts a message wants laid side by side, the older first; None where it wants something else."""
    ids = [i for i in dict.fromkeys(q.notice_ids) if i in notices]
    if not whole_texts(q, [notices[i].title for i in ids]):
        return None
    if len(ids) == 2:
        one, other = sorted((notices[i] for i in ids), key=lambda n: str(n.issued_on or ""))
        return one, other
    if len(ids) == 1 and q.says("two_texts"):
        order = in_version_order(list(notices.values()), notices[ids[0]])
        return (order[-2], order[-1]) if len(order) > 1 else None
    return None


def editions_of_one(a: Notice, b: Notice, result: Comparison) -> bool:
    """Whether one text came out of the other: the same notice, or of one place and either the same title or a fifth of
    the clauses answering to each other nearly word by word. Two places that rule one matter alike have two notices."""
    if a.id == b.id:
        return True
    if a.region != b.region and a.region and b.region:
        return False
    matched = result.unchanged + sum(one.kind is Kind.CHANGED and not one.reworded for one in result.differences)
    least = matched + min(sum(one.kind is kind for one in result.differences) for kind in (Kind.ADDED, Kind.REMOVED))
    return fold(a.title) == fold(b.title) or matched >= _ONE_WORK * max(least, 1)


def differences(a: Notice, b: Notice, near: Nearness | None = None) -> Draft:
    """What differs between them, as a table; nothing is called removed or added where they are no editions of one."""
    result = compare(a, b, near)
    names = {kind: kind.value for kind in Kind} if editions_of_one(a, b, result) else _APART
    counts = {kind: sum(one.kind is kind for one in result.differences) for kind in Kind}
    told = "，".join(f"{names[kind]}{count}条" for kind, count in counts.items() if count)
    rest = len(result.differences) - SHOWN
    more = f"，下面列出前{SHOWN}条，其余见“对比”页" if rest > 0 else ""
    summary = (
        f"不同之处：{told}；相同{result.unchanged}条{more}。" if told else f"条款没有不同，相同{result.unchanged}条。"
    )
    both = f"{_named(a)}与{_named(b)}逐条对照，"
    head = paragraph(Statement(f"{both}{summary}", (_title(a), _title(b)), given=f"{both}{summary}", head=True))
    if not result.differences:
        return Draft((head,))
    header = tuple(Statement(name) for name in ("变化" if names is not _APART else "异同", _named(a), _named(b)))
    rows = tuple(_row(a, b, one, names[one.kind]) for one in result.differences[:SHOWN])
    return Draft((head, Block("table", rows=(header, *rows))))


def _row(a: Notice, b: Notice, one: Difference, name: str) -> tuple[Statement, ...]:
    support = [Support(n.id, span) for n, span in ((a, one.span_a), (b, one.span_b)) if span]
    before, after = wordings(a, b, one)
    stressing = one.kind is Kind.CHANGED and not one.reworded
    return (
        Statement(name, (support[0],), given=name, head=True),
        _cell(a, one.span_a, before, stressing),
        _cell(b, one.span_b, after, stressing),
    )


def _cell(notice: Notice, span: Span | None, said: Sequence[Stretch], stressing: bool) -> Statement:
    """One wording: what differs whole, what is the same cut to what stands around it."""
    if span is None:
        return Statement("没有这一条")
    text, stressed = "", []
    for one in said:
        if not stressing:
            text += _cut(one.text)
        elif one.mark is Mark.SAME:
            text += _shortened(one.text)
        else:
            stressed.append(Span(len(text), len(text) + len(one.text)))
            text += one.text
    return Statement(text, (Support(notice.id, span),), given=text, stressed=tuple(stressed))


def _shortened(text: str) -> str:
    """What is the same: how it begins and how it ends, which is what stands next to a change."""
    return text if len(text) <= 2 * _AROUND else f"{text[:_AROUND]}…{text[-_AROUND:]}"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"


def _title(notice: Notice) -> Support:
    return Support(notice.id, title_span(notice) or Span(0, min(len(notice.text), 40)))


def _named(notice: Notice) -> str:
    year = f"（{notice.issued_on.year}年）" if notice.issued_on else ""
    return f"《{notice.title.strip('《》')}》{year}"


def of_place(notices: Sequence[Notice], regions: Sequence[str]) -> tuple[Notice, ...]:
    """The notices a place itself has issued, the newest first."""
    found = [n for n in notices if n.region in regions]
    return tuple(sorted(found, key=lambda n: str(n.issued_on or ""), reverse=True))
