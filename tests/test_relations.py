"""Relations: which document is cited, how, and what an express repeal does to a notice in the corpus."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from corpus_fakes import TinyEmbedder, plain_notice, settings_for

from assistant.keeping.keeper import add
from corpus.inforce import standing
from corpus.library import load_corpus
from corpus.relations import link, references
from corpus.types import UNKNOWN_REGION, Fact, Front, Level, Notice, RelationKind, Status

N1, N2 = "某府发〔2018〕2号", "某府办发〔2020〕16号"


@pytest.mark.parametrize(
    ("sentence", "kinds"),
    [
        (f"根据《关于甲的意见》（{N1}），制定本方案。", ["依据"]),
        (f"根据{N1}、{N2}精神，结合实际制定。", ["依据", "依据"]),
        (f"为贯彻落实《关于甲的意见》（{N1}）和《乙管理办法》，现通知如下。", ["落实", "落实"]),
        (f"《关于甲的通知》（{N1}）同时废止。", ["废止"]),
        (f"《关于甲的通知》（{N1}）、《关于乙的通知》（{N2}）自本办法施行之日起一并废止。", ["废止", "废止"]),
        (f"《关于甲的通知》（{N1}）第三条同时废止。", ["引用"]),
        (f"{N1}与本办法不一致的，以本办法为准。", ["引用"]),
        (f"对《甲办法》（{N1}）作如下修改：", ["修改"]),
        ("关于修改《甲管理办法》的决定", ["修改"]),
        (f"现将《关于甲的意见》（{N1}）转发给你们。", ["转发"]),
        (f"转发《关于甲的意见》（{N1}）的通知", ["转发"]),
        ("现将《甲实施方案》印发给你们。", ["印发"]),
        ("研究出台《甲实施细则》。", ["引用"]),
        ("持有《卫生许可证》的单位。", []),
        ("《甲办法》未废止。", ["引用"]),
    ],
)
def test_the_verb_names_the_kind(sentence: str, kinds: list[str]) -> None:
    found = references(sentence)
    assert [reference.kind.value for reference in found] == kinds
    for reference in found:
        assert (reference.title or reference.number or "") in sentence[reference.span.start : reference.span.end]


def test_a_number_in_the_bracket_belongs_to_the_title_and_only_once() -> None:
    [one] = references(f"按照《关于甲的意见》（{N1}）执行。")
    assert (one.title, one.number) == ("关于甲的意见", N1)


def _notice(identity: str, number: str | None, text: str, issued: date, region: str = "湖南省") -> Notice:
    return Notice(identity, number, f"关于{identity}的通知", "省政府", region, Level.PROVINCIAL, issued, text)


def _linked(*notices: Notice) -> dict[str, Notice]:
    return {n.id: n for n in link(notices, [references(n.text) for n in notices])}


def test_targets_are_found_by_number_and_by_title() -> None:
    old = _notice("old", N1, "正文。", date(2018, 1, 1))
    new = _notice("new", N2, f"根据{N1}和《关于old的通知》，参照《关于无此件的通知》。", date(2020, 1, 1))
    assert [r.target_id for r in _linked(old, new)["new"].relations] == ["old", "old", None]


def _standing(notice: Notice, day: date = date(2024, 1, 1)) -> Status:
    return standing(notice, day).status


def test_an_express_repeal_names_the_successor_and_ends_the_old_one_that_day() -> None:
    old = _notice("old", N1, "正文。", date(2018, 1, 1))
    new = _notice("new", N2, f"{N1}同时废止。", date(2020, 1, 1))
    found = _linked(old, new)
    assert found["old"].replaced_by == "new"
    assert _standing(found["old"]) is Status.REPEALED
    assert _standing(found["old"], date(2019, 12, 31)) is Status.NO_REPEAL_SEEN
    assert _standing(found["new"]) is Status.NO_REPEAL_SEEN


@pytest.mark.parametrize(
    ("issued", "region"),
    [(date(2016, 1, 1), "湖南省"), (date(2020, 1, 1), "广东省"), (date(2020, 1, 1), "湖南省/长沙市")],
)
def test_an_older_notice_or_another_place_repeals_nothing(issued: date, region: str) -> None:
    old = _notice("old", N1, "正文。", date(2018, 1, 1))
    other = _notice("other", N2, f"{N1}同时废止。", issued, region)
    assert _standing(_linked(old, other)["old"]) is Status.NO_REPEAL_SEEN


def test_a_draft_repeals_nothing() -> None:
    old = _notice("old", N1, "正文。", date(2018, 1, 1))
    draft = replace(_notice("new", None, f"{N1}同时废止。", date(2020, 1, 1)), title="某省办法（征求意见稿）")
    found = _linked(old, draft)
    assert _standing(found["old"]) is Status.NO_REPEAL_SEEN and _standing(found["new"]) is Status.DRAFT


def test_a_status_set_by_hand_stays() -> None:
    old = replace(_notice("old", N1, "正文。", date(2018, 1, 1)), status=Status.EXPIRED)
    assert _standing(_linked(old)["old"]) is Status.EXPIRED


def test_its_own_name_is_no_relation() -> None:
    one = _notice("self", N1, f"关于self的通知\n{N1}\n按照《关于self的通知》执行。", date(2020, 1, 1))
    assert _linked(one)["self"].relations == ()


def test_a_repeal_takes_effect_when_the_repealing_notice_is_added(tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("repeal")
    (root / "a.txt").write_text(plain_notice(), encoding="utf-8")
    newer = plain_notice("某府发〔2022〕8号", "关于印发新办法的通知", "某府发〔2021〕3号同时废止。").replace(
        "2021年5月", "2022年5月"
    )
    (root / "b.txt").write_text(newer, encoding="utf-8")
    add(settings_for(root / "var"), [root / "a.txt", root / "b.txt"], embedder=TinyEmbedder())
    corpus = load_corpus(root / "var")
    old = corpus.find("某府发〔2021〕3号")
    assert _standing(old) is Status.REPEALED
    assert old.replaced_by == corpus.find("某府发〔2022〕8号").id


def test_shipped_notices_have_their_basis_resolved_as_far_as_the_corpus_goes() -> None:
    for notice in load_corpus().notices:
        for relation in notice.relations:
            assert relation.span.of(notice.text)
            assert relation.kind in RelationKind
    assert any(load_corpus().find("资府发〔2017〕23号").relations)


def test_a_register_of_a_hundred_thousand_numbers_is_read_and_bounded() -> None:
    import time

    from corpus.relations import MOST

    listed = "".join(f"《关于第{at}号事项的通知》（某府发〔2019〕{at % 900 + 1}号）、" for at in range(20_000))
    for text in (listed, "某府发〔2019〕3号" * 100_000):
        began = time.process_time()
        assert len(references(text)) == MOST
        assert time.process_time() - began < 20


def test_a_lone_annex_holds_where_the_notice_that_lists_it_holds() -> None:
    listing = "现印发给你们。\n附件：1.健康乡村任务分解表\n2.健康乡村经费申请表"
    letter = _notice("letter", None, listing, date(2024, 1, 2))
    lone = replace(
        letter, id="annex", title="健康乡村经费申请表", text="附件2\n健康乡村经费申请表", region=UNKNOWN_REGION
    )
    lone = replace(lone, level=Level.UNKNOWN, confidence={"region": 0.0}, front=Front(kind=Fact("annex")))
    placed = _linked(letter, lone)["annex"]
    assert (placed.region, placed.level, placed.unverified) == ("湖南省", Level.PROVINCIAL, ())
    other = replace(letter, id="other", region="四川省")
    assert _linked(letter, lone, other)["annex"].region == UNKNOWN_REGION  # two places list one name
    settled = replace(lone, confidence={"region": 1.0})
    assert _linked(letter, settled)["annex"].region == UNKNOWN_REGION  # a person said it is not known
    named = replace(letter, text="各县按健康乡村经费申请表填报。")
    assert _linked(named, lone)["annex"].region == UNKNOWN_REGION  # named in passing, not listed
