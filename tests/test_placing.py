"""Where the parts of a claim stand: another's predicate, another's figure, what was cut, on made-up sentences."""

from __future__ import annotations

import pytest

from assistant.verification.checks import pair
from assistant.verification.evidence import FOCUS, focused
from assistant.verification.placing import PLACINGS, placed

HOSPITALS = "支持东湖医院建成省级区域中心，西湖医院、南湖医院建成全国先进的康复基地。"
STAFF = "每年选派10名骨干医师进修，50名护士长轮训。"


def numbers(claim: str, source: str) -> dict[str, float]:
    found = placed(claim, [source], pair(claim, [source]))
    assert tuple(found) == PLACINGS
    return found


def test_a_predicate_of_another_is_seen():
    true, false = (numbers(f"{who}医院建成全国先进的康复基地。", HOSPITALS) for who in ("西湖", "东湖"))
    assert true["head_there"] > false["head_there"]
    assert false["usurped"] > true["usurped"]


def test_a_subject_said_once_holds_for_the_clauses_after_it():
    found = numbers("试点医院单独核算成本。", "试点医院实行总额管理，单独核算成本。")
    assert found["head_away"] <= 1
    assert found["usurped"] == 0


def test_a_clause_joined_to_what_is_said_of_another_is_seen():
    source = "取消药品加成减少的收入，按原定比例补偿；取消耗材加成减少的收入，全部由市财政承担。"
    assert numbers("取消药品加成减少的收入，全部由市财政承担。", source)["rival"] == 2
    assert numbers("取消耗材加成减少的收入，全部由市财政承担。", source)["rival"] == 0


def test_a_figure_of_another_clause_is_seen():
    true, false = (numbers(claim, STAFF) for claim in ("每年选派10名骨干医师进修。", "每年选派50名骨干医师进修。"))
    assert true["figure_home"] > false["figure_home"]


@pytest.mark.parametrize(
    ("claim", "source", "name"),
    [
        ("村卫生室纳入定点。", "符合条件的村卫生室纳入定点。", "cut_limit"),
        ("医疗服务的价格由政府制定。", "基本医疗服务的价格由政府制定。", "cut_limit"),
        ("建立首席专家制度。", "建立分领域首席专家制度。", "cut_inner"),
        ("建立所有医院都参加的首席专家制度。", "建立医院参加的首席专家制度。", "put_inner"),
        ("完善上转通道。", "完善下转通道。", "exchanged"),
    ],
)
def test_what_was_cut_put_in_or_exchanged_is_counted(claim, source, name):
    assert numbers(claim, source)[name] > 0
    assert numbers(source, source)[name] == 0


def test_no_evidence_is_no_fault():
    assert placed("甲医院开展急救。", [], ())["usurped"] == 0


LONG = (
    "到2030年，"
    + "，".join(f"第{n}医院建成{n * 10}张床位的康复中心" for n in range(1, 12))
    + "，床位由财政补助，民办机构除外。"
)


def test_of_a_long_sentence_only_what_matters_is_read():
    (text,) = focused("第3医院建成30张床位的康复中心。", [LONG])
    assert "第3医院建成30张床位" in text
    assert text.startswith("到2030年，")
    assert len(text) <= FOCUS
    assert "第9医院" not in text
    (text,) = focused("床位由财政补助。", [LONG])
    assert "民办机构除外" in text


def test_a_short_text_stays_whole():
    assert focused("甲", ["乙丙丁。", "戊。"]) == ["乙丙丁。", "戊。"]
    assert focused("甲", [LONG])
