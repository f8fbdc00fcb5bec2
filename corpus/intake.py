"""From a file to a notice ready to be kept (收件): what was read of it, overrides, what it replaces.

It stands alone because nothing here writes: a file that is refused leaves no trace. What the file itself says is read by
:mod:`corpus.document`, in a process of its own where ``read`` is :func:`corpus.guard.read_guarded`. Only what cannot be read is refused;
a fact the text does not give is 待核对 (:attr:`corpus.types.Notice.unverified`). The trap: a wrong region would bind the
wrong people, so a region that is not sure is only a guess, and the notice's place is not known.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any

from corpus.docnumber import is_order
from corpus.document import Document, read_document
from corpus.errors import IncompleteNoticeError
from corpus.families import likeness
from corpus.front import settled
from corpus.library import Corpus
from corpus.metadata import Doubt, Metadata
from corpus.numbering import parse_mark
from corpus.readers import File
from corpus.regions import display
from corpus.text import fold
from corpus.typed import parsed_overrides
from corpus.types import DOUBTFUL, UNKNOWN_REGION, VERIFIABLE, Level, Notice, Status

GUESSED = 0.3  # how sure a name taken from one of the first lines or the file is
HEAD_LINES = 6
READ_AT_MOST = 0.99  # 1 is what a person said, and stays when the notice is read again
SAME_COPY = 0.8  # two texts of one title that name neither body nor day are one only if they read alike
SAME_TEXT = 0.2  # less alike, and one number stands on two documents


@dataclass(frozen=True, slots=True)
class Prepared:
    """A notice ready to be kept, with all that was made of its file (``document``). ``replaces`` is the id of the version
    it supersedes; ``unchanged`` means it is there already, word for word."""

    notice: Notice
    document: Document
    original: bytes
    original_name: str
    kind: str
    warnings: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    replaces: str | None = None
    unchanged: bool = False
    hints: Mapping[str, str] = field(default_factory=dict)


def prepare(
    file: File,
    corpus: Corpus,
    overrides: Mapping[str, str] | None = None,
    *,
    replace_id: str | None = None,
    read: Callable[[File], Document] = read_document,
) -> Prepared:
    """Read ``file`` and say what keeping it would mean; writes nothing.

    Args:
        overrides: values of ``--set``; they win over what was read.
        replace_id: the notice this is a new version of, where its number does not say so.
        read: how the file is read; :func:`corpus.guard.read_guarded` for files from elsewhere.

    Raises:
        ReadError: the file cannot be read, or not within the bounds of time and memory.
        MetadataError: a bad override.
        IncompleteNoticeError: the id asked for belongs to another notice.
        UnknownNoticeError: there is no notice ``replace_id``.
    """
    document = read(file)
    source, text = document.source, document.text
    values = parsed_overrides(overrides or {})
    found = _whole(_overridden(document.metadata, values), text, source.hints, file.name)
    existing = corpus.get(replace_id) if replace_id else _existing(found, text, corpus)
    if existing is not None:
        found = _with_settled(found, existing, values)
    elif clash := _clash(found, corpus):
        found = _doubted(found, "number", f"文号 {found.number} 已属于另一份内容不同的文件 {clash.id}（{clash.title}）")
    notice_id = str(values.get("id") or (existing.id if existing else _new_id(found, corpus)))
    taken = corpus.get(notice_id) if notice_id in corpus else None
    if taken is not existing and (taken or existing):
        held = existing or taken
        assert held is not None
        raise IncompleteNoticeError(
            file.name,
            (
                f"编号 {notice_id} 与库中 {held.id}（{held.title}）冲突。若要更新它请用 --replace {held.id}，否则换一个编号",
            ),
        )
    region, guesses = _placed(found)
    placed = region != UNKNOWN_REGION or "level" in values
    notice = Notice(
        id=notice_id, number=found.number, title=found.title or "", issuer=found.issuer or "", region=region,
        level=found.level if placed else Level.UNKNOWN, issued_on=found.issued_on, text=text, articles=document.articles,
        gaps=document.gaps, changes=document.changes, effective_on=found.effective_on, expires_on=found.expires_on,
        horizon=found.horizon, addressees=found.addressees, aliases=found.aliases, confidence=dict(found.confidence),
        status=values.get("status", Status.NO_REPEAL_SEEN), replaced_by=values.get("replaced_by"), guesses=guesses,
        origin=str(values.get("origin") or f"文件 {file.name}"),
        front=settled(document.front, values),
    )  # fmt: skip
    unchanged = existing is not None and existing.text == notice.text and facts_of(existing) == facts_of(notice)
    if existing is not None and set(existing.unverified) & values.keys():
        unchanged = False  # said again by a person, it is no longer 待核对
    return Prepared(
        notice, document, file.content, file.name, source.kind, document.warnings, found.doubts,
        existing.id if existing is not None else None, unchanged, dict(source.hints),
    )  # fmt: skip


def _overridden(found: Metadata, values: Mapping[str, Any]) -> Metadata:
    known = {key: value for key, value in values.items() if key in Metadata.__dataclass_fields__}
    read = {key: min(value, READ_AT_MOST) for key, value in found.confidence.items()}
    doubts = tuple(doubt for doubt in found.doubts if doubt.key not in known)
    return replace(found, **known, confidence={**read, **dict.fromkeys(known, 1.0)}, doubts=doubts)


def _whole(found: Metadata, text: str, hints: Mapping[str, str], name: str) -> Metadata:
    """``found`` with a name to be called by, and a confidence of 0 for each thing that must be known and is not."""
    sure = dict(found.confidence)
    title = found.title
    if not title:
        lines = (line.strip() for line in (hints.get("title", ""), *text.split("\n")[:HEAD_LINES]))
        title = next(filter(_may_name, lines), "") or PurePosixPath(name).stem
        sure["title"] = GUESSED
    missing = {
        "issuer": not found.issuer,
        "region": found.region in (None, UNKNOWN_REGION),
        "issued_on": found.issued_on is None,
    }
    for key in (key for key, lacks in missing.items() if lacks):
        if key == "region" or sure.get(key) != 1.0:  # a person may say that there is none
            sure[key] = 0.0
    return replace(found, title=title, confidence=sure)


def _may_name(line: str) -> bool:
    """Whether a line can stand for the title that was not found: no list of addressees, no sentence, no numbered heading."""
    return 4 <= len(line) <= 80 and line[-1] not in "：:。；;，," and parse_mark(line) is None


def _placed(found: Metadata) -> tuple[str, dict[str, str]]:
    """The region to be bound by, and the guess where that is not sure."""
    if found.region is None or found.region == UNKNOWN_REGION:
        return UNKNOWN_REGION, {}
    if found.confidence.get("region", 0.0) < DOUBTFUL:
        return UNKNOWN_REGION, {"region": display(found.region)}
    return found.region, {}


def _doubted(found: Metadata, key: str, message: str) -> Metadata:
    sure = {**found.confidence, key: min(found.confidence.get(key, 0.0), DOUBTFUL / 2)}
    doubt = Doubt(key, f"{message}，如有误请用 --set {key}=… 改正")
    return replace(found, confidence=sure, doubts=(*found.doubts, doubt))


def _with_settled(found: Metadata, existing: Notice, values: Mapping[str, Any]) -> Metadata:
    """What people have said of this notice before holds for its next reading, and a number once read is not lost."""
    kept: dict[str, Any] = {}
    for key in VERIFIABLE:
        settled = existing.confidence.get(key) == 1.0
        lost = key == "number" and found.number is None and existing.number is not None
        if key not in values and (settled or lost):
            kept[key] = getattr(existing, key)
    if "region" in kept:
        kept["level"] = existing.level
    sure = {**found.confidence, **{key: existing.confidence.get(key, 1.0) for key in kept if key in VERIFIABLE}}
    doubts = tuple(doubt for doubt in found.doubts if doubt.key not in kept)
    return replace(found, **kept, confidence=sure, doubts=doubts)


def _existing(found: Metadata, text: str, corpus: Corpus) -> Notice | None:
    """The notice in the corpus that this is another copy of: same number, or same title, issuer and date."""
    title = fold(found.title or "")
    again = next((notice for notice in corpus.notices if notice.text == text), None)
    if again is not None:
        return again
    for notice in corpus.notices:
        same = fold(notice.title) == title
        if found.number and notice.number == found.number:
            if same and is_order(found.number) and _of_other_days(found, notice):
                continue  # an order keeps its number when what it issued is amended: another version, not another copy
            if same or likeness(notice.text, text) >= SAME_TEXT:
                return notice
            continue
        same = same and notice.issuer == (found.issuer or "") and notice.issued_on == found.issued_on
        least = SAME_TEXT if found.issuer and found.issued_on else SAME_COPY
        if same and not (found.number and notice.number) and likeness(notice.text, text) >= least:
            return notice
    return None


def _of_other_days(found: Metadata, notice: Notice) -> bool:
    """Whether both texts say on which day they were made or last amended, and not the same."""
    return found.issued_on is not None and notice.issued_on is not None and found.issued_on != notice.issued_on


def _clash(found: Metadata, corpus: Corpus) -> Notice | None:
    """Another document that bears the same number; versions of what one order issued bear it rightly."""
    bearing = (one for one in corpus.notices if found.number and one.number == found.number)
    return next((one for one in bearing if fold(one.title) != fold(found.title or "")), None)


def _new_id(found: Metadata, corpus: Corpus) -> str:
    """ASCII, the same for the same notice: year and serial of the number, and a hash of number or title."""
    named = re.search(r"〔(\d{4})〕(\d+)号", found.number or "")
    year = named.group(1) if named else str(found.issued_on.year) if found.issued_on else "undated"
    identity = found.number or f"{found.issuer}\0{found.title}\0{found.issued_on}"
    digest = hashlib.sha256(identity.encode()).hexdigest()
    for size in range(6, 65):
        candidate = f"n{year}-{named.group(2) + '-' if named else ''}{digest[:size]}"
        if candidate not in corpus:
            return candidate
    raise AssertionError("unreachable: a whole SHA-256 is taken")


def facts_of(notice: Notice) -> tuple[object, ...]:
    """What is known of a notice beside its text; where it is the same, nothing is new."""
    return (notice.number, notice.title, notice.issuer, notice.region, notice.level, notice.issued_on,
            notice.effective_on, notice.expires_on, notice.status, notice.replaced_by)  # fmt: skip
