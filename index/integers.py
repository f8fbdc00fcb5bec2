"""The bundled encoder with products of 8-bit integers (整数): 1.7 times the tokens a second of ``index.graph``'s.

Weights, updates added in, are rounded once a row; what goes into a product is rounded on a grid that was fixed before
(``adapters/ranges.npz``, ``python -m training ranges``), so that a text's states do not depend on the texts beside it. Three
things keep the rounding small: the few channels that are up to sixty times the rest leave the integer product and are
multiplied in full (LLM.int8); the others are brought to like size and the weights take the difference (SmoothQuant);
and a row of weights is as large as two neighbours of it, multiplied by the largest inputs, can be added in 16 bits.
The trap is the last: AVX2 adds such pairs with saturation, and silently.

Source: Dettmers et al., "LLM.int8()", 2022; Xiao et al., "SmoothQuant", 2023; ``MatMulIntegerToFloat`` of ONNX Runtime.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.graph import EncoderFiles, GraphWriter, Update, unpacked
from index.onnx_format import MICROSOFT, node

VERSION = "u8s8-2"
RANGES = Path(__file__).parent / "adapters" / "ranges.npz"
OUTLIERS = {"q": 4, "ao": 0, "fi": 8, "fo": 2}
"""Channels multiplied in full, by the part their product is (q also means k and v)."""
_TO_WEIGHTS = {"q": 0.75, "ao": 0.75, "fi": 0.75, "fo": 0.5}
"""How much of a channel's size the weights take, as its power."""
_MARGIN = 1.05
_MOST, _PAIR = 127, 32767 / 255
"""Of a weight, and of two neighbours of one sign together: ``255 · 128.5`` is what 16 bits hold."""
_DIGEST = 32
_LOG = logging.getLogger(__name__)
Ranges = Mapping[str, NDArray[np.float32]]
"""``q.high``, ``q.low``, … ``(layers, channels)``: the largest and the smallest input seen of each channel."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How an input is rounded: ``round(x / sizes / step) + zero`` in a byte; ``full`` are the channels that are not."""

    sizes: NDArray[np.float32]
    step: float
    zero: int
    full: NDArray[np.int64]


def grid_of(part: str, high: NDArray[np.float32], low: NDArray[np.float32]) -> Grid:
    """The grid for inputs of a part's product that lie between ``low`` and ``high``, channel by channel."""
    up, down = np.maximum(high, 0.0) * _MARGIN, np.maximum(-low, 0.0) * _MARGIN
    reach = np.maximum(up, down)
    full = np.sort(np.argsort(-reach, kind="stable")[: OUTLIERS[part]]).astype(np.int64)
    kept = np.ones(reach.size, dtype=bool)
    kept[full] = False
    bent = part == "fo"  # behind the bend nothing is smaller than -.17, so the zero stands at the grid's lower end
    largest, least = (
        (np.maximum(up, 4.0 * down), 0.25 * np.median(up[kept])) if bent else (reach, 0.2 * reach[kept].mean())
    )
    base = np.maximum(largest, least)
    sizes = np.asarray(np.maximum(base, 1e-6) ** _TO_WEIGHTS[part], dtype=np.float32)
    above, below = (float((one / sizes)[kept].max()) for one in (up, down))
    if not bent:
        above = below = max(above, below)
    step = max(above + below, 1e-6) / 255
    return Grid(sizes, step, round(below / step), full)


def rounded(weights: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """``(in, out)`` int8 of weights ``(out, in)`` and the scale of each row; pairs of inputs never saturate."""
    pairs = weights.reshape(len(weights), -1, 2)
    together = np.maximum(np.maximum(pairs, 0).sum(2).max(1), np.maximum(-pairs, 0).sum(2).max(1))
    scales = np.maximum(np.maximum(np.abs(weights).max(1) / _MOST, together / (_PAIR - 1.0)), 1e-12)
    return np.rint(weights / scales[:, None]).astype(np.int8).T, np.asarray(scales, dtype=np.float32)


def integer_graph(files: EncoderFiles, updates: Mapping[str, Update], ranges: Ranges) -> bytes:
    """As :func:`index.graph.encoder_graph`, its products in integers."""
    return _IntegerWriter(files, updates, ranges).written()


def kept_graph(files: EncoderFiles, updates: Mapping[str, Update]) -> bytes:
    """:func:`integer_graph` with the shipped ranges, from the encoder's folder where it is there whole: making it takes
    a second. One file for each set of updates; what cannot be written is done without."""
    key = hashlib.sha256(VERSION.encode() + RANGES.read_bytes())
    for name, parts in sorted(updates.items()):
        key.update(name.encode() + b"".join(part.tobytes() for part in parts))
    path = files.folder / f"integers-{key.hexdigest()[:20]}.bin"
    try:
        content = path.read_bytes()
        if content[:_DIGEST] == hashlib.sha256(memoryview(content)[_DIGEST:]).digest():
            return content[_DIGEST:]
    except OSError:
        pass
    with np.load(RANGES, allow_pickle=False) as kept:
        graph = integer_graph(files, updates, {name: kept[name] for name in kept.files})
    partial = path.with_name(f".{path.stem}-{secrets.token_hex(4)}")
    try:
        partial.write_bytes(hashlib.sha256(graph).digest() + graph)
        partial.replace(path)
    except OSError:
        _LOG.info("the integer graph is not kept in %s", files.folder, exc_info=True)
        partial.unlink(missing_ok=True)
    return graph


class _IntegerWriter(GraphWriter):
    def __init__(self, files: EncoderFiles, updates: Mapping[str, Update], ranges: Ranges) -> None:
        super().__init__(files, updates)
        self._ranges = ranges
        self._grids: dict[str, Grid] = {}

    def _product(self, name: str, state: str, rows: int, columns: int, *, bias: bool = False) -> str:
        grid = self._grids.get(state) or self._laid(name, state)
        weights = unpacked(self._held[f"{name}.q"], self._held[f"{name}.s"])
        if (update := self._updates.get(name)) is not None:
            weights = weights + update[1] @ update[0]
        sized = weights * grid.sizes
        sized[:, grid.full] = 0.0
        whole, scales = rounded(sized)
        inputs = [
            f"{state}.bytes", self._given(f"{name}.w", whole), f"{state}.step", self._given(f"{name}.s", scales), f"{state}.zero",
            self._given(f"{name}.z", np.zeros(rows, dtype=np.int8)), *([self._constant(f"{name}.b")] if bias else []),
        ]  # fmt: skip
        out = f"{name}.y"
        plain = f"{name}.plain" if grid.full.size else out
        self._nodes.append(node("MatMulIntegerToFloat", inputs, [plain], domain=MICROSOFT))
        if grid.full.size:
            own = self._given(f"{name}.full", np.asarray(weights[:, grid.full].T, dtype=np.float32))
            self._nodes += [
                node("MatMul", [f"{state}.full", own], [f"{name}.rest"]), node("Add", [plain, f"{name}.rest"], [out])
            ]  # fmt: skip
        return out

    def _norm(self, bias: str, norm: str, state: str, skip: str, out: str = "") -> str:
        """Sums and norm as operators of their own: ONNX Runtime's fused one adds up value by value, ten times as slow."""
        out = out or f"{norm}.y"
        names = [self._constant(f"{norm}.w"), self._constant(f"{norm}.b")]
        self._nodes += [
            node("Add", [state, skip], [f"{norm}.sum"]), node("Add", [f"{norm}.sum", self._constant(f"{bias}.b")], [f"{norm}.x"]),
            node("LayerNormalization", [f"{norm}.x", *names], [out], axis=-1, epsilon=self._shape.epsilon),
        ]  # fmt: skip
        return out

    def _laid(self, name: str, state: str) -> Grid:
        """The input rounded, once for all products it goes into."""
        layer, part = int(name[1:].partition(".")[0]), name.partition(".")[2]
        grid = self._grids[state] = grid_of(part, *(self._ranges[f"{part}.{end}"][layer] for end in ("high", "low")))
        to_grid = np.asarray(1.0 / grid.sizes, dtype=np.float32)
        to_grid[grid.full] = 0.0
        names = [self._given(f"{state}.{x}", one) for x, one in (
            ("step", np.array(grid.step, dtype=np.float32)), ("zero", np.array(grid.zero, dtype=np.uint8)),
        )]  # fmt: skip
        self._nodes += [
            node("Mul", [state, self._given(f"{state}.sizes", to_grid)], [f"{state}.even"]),
            node("QuantizeLinear", [f"{state}.even", *names], [f"{state}.bytes"]),
        ]
        if grid.full.size:
            self._nodes.append(
                node("Gather", [state, self._given(f"{state}.channels", grid.full)], [f"{state}.full"], axis=2)
            )
        return grid
