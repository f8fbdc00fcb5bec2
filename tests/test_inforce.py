"""What a notice, or a clause of it, is on a day; which of two is the rule; which name is that of a version."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from corpus_fakes import linked

from assistant.answering.caveats import caveats
from assistant.applicability import verdicts
from assistant.types import Binding
from corpus.inforce import Force, clause_standing, standing
from corpus.outline import outline
from corpus.relations import link
from corpus.types import Effect, Level, Notice, RelationKind, Status
from corpus.versions import alike_titles, chains, is_draft_title, of_the_day, work_of

WORDS = tomllib.loads((Path(__file__).parents[1] / "corpus/lexicon/versions.toml").read_text(encoding="utf-8"))

OLD = """湘潭市人民政府关于印发湘潭市医疗救助办法的通知
潭政发〔2019〕8号
各县市区人民政府，市直各单位：
现将《湘潭市医疗救助办法》印发给你们，请遵照执行。
第一条 为规范医疗救助，制定本办法。
第二条 救助对象住院费用的救助比例为60%，年度限额3万元。
第三条 本办法自2019年6月1日起施行。
湘潭市人民政府
2019年5月6日
"""
NEW = """湘潭市人民政府关于印发湘潭市医疗救助实施办法的通知
潭政发〔2026〕12号
各县市区人民政府，市直各单位：
现将《湘潭市医疗救助实施办法》印发给你们，请遵照执行。
第一条 为进一步规范医疗救助，制定本办法。
第二条 救助对象住院费用的救助比例为75%，年度限额5万元。
第三条 本办法自2027年1月1日起施行，《湘潭市人民政府关于印发湘潭市医疗救助办法的通知》（潭政发〔2019〕8号）同时废止。
湘潭市人民政府
2026年8月20日
"""
DRAFT = """娄底市卫生健康委员会关于公开征求《娄底市互联网诊疗管理办法（征求意见稿）》意见的公告
为规范互联网诊疗，我委起草了《娄底市互联网诊疗管理办法（征求意见稿）》，现向社会公开征求意见。意见反馈截止日期为2026年9月30日。
娄底市互联网诊疗管理办法（征求意见稿）
第一条 互联网诊疗只限于常见病、慢性病复诊，单次处方量不超过30日。
第二条 本办法自2026年12月1日起施行。
娄底市卫生健康委员会
2026年8月31日
"""
CERTIFICATE = """湘潭市卫生健康委员会关于加强广告监管的通知
潭卫发〔2020〕5号
各县市区卫生健康局：
一、未取得审查证明的，不得发布广告。
二、审查证明有效期为1年。
湘潭市卫生健康委员会
2020年5月4日
"""
TERM = """湘潭市卫生健康委员会关于印发湘潭市巡诊补助办法的通知
潭卫发〔2020〕6号
各县市区卫生健康局：
现将《湘潭市巡诊补助办法》印发给你们，自2020年7月1日起施行，有效期5年。
第一条 巡诊每次补助80元。
第二条 补助按季度结算。
湘潭市卫生健康委员会
2020年6月4日
"""


@pytest.mark.parametrize(
    ("day", "old", "new"),
    [
        (date(2019, 5, 5), Force.NOT_ISSUED, Force.NOT_ISSUED),
        (date(2019, 5, 20), Force.NOT_YET, Force.NOT_ISSUED),
        (date(2026, 9, 22), Force.IN_FORCE, Force.NOT_YET),
        (date(2026, 12, 31), Force.IN_FORCE, Force.NOT_YET),
        (date(2027, 1, 1), Force.REPEALED, Force.IN_FORCE),
    ],
)
def test_the_old_rule_holds_until_the_new_one_takes_effect(day: date, old: Force, new: Force) -> None:
    library = linked(OLD, NEW)
    assert [standing(n, day, library).force for n in library] == [old, new]


def test_the_verdict_and_the_answer_say_what_is_to_come() -> None:
    library = linked(OLD, NEW)
    by_name = {v.notice: v for v in verdicts(library, "湖南省/湘潭市", date(2026, 9, 22))}
    old, new = by_name["潭政发〔2019〕8号"], by_name["潭政发〔2026〕12号"]
    assert old.binding is Binding.BINDS and "2027年1月1日起" in old.reason and "潭政发〔2026〕12号" in old.reason
    assert new.binding is Binding.DOES_NOT_BIND and new.code == "not_effective" and "尚未施行" in new.reason
    [told] = caveats([library[0]], date(2026, 9, 22))
    assert "潭政发〔2026〕12号" in told and "仍然有效" in told
    assert caveats([library[1]], date(2027, 2, 1)) == ()


def test_a_draft_binds_nobody_and_is_called_one() -> None:
    [draft] = linked(DRAFT)
    for day in (date(2026, 9, 22), date(2027, 6, 1)):
        assert standing(draft, day).status is Status.DRAFT
        [verdict] = verdicts([draft], "湖南省/娄底市", day)
        assert (verdict.binding, verdict.code) == (Binding.DOES_NOT_BIND, "draft")
        assert "征求意见" in verdict.reason and "未见废止" not in verdict.reason


def test_the_term_of_a_certificate_is_not_the_notices() -> None:
    [notice] = linked(CERTIFICATE)
    assert notice.expires_on is None
    assert standing(notice, date(2024, 1, 1)).holds


def test_a_term_in_the_covering_sentence_is_the_notices() -> None:
    [notice] = linked(TERM)
    assert notice.effective_on == date(2020, 7, 1)
    assert notice.expires_on is not None and abs(notice.expires_on - date(2025, 7, 1)) <= timedelta(days=1)
    assert standing(notice, date(2025, 6, 30)).holds
    assert standing(notice, date(2025, 7, 3)).force is Force.EXPIRED


RULE = "第一条 总则。\n第二条 每次十元。\n第十条 罚则。\n第十条之一 从轻。\n"
PLAIN = Notice(
    "rule", "某府发〔2015〕1号", "某市管理办法", "某市人民政府", "湖南省", Level.PROVINCIAL, date(2015, 1, 1), RULE, outline(RULE)
)  # fmt: skip


@pytest.mark.parametrize(
    ("part", "kind", "label", "force"),
    [
        ("第十条", RelationKind.REPEALS, "第十条", Force.REPEALED),
        ("第10条", RelationKind.REPEALS, "第十条", Force.REPEALED),
        ("第十条", RelationKind.REPEALS, "第十条之一", Force.IN_FORCE),
        ("第十条之一", RelationKind.AMENDS, "第十条之一", Force.AMENDED),
        ("第二条、第十条第一款", RelationKind.AMENDS, "第二条", Force.AMENDED),
        ("第二条", RelationKind.AMENDS, "第十条", Force.IN_FORCE),
    ],
)
def test_a_part_that_is_repealed_or_amended_is_that_part(
    part: str, kind: RelationKind, label: str, force: Force
) -> None:
    notice = replace(PLAIN, effects=(Effect(kind, "other", "某府发〔2018〕1号", date(2018, 1, 1), part),))
    article = next(a for a in notice.articles if a.labels and a.labels[-1].strip() == label)
    assert clause_standing(notice, article, date(2019, 1, 1)).force is force
    assert clause_standing(notice, article, date(2017, 1, 1)).force is Force.IN_FORCE, "not before its day"
    assert standing(notice, date(2019, 1, 1)).holds, "the rest goes on"


def test_a_repeal_without_a_day_holds_at_once_and_one_by_hand_too() -> None:
    gone = replace(PLAIN, effects=(Effect(RelationKind.REPEALS, "other"),))
    assert standing(gone, date(2015, 6, 1)).force is Force.REPEALED
    assert standing(replace(PLAIN, status=Status.REPEALED), date(2015, 6, 1)).force is Force.REPEALED
    assert standing(replace(PLAIN, status=Status.PENDING), date(2015, 6, 1)).force is Force.NOT_YET


def _version(identity: str, title: str, issued: date, issuer: str = "某省人大常委会", region: str = "湖南省") -> Notice:
    return Notice(identity, None, title, issuer, region, Level.PROVINCIAL, issued, title)


def test_successive_texts_of_one_law_are_versions_whatever_bracket_they_bear() -> None:
    a = _version("a", "某省献血条例", date(2005, 1, 1))
    b = _version("b", "某省献血条例（2012修正）", date(2012, 1, 1))
    c = replace(_version("c", "某省献血条例", date(2020, 5, 1)), effective_on=date(2020, 7, 1))
    apart = _version("d", "某省献血条例", date(2019, 1, 1), "另一市人大常委会", "湖南省/长沙市")
    draft = _version("e", "某省献血条例（草案）", date(2023, 1, 1))
    assert [[n.id for n in chain] for chain in chains([c, apart, draft, b, a])] == [["a", "b", "c"]]
    by_id = {n.id: n for n in link([a, b, c, apart, draft], [()] * 5)}
    days = (date(2010, 1, 1), date(2015, 1, 1), date(2020, 6, 1), date(2020, 7, 1))
    assert [[i for i in "abc" if standing(by_id[i], day).holds] for day in days] == [["a"], ["b"], ["b"], ["c"]]
    assert standing(by_id["d"], days[-1]).holds
    named = [by_id[i] for i in "abcd"]
    told = [[n.id for n in of_the_day(named, day)] for day in days]
    assert told == [["a", "d"], ["b", "d"], ["b", "d"], ["c", "d"]], "a title means the version of the day"


def test_what_is_issued_anew_each_year_is_no_version() -> None:
    a = _version("a", "关于做好献血工作的通知", date(2005, 1, 1))
    assert chains([a, replace(a, id="b", issued_on=date(2006, 1, 1))]) == ()


@pytest.mark.parametrize("title", WORDS["works"]["yes"])
def test_titles_of_standing_rules(title: str) -> None:
    assert work_of(title) is not None


@pytest.mark.parametrize("title", WORDS["works"]["no"])
def test_titles_that_are_no_standing_rule(title: str) -> None:
    assert work_of(title) is None


@pytest.mark.parametrize("pair", WORDS["marks"]["yes"])
def test_marks_of_a_version(pair: str) -> None:
    left, right = pair.split(" => ")
    assert work_of(left) == work_of(right) is not None


@pytest.mark.parametrize("title", WORDS["marks"]["no"])
def test_brackets_that_are_no_mark_of_a_version(title: str) -> None:
    bare = title[: title.rindex("（")]
    assert work_of(title) is None or work_of(title) != work_of(bare)


@pytest.mark.parametrize("title", WORDS["drafts"]["yes"])
def test_titles_of_drafts(title: str) -> None:
    assert is_draft_title(title)


@pytest.mark.parametrize("title", WORDS["drafts"]["no"])
def test_titles_that_are_no_drafts(title: str) -> None:
    assert not is_draft_title(title)


@pytest.mark.parametrize("pair", WORDS["plain"]["yes"])
def test_titles_on_one_matter(pair: str) -> None:
    assert alike_titles(*pair.split(" ~ "), "某市")


@pytest.mark.parametrize("pair", WORDS["plain"]["no"])
def test_titles_on_two_matters(pair: str) -> None:
    assert not alike_titles(*pair.split(" ~ "), "某市")
