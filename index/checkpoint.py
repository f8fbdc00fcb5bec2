"""Vectors already computed by a build that has not finished (断点): a killed build loses at most the last few seconds of it.

The trap: the last record of the file may be cut short by the kill, so every record carries its length and a checksum.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from index.saved import KEY_BYTES, Vector
from index.types import Embedder, Matrix

CHECKPOINT_CHARACTERS = 12_000
"""Some four seconds of two cores: of fewer, one core waits for the other at the end of each part."""
_RECORD_HEAD = struct.Struct("<II")  # CRC-32 and byte length of what follows


def embed_texts(
    missing: Mapping[bytes, str], path: Path, embedder: Embedder, tell: Callable[[int, int, str], None]
) -> dict[bytes, Vector]:
    """The vector of each text by key, from the file at ``path`` or made now, saving after every few texts.

    The longest are made first, so that batches hold like lengths.
    """
    checkpoint = Checkpoint(path)
    known = checkpoint.read()
    order = sorted(missing.keys() - known.keys(), key=lambda key: (-len(missing[key]), key))
    done = 0
    for part in parts_of(order, missing):
        tell(done, len(order), "计算向量")
        vectors = embedder.embed([missing[key] for key in part], "passage")
        checkpoint.append(part, vectors)
        known.update(zip(part, vectors, strict=True))
        done += len(part)
    tell(len(order), len(order), "写入索引")
    return known


def parts_of(order: Sequence[bytes], texts: Mapping[bytes, str]) -> Iterator[list[bytes]]:
    """``order`` in parts of about as much work each, none of them empty."""
    part: list[bytes] = []
    characters = 0
    for key in order:
        part.append(key)
        characters += len(texts[key])
        if characters >= CHECKPOINT_CHARACTERS:
            yield part
            part, characters = [], 0
    if part:
        yield part


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
