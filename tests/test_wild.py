"""Made-up documents in the shapes that sites, archives and offices give them: every fact, the outline, nothing of the page."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from corpus.boilerplate import page_fields
from corpus.clean import clean
from corpus.front import read_front
from corpus.intake import File, prepare
from corpus.library import Corpus
from corpus.metadata import metadata_of
from corpus.outline import outline
from corpus.readers import read_content
from corpus.types import Notice
from evals.facts import agrees, articles_of, headings_of

CASES = tomllib.loads((Path(__file__).parent / "wild_cases.toml").read_text(encoding="utf-8"))["case"]


def _read(case: dict[str, Any]) -> tuple[Notice, dict[str, tuple[Any, float]]]:
    content = case["text"].lstrip("\n").encode(case.get("encoding", "utf-8"))
    source = read_content(content, case["file"])
    cleaned = clean(source.text)
    removed = "\n".join(change.source for change in cleaned.changes if change.kind == "boilerplate")
    articles = outline(cleaned.text)
    front = read_front(cleaned.text, articles, {**page_fields(removed), **source.hints})
    found = metadata_of(front, cleaned.text)
    notice = Notice(
        "n-wild", found.number, found.title or "", found.issuer or "", found.region or "", found.level,
        found.issued_on, cleaned.text, articles,
    )  # fmt: skip
    whole = [fact for fact in front.repeals if not fact.value.part]
    said = {key: (getattr(found, key), sure) for key, sure in found.confidence.items() if hasattr(found, key)}
    said["repeals"] = (
        [fact.value.number or fact.value.name for fact in whole],
        min((f.confidence for f in whole), default=0.0),
    )
    said["kind"] = (front.kind.value, front.kind.confidence) if front.kind is not None else (None, 0.0)
    said["headings"], said["articles"] = (headings_of(notice), 0.0), (articles_of(notice), 0.0)
    return notice, said


def _plain(value: Any) -> Any:
    value = value.isoformat() if hasattr(value, "isoformat") else getattr(value, "value", value)
    return None if value == "unknown" else value


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_what_is_read(case: dict[str, Any]) -> None:
    notice, said = _read(case)
    wrong = {}
    for key, right in case["facts"].items():
        got, sure = said.get(key, (None, 0.0))
        right = None if right == "none" else right
        same = _plain(got) == right if key == "kind" else agrees(key, _plain(got), right)
        if not same:
            wrong[key] = (_plain(got), sure, right)
    assert wrong == {}
    assert [words for words in case.get("has", []) if words not in notice.text] == []
    assert [words for words in case.get("lacks", []) if words in notice.text] == []


def test_what_stands_for_a_title_that_is_not_there_is_no_list_of_addressees() -> None:
    lines = (
        "各相关医学院校，各市卫生健康委：",
        "根据省卫生健康委工作安排，现将2021年招录工作有关事宜通知如下：",
        "一、招录原则",
        "择优录取。",
        "二、招录条件",
        "本科以上。",
        "省医学教育研究中心联系人：甲",
    )
    text = "\n".join(lines)
    prepared = prepare(File("招录工作.txt", text.encode()), Corpus((), ""))
    assert prepared.notice.title == "招录工作"
    assert "title" in prepared.notice.unverified
