"""HTML made from answers and notices: escaped, structured, and exact where passages are cited."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_blocks import BLOCKS, WORDS
from page_fakes import FIGURE, NOTICES, SCRIPT, FakeAssistant

from assistant.blocks import Blocks, Listing, Marker, Paragraph, Table, Text, prose
from assistant.types import Citation, Profile
from corpus.library import load_corpus
from corpus.types import Article, Level, Notice, Span
from index.errors import StoreUnavailable
from pages.answers import turn_html
from pages.markup import blocks_html, inline
from pages.panel import source_html
from pages.scope import read_profile, region_choices
from pages.session import Session, stream_turn
from pages.turn import TurnView, reference_text
from pages.welcome import example_questions, link_notice

CITATION = Citation(1, "某号", "n-1", '标题"><script>', "一、某条", "引文", 3, 5)


class Collector(HTMLParser):
    """Text, tag names and attribute names of a page; fails where a tag is closed that is not open."""

    _VOID = frozenset({"br", "input", "img"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text, self.tags, self.names, self._open = "", set(), set(), []
        self.feed(html)
        self.close()
        assert self._open == [], f"left open: {self._open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)
        if tag not in self._VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open and self._open.pop() == tag, f"stray </{tag}>"

    def handle_data(self, data: str) -> None:
        self.text += data


def test_blocks_are_paragraphs_lists_and_tables() -> None:
    rows = (((Text("湘"),), (Text("80%", strong=True), Text("的"), Marker(1))), ((Text("粤"),), (Text("a|b"),)))
    table = Table(((Text("地区"),), (Text("规定"),)), rows)
    shown = (Paragraph((Text("先说结论"), Marker(1), Text("。\n完"))), Listing(((Text("丙"),),)), table)
    html = blocks_html(shown, [CITATION])
    assert (
        html.startswith('<p>先说结<span class="nb">论<button')
        and "</button>。</span></p><p>完</p><ul><li>丙</li></ul>" in html
    )
    assert '<strong>80%</strong><span class="nb">的<button' in html
    assert '<th scope="col">规定</th>' in html and '<th scope="row">粤</th><td>a|b</td>' in html
    assert Collector(html).tags == {"p", "button", "ul", "li", "div", "table", "thead", "tbody", "tr", "th", "td",
                                    "strong", "span"}  # fmt: skip


def test_a_marker_is_shown_in_the_longest_cell_of_a_row_only() -> None:
    row = ((Text("2019年"), Marker(1)), (Text("2019年，启动考核"), Marker(1), Text("。")), (Text("未写明"), Marker(1)))
    page = Collector(blocks_html((Table(((), (), ()), (row,)),), [CITATION]))
    assert page.text == "2019年2019年，启动考核1。未写明"


def test_a_marker_without_a_citation_cannot_be_clicked() -> None:
    assert 'class="chip pending"' in blocks_html((Paragraph((Text("甲"), Marker(2))),), [CITATION])
    assert 'data-notice="n-1"' in blocks_html((Paragraph((Text("甲"), Marker(1))),), [CITATION])


def test_words_that_look_like_structure_stay_words() -> None:
    text = "26．加强培训\n- 甲\n| a | b |\n| --- | --- |\n2**3**4见[1]"
    html = blocks_html(prose(text), [CITATION])
    assert html == "".join(f"<p>{line}</p>" for line in text.split("\n"))


@given(WORDS, BLOCKS)
def test_whatever_is_written_only_our_tags_come_out(text: str, shown: Blocks) -> None:
    page = Collector(turn_html(TurnView(text, Profile(), partial=shown)) + blocks_html(shown, [CITATION]))
    assert page.tags <= {"article", "div", "span", "p", "br", "button", "strong", "ul", "li", "table", "thead",
                         "tbody", "tr", "th", "td"}  # fmt: skip
    assert not any(name.startswith("on") for name in page.names)


def marked(html: str, marker: int) -> str:
    """Text of the pieces marked as citation ``marker``."""
    return "".join(
        Collector(piece[0]).text
        for piece in re.finditer(r'<mark class="[^"]*" data-marks="([\d ]+)">.*?</mark>', html)
        if str(marker) in piece[1].split()
    )


@pytest.mark.parametrize("notice", NOTICES)
def test_the_panel_shows_the_whole_notice_and_marks_exactly_the_quote(notice: Notice) -> None:
    start = notice.text.index("推进第7项工作")
    html = source_html(notice, [(1, start, start + 40), (2, start + 20, start + 60), (3, 10**6, 10**6 + 5)])
    assert marked(html, 1) == notice.text[start : start + 40].replace("\n", "")
    assert marked(html, 2) == notice.text[start + 20 : start + 60].replace("\n", "")
    assert marked(html, 3) == ""
    shown = re.search(r'<div class="src-text".*</div></div>$', html, re.DOTALL)
    assert shown
    assert Collector(shown[0].removesuffix("</div>")).text == "".join(line for line in notice.text.split("\n"))
    page = Collector(html)
    assert "script" not in page.tags and "img" not in page.tags and "缺失 1 处" in page.text
    assert SCRIPT in page.text


@given(st.data())
def test_any_two_overlapping_citations_are_marked_exactly(data: st.DataObject) -> None:
    text = "一、甲<b>乙\n第二行&丙。\n\n（一）丁【采集文本此处缺2句】戊"
    half = text.index("（一）")
    articles = (
        Article("n", 0, Span(0, half), ("一、",), ("甲",)),
        Article("n", 1, Span(half, len(text)), ("一、", "（一）"), ("甲", "丁")),
    )
    notice = Notice("n", None, "题", "关", "", Level.UNKNOWN, None, text, articles)
    bounds = st.tuples(st.integers(0, len(text)), st.integers(0, len(text))).filter(lambda pair: pair[0] < pair[1])
    first, second = data.draw(bounds), data.draw(bounds)
    html = source_html(notice, [(1, *first), (2, *second)])
    assert marked(html, 1) == text[slice(*first)].replace("\n", "")
    assert marked(html, 2) == text[slice(*second)].replace("\n", "")


def test_a_refusal_and_a_comparison_are_drawn_apart() -> None:
    assistant = FakeAssistant(0.0)
    refused = turn_html(TurnView("天气", answer=assistant.ask("天气")))
    assert "refused" in refused and "sources" not in refused
    answered = turn_html(TurnView("多少", answer=assistant.ask("多少")))
    assert "已隐去 1 句" in answered and "广东省湛江市" in answered and 'class="suggest"' in answered
    assert FIGURE in reference_text("多少", assistant.ask("多少"))
    assert "引注" not in reference_text("天气", assistant.ask("天气"))


def test_a_store_that_is_away_is_told_without_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise StoreUnavailable("向量库 http://chroma:8000 没有回应。", "请检查那个服务。")

    session, assistant = Session(), FakeAssistant(0.0)
    monkeypatch.setattr(assistant, "stream", away)
    list(stream_turn(assistant, session, "村卫生室", Profile()))  # type: ignore[arg-type]
    assert "向量库暂时没有回应" in session.to_html() and "chroma" not in session.to_html()


def test_a_session_streams_keeps_history_and_survives_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session()
    assistant = FakeAssistant(0.0)
    monkeypatch.setattr("pages.session.DRAW_SECONDS", 60)  # however busy the machine is
    assert len(list(stream_turn(assistant, Session(), "多少", Profile()))) == 2, "what comes at once is drawn at once"  # type: ignore[arg-type]
    monkeypatch.setattr("pages.session.DRAW_SECONDS", 0.0)
    drawn = [session.to_html() for _ in stream_turn(assistant, session, "多少", Profile())]  # type: ignore[arg-type]
    assert "正在查阅" in drawn[0] and "sources" in drawn[-1] and len(set(drawn)) > 5
    for question, told in (("故障", "意外"), ("长" * 3000, "2000")):
        list(stream_turn(assistant, session, question, Profile()))  # type: ignore[arg-type]
        assert told in session.turns[-1].error and "scripted" not in session.to_html()
    assert [turn.content for turn in session.history()] == ["多少", assistant.ask("多少").text]
    assert session.stored_position(2) == 1


def test_scope_is_read_or_refused_in_chinese() -> None:
    assert read_profile("", None) == Profile()
    assert read_profile("广东省湛江市", "2020年6月").region == "广东省/湛江市"
    with pytest.raises(Exception, match="2020-06-01"):
        read_profile("", "2020-02-31")
    with pytest.raises(Exception, match="地区"):
        read_profile("火星", "")
    assert region_choices(NOTICES)[:2] == [("不限", ""), ("四川省", "四川省")]


def test_examples_come_from_the_corpus_and_links_know_a_changed_one() -> None:
    held = load_corpus().notices
    everywhere, here = example_questions(held), example_questions(held, "广东省/湛江市")
    assert len(everywhere) == 6 and len(here) >= 4
    assert all("湛江" in question and "湖南" not in question for question in here), "for the asker's place"
    assert example_questions(()) == ()
    assert link_notice("abcdef", "abc") == "" and "变化" in link_notice("abcdef", "xyz")


def test_no_line_begins_with_a_marker_or_a_stop() -> None:
    line = (Text("建成12个"), Marker(1), Marker(2), Text("。另有规定"), Marker(1), Text("；"))
    html = inline(line, lambda marker: f"<button>{marker}</button>")
    kept = re.findall(r'<span class="nb">(.*?)</span>(?=另|$)', html)
    assert (
        kept[0].startswith("个<button")
        and kept[0].endswith("。")
        and kept[1].startswith("定")
        and kept[1].endswith("；")
    )


def test_the_reading_is_told_only_where_it_says_more() -> None:
    answer = replace(FakeAssistant(0).ask("要建成多少个？"), question_understood="要建成 多少个")
    assert "问题理解为" not in turn_html(TurnView("要建成多少个？", Profile(), answer=answer))
    answer = replace(answer, question_understood="湛江市：要建成多少个")
    assert "问题理解为" in turn_html(TurnView("要建成多少个？", Profile(), answer=answer))


def test_a_correction_can_be_taken_back_and_a_removed_notice_is_withdrawn() -> None:
    answer = replace(FakeAssistant(0).ask("要建成多少个？"), slips=("“负则”按“负责”理解",), task="write")
    html = turn_html(TurnView("谁负则", Profile(), answer=answer))
    assert 'data-act="literal"' in html and 'data-act="write"' in html
    assert 'data-act="literal"' not in turn_html(TurnView("谁负则", Profile(literal=True), answer=answer))
    session = Session()
    session.turns.append(TurnView("多少", Profile(), answer=answer))
    session.withdraw({"jia-2021", "yi-2017"})
    assert "12个" in session.to_html()
    session.withdraw({"yi-2017"})
    assert "12个" not in session.to_html() and "已从文件库移除" in session.to_html()


def test_of_a_pasted_page_the_question_at_its_end_is_seen() -> None:
    drawn = turn_html(TurnView("甲" * 5000 + "\n<b>院长年薪怎么定？"))
    head, _, whole = drawn.partition("<details")
    assert "院长年薪怎么定？" in head and head.count("甲") < 200 and whole.count("甲") == 5000
    assert "<b>" not in drawn
