"""A draft and the notice it is about: items under a lead-in that denies them, 本办法, a wrong number beside a wrong figure."""

from __future__ import annotations

from datetime import date

import pytest
from fakes import HashingEmbedder

from assistant.drafting import draft as checking
from assistant.drafting.library import LibraryVerifier
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.verification.borrowed import borrowed_value
from assistant.verification.checks import pair
from corpus.clean import clean
from corpus.library import Corpus
from corpus.outline import outline
from corpus.types import Level, Notice
from index import Index, build_index
from index.types import IndexConfig

CARE = """甲市护理保险办法
第一条 护理保险基金不支付下列费用：
（一）由第三人负担的费用；
（二）参保人员住院期间发生的费用；
（三）超出目录的费用。
第二条 护理保险基金支付符合规定的评估费用。
第三条 本办法自印发之日起施行，有效期3年。
"""
MEALS = """甲市助餐办法
第一条 助餐点应当在24小时内上报食物中毒。
第二条 本办法自印发之日起施行，有效期5年。
"""


def notice(name: str, number: str, text: str) -> Notice:
    cleaned = clean(text).text
    title = text.partition("\n")[0]
    return Notice(
        name, number, title, "甲市医疗保障局", "", Level.NATIONAL, date(2024, 1, 5), cleaned, outline(cleaned)
    )


@pytest.fixture(scope="module")
def verifier(tmp_path_factory: pytest.TempPathFactory) -> LibraryVerifier:
    folder = tmp_path_factory.mktemp("drafts")
    corpus = Corpus((notice("care", "甲医保〔2024〕1号", CARE), notice("meals", "甲民〔2024〕7号", MEALS)), "made")
    config = IndexConfig(folder)
    build_index(corpus, config, embedder=HashingEmbedder())
    index = Index.open(config, corpus, embedder=HashingEmbedder())
    return LibraryVerifier.of(Assistant(corpus, index, Settings(data_dir=folder), today=date(2024, 3, 1)))


def checked(verifier: LibraryVerifier, text: str) -> tuple[checking.CheckedSentence, ...]:
    return checking.check_draft("稿.txt", text, verifier).sentences


def test_an_item_is_what_its_lead_in_says_of_it(verifier):
    wrong, right = checked(
        verifier, "参保人员住院期间发生的费用，由护理保险基金支付。参保人员住院期间发生的费用，护理保险基金不支付。"
    )
    assert wrong.status == "contradicted"
    assert next(c.quote for c in wrong.clauses).startswith("第一条 护理保险基金不支付下列费用")
    assert right.status == "supported"
    for clause in (*wrong.clauses, *right.clauses):
        text = verifier.corpus.get(clause.notice_id).text
        assert text[clause.start : clause.end] == clause.quote


def test_this_notice_in_a_draft_is_the_one_it_named_before(verifier):
    _, five = checked(verifier, "根据《甲市护理保险办法》，评估费用由护理保险基金支付。本办法有效期5年。")
    assert five.status == "contradicted" and "3年" in five.reason
    _, three = checked(verifier, "根据《甲市护理保险办法》，评估费用由护理保险基金支付。本办法有效期3年。")
    assert three.status == "supported" and {c.notice_id for c in three.clauses} == {"care"}


def test_beside_a_wrong_number_the_rest_is_read_too(verifier):
    (both,) = checked(verifier, "根据《甲市助餐办法》（甲民〔2023〕9号），助餐点应当在12小时内上报食物中毒。")
    assert both.status == "contradicted" and "24小时" in both.reason
    assert any("文号不对" in remark for remark in both.remarks)
    (number,) = checked(verifier, "根据《甲市助餐办法》（甲民〔2023〕9号），助餐点应当在24小时内上报食物中毒。")
    assert number.status == "contradicted" and number.reason.startswith("文号不对")


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("到2027年，服务模式在基层广泛应用。", True),
        ("到2030年，服务模式在基层广泛应用。", False),
        ("到2027年，县域基本实现全流程服务。", False),
    ],
)
def test_a_year_of_another_aim_is_borrowed(claim: str, wrong: bool):
    evidence = ["到2027年，县域基本实现全流程服务。", "到2030年，服务模式在基层广泛应用。"]
    assert bool(borrowed_value(pair(claim, evidence))) is wrong


def test_a_term_of_years_is_no_year():
    evidence = ["到2030年，服务模式在基层广泛应用。", "档案保存5年，保存期满的可以销毁。"]
    assert borrowed_value(pair("服务模式在基层广泛应用，档案保存5年。", evidence)) is None
