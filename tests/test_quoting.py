"""What is quoted, gathered and shown of a list, an item and a short article: a made-up set of rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from answers import ask

from assistant.answering.quoting import frame, leads_list, list_around, whole_list, with_context
from assistant.retrieval.evidence import Evidence, SentenceScore
from assistant.retrieval.gathering import MOST, gathered
from assistant.retrieval.selection import Pick
from assistant.retrieval.showing import Shown
from assistant.service import Assistant
from assistant.types import Kind
from corpus.outline import outline
from corpus.passages import passages_of
from corpus.types import Level, Notice, Passage
from index.types import Hit

LIST = """第二条 有下列情形之一的，应当报告：
（一）一日内出现三例以上同类反应的；
（二）用药后死亡的；
（三）药品标签与内容不符的。
"""
SHORT = "第三条 报告由药学部门汇总。汇总后当日送卫生健康部门。\n"
LONG = "第四条 医院应当公布报告电话。" + "".join(
    f"第{n}类反应由第{n}科室在发现之后立即登记并且逐级报告，不得拖延。" for n in "一二三四五六七八九"
)
TEXT = f"松石市用药报告办法\n第一条 为了保障用药安全，制定本办法。\n{LIST}{SHORT}{LONG}\n"
SHOWN = Shown()


@pytest.fixture
def notice() -> Notice:
    return Notice("n", None, "松石市用药报告办法", "松石市人民政府", "云岭省/松石市", Level.MUNICIPAL,
                  date(2021, 3, 1), TEXT, outline(TEXT, "n"))  # fmt: skip


def evidence(notice: Notice, passages: list[Passage]) -> list[Evidence]:
    """Each passage as evidence, the earlier the better."""
    return [
        Evidence(Hit(p, score := 1.0 - at / 10), notice, score,
                 tuple(SentenceScore(s, notice.quote(s), score, 1.0, 1.0, False, False) for s in p.sentences))
        for at, p in enumerate(passages)
    ]  # fmt: skip


def pick(notice: Notice, words: str) -> Pick:
    """The sentence with ``words``."""
    for item in evidence(notice, list(passages_of(notice, 16))):
        for sentence in item.sentences:
            if words in sentence.text:
                return Pick(item, sentence, sentence.span, sentence.score)
    raise AssertionError(words)


def test_an_item_is_quoted_with_its_lead_in(notice: Notice) -> None:
    found = pick(notice, "标签与内容不符")
    said = with_context(found, SHOWN, "")
    assert said.text == "有下列情形之一的，应当报告：药品标签与内容不符的。"
    lead, own = [notice.quote(s.span).strip() for s in said.supports]
    assert lead.endswith("应当报告：") and "标签与内容不符" in own and "死亡" not in own


def test_what_belongs_to_no_list_is_quoted_alone(notice: Notice) -> None:
    found = pick(notice, "第五类反应")
    assert list_around(found, SHOWN) is None
    said = with_context(found, SHOWN, "")
    assert "第五类反应" in said.text and "第四类" not in said.text and len(said.supports) == 1


def test_a_list_is_quoted_whole_with_its_count(notice: Notice) -> None:
    found = pick(notice, "应当报告")
    unit = list_around(found, SHOWN)
    assert unit is not None and leads_list(found, unit)
    head, items = whole_list(found, unit)
    assert head.statements[0].text.endswith("有下列情形之一的，应当报告（共3项）：")
    assert [s.text for s in items.statements] == [
        "一日内出现三例以上同类反应的。", "用药后死亡的。", "药品标签与内容不符的。",
    ]  # fmt: skip
    for statement in items.statements:
        (support,) = statement.supports
        assert statement.text.rstrip("。") in notice.quote(support.span)


def test_an_item_does_not_lead_its_list(notice: Notice) -> None:
    found = pick(notice, "用药后死亡")
    unit = list_around(found, SHOWN)
    assert unit is not None and not leads_list(found, unit)


def test_a_short_article_is_quoted_whole_and_of_a_long_one_the_sentence(notice: Notice) -> None:
    short, long = pick(notice, "药学部门汇总"), pick(notice, "第五类反应")
    assert notice.quote(frame(short, SHOWN)) == SHORT.strip()
    assert frame(long, SHOWN) == long.span


def test_passages_of_one_list_are_gathered_at_the_place_of_the_best(notice: Notice) -> None:
    passages = list(passages_of(notice, 16))
    of_list = [p for p in passages if p.text.strip() in LIST]
    assert len(of_list) > 1
    best, other = of_list[-1], next(p for p in passages if "药学部门汇总" in p.text)
    first, second = gathered(evidence(notice, [best, other, of_list[0]]), SHOWN, {"n": passages})
    assert LIST.strip() in first.passage.text and first.passage.text == notice.quote(first.passage.span)
    assert first.best.span in best.sentences and second.passage == other
    assert tuple(s.span for s in first.sentences) == first.passage.sentences


def test_a_list_too_long_to_show_stays_in_its_passages(notice: Notice) -> None:
    text = TEXT.replace("用药后死亡的", "用药后死亡的，" + "并且有其他原因的，" * (MOST // 9))
    longer = replace(notice, text=text, articles=outline(text, "n"))
    passages = list(passages_of(longer, 16))
    found = evidence(longer, passages)
    assert gathered(found, Shown(), {"n": passages}) == found


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("标签与内容不符", "松石市用药报告办法｜第二条 有下列情形之一的，应当报告：｜（三）药品标签与内容不符的。"),
        ("汇总后当日", "松石市用药报告办法｜报告由药学部门汇总｜汇总后当日送卫生健康部门。"),
    ],
)
def test_a_reader_is_shown_whose_sentence_it_is_and_what_leads_into_it(notice: Notice, words: str, shown: str) -> None:
    found = pick(notice, words)
    assert SHOWN(notice, found.article, found.span) == shown


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("湛江的公立医院要不要取消药品加成", False),
        ("湛江的公立医院还要不要执行湘政发〔2016〕12号", True),
        ("湛府〔2019〕13号现在还有效吗", True),
        ("湛江的公立医院改革该执行哪份文件", True),
    ],
)
def test_whether_something_may_be_done_is_answered_by_the_clause_and_whether_a_document_holds_by_a_verdict(
    hashed: Assistant, question: str, verdict: bool
) -> None:
    answer = ask(hashed, question)
    assert (hashed.understand(question).kind is Kind.APPLICABILITY) == verdict
    assert not answer.refused
    assert ("适用" in answer.text.split("\n")[0] or "有效" in answer.text.split("\n")[0]) == verdict, answer.text


TABLE = (
    "|序号|事项|主要内容|牵头单位|\n|1|登记|登记用药反应。|药学部门|\n"
    "|2|上门服务。|" + "药师上门说明用法，记下反应，带回余药，并告诉家属怎样保管。" * 8 + "每年不少于4次。|社区医院|\n"
)


def test_a_row_is_told_by_the_names_of_its_columns_and_of_a_long_cell_the_sentence_that_was_found(
    notice: Notice,
) -> None:
    text = f"{TEXT}{TABLE}"
    annexed = replace(notice, text=text, articles=outline(text, "n"))
    shown = Shown()
    assert (
        with_context(pick(annexed, "|登记|"), shown, "").text
        == "序号：1；事项：登记；主要内容：登记用药反应；牵头单位：药学部门。"
    )
    said = with_context(pick(annexed, "不少于4次"), shown, "").text
    assert said == "序号：2；事项：上门服务；主要内容：每年不少于4次；牵头单位：社区医院。"
