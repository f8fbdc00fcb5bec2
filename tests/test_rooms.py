"""The product listens by rules that are data: patterns in the code grow fewer, the question is read in few rooms, and as a
value it goes through few rooms and seldom back."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from rooms import raw_readers, sites, walk, word_lists

from assistant.service import Assistant
from assistant.types import Kind

PATTERNS = {"api": 1, "assistant": 2, "verification": 40}
"""Most call sites of ``re`` a room of ``assistant/`` may have; 247 in all at first. Lower a bar with what went, never raise one."""
RAW = 2
"""Most modules outside ``query/`` and ``llm/`` that read the question as typed; 10 at first. One hands it to the reader of
verdicts beside the clause that is read (``answering/telling.py``), the service says back how the question was understood."""
ROOMS, CLIMBS = 12, 5
"""Most rooms a question is handed into, and most climbs back, while it is answered (``rooms.Walk``)."""
ASKED = {
    "湛江的院长年薪怎么定": Kind.TEXT,
    "湖南到2025年要建成多少个县域医共体": Kind.FIGURE,
    "湛江家庭医生签约服务谁牵头": Kind.BODY,
    "资阳和湛江取消药品加成的补偿有什么不同": Kind.COMPARISON,
    "资阳的试点方案对湛江适用吗": Kind.APPLICABILITY,
    "湖南的县域医共体目标前后有什么变化": Kind.CHANGE,
    "湛江分级诊疗有哪些重点任务": Kind.LIST,
    "湛江取消耗材加成的钱怎么补？谁牵头？": Kind.BODY,
}
LISTS = 0
"""Most lists of five and more Chinese words in the code of ``assistant/``; 5 at first."""


@pytest.mark.parametrize("name", sorted(PATTERNS.keys() | sites().keys()))
def test_patterns_in_the_code_only_grow_fewer(name: str) -> None:
    assert sites()[name] <= PATTERNS.get(name, 0)


def test_few_rooms_read_the_question_as_typed() -> None:
    assert len(raw_readers()) <= RAW, raw_readers()


def test_words_are_listed_in_the_lexicon() -> None:
    assert len(word_lists()) <= LISTS, "\n".join(word_lists())


@pytest.mark.parametrize(("question", "kind"), ASKED.items())
def test_the_question_goes_through_few_rooms_and_seldom_back(hashed: Assistant, question: str, kind: Kind) -> None:
    assert hashed.understand(question).kind is kind
    gone = walk(lambda: hashed.ask(question))
    assert {"query", "assistant", "kinds"} <= set(gone.rooms), "nothing was watched"
    assert len(gone.rooms) <= ROOMS, gone.rooms
    assert len(gone.climbs) <= CLIMBS, gone.climbs


def test_a_walk_counts_climbs_and_neither_returns_nor_what_the_value_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = {
        "house/__init__.py": "class Value:\n    def slot(self): return 1\n",
        "house/first/__init__.py": "def read(q): return q.slot()\ndef again(q, n): return n\n",
        "house/second/__init__.py": (
            "from house.first import again, read\nfrom house.third import find\n"
            "def answer(q):\n    find(q)\n    find(q)\n    return [again(q, n) for n in range(9)]\n"
        ),
        "house/third/__init__.py": "from house.first import read\ndef find(q): return read(q), q.slot()\ndef apart(n): return n\n",
    }
    for name, text in code.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    house, first, second, third = (
        importlib.import_module(name) for name in ("house", "house.first", "house.second", "house.third")
    )

    def ask() -> None:
        value = house.Value()
        first.read(value)
        second.answer(value)
        third.apart(value.slot())

    gone = walk(ask, tmp_path / "house", kind=house.Value)
    assert gone.rooms == ["first", "second", "third"]
    assert dict(gone.climbs) == {("third", "first", "read"): 2, ("second", "first", "again"): 9}
