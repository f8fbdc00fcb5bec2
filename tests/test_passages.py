"""Passages: they tile, keep to the budget, and cut nothing that must stay whole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.library import load_corpus
from corpus.outline import outline
from corpus.passages import breadcrumb_of, passages_of
from corpus.text import bracket_pairs, may_cut
from corpus.tokens import count_tokens
from corpus.types import Level, Notice

CORPUS = load_corpus()


def notice_of(text: str) -> Notice:
    return Notice(
        "made-up",
        "某府发〔2020〕1号",
        "某市关于某事的通知",
        "某市",
        "某省/某市",
        Level.MUNICIPAL,
        None,
        text,
        outline(text),
    )


def check(notice: Notice, max_tokens: int) -> None:
    passages = passages_of(notice, max_tokens)
    assert "".join(passage.text for passage in passages) == notice.text
    pairs = bracket_pairs(notice.text)
    for passage in passages:
        assert passage.text == passage.span.of(notice.text)
        assert passage.id == f"{notice.id}:{passage.span.start}-{passage.span.end}"
        assert "".join(sentence.of(notice.text) for sentence in passage.sentences) == passage.text
        assert passage.tokens == count_tokens(passage.text)
        for sentence in passage.sentences:
            assert not any(pair.start < sentence.end < pair.end for pair in pairs)
            assert may_cut(notice.text, sentence.end)


@pytest.mark.parametrize("notice", CORPUS.notices, ids=lambda notice: notice.id)
@pytest.mark.parametrize("max_tokens", [64, 160, 320, 512])
def test_passages_of_the_five_notices(notice: Notice, max_tokens: int) -> None:
    check(notice, max_tokens)


def test_budget_is_kept_and_pieces_of_one_article_are_even() -> None:
    for notice in CORPUS.notices:
        by_article: dict[int, list[int]] = {}
        for passage in passages_of(notice, 320):
            assert passage.tokens <= 320
            by_article.setdefault(passage.article, []).append(passage.tokens)
        assert all(min(sizes) >= 0.35 * max(sizes) for sizes in by_article.values() if len(sizes) > 1)


def test_lone_headings_go_in_front_of_the_next_item() -> None:
    text = "关于某事的通知\n二、任务\n（一）建设\n1.甲事。做甲。\n2.乙事。做乙。\n三、保障\n做好。"
    passages = passages_of(notice_of(text))
    assert [passage.text for passage in passages] == [
        "关于某事的通知\n",
        "二、任务\n（一）建设\n1.甲事。做甲。\n",
        "2.乙事。做乙。\n",
        "三、保障\n做好。",
    ]
    assert passages[1].breadcrumb.endswith("二、任务 › （一）建设 › 1.甲事")
    assert not any(len(passage.text) < 12 for notice in CORPUS.notices for passage in passages_of(notice))


def test_breadcrumb_names_place_number_title_and_path_within_limits() -> None:
    notice = CORPUS.get("ziyang-2017-pilot-plan")
    first = next(article for article in notice.articles if article.labels == ("二、", "（一）", "1."))
    crumb = breadcrumb_of(notice, first)
    assert crumb.startswith("四川省资阳市 · 资府发〔2017〕23号 · 资阳市人民政府关于印发")
    assert crumb.endswith(" › 二、工作任务 › （一）健全全民预防保健制度 › 1.健全专业公共卫生体系")
    unnumbered = CORPUS.get("hunan-2021-key-tasks")
    assert breadcrumb_of(unnumbered, unnumbered.articles[1]).startswith("湖南省 · 湖南省深化医药卫生体制改革领导小组")
    assert max(len(passage.breadcrumb) for passage in CORPUS.passages()) < 220
    assert {passage.breadcrumb for passage in CORPUS.passages(320, breadcrumb=False)} == {""}


def test_long_sentence_is_cut_at_semicolons_before_commas() -> None:
    text = "；".join("到2025年，全市80%的县建成医共体（含甲，乙）" for _ in range(12)) + "。"
    passages = passages_of(notice_of(text), 60)
    assert len(passages) > 3
    assert all(passage.text[-1] in "；。" for passage in passages)


def test_bracket_longer_than_the_budget_stays_whole() -> None:
    bracket = "（" + "、".join(f"市第{n}局" for n in range(60)) + "负责）"
    passages = passages_of(notice_of(f"甲事要做好。{bracket}"), 32)
    assert any(bracket in passage.text for passage in passages)


def test_budget_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="16"):
        passages_of(notice_of("甲。"), 8)


@settings(deadline=None, max_examples=60)
@given(
    st.text(alphabet="甲乙医改省局负责。；，、（）〔〕《》“”0123456789.%年月日\n", max_size=400),
    st.sampled_from([16, 40, 120]),
)
def test_any_text_is_tiled_without_cutting_an_atom(text: str, max_tokens: int) -> None:
    check(notice_of(text), max_tokens)
