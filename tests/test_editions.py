"""Versions of one law, opened and compared clause by clause."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

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
