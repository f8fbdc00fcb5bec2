"""The corpus (文件库): shipped and added notices, read once, looked up many ways.

:func:`load_corpus` is the one door. A notice is a folder ``<id>/`` with ``source.txt`` (or ``source.md``) and
``notice.toml``; ``corpus.shelf`` says where folders stand, and what was read once is kept under ``<data_dir>/cache``
(``corpus.cache``). The trap: another process may move a notice while it is read, so nothing read is trusted until its
folder is seen to be the same after as before.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from corpus.boilerplate import page_fields
from corpus.cache import (
    cache_of,
    cached_facts,
    cached_front,
    cached_passages,
    facts_to_cache,
    from_cache,
    from_plain,
    passage_key,
    to_cache,
    to_plain,
)  # fmt: skip
from corpus.clean import CLEANER_VERSION, clean
from corpus.document import Document
from corpus.errors import AmbiguousNoticeError, CorpusError, KeepingError, ReadError, UnknownNoticeError
from corpus.front import front_to_plain, read_front, settled
from corpus.journal import JOURNAL
from corpus.notice_file import notice_file_bytes, parse_facts
from corpus.outline import outline
from corpus.relations import Reference, link, references
from corpus.shelf import SOURCE_NAMES, Identity, folders, identity_of, is_settled
from corpus.stamp import check_format
from corpus.text import fold
from corpus.types import Change, Notice, Passage

_LISTINGS = 100  # how often a load begins again because a notice was moved under it; each reads only what moved
Loaded = tuple[Notice, tuple[Reference, ...]]
Place = tuple[Path, Identity | None]


@dataclass(frozen=True)
class Corpus:
    """All notices, in order of issue then id. ``hash`` changes when any notice's text or metadata does."""

    notices: tuple[Notice, ...]
    hash: str
    cache_dir: Path | None = None
    _passages: dict[tuple[int, bool], tuple[Passage, ...]] = field(default_factory=dict, repr=False, compare=False)
    _cited: Mapping[str, tuple[Reference, ...]] = field(default_factory=dict, repr=False, compare=False)
    _read: Mapping[Place, Loaded] = field(default_factory=dict, repr=False, compare=False)

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
        return _linked([*others, notice], {**self._cited, notice.id: cited}, self.cache_dir, self._read)

    def without(self, notice_ids: Collection[str]) -> Corpus:
        """This corpus as if these notices had never been in it: no relation and no effect leads to or from them."""
        kept = [one for one in self.notices if one.id not in notice_ids]
        bare = [
            replace(
                one, relations=(), effects=(), replaced_by=None if one.replaced_by in notice_ids else one.replaced_by
            )
            for one in kept
        ]
        return _linked(bare, {one.id: self._cited[one.id] for one in kept}, self.cache_dir, {})

    def by_region(self, region: str) -> tuple[Notice, ...]:
        """Notices issued for exactly this region path, e.g. ``广东省/湛江市``; "" is national."""
        return tuple(notice for notice in self.notices if notice.region == region)

    def passages(self, max_tokens: int = 320, breadcrumb: bool = True) -> tuple[Passage, ...]:
        """Passages of every notice, notice by notice; computed once for each setting."""
        key = (max_tokens, breadcrumb)
        if key not in self._passages:
            self._passages[key] = self.passages_of(self._by_id, max_tokens, breadcrumb)
        return self._passages[key]

    def passages_of(
        self, notice_ids: Collection[str], max_tokens: int = 320, breadcrumb: bool = True
    ) -> tuple[Passage, ...]:
        """Passages of some notices, in the order of the corpus."""
        wanted = (notice for notice in self.notices if notice.id in notice_ids)
        cached = (cached_passages(notice, max_tokens, breadcrumb, self.cache_dir) for notice in wanted)
        return tuple(passage for passages in cached for passage in passages)

    def passage_keys(self, max_tokens: int = 320, breadcrumb: bool = True) -> Mapping[str, str]:
        """For each notice id, in the order of the corpus, what changes when any of its passages does.

        Made without making the passages, which is what lets an index of a thousand notices take one more.
        """
        return {notice.id: passage_key(notice, max_tokens, breadcrumb) for notice in self.notices}

    def _nearest(self, wanted: str) -> tuple[str, ...]:
        names = {fold(name): notice.id for notice in self.notices for name in (notice.id, notice.name, *notice.aliases)}
        close = difflib.get_close_matches(fold(wanted), names, n=3, cutoff=0.4)
        return tuple(dict.fromkeys(names[name] for name in close))


def load_corpus(data_dir: Path | None = None, *, earlier: Corpus | None = None) -> Corpus:
    """Shipped notices and, with ``data_dir``, the added ones, without those removed.

    An added notice replaces a shipped one of the same id. Each notice is read in one version, whole, whatever another
    process puts in its place meanwhile.

    Args:
        earlier: a corpus loaded before; notices whose files are as they were are taken from it.

    Raises:
        MetadataError: a notice.toml is at fault; the message names file and key.
        ReadError: a source cannot be read.
        KeepingError: another process keeps changing the notices, or the folder is of another format.
    """
    if data_dir is not None:
        check_format(data_dir)
    if data_dir is not None and (data_dir / JOURNAL).is_file():
        from corpus.keeping import finish_interrupted

        finish_interrupted(data_dir)
    cache_dir = cache_of(data_dir) if data_dir is not None else None
    loaded = dict(earlier._read) if earlier is not None and earlier.cache_dir == cache_dir else {}
    for _ in range(_LISTINGS):
        listed = [(folder, identity_of(folder)) for folder in folders(data_dir).values()]
        if _read_all(listed, cache_dir, loaded):
            now = {one: loaded[one] for one in listed}
            cited = {notice.id: references for notice, references in now.values()}
            settled = {one: found for one, found in now.items() if one[1] is not None and is_settled(one[1])}
            return _linked([notice for notice, _ in now.values()], cited, cache_dir, settled)
    raise KeepingError("文件库一直在被另一个进程改动，没有读到完整的一版，请稍后再试。")


def _read_all(listed: Iterable[Place], cache_dir: Path | None, loaded: dict[Place, Loaded]) -> bool:
    """Read what ``loaded`` lacks into it; False where a folder was moved away meanwhile and must be listed again."""
    for one in listed:
        if one in loaded:
            continue
        folder, identity = one
        try:
            found = _load(folder, cache_dir)
        except (CorpusError, FileNotFoundError):
            if identity_of(folder) == identity:
                raise
            return False
        if identity_of(folder) != identity:  # facts of one version beside the source of another
            return False
        loaded[one] = found
    return True


def _linked(
    notices: list[Notice],
    cited: Mapping[str, tuple[Reference, ...]],
    cache_dir: Path | None,
    read: Mapping[Place, Loaded],
) -> Corpus:
    """A corpus in order of issue, with relations; the order also decides which of two like-named notices is meant."""
    ordered = sorted(notices, key=lambda notice: (notice.issued_on is None, notice.issued_on or 0, notice.id))
    found = link(ordered, [cited[notice.id] for notice in ordered])
    return Corpus(found, corpus_hash(found), cache_dir, _cited=cited, _read=read)


def load_notice(folder: Path, cache_dir: Path | None = None) -> Notice:
    """One notice from its folder, its parsed text taken from ``cache_dir`` where that is up to date.

    Its relations are left empty: their targets are only known among all notices.
    """
    return _load(folder, cache_dir)[0]


def _load(folder: Path, cache_dir: Path | None) -> Loaded:
    identity = identity_of(folder)
    source = next((folder / name for name in SOURCE_NAMES if (folder / name).is_file()), None)
    if source is None:
        raise ReadError(str(folder), f"缺少 {' 或 '.join(SOURCE_NAMES)}")
    content = source.read_bytes()
    if is_changed(folder, content):
        raise ReadError(str(source), "与入库时不同，可能已损坏，请运行 assistant doctor --fix 由原件恢复")
    facts_file = folder / "notice.toml"
    facts_content = notice_file_bytes(facts_file)
    facts_digest = hashlib.sha256(facts_content).hexdigest()
    digest = _digest(content)
    cached = from_cache(cache_dir, f"{digest}.json")
    fields = from_plain(cached, folder.name) if cached is not None else None
    metadata = cached_facts(cached, facts_digest) if cached is not None else None
    front = cached_front(cached, facts_digest) if cached is not None else None
    known = fields is not None and metadata is not None and front is not None
    if metadata is None:
        metadata = parse_facts(facts_content, facts_file)
    if fields is None:
        try:
            cleaned = clean(content.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ReadError(str(source), f"不是 UTF-8 文本（第 {error.start} 字节），请另存为 UTF-8 后重试") from error
        articles = outline(cleaned.text, folder.name)
        fields = {
            "text": cleaned.text, "articles": articles, "changes": cleaned.changes, "gaps": cleaned.gaps,
            "references": references(cleaned.text),
        }  # fmt: skip
    if front is None:
        front = settled(read_front(fields["text"], fields["articles"], _hints(fields["changes"], metadata)), metadata)
    if not known and identity_of(folder) == identity:  # else it may be gone, and a removed notice leaves no cache
        to_cache(cache_dir, f"{digest}.json", {
            **to_plain(fields), **facts_to_cache(metadata, facts_digest), "front": front_to_plain(front),
        })  # fmt: skip
    cited = fields.pop("references")
    metadata.pop("site", None)  # read into the front matter
    return Notice(
        id=folder.name, source_name=source.name, content_hash=digest, front=front, **metadata, **fields
    ), cited


def remember(document: Document, cache_dir: Path | None) -> None:
    """Cache what was made of a file within bounds, so that loading it, once kept, makes nothing of it again."""
    fields = {
        "text": document.text, "articles": document.articles, "changes": document.changes, "gaps": document.gaps,
        "references": document.references,
    }  # fmt: skip
    to_cache(cache_dir, f"{_digest(document.source.text.encode())}.json", to_plain(fields))


def is_changed(folder: Path, content: bytes) -> bool:
    """Whether the text of an added notice is no longer what was written; one without a record of it is believed."""
    try:
        wanted = json.loads((folder / "report.json").read_bytes())["source_sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(wanted != hashlib.sha256(content).hexdigest())


def _digest(content: bytes) -> str:
    """Name of what is cached of a source: its bytes and who cleaned them."""
    return hashlib.sha256(CLEANER_VERSION.encode() + b"\0" + content).hexdigest()


def _hints(changes: Iterable[Change], metadata: Mapping[str, Any]) -> dict[str, str]:
    """What the page around a notice said of it: the fields cleaning removed, and what the reader had found."""
    removed = "\n".join(change.source for change in changes if change.kind == "boilerplate")
    return {**page_fields(removed), **metadata.get("site", {})}


def corpus_hash(notices: Iterable[Notice]) -> str:
    """SHA-256 over id, content and metadata of every notice, independent of their order."""
    derived = {"text", "articles", "gaps", "changes", "relations", "front", "effects"}
    names = [one.name for one in fields(Notice) if one.name not in derived]
    lines = sorted("\x1f".join(f"{name}={getattr(notice, name)!r}" for name in names) for notice in notices)
    return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()


def _canonical(wanted: str) -> str | None:
    from corpus.docnumber import canonical_number

    return canonical_number(wanted)
