"""What of a notice is quoted for a sentence that was found (引文范围): the sentence with what it cannot do without.

A member of a list is quoted with its lead-in, a table row with the names of its columns, a short article whole; of a
long one the sentence that answers comes first and those beside it that answer too follow. Every piece is a span of its
own, so that each opens where it stands. The trap: a list is cut nowhere; half a list reads like a whole one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from assistant.answering.draft import Block, Statement, Support, paragraph
from assistant.query.types import Query
from assistant.retrieval.selection import Pick, trimmed, without_bodies
from assistant.retrieval.showing import Shown
from corpus.grammar import form
from corpus.naming import said_by
from corpus.numbering import parse_mark
from corpus.text import one_line, sentence_spans
from corpus.types import Notice, Span, Unit
from corpus.wording import wording

_OF_WHOLE, _DEFINES = form("quote.of_whole"), form("clause.defines_term")
WHOLE = 230
"""Characters of an article, or of a paragraph of it, that is quoted whole."""
AT_ONCE, BESIDE = 50, "同条还写明："
"""Characters of an article before the sentence that answers, beyond which that goes first; how the rest is told then."""
OPENING = 6
"""Characters at the start of a sentence that may point back."""
MAX_ITEMS = 40
HEADING_REACH = 12
"""Characters of numbering in front of a heading, and the least that must be left behind it."""


def tidy(quote: str) -> str:
    """A quote as a sentence of the answer: own numbering off, one line, a stop at the end."""
    text = one_line(quote)
    mark = parse_mark(text)
    text = text[len(mark.text) :].lstrip() if mark else text
    return text if text.endswith(("。", "！", "？", "”", "）", ")", "：", ":")) else text.rstrip("，,；;、") + "。"


def lead_in(pick: Pick, *, verb: str = "规定") -> str:
    """``湘政办发〔2023〕44号“推进紧密型医联体建设”规定：`` or ``《…条例》第十五条规定：``."""
    return f"{said_by(pick.notice)}{_place(pick)}{verb}："


def _place(pick: Pick) -> str:
    within = f"“{pick.article.division}”" if pick.article.division else ""
    if pick.article.clause:
        return within + pick.article.clause[-1]
    heading, quote = pick.article.heading, pick.notice.quote(pick.span)
    text, start = pick.notice.text, pick.span.start
    of_table = text.startswith("|", text.rfind("\n", 0, start) + 1)  # a table of an annex stands below the last heading
    whole = _OF_WHOLE.match(quote) is not None
    named = (
        not of_table and not whole and 2 <= len(heading) <= 22 and not heading.startswith("（") and heading not in quote
    )
    return within + (f"“{heading}”" if named else "")


def list_around(pick: Pick, shown: Shown) -> Unit | None:
    """The list that the sentence belongs to, as its lead-in or as one of its items; None where it belongs to none."""
    return shown.list_at(pick.notice, pick.span)


def leads_list(pick: Pick, unit: Unit) -> bool:
    """Whether the sentence is the lead-in of the list: then its items are the answer, whatever was asked."""
    return pick.span.end <= unit.items[0].start + 1


def defining(pick: Pick, unit: Unit, u: Query) -> Pick | None:
    """The one item of a list of terms that says what the term asked for means (医学巡查，是指…); None where it is no such item."""
    meant = []
    for item in unit.items:
        found = _DEFINES.search(pick.notice.quote(item))
        if found is not None and u.names(found["term"]):
            meant.append(item)
    return replace(pick, span=trimmed(pick.notice.text, meant[0])) if len(meant) == 1 else None


def whole_list(pick: Pick, unit: Unit) -> tuple[Block, ...]:
    """The lead-in with how many items there are, then every item."""
    notice = pick.notice
    first = unit.items[0]
    lead = trimmed(notice.text, Span(unit.span.start, first.start)) if unit.span.start < first.start else None
    said = tidy(notice.quote(lead)) if lead is not None and len(lead) else f"{unit.label}列出："
    counted = f"（共{len(unit.items)}项）"
    intro = f"{lead_in(pick)}{said.rstrip('。')}"
    intro = f"{intro.rstrip('：:')}{counted}："
    support = Support(notice.id, lead if lead is not None and len(lead) else first)
    head = Statement(intro, (support,), given=f"{lead_in(pick)}{counted}")
    items = [trimmed(notice.text, one) for one in unit.items[:MAX_ITEMS]]
    return (
        paragraph(head),
        Block("list", tuple(Statement(tidy(notice.quote(s)), (Support(notice.id, s),)) for s in items if len(s))),
    )


def list_statements(notice: Notice, unit: Unit) -> list[Statement]:
    """The lead-in and the items one after the other, for a place that holds no list."""
    spans = [Span(unit.span.start, unit.items[0].start), *unit.items[:MAX_ITEMS]]
    kept = [one for one in (trimmed(notice.text, span) for span in spans) if len(one)]
    return [Statement(tidy(notice.quote(one)), (Support(notice.id, one),)) for one in kept]


def with_context(pick: Pick, shown: Shown, prefix: str) -> Statement:
    """The sentence with its lead-in or heads where it is a member of a list or of a table."""
    notice = pick.notice
    unit = next((one for one in shown.around(notice, pick.span) if one.kind in ("item", "row") and one.lead), None)
    own = Statement(f"{tidy(notice.quote(pick.span))}", (Support(notice.id, pick.span),))
    if unit is None:
        return Statement(f"{prefix}{own.text}", own.supports, given=prefix)
    if unit.kind == "row":
        return _row(notice, unit, prefix, pick.span)
    lead = trimmed(notice.text, unit.lead[-1])
    text = tidy(notice.quote(lead))
    start = text.rfind("。", 0, max(len(text) - 1, 0)) + 1
    return Statement(
        f"{prefix}{text[start:].rstrip('。')}{own.text}", (Support(notice.id, lead), *own.supports), given=prefix
    )


def _row(notice: Notice, unit: Unit, prefix: str, said: Span) -> Statement:
    """``列名：值；列名：值``, so that a row can be read alone; of a cell with several sentences in a long row the one ``said``."""
    told: dict[str, str] = {}  # a cell that is merged over columns stands in each of them, and is told once
    for cell in unit.cells:
        span = said if len(unit.span) > WHOLE and cell.span.contains(said) else cell.span
        if value := tidy(notice.quote(span)).rstrip("。；;"):
            told.setdefault(value, cell.head)
    text = "；".join(f"{head}：{value}" if head else value for value, head in told.items())
    supports = (Support(notice.id, trimmed(notice.text, unit.span)), *(Support(notice.id, s) for s in unit.lead))
    return Statement(f"{prefix}{text}。", supports, given=prefix)


def frame(pick: Pick, shown: Shown) -> Span:
    """The article the sentence stands in where it is short, else its paragraph (款) where that is, else the sentence."""
    notice = pick.notice
    body = without_bodies(notice, pick.article, pick.article.span)
    paragraphs = [one.span for one in shown.around(notice, pick.span) if one.kind == "paragraph"]
    for span in (body, *sorted(paragraphs, key=len, reverse=True)):
        whole = span.contains(pick.span) and not _cuts_list(shown, notice, span)
        if whole and len(span) <= WHOLE and "【采集文本" not in notice.quote(span):
            return _behind_heading(pick, trimmed(notice.text, span))
    return pick.span


def framed(pick: Pick, shown: Shown, prefix: str, belongs: Callable[[Span], bool] | None = None) -> list[Statement]:
    """The article or paragraph the sentence stands in where it is short, else the sentence with its context; the sentence
    goes first where it stands far behind the beginning of what is quoted with it.

    Args:
        belongs: whether another sentence of that article belongs to the answer; None: all do. One that points back belongs
            where the one before it does.
    """
    span = frame(pick, shown) if list_around(pick, shown) is None else pick.span
    if len(span) <= len(pick.span):
        return [with_context(pick, shown, prefix)]
    runs = [span] if belongs is None else _runs(pick, span, belongs)
    own = next(n for n, run in enumerate(runs) if run.overlaps(pick.span))
    whole = runs[own]
    first, rest = whole, list[Span]()
    if pick.span.start - whole.start > AT_ONCE:
        first, rest = pick.span, [Span(whole.start, pick.span.start), Span(pick.span.end, whole.end)]
    text = pick.notice.text
    beside = [trimmed(text, one) for one in (*runs[:own], *rest, *runs[own + 1 :]) if len(one)]
    said = [one for one in beside if any(c.isalnum() for c in one.of(text))]
    return [
        _quoted(pick.notice, first, prefix),
        *(_quoted(pick.notice, one, BESIDE if n == 0 else "") for n, one in enumerate(said)),
    ]


def points_back(sentence: str) -> bool:
    """Whether a sentence begins with what points at the one before it (其中, 上述)."""
    return wording("back_reference").in_(sentence[:OPENING])


def _runs(pick: Pick, span: Span, belongs: Callable[[Span], bool]) -> list[Span]:
    """The sentence and what of ``span`` belongs to it, neighbours as one piece."""
    text = pick.notice.text
    runs: list[Span] = []
    joins = False
    for one in (trimmed(text, sentence) for sentence in sentence_spans(text, span)):
        if not any(c.isalnum() for c in one.of(text)):
            continue
        kept = one.overlaps(pick.span) or belongs(one) or (joins and points_back(one.of(text)))
        if kept and joins:
            runs[-1] = Span(runs[-1].start, one.end)
        elif kept:
            runs.append(one)
        joins = kept
    return runs


def _quoted(notice: Notice, span: Span, prefix: str) -> Statement:
    return Statement(f"{prefix}{tidy(notice.quote(span))}", (Support(notice.id, span),), given=prefix)


def is_lead(pick: Pick, shown: Shown) -> bool:
    """Whether the sentence only leads into a list, so that beside another it says nothing."""
    listed = list_around(pick, shown)
    return listed is not None and leads_list(pick, listed)


def quote_statement(prefix: str, pick: Pick) -> Statement:
    """The sentence and no more."""
    return _quoted(pick.notice, pick.span, prefix)


def _cuts_list(shown: Shown, notice: Notice, span: Span) -> bool:
    """Whether ``span`` holds a part of a list and not all of it: the last item with the paragraph behind it."""
    lists = (one.span for one in shown.units(notice) if one.kind == "list")
    return any(one.overlaps(span) and not one.contains(span) and not span.contains(one) for one in lists)


def _behind_heading(pick: Pick, span: Span) -> Span:
    """``span`` without the article's heading at its start where the lead-in says it; whole where nothing follows."""
    notice, article, heading = pick.notice, pick.article, pick.article.heading
    if not _place(pick).endswith(f"“{heading}”"):
        return span
    at = notice.text.find(heading, span.start, min(span.end, span.start + len(heading) + HEADING_REACH))
    if at < 0 or notice.text[span.start : at].strip() not in ("", *(label.strip() for label in article.labels)):
        return span
    start = at + len(heading)
    while start < span.end and notice.text[start] in "。：:. \u3000\n":
        start += 1
    return Span(start, span.end) if span.end - start >= HEADING_REACH else span


def is_quoted(span: Span, notice_id: str, statements: Iterable[Statement]) -> bool:
    """Whether any of the statements rests on words of ``span``."""
    return any(s.notice_id == notice_id and s.span.overlaps(span) for one in statements for s in one.supports)


def sentence_at(notice: Notice, span: Span) -> Span:
    """The sentence that ``span`` stands in, without the white space around it; ``span`` itself where it goes over several."""
    article = notice.article_at(span.start)
    found = next((one for one in sentence_spans(notice.text, article.span) if one.contains(span)), span)
    return trimmed(notice.text, found)
