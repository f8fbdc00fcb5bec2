"""Vectors already computed by a build that has not finished (断点): a killed build loses at most a few texts.

The trap: the last record of the file may be cut short by the kill, so every record carries its length and a checksum.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from index.saved import KEY_BYTES, Vector
from index.types import Embedder, Matrix

CHECKPOINT_TEXTS = 64
_RECORD_HEAD = struct.Struct("<II")  # CRC-32 and byte length of what follows


def embed_texts(
    missing: Mapping[bytes, str], path: Path, embedder: Embedder, tell: Callable[[int, int, str], None]
) -> dict[bytes, Vector]:
    """The vector of each text by key, from the file at ``path`` or made now, saving after every few texts.

    The longest are made first, so that progress only gets faster.
    """
    checkpoint = Checkpoint(path)
    known = checkpoint.read()
    order = sorted(missing.keys() - known.keys(), key=lambda key: (-len(missing[key]), key))
    for start in range(0, len(order), CHECKPOINT_TEXTS):
        tell(start, len(order), "计算向量")
        part = order[start : start + CHECKPOINT_TEXTS]
        vectors = embedder.embed([missing[key] for key in part], "passage")
        checkpoint.append(part, vectors)
        known.update(zip(part, vectors, strict=True))
    tell(len(order), len(order), "写入索引")
    return known


class Checkpoint:
    """Append-only file of vectors already computed; a record cut short by a kill is ignored and overwritten."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[bytes, Vector]:
        """Every whole record; what follows a damaged one is cut off."""
        if not self._path.is_file():
            return {}
        content, at, found = self._path.read_bytes(), 0, {}
        while at + _RECORD_HEAD.size <= len(content):
            crc, length = _RECORD_HEAD.unpack_from(content, at)
            body = content[at + _RECORD_HEAD.size : at + _RECORD_HEAD.size + length]
            if len(body) < length or length <= KEY_BYTES or zlib.crc32(body) != crc:
                break
            found[body[:KEY_BYTES]] = np.frombuffer(body[KEY_BYTES:], dtype="<f4").astype(np.float32)
            at += _RECORD_HEAD.size + length
        if at < len(content):
            os.truncate(self._path, at)
        return found

    def append(self, keys: Sequence[bytes], vectors: Matrix) -> None:
        with self._path.open("ab") as stream:
            for key, vector in zip(keys, vectors, strict=True):
                body = key + vector.astype("<f4").tobytes()
                stream.write(_RECORD_HEAD.pack(zlib.crc32(body), len(body)) + body)
