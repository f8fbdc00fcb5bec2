"""Reads and writes ``notice.toml``, the facts of one notice that its text alone does not give reliably.

Keys: title, issuer ("" where nobody is named), region ("" national, 待核对 not known), level (required); number,
issued_on, effective_on, expires_on, status, horizon, addressees, aliases, origin, replaced_by; tables ``confidence`` by
key (below :data:`corpus.types.DOUBTFUL` a fact is 待核对) and ``guesses`` (values too unsure to be used). ``site_*``
keys record what a republishing site said; they are no facts, but hints for the front matter (``site`` in what is read).
The trap: an unknown key is a fault, or a typing slip would silently lose a fact.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from corpus.errors import MetadataError
from corpus.types import Level, Notice, Status

_TEXT = ("number", "title", "issuer", "region", "origin", "replaced_by")
_DATES = ("issued_on", "effective_on", "expires_on")
_LISTS = ("addressees", "aliases")
_KNOWN = {*_TEXT, *_DATES, *_LISTS, "level", "status", "horizon", "id", "confidence", "guesses"}


def read_notice_file(path: Path) -> dict[str, Any]:
    """Keyword arguments for :class:`corpus.types.Notice` from a ``notice.toml``.

    Raises:
        MetadataError: the file is missing, is no TOML, lacks a required key or has a wrong or unknown one.
    """
    return parse_facts(notice_file_bytes(path), path)


def notice_file_bytes(path: Path) -> bytes:
    """The bytes of a ``notice.toml``.

    Raises:
        MetadataError: it is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise MetadataError(str(path), "文件", "缺失或不可读，每份文件的目录里都要有 notice.toml") from error


def parse_facts(content: bytes, path: Path) -> dict[str, Any]:
    """What :func:`read_notice_file` gives, from bytes read already; ``path`` is for messages and the id.

    Raises:
        MetadataError: as there.
    """
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MetadataError(str(path), "格式", f"不是有效的 TOML（{error}）") from error
    for key in table:
        if key not in _KNOWN and not key.startswith("site_"):
            raise MetadataError(str(path), key, f"没有这一项，可用的有：{'、'.join(sorted(_KNOWN))}")
    for key in ("title", "issuer", "region", "level"):
        if key not in table or (key in ("title", "level") and not table[key]):
            raise MetadataError(str(path), key, "必填")
    if table.get("id", path.parent.name) != path.parent.name:
        raise MetadataError(str(path), "id", f"应与目录名 {path.parent.name} 一致")
    fields: dict[str, Any] = {key: _text(path, table, key) for key in _TEXT if key in table}
    fields["number"] = fields.get("number") or None
    fields |= {"issued_on": None} | {key: _date(path, table, key) for key in _DATES if key in table}
    fields |= {key: _texts(path, table, key) for key in _LISTS if key in table}
    fields["level"] = _choice(path, "level", table["level"], {level.value: level for level in Level})
    if "status" in table:
        fields["status"] = _choice(path, "status", table["status"], {status.value: status for status in Status})
    if "horizon" in table:
        fields["horizon"] = _horizon(path, table["horizon"])
    site = {key.removeprefix("site_"): str(value) for key, value in table.items() if key.startswith("site_")}
    if site:
        fields["site"] = site
    if "confidence" in table:
        fields["confidence"] = _confidence(path, table["confidence"])
    if "guesses" in table:
        fields["guesses"] = _guesses(path, table["guesses"])
    return fields


def facts_to_plain(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as JSON can hold them, for the cache: reading TOML is half of loading a notice."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in facts.items()}


def facts_from_plain(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of :func:`facts_to_plain`.

    Raises:
        ValueError, TypeError: not what it wrote.
    """
    facts = dict(plain)
    if not facts.keys() >= {"title", "issuer", "region", "level", "number", "issued_on"}:
        raise ValueError("缺少必填的要素")
    for key in facts.keys() & {*_DATES}:
        facts[key] = None if facts[key] is None else date.fromisoformat(facts[key])
    for key in facts.keys() & {*_LISTS, "horizon"}:
        facts[key] = tuple(facts[key])
    for key, kind in (("level", Level), ("status", Status)):
        if key in facts:
            facts[key] = kind(facts[key])
    return facts


def write_notice_file(path: Path, notice: Notice, site: Mapping[str, str] | None = None) -> None:
    """Write the facts of ``notice`` so that :func:`read_notice_file` gives them back.

    Args:
        site: what the page around the notice said of it, kept as ``site_*`` so that its front matter is read again alike.
    """
    path.write_text(notice_file_text(notice, site), encoding="utf-8")


def notice_file_text(notice: Notice, site: Mapping[str, str] | None = None) -> str:
    """What :func:`write_notice_file` writes."""
    lines: list[str] = []
    for key in (*_TEXT, "level", "status", *_DATES, *_LISTS, "horizon"):
        value = getattr(notice, key)
        if isinstance(value, date):
            lines.append(f"{key} = {value.isoformat()}")
        elif isinstance(value, tuple) and value:
            lines.append(f"{key} = {json.dumps(list(value), ensure_ascii=False)}")
        elif isinstance(value, str) and (value or key in ("region", "issuer")):
            lines.append(f"{key} = {json.dumps(str(value), ensure_ascii=False)}")
    lines += [f"site_{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in sorted((site or {}).items())]
    if notice.confidence:
        lines.append("\n[confidence]")
        lines += [f"{key} = {float(value)}" for key, value in notice.confidence.items()]
    if notice.guesses:
        lines.append("\n[guesses]")
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in notice.guesses.items()]
    return "\n".join(lines) + "\n"


def _text(path: Path, table: Mapping[str, Any], key: str) -> str:
    if not isinstance(table[key], str):
        raise MetadataError(str(path), key, f"应为文字，收到 {table[key]!r}")
    return str(table[key])


def _texts(path: Path, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = table[key]
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise MetadataError(str(path), key, f"应为文字的列表，收到 {value!r}")
    return tuple(value)


def _date(path: Path, table: Mapping[str, Any], key: str) -> date:
    value = table[key]
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError as error:
            raise MetadataError(str(path), key, f"应为 2020-06-01 这样的日期，收到 {value!r}") from error
    if not isinstance(value, date) or isinstance(value, datetime):
        raise MetadataError(str(path), key, f"应为 2020-06-01 这样的日期，收到 {value!r}")
    return value


def _choice(path: Path, key: str, value: object, choices: Mapping[str, Any]) -> Any:
    if not isinstance(value, str) or value not in choices:
        raise MetadataError(str(path), key, f"应为 {'、'.join(choices)} 之一，收到 {value!r}")
    return choices[value]


def _horizon(path: Path, value: object) -> tuple[int, int]:
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(year, int) and 1949 <= year <= 2100 for year in value)
    ):
        first, last = value
        if first <= last:
            return first, last
    raise MetadataError(str(path), "horizon", f"应为 [起始年, 终止年]，收到 {value!r}")


def _guesses(path: Path, value: object) -> dict[str, str]:
    if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
        return {str(key): str(one) for key, one in value.items()}
    raise MetadataError(str(path), "guesses", f"应为各项的文字，收到 {value!r}")


def _confidence(path: Path, value: object) -> dict[str, float]:
    if isinstance(value, dict) and all(isinstance(one, int | float) and 0 <= one <= 1 for one in value.values()):
        return {str(key): float(one) for key, one in value.items()}
    raise MetadataError(str(path), "confidence", f"应为各项 0 到 1 之间的数，收到 {value!r}")
