"""What was read of a notice once, kept so that it is not read again (缓存): parsed text and passages, one file each.

A cache is never the truth: an entry that is absent, damaged or of another shape is made anew, and one that cannot be
written is done without; each carries its own hash, for a changed character would pass for the text of a notice. The trap:
an entry is named after a content hash only, so anything that changes parsing must raise ``CLEANER_VERSION``.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from corpus.clean import CLEANER_VERSION
from corpus.front import front_from_plain
from corpus.notice_file import facts_from_plain, facts_to_plain
from corpus.passages import passages_of
from corpus.relations import Reference
from corpus.shelf import write_atomically
from corpus.types import Article, Change, Front, Gap, Notice, Passage, RelationKind, Span

WORD_BOOK = "words-1.json"
"""The entry that holds words of all notices together (``corpus.typos``)."""


def cache_of(data_dir: Path) -> Path:
    """The folder of a data folder's cache; another cleaner reads and writes another."""
    return data_dir / "cache" / f"notices-{CLEANER_VERSION}"


def drop_from_cache(data_dir: Path, stems: Iterable[str]) -> None:
    """Delete the entries of a removed notice, the words of all, and what an earlier cleaner left, whose names no longer tell."""
    kept = cache_of(data_dir)
    for folder in (data_dir / "cache").glob("notices*"):
        if folder != kept:
            shutil.rmtree(folder, ignore_errors=True)
    (kept / WORD_BOOK).unlink(missing_ok=True)
    for stem in stems:
        for path in kept.glob(f"{stem}*"):
            path.unlink(missing_ok=True)


def passage_cache_stem(notice: Notice, breadcrumb: bool) -> str:
    """How the names of a notice's cached passages begin; the breadcrumb depends on metadata, so that is in it too."""
    identity = f"{notice.id}\0{notice.content_hash}\0{notice.number}\0{notice.title}\0{notice.region}\0{breadcrumb}"
    return hashlib.sha256(identity.encode()).hexdigest()


def passage_key(notice: Notice, max_tokens: int, breadcrumb: bool) -> str:
    """What changes when any passage of ``notice`` does, 32 hexadecimal digits."""
    identity = f"{passage_cache_stem(notice, breadcrumb)}\0{max_tokens}\0{notice.text}"
    return hashlib.blake2b(identity.encode(), digest_size=16).hexdigest()


def cached_passages(notice: Notice, max_tokens: int, breadcrumb: bool, cache_dir: Path | None) -> tuple[Passage, ...]:
    """Passages from the cache where they are there."""
    name = f"{passage_cache_stem(notice, breadcrumb)}-{max_tokens}.json"
    plain = from_cache(cache_dir, name)
    loaded = _passages_from_plain(plain, notice) if plain is not None else None
    if loaded is None:
        loaded = passages_of(notice, max_tokens, breadcrumb=breadcrumb)
        rows = [[p.article, [s.start for s in p.sentences], p.span.end, p.tokens, p.breadcrumb] for p in loaded]
        to_cache(cache_dir, name, {"passages": rows})
    return loaded


def _passages_from_plain(plain: Mapping[str, Any], notice: Notice) -> tuple[Passage, ...] | None:
    loaded: list[Passage] = []
    try:
        for article, starts, end, tokens, crumb in plain["passages"]:
            sentences = tuple(Span(a, b) for a, b in pairwise([*starts, end]))
            span = Span(starts[0], end)
            identity = f"{notice.id}:{span.start}-{span.end}"
            loaded.append(Passage(identity, notice.id, article, span, span.of(notice.text), crumb, sentences, tokens))
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    return tuple(loaded)


def to_plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The parsed fields of a notice, and the references found in it, as JSON can hold them."""
    return {
        "text": fields["text"],
        "changes": [[c.kind, c.at, c.source, c.result] for c in fields["changes"]],
        "gaps": [[g.span.start, g.span.end, g.sentences] for g in fields["gaps"]],
        "references": [[r.kind.value, r.number, r.title, r.span.start, r.span.end] for r in fields["references"]],
        "articles": [
            [
                [a.span.start, a.span.end],
                a.labels,
                a.headings,
                a.bodies,
                [a.bodies_span.start, a.bodies_span.end] if a.bodies_span else None,
                a.kind,
                a.part,
            ]
            for a in fields["articles"]
        ],
    }


def facts_to_cache(facts: Mapping[str, Any], digest: str) -> dict[str, Any]:
    """The facts of a notice beside its parsed text; ``digest`` is of the ``notice.toml`` they were read from."""
    return {"facts": facts_to_plain(facts), "facts_digest": digest}


def cached_facts(plain: Mapping[str, Any], digest: str) -> dict[str, Any] | None:
    """The facts in a cache entry, None where they are of another ``notice.toml`` or not of the right shape."""
    if plain.get("facts_digest") != digest:
        return None
    try:
        return facts_from_plain(plain["facts"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def cached_front(plain: Mapping[str, Any], digest: str) -> Front | None:
    """The front matter in a cache entry, under the same conditions; it rests on the facts too."""
    if plain.get("facts_digest") != digest:
        return None
    try:
        return front_from_plain(plain["front"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def from_plain(plain: Mapping[str, Any], notice_id: str) -> dict[str, Any] | None:
    """The parsed fields of a notice, or None where the cache entry has not the right shape."""
    try:
        articles = tuple(
            Article(
                notice_id,
                ordinal,
                Span(*span),
                tuple(labels),
                tuple(headings),
                tuple(bodies),
                Span(*bodies_span) if bodies_span else None,
                kind,
                part,
            )
            for ordinal, (span, labels, headings, bodies, bodies_span, kind, part) in enumerate(plain["articles"])
        )
        changes = tuple(Change(*change) for change in plain["changes"])
        gaps = tuple(Gap(Span(start, end), count) for start, end, count in plain["gaps"])
        cited = tuple(
            Reference(RelationKind(kind), number, title, Span(start, end))
            for kind, number, title, start, end in plain["references"]
        )
        return {"text": plain["text"], "articles": articles, "changes": changes, "gaps": gaps, "references": cited}
    except (KeyError, TypeError, ValueError):
        return None


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=16).hexdigest().encode()


def from_cache(cache_dir: Path | None, name: str) -> dict[str, Any] | None:
    """A cached value, or None where there is none or it is not as it was written (it is then made anew)."""
    if cache_dir is None:
        return None
    try:
        digest, _, content = (cache_dir / name).read_bytes().partition(b"\n")
        if digest != _digest(content):
            return None
        value = json.loads(content)
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def to_cache(cache_dir: Path | None, name: str, value: Mapping[str, Any]) -> None:
    """Keep ``value``; a cache that cannot be written (full or read-only disk) is done without."""
    if cache_dir is None:
        return
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        content = json.dumps(value, ensure_ascii=False)
        write_atomically(cache_dir / name, f"{_digest(content.encode()).decode()}\n{content}")
    except OSError:
        return
