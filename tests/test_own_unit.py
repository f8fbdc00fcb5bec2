"""A hospital's own notice: it binds that hospital, may bind whoever only said the place, and nobody else; its name is said once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.applicability import verdicts
from assistant.query.scope import check_profile
from assistant.retrieval.evidence import speaks_for
from assistant.types import Binding
from corpus.establishments import place_of, unit_of, unit_path, units_in
from corpus.library import load_corpus
from corpus.regions import RegionError, display, is_within
from corpus.types import Notice
from pages.hospital import hospital_function

PLACE, UNIT = "青海省/西宁市/城北区", "西宁市城北区人民医院"
PATH = f"{PLACE}/{UNIT}"
DAY = date(2026, 11, 28)
SAMPLE = load_corpus().notices[0]
TEXT = f"{UNIT}关于日间手术管理的通知\n各科室：\n一、评估。由麻醉科牵头，术前3日内完成。\n"


def notice(id_: str, region: str) -> Notice:
    return replace(
        SAMPLE, id=id_, title=f"{id_}的通知", number=None, region=region, issuer=display(region), issued_on=date(2026, 10, 20),
        effective_on=None, expires_on=None, horizon=None, text=TEXT, articles=(), gaps=(), relations=(), effects=(), front=None,
        guesses={}, confidence={}, addressees=(), aliases=(),
    )  # fmt: skip


OWN, PROVINCE, OTHER = notice("own", PATH), notice("province", "青海省"), notice("other", f"{PLACE}/西宁市城北区中医院")


def judged(place: str | None) -> dict[str, Any]:
    return {v.notice_id: v for v in verdicts((OWN, PROVINCE, OTHER), place, DAY)}


def test_a_unit_is_told_from_a_place_and_said_once() -> None:
    assert (unit_of(PATH), place_of(PATH), unit_of(PLACE), unit_of("")) == (UNIT, PLACE, "", "")
    assert display(PATH) == "青海省西宁市城北区人民医院"
    assert display("湖南省/湖南省人民医院") == "湖南省人民医院"
    assert display("广东省/湛江市") == "广东省湛江市" and display("") == "全国"
    assert units_in((OWN, PROVINCE)) == (PATH,)


def test_the_profile_takes_a_unit_by_its_name() -> None:
    assert check_profile(UNIT, None).region == PATH == check_profile(PATH, None).region
    assert unit_path(PLACE, UNIT) == unit_path("", UNIT) == unit_path("青海省/西宁市", UNIT) == PATH
    assert unit_path(PLACE, "康宁精神病医院") == f"{PLACE}/康宁精神病医院"
    assert is_within(f"{PLACE}/康宁精神病医院", "康宁精神病医院"), "a unit of which nobody says where it sits"


@pytest.mark.parametrize(("place", "unit"), [("广东省/湛江市", UNIT), (PLACE, "很好的地方")])
def test_a_unit_elsewhere_or_none_is_said_to_be(place: str, unit: str) -> None:
    with pytest.raises(RegionError, match=r"请"):
        unit_path(place, unit)


def test_an_own_notice_binds_its_unit_first_beside_the_rules_above() -> None:
    found = judged(PATH)
    assert next(iter(found)) == "own" and "本单位制度" in found["own"].reason
    assert found["own"].binding is found["province"].binding is Binding.BINDS
    assert found["other"].binding is Binding.DOES_NOT_BIND
    assert found["own"].reason.count("城北区") == 1


def test_where_only_the_place_is_known_it_may_bind_and_does_not_answer_beside_what_does() -> None:
    found = judged(PLACE)
    assert found["own"].binding is found["other"].binding is Binding.MAY_BIND
    assert f"只约束{UNIT}" in found["own"].reason
    assert not speaks_for(OWN, PLACE) and speaks_for(OWN, PATH) and speaks_for(PROVINCE, PATH)
    assert judged("广东省/湛江市")["own"].binding is Binding.DOES_NOT_BIND


def test_the_form_joins_place_and_unit() -> None:
    check = hospital_function(SimpleNamespace(corpus=SimpleNamespace(notices=(OWN, PROVINCE))))  # type: ignore[arg-type]
    kept = json.loads(check(json.dumps({"region": "西宁市城北区", "unit": UNIT, "kinds": ["public"]})))
    assert (kept["region"], kept["unit"], kept["place"]) == (PATH, UNIT, "青海省西宁市城北区")
    assert kept["label"].startswith(UNIT)
    assert json.loads(check(json.dumps({"region": "西宁市城北区", "unit": "", "kinds": []})))["region"] == PLACE
    assert "请" in json.loads(check(json.dumps({"region": "湛江市", "unit": UNIT})))["error"]
