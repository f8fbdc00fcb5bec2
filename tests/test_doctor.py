"""The doctor names every fault that is put in, mends what is safe, and the gap report counts what is missing."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from corpus_fakes import TinyEmbedder, plain_notice, settings_for

from assistant import cli
from assistant.keeping.keeper import add, check
from corpus.captures import capture_warnings, numbering_faults
from corpus.clean import clean
from corpus.coverage import coverage, describe
from corpus.families import alike_notices, alike_passages, likeness, repeated_sentences, signature
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.shelf import write_tombstones
from corpus.types import Level, Notice
from index.generation import current_folder

LONG = "建立远程会诊协作网，明确牵头单位、参加单位和质量要求，按季度公布运行情况并接受社会监督。"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sound")
    write_tombstones(root / "var", [notice.id for notice in load_corpus().notices])
    (root / "一.txt").write_text(plain_notice(), encoding="utf-8")
    add(settings_for(root / "var"), [root / "一.txt"], embedder=TinyEmbedder())
    return root / "var"


@pytest.fixture
def var(sound: Path, tmp_path: Path) -> Path:
    shutil.copytree(sound, tmp_path / "var")
    return tmp_path / "var"


def codes(var: Path, *, fix: bool = False, errors_only: bool = True) -> set[str]:
    findings, _ = check(settings_for(var), fix=fix, embedder=TinyEmbedder())
    return {finding.code for finding in findings if finding.error or not errors_only}


def test_a_sound_corpus_has_no_fault(var: Path) -> None:
    assert codes(var) == set()


def _no_index(var: Path) -> None:
    shutil.rmtree(var / "index")


def _bad_pointer(var: Path) -> None:
    (var / "index" / "CURRENT").write_text("gen-nowhere", encoding="ascii")


def _half_truth(var: Path) -> None:
    path = current_folder(var) / "passages.jsonl"
    path.write_bytes(path.read_bytes()[:-40])


def _no_store(var: Path) -> None:
    shutil.rmtree(current_folder(var) / "chroma")


def _bad_vectors(var: Path) -> None:
    path = current_folder(var) / "sentence_vectors.npy"
    np.save(path, np.load(path) * 3)


def _edited_text(var: Path) -> None:
    path = next(var.glob("notices/*/source.txt"))
    path.write_text(path.read_text(encoding="utf-8").replace("八成", "六成"), encoding="utf-8")


def _edited_title(var: Path) -> None:
    path = next(var.glob("notices/*/notice.toml"))
    path.write_text(path.read_text(encoding="utf-8").replace("关于印发某办法", "关于印发别的办法"), encoding="utf-8")


def _gone_behind_our_back(var: Path) -> None:
    shutil.rmtree(next(var.glob("notices/*")))


def _damaged_facts(var: Path) -> None:
    next(var.glob("notices/*/notice.toml")).write_text("title = ", encoding="utf-8")


def _no_source(var: Path) -> None:
    next(var.glob("notices/*/source.txt")).unlink()


def _staged_leftover(var: Path) -> None:
    (var / "notices" / ".gone-x-1234").mkdir()


def _history_of_nothing(var: Path) -> None:
    (var / "history" / "nobody" / "20200101").mkdir(parents=True)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (_no_index, "unloadable"), (_bad_pointer, "unloadable"), (_half_truth, "unloadable"), (_no_store, "unloadable"),
        (_bad_vectors, "unloadable"), (_edited_text, "damaged"), (_edited_title, "stale"), (_gone_behind_our_back, "orphan"),
        (_damaged_facts, "damaged"), (_no_source, "damaged"), (_history_of_nothing, "orphan_folder"),
    ],
)  # fmt: skip
def test_each_fault_is_named_and_mended(fault: object, code: str, var: Path) -> None:
    fault(var)  # type: ignore[operator]
    assert code in codes(var)
    codes(var, fix=True)
    assert codes(var) == set()


def test_leftovers_of_a_killed_process_go_away_by_themselves(var: Path) -> None:
    _staged_leftover(var)
    assert codes(var) == set()
    assert not list(var.glob("notices/.gone-*"))


def test_what_staff_should_know_is_a_note_not_a_fault(var: Path, tmp_path: Path) -> None:
    near = plain_notice("某府发〔2021〕5号", "关于转办某办法的通知", "另行规定的除外。")
    undated = plain_notice("某府发〔2021〕6号", "关于急救的通知").replace("2021年5月6日", "").replace("二、", "三、")
    cites = plain_notice("某府发〔2021〕7号", "关于会诊的通知", "按照某府发〔2001〕99号执行。")
    for order, text in enumerate((near, undated, cites)):
        (tmp_path / f"{order}.txt").write_text(text, encoding="utf-8")
    outcome = add(settings_for(var), sorted(tmp_path.glob("*.txt")), embedder=TinyEmbedder())
    assert not outcome.failed
    assert outcome.added[0].alike
    assert {"near_duplicate", "undated", "capture", "unresolved"} <= codes(var, errors_only=False)
    assert codes(var) == set()


def test_a_changed_original_is_noticed(var: Path) -> None:
    next(var.glob("notices/*/original.txt")).write_text("别的", encoding="utf-8")
    assert "changed_original" in codes(var, errors_only=False)


def test_two_notices_of_one_number_are_a_fault(var: Path) -> None:
    folder = next(var.glob("notices/*"))
    shutil.copytree(folder, folder.with_name("copy"))
    assert "same_number" in codes(var)


def test_exit_codes_of_the_command(
    var: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA_DIR", str(var))
    monkeypatch.setattr("index.search.load_embedder", lambda *_, **__: TinyEmbedder())
    monkeypatch.setattr("index.build.load_embedder", lambda *_, **__: TinyEmbedder())
    assert cli.main(["doctor"]) == 0
    assert "一切正常" in capsys.readouterr().out
    _edited_text(var)
    assert cli.main(["doctor", "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    assert [one["code"] for one in printed if one["error"]] == ["damaged"]
    assert cli.main(["doctor", "--fix"]) == 0
    assert cli.main(["gaps", "--json"]) == 0
    assert '"wanted"' in capsys.readouterr().out


def test_numbers_that_skip_repeat_or_run_through() -> None:
    def faults(text: str) -> list[str]:
        return [fault.kind for fault in numbering_faults(outline(clean(text).text))]

    assert faults("一、甲\n（一）子。\n（二）丑。\n二、乙\n（一）寅。\n（二）卯。") == []
    assert faults("一、甲\n（一）子。\n（二）丑。\n二、乙\n（三）寅。\n（四）卯。") == []
    assert faults("一、甲事项。\n二、乙事项。\n四、丙事项。") == ["gap"]
    assert faults("一、甲事项。\n二、乙事项。\n一、附件事项。\n二、附件事项。") == []
    assert "order" in faults("一、甲事项。\n三、丙事项。\n二、乙事项。\n四、丁事项。")
    assert "gap" in faults("二、甲事项。\n三、乙事项。")


def test_a_scrambled_capture_is_said_plainly() -> None:
    lines = [f"{order}、{LONG[order:]}" for order in (1, 3, 2)] + [LONG] * 4 + ["完。", LONG]
    text = "\n".join(f"{line}第{order}次。" if line != LONG else line for order, line in enumerate(lines))
    cleaned = clean(text)
    said = "".join(capture_warnings(cleaned.text, outline(cleaned.text), cleaned.changes))
    assert "完全相同" in said
    shipped = load_corpus().get("hunan-2016-pilot-plan")
    assert any("错序" in one for one in capture_warnings(shipped.text, shipped.articles, shipped.changes))


def _notice(identity: str, text: str, region: str = "湖南省") -> Notice:
    return Notice(identity, None, f"关于{identity}的通知", "某厅", region, Level.PROVINCIAL, date(2020, 1, 1), text,
                  outline(text, identity))  # fmt: skip


def test_families_keep_where_each_copy_stands() -> None:
    body = "".join(
        f"第{order}项措施要求各地加强第{order}类机构的管理，并于每年{order}月底前报告。" for order in range(1, 13)
    )
    a, b, c = (
        _notice("甲", body),
        _notice("乙", body.replace("第3类", "第三类"), "广东省"),
        _notice("丙", "另一回事，与前无关。" * 20),
    )
    [family] = alike_notices([a, b, c])
    assert family.notice_ids == ("甲", "乙") and family.likeness > 0.8
    sentences = repeated_sentences([a, b], min_chars=20)
    assert (
        all({member.notice_id for member in one.members} == {"甲", "乙"} for one in sentences) and len(sentences) == 11
    )
    for one in sentences:
        texts = {(a if m.notice_id == "甲" else b).text[m.span.start : m.span.end] for m in one.members}
        assert len(texts) == 1
    assert alike_passages([_notice("丁", f"一、{LONG}\n二、{LONG}")])[0].notice_ids == ("丁",)


def test_minhash_estimates_the_exact_share() -> None:
    a = "".join(f"第{order}条要求。" for order in range(300))
    b = "".join(f"第{order}条要求。" for order in range(60, 300))
    assert abs(float((signature(a) == signature(b)).mean()) - likeness(a, b)) < 0.2


def test_the_gap_report_counts_what_is_missing() -> None:
    city = replace(_notice("市", "分级诊疗和分级诊疗。根据某府发〔2001〕9号。", "广东省/湛江市"), level=Level.MUNICIPAL)
    later = replace(_notice("省", "家庭医生签约服务，家庭医生。"), issued_on=date(2023, 1, 1))
    report = coverage([city, later], ["长护险怎么报", "长护险怎么报", "别的"])
    assert report.years_missing == (2021, 2022)
    assert report.parents_missing == ("全国（国家级）", "广东省（省级）")
    assert "长期护理" in report.topics_missing and "分级诊疗" not in report.topics_missing
    assert report.thin_topics["分级诊疗"] == ("湖南省",)
    assert report.refused[0] == ("长护险怎么报", 2)
    assert "长护险怎么报（2 次）" in describe(report)
