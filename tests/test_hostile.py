"""The recorded hostile set through the gate: the bars of the product, and a trial that can fail."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from assistant.verification.gate import embedding_similarity
from corpus.errors import UnknownNoticeError
from corpus.library import load_corpus
from evals import hostile
from evals.types import Cited, Response
from evals.unsupported import unsupported


@pytest.fixture(scope="module")
def trial(tmp_path_factory) -> hostile.Trial:
    from index import IndexConfig, load_embedder
    from index.adapter import plain
    from index.entailment import load_entailment

    folder = tmp_path_factory.mktemp("hostile")
    corpus = load_corpus(folder)

    def find(name):
        try:
            return corpus.find(name)
        except UnknownNoticeError:
            return None

    similarity = embedding_similarity(plain(load_embedder(IndexConfig(folder))))
    entailment = load_entailment(IndexConfig(folder))
    return hostile.Trial.open(corpus, find, similarity, max_tokens=320, entailment=entailment)


def test_the_set_is_large_and_varied_enough(trial):
    attacks = Counter(r.attack for r in trial.recorded)
    assert attacks[""] >= 60
    assert sum(n for attack, n in attacks.items() if attack) >= 60
    assert set(attacks) - {""} == set(hostile.ATTACKS)
    assert len({r.id for r in trial.recorded}) == len(trial.recorded)
    said = {(r.statement, *((s.notice.id, s.span) for s in r.sources)) for r in trial.recorded}
    assert len(said) == len(trial.recorded)


@pytest.mark.slow
def test_the_gate_keeps_its_bars_on_both_splits(trial):
    judged = trial.run()
    for split in ("dev", "test"):
        caught, lost = hostile.rates(j for j in judged if j.recorded.split == split)
        assert caught >= hostile.MIN_CAUGHT, hostile.failures(judged)
        assert lost <= hostile.MAX_LOST, hostile.failures(judged)
    table = hostile.table(judged)
    assert "编造数字" in table
    assert "测试集" in table


def test_the_trial_can_fail(trial):
    some = [r for r in trial.recorded if not r.attack][:12]
    elsewhere = [replace(r, sources=s.sources) for r, s in zip(some, reversed(some), strict=True)]
    lost = [
        hostile.rates(hostile.Trial(set_, trial._weights, trial._similarity).run())[1] for set_ in (some, elsewhere)
    ]
    assert lost[1] > lost[0] + 0.2


def test_a_line_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "bad.jsonl"
    path.write_text(
        '{"id": "x", "attack": "nonsense", "statement": "甲[1]。", "sources": []}\n{"id": 1}\n', encoding="utf-8"
    )
    with pytest.raises(Exception, match=r"bad\.jsonl:1.*nonsense(.|\n)*bad\.jsonl:2"):
        hostile.load(path, lambda _: None, [])


def test_wilson_interval_matches_a_published_value():
    low, high = hostile.wilson(81, 263)  # Newcombe, Statistics in Medicine 1998, table I: 0.2553 to 0.3662
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def answer(text: str, quote: str = "到2025年底，80%的县市建成，市财政局负责。") -> Response:
    return Response(text, citations=(Cited("n", quote, 1, "湘政发〔2021〕1号"),))


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("到2025年底，80%的县市建成[1]。", []),
        ("湘政发〔2021〕1号规定，八成县市建成，由财政局负责[1]。", []),
        ("到2025年底，90%的县市建成[1]。", ["90%"]),
        ("由市医保局负责[1]。", ["医保局"]),
        ("到2025年底建成[2]。", ["引文不存在"]),
        ("共30家。", ["30"]),
        ("| 地区 | 规定 |\n| --- | --- |\n| 甲 | 60%[1] |", ["60%"]),
    ],
)
def test_the_second_opinion_finds_what_no_quote_states(text, missing):
    assert [u.missing for u in unsupported(answer(text))] == missing
    assert unsupported(Response(text, refused=True)) == ()
