"""Divisions: bare headings over numbers that begin anew tell whose rule a clause is, in what is found and in what is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.keeping.keeper import add
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import Profile
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.parts import parts_of
from corpus.passages import passages_of
from index import Index

NOTICE = """湖南省卫生健康委员会关于印发康复医院基本标准的通知
湘卫医发〔2024〕9号
各市州卫生健康委：
现将《康复医院基本标准》印发给你们，请遵照执行。
湖南省卫生健康委员会
2024年5月6日
康复医院基本标准
二级康复医院
一、床位
住院床位总数在100张至299张。
二、人员
至少有5名具备康复治疗资质的医师。
三、房屋
每床建筑面积不少于85平方米。
三级康复医院
一、床位
住院床位总数在300张及以上。
二、人员
至少有15名具备康复治疗资质的医师。
三、房屋
每床建筑面积不少于95平方米。
"""


@pytest.fixture(scope="module")
def standards(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("standards")
    (folder / "标准.txt").write_text(NOTICE, encoding="utf-8")
    settings = Settings.load(data_dir=folder / "var")
    add(settings, [folder / "标准.txt"], {})
    corpus = load_corpus(settings.data_dir)
    return Assistant(corpus, Index.open(settings.index_config(), corpus), settings)


def test_each_division_is_a_part_and_its_clauses_say_which(standards: Assistant):
    notice = next(n for n in standards.corpus.notices if "康复医院" in n.title)
    divided = {a.division: a for a in notice.articles if a.kind == "item"}
    assert list(divided) == ["二级康复医院", "三级康复医院"]
    assert divided["三级康复医院"].path.startswith("三级康复医院 › 三、房屋")
    crumbs = [p.breadcrumb for p in passages_of(notice) if "95平方米" in p.text]
    assert crumbs and all("三级康复医院 › 三、" in crumb for crumb in crumbs)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("二级康复医院每床建筑面积不少于多少", "85平方米", "95平方米"),
        ("办三级康复医院至少要几名康复治疗医师", "15名", "有5名"),
        ("三级康复医院要多少张床", "300张", "299张"),
    ],
)
def test_what_stands_in_the_division_of_another_grade_is_no_answer(standards: Assistant, question, right, wrong):
    text = standards.ask(question, profile=Profile(region="湖南省/长沙市")).text
    assert right in text and wrong not in text and "级康复医院”" in text


def test_both_divisions_answer_where_neither_is_asked(standards: Assistant):
    text = standards.ask("康复医院每床建筑面积不少于多少", profile=Profile(region="湖南省/长沙市")).text
    assert "85平方米" in text and "95平方米" in text


@pytest.mark.parametrize(
    "lines",
    [
        ["总则", "一、目标", "提高服务。", "二、任务", "落实责任。"],
        ["一、目标", "提高服务。", "二、任务", "（一）医务处", "1.管医疗。", "2.管质控。", "（二）护理部", "1.管护理。", "2.管培训。"],
        ["一、目标", "提高服务。", "二、任务", "落实责任。", "请各地执行，并报告", "一、目标", "再说一遍。"],
        ["甲", "一、只有一项。", "乙", "一、只有一项。"],
    ],
)  # fmt: skip
def test_numbers_that_begin_once_or_below_others_make_no_divisions(lines: list[str]):
    assert len(parts_of(lines)) == 1
    assert all(not article.division for article in outline("\n".join(lines)))


def test_divisions_of_an_annex_keep_its_name():
    head = ["通知", "各单位：", "请执行。", "附件2", "各部门职责表"]
    lines = [*head, "医务处", "一、管医疗。", "二、管质控。", "护理部", "一、管护理。", "二、管培训。"]
    annex = "附件2 各部门职责表"
    assert [p.name for p in parts_of(lines)] == ["", annex, f"{annex} › 医务处", f"{annex} › 护理部"]


CERTIFICATE = """湖南省卫生健康委员会关于加强出生证明管理的通知
湘卫妇发〔2024〕3号
各市州卫生健康委：
一、出生证明一式三联，第一联由出具单位永久保存。
二、出生证明第二联由新生儿父母保存。
三、出生证明第三联由户籍登记机关收集留底。
四、满半年未领取的，由出具单位登记封存。
"""


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("certificates")
    (folder / "证明.txt").write_text(CERTIFICATE, encoding="utf-8")
    settings = Settings.load(data_dir=folder / "var")
    add(settings, [folder / "证明.txt"], {})
    corpus = load_corpus(settings.data_dir)
    return Assistant(corpus, Index.open(settings.index_config(), corpus), settings)


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("出生证明第三联最后归谁收着", "户籍登记机关", "新生儿父母"),
        ("出生证明第二联归谁保存", "新生儿父母", "户籍登记机关"),
    ],
)
def test_what_holds_of_another_ordinal_is_no_answer(certificates: Assistant, question, right, wrong):
    text = certificates.ask(question, profile=Profile(region="湖南省/长沙市")).text
    assert right in text and wrong not in text


def test_half_a_year_is_a_length_of_time(certificates: Assistant):
    answer = certificates.ask("出生证明多久没领就要封存", profile=Profile(region="湖南省/长沙市"))
    assert not answer.refused and "半年" in answer.text
