"""The bundled model opened once (编码器): tokens and hidden states for the embedder, the reader and the entailment reader.

ONNX Runtime runs the weights as the wheel packs them (``index.graph``): 14 MB a network instead of 85, the table of words
mapped from disk, and neither torch nor transformers is imported. A process opens tokenizer and table once; each use adds
its own network with its low-rank updates. Against torch in full precision: cosine .9999, about the same tokens a second. The
reader runs in 8-bit integers (``index.integers``), 1.7 times as fast, its log odds within .35 (root mean square .10). The
trap: rounding must not depend on the texts beside a text: per block of 32 inputs in the one, on fixed grids in the other.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from index import bundled
from index.environment import collector_paused, quiet
from index.errors import ModelError
from index.graph import EncoderFiles, Update, encoder_graph, updates_of
from index.integers import kept_graph
from index.pairs import SCALE
from index.tokenizing import Tokenizing
from index.types import Matrix

BATCH_TOKENS, BATCH_ROWS = 224, 16
"""A batch holds texts of like length up to these: larger ones leave the processor's cache and are slower."""
WORKERS = max(1, min(os.cpu_count() or 1, 8))
MIDDLE = 9
"""Layers after which a question's states tell best what kind of thing is asked; at the top they tell what it is about."""
Tokens = tuple[int, ...]
_Head = TypeVar("_Head")


class Base:
    """What every network of a process shares: tokenizer, table of words, shape. Safe for several threads."""

    def __init__(self, folder: Path) -> None:
        quiet()
        self._tokenizer = Tokenizing(folder)
        self.files = EncoderFiles(folder)
        self.shape = self.files.shape
        self.pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="encoder") if WORKERS > 1 else None

    def tokens(self, text: str) -> Tokens:
        """Ids of a text's pieces, without marks around it."""
        return self._tokenizer.pieces(text)[0]

    def pieces(self, text: str) -> tuple[Tokens, tuple[tuple[int, int], ...]]:
        """Ids of a text's pieces and which characters each stands for."""
        return self._tokenizer.pieces(text)


class Encoder:
    """One network over the :class:`Base`: with ``updates`` or the bundled model as it is. Safe for several threads."""

    def __init__(
        self,
        base: Base,
        updates: Mapping[str, Update] | None = None,
        *,
        middle: int | None = None,
        integers: bool = False,
    ) -> None:
        """
        Args:
            middle: layers after which :meth:`both` gives the states as well; not of integers.
            integers: products in 8-bit integers (:mod:`index.integers`) instead of over the packed weights.
        """
        self.base, self.updates = base, updates or {}
        with collector_paused():
            import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # batches run side by side instead
        options.enable_mem_pattern = False  # one pattern a shape would be kept, and every batch has its own
        options.log_severity_level = 3
        graph = (
            kept_graph(base.files, self.updates) if integers else encoder_graph(base.files, self.updates, middle=middle)
        )
        self._session: Any = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])

    def states(self, rows: Sequence[Tokens]) -> list[Matrix]:
        """Hidden states ``(tokens, hidden)`` float32 of each row of ids, in the order given."""
        return self.over(rows, lambda _, states: states)

    def means(self, rows: Sequence[Tokens]) -> Matrix:
        """``(len(rows), hidden)`` float32: the mean state of each row, not normalised."""
        if not rows:
            return np.zeros((0, self.base.shape.hidden), dtype=np.float32)
        return np.stack(self.over(rows, lambda _, states: states.mean(0)))

    def both(self, rows: Sequence[Tokens]) -> list[tuple[Matrix, Matrix]]:
        """The mean state ``(hidden,)`` of each row and its states ``(tokens, hidden)`` in the middle, of one pass."""
        return self.over(rows, lambda _, states, middle: (states.mean(0), middle), ("states", "middle"))

    def over(self, rows: Sequence[Tokens], each: Callable[..., Any], outputs: Sequence[str] = ("states",)) -> list[Any]:
        """``each(row number, states, …)`` of every row, in the order given, with what each of ``outputs`` says of it; batches
        run side by side on all cores."""
        batches = _batches([len(row) for row in rows], WORKERS)

        def run(batch: Sequence[int]) -> list[Any]:
            given = self._run([rows[number] for number in batch], outputs)
            return [each(number, *(one[at, : len(rows[number])] for one in given)) for at, number in enumerate(batch)]

        pool = self.base.pool if len(batches) > 1 else None
        done = list(pool.map(run, batches) if pool is not None else map(run, batches))
        found: list[Any] = [None] * len(rows)
        for batch, values in zip(batches, done, strict=True):
            for number, one in zip(batch, values, strict=True):
                found[number] = one
        return found

    @cached_property
    def _positions(self) -> Matrix:
        return np.asarray(self.base.files.constants["positions"], dtype=np.float32)

    def _run(self, rows: Sequence[Tokens], outputs: Sequence[str]) -> list[NDArray[np.float32]]:
        width = max(map(len, rows))
        ids = np.full((len(rows), width), self.base.shape.pad, dtype=np.int64)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
        inputs = {
            "x": self.base.files.words(ids) + self._positions[:width],
            "lengths": np.array([len(row) for row in rows], dtype=np.int32),
        }
        return [np.asarray(one) for one in self._session.run(list(outputs), inputs)]


def _batches(lengths: Sequence[int], workers: int) -> list[list[int]]:
    """Row numbers in batches, longest first; as many batches as the workers can share evenly.

    >>> _batches([5, 9, 7, 400], 2)
    [[3], [1, 2], [0]]
    >>> [len(batch) for batch in _batches([80] * 10, 2)]
    [2, 2, 2, 2, 2]
    """
    order = sorted(range(len(lengths)), key=lambda number: (-lengths[number], number))
    least = max(1, -(-sum(lengths) // BATCH_TOKENS))
    rows = min(BATCH_ROWS, max(1, -(-len(order) // (-(-least // workers) * workers))))
    found: list[list[int]] = []
    for number in order:
        room = found and len(found[-1]) < rows and lengths[found[-1][0]] * (len(found[-1]) + 1) <= BATCH_TOKENS
        if room:
            found[-1].append(number)
        else:
            found.append([number])
    return found


@lru_cache(maxsize=2)
def _base(folder: Path) -> Base:
    return Base(folder)


_LOCK = RLock()


def open_encoder(folder: Path | None = None) -> Encoder:
    """The bundled model as it is.

    Raises:
        ModelError: it is not installed or cannot be opened.
    """
    return _opened(folder, None)


def open_updated(
    weights: Path, setting: str, folder: Path | None = None, *, integers: bool = False
) -> tuple[Encoder, Mapping[str, NDArray[Any]]]:
    """The bundled model with the updates trained into ``weights``, and all that was trained, as float32 by name.

    Args:
        setting: named in the message where the file is at fault.
        integers: see :class:`Encoder`.

    Raises:
        ModelError: the file or the bundled model cannot be opened.
    """
    try:
        with np.load(weights, allow_pickle=False) as kept:
            trained = {name: np.asarray(kept[name], dtype=np.float32) for name in kept.files}
        with _LOCK:
            shape = _base(folder or bundled.ensure_encoder()).shape
        updates = updates_of(trained, SCALE, shape)
        if not updates:
            raise ValueError("没有低秩更新")
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        raise ModelError(
            f"模型 {weights} 打不开：{str(error).splitlines()[0][:200] if str(error) else '不是训练写出的文件'}。",
            f"请检查 {setting}，或设为 none 不用它。",
        ) from error
    return _opened(folder, updates, integers=integers), trained


def open_headed(
    name: str,
    weights: Path,
    setting: str,
    head: Callable[[Mapping[str, NDArray[Any]], int], _Head],
    folder: Path | None = None,
    *,
    integers: bool = False,
) -> tuple[Encoder, _Head]:
    """The bundled model with the updates trained into ``weights``, and the head that reads its states.

    Args:
        name: what the message calls it (阅读模型).
        head: makes the head of what was trained and the width of the states.
        integers: see :class:`Encoder`.

    Raises:
        ModelError: as :func:`open_updated`, or the head's part of the file is missing or of another shape.
    """
    encoder, trained = open_updated(weights, setting, folder, integers=integers)
    try:
        return encoder, head(trained, encoder.base.shape.hidden)
    except (KeyError, ValueError, IndexError) as error:
        raise ModelError(
            f"{name} {weights} 打不开：{error}。", f"请检查 {setting}，或设为 none 不用{name}。"
        ) from error


def _opened(folder: Path | None, updates: Mapping[str, Update] | None, *, integers: bool = False) -> Encoder:
    folder = folder or bundled.ensure_encoder()
    try:
        with _LOCK:
            return Encoder(_base(folder), updates, middle=None if updates else MIDDLE, integers=integers)
    except ModelError:
        raise
    except Exception as error:  # tokenizers and ONNX Runtime raise classes of their own, bare Exception among them
        raise ModelError(
            f"内置模型 {folder} 打不开：{str(error).splitlines()[0][:200] if str(error) else type(error).__name__}。",
            f"请删除该目录后重试，或用 {bundled.SETTING} 指定其他模型。",
        ) from error
