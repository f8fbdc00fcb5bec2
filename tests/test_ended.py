"""Documents of which the library holds only the repeal are known by name, and what took their place is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.refusal import which_place
from assistant.answering.rulings import over
from assistant.query.read import understand
from assistant.query.types import Task
from assistant.retrieval.evidence import speaks_for
from assistant.tasks.collecting import collected
from assistant.types import Kind, Profile
from corpus.ended import ended_in
from corpus.library import load_corpus
from corpus.naming import said_by
from corpus.outline import outline
from corpus.regions import display
from corpus.types import UNKNOWN_REGION, Fact, Front, Level, Notice, Span, Target

SHIPPED = load_corpus().notices
TODAY = date(2024, 5, 1)
TEXT = "第一条 为了规范献血，制定本条例。\n第二条 本条例自2020年3月1日起施行。《甲省乙市公民献血办法》同时废止。"


def _successor(text: str = TEXT, region: str = "浙江省/宁波市", old: str = "宁波市公民献血办法") -> Notice:
    text = text.replace("甲省乙市公民献血办法", old)
    day = text.index("本条例自2020年3月1日起施行")
    at = text.index(f"《{old}》") + 1
    front = Front(
        effective_on=Fact(date(2020, 3, 1), Span(day, day + 15)),
        repeals=(Fact(Target(old), Span(at, at + len(old)), 0.93),),
    )
    made = Notice("new", None, "宁波市献血条例", "宁波市人民代表大会常务委员会", region, Level.MUNICIPAL, date(2020, 1, 2), text,
                  outline(text))  # fmt: skip
    return replace(made, effective_on=date(2020, 3, 1), front=front)


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("宁波市公民献血办法还能用吗", True),
        ("那个《公民献血办法》现在算数不", True),
        ("宁波市献血条例里多少岁能献血", False),
        ("公民怎么献血", False),
    ],
)
def test_an_ended_document_is_told_by_its_name_with_or_without_its_place(asked: str, named: bool) -> None:
    found = ended_in(asked, (_successor(),))
    assert bool(found) == named
    for one in found:
        assert (one.name, one.by, one.on) == ("宁波市公民献血办法", "new", date(2020, 3, 1))
        assert "公民献血办法" in one.at.of(asked)


def test_what_the_library_holds_itself_is_not_only_known_by_its_end() -> None:
    old = replace(_successor(), id="old", title="宁波市公民献血办法", front=None)
    assert ended_in("宁波市公民献血办法还能用吗", (_successor(), old)) == ()


@pytest.mark.parametrize(
    ("as_of", "says"), [(date(2021, 1, 1), "自2020年3月1日起已废止"), (date(2020, 2, 1), "尚未废止")]
)
def test_the_day_from_which_it_ended_decides(as_of: date, says: str) -> None:
    notice = _successor()
    q = understand("宁波市公民献血办法还能用吗", (notice,), profile=Profile(as_of=as_of), today=TODAY)
    assert q.ended and q.notice_ids == ("new",)
    draft = over(q, {"new": notice})
    first = next(draft.each())
    assert says in first.text
    quoted = {notice.quote(s.span) for s in first.supports}
    assert "宁波市公民献血办法" in quoted


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


@pytest.mark.parametrize(
    ("guess", "place", "may"),
    [
        ("广东省湛江市", "广东省/湛江市", True),
        ("广东省湛江市", "广东省/湛江市/廉江市", True),
        ("广东省湛江市", "四川省/资阳市", False),
        ("全国", "四川省/资阳市", True),
        (None, "四川省/资阳市", True),
        ("广东省湛江市", None, True),
    ],
)
def test_a_notice_that_is_likely_another_places_does_not_speak_here(
    guess: str | None, place: str | None, may: bool
) -> None:
    notice = replace(_successor(), region=UNKNOWN_REGION, guesses={"region": guess} if guess else {})
    assert speaks_for(notice, place) == may


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


@pytest.mark.parametrize(("year", "says"), [(2019, "共2项："), (2026, "没有写明2026年到期的；列明时限的共6项：")])
def test_what_falls_due_this_year_is_of_this_year(year: int, says: str) -> None:
    notice = next(n for n in SHIPPED if n.id == "zhanjiang-2019-hospital-reform")
    q = understand("今年还有哪些任务要到期", SHIPPED, profile=Profile("广东省/湛江市"), today=date(year, 3, 1))
    draft = collected(replace(q, task=Task.SCHEDULE), (notice,), date(year, 3, 1))
    assert draft is not None
    assert next(draft.each()).text == says


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("某府发〔2021〕5号", "某府发〔2021〕5号"),
        ("中华人民共和国国务院令第999号", "《宁波市献血条例》"),
        ("宁波市人民代表大会常务委员会公告第9号", "《宁波市献血条例》"),
        (None, "《宁波市献血条例》"),
    ],
)
def test_a_regulation_is_called_by_its_title_not_by_the_order_that_made_it_public(
    number: str | None, said: str
) -> None:
    assert said_by(replace(_successor(), number=number)) == said
