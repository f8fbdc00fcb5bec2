"""Who belongs to a class is read from the notice, and what is asked of them is answered with the clause of their class."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from corpus_fakes import assistant_with, settings_for

from assistant.keeping.keeper import add
from assistant.service import Assistant
from assistant.types import Profile
from corpus.classes import classes_of
from corpus.library import load_corpus

AID = """南平市人民政府关于印发南平市医疗救助办法的通知
南政综〔2026〕31号
各县（市、区）人民政府：
一、救助对象
救助对象分为三类：第一类：特困供养人员、孤儿；第二类：最低生活保障对象；第三类：最低生活保障边缘家庭成员。
二、救助标准
1.起付标准。第一、二类救助对象不设起付标准，第三类救助对象的起付标准为2800元。
2.住院救助。政策范围内个人自付的住院费用，第一类救助对象按90%比例救助，第二类救助对象按75%比例救助，第三类救助对象按55%比例救助。
三、办理
救助对象在定点医院出院时一站式结算，由市医疗保障局负责。
南平市人民政府
2026年3月2日
"""
SPREAD = """南平市卫生健康委员会关于印发南平市疫情报告管理规定的通知
南卫疾控〔2026〕12号
各县（市、区）卫生健康局：
第一条 本规定所称甲类传染病，是指危害特别严重的传染病，包括鼠疫、霍乱。乙类传染病，是指危害严重的传染病，包括麻疹、狂犬病、登革热。
第二条 医疗机构发现甲类传染病患者的，应当于两小时内进行网络直报；发现乙类传染病患者的，应当于二十四小时内进行网络直报。
第三条 疾病预防控制机构应当及时核实收到的报告。
南平市卫生健康委员会
2026年4月9日
"""
RULES = "一类门诊病种：按85%支付。二类门诊病种：按70%支付。第三条：各科室、各病区遵守本规定。第四类：孤寡老人。"


@pytest.fixture(scope="module")
def made(one_notice_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("classes")
    shutil.copytree(one_notice_dir, folder / "var")
    settings = settings_for(folder / "var").model_copy(update={"today": date(2026, 11, 28)})
    paths = [folder / f"{at}.txt" for at in range(2)]
    for path, text in zip(paths, (AID, SPREAD), strict=True):
        path.write_text(text, encoding="utf-8")
    assert not add(settings, paths).failed
    return Assistant.from_settings(settings)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            AID,
            {
                "第一类": ("特困供养人员", "孤儿"),
                "第二类": ("最低生活保障对象",),
                "第三类": ("最低生活保障边缘家庭成员",),
            },
        ),
        (SPREAD, {"甲类": ("鼠疫", "霍乱"), "乙类": ("麻疹", "狂犬病", "登革热")}),
        (RULES, {}),
    ],
)
def test_who_belongs_to_which_class(text: str, told: dict[str, tuple[str, ...]]) -> None:
    notice = replace(load_corpus().notices[0], text=text)
    assert {one.label: one.names for one in classes_of(notice)} == told
    assert all(one.span.of(text).startswith(one.label) for one in classes_of(notice))


@pytest.mark.parametrize(
    ("question", "held", "other"),
    [
        ("南平特困的住院能救助多少", ("特困供养人员属于第一类", "90%"), None),
        ("低保户住院救助比例是多少", ("最低生活保障对象属于第二类", "75%"), None),
        ("南平发现麻疹多久内要网报", ("麻疹属于乙类", "二十四小时"), "两小时"),
        ("南平发现霍乱病人几小时内直报", ("霍乱属于甲类", "两小时"), "二十四小时"),
    ],
)
def test_the_class_of_who_is_asked_about_is_told_with_its_clause(
    made: Assistant, question: str, held: tuple[str, ...], other: str | None
) -> None:
    told = made.ask(question, profile=Profile(region="福建省/南平市"))
    assert all(one in told.text for one in held), told.text
    assert other is None or other not in told.text


def test_the_class_is_proved_by_the_line_that_says_who_belongs_to_it(made: Assistant) -> None:
    told = made.ask("南平特困的住院能救助多少", profile=Profile(region="福建省/南平市"))
    assert any("第一类：特困供养人员、孤儿" in one.quote for one in told.citations)


def test_whoever_belongs_to_no_class_is_answered_as_before(made: Assistant) -> None:
    assert "属于" not in made.ask("南平医疗救助由谁负责结算", profile=Profile(region="福建省/南平市")).text


def test_a_word_of_the_title_names_no_class(one_notice_dir: Path, tmp_path: Path) -> None:
    text = """南平市传染病防治规定
（2024年3月26日南平市人民政府令第12号公布）
第一条 本规定的传染病分为甲类和乙类。甲类传染病是指：鼠疫、霍乱。乙类传染病是指：传染性非典型肺炎、麻疹。
第二条 医疗机构不具备救治能力的，应当将患者及其病历记录复印件一并转至其他医疗机构。
第三条 发现乙类传染病的，应当采取必要的治疗和控制传播措施。
第四条 本规定自2024年5月1日起施行。
"""
    made = assistant_with((text,), one_notice_dir, tmp_path, date(2026, 11, 28))
    told = made.ask("我们看不了这个传染病人要转走，材料带啥", profile=Profile("福建省/南平市")).text
    assert "属于乙类" not in told and "病历记录复印件" in told
    assert "属于乙类" in made.ask("麻疹病人要采取什么措施", profile=Profile("福建省/南平市")).text
