"""Whose rule speaks for a place: a county's for its city, told as no more than that; never one that is likely another place's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from fakes import CITY_NOTICE, HashingEmbedder

from assistant.keeping.keeper import add
from assistant.retrieval.evidence import speaks_for
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import Profile
from corpus.library import load_corpus
from corpus.types import UNKNOWN_REGION
from index import Index

SHIPPED = load_corpus().notices
COUNTY = (
    CITY_NOTICE.replace("衡阳市人民政府", "衡阳县人民政府")
    .replace("《衡阳市", "《衡阳县")
    .replace("\n衡阳市村", "\n衡阳县村")
)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("county")
    (folder / "县.txt").write_text(COUNTY.replace("市财政", "县财政").replace("全市", "全县"), encoding="utf-8")
    settings = Settings.load(data_dir=folder / "var", today=date(2025, 3, 1))
    models = settings.index.model_copy(update={"reader": "none", "entailment": "none"})
    settings = settings.model_copy(update={"index": models})
    embedder = HashingEmbedder()
    add(settings, [folder / "县.txt"], {"region": "湖南省/衡阳市/衡阳县"}, embedder=embedder)
    corpus = load_corpus(settings.data_dir)
    return Assistant(corpus, Index.open(settings.index_config(), corpus, embedder=embedder), settings)


@pytest.mark.parametrize(("place", "told"), [("湖南省/衡阳市", True), ("湖南省/衡阳市/衡阳县", False)])
def test_a_countys_rule_is_told_for_its_city_as_no_more_than_that(county: Assistant, place: str, told: bool) -> None:
    answer = county.ask("标准化村卫生室要建成多少个", profile=Profile(place))
    assert "1234个" in answer.text
    assert {c.notice for c in answer.citations} and not answer.refused
    assert ("只约束湖南省衡阳市衡阳县" in answer.text) == told


@pytest.mark.parametrize("place", ["湖南省", "湖南省/永州市"])
def test_it_is_told_for_no_province_and_no_other_city(county: Assistant, place: str) -> None:
    answer = county.ask("标准化村卫生室要建成多少个", profile=Profile(place))
    assert "1234" not in answer.text


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
    notice = replace(SHIPPED[0], region=UNKNOWN_REGION, guesses={"region": guess} if guess else {})
    assert speaks_for(notice, place) == may
