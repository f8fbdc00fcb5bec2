"""Documents of which the library holds only the repeal are known by name, and what took their place is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.answering.rulings import over
from assistant.query.read import understand
from assistant.types import Profile
from corpus.ended import ended_in
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.types import Fact, Front, Level, Notice, Span, Target
from corpus.versions import ends_on

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


def test_a_number_is_known_whatever_stands_in_front_of_it() -> None:
    made = _successor()
    assert made.front is not None
    gone = replace(made.front.repeals[0], value=Target("公民献血办法", "甬政发〔2005〕9号"))
    notices = (replace(made, front=replace(made.front, repeals=(gone,))),)
    for asked in ("甬政发〔2005〕9号还能用吗", "我们还在照甬政发〔2005〕9号办，行吗", "凭甬政发（2005）9号收费"):
        assert [one.number for one in ended_in(asked, notices)] == ["甬政发〔2005〕9号"]
    assert ended_in("甬政发〔2005〕19号还能用吗", notices) == ()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("二、自2026年7月1日起，《甲办法》（甲发〔2013〕57号）停止执行。", date(2026, 7, 1)),
        ("本办法自2020年3月1日起施行。《甲办法》同时废止。", date(2020, 3, 1)),
        ("自2026年7月1日起建立台账。《甲办法》同时废止。", date(2020, 3, 1)),
        ("2019年2月1日印发的《甲办法》同时废止。", date(2020, 3, 1)),
    ],
)
def test_the_day_of_an_end_is_the_one_its_sentence_says(text: str, day: date) -> None:
    notice = replace(_successor(), text=text, articles=outline(text))
    at = text.index("甲办法")
    assert ends_on(notice, Span(at, at + 3)) == day


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
