"""Near-duplicate families (近似文本) across and inside notices, with provenance kept: grouped, never merged.

MinHash over character shingles finds candidates, an exact comparison of the shingles decides. The same sentence in two
provinces' notices stays two sources; a family only says that they are alike. The trap: two notices that follow one
national template are near-duplicates and yet bind different people.

Source: Broder, "On the resemblance and containment of documents", 1997.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.text import fold, sentence_spans
from corpus.types import Notice, Span

SHINGLE = 6
_PERMUTATIONS = 64
_COMPARED = 20  # texts compared exactly with a new one, the likeliest first
_BANDS = 32
_PRIME = (1 << 31) - 1
_random = np.random.default_rng(20240601)
_A = _random.integers(1, _PRIME, _PERMUTATIONS, dtype=np.int64)
_B = _random.integers(0, _PRIME, _PERMUTATIONS, dtype=np.int64)
Signature = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Member:
    """Where one copy stands."""

    notice_id: str
    span: Span


@dataclass(frozen=True, slots=True)
class Family:
    """Texts that are alike, in the order of the corpus. ``likeness`` is the least Jaccard share of a link, 0 to 1."""

    members: tuple[Member, ...]
    likeness: float

    @property
    def notice_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(member.notice_id for member in self.members))


def shingles(text: str) -> frozenset[int]:
    """CRC-32 of every run of ``SHINGLE`` characters of the folded text."""
    folded = fold(text).encode("utf-32-le")
    size = 4 * SHINGLE
    return frozenset(zlib.crc32(folded[at : at + size]) for at in range(0, max(len(folded) - size, 0) + 1, 4))


def signature(text: str) -> Signature:
    """MinHash of ``text``, ``(64,)`` int64."""
    values = np.fromiter(shingles(text), dtype=np.int64) % _PRIME
    out = np.full(_PERMUTATIONS, _PRIME, dtype=np.int64)
    for start in range(0, len(values), 4096):
        part = values[start : start + 4096]
        out = np.minimum(out, ((_A[:, None] * part[None, :] + _B[:, None]) % _PRIME).min(axis=1))
    return out


def likeness(a: str, b: str) -> float:
    """Jaccard share of common shingles, 0 to 1."""
    left, right = shingles(a), shingles(b)
    return len(left & right) / max(len(left | right), 1)


def alike_notices(notices: Sequence[Notice], cache_dir: Path | None = None, least: float = 0.6) -> tuple[Family, ...]:
    """Families of whole notices at least ``least`` alike."""
    texts = {n.id: n.text for n in notices}
    signatures = {n.id: _cached(n, cache_dir) for n in notices}
    return _families(texts, signatures, least, {n.id: Member(n.id, Span(0, len(n.text))) for n in notices})


def like(
    text: str, notices: Sequence[Notice], cache_dir: Path | None = None, least: float = 0.6
) -> list[tuple[str, float]]:
    """Ids of the notices at least ``least`` alike to ``text``, most alike first."""
    wanted = signature(text)
    guesses = [(float((_cached(n, cache_dir) == wanted).mean()), n) for n in notices]
    near = sorted((one for one in guesses if one[0] >= least - 0.15), key=lambda one: -one[0])[:_COMPARED]
    scored = [(n.id, likeness(text, n.text)) for _, n in near]
    return sorted(((i, s) for i, s in scored if s >= least), key=lambda pair: -pair[1])


def alike_passages(notices: Sequence[Notice], least: float = 0.8, min_chars: int = 40) -> tuple[Family, ...]:
    """Families of articles at least ``least`` alike, across notices and inside one."""
    texts: dict[str, str] = {}
    members: dict[str, Member] = {}
    for notice in notices:
        for article in notice.articles:
            text = article.span.of(notice.text)
            if len(text) >= min_chars:
                key = f"{notice.id}:{article.ordinal}"
                texts[key], members[key] = text, Member(notice.id, article.span)
    return _families(texts, {key: signature(text) for key, text in texts.items()}, least, members)


def repeated_sentences(notices: Sequence[Notice], min_chars: int = 24) -> tuple[Family, ...]:
    """Families of sentences that are the same when folded, across notices and inside one."""
    groups: dict[str, list[Member]] = defaultdict(list)
    for notice in notices:
        for span in sentence_spans(notice.text):
            if len(span) >= min_chars:
                groups[fold(span.of(notice.text))].append(Member(notice.id, span))
    return tuple(Family(tuple(group), 1.0) for group in groups.values() if len(group) > 1)


def _cached(notice: Notice, cache_dir: Path | None) -> Signature:
    if cache_dir is None or not notice.content_hash:
        return signature(notice.text)
    path = cache_dir / f"{notice.content_hash}.minhash"
    kept = _kept(path)
    if kept is not None:
        return kept
    found = signature(notice.text)
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        path.write_bytes(found.astype("<i8").tobytes())
    except OSError:
        return found  # a cache that cannot be written is done without
    return found


@lru_cache(maxsize=4096)
def _read(path: Path) -> Signature:
    return np.frombuffer(path.read_bytes(), dtype="<i8").astype(np.int64)


def _kept(path: Path) -> Signature | None:
    """A signature saved earlier; None where there is none or it is not whole."""
    try:
        found = _read(path)
    except (OSError, ValueError):
        return None
    return found if len(found) == _PERMUTATIONS else None


def _families(
    texts: Mapping[str, str], signatures: Mapping[str, Signature], least: float, members: Mapping[str, Member]
) -> tuple[Family, ...]:
    parent = {key: key for key in texts}
    weakest: dict[str, float] = {}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for a, b in _candidates(signatures):
        if root(a) == root(b) or float((signatures[a] == signatures[b]).mean()) < least - 0.2:
            continue
        share = likeness(texts[a], texts[b])
        if share >= least:
            low = min(share, weakest.pop(root(a), 1.0), weakest.pop(root(b), 1.0))
            parent[root(b)] = root(a)
            weakest[root(a)] = low
    groups: dict[str, list[str]] = defaultdict(list)
    for key in texts:
        groups[root(key)].append(key)
    return tuple(Family(tuple(members[k] for k in keys), weakest[top]) for top, keys in groups.items() if len(keys) > 1)


def _candidates(signatures: Mapping[str, Signature]) -> Iterable[tuple[str, str]]:
    """Pairs that share a band of their signatures, each once."""
    rows = _PERMUTATIONS // _BANDS
    buckets: dict[tuple[int, bytes], list[str]] = defaultdict(list)
    for key, found in signatures.items():
        for band in range(_BANDS):
            buckets[band, found[band * rows : (band + 1) * rows].tobytes()].append(key)
    seen: set[tuple[str, str]] = set()
    for keys in buckets.values():
        for order, b in enumerate(keys[1:], start=1):
            for a in keys[max(0, order - 20) : order]:  # a crowd is linked through its neighbours
                if (a, b) not in seen:
                    seen.add((a, b))
                    yield a, b
