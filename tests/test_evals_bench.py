"""The benchmark of speed: its figures on a tiny scale, its table and its page. No time is asserted."""

from __future__ import annotations

from pathlib import Path

import pytest
from store_servers import needs_milvus

from evals import bench, bench_steps, bench_stores


def test_growth_is_measured_with_both_ways_of_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.EXACT_SENTENCES", 100)
    found = bench_steps.growth(tmp_path, [60, 150], ["远程会诊怎么办"], 1)
    assert {"60 段（逐句比）p50，毫秒", "150 段（Chroma）p50，毫秒"} <= found.keys()
    assert all(value >= 0 for value in found.values())


@needs_milvus
def test_stores_are_measured_beside_each_other(tmp_path: Path) -> None:
    found = bench_stores.stores(tmp_path, [70], 1, 1)
    names = {"最近", "只在 20 份里"}
    wanted = {f"{store}，{name} 70 段 p50，毫秒" for store in ("Chroma", "Milvus Lite") for name in names}
    assert (
        wanted | {"Milvus Lite，按词 70 段 p50，毫秒", "本产品的 BM25，按词 70 段 p50，毫秒", "Chroma 70 段，写入秒"}
        <= found.keys()
    )
    assert len(bench_stores.passages_of(70)) == 70


def test_questions_are_different_and_as_many_as_asked() -> None:
    found = bench_steps.questions_of(None, 12)
    assert len(found) == len(set(found)) == 12


def test_the_page_needs_nothing_from_elsewhere_and_gives_every_figure() -> None:
    figures = {"warm": {"本产品 p50，毫秒": 123.4, "只算<问题>向量 p50，毫秒": 11.0}, "users": {"16 人，答/秒": 9.0}}
    page = bench.page({"machine": "机器", "revision": "abc"}, figures)
    assert page.count("<figure>") == 2 and "123" in page and "<问题>" not in page
    assert "http" not in page.replace("http://www.w3.org", "")
    assert "本产品 p50，毫秒" in bench.table("warm", figures["warm"])


def test_the_command_writes_json_and_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    from evals.__main__ import main

    monkeypatch.setattr(bench_steps, "growth", lambda *_: {"10 段 p50，毫秒": 1.0})
    assert main(["bench", "--step", "growth", "--limit", "2", "--out", str(tmp_path / "out")]) == 0
    content = json.loads((tmp_path / "out" / "bench.json").read_text("utf-8"))
    assert content["figures"] == {"growth": {"10 段 p50，毫秒": 1.0}} and content["machine"] and content["revision"]
    assert (tmp_path / "out" / "bench.html").is_file()
