"""Versions of one law, opened and compared clause by clause."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from corpus_fakes import TinyEmbedder, settings_for

from assistant.cli import main
from assistant.keeping.keeper import add
from corpus.differences import Edit, Kind, compare, edits_of
from corpus.editions import editions
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.types import Level, Notice

OLD = "第一条 为了保障用血，制定本条例。\n第二条 献血量每次二百毫升。\n第三条 奖励标准为60元。\n第四条 本条例自公布之日起施行。\n"
NEW = (
    "第一条 为了保障用血，制定本条例。\n第二条 鼓励单位组织职工献血，给予两天休假。\n第三条 献血量每次二百毫升。\n"
    "第四条 奖励标准为90元。\n"
)


def _notice(identity: str, text: str, issued: date) -> Notice:
    return Notice(
        identity, None, "某市献血条例", "某市人大常委会", "湖南省", Level.PROVINCIAL, issued, text, outline(text)
    )


def test_clauses_are_matched_by_what_they_say() -> None:
    result = compare(_notice("a", OLD, date(2010, 1, 1)), _notice("b", NEW, date(2020, 1, 1)))
    told = [(one.kind, one.path_a[:3], one.path_b[:3]) for one in result.differences]
    assert told == [(Kind.ADDED, "", "第二条"), (Kind.CHANGED, "第三条", "第四条"), (Kind.REMOVED, "第四条", "")]
    assert result.unchanged == 2, "a clause that only moved is the same"
    changed = result.differences[1]
    assert Edit("60", "90") in changed.edits


def test_a_figure_changes_whole() -> None:
    assert edits_of("不低于12.5%。", "不低于13.5%。") == (Edit("12.5%", "13.5%"),)
    assert edits_of("同样 的话", "同样的话") == ()


LAW = """某市献血条例
（{day}某市第一届人民代表大会常务委员会第三次会议通过）
第一条 为了保障用血，制定本条例。
第二条 献血者每次获得{money}元补贴，由市红十字会发放。
第三条 本条例自{start}起施行。
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two versions of one law, and the newer one once more with a word corrected."""
    var, folder = tmp_path / "var", tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text(LAW.format(day="2010年5月6日", money=60, start="2010年7月1日"), encoding="utf-8")
    (folder / "b.txt").write_text(LAW.format(day="2020年5月6日", money=90, start="2020年7月1日"), encoding="utf-8")
    facts = tmp_path / "facts.csv"
    facts.write_text(
        "file,title,issuer,region,issued_on,effective_on\n"
        "a.txt,某市献血条例,湛江市人民代表大会常务委员会,广东省/湛江市,2010-05-06,2010-07-01\n"
        "b.txt,某市献血条例,湛江市人民代表大会常务委员会,广东省/湛江市,2020-05-06,2020-07-01\n",
        encoding="utf-8",
    )
    outcome = add(settings_for(var), [folder], facts=facts, embedder=TinyEmbedder())
    assert len(outcome.added) == 2 and not outcome.failed and not outcome.faults
    assert not any(one.replaced for one in outcome.added), "an earlier version stays where it can be asked"
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(var))
    return var


def test_versions_are_opened_and_compared(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus = load_corpus(library)
    laws = [n for n in corpus.notices if n.title == "某市献血条例"]
    found = editions(corpus, library, laws[0])
    assert [one.notice.issued_on and one.notice.issued_on.year for one in found] == [2010, 2020]
    newest = found[-1].notice.id
    assert main(["show", newest, "--version", "1", "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["issued_on"] == "2010-05-06" and "60元" in shown["text"] and len(shown["versions"]) == 2
    assert main(["diff", newest]) == 0
    text = capsys.readouterr().out
    assert "60 → 90" in text and "相同的条款 1 条" in text
    assert main(["diff", f"{newest}@1", f"{newest}@2", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["differences"][0]["kind"] == "修改" and record["a"]["issued_on"] == "2010-05-06"
    assert main(["show", newest, "--version", "9"]) == 2
    assert "共 2 版" in capsys.readouterr().err
    assert main(["diff", newest, "没有这份文件"]) == 2


def test_the_version_of_the_day_is_the_one_that_holds(library: Path) -> None:
    from corpus.inforce import Force, standing

    laws = {n.issued_on.year: n for n in load_corpus(library).notices if n.title == "某市献血条例" and n.issued_on}
    assert standing(laws[2010], date(2015, 1, 1)).holds and not standing(laws[2020], date(2015, 1, 1)).holds
    assert standing(laws[2010], date(2020, 6, 30)).holds, "until the new one takes effect"
    assert standing(laws[2010], date(2020, 7, 1)).force is Force.SUPERSEDED
    assert standing(laws[2020], date(2020, 7, 1)).holds


RULES = """某市献血条例
第一章 总则
第一条 为了保障临床用血，制定本条例。
第二条 市卫生行政部门主管全市献血工作，发展改革、财政部门按照职责做好有关工作。
第二章 采血
第三条 发布献血公益广告，应当报市卫生行政部门审查，取得批准文号后方可播出。
第四条 血站应当具备下列条件：
（一）有固定的采血点；
（二）有两名以上执业护士。
第五条 献血者凭献血证在公立医院免交普通门诊诊查费。
第六条 血站应当妥善保管采血记录，保管期限不少于十年。
"""
LATER = """某市无偿献血管理办法
第一条 为了规范无偿献血，保证用血安全，制定本办法。
第二条 任何组织和个人不得雇用他人献血或者买卖献血证。
第三条 持有献血证的人员到公立医院就诊，普通门诊诊查费予以减免。
第四条 献血宣传片在播出之前，由卫生健康主管部门进行审查；没有批准文号的献血广告不得发布。
第五条 采血记录由血站保存，至少保存十年，不得涂改。
第六条 设立血站应当有固定采血点和三名以上执业护士，并经过验收。
第七条 高等学校每学年组织一次献血知识讲座。
"""


def test_the_same_matter_in_other_words_is_one_clause() -> None:
    old, new = _notice("a", RULES, date(2005, 1, 1)), _notice("b", LATER, date(2020, 1, 1))
    result = compare(old, new)
    paired = {
        (one.path_a.rpartition("› ")[2][:3], one.path_b[:3]) for one in result.differences if one.kind is Kind.CHANGED
    }
    assert {("第三条", "第四条"), ("第五条", "第三条"), ("第四条", "第六条")} <= paired
    alone = [one.path_b[:3] for one in result.differences if one.kind is Kind.ADDED]
    assert {"第二条", "第七条"} <= set(alone), "what only one of them rules has no partner"


def test_chapters_are_no_clauses_and_an_article_holds_its_items() -> None:
    old = _notice("a", RULES, date(2005, 1, 1))
    result = compare(old, _notice("b", RULES.replace("两名以上", "三名以上"), date(2020, 1, 1)))
    assert result.unchanged == 5 and [one.path_a.rpartition("› ")[2][:3] for one in result.differences] == ["第四条"]
    assert result.differences[0].edits == (Edit("两", "三"),) and not result.differences[0].reworded


def test_meaning_pairs_what_words_do_not() -> None:
    a = _notice("a", "第一条 甲乙丙丁戊己。\n第二条 春夏秋冬来了又去。\n", date(2005, 1, 1))
    b = _notice("b", "第一条 东南西北都走遍了。\n第二条 子丑寅卯辰巳。\n", date(2020, 1, 1))
    assert not [one for one in compare(a, b).differences if one.kind is Kind.CHANGED]
    near = np.array([[0.1, 0.8], [0.2, 0.1]], dtype=np.float32)
    [pair] = [one for one in compare(a, b, lambda _, __: near).differences if one.kind is Kind.CHANGED]
    assert (pair.path_a[:3], pair.path_b[:3], pair.reworded, pair.edits) == ("第一条", "第二条", True, ())


def test_versions_of_what_one_order_issued_keep_its_number_and_stand_side_by_side(tmp_path: Path) -> None:
    from corpus.inforce import standing

    rule = "某市献血管理办法\n\n{dates}\n\n第一章 总则\n第一条 为了规范献血，制定本办法。\n第二条 献血者可以免费用血{n}毫升。\n"
    made = "2009年3月1日 湛江市人民政府令第12号公布"
    amended = f"{made}\n2021年6月1日 湛江市人民政府令第80号修正"
    var, folder = tmp_path / "var", tmp_path / "in"
    folder.mkdir()
    (folder / "old.txt").write_text(rule.format(dates=made, n=400), encoding="utf-8")
    (folder / "new.txt").write_text(rule.format(dates=amended, n=800), encoding="utf-8")
    outcome = add(settings_for(var), [folder], embedder=TinyEmbedder())
    assert not outcome.failed and not any(one.replaced for one in outcome.added)
    old, new = sorted(
        (n for n in load_corpus(var).notices if n.title == "某市献血管理办法"), key=lambda n: str(n.issued_on)
    )
    assert old.number == new.number and old.id != new.id
    assert standing(old, date(2015, 1, 1)).holds and not standing(old, date(2022, 1, 1)).holds
    assert standing(new, date(2022, 1, 1)).holds
    assert old.effects[0].name == "2021年修改后的同名文件"
    again = add(settings_for(var), [folder], embedder=TinyEmbedder())
    assert len([n for n in load_corpus(var).notices if n.title == "某市献血管理办法"]) == 2 and not again.failed
