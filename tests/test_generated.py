"""200 made notices, four structures in four formats with injected faults, go in by one call and come out true."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from corpus_fakes import TinyEmbedder, settings_for
from generator import Made, make
from generator_files import FORMATS, write

from assistant.keeping.keeper import Outcome, add
from corpus.clean import clean
from corpus.library import load_corpus
from corpus.outline import outline
from corpus.readers import read_content
from corpus.text import fold
from corpus.types import Notice

FAULTS = ((), ("headers",), ("broken",), ("doubled",), ("gb18030",), ("headers", "doubled"), ("columns", "headers"))
FIELDS = ("title", "number", "issuer", "region", "level", "issued_on", "addressees", "effective_on", "expires_on")
COUNT = 200


def faults_of(seed: int) -> tuple[str, ...]:
    return FAULTS[(seed // 4) % len(FAULTS)]


@pytest.fixture(scope="module")
def made() -> dict[str, Made]:
    """File name -> made notice; every structure meets every format."""
    return {f"通知{seed:03}.{FORMATS[(seed + seed // 4) % 4]}": make(seed) for seed in range(COUNT)}


@pytest.fixture(scope="module")
def outcome(made: dict[str, Made], tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, Path, list[str]]:
    """One call of ``add`` on the folder of them all, and the labels its progress showed."""
    root = tmp_path_factory.mktemp("generated")
    files = root / "来文"
    files.mkdir()
    for name, one in made.items():
        (files / name).write_bytes(write(one, name.rpartition(".")[2], faults_of(one.seed)))
    labels: list[str] = []
    settings = settings_for(root / "var")
    found = add(settings, [files], embedder=TinyEmbedder(), progress=lambda done, total, text: labels.append(text))
    return found, root / "var", labels


@pytest.fixture(scope="module")
def notices(outcome: tuple[Outcome, Path, list[str]]) -> dict[str, Notice]:
    """File name -> the notice as the corpus now has it."""
    corpus = load_corpus(outcome[1])
    return {one.file: corpus.get(one.notice.id) for one in outcome[0].added}


@pytest.mark.slow
def test_every_file_goes_in_by_one_call(outcome: tuple[Outcome, Path, list[str]], made: dict[str, Made]) -> None:
    found, _, labels = outcome
    assert [failure.message for failure in found.failed] == []
    assert sorted(one.file for one in found.added) == sorted(made)
    assert len({one.notice.id for one in found.added}) == COUNT
    assert sum(label.startswith("读入 通知") for label in labels) == COUNT
    assert labels[-1] == "写入索引"


@pytest.mark.slow
def test_no_character_is_lost_or_invented(notices: dict[str, Notice], made: dict[str, Made]) -> None:
    wrong = {name for name, one in made.items() if fold(notices[name].text) != fold(one.text)}
    assert wrong == set()


@pytest.mark.slow
def test_headings_and_item_borders(notices: dict[str, Notice], made: dict[str, Made]) -> None:
    """F1 over (path, heading) and over (path, where the item begins and ends), in folded characters."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    truth: Counter[str] = Counter()
    for name, one in made.items():
        notice = notices[name]
        items = [a for a in notice.articles if a.kind == "item"]
        headings = {item.labels: item.heading for item in one.items}  # None: an article (条) has none of its own
        read = {(a.labels, None if headings.get(a.labels, "") is None else a.heading) for a in items}
        true = set(headings.items())
        starts = [0]
        for line in one.lines:
            starts.append(starts[-1] + len(fold(line.whole)))
        true_borders = {(i.labels, starts[i.first], starts[i.last]) for i in one.items}
        read_borders = {
            (a.labels, len(fold(notice.text[: a.span.start])), len(fold(notice.text[: a.span.end]))) for a in items
        }
        for key, got, want in (("headings", read, true), ("borders", read_borders, true_borders)):
            right[key] += len(got & want)
            found[key] += len(got)
            truth[key] += len(want)
    f1 = {key: 2 * right[key] / (found[key] + truth[key]) for key in truth}
    assert min(f1.values()) >= 0.97, f1


@pytest.mark.slow
def test_metadata_accuracy(notices: dict[str, Notice], made: dict[str, Made]) -> None:
    wrong: Counter[str] = Counter()
    for name, one in made.items():
        wrong.update(key for key in FIELDS if getattr(notices[name], key) != getattr(one, key))
    share = 1 - sum(wrong.values()) / (len(FIELDS) * COUNT)
    assert share >= 0.97, wrong


@pytest.mark.slow
def test_a_missing_number_is_a_doubt_and_never_invented(
    outcome: tuple[Outcome, Path, list[str]], made: dict[str, Made]
) -> None:
    for one in outcome[0].added:
        doubted = any("没有读到文号" in warning for warning in one.warnings)
        assert doubted == (made[one.file].number is None)


@pytest.mark.slow
def test_a_doubled_paragraph_is_said(outcome: tuple[Outcome, Path, list[str]], made: dict[str, Made]) -> None:
    for one in outcome[0].added:
        said = any("完全相同" in warning for warning in one.warnings)
        assert said == ("doubled" in faults_of(made[one.file].seed))


@pytest.mark.parametrize("seed", range(4))
def test_four_formats_give_one_tree(seed: int) -> None:
    one = make(1000 + seed)
    trees = set()
    for form in FORMATS:
        text = clean(read_content(write(one, form), f"通知.{form}").text).text
        trees.add((text, tuple((a.labels, a.headings, a.span, a.bodies) for a in outline(text))))
    assert len(trees) == 1
    text, tree = trees.pop()
    assert fold(text) == fold(one.text)
    assert [labels for labels, *_ in tree if labels] == [item.labels for item in one.items]
