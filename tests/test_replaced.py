"""What a change of the library replaces is let go: nothing of the old state, its files least of all, stays open for ever."""

from __future__ import annotations

import gc
import os
import weakref
from pathlib import Path

import pytest
from corpus_fakes import TinyEmbedder, plain_notice, settings_for

from assistant.accounts.identity import Identity, Role
from assistant.accounts.viewing import Views
from assistant.keeping.live import LiveAssistant
from assistant.service import Assistant
from corpus.library import load_corpus
from corpus.shelf import write_tombstones
from index import Index, build_index

TIMES = 4


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts open files through /proc")
def test_the_state_before_a_change_is_let_go_with_its_files(tmp_path: Path) -> None:
    var, file = tmp_path / "var", tmp_path / "文.txt"
    write_tombstones(var, [notice.id for notice in load_corpus().notices])
    settings, embedder = settings_for(var), TinyEmbedder()
    build_index(load_corpus(var), settings.index_config(), embedder=embedder)
    corpus = load_corpus(var)
    live = LiveAssistant(Assistant(corpus, Index.open(settings.index_config(), corpus, embedder=embedder), settings))
    limited = {"n1": frozenset({"院办"})}
    views, reader = Views(live, lambda: limited), Identity("u2", "李读者", Role.READER, frozenset(), "key")
    before: list[weakref.ref[Assistant]] = []
    opened = []
    for number in range(TIMES):
        file.write_text(plain_notice(extra=f"第{number}版。"), encoding="utf-8")
        assert not live.add(file).failed
        for one in (live, views.of(reader)):
            one.ask("远程会诊覆盖率达到多少")
            one.verifier().record("远程会诊覆盖率达到91.5%。", None)
            list(one.check("稿", "远程会诊覆盖率达到91.5%以上。")[1])
        before.append(weakref.ref(live.current))
        gc.collect()
        opened.append(len(os.listdir("/proc/self/fd")))  # noqa: PTH208
    assert [ref() is None for ref in before[1:]] == [True] * (TIMES - 2) + [False], (
        "the first may stand with what was imported for it"
    )
    assert opened[-1] <= opened[1] + 8, opened
