"""What the tests of adding and keeping share: a cheap embedder, small notices, and settings or an assistant over a temporary
data folder."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from assistant.keeping.keeper import add
from assistant.service import Assistant
from assistant.settings import Settings
from corpus.intake import prepare
from corpus.library import Corpus
from corpus.readers import File
from corpus.relations import link, references
from corpus.types import Notice
from index.types import Matrix, TextRole


class TinyEmbedder:
    """A text's hash as a unit vector of 16 numbers: no meaning, no cost, the same every time."""

    fingerprint = "tiny-16"

    def __init__(self) -> None:
        self.embedded = 0

    def embed(self, texts: Sequence[str], role: TextRole) -> Matrix:
        self.embedded += len(texts)
        rows = [np.frombuffer(hashlib.sha256(text.encode()).digest(), dtype=np.uint16) for text in texts]
        out = np.array(rows, dtype=np.float32).reshape(len(texts), 16) - 32768.0
        return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True), dtype=np.float32)


def settings_for(data_dir: Path) -> Settings:
    return Settings.load(data_dir=data_dir)


def plain_notice(number: str = "某府发〔2021〕3号", title: str = "关于印发某办法的通知", extra: str = "") -> str:
    """A small notice of 湛江市 as text."""
    return f"""湛江市人民政府{title}
{number}
各县（市、区）人民政府：
现将有关事项通知如下，请认真贯彻执行。
一、建立远程会诊协作网
到2024年底，乡镇卫生院远程会诊覆盖率达到91.5%以上。
二、规范设备共享
共享设备的检查费用按成交价的八成结算，按季度公布。{extra}
湛江市人民政府
2021年5月6日
"""


def city_notice(
    title: str, number: str, issued: str, items: Sequence[str], ends: str, body: str = "南平市卫生健康委员会"
) -> str:
    """A notice of 南平市 as text: numbered items (heading and clause apart), and what it says last."""
    numbered = "\n".join(f"{n}、{item}" for n, item in zip("一二三四五", items, strict=False))
    return f"{body}\n{title}\n{number}\n各县（市、区）卫生健康局，市直各医院：\n现就有关事项通知如下。\n{numbered}\n{ends}\n{body}\n{issued}\n"


def linked(*texts: str) -> tuple[Notice, ...]:
    """Notices read from texts, each knowing what the others do to it."""
    read = [prepare(File(f"{at}.txt", text.encode()), Corpus((), "")).notice for at, text in enumerate(texts)]
    return link(read, [references(n.text) for n in read])


def assistant_with(texts: Sequence[str], base: Path, folder: Path, today: date) -> Assistant:
    """An assistant on the day ``today`` over a copy of the data folder ``base`` to which ``texts`` are added."""
    shutil.copytree(base, folder / "var")
    settings = settings_for(folder / "var").model_copy(update={"today": today})
    paths = [folder / f"{at}.txt" for at in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    assert not add(settings, paths).failed
    return Assistant.from_settings(settings)


def run_killed(data_dir: Path, operation: str, argument: str, at: int, counted: str = "") -> None:
    """In a process of its own: ``add`` a file or ``remove`` an id, killed (SIGKILL) before change number ``at``.

    With ``counted``, nothing is killed and the number of steps is written to that file.
    """
    import os
    import signal

    import corpus.keeping
    import index.build
    import index.writing
    from assistant.keeping import keeper

    steps = 0

    def step(name: str = "") -> None:
        nonlocal steps
        steps += 1
        if steps == at and not counted:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(original: Any) -> Any:
        def call(*arguments: Any, **options: Any) -> Any:
            step()
            result = original(*arguments, **options)
            step()
            return result

        return call

    corpus.keeping._step = step
    for module, names in ((index.writing, ("write_saved", "write_manifest")), (index.build, ("point_to", "clear"))):
        for name in names:
            setattr(module, name, around(getattr(module, name)))
    settings = settings_for(data_dir)
    if operation == "add":
        keeper.add(settings, [Path(argument)], embedder=TinyEmbedder())
    else:
        keeper.remove(settings, argument, embedder=TinyEmbedder())
    if counted:
        Path(counted).write_text(str(steps), encoding="ascii")
