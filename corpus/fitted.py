"""Numbers fitted on data, and those chosen by hand beside them (拟合数值): ``fitted.toml``, read once a process.

The file stands in the lowest layer, beside the lexicon, so that corpus, index and assistant all read it; weights of models
stay in their ``.npz``. A table named after a step of ``python -m training`` is rewritten by that step alone
(:mod:`training.numbers`); the others are named after the module that reads them, and their entries are marked ``chosen``.
The trap: a number is read when its module is imported, so a changed file is seen by the next process only.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from corpus.errors import FittedError

FILE = Path(__file__).parent / "fitted.toml"


def number(name: str, path: Path = FILE) -> float:
    """The number at ``name``, tables and key joined by dots.

    Raises:
        FittedError: there is no such number.

    >>> 0 < number("query.kinds.pattern") <= 1
    True
    """
    found = _entry(name, path)
    if not isinstance(found, float):
        raise FittedError(_message(name, path, "小数"))
    return found


def whole(name: str, path: Path = FILE) -> int:
    """The whole number at ``name``.

    Raises:
        FittedError: there is none.
    """
    found = _entry(name, path)
    if not isinstance(found, int) or isinstance(found, bool):
        raise FittedError(_message(name, path, "整数"))
    return found


def weights(name: str, path: Path = FILE) -> Mapping[str, float]:
    """Numbers by name, of one line of weights.

    Raises:
        FittedError: there is none, or it holds something else.
    """
    found = _entry(name, path)
    if not isinstance(found, dict) or not found or not all(isinstance(value, float) for value in found.values()):
        raise FittedError(_message(name, path, "一组小数"))
    return MappingProxyType(found)


def _entry(name: str, path: Path) -> object:
    found: object = _read(path)
    for part in name.split("."):
        if not isinstance(found, dict) or part not in found:
            raise FittedError(_message(name, path, "数值"))
        found = found[part]
    return found


@cache
def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FittedError(f"{path} 读不了，请恢复发行版里的这个文件或重新安装") from error


def _message(name: str, path: Path, what: str) -> str:
    return f"{path} 里没有{what} {name}，请恢复发行版里的这个文件，或用 python -m training 重新拟合"
