"""Questions about a notice itself are answered from its front matter, cited."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.answering.draft import render
from assistant.blocks import to_text
from assistant.kinds.document import about, basis_span
from assistant.query.asked import facts_about
from corpus.docnumber import find_numbers
from corpus.library import load_corpus

SHIPPED = load_corpus().notices
BY_ID = {n.id: n for n in SHIPPED}
ZIYANG = BY_ID["ziyang-2017-pilot-plan"]


@pytest.mark.parametrize(
    ("question", "fact"),
    [
        ("44号文主送给谁", "addressees"), ("发给哪些单位", "addressees"), ("什么时候印发的", "issued"), ("印发日期是哪天", "issued"),
        ("谁印发的", "issuer"), ("发文机关是哪个", "issuer"), ("文号是多少", "number"), ("依据什么制定的", "basis"),
        ("院长年薪怎么定", None), ("什么时候取消加成", None), ("谁负责采购", None),
    ],
)  # fmt: skip
def test_which_fact_is_asked(question: str, fact: str | None) -> None:
    assert facts_about(question) == ((fact,) if fact else ())


@pytest.mark.parametrize(
    ("question", "facts"),
    [
        ("那个方案哪天发的 谁发的 文号", ("issued", "issuer", "number")),
        ("13号文是哪年的，根据省里哪个文件定的", ("issued", "basis")),
        ("什么时候印发的，发给谁", ("issued", "addressees")),
    ],
)
def test_all_the_facts_that_are_asked_in_their_order(question: str, facts: tuple[str, ...]) -> None:
    assert facts_about(question) == facts
    draft = about(facts, [ZIYANG])
    assert draft is not None
    assert len(list(draft.each())) == len(facts)


@pytest.mark.parametrize("notice", SHIPPED, ids=lambda n: n.id)
def test_facts_are_those_of_the_notice_and_cited_from_its_text(notice: object) -> None:
    assert notice in SHIPPED
    for fact in ("addressees", "issued", "issuer", "number", "basis"):
        draft = about((fact,), [notice])  # type: ignore[list-item]
        assert draft is not None, fact
        shown, citations = render(draft, BY_ID)
        assert to_text(shown).count("[") == len(citations) == 1
        assert citations[0].quote == BY_ID[citations[0].notice_id].text[citations[0].start : citations[0].end]


def test_each_fact_states_the_notice_s_own() -> None:
    def said(fact: str) -> str:
        draft = about((fact,), [ZIYANG])
        assert draft is not None
        return "".join(s.text for s in draft.each())

    assert "2017年6月21日" in said("issued")
    assert "资阳市人民政府" in said("issuer")
    assert "资府发〔2017〕23号" in said("number")
    assert all(a in said("addressees") for a in ZIYANG.addressees)


def test_a_notice_without_a_number_says_so() -> None:
    draft = about(("number",), [BY_ID["hunan-2021-key-tasks"]])
    assert draft is not None
    assert "没有写明" in next(draft.each()).text


@pytest.mark.parametrize("notice", SHIPPED, ids=lambda n: n.id)
def test_the_basis_is_another_document_or_a_policy_never_the_notice_itself(notice: object) -> None:
    known = BY_ID[notice.id]  # type: ignore[attr-defined]
    span = basis_span(known)
    assert span is not None
    assert "印发给你们" not in known.quote(span)
    assert known.number not in [m.canonical for m in find_numbers(known.quote(span)) if m.canonical]


def test_a_named_basis_is_found_by_its_number() -> None:
    span = basis_span(ZIYANG)
    assert span is not None
    assert "川府发〔2016〕32号" in ZIYANG.quote(span)


def test_what_no_notice_states_is_no_draft() -> None:
    bare = replace(ZIYANG, issued_on=None)
    assert about(("issued",), [bare]) is None
    assert about(("issued",), []) is None
