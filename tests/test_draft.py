"""Rendering a draft: markers in order, one number a span, tables that stay tables."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph, render
from corpus.library import load_corpus
from corpus.types import Span

NOTICES = {n.id: n for n in load_corpus().notices}
ID = "ziyang-2017-pilot-plan"

SUPPORTS = st.builds(
    lambda which, start, length: Support(which, Span(start, start + length)),
    st.sampled_from(sorted(NOTICES)), st.integers(0, 30).map(lambda n: n * 40), st.integers(1, 3).map(lambda n: n * 10),
)  # fmt: skip
STATEMENTS = st.builds(
    Statement,
    st.sampled_from(["床位要建成。", "要求如下：", "甲|乙\n丙", "完成"]),
    st.lists(SUPPORTS, max_size=3).map(tuple),
)
BLOCKS = st.one_of(
    st.builds(lambda s: Block("paragraph", tuple(s)), st.lists(STATEMENTS, max_size=3)),
    st.builds(lambda s: Block("list", tuple(s)), st.lists(STATEMENTS, min_size=1, max_size=4)),
    st.builds(
        lambda rows: Block("table", rows=((Statement("地区"), Statement("规定")), *rows)),
        st.lists(st.tuples(STATEMENTS, STATEMENTS), max_size=3),
    ),
)


@given(st.lists(BLOCKS, max_size=4).map(lambda b: Draft(tuple(b))))
def test_markers_are_consecutive_in_order_and_each_has_its_quote(draft: Draft) -> None:
    text, citations = render(draft, NOTICES)
    assert [c.marker for c in citations] == list(range(1, len(citations) + 1))
    shown = [int(m) for m in re.findall(r"\[(\d+)\]", text)]
    assert list(dict.fromkeys(shown)) == [c.marker for c in citations]
    assert len({(c.notice_id, c.start, c.end) for c in citations}) == len(citations)
    for c in citations:
        notice = NOTICES[c.notice_id]
        assert c.quote == notice.text[c.start : c.end]
        assert (c.notice, c.title, c.path) == (notice.name, notice.title, notice.article_at(c.start).path)
    assert draft.empty == (not citations)


def test_a_marker_stands_before_the_closing_stop() -> None:
    draft = Draft((paragraph(Statement("到2020年建成。", (Support(ID, Span(0, 5)),)), Statement("另有要求；")),))
    assert render(draft, NOTICES)[0] == "到2020年建成[1]。另有要求；"


def test_the_same_span_keeps_its_number() -> None:
    same, other = Support(ID, Span(0, 5)), Support(ID, Span(5, 9))
    draft = Draft(
        (paragraph(Statement("甲。", (same,)), Statement("乙。", (other, same)), Statement("丙。", (same,))),)
    )
    text, citations = render(draft, NOTICES)
    assert text == "甲[1]。乙[2][1]。丙[1]。"
    assert len(citations) == 2


def test_a_table_keeps_its_columns_whatever_a_cell_holds() -> None:
    row = (Statement("资|阳"), Statement("第一行\n第二行。", (Support(ID, Span(0, 5)),)))
    text, _ = render(Draft((Block("table", rows=((Statement("地区"), Statement("规定")), row)),)), NOTICES)
    lines = text.split("\n")
    assert len(lines) == 3
    assert {line.count("|") for line in lines} == {3}


def test_list_items_are_one_line_each() -> None:
    block = Block(
        "list", (Statement("甲。", (Support(ID, Span(0, 5)),)), Statement("乙。", (Support(ID, Span(5, 9)),)))
    )
    assert render(Draft((block,)), NOTICES)[0] == "- 甲[1]。\n- 乙[2]。"


def test_a_draft_that_cites_nothing_is_empty() -> None:
    assert Draft((paragraph(Statement("没有引文。")),)).empty
    assert Draft(()).empty
    assert render(Draft(()), NOTICES) == ("", ())


def test_an_answer_about_the_notice_itself_leads_with_front_matter() -> None:
    notice = NOTICES[ID]
    body = next(a for a in notice.articles if a.kind == "item")
    front = Draft((paragraph(Statement("甲。", (Support(ID, Span(0, 5)),))),))
    inner = Draft((paragraph(Statement("甲。", (Support(ID, body.span),))),))
    assert front.leads_with_front(NOTICES)
    assert not inner.leads_with_front(NOTICES)
    assert not Draft(()).leads_with_front(NOTICES)
