"""Whether a notice speaks on a matter (事项): the clauses that hold its words, or what else the matter is called, or that are
near to it in meaning.

Apart from the verdict on place and date, which it never changes: a notice that binds may well be silent on the matter. The
traps: common words (医院, 工作) stand in every clause, so words count by how rare they are in the library; and what no words of
the matter name may still be about it (院前急救, 院前医疗急救), so silence is said as 未见.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from assistant.applicability import cite, title_span
from assistant.query.types import Query
from assistant.retrieval.evidence import Retriever
from assistant.retrieval.matching import Weights, bigrams, held_apart
from assistant.retrieval.selection import Pick, may_answer, ranked_sentences
from assistant.types import Binding, Verdict
from corpus import fitted
from corpus.synonyms import TermMatch, find_terms
from corpus.text import fold, sentence_spans
from corpus.types import Notice, Span

LEAST = fitted.number("topics.least")
"""Share of the matter's words, weighed by rareness, that a sentence and the headings above it must hold."""

MOSTLY = fitted.number("topics.mostly")
"""Share of a notice's items that must speak on the matter for the whole to be about it."""

_LONG = 4
"""Characters of a matter whose words a title may hold apart."""
_FRONT = 40
"""Characters of the text that stand for a title which it does not hold."""
_SHORT = 2
"""Characters of another name that may be an accident of two words (家医 in 国家医学中心)."""


def clauses_on(notice: Notice, topic: str, weights: Weights) -> tuple[Span, ...]:
    """The first sentence on the matter in each item of the notice, in order; () where it is silent."""
    wanted = bigrams(topic)
    terms = [match for match in find_terms(topic) if len(match.term) > 1]
    rest = bigrams(_without(topic, terms))
    names = [
        tuple(fold(word) for word in (match.term, *match.others) if word == match.term or _tells(word))
        for match in terms
    ]
    found: dict[int, Span] = {}
    for article in notice.articles:
        if article.kind == "front":
            continue
        headings = " ".join(article.headings)
        for span in sentence_spans(notice.text, article.span):
            text = f"{headings} {notice.quote(span)}"
            named = bool(names) and all(any(word in fold(text) for word in one) for one in names)
            named = named and (
                not rest or weights.share(rest, bigrams(text)) >= LEAST
            )  # 中医药科室设置 is not all of 中医药
            if (named or weights.share(wanted, bigrams(text)) >= LEAST) and article.ordinal not in found:
                found[article.ordinal] = span
    return tuple(found.values())


def _without(topic: str, terms: Sequence[TermMatch]) -> str:
    """``topic`` with a stop in the place of each of ``terms``."""
    for match in sorted(terms, key=lambda one: -one.start):
        topic = f"{topic[: match.start]}，{topic[match.end :]}"
    return topic


def _tells(word: str) -> bool:
    """Whether another name can be told in a text: not two characters, nor a number (120), which counts anything."""
    return len(word) > _SHORT and not word.isdigit()


MEANS, MAY_MEAN, COVERS = (
    fitted.number("topics.means"),
    fitted.number("topics.may_mean"),
    fitted.number("topics.covers"),
)
"""Nearness from which a sentence is on the matter; from which it is where the reader does not rule it out; and the share of the
matter's words, by what else they are called, that will do in its place."""
_ELSEWHERE = ("other_region", "narrower")
READ_ALONE = 8
"""Notices that are read by themselves, the likeliest first: what is looked through does not grow with the library."""


def near_clauses(retriever: Retriever, q: Query, notice_ids: Collection[str]) -> dict[str, tuple[Span, ...]]:
    """Of the notices that hold no words of the matter ``q`` those that speak on it by meaning, each with the first sentence of
    each item that does, in order of the text."""
    likely: dict[str, float] = {}
    for item in retriever.retrieve(q, notice_ids, top_k=40) if notice_ids else []:
        best = max(max(s.similarity, MEANS * (s.coverage >= COVERS)) for s in item.sentences)
        if best >= MAY_MEAN:
            likely[item.notice.id] = max(best, likely.get(item.notice.id, 0.0))
    found: dict[str, tuple[Span, ...]] = {}
    for one in sorted(likely, key=lambda i: -likely[i])[:READ_ALONE]:
        first: dict[int, Span] = {}
        for pick in sorted(ranked_sentences(retriever.retrieve(q, [one], top_k=6)), key=lambda p: p.span):
            if _means(pick):
                first.setdefault(pick.article.ordinal, pick.span)
        if first:
            found[one] = tuple(first.values())
    return found


def _means(pick: Pick) -> bool:
    """Whether the sentence is on the matter; one before the items, which says what the notice is for, has to be near by itself."""
    near, covered = pick.sentence.similarity, pick.sentence.coverage >= COVERS
    if near >= MEANS:
        return True
    return pick.article.kind == "item" and (near >= MAY_MEAN or covered) and may_answer(pick)


def on_topic(
    verdicts: Sequence[Verdict],
    notices: Sequence[Notice],
    topic: str,
    weights: Weights,
    near: Callable[[Collection[str]], Mapping[str, tuple[Span, ...]]] | None = None,
) -> tuple[Verdict, ...]:
    """``verdicts`` with what each notice says on the matter; of those alike in force the ones that speak on it come first.

    Args:
        near: finds the clauses that are on the matter by meaning, of notices that hold none of its words
            (:func:`near_clauses`); those of other places are not looked through.
    """
    held = {notice.id: notice for notice in notices}
    literal = {v.notice_id: clauses_on(held[v.notice_id], topic, weights) for v in verdicts}
    silent = [v.notice_id for v in verdicts if v.code not in _ELSEWHERE and not literal[v.notice_id]]
    meant = near(silent) if near is not None else {}
    told: list[tuple[int, int, Verdict]] = []
    for verdict in verdicts:
        notice = held[verdict.notice_id]
        spans = literal[notice.id] or meant.get(notice.id, ())
        whole = _titled(notice, topic) or _mostly(notice, spans)
        titled = (title_span(notice) or Span(0, min(len(notice.text), _FRONT))) if whole and not spans else None
        if whole:
            named = f"，其中{len(literal[notice.id])}条写明“{topic}”" if literal[notice.id] else ""
            said = f"整份文件写的就是这件事{named}"
        elif literal[notice.id]:
            said = f"其中{len(spans)}条写到“{topic}”"
        elif spans:
            said = f"其中{len(spans)}条写到这件事，用词与“{topic}”不同"
        else:
            said = f"未见写到“{topic}”"
        spans = (titled,) if titled else spans
        mentions = tuple(cite(notice, span, marker) for marker, span in enumerate(spans, 1))
        rank = 2 * (not mentions) + (not whole)
        told.append((rank, -len(mentions), replace(verdict, reason=f"{verdict.reason}；{said}", mentions=mentions)))
    order = {binding: at for at, binding in enumerate(dict.fromkeys(v.binding for v in verdicts))}
    return tuple(v for *_, v in sorted(told, key=lambda one: (order[one[2].binding], *one[:2])))


def _titled(notice: Notice, topic: str) -> bool:
    """Whether the title is about the matter, also with words of its own in between (院前急救, 院前医疗急救)."""
    said, title = fold(topic), fold(notice.title)
    return bigrams(topic) <= bigrams(notice.title) or (len(said) >= _LONG and held_apart(said, title))


def _mostly(notice: Notice, spans: Sequence[Span]) -> bool:
    """Whether most items of the notice speak on the matter."""
    items = {article.ordinal for article in notice.articles if article.kind == "item"}
    return len(spans) > 1 and len(spans) >= MOSTLY * len(items)


def silent_on(verdicts: Sequence[Verdict]) -> bool:
    """Whether of the notices that bind at the place on the day none speaks on the matter."""
    return not any(v.mentions for v in verdicts if v.binding is Binding.BINDS)
