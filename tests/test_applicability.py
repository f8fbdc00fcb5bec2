"""Verdicts: which notice binds a place on a date, why, and the clause that proves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.applicability import addressees_span, chain, date_span, goal, number_span, title_span, verdicts
from assistant.types import Binding, Verdict
from corpus.library import load_corpus
from corpus.regions import is_within
from corpus.types import Notice, Status

SHIPPED = load_corpus().notices
BY_ID = {n.id: n for n in SHIPPED}
ZHANJIANG, ZIYANG = BY_ID["zhanjiang-2019-hospital-reform"], BY_ID["ziyang-2017-pilot-plan"]
HUNAN_2016, HUNAN_2023 = BY_ID["hunan-2016-pilot-plan"], BY_ID["hunan-2023-service-system"]
IN_2019 = date(2019, 6, 1)


def verdict(
    notice: Notice, place: str | None, as_of: date, *others: Notice, private: bool = False
) -> Verdict:  # fmt: skip
    return next(v for v in verdicts((notice, *others), place, as_of, private=private) if v.notice_id == notice.id)


@pytest.mark.parametrize(
    ("notice", "place", "as_of", "binding", "code"),
    [
        (ZHANJIANG, "广东省/湛江市", IN_2019, Binding.BINDS, "in_force"),
        (ZHANJIANG, "广东省/湛江市/霞山区", IN_2019, Binding.BINDS, "in_force"),
        (ZHANJIANG, None, IN_2019, Binding.BINDS, "in_force"),
        (ZHANJIANG, "广东省/湛江市", date(2019, 2, 2), Binding.BINDS, "in_force"),
        (ZHANJIANG, "广东省/湛江市", date(2019, 2, 1), Binding.DOES_NOT_BIND, "not_yet"),
        (ZHANJIANG, "广东省", IN_2019, Binding.DOES_NOT_BIND, "narrower"),
        (ZHANJIANG, "", IN_2019, Binding.DOES_NOT_BIND, "narrower"),
        (ZHANJIANG, "广东省/茂名市", IN_2019, Binding.DOES_NOT_BIND, "other_region"),
        (ZIYANG, "四川省/资阳市/雁江区", IN_2019, Binding.BINDS, "in_force"),
        (ZIYANG, "湖南省/益阳市/资阳区", IN_2019, Binding.DOES_NOT_BIND, "other_region"),
        (HUNAN_2023, "湖南省/益阳市/资阳区", date(2024, 1, 1), Binding.BINDS, "in_force"),
        (HUNAN_2023, "四川省/资阳市", date(2024, 1, 1), Binding.DOES_NOT_BIND, "other_region"),
        (HUNAN_2016, "湖南省", date(2024, 1, 1), Binding.REFERENCE, "horizon_passed"),
        (ZIYANG, "四川省/资阳市", date(2020, 12, 31), Binding.BINDS, "in_force"),
        (ZIYANG, "四川省/资阳市", date(2021, 1, 1), Binding.REFERENCE, "horizon_passed"),
    ],
)
def test_place_and_date_decide(notice: Notice, place: str | None, as_of: date, binding: Binding, code: str) -> None:
    found = verdict(notice, place, as_of)
    assert (found.binding, found.code) == (binding, code)


@pytest.mark.parametrize(
    ("changes", "as_of", "code", "says"),
    [
        ({"status": Status.REPEALED}, IN_2019, "repealed", "已被废止或替代"),
        ({"replaced_by": ZIYANG.id}, IN_2019, "repealed", "资府发〔2017〕23号"),
        ({"effective_on": date(2019, 7, 1)}, IN_2019, "not_effective", "2019年7月1日起施行"),
        ({"effective_on": date(2019, 7, 1)}, date(2019, 7, 1), "in_force", "未见废止"),
        ({"expires_on": date(2019, 5, 31)}, IN_2019, "expired", "2019年5月31日"),
        ({"expires_on": date(2019, 6, 1)}, IN_2019, "in_force", "未见废止"),
    ],
)
def test_status_and_days_of_a_notice_decide(changes: dict[str, object], as_of: date, code: str, says: str) -> None:
    found = verdict(replace(ZHANJIANG, **changes), "广东省/湛江市", as_of, ZIYANG)  # type: ignore[arg-type]
    assert found.code == code
    assert says in found.reason
    assert (found.binding is Binding.BINDS) == (code == "in_force")


def test_silence_about_expiry_is_said_and_no_end_is_invented() -> None:
    found = verdict(HUNAN_2016, "湖南省", date(2024, 1, 1))
    assert "未见废止" in found.reason
    assert "只作参照" in found.reason
    assert "2020年" in found.reason
    assert "失效" not in found.reason


def test_a_newer_notice_of_the_place_holds_where_it_speaks() -> None:
    later = replace(ZHANJIANG, id="later", number="湛府〔2019〕99号", issued_on=date(2019, 5, 1))
    older = verdict(ZHANJIANG, "广东省/湛江市", IN_2019, later)
    assert (older.binding, older.code) == (Binding.BINDS, "older")
    assert "湛府〔2019〕99号" in older.reason
    assert verdict(ZHANJIANG, "广东省/湛江市", date(2019, 4, 30), later).code == "in_force"
    assert verdict(later, "广东省/湛江市", IN_2019, ZHANJIANG).code == "in_force"


def test_private_hospitals_under_a_notice_on_public_ones() -> None:
    assert "社会办" in verdict(ZHANJIANG, "广东省/湛江市", IN_2019, private=True).reason
    assert "社会办" not in verdict(ZHANJIANG, "广东省/湛江市", IN_2019).reason


@pytest.mark.parametrize("place", ["湖南省/长沙市", "四川省/资阳市", "广东省/湛江市/廉江市", "北京市", None])
@pytest.mark.parametrize("as_of", [date(2015, 1, 1), IN_2019, date(2022, 1, 1), date(2040, 1, 1)])
def test_each_notice_has_one_verdict_whose_clause_is_its_own_text(place: str | None, as_of: date) -> None:
    found = verdicts(SHIPPED, place, as_of)
    assert sorted(v.notice_id for v in found) == sorted(BY_ID)
    order = [Binding.BINDS, Binding.REFERENCE, Binding.DOES_NOT_BIND]
    assert [order.index(v.binding) for v in found] == sorted(order.index(v.binding) for v in found)
    for v in found:
        assert v.reason
        if v.clause:
            assert v.clause.quote == BY_ID[v.notice_id].text[v.clause.start : v.clause.end] != ""
            assert v.clause.notice_id == v.notice_id
        if v.binding is not Binding.DOES_NOT_BIND and place is not None:
            assert is_within(place, BY_ID[v.notice_id].region)
            assert v.clause is not None


@given(
    st.sampled_from(SHIPPED),
    st.sampled_from(["湖南省", "广东省/湛江市", "四川省/资阳市/雁江区", "北京市/朝阳区", "广东省"]),
    st.dates(date(2010, 1, 1), date(2040, 1, 1)),
)
def test_nothing_binds_outside_its_place_or_before_its_day(notice: Notice, place: str, as_of: date) -> None:
    found = verdict(notice, place, as_of)
    outside = not is_within(place, notice.region)
    early = notice.issued_on is not None and as_of < notice.issued_on
    assert (found.binding is Binding.DOES_NOT_BIND) == (outside or early)


def test_the_nearest_and_newest_binding_notice_comes_first() -> None:
    found = verdicts(SHIPPED, "湖南省/长沙市", date(2024, 1, 1))
    assert [v.notice_id for v in found[:3]] == [HUNAN_2023.id, "hunan-2021-key-tasks", HUNAN_2016.id]


def test_front_matter_spans_hold_what_they_name() -> None:
    for notice in SHIPPED:
        addressees, day, title = addressees_span(notice), date_span(notice), title_span(notice)
        assert addressees and notice.quote(addressees).endswith(("：", ":"))
        assert day and notice.issued_on and str(notice.issued_on.year) in notice.quote(day)
        assert title and notice.quote(title).strip() in notice.title
        number = number_span(notice)
        assert (notice.quote(number) if number else None) == notice.number


def test_the_goal_year_is_the_last_one_its_own_goals_name() -> None:
    year, span = goal(ZIYANG) or (0, None)
    assert year == 2020
    assert span is not None
    assert "2020年" in ZIYANG.quote(span)
    assert goal(replace(ZIYANG, articles=())) is None


def test_chain_goes_up_to_the_country() -> None:
    assert chain("广东省/湛江市/霞山区") == ("广东省/湛江市/霞山区", "广东省/湛江市", "广东省", "")


def test_a_replaced_notice_held_until_its_successor_was_issued() -> None:
    corpus = load_corpus()
    older, newer = corpus.get("hunan-2016-pilot-plan"), corpus.get("hunan-2023-service-system")
    replaced = replace(older, replaced_by=newer.id)
    before = verdicts([replaced, newer], "湖南省", date(2018, 1, 1))
    after = verdicts([replaced, newer], "湖南省", date(2024, 1, 1))
    codes = [{v.notice_id: v.code for v in found} for found in (before, after)]
    assert codes[0][older.id] != "repealed"
    assert codes[1][older.id] == "repealed"


def test_a_rule_of_the_country_for_one_place_binds_nobody_elsewhere() -> None:
    base = load_corpus().notices[0]
    title = "国务院关于在广东省湛江市暂时调整实施有关规定的决定"
    limited = replace(base, id="limited", title=title, region="", issuer="国务院", number="国发〔2020〕1号")
    [there] = verdicts([limited], "广东省/湛江市", date(2024, 1, 1))
    [here] = verdicts([limited], "湖南省", date(2024, 1, 1))
    assert there.binding is not Binding.DOES_NOT_BIND
    assert (here.binding, here.code) == (Binding.DOES_NOT_BIND, "other_region") and "只约束广东省湛江市" in here.reason
