"""What the tests of adding and keeping share: a cheap embedder and settings over a temporary data folder."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.settings import Settings
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
