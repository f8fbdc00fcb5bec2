"""From a file to a notice ready to be kept (收件): read, clean, outline, metadata, overrides, what it replaces.

It stands alone because nothing here writes: a file that is refused leaves no trace. The trap: required facts that the
text does not give (title, issuer, region) are asked for, never filled in; a wrong region would bind the wrong people.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from corpus.boilerplate import page_fields
from corpus.captures import capture_warnings
from corpus.clean import clean
from corpus.dates import parse_date
from corpus.docnumber import canonical_number
from corpus.errors import IncompleteNoticeError, MetadataError
from corpus.families import likeness
from corpus.front import read_front, settled
from corpus.library import Corpus
from corpus.metadata import Doubt, Metadata, read_metadata
from corpus.outline import outline
from corpus.readers import File, read_content
from corpus.regions import RegionError, gazetteer, level_of
from corpus.text import fold
from corpus.types import Level, Notice, Status

_TEXT = ("title", "issuer", "origin", "replaced_by")
_DATES = ("issued_on", "effective_on", "expires_on")
_LISTS = ("addressees", "aliases")
SETTABLE = (*_TEXT, "number", "region", "level", "status", "horizon", *_DATES, *_LISTS, "id")
_ID = re.compile(r"^[a-z0-9][a-z0-9-]{1,79}$")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A notice ready to be kept. ``replaces`` is the id of the version it supersedes; ``unchanged`` means it is there
    already, word for word."""

    notice: Notice
    source_text: str
    original: bytes
    original_name: str
    kind: str
    warnings: tuple[str, ...]
    doubts: tuple[Doubt, ...]
    replaces: str | None = None
    unchanged: bool = False
    hints: Mapping[str, str] = field(default_factory=dict)


def prepare(
    file: File, corpus: Corpus, overrides: Mapping[str, str] | None = None, *, replace_id: str | None = None
) -> Prepared:
    """Read ``file`` and say what keeping it would mean; writes nothing.

    Args:
        overrides: values of ``--set``; they win over what was read.
        replace_id: the notice this is a new version of, where its number does not say so.

    Raises:
        ReadError: the file cannot be read.
        MetadataError: a bad override.
        IncompleteNoticeError: title, issuer or region is missing; the message names the ``--set`` that settles it.
        UnknownNoticeError: there is no notice ``replace_id``.
    """
    if file.error is not None:
        raise file.error
    source = read_content(file.content, file.name)
    cleaned = clean(source.text)
    articles = outline(cleaned.text)
    removed = "\n".join(change.source for change in cleaned.changes if change.kind == "boilerplate")
    hints = {**page_fields(removed), **source.hints}
    found = read_metadata(cleaned.text, articles, hints)
    values = parsed_overrides(overrides or {})
    front = settled(read_front(cleaned.text, articles, hints), values)
    found = _overridden(found, values)
    missing = [d for d in found.doubts if d.key in ("title", "issuer", "region") and getattr(found, d.key) is None]
    if missing:
        raise IncompleteNoticeError(file.name, tuple(d.message for d in missing))
    existing = corpus.get(replace_id) if replace_id else _existing(found, cleaned.text, corpus, file.name)
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
    notice = Notice(
        id=notice_id, number=found.number, title=found.title or "",
        issuer=found.issuer or "", region=found.region or "",
        level=found.level, issued_on=found.issued_on, text=cleaned.text, articles=articles, gaps=cleaned.gaps,
        changes=cleaned.changes, effective_on=found.effective_on, expires_on=found.expires_on, horizon=found.horizon,
        addressees=found.addressees, aliases=found.aliases, confidence=dict(found.confidence),
        status=values.get("status", Status.NO_REPEAL_SEEN), replaced_by=values.get("replaced_by"),
        origin=str(values.get("origin") or f"文件 {file.name}"), front=front,
    )  # fmt: skip
    warnings = (*source.warnings, *capture_warnings(cleaned.text, articles, cleaned.changes))
    unchanged = existing is not None and existing.text == notice.text and _facts(existing) == _facts(notice)
    return Prepared(
        notice, source.text, file.content, file.name, source.kind, warnings, found.doubts,
        existing.id if existing is not None else None, unchanged, dict(source.hints),
    )  # fmt: skip


def parsed_overrides(overrides: Mapping[str, str]) -> dict[str, Any]:
    """Values of ``--set key=value`` in their types.

    Raises:
        MetadataError: an unknown key or a bad value; the message says what is allowed.
    """
    values: dict[str, Any] = {}
    for key, text in overrides.items():
        text = text.strip()
        try:
            values[key] = _parsed(key, text)
        except RegionError as error:
            raise MetadataError("--set", key, str(error)) from error
        except ValueError as error:
            raise MetadataError("--set", key, str(error)) from error
    if "region" in values and "level" not in values:
        values["level"] = level_of(values["region"])
    return values


def _parsed(key: str, text: str) -> Any:
    if key not in SETTABLE:
        raise ValueError(f"没有这一项，可用的有：{'、'.join(SETTABLE)}")
    if not text and key not in ("number", "replaced_by", *_DATES):
        raise ValueError("值不能为空")
    if key == "number":
        number = canonical_number(text) if text else None
        if text and number is None:
            raise ValueError(f"“{text}”不像文号，应如 某府发〔2024〕1号")
        return number
    if key == "region":
        return gazetteer().resolve(text)
    if key in ("level", "status"):
        kind: type[Level] | type[Status] = Level if key == "level" else Status
        if text not in {one.value for one in kind}:
            raise ValueError(f"应为 {'、'.join(one.value for one in kind)} 之一，收到“{text}”")
        return kind(text)
    if key in _DATES:
        return _exact_day(text) if text else None
    if key == "horizon":
        years = [int(year) for year in re.findall(r"\d{4}", text)]
        if not 1 <= len(years) <= 2 or years[0] > years[-1] or not 1949 <= years[0] <= 2100:
            raise ValueError(f"应为 起始年-终止年，如 2021-2025，收到“{text}”")
        return years[0], years[-1]
    if key in _LISTS:
        return tuple(part.strip() for part in re.split(r"[，,；;、]", text) if part.strip())
    if key == "id" and not _ID.match(text):
        raise ValueError("编号只能用小写字母、数字和连字符，2 到 80 个")
    return text


def _exact_day(text: str) -> date:
    day = parse_date(text)
    if not re.search(r"\d{4}\D+\d{1,2}\D+\d{1,2}", text):
        raise ValueError(f"日期要写到日，如 2024-01-31，收到“{text}”")
    return day


def _overridden(found: Metadata, values: Mapping[str, Any]) -> Metadata:
    known = {key: value for key, value in values.items() if key in Metadata.__dataclass_fields__}
    sure = {**found.confidence, **dict.fromkeys(known, 1.0)}
    doubts = tuple(doubt for doubt in found.doubts if doubt.key not in known)
    return replace(found, **known, confidence=sure, doubts=doubts)


def _existing(found: Metadata, text: str, corpus: Corpus, name: str) -> Notice | None:
    """The notice in the corpus that this is another version of: same number, or same title, issuer and date."""
    for notice in corpus.notices:
        if found.number and notice.number == found.number:
            if fold(notice.title) != fold(found.title or "") and likeness(notice.text, text) < 0.2:
                raise IncompleteNoticeError(
                    name,
                    (
                        f"文号 {found.number} 已属于另一份内容不同的文件 {notice.id}（{notice.title}）。"
                        f"若文号读错请用 --set number=… 改正；若确要替换请用 --replace {notice.id}",
                    ),
                )
            return notice
        same = fold(notice.title) == fold(found.title or "") and notice.issuer == found.issuer
        if not (found.number and notice.number) and same and notice.issued_on == found.issued_on:
            return notice
    return None


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


def _facts(notice: Notice) -> tuple[object, ...]:
    return (notice.number, notice.title, notice.issuer, notice.region, notice.level, notice.issued_on,
            notice.effective_on, notice.expires_on, notice.status, notice.replaced_by)  # fmt: skip
