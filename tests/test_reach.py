"""A clause about one kind of hospital or some places says so to the others."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.answering.reach import outside
from assistant.query.asker import asker_of
from assistant.retrieval.evidence import Evidence, SentenceScore
from assistant.retrieval.selection import Pick
from corpus.types import Level, Notice, Passage, Span
from index.types import Hit


def picked(clause: str) -> Pick:
    from corpus.outline import outline

    text = f"关于医院工作的通知\n一、工作任务\n{clause}"
    notice = Notice(
        id="n", number=None, title="关于医院工作的通知", issuer="湖南省人民政府", region="湖南省", level=Level.PROVINCIAL,
        issued_on=date(2023, 1, 1), text=text, articles=outline(text),
    )  # fmt: skip
    span = Span(text.index(clause), len(text))
    passage = Passage("n:0", "n", len(notice.articles) - 1, span, clause, clause, (span,), len(clause))
    sentence = SentenceScore(span, clause, 1.0, 0.5, 0.5, False, False)
    return Pick(Evidence(Hit(passage, 1.0), notice, 1.0, (sentence,)), sentence, span, 1.0)


@pytest.mark.parametrize(
    ("question", "place", "clause", "says"),
    [
        ("我院二甲，这条是不是硬杠杠", None, "三甲医院每年科研经费不低于收入的1%。", "二级医院"),
        ("我们是私立医院，受这条管吗", None, "城市公立医院取消药品加成。", "社会办医疗机构"),
        ("综合医院只有个中医科，套得上吗", None, "各级中医医院饮片收入占比高于20%。", "综合医院"),
        ("试点有没有我们株洲", "湖南省/株洲市", "推进长沙市、湘潭市国家试点。", "株洲市"),
        ("试点我们省也必须上吗", "山东省", "确定北京市、天津市、河北省为试点单位。", "山东省"),
        ("我们是二级肿瘤专科医院，能申请吗", None, "二级以上综合医院可以申请。", "专科医院"),
    ],
)
def test_a_clause_about_others_is_said_not_to_apply(question: str, place: str | None, clause: str, says: str) -> None:
    found = outside(asker_of(question), place, [picked(clause)])
    assert found is not None
    assert found.text.startswith("不适用")
    assert says in found.text
    assert found.supports


@pytest.mark.parametrize(
    ("question", "place", "clause"),
    [
        ("我院三甲，这条管我们吗", None, "二级以上医院设置公共卫生科。"),
        ("我们是私立医院，管我们吗", None, "公立医院和民营医院一并纳入监管。"),
        ("我们是私立医院，管我们吗", None, "所有医疗机构纳入监管，公立医院带头。"),
        ("试点有没有我们湘潭", "湖南省/湘潭市", "推进长沙市、湘潭市国家试点。"),
        ("试点我们省也必须上吗", "河北省", "确定北京市、天津市、河北省为试点单位。"),
        ("我们省也必须上吗", "山东省", "北京市、天津市、河北省的做法可以借鉴。"),
        ("我们是二级肿瘤专科医院，能申请吗", None, "二级以上医院可以申请。"),
        ("这条管我们吗", None, "三甲医院每年科研经费不低于收入的1%。"),
    ],
)
def test_nothing_is_concluded_where_it_may_apply(question: str, place: str | None, clause: str) -> None:
    assert outside(asker_of(question), place, [picked(clause)]) is None


@pytest.mark.parametrize("question", ["33种靶向药那个试点怎么走的", "次均费用有没有具体数", "示范的一个市州要几家"])
def test_a_place_whose_ways_are_learned_from_leaves_nobody_out(question: str) -> None:
    clause = "借鉴深圳市的做法，逐步开展财政补助机制试点。"
    assert outside(asker_of(question), "广东省/湛江市", [picked(clause)]) is None
