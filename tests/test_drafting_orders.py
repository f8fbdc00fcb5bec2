"""Documents asked for in loose words: the document named by a few words of its title, a body by its name, what for and for whom."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.errors import DraftError
from assistant.query.orders import asks_to_write, ordered
from assistant.tasks.composing import Official, compose
from assistant.tasks.ordering import Order, documents_meant, matter_of
from corpus.library import Corpus
from corpus.outline import outline
from corpus.types import Level, Notice

CITY = "湖南省/衡阳市"
DAY = date(2024, 6, 1)


def notice(identity: str, title: str, body: str, region: str = CITY) -> Notice:
    text = f"{title}\n{body}"
    return Notice(
        identity, None, title, "某机关", region, Level.MUNICIPAL, date(2023, 1, 1), text, articles=outline(text, identity)
    )  # fmt: skip


RULES = notice(
    "rules", "衡阳市院前急救管理条例",
    "第一条 定点急救医院应当承担下列职责：\n（一）服从统一调度；\n（二）及时接收伤病员；\n（三）登记和上报资料。\n"
    "第二条 定点急救医院应当具备下列条件：\n（一）配有三辆急救车；\n（二）有急救医师五名。\n"
    "第三条 市卫生健康部门应当公布投诉电话。\n",
)  # fmt: skip
AID = notice("aid", "衡阳市医疗救助实施办法", "第一条 市医保局负责医疗救助。\n第二条 医院应当公示救助标准。\n")


@pytest.mark.parametrize(
    ("message", "order"),
    [
        ("帮我起草一份落实院前急救条例的通知", ("notice", "落实院前急救条例")),
        ("按院前急救条例写个方案", ("plan", "院前急救条例")),
        ("根据医疗救助的办法给各科室写个通知", ("notice", "医疗救助的办法")),
        ("帮我弄一个贯彻急救条例的方案发给各科室", ("plan", "贯彻急救条例")),
        ("定点医院接收送来的病人，起草个院内通知", ("notice", "定点医院接收送来的病人")),
        ("照44号文拟一份报告", ("report", "44号文")),
    ],
)
def test_orders_in_loose_words_are_read(message: str, order: tuple[str, str]) -> None:
    assert ordered(message) == order


def test_what_is_asked_about_a_document_is_no_order_to_write_one() -> None:
    assert asks_to_write("按院前急救条例写个方案") and asks_to_write("根据救助办法给各科室写个通知。")
    assert not asks_to_write("按条例要写哪些报告？") and not asks_to_write("根据办法怎么写方案")


@pytest.mark.parametrize(
    ("subject", "meant"),
    [
        ("落实院前急救条例", ["rules"]),
        ("院前急救条例", ["rules"]),
        ("贯彻120急救条例", ["rules"]),
        ("落实医疗救助政策", ["aid"]),
        ("医疗救助的办法", ["aid"]),
        ("落实院前急救条例中的车辆管理", []),
        ("家庭医生签约服务", []),
    ],
)
def test_the_document_meant_is_that_of_the_words_where_they_say_no_more(subject: str, meant: list[str]) -> None:
    assert [n.id for n in documents_meant(subject, (RULES, AID), CITY)] == meant


def test_what_is_to_be_done_with_a_matter_is_not_the_matter() -> None:
    assert [matter_of(s) for s in ("贯彻落实急救条例", "做好签约服务", "签约服务落实情况")] == [
        "急救条例", "签约服务", "签约服务",
    ]  # fmt: skip


class Found:
    """An index that finds nothing: what is carried out is not looked for."""

    def search(self, query: str, *, top_k: int) -> tuple[()]:
        return ()


@pytest.fixture
def office() -> Any:
    """A library of the two notices."""
    return SimpleNamespace(corpus=Corpus((RULES, AID), "made-up"), index=Found(), today=DAY)


def told(made: Official) -> str:
    return "\n".join(item.text for section in made.sections for item in section.items)


def test_a_document_named_loosely_is_told_as_a_whole_with_the_words_before_its_lists(office: Any) -> None:
    made = compose(office, Order("notice", "落实院前急救条例", CITY, to="各科室", day=DAY))
    assert made.title == "关于贯彻落实《衡阳市院前急救管理条例》的通知"
    text = told(made)
    assert all(said in text for said in ("服从统一调度", "及时接收伤病员", "登记和上报资料", "配有三辆急救车"))
    assert text.count("应当具备下列条件：") <= 1
    assert {c.notice_id for c in made.citations} == {"rules"}


def test_a_report_on_how_it_goes_keeps_its_name(office: Any) -> None:
    made = compose(office, Order("report", "院前急救条例落实情况", CITY, day=DAY))
    assert made.title == "关于院前急救条例落实情况的报告" and {c.notice_id for c in made.citations} == {"rules"}


def test_a_refusal_names_the_documents_that_could_be_carried_out(office: Any) -> None:
    with pytest.raises(DraftError, match="衡阳市院前急救管理条例"):
        compose(office, Order("notice", "急救志愿者联欢", "湖南省/衡阳市", day=DAY))


def test_one_article_alone_is_carried_out(office: Any) -> None:
    order = Order("notice", "落实条例第三条", CITY, day=DAY, basis=("rules",), item="第三条")
    said = told(compose(office, order))
    assert "公布投诉电话" in said and "急救车" not in said and "救助标准" not in said
