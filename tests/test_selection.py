"""Choosing what to quote: whole sentences, windows of clauses, no responsibility bracket, nothing twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.kinds import Wants
from assistant.query.read import Understanding
from assistant.retrieval.matching import Weights
from assistant.retrieval.selection import (
    LONG_SENTENCE,
    article_body,
    diverse,
    is_heading_only,
    trimmed,
    window,
    without_bodies,
)
from assistant.types import Kind
from corpus.library import load_corpus
from corpus.text import clause_spans, sentence_spans
from corpus.types import Article, Level, Notice, Span

SHIPPED = load_corpus().notices
WEIGHTS = Weights(n.text[i : i + 300] for n in SHIPPED for i in range(0, len(n.text), 300))
WITH_BODIES = [(n, a) for n in SHIPPED for a in n.articles if a.bodies_span]
LONG = [
    (n, s) for n in SHIPPED for s in sentence_spans(n.text, Span(0, len(n.text)))
    if len(s) > LONG_SENTENCE and "【采集文本" not in s.of(n.text)
]  # fmt: skip


def asked(question: str, kind: Kind = Kind.TEXT, **wants: bool) -> Understanding:
    return Understanding(question, question, Wants(kind, **wants), question, question, as_of=date(2024, 1, 1))


@given(st.text(alphabet=" \n　一二。", max_size=12))
def test_trimming_takes_white_space_only(text: str) -> None:
    assert trimmed(text, Span(0, len(text))).of(text) == text.strip()


def test_a_quote_stops_before_the_responsibility_bracket() -> None:
    assert WITH_BODIES
    for notice, article in WITH_BODIES:
        assert article.bodies_span
        body = article_body(article)
        assert not body.overlaps(article.bodies_span) or body == article.span
        cut = without_bodies(notice, article, article.span)
        if article.bodies_span.start > article.span.start:
            assert cut.end <= article.bodies_span.start
        assert cut.of(notice.text) == cut.of(notice.text).strip()


@given(
    st.sampled_from(LONG),
    st.sampled_from(["床位", "到2020年达到多少", "院长年薪", "药品采购 公立医院", "签约"]),
    st.booleans(),
)
def test_a_window_is_whole_clauses_of_its_sentence(long: tuple[Notice, Span], question: str, figure: bool) -> None:
    notice, sentence = long
    chosen = window(notice, sentence, WEIGHTS.units(question), WEIGHTS, asked(question, figure=figure))
    assert sentence.contains(chosen)
    assert len(chosen) > 0
    clauses = clause_spans(notice.text, sentence)
    assert chosen.start in {c.start for c in clauses}
    assert notice.text[chosen.end - 1] not in "，；、"
    ends = {c.end for c in clauses}
    assert min(e for e in ends if e >= chosen.end) - chosen.end <= 2, "only closing punctuation is left off"


def test_a_short_sentence_is_quoted_whole() -> None:
    notice = SHIPPED[0]
    short = next(s for s in sentence_spans(notice.text, Span(0, len(notice.text))) if 20 < len(s) < LONG_SENTENCE)
    assert window(notice, short, WEIGHTS.units("床位"), WEIGHTS, asked("床位")) == short


def test_the_window_is_where_the_question_is() -> None:
    parts = ["加强基层床位建设并完善床位管理", "推进药品集中采购和耗材采购", "院长年薪由主管部门根据考核结果核定"]
    text = (
        "，".join(part + "，有关部门要加强领导和监督检查工作" for part in parts)
        + "，"
        + "做好宣传引导和总结评估" * 4
        + "。"
    )
    article = Article("x", 0, Span(0, len(text)))
    notice = Notice("x", None, "题", "某市", "湖南省", SHIPPED[0].level, None, text, (article,))
    assert len(text) > LONG_SENTENCE
    for question in ("床位", "药品集中采购", "院长年薪"):
        chosen = window(notice, Span(0, len(text)), WEIGHTS.units(question), WEIGHTS, asked(question), limit=40)
        assert question in chosen.of(text)


def _notice(text: str, article: Article) -> Notice:
    return Notice("n", None, "甲", "乙", "", Level.NATIONAL, None, text, (article,))


@pytest.mark.parametrize("text", ["（一）加强床位建设。", "1.加强床位建设", "二、加强床位建设\n"])
def test_a_heading_is_no_answer(text: str) -> None:
    behind = f"{text}到2025年，每千人口床位数达到若干张，并逐步优化布局结构。"
    article = Article("x", 0, Span(0, len(behind)), ("1.",), ("加强床位建设",))  # and what is to be done behind it
    assert is_heading_only(_notice(behind, article), article, Span(0, len(text)))
    assert not is_heading_only(_notice(behind, article), article, Span(0, len(behind)))


def test_an_item_that_fills_its_line_is_text() -> None:
    """（五）免交通行费。 looks like a heading; nothing follows it on its line, so it is what is to be done."""
    text = "第三条 救护车享有下列权利：\n（一）优先通行；\n（二）免交车辆通行费。\n第四条 其他车辆应当让行。"
    article = Article("第三条", 0, Span(0, text.index("第四条")), ("第三条",), ("",))
    item = "（二）免交车辆通行费。"
    at = text.index(item)
    assert not is_heading_only(_notice(text, article), article, Span(at, at + len(item)))


@dataclass(frozen=True)
class _Pick:
    notice: Notice
    span: Span
    score: float


PICKS = st.lists(
    st.builds(
        lambda which, start, length, score: _Pick(SHIPPED[which], Span(start, start + length), score),
        st.integers(0, 1), st.integers(0, 30), st.integers(1, 10), st.floats(0.1, 1.0),
    ),
    max_size=8,
).map(lambda picks: sorted(picks, key=lambda p: -p.score))  # fmt: skip


@given(PICKS, st.integers(1, 4), st.floats(0.5, 1.0))
def test_diverse_picks_do_not_overlap_nor_fall_behind(picks: list[_Pick], limit: int, floor: float) -> None:
    kept = diverse(picks, limit=limit, floor=floor)  # type: ignore[arg-type,var-annotated]
    assert len(kept) <= limit
    assert kept[:1] == picks[:1]
    for i, one in enumerate(kept):
        assert one.score >= floor * picks[0].score
        assert not any(one.notice.id == o.notice.id and one.span.overlaps(o.span) for o in kept[:i])
