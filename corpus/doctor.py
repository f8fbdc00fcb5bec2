"""What is wrong or doubtful in the corpus (文件库体检), as findings with a remedy; ``mend`` does what is safe.

Errors are states that must not be; notes are what staff should know (a missing date, a near-duplicate). The trap: a gap
in a notice's numbering may be the notice's own slip, so it is never "fixed".
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.cache import cache_of
from corpus.captures import notice_warnings
from corpus.errors import CorpusError
from corpus.families import alike_notices
from corpus.journal import locked, pending
from corpus.keeping import recover, versions
from corpus.library import Corpus, load_notice
from corpus.readers import File
from corpus.shelf import SHIPPED, read_tombstones, write_atomically, write_tombstones
from corpus.types import Notice, RelationKind


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. ``code`` is stable; ``error`` tells a fault from a note; ``fixable`` what ``--fix`` mends."""

    code: str
    message: str
    notice_ids: tuple[str, ...] = ()
    error: bool = True
    fixable: bool = False


def check(corpus: Corpus, data_dir: Path) -> list[Finding]:
    """Everything found in a loaded corpus and its folder, faults first."""
    found = [*_files(data_dir), *_notices(corpus.notices), *_likenesses(corpus, data_dir)]
    return sorted(found, key=lambda one: not one.error)


def check_folders(data_dir: Path) -> list[Finding]:
    """Notices that cannot be loaded; for when :func:`corpus.load_corpus` itself fails."""
    found = []
    for folder in sorted((data_dir / "notices").glob("*")) if (data_dir / "notices").is_dir() else ():
        if not folder.is_dir() or folder.name.startswith("."):
            continue
        try:
            load_notice(folder)
        except CorpusError as error:
            message = f"{error}。可用 --fix 移到 {data_dir / 'damaged'} 后重新添加"
            found.append(Finding("damaged", message, (folder.name,), fixable=True))
    return found


def mend(data_dir: Path) -> list[str]:
    """Finish what was interrupted, set damaged notices aside, drop what refers to nothing; says what was done."""
    done: list[str] = []
    with locked(data_dir):
        unfinished = recover(data_dir)
        if unfinished is not None:
            done.append(f"已完成上次中断的操作：{unfinished.notice_id}")
        for finding in check_folders(data_dir):
            if _restored(data_dir / "notices" / finding.notice_ids[0]):
                done.append(f"已由原件恢复 {finding.notice_ids[0]} 的正文")
                continue
            aside = data_dir / "damaged"
            aside.mkdir(exist_ok=True)
            target = aside / finding.notice_ids[0]
            shutil.rmtree(target, ignore_errors=True)
            (data_dir / "notices" / finding.notice_ids[0]).rename(target)
            done.append(f"已把损坏的 {finding.notice_ids[0]} 移到 {target}，请重新添加")
        removed = read_tombstones(data_dir)
        kept = [one for one in removed if (SHIPPED / one).is_dir()]
        if len(kept) < len(removed):
            write_tombstones(data_dir, kept)
            done.append("已删去没有对应文件的移除记录")
        for stray in _orphans(data_dir):
            shutil.rmtree(stray, ignore_errors=True)
            done.append(f"已删去无主目录 {stray.name}")
    return done


def _restored(folder: Path) -> bool:
    """Read the text of a damaged notice anew from its original, where that is the bytes that were added and reads the same;
    facts that people wrote are not in the original, so a damaged ``notice.toml`` is not mended."""
    from corpus.guard import read_guarded

    try:
        report = json.loads((folder / "report.json").read_bytes())
        original = next(folder.glob("original.*")).read_bytes()
        if hashlib.sha256(original).hexdigest() != report["sha256"]:
            return False
        text = read_guarded(File(report["original"], original)).source.text
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest == report["source_sha256"]:
            write_atomically(folder / "source.txt", text)
        elif (
            folder / "source.txt"
        ).read_bytes() == text.encode():  # text and original agree: the record is what changed
            record = json.dumps({**report, "source_sha256": digest}, ensure_ascii=False, indent=1)
            write_atomically(folder / "report.json", record)
        else:
            return False
        load_notice(folder)
    except (OSError, ValueError, KeyError, TypeError, StopIteration, CorpusError):
        return False
    return True


def _files(data_dir: Path) -> list[Finding]:
    found = list(check_folders(data_dir))
    unfinished = pending(data_dir)
    if unfinished is not None:
        found.append(
            Finding(
                "unfinished",
                f"{unfinished.notice_id} 的操作没有做完，请用 --fix 完成",
                (unfinished.notice_id,),
                fixable=True,
            )
        )
    for stray in _orphans(data_dir):
        found.append(Finding("orphan_folder", f"{stray} 不属于任何文件，可用 --fix 删去", fixable=True))
    for removed in read_tombstones(data_dir):
        if not (SHIPPED / removed).is_dir():
            message = f"移除记录 {removed} 没有对应文件，可用 --fix 删去"
            found.append(Finding("stray_tombstone", message, (removed,), error=False, fixable=True))
    found += _changed_originals(data_dir)
    return found


def _orphans(data_dir: Path) -> list[Path]:
    """Staging leftovers, and history of notices that are gone."""
    strays = [*data_dir.glob("notices/.new-*"), *data_dir.glob("notices/.gone-*"), *data_dir.glob("history/.gone-*")]
    for folder in data_dir.glob("history/*"):
        known = (data_dir / "notices" / folder.name).is_dir() or (SHIPPED / folder.name).is_dir()
        if not known and not folder.name.startswith("."):
            strays.append(folder)
    return strays


def _changed_originals(data_dir: Path) -> list[Finding]:
    """Originals that are no longer the bytes that were added."""
    found = []
    for report in sorted(data_dir.glob("notices/*/report.json")):
        notice_id = report.parent.name
        try:
            wanted = json.loads(report.read_text(encoding="utf-8"))["sha256"]
            original = next(report.parent.glob("original.*"))
            same = hashlib.sha256(original.read_bytes()).hexdigest() == wanted
        except (OSError, ValueError, KeyError, TypeError, StopIteration):
            same = False
        if not same:
            found.append(
                Finding("changed_original", f"{notice_id} 的原件缺失或被改动，请重新添加", (notice_id,), error=False)
            )
    return found


def _notices(notices: Sequence[Notice]) -> list[Finding]:
    found = []
    numbers: dict[str, str] = {}
    known = {notice.id for notice in notices}
    for notice in notices:
        name = (notice.id,)
        if notice.issued_on is None:
            found.append(Finding("undated", f"{notice.name} 没有成文日期，无法判断新旧", name, error=False))
        for warning in notice_warnings(notice):
            found.append(Finding("capture", f"{notice.name}：{warning}", name, error=False))
        if notice.number and notice.number in numbers:
            message = f"文号 {notice.number} 属于两份文件：{numbers[notice.number]}、{notice.id}，请移除其一"
            found.append(Finding("same_number", message, (numbers[notice.number], notice.id)))
        if notice.number:
            numbers.setdefault(notice.number, notice.id)
        if notice.replaced_by and notice.replaced_by not in known:
            message = f"{notice.name} 的 replaced_by（{notice.replaced_by}）不在库中，请改正 notice.toml"
            found.append(Finding("dangling", message, name))
        absent = unresolved(notice)
        if absent:
            shown = "、".join(absent[:3]) + ("等" if len(absent) > 3 else "")
            found.append(
                Finding("unresolved", f"{notice.name} 引用的 {len(absent)} 份文件不在库中：{shown}", name, error=False)
            )
    return found


def unresolved(notice: Notice) -> tuple[str, ...]:
    """Names of the documents a notice cites that are not in the corpus, each once."""
    return tuple(
        dict.fromkeys(
            relation.number or f"《{relation.title}》"
            for relation in notice.relations
            if relation.target_id is None and relation.kind is not RelationKind.ISSUES
        )
    )


def _likenesses(corpus: Corpus, data_dir: Path) -> list[Finding]:
    found = []
    for family in alike_notices(corpus.notices, cache_of(data_dir)):
        names = "、".join(corpus.get(one).name for one in family.notice_ids)
        message = f"内容近似（{family.likeness:.0%} 以上）：{names}。各自保留出处；若是同一份请移除其一"
        found.append(Finding("near_duplicate", message, family.notice_ids, error=False))
    for notice in corpus.notices:
        kept = versions(data_dir, notice.id)
        if kept:
            found.append(Finding("history", f"{notice.name} 有 {len(kept)} 个旧版本留存", (notice.id,), error=False))
    return found
