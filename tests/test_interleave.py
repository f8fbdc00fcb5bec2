"""The exact inversion of the interleaved capture."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import interleave
from corpus.shelf import SHIPPED

CAPTURE = "hunan-2016-pilot-plan"


def capture_of(notice_id: str) -> str:
    return (SHIPPED / notice_id / "source.txt").read_bytes().decode("utf-8")


def chunk(sentences: list[str]) -> str:
    """The faulty chunker itself, written as it was: it pops from the list it loops over."""
    remaining = list(sentences)
    lines: list[str] = []
    line = ""
    for sentence in remaining:
        if line and len(line) + len(sentence) <= interleave.FULL:
            line += sentence
        else:
            if line:
                lines.append(line)
            line = sentence
            while len(line) < interleave.SHORT and remaining:
                line += remaining.pop(0)
    return "\n".join([*lines, line])


def test_the_2016_capture_replays_byte_for_byte() -> None:
    capture = capture_of(CAPTURE)
    restored = interleave.invert(capture)
    assert restored is not None
    assert interleave.replay(restored.sentences).encode() == (SHIPPED / CAPTURE / "source.txt").read_bytes()
    assert len(restored.sentences) == 271
    assert sum(sentence is not None for sentence in restored.sentences) == 206
    assert restored.repeats == 65
    assert sum(count for _, count in restored.gaps) == 65
    assert len(restored.gaps) == 18


def test_replay_agrees_with_the_chunker_run_on_a_real_list() -> None:
    restored = interleave.invert(capture_of(CAPTURE))
    assert restored is not None
    filled = [sentence or f"第{index}句已缺失。" for index, sentence in enumerate(restored.sentences)]
    assert chunk(filled) == capture_of(CAPTURE)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(3, 230), min_size=1, max_size=120))
def test_whatever_the_chunker_makes_is_inverted(lengths: list[int]) -> None:
    sentences = [f"{index:03d}" + "甲" * (length - 1) + "。" for index, length in enumerate(lengths)]
    capture = chunk(sentences)
    restored = interleave.invert(capture)
    assert restored is not None
    assert interleave.replay(restored.sentences) == capture
    for index, sentence in enumerate(restored.sentences):
        assert sentence is None or sentence == sentences[index]


def test_writing_a_lost_sentence_is_refused() -> None:
    with pytest.raises(ValueError, match="第 1 句"):
        interleave.replay([None, "甲。"])


def test_only_such_captures_are_taken_for_one() -> None:
    assert interleave.looks_interleaved(capture_of(CAPTURE))
    others = [folder.name for folder in sorted(Path(SHIPPED).iterdir()) if folder.name != CAPTURE]
    assert others
    assert not any(interleave.looks_interleaved(capture_of(other)) for other in others)


def test_one_changed_character_makes_it_irreversible() -> None:
    capture = capture_of(CAPTURE)
    repeated = next(s for s in interleave.split_sentences(capture.replace("\n", "")) if capture.count(s) == 2)
    spoiled = capture.replace(repeated, "另" + repeated[1:], 1)
    assert interleave.invert(spoiled) is None
    assert interleave.restore(spoiled, "【缺{count}句】") is None


def test_restored_text_keeps_every_sentence_once_and_marks_each_gap() -> None:
    result = interleave.restore(capture_of(CAPTURE), "【缺{count}句】")
    restored = interleave.invert(capture_of(CAPTURE))
    assert result is not None and restored is not None
    text, doubled = result
    expected = "".join(
        sentence if sentence is not None else f"【缺{dict(restored.gaps)[index]}句】"
        for index, sentence in enumerate(restored.sentences)
        if sentence is not None or index in dict(restored.gaps)
    )
    assert text.replace("\n", "") == expected
    assert len(doubled) == 65
