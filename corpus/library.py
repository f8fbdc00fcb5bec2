"""The corpus (文件库): shipped and added notices, read once, looked up many ways.

:func:`load_corpus` is the one door. A notice is a folder ``<id>/`` with ``source.txt`` (or ``source.md``) and
``notice.toml``; folders under ``corpus/notices`` ship with the project, those under ``<data_dir>/notices`` were added,
and ``<data_dir>/tombstones.json`` lists ids removed. Cleaned notices are cached under ``<data_dir>/cache``. The trap: a
cache entry is valid for one content hash only, so anything that changes parsing must raise ``CLEANER_VERSION``.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from corpus.clean import CLEANER_VERSION, Cleaned, clean
from corpus.errors import AmbiguousNoticeError, ReadError, UnknownNoticeError
from corpus.notice_file import read_notice_file
from corpus.outline import outline
from corpus.passages import passages_of
from corpus.relations import Reference, link, references
from corpus.text import fold
from corpus.types import Article, Change, Gap, Notice, Passage, RelationKind, Span

SHIPPED = Path(__file__).parent / "notices"
SOURCE_NAMES = ("source.txt", "source.md")
TOMBSTONES = "tombstones.json"


@dataclass(frozen=True)
class Corpus:
    """All notices, in order of issue then id. ``hash`` changes when any notice's text or metadata does."""

    notices: tuple[Notice, ...]
    hash: str
    cache_dir: Path | None = None
    _passages: dict[tuple[int, bool], tuple[Passage, ...]] = field(default_factory=dict, repr=False, compare=False)
    _cited: Mapping[str, tuple[Reference, ...]] = field(default_factory=dict, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.notices)

    def __contains__(self, notice_id: object) -> bool:
        return notice_id in self._by_id

    @cached_property
    def _by_id(self) -> dict[str, Notice]:
        return {notice.id: notice for notice in self.notices}

    def get(self, notice_id: str) -> Notice:
        """The notice with this id.

        Raises:
            UnknownNoticeError: there is none; the message names the nearest ids.
        """
        notice = self._by_id.get(notice_id)
        if notice is None:
            raise UnknownNoticeError(notice_id, self._nearest(notice_id))
        return notice

    def find(self, wanted: str) -> Notice:
        """The notice an id, document number (however typed), title or alias names.

        Raises:
            UnknownNoticeError: none does.
            AmbiguousNoticeError: a part of a title fits several.
        """
        if wanted in self:
            return self.get(wanted)
        number = _canonical(wanted)
        key = fold(wanted).strip("《》")
        exact = [n for n in self.notices if (number and n.number == number) or key in map(fold, (n.title, *n.aliases))]
        if exact:
            return exact[0]
        partial = [n for n in self.notices if len(key) >= 4 and any(key in fold(t) for t in (n.title, *n.aliases))]
        if len(partial) == 1:
            return partial[0]
        if partial:
            raise AmbiguousNoticeError(wanted, tuple(n.id for n in partial))
        raise UnknownNoticeError(wanted, self._nearest(wanted))

    def with_notice(self, folder: Path) -> Corpus:
        """This corpus with the notice in ``folder`` added, or in place of the one of its id; nothing else is read again.

        Raises:
            MetadataError, ReadError: see :func:`load_notice`.
        """
        notice, cited = _load(folder, self.cache_dir)
        others = [one for one in self.notices if one.id != notice.id]
        return _linked([*others, notice], {**self._cited, notice.id: cited}, self.cache_dir)

    def by_region(self, region: str) -> tuple[Notice, ...]:
        """Notices issued for exactly this region path, e.g. ``广东省/湛江市``; "" is national."""
        return tuple(notice for notice in self.notices if notice.region == region)

    def passages(self, max_tokens: int = 320, breadcrumb: bool = True) -> tuple[Passage, ...]:
        """Passages of every notice, notice by notice; computed once for each setting."""
        key = (max_tokens, breadcrumb)
        if key not in self._passages:
            cached = (_passages_of(notice, max_tokens, breadcrumb, self.cache_dir) for notice in self.notices)
            self._passages[key] = tuple(passage for passages in cached for passage in passages)
        return self._passages[key]

    def _nearest(self, wanted: str) -> tuple[str, ...]:
        names = {fold(name): notice.id for notice in self.notices for name in (notice.id, notice.name, *notice.aliases)}
        close = difflib.get_close_matches(fold(wanted), names, n=3, cutoff=0.4)
        return tuple(dict.fromkeys(names[name] for name in close))


def load_corpus(data_dir: Path | None = None) -> Corpus:
    """Shipped notices and, with ``data_dir``, the added ones, without those removed.

    An added notice replaces a shipped one of the same id.

    Raises:
        MetadataError: a notice.toml is at fault; the message names file and key.
        ReadError: a source cannot be read.
    """
    folders = _folders(SHIPPED)
    cache_dir = None
    if data_dir is not None:
        if (data_dir / "journal.json").is_file():
            from corpus.keeping import finish_interrupted

            finish_interrupted(data_dir)
        folders |= _folders(data_dir / "notices")
        cache_dir = data_dir / "cache" / "notices"
        for removed in read_tombstones(data_dir):
            if folders.get(removed, SHIPPED).parent == SHIPPED:
                folders.pop(removed, None)
    loaded = [_load(folder, cache_dir) for folder in folders.values()]
    return _linked([notice for notice, _ in loaded], {notice.id: cited for notice, cited in loaded}, cache_dir)


def _linked(notices: list[Notice], cited: Mapping[str, tuple[Reference, ...]], cache_dir: Path | None) -> Corpus:
    """A corpus in order of issue, with relations; the order also decides which of two like-named notices is meant."""
    ordered = sorted(notices, key=lambda notice: (notice.issued_on is None, notice.issued_on or 0, notice.id))
    found = link(ordered, [cited[notice.id] for notice in ordered])
    return Corpus(found, corpus_hash(found), cache_dir, _cited=cited)


def load_notice(folder: Path, cache_dir: Path | None = None) -> Notice:
    """One notice from its folder, its parsed text taken from ``cache_dir`` where that is up to date.

    Its relations are left empty: their targets are only known among all notices.
    """
    return _load(folder, cache_dir)[0]


def passage_cache_stem(notice: Notice, breadcrumb: bool) -> str:
    """How the names of a notice's cached passages begin; the breadcrumb depends on metadata, so that is in it too."""
    identity = f"{notice.id}\0{notice.content_hash}\0{notice.number}\0{notice.title}\0{notice.region}\0{breadcrumb}"
    return hashlib.sha256(identity.encode()).hexdigest()


def _load(folder: Path, cache_dir: Path | None) -> tuple[Notice, tuple[Reference, ...]]:
    source = next((folder / name for name in SOURCE_NAMES if (folder / name).is_file()), None)
    if source is None:
        raise ReadError(str(folder), f"缺少 {' 或 '.join(SOURCE_NAMES)}")
    content = source.read_bytes()
    metadata = read_notice_file(folder / "notice.toml")
    digest = hashlib.sha256(CLEANER_VERSION.encode() + b"\0" + content).hexdigest()
    cached = _from_cache(cache_dir, f"{digest}.json")
    fields = _from_plain(cached, folder.name) if cached is not None else None
    if fields is None:
        try:
            cleaned = clean(content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ReadError(str(source), f"不是 UTF-8 文本（第 {error.start} 字节），请另存为 UTF-8 后重试") from error
        articles = outline(cleaned.text, folder.name)
        cited = references(cleaned.text)
        _to_cache(cache_dir, f"{digest}.json", _to_plain(cleaned, articles, cited))
        fields = {"text": cleaned.text, "articles": articles, "changes": cleaned.changes, "gaps": cleaned.gaps}
    else:
        cited = fields.pop("references")
    return Notice(id=folder.name, source_name=source.name, content_hash=digest, **metadata, **fields), cited


def read_tombstones(data_dir: Path) -> tuple[str, ...]:
    """Ids of shipped notices that were removed from this data folder's corpus."""
    path = data_dir / TOMBSTONES
    if not path.is_file():
        return ()
    try:
        ids = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ReadError(str(path), "不是 JSON，请删除该文件后重新移除文件") from error
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise ReadError(str(path), "应为编号的列表，请删除该文件后重新移除文件")
    return tuple(ids)


def write_tombstones(data_dir: Path, ids: Iterable[str]) -> None:
    """Replace the list of removed ids, atomically."""
    data_dir.mkdir(parents=True, exist_ok=True)
    _write_atomically(data_dir / TOMBSTONES, json.dumps(sorted(set(ids)), ensure_ascii=False, indent=1))


def corpus_hash(notices: Iterable[Notice]) -> str:
    """SHA-256 over id, content and metadata of every notice, independent of their order."""
    derived = {"text", "articles", "gaps", "changes", "relations"}
    names = [one.name for one in fields(Notice) if one.name not in derived]
    lines = sorted("\x1f".join(f"{name}={getattr(notice, name)!r}" for name in names) for notice in notices)
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def _folders(root: Path) -> dict[str, Path]:
    if not root.is_dir():
        return {}
    return {path.name: path for path in sorted(root.iterdir()) if path.is_dir() and not path.name.startswith(".")}


def _canonical(wanted: str) -> str | None:
    from corpus.docnumber import canonical_number

    return canonical_number(wanted)


def _passages_of(notice: Notice, max_tokens: int, breadcrumb: bool, cache_dir: Path | None) -> tuple[Passage, ...]:
    """Passages from the cache where they are there."""
    name = f"{passage_cache_stem(notice, breadcrumb)}-{max_tokens}.json"
    plain = _from_cache(cache_dir, name)
    loaded = _passages_from_plain(plain, notice) if plain is not None else None
    if loaded is None:
        loaded = passages_of(notice, max_tokens, breadcrumb=breadcrumb)
        rows = [[p.article, [s.start for s in p.sentences], p.span.end, p.tokens, p.breadcrumb] for p in loaded]
        _to_cache(cache_dir, name, {"passages": rows})
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


def _to_plain(cleaned: Cleaned, articles: tuple[Article, ...], cited: tuple[Reference, ...]) -> dict[str, Any]:
    return {
        "text": cleaned.text,
        "changes": [[c.kind, c.at, c.source, c.result] for c in cleaned.changes],
        "gaps": [[g.span.start, g.span.end, g.sentences] for g in cleaned.gaps],
        "references": [[r.kind.value, r.number, r.title, r.span.start, r.span.end] for r in cited],
        "articles": [
            [
                [a.span.start, a.span.end],
                a.labels,
                a.headings,
                a.bodies,
                [a.bodies_span.start, a.bodies_span.end] if a.bodies_span else None,
                a.kind,
            ]
            for a in articles
        ],
    }


def _from_plain(plain: Mapping[str, Any], notice_id: str) -> dict[str, Any] | None:
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
            )
            for ordinal, (span, labels, headings, bodies, bodies_span, kind) in enumerate(plain["articles"])
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


def _from_cache(cache_dir: Path | None, name: str) -> dict[str, Any] | None:
    """A cached value, or None where there is none or it cannot be read (it is then made anew)."""
    if cache_dir is None:
        return None
    try:
        value = json.loads((cache_dir / name).read_bytes())
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def _to_cache(cache_dir: Path | None, name: str, value: Mapping[str, Any]) -> None:
    """Keep ``value``; a cache that cannot be written (full or read-only disk) is done without."""
    if cache_dir is None:
        return
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        _write_atomically(cache_dir / name, json.dumps(value, ensure_ascii=False))
    except OSError:
        return


def _write_atomically(path: Path, text: str) -> None:
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
