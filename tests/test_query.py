"""A message read once: its questions, a premise, the documents it means, how it hangs on the last, what it wants done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.refusal import which_place
from assistant.query.documents import named_documents
from assistant.query.hanging import hanging
from assistant.query.parts import parts_of
from assistant.query.premise import premise_of
from assistant.query.read import understand
from assistant.query.router import ACTS, HANGS, Router
from assistant.query.scope import item_label
from assistant.query.tasks import task_of, unnamed
from assistant.query.topic import content_of
from assistant.query.types import Hang, Task
from assistant.tasks.collecting import collected
from assistant.types import Kind, Profile, RefusalReason, Turn
from corpus.library import load_corpus
from corpus.regions import display
from corpus.types import Level, Notice

TODAY = date(2026, 9, 22)
SHIPPED = load_corpus().notices


@pytest.fixture(scope="module")
def acts() -> Router:
    """The acts by n-grams alone, as with another embedding model."""
    return Router.load(path=ACTS)


@pytest.fixture(scope="module")
def hangs() -> Router:
    """How messages hang on, by n-grams alone."""
    return Router.load(path=HANGS)


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("卫生站要配制氧机吗 啥时候配齐 归谁管", ["卫生站要配制氧机吗", "啥时候配齐", "归谁管"]),
        ("护士站的钱谁出？多久发一次？", ["护士站的钱谁出", "多久发一次"]),
        ("机器坏了查不出什么原因，多久内要报修", ["多久内要报修"]),
        ("这笔补助能领，对吗", ["这笔补助能领，对吗"]),
        ("松石市的医院，床位怎么核", ["松石市的医院，床位怎么核"]),
    ],
)
def test_the_questions_of_a_message(message: str, asked: list[str]) -> None:
    found = parts_of(message)
    assert len(found) == len(asked)
    assert all(part.asked.endswith(one) for part, one in zip(found, asked, strict=True))


def test_of_a_long_story_the_question_and_what_stands_next_to_it_are_kept() -> None:
    story = "我们院去年搬了新楼，" * 20 + "机房在地下室，这个要多少平米"
    (part,) = parts_of(story)
    assert part.text.endswith("机房在地下室，这个要多少平米")
    assert len(part.text) < 120


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("签约率要达到七成吗", "七成"), ("补助是每人40元对吧", "40"), ("不是65%吗", "65%"), ("床位是不是6.5张", "6.5"),
        ("65岁以上能免费吗", None), ("达到80%要怎么做", None), ("2025年能建成吗", None),
    ],
)  # fmt: skip
def test_a_figure_held_to_be_so(question: str, figure: str | None) -> None:
    premise = premise_of(question)
    assert (premise.text.rstrip("元张") if premise else None) == figure


def _titled(*titles: str, region: str = "") -> tuple[Notice, ...]:
    return tuple(Notice(t, None, t, "", region, Level.UNKNOWN, None, t) for t in titles)


def test_documents_by_words_of_their_titles() -> None:
    held = (
        *_titled("云岭省献血条例", "云岭省急救医疗条例", region="云岭省"),
        *_titled("松石市院前急救管理办法", region="云岭省/松石市"), *_titled("中华人民共和国献血法"),
    )  # fmt: skip
    meant = {q: [i for n in named_documents(q, held) for i in n.notice_ids] for q in (
        "献血条例里几岁能献", "那个院前急救办法怎么说", "献血法怎么规定", "急救条例罚多少", "殡葬条例罚多少", "有什么办法", "按条例规定罚",
    )}  # fmt: skip
    assert meant == {
        "献血条例里几岁能献": ["云岭省献血条例"], "那个院前急救办法怎么说": ["松石市院前急救管理办法"],
        "献血法怎么规定": ["中华人民共和国献血法"], "急救条例罚多少": ["云岭省急救医疗条例"], "殡葬条例罚多少": [],
        "有什么办法": [], "按条例规定罚": [],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("question", "label"),
    [
        ("第4条说啥", "第四条"),
        ("第 二十三 条", "第二十三条"),
        ("第六条之2", "第六条之二"),
        ("哪一条", ""),
        ("第三条例", ""),
    ],
)
def test_items_by_number_in_any_spelling(question: str, label: str) -> None:
    assert item_label(question) == label


@pytest.mark.parametrize(
    ("message", "hang"),
    [
        ("写在哪一页", Hang.LAST), ("原文是怎么写的", Hang.LAST), ("能具体说说吗", Hang.LAST),
        ("三级的呢", Hang.SLOT), ("换成四川", Hang.SLOT), ("比例又是多少", Hang.SLOT),
        ("我们是社会办的，也要配吗", Hang.SLOT), ("去年那批到期的怎么处理呢", Hang.SLOT),
        ("村医养老保险的钱财政补不补", Hang.NEW), ("换个话题，疫苗运输谁监管", Hang.NEW),
    ],
)  # fmt: skip
def test_how_a_message_hangs_on_the_last(hangs: Router, message: str, hang: Hang) -> None:
    assert hanging(message, content_of(message), placed=False, shares=hangs(message)).hang is hang


def test_a_message_without_a_subject_of_its_own_is_read_in_one_way(hangs: Router) -> None:
    assert not hanging("谁来管", "管", placed=False, shares=hangs("谁来管")).doubtful


@pytest.mark.parametrize(
    ("question", "on"),
    [
        ("2018年常德的医院看哪个文件", date(2018, 12, 31)), ("2019年湖南的公立医院适用哪些文件", date(2019, 12, 31)),
        ("2030年湖南的医院看哪个文件", TODAY), ("湖南2021年的任务按哪份文件", TODAY), ("到2020年按哪个文件要减到多少", TODAY),
    ],
)  # fmt: skip
def test_the_year_of_which_document_holds_is_the_day(question: str, on: date) -> None:
    assert understand(question, load_corpus().notices, today=TODAY).as_of == on


@pytest.mark.parametrize(
    ("message", "task"),
    [
        ("您好！", Task.GREETING), ("多谢啦", Task.THANKS), ("库里收了哪些浙江的文件", Task.LIBRARY),
        ("概括一下这个办法的主要内容", Task.SUMMARY), ("帮我写一份关于控烟的通知", Task.WRITE),
        ("把刚才的回答翻译成英文", Task.TRANSLATE), ("签约居民一年能做几次体检", Task.ANSWER),
        ("文件要求总结什么经验", Task.ANSWER),
    ],
)  # fmt: skip
def test_what_a_message_wants_done(acts: Router, message: str, task: Task) -> None:
    assert task_of(message, acts(message)) is task


@pytest.mark.parametrize(
    "question", ["健康旅游怎么发展", "职工食堂的营养标准谁定", "医院停车收费怎么规定", "医学院校怎么招定向生"]
)
def test_no_word_puts_a_question_out_of_scope(acts: Router, question: str) -> None:
    assert understand(question, load_corpus().notices, today=TODAY, acts=acts).wants.out_of_scope is None


@pytest.mark.parametrize("question", ["推荐一只股票", "附近哪家火锅好吃"])
def test_everyday_life_is_out_of_scope(acts: Router, question: str) -> None:
    read = understand(question, load_corpus().notices, today=TODAY, acts=acts)
    assert read.wants.out_of_scope is RefusalReason.OUT_OF_SCOPE


def test_a_changed_subject_drops_the_last_and_keeps_the_place(acts: Router) -> None:
    history = [Turn("user", "湖南到2025年底多少县市要建成县域医共体？"), Turn("assistant", "80%。")]
    read = understand("三甲医院科研经费投入要占多少", load_corpus().notices, history=history, today=TODAY, acts=acts)
    assert "医共体" not in read.topic
    assert read.region == "湖南省"
    followed = understand("那湛江呢", load_corpus().notices, history=history, today=TODAY, acts=acts)
    assert "医共体" in followed.topic
    assert followed.region == "广东省/湛江市"


def test_later_questions_of_a_message_keep_its_place(acts: Router) -> None:
    read = understand("湛江取消耗材加成的钱怎么补 谁牵头", load_corpus().notices, today=TODAY, acts=acts)
    assert [part.region for part in read.parts] == ["广东省/湛江市"] * 2
    assert read.parts[1].kind is Kind.BODY
    assert "耗材" in read.parts[1].topic


LONG = "云溪市人民政府关于印发云溪市深化公立医院综合改革实施方案的通知"


@pytest.mark.parametrize(
    ("message", "task"),
    [
        (f"总结《{LONG}》的主要内容", Task.SUMMARY), (f"列出《{LONG}》里的全部完成时限", Task.COLLECT),
        (f"列一张《{LONG}》的时间表", Task.SCHEDULE), ("总结一下云府〔2019〕13号", Task.SUMMARY),
        (f"《{LONG}》里院长年薪怎么规定", Task.ANSWER), (f"《{LONG}》", Task.ANSWER), ("云府〔2019〕13号对院长年薪怎么规定的", Task.ANSWER),
    ],
)  # fmt: skip
def test_a_long_title_does_not_drown_what_is_wanted(acts: Router, message: str, task: Task) -> None:
    assert task_of(message, acts(unnamed(message, ["云府〔2019〕13号"]))) is task


@pytest.mark.parametrize(
    ("asked", "region", "national"),
    [
        ("取消加成的钱怎么补，国家规定和资阳的方案一样不", None, True),
        ("院长年薪国家和我们市各是怎么定的", "广东省/湛江市", True),
        ("资阳各级医院都要执行国家基本药物目录吗", None, False),
        ("院长年薪怎么定，湛江和资阳一样吗", None, False),
        ("资阳的院长年薪怎么定", None, False),
    ],
)
def test_the_country_is_a_side_of_a_comparison_where_it_is_named_as_one(
    asked: str, region: str | None, national: bool
) -> None:
    q = understand(asked, SHIPPED, profile=Profile(region), today=TODAY)
    assert q.national == national
    if national:
        assert q.kind is Kind.COMPARISON
        assert len(q.regions) == 1


def test_a_question_that_only_asks_on_is_no_second_question() -> None:
    assert understand("药品加成算不算取消了？怎么界定的", SHIPPED, today=TODAY).parts == ()
    two = understand("药品加成取消后钱怎么补？家庭医生签约由谁牵头", SHIPPED, today=TODAY)
    assert [part.kind for part in two.parts][1:] == [Kind.BODY]
    marked = understand("湛江监管平台几时建好？谁负责？结果用到哪里去？", SHIPPED, today=TODAY)
    assert len(marked.parts) == 3 and marked.divided


@pytest.mark.parametrize(
    ("asked", "doubtful"),
    [
        ("鼓楼区的医院院长年薪怎么定", True),
        ("南京市鼓楼区的医院院长年薪怎么定", False),
        ("湛江的医院院长年薪怎么定", False),
        ("老城区的医院怎么布局", False),
    ],
)
def test_a_place_that_several_bear_is_asked_back(asked: str, doubtful: bool) -> None:
    q = understand(asked, SHIPPED, profile=Profile("广东省/湛江市"), today=TODAY)
    assert bool(q.doubtful) == doubtful
    if doubtful:
        said = which_place(q).text
        assert all(display(path) in said for path in q.doubtful[0][1][:3])


@pytest.mark.parametrize(
    ("year", "says"),
    [(2019, "2019年到期的共2项："), (2026, "没有写明2026年到期的；列明时限的共6项，都已到期（截至2026年12月31日）：")],
)
def test_what_falls_due_this_year_is_of_this_year(year: int, says: str) -> None:
    notice = next(n for n in SHIPPED if n.id == "zhanjiang-2019-hospital-reform")
    q = understand("今年还有哪些任务要到期", SHIPPED, profile=Profile("广东省/湛江市"), today=date(year, 3, 1))
    draft = collected(replace(q, task=Task.SCHEDULE), (notice,), date(year, 3, 1))
    assert draft is not None
    assert next(draft.each()).text == says


@pytest.mark.parametrize(
    ("question", "regions"),
    [
        ("湛江二级医院电子病历要到几级，我们是二级", ("广东省/湛江市",)),
        ("湛江那个办法管得到我们吗", ("湖南省/长沙市",)),
    ],
)
def test_we_are_a_second_place_only_where_one_is_set_beside_ours(question: str, regions: tuple[str, ...]) -> None:
    profile = Profile(region="湖南省/长沙市")
    read = understand(question, SHIPPED, profile=profile, today=TODAY, router=Router.load())
    assert read.regions == regions


@pytest.mark.parametrize(
    ("message", "regions"),
    [
        ("没转诊自己跑湛江看的，还给救助不", ("四川省/资阳市",)),
        ("去湛江住院起付线怎么算", ("四川省/资阳市",)),
        ("湛江的院长年薪怎么定", ("广东省/湛江市",)),
        ("我去湛江打工，社保交哪里", ("广东省/湛江市",)),
    ],
)
def test_where_one_goes_to_be_treated_is_not_whose_rule_is_asked(message: str, regions: tuple[str, ...]) -> None:
    q = understand(message, SHIPPED, profile=Profile(region="四川省/资阳市"), today=TODAY)
    assert q.regions == regions
    assert understand("去湛江住院起付线怎么算", SHIPPED, today=TODAY).regions == ("广东省/湛江市",), "nobody said where"
