"""Folders and zip archives, file by file, without ever writing what an archive says where it says.

It stands alone because this is where hostile input arrives. Members are read into memory within limits and never
unpacked to disk; a member's path is only a label. The trap: old Chinese zips store names in GBK and say nothing.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.errors import ReadError
from corpus.readers.source import MAX_FILE_BYTES, MAX_MEMBERS, MAX_RATIO, MAX_UNPACKED_BYTES

_SKIPPED = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: ``name`` for messages (with the archive or folder in front), its bytes, or why it has none."""

    name: str
    content: bytes = b""
    error: ReadError | None = None


def expand(path: Path) -> Iterator[File]:
    """The files of ``path``: itself, or those in a folder (at any depth) or a zip, in order of name.

    A folder's links that lead out of it are not followed.

    Raises:
        ReadError: the path does not exist, or the archive is damaged, encrypted, too big or climbs out (``../``).
    """
    if not path.exists():
        raise ReadError(str(path), "文件不存在，请检查路径")
    if path.is_dir():
        yield from _folder(path)
        return
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise ReadError(path.name, f"超过上限 {MAX_FILE_BYTES // 2**20} MB，请拆分后重试")
        content = path.read_bytes()
    except OSError as error:
        raise ReadError(path.name, f"打不开（{error.strerror or error}），请检查权限") from error
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")) and _is_archive(content):
        yield from _archive(content, path.name)
    else:
        yield File(path.name, content)


def _folder(root: Path) -> Iterator[File]:
    real = root.resolve()
    found = sorted(p for p in root.rglob("*") if p.is_file() and not _is_skipped(p.relative_to(root).parts))
    if not found:
        raise ReadError(str(root), "文件夹里没有文件，请检查路径")
    if len(found) > MAX_MEMBERS:
        raise ReadError(str(root), f"有 {len(found)} 个文件，一次最多 {MAX_MEMBERS} 个，请分批添加")
    for path in found:
        if not path.resolve().is_relative_to(real):
            yield File(path.name, error=ReadError(path.name, "是指向文件夹之外的链接，未读取，请添加原文件"))
            continue
        try:
            for file in expand(path):
                yield File(
                    f"{path.relative_to(root).parent.as_posix()}/{file.name}".removeprefix("./"),
                    file.content,
                    file.error,
                )
        except ReadError as error:
            yield File(path.name, error=error)


def _is_skipped(parts: tuple[str, ...]) -> bool:
    return any(part.startswith((".", "~$")) or part in _SKIPPED for part in parts)


def _is_archive(content: bytes) -> bool:
    from corpus.readers.sniff import kind_of

    try:
        return kind_of(content, "x.zip")[0] == "zip"
    except ReadError:
        return False


def _archive(content: bytes, name: str) -> Iterator[File]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise ReadError(name, "压缩包已损坏或不完整，请重新获取后重试") from error
    with archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        check_archive(members, len(content), name)
        wanted = [(member_name(m), m) for m in members]
        wanted = sorted(
            ((n, m) for n, m in wanted if not _is_skipped(PurePosixPath(n).parts)), key=lambda pair: pair[0]
        )
        if not wanted:
            raise ReadError(name, "压缩包里没有文件，请检查内容")
        for label, member in wanted:
            if member.filename.lower().endswith(".zip"):
                nested = ReadError(f"{name}/{label}", "是压缩包里的压缩包，未读取，请解压后再添加")
                yield File(f"{name}/{label}", error=nested)
                continue
            try:
                yield File(f"{name}/{label}", read_member(archive, member, name))
            except ReadError as problem:
                yield File(f"{name}/{label}", error=problem)


def check_archive(members: list[zipfile.ZipInfo], packed: int, name: str) -> None:
    """Refuse an archive that climbs out, is encrypted, links, or would unpack beyond the limits.

    Raises:
        ReadError: with the reason and the remedy.
    """
    if len(members) > MAX_MEMBERS:
        raise ReadError(name, f"内有 {len(members)} 个文件，一次最多 {MAX_MEMBERS} 个，请分批添加")
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in (*path.parts, "")[0]:
            raise ReadError(name, f"内有越出目录的路径 {member.filename[:80]}，已整包拒绝，请重新打包后再试")
        if member.flag_bits & 0x1:
            raise ReadError(name, "已加密，请去除密码后重试")
        if (member.external_attr >> 16) & 0o170000 == 0o120000:
            raise ReadError(name, f"内有符号链接 {member.filename[:80]}，已整包拒绝，请重新打包后再试")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > 10 * 2**20 and unpacked > MAX_RATIO * max(packed, 1)):
        raise ReadError(name, f"解压后有 {unpacked // 2**20} MB，像是压缩炸弹，已拒绝，请解压检查后分批添加")


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    """The bytes of one member, never more than its header declares.

    Raises:
        ReadError: damaged, longer than declared, encrypted or packed in a way that is not read.
    """
    try:
        with archive.open(member) as stream:
            content = stream.read(member.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as error:
        raise ReadError(name, f"其中的 {member_name(member)} 已损坏或不完整，请重新获取后重试") from error
    if len(content) > member.file_size:
        raise ReadError(name, f"其中的 {member_name(member)} 比声明的大，像是压缩炸弹，已拒绝")
    return content


def member_name(member: zipfile.ZipInfo) -> str:
    """The member's name, read as GBK where the archive does not say it is UTF-8."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        raw = member.filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    readings = []
    for encoding in ("utf-8", "gb18030"):
        try:
            readings.append(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    # 通知 in GBK is valid UTF-8 too (U+0368 U+05AA): the reading with more Han characters is meant
    return max(readings, key=lambda text: sum("\u4e00" <= char <= "\u9fff" for char in text), default=member.filename)
