"""Which version of this program's files a data folder holds (数据格式), so that another's are refused by name.

It stands alone because the reader of a folder and its writer must agree on it before anything else is read. A folder
without a stamp is of the first format. The trap: raise ``FORMAT`` only where an older program would misread what is written.
"""

from __future__ import annotations

from pathlib import Path

from corpus.errors import KeepingError

FORMAT = 1
NAME = "format"


def check_format(data_dir: Path) -> None:
    """Refuse a data folder of another format.

    Raises:
        KeepingError: written by a newer version, or the stamp is damaged.
    """
    try:
        found = (data_dir / NAME).read_text(encoding="ascii").strip()
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, UnicodeDecodeError):
        found = "?"
    if found == str(FORMAT):
        return
    if found.isdecimal() and int(found) > FORMAT:
        raise KeepingError(
            f"数据目录 {data_dir} 的格式为 {found}，是较新的版本写的，本版本只认到 {FORMAT}。请升级本程序，或用原来的备份恢复。"
        )
    raise KeepingError(
        f"数据目录 {data_dir} 的格式标记 {NAME} 写的是“{found[:20]}”，不认识。"
        f"若目录完好，请把它改为 {FORMAT}；否则请由备份恢复（assistant restore）。"
    )


def write_format(data_dir: Path) -> None:
    """Stamp a folder that has no stamp yet."""
    path = data_dir / NAME
    if not path.exists():
        path.write_text(f"{FORMAT}\n", encoding="ascii")
