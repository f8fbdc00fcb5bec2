"""What is said of several sources at once, of items of one list, and who is in charge: proved part by part."""

from datetime import date

import pytest

from assistant.llm.citing import Citer, _parts
from assistant.llm.stream import read_sentence
from assistant.retrieval.matching import Weights
from assistant.verification import claims, organs
from assistant.verification.checks import duty_faults, pair
from assistant.verification.conclusions import follows
from assistant.verification.evidence import items_of, sentences_of
from assistant.verification.gate import Dropped, Gate, Source
from assistant.verification.notation import same_notation
from corpus.types import Article, Level, Notice, Span

BAN = "严禁院长收入与医院的经济收入直接挂钩。"
COLOURS = "库房按照下列规定实行色标管理：\n（一）合格区为绿色；\n（二）待验区、退回区为黄色；\n（三）报废区为红色。"


def _notice(name: str, region: str, text: str) -> Notice:
    article = Article(f"{name}-a", 0, Span(0, len(text)), kind="front")
    return Notice(name, None, f"{name}办法", "", region, Level.MUNICIPAL, date(2020, 1, 1), text, (article,))


def _cite(raw: str, *notices: Notice) -> object:
    gate = Gate({n.id: n for n in notices}, Weights(n.text for n in notices))
    written = read_sentence(raw)
    assert written is not None
    return Citer(gate).cite(written, [Source(n, Span(0, len(n.text))) for n in notices])


def test_what_is_said_of_both_places_needs_both() -> None:
    one, other = _notice("甲", "四川省/资阳市", BAN), _notice("乙", "广东省/湛江市", BAN)
    silent = _notice("丙", "广东省/湛江市", "医院应当公示收费标准。")
    both = "两地都严禁院长收入与医院的经济收入直接挂钩[1][2]。"
    proved = _cite(both, one, other)
    assert not isinstance(proved, Dropped)
    assert {s.notice_id for s in proved.supports} == {"甲", "乙"}  # type: ignore[attr-defined]
    assert isinstance(_cite(both, one, silent), Dropped)


def test_each_clause_goes_to_the_notice_it_names() -> None:
    one, other = _notice("甲", "四川省/资阳市", ""), _notice("乙", "广东省/湛江市", "")
    parts = _parts("资阳设总会计师，湛江设总药师，而且只是探索。", [one, other])
    assert [(p, n.id) for p, n in parts] == [("资阳设总会计师", "甲"), ("湛江设总药师，而且只是探索。", "乙")]
    assert _parts("设总会计师，湛江设总药师。", [one, other]) == []
    assert _parts("资阳设总会计师，加强管理。", [one, other]) == []


def test_clauses_go_to_items_of_one_list_and_never_share_one() -> None:
    sentences = sentences_of([COLOURS])
    found = items_of("合格区用绿色，待验区和退回区用黄色", sentences)
    assert [(part, some[-1].text) for part, some in found] == [
        ("合格区用绿色", "（一）合格区为绿色；"),
        ("待验区和退回区用黄色", "（二）待验区、退回区为黄色；"),
    ]
    assert items_of("待验区用黄色，退回区用黄色", sentences) == []


def test_items_may_be_counted_and_nothing_else() -> None:
    assert claims.counts([COLOURS]) == "3项"
    assert claims.stray_values("分为三种颜色", f"{COLOURS} {claims.counts([COLOURS])}") is None
    assert claims.stray_values("分为四种颜色", f"{COLOURS} {claims.counts([COLOURS])}")
    assert claims.stray_values("除这三家外还有残联", "市残联负责") is None
    assert claims.stray_values("建立甲、乙、丙三个中心", "建立甲、乙、丙中心") is None
    assert claims.stray_values("建立30个中心", "建立甲、乙、丙中心")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("除这三家外，还有市民政局和市残联。", True),
        ("还有市财政局。", False),
        ("签约服务由市卫生健康局牵头。", True),
        ("签约服务由市民政局牵头。", False),
        ("签约服务由市民政局、市残联负责。", True),
        ("取消加成由市民政局负责。", False),
    ],
)
def test_who_is_in_charge_is_read_from_the_list(text: str, right: bool) -> None:
    quote = "做好签约服务，提高质量。（市卫生健康局、市民政局、市残联负责）"
    found = organs.listed_bodies(text, [quote]) or organs.in_charge(text, [quote], quote, first_leads=True)
    assert found == right


def test_the_first_leads_only_where_the_notice_says_so() -> None:
    quote = "做好签约服务。（市卫生健康局、市残联负责）"
    assert not organs.in_charge("签约服务由市卫生健康局牵头。", [quote], quote, first_leads=False)


def test_a_duty_said_once_holds_for_what_follows() -> None:
    source = ["探索开展按病种付费和按人头打包付费。"]
    assert duty_faults(pair("探索开展按病种付费，以及按人头打包付费。", source)) == []
    assert [f.kind for f in duty_faults(pair("开展按病种付费，以及按人头打包付费。", source))] == ["lost_try"] * 2


def test_bounds_are_read_as_the_evidence_words_them() -> None:
    texts = ["提供建筑面积不少于两千平方米的用房。"]
    assert same_notation("面积至少两千平方米。", texts) == "面积不少于两千平方米。"
    assert same_notation("面积不超过两千平方米。", texts) == "面积不超过两千平方米。"


def test_a_difference_follows_from_two_figures_the_right_way_round() -> None:
    proved = ["广州要求录音至少保存三年。", "济南要求记录至少保存五年。"]
    assert follows("两地相比，济南的保存年限比广州多两年。", proved)
    assert follows("广州的保存年限比济南短2年。", proved)
    assert not follows("广州的保存年限比济南长两年。", proved)
    assert not follows("济南的保存年限比广州多三年。", proved)
