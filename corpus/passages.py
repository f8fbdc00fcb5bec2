"""Passages (检索段): whole sentences of one article within a token budget, tiling the notice.

It stands alone because passage boundaries decide both what search can find and what a citation may show. Sentences are
packed into the fewest pieces that fit and balanced, so no tiny tail is left; a section heading that stands alone is
put in front of the first passage of the item after it. The trap: a sentence over the budget is cut at ；then ，, never
inside a number, date, 《》, bracket or quote, so a bracket longer than the budget stays whole and over it.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import accumulate, pairwise

from corpus.parts import is_annex
from corpus.text import may_cut, sentence_spans
from corpus.tokens import count_tokens
from corpus.types import UNKNOWN_REGION, Article, Notice, Passage, Span

MAX_TITLE = 60
MAX_HEADING = 36
_TRIES = 40  # numbers of pieces tried before evenness is given up


def passages_of(notice: Notice, max_tokens: int = 320, *, breadcrumb: bool = True) -> tuple[Passage, ...]:
    """Passages of ``notice`` in order.

    Args:
        notice: read and outlined.
        max_tokens: budget in o200k_base tokens for the text of one passage, its breadcrumb not counted.
        breadcrumb: whether passages carry 地区 · 文号 · 标题 › 一、… › （二）… for embedding and search.
    """
    if max_tokens < 16:
        raise ValueError(f"max_tokens 至少为 16，收到 {max_tokens}")
    passages: list[Passage] = []
    waiting: int | None = None
    for position, article in enumerate(notice.articles):
        start = article.span.start if waiting is None else waiting
        last = position + 1 == len(notice.articles)
        if not last and _is_heading_only(notice, position):
            waiting = start
            continue
        waiting = None
        crumb = breadcrumb_of(notice, article) if breadcrumb else ""
        for group in _pack(notice.text, Span(start, article.span.end), max_tokens):
            span = Span(group[0].start, group[-1].end)
            text = span.of(notice.text)
            identity = f"{notice.id}:{span.start}-{span.end}"
            passages.append(
                Passage(identity, notice.id, article.ordinal, span, text, crumb, tuple(group), count_tokens(text))
            )
    return tuple(passages)


def breadcrumb_of(notice: Notice, article: Article) -> str:
    """地区 · 文号 · 标题 › 一、… › （二）…, long titles and headings cut short."""
    place = "" if notice.region == UNKNOWN_REGION else notice.region.replace("/", "")
    head = [place, notice.number or "", _short(notice.title, MAX_TITLE)]
    of_part = article.division or (article.part if is_annex(article.part) else "")
    path = [_short(of_part, MAX_HEADING)] if of_part else []
    path += [
        label + _short(heading, MAX_HEADING) for label, heading in zip(article.labels, article.headings, strict=True)
    ]
    return " › ".join([" · ".join(part for part in head if part), *path])


def _short(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _is_heading_only(notice: Notice, position: int) -> bool:
    """Whether an article is only a heading over the next one: a line without a stop (or a caption) above its first item."""
    article, following = notice.articles[position], notice.articles[position + 1]
    if not article.heading or following.kind != "item":
        return False
    text = article.span.of(notice.text).strip()
    is_line = len(text) <= len(article.labels[-1]) + len(article.heading) + 2 and text[-1] not in "：:"
    return is_line and following.part == article.part and following.labels[: article.level] == article.labels


def _pack(text: str, span: Span, max_tokens: int) -> list[list[Span]]:
    """Sentences of ``span`` in the fewest groups within the budget, as even as they can be."""
    units: list[Span] = []
    for sentence in sentence_spans(text, span):
        units += _cut_long(text, sentence, max_tokens)
    sizes = [count_tokens(unit.of(text)) for unit in units]
    sums = [0, *accumulate(sizes)]
    fewest = max(1, -(-sums[-1] // max_tokens))
    return [units[a:b] for a, b in _fitting(sums, fewest, max_tokens)]


def _fitting(sums: list[int], fewest: int, max_tokens: int) -> list[tuple[int, int]]:
    """Runs of units within the budget: even ones where that works with few more than the fewest, else filled in order."""
    count = len(sums) - 1
    for pieces in range(fewest, min(count, fewest + _TRIES) + 1):
        groups = _split_evenly(sums, pieces)
        if pieces == count or all(sums[b] - sums[a] <= max_tokens or b - a == 1 for a, b in groups):
            return groups
    edges = [0]
    for edge in range(1, count + 1):
        if sums[edge] - sums[edges[-1]] > max_tokens and edge - 1 > edges[-1]:
            edges.append(edge - 1)
    return list(pairwise([*edges, count]))


def _split_evenly(sums: list[int], pieces: int) -> list[tuple[int, int]]:
    """``pieces`` runs of units, cut where the running sum is nearest to equal shares."""
    count = len(sums) - 1
    edges = [0]
    for piece in range(1, pieces):
        share = sums[-1] * piece / pieces
        low, high = edges[-1] + 1, count - (pieces - piece)
        after = min(max(bisect_left(sums, share, low, high + 1), low), high)
        before = bisect_left(sums, sums[max(after - 1, low)], low, high + 1)
        edges.append(min((before, after), key=lambda edge: (abs(sums[edge] - share), edge)))
    edges.append(count)
    return list(pairwise(edges))


def _cut_long(text: str, sentence: Span, max_tokens: int) -> list[Span]:
    """A sentence within the budget as it is; else cut at 。and ；, what is still too long at ，then 、."""
    pieces = [sentence]
    for marks in ("。！？", "；;", "，,", "、"):
        if all(count_tokens(piece.of(text)) <= max_tokens for piece in pieces):
            break
        pieces = [part for piece in pieces for part in _cut_at(text, piece, marks, max_tokens)]
    return pieces


def _cut_at(text: str, piece: Span, marks: str, max_tokens: int) -> list[Span]:
    if count_tokens(piece.of(text)) <= max_tokens:
        return [piece]
    edges = [piece.start]
    for position in range(piece.start + 1, piece.end):
        if text[position - 1] in marks and may_cut(text, position) and text[position] not in "\n”’」』）)】〕》":
            edges.append(position)
    edges.append(piece.end)
    parts = [Span(a, b) for a, b in pairwise(edges)]
    sums = [0, *accumulate(count_tokens(part.of(text)) for part in parts)]
    groups = _fitting(sums, max(1, -(-sums[-1] // max_tokens)), max_tokens)
    return [Span(parts[a].start, parts[b - 1].end) for a, b in groups]
