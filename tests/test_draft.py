"""A draft against the library: each sentence's verdict and clause, wrong numbers, other places, old notices, bad input."""

from __future__ import annotations

import json
import re
from datetime import date

import pytest

from assistant.cli import main
from assistant.drafting import draft as checking
from assistant.drafting import report
from assistant.drafting.library import LibraryVerifier
from assistant.errors import DraftError
from corpus.text import sentence_spans

ZHANJIANG = "zhanjiang-2019-hospital-reform"


@pytest.fixture(scope="module")
def verifier(hashed) -> LibraryVerifier:
    return LibraryVerifier.of(hashed)


@pytest.fixture(scope="module")
def stated(hashed) -> str:
    """A sentence of a notice with a percentage in it."""
    notice = hashed.corpus.get(ZHANJIANG)
    sentences = (notice.quote(s).strip() for s in sentence_spans(notice.text))
    return next(s for s in sentences if re.search(r"\d\d%", s) and 20 < len(s) < 120 and s.endswith("。"))


def checked(verifier, text: str, **more) -> checking.CheckedDraft:
    return checking.check_draft("稿.txt", text, verifier, **more)


def test_what_a_notice_says_is_found_with_its_clause(verifier, stated):
    draft = checked(verifier, f"关于改革的汇报\n\n{stated}\n")
    heading, sentence = draft.sentences
    assert heading.status == "none"
    assert sentence.status == "supported"
    notice = verifier.corpus.get(sentence.clauses[0].notice_id)
    for clause in sentence.clauses:
        assert notice.text[clause.start : clause.end] == clause.quote


def test_the_title_of_a_draft_states_nothing_whatever_figure_stands_in_it(verifier, stated):
    title = "甲市第一医院关于2019年药品采购工作的情况汇报"
    heading, _ = checked(verifier, f"{title}\n{stated}\n").sentences
    assert heading.status == "none"
    (alone,) = checked(verifier, "甲市第一医院2019年采购药品100种").sentences
    assert alone.status != "none"


def test_a_changed_figure_is_not_what_the_notice_says(verifier, stated):
    wrong = re.sub(r"\d\d%", "97%", stated, count=1)
    (sentence,) = checked(verifier, wrong).sentences
    assert sentence.status == "contradicted"
    assert "97%" in sentence.reason
    assert sentence.clauses


def test_what_no_notice_speaks_of_has_no_ground(verifier):
    (sentence,) = checked(verifier, "全市所有公园应当在2031年前免费开放羽毛球场地。").sentences
    assert sentence.status == "unsupported"


def test_wrong_numbers_and_titles_are_named(verifier, stated):
    title = verifier.corpus.get(ZHANJIANG).title
    text = f"根据《{title}》（湛府〔2018〕99号），{stated}按照甲府〔2020〕7号，应当执行上述规定。"
    first, second = checked(verifier, text).sentences
    assert any("文号不对" in r and "湛府〔2019〕13号" in r for r in first.remarks)
    assert any("库中没有文号为甲府〔2020〕7号的文件" in r for r in second.remarks)


def test_another_place_and_another_day_are_remarked_on(verifier, stated):
    elsewhere = checked(verifier, stated, place="四川省/资阳市").sentences[0]
    assert any("只约束" in r for r in elsewhere.remarks)
    before = checked(verifier, stated, as_of=date(2018, 1, 1)).sentences[0]
    assert any("尚未印发" in r for r in before.remarks)
    assert checked(verifier, stated, place="广东省/湛江市").sentences[0].remarks == ()


def test_reports_escape_what_a_draft_holds(verifier, stated):
    draft = checked(verifier, f"<script>alert(1)</script>应当执行。\n{stated}")
    page = report.html_report(draft)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert draft.sentences[1].clauses[0].quote in page.replace("&quot;", '"')
    assert report.word_report(draft)[:2] == b"PK"
    assert report.record(draft)["counts"]["supported"] == 1
    assert "有据 1 句" in report.summary(draft)


def test_a_draft_without_a_claim_or_too_long_says_so(verifier, monkeypatch):
    with pytest.raises(DraftError, match="没有可核对的句子"):
        checked(verifier, "工作汇报\n某某办公室\n")
    monkeypatch.setattr(checking, "MAX_CHARS", 10)
    with pytest.raises(DraftError, match="超过上限"):
        checked(verifier, "应当执行上述规定并及时报告。")


def test_the_command_writes_a_report(data_dir, tmp_path, stated, capsys):
    source = tmp_path / "稿.md"
    source.write_text(f"# 汇报\n\n{stated}\n", encoding="utf-8")
    out = tmp_path / "报告.html"
    assert main(["verify", str(source), "--out", str(out)]) == 0
    assert "有据" in out.read_text(encoding="utf-8")
    assert main(["verify", str(source), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["supported"] == 1
    assert main(["verify", str(source), "--out", str(tmp_path / "报告.xyz")]) == 2
    assert main(["verify", str(source), str(tmp_path / "x.jsonl")]) == 2
    damaged = tmp_path / "坏.docx"
    damaged.write_bytes(b"PK\x03\x04 not a document")
    assert main(["verify", str(damaged)]) == 2
