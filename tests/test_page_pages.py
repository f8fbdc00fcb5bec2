"""The pages beside the chat: library, applicability, comparison, dashboard, export, feedback as evaluation lines."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from page_fakes import FIGURE, NOTICES, FakeAssistant
from test_page_markup import Collector

from assistant.keeping.conversations import ConversationStore
from assistant.keeping.feedback import eval_line
from assistant.types import Binding, Citation, Profile, Verdict
from corpus.types import Change, Relation, RelationKind, Span
from pages.about import about_html
from pages.catalogue import PAGE, View, filtered, ordered, pager_html, table_html
from pages.dashboard import dashboard_html, lacking_topics, percentile
from pages.files import download_function
from pages.graph import edges_of, graph_html
from pages.history import history_html
from pages.library import library_html
from pages.rules import verdicts_html
from pages.server import source_function
from pages.shelf import Shelf
from pages.timeline import timeline_html

ASSISTANT: Any = FakeAssistant(0.0)


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path)


@pytest.fixture
def conversation(store: ConversationStore) -> str:
    key = store.start("me", "甲<b>市")
    for position, question in enumerate(("要建成<i>多少个", "比较两地", "天气")):
        store.save_turn("me", key, position, question, Profile(), ASSISTANT.ask(question))
    return key


def test_filters_narrow_by_place_year_level_and_words() -> None:
    def ids(**chosen: str) -> list[str]:
        return [notice.id for notice in filtered(NOTICES, **chosen)]

    assert ids() == ["jia-2021", "yi-2017"], "newest first"
    assert ids(region="广东省") == ids(year="2021") == ids(words="12个 样例") == ["jia-2021"]
    assert ids(level="provincial") == ids(status="已废止") == ids(region="湖南省") == []
    assert ids(level="municipal", words="28%") == ["yi-2017"]


def test_library_table_and_timeline_name_every_notice() -> None:
    table, timeline = Collector(table_html(NOTICES, View())), Collector(timeline_html(NOTICES))
    for notice in NOTICES:
        assert notice.title in table.text and notice.name in timeline.text
    assert "缺约 3 句" in table.text and "湛江市" in timeline.text
    assert timeline_html([replace(NOTICES[0], issued_on=None)]) == ""


def test_with_many_notices_the_list_stands_first_and_is_shown_by_pages() -> None:
    assert "<details open>" in library_html(NOTICES, 2)
    many = [replace(NOTICES[0], id=f"n{number}", title=f"样例{number:04}") for number in range(30)]
    html = library_html(many, 30)
    assert html.index("<table>") < html.index("<details>"), "the timeline is folded, below"
    assert html.count("data-notice=") - html.count('class="dot"') == PAGE
    thousand = many * 34
    assert "timeline" not in library_html(thousand, 1020) and 'data-page="41"' in pager_html(View(), 1020)
    assert 'data-notice="n29"' in table_html(many, View("title", False, 2)) and pager_html(View(), PAGE) == ""


def test_heads_sort_and_what_is_not_known_stands_last() -> None:
    dateless = replace(NOTICES[0], id="x", issued_on=None, number=None)
    three = [dateless, *NOTICES]
    assert [n.id for n in ordered(three, View("issued_on", False))] == ["yi-2017", "jia-2021", "x"]
    assert next(n.id for n in ordered(three, View("number", True))) == "jia-2021"
    assert View("title", False).turned("title") == View("title", True) and View().turned("title") == View(
        "title", False
    )
    assert View("title", False, 1).turned(page=3) == View("title", False, 3)


def test_about_tells_relations_and_changes_as_text() -> None:
    notice = replace(NOTICES[0], changes=(Change("boilerplate", 0, "<script>导航"), Change("restored", 3, "x")))
    page = Collector(about_html(notice))
    assert "script" not in page.tags and "<script>导航" in page.text
    assert "国务院样例文件" in page.text and "（未收录）" in page.text


def test_the_graph_draws_each_neighbour_once_and_escapes() -> None:
    relation = Relation(RelationKind.BASIS, None, "<b>{mid}依据", Span(0, 4))
    own = Relation(RelationKind.ISSUES, None, "自己", Span(0, 4), target_id="jia-2021")
    notice = replace(NOTICES[0], relations=(relation, relation, own))
    incoming, outgoing = edges_of(notice, [("引用", NOTICES[1]), ("引用", NOTICES[1]), ("引用", notice)])
    assert incoming == [("引用", "乙市样例试点方案", True)] and outgoing == [("依据", "<b>{mid}依据", False)]
    page = Collector(graph_html(notice, [("引用", NOTICES[1])]))
    assert "b" not in page.tags and "乙市样例试点方案" in page.text and "依据" in page.text
    assert graph_html(replace(notice, relations=(own,))) == ""


def test_verdicts_are_grouped_with_reasons() -> None:
    verdicts = (
        Verdict("a", "甲号", "甲", Binding.DOES_NOT_BIND, "c", "外省<b>"),
        Verdict("b", "乙号", "乙", Binding.BINDS, "c", "本市文件"),
    )
    text = Collector(verdicts_html(verdicts, "广东省/湛江市", date(2020, 6, 1), topic="耗材")).text
    assert text.index("本市文件") < text.index("外省<b>") and "广东省湛江市 · 截至 2020-06-01 · 事项：耗材" in text
    assert "不等于现行有效" in text
    assert "没有可供判断" in verdicts_html((), None, date(2020, 6, 1))
    cited = Citation(1, "乙号", "b", "乙", "一", "耗材", 0, 2)
    on_it = Verdict("b", "乙号", "乙", Binding.BINDS, "c", "写到耗材", mentions=(cited,))
    silent = tuple(Verdict(f"s{n}", "丙", "丙", Binding.BINDS, "c", f"没有写到{n}") for n in range(2))
    html = verdicts_html((on_it, *silent), None, date(2020, 6, 1), topic="耗材")
    assert html.index("写到耗材") < html.index("另有2份（适用）未见写到“耗材”") < html.index("没有写到1")
    none = verdicts_html(silent, None, date(2020, 6, 1), topic="耗材")
    assert "没有一份写到“耗材”" in none and "应当执行" not in none and "另有" not in none
    many = tuple(Verdict(f"x{n}", "外", "外", Binding.DOES_NOT_BIND, "other_region", "外省") for n in range(9))
    soon = Verdict("n", "新号", "新", Binding.DOES_NOT_BIND, "not_effective", "自2021年1月1日起施行")
    html = verdicts_html((*many, soon), "广东省/湛江市", date(2020, 6, 1))
    assert html.index("2021年1月1日") < html.index("<details>") < html.index("外省"), (
        "what is to come is not folded away"
    )
    assert "（9）" in html and "还有1份" in html, "each head counts what stands below it"


def test_dashboard_counts_and_lists_what_is_missing(store: ConversationStore, conversation: str) -> None:
    store.vote("me", conversation, 0, 1)
    text = Collector(dashboard_html(store)).text
    assert "3提问" in text and "33%未能回答" in text and "有用 1，有误 0" in text and "42 毫秒" in text
    assert lacking_topics(store.usage()) == [], "the weather is nothing the corpus lacks"
    asked = store.usage()[2]
    silent = [replace(asked, refusal="silent", question=question) for question in ("问甲？", "问甲", "问乙")]
    assert lacking_topics(silent) == [("问甲？", 2), ("问乙", 1)]
    assert "还没有提问" in dashboard_html(None)


@pytest.mark.parametrize(("share", "expected"), [(0.5, 2), (0.95, 4), (1.0, 4), (0.01, 1)])
def test_percentiles_are_nearest_rank(share: float, expected: float) -> None:
    assert percentile([4, 1, 3, 2], share) == expected


def file(store: ConversationStore | None, **wanted: str) -> tuple[str, bytes]:
    got = json.loads(download_function(ASSISTANT, store, Shelf())(json.dumps(wanted)))
    assert "error" not in got, got
    return got["name"], base64.b64decode(got["base64"])


def test_a_conversation_becomes_markdown_html_and_word(store: ConversationStore, conversation: str) -> None:
    from docx import Document

    name, markdown = file(store, kind="md", id=conversation, owner="me")
    assert name == "甲<b>市.md" and f"> {FIGURE}" in markdown.decode() and "要建成\\<i\\>多少个" in markdown.decode()
    page = file(store, kind="html", id=conversation, owner="me")[1].decode()
    text = Collector(page.removeprefix("<!doctype html>").replace('<meta charset="utf-8">', "")).text
    assert FIGURE in text and "甲<b>市" in text and "http" not in page
    word = Document(io.BytesIO(file(store, kind="docx", id=conversation, owner="me")[1]))
    assert any(FIGURE in paragraph.text for paragraph in word.paragraphs)
    assert word.tables[0].rows[1].cells[1].text == "覆盖率80%以上 [1]"
    assert not any("政策库中没有与天气" in p.text and p.style.name == "Quote" for p in word.paragraphs)


def test_exports_of_others_are_refused(store: ConversationStore, conversation: str) -> None:
    download = download_function(ASSISTANT, store, Shelf())
    for wanted in ({"kind": "md", "id": conversation, "owner": "you"}, {"kind": "exe"}):
        assert set(json.loads(download(json.dumps(wanted)))) == {"error"}
    assert "error" in json.loads(download_function(ASSISTANT, None, Shelf())(json.dumps({"kind": "md"})))
    assert "已不在政策库中" in source_function(ASSISTANT)(json.dumps({"notice": "<b>gone"}))


def test_feedback_becomes_a_line_to_check(store: ConversationStore, conversation: str) -> None:
    store.vote("me", conversation, 0, 1)
    store.vote("me", conversation, 1, -1, reason="数字不对", notice_id="yi-2017", quote="乙市个人支出")
    store.vote("me", conversation, 2, -1, reason="不该拒答")
    by_question = {said.question: eval_line(said, NOTICES) for said in store.feedback()}
    liked = by_question["要建成<i>多少个"]
    assert liked["category"] == "factoid_number" and liked["evidence"][0] == {
        "notice": "湛府〔2021〕1号",
        "quote": FIGURE,
    }
    picked = by_question["比较两地"]
    assert picked["nuggets"] == [["乙市个人支出"]] and picked["evidence"][0]["notice"] == "乙市样例试点方案"
    refused = by_question["天气"]
    assert not refused["answerable"] and refused["category"] == "out_of_scope" and refused["evidence"] == []
    assert "不该拒答" in refused["note"]
    store.vote("me", conversation, 0, -1, reason="引文不支持")
    wrong = next(eval_line(said, NOTICES) for said in store.feedback() if said.question == "要建成<i>多少个")
    assert wrong["answer"] == "" and wrong["nuggets"] == [], "a wrong answer is not made the right one"
    lines = file(store, kind="eval")[1].decode().splitlines()
    assert len(lines) == 3 and all(json.loads(line)["profile"] == {"region": None, "as_of": None} for line in lines)


def test_history_marks_the_open_conversation_and_escapes(store: ConversationStore, conversation: str) -> None:
    html = history_html(store, "me", conversation)
    assert 'aria-current="true"' in html and "甲<b>市" in Collector(html).text and 'data-kind="docx"' in html
    assert "没有找到" in history_html(store, "me", "", "不存在的词")
    assert date.today().isoformat() not in html, "today is called 今天"
