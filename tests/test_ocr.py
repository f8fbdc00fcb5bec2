"""A scanned notice goes in through ``assistant add`` where the OCR extra is installed, and says that it was recognised."""

from __future__ import annotations

import importlib.util
import io
import shutil
import subprocess
from pathlib import Path

import pytest
from corpus_fakes import TinyEmbedder, plain_notice, settings_for

from assistant.keeping.keeper import add
from corpus.library import load_corpus

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(importlib.util.find_spec("rapidocr") is None, reason="the ocr extra is not installed"),
]
LINES = plain_notice(title="关于规范共享设备收费的通知").splitlines()


def _chinese_font() -> str:
    program = shutil.which("fc-match")
    found = program and subprocess.run(
        [program, "-f", "%{file}", ":lang=zh-cn"], capture_output=True, text=True, check=True
    )
    if not found or not found.stdout or not subprocess.run(
        ["fc-list", ":lang=zh-cn"], capture_output=True, check=True
    ).stdout:  # fmt: skip
        pytest.skip("no Chinese font to draw a scan with")
    return found.stdout


def _scan(path: Path) -> None:
    """A page of ``LINES`` as grey pixels, without a text layer."""
    from PIL import Image, ImageDraw, ImageFont
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    font = ImageFont.truetype(_chinese_font(), 44)
    page = Image.new("L", (1654, 2339), 250)  # A4 at 200 dpi
    draw = ImageDraw.Draw(page)
    for row, line in enumerate(LINES):
        draw.text((160, 200 + 90 * row), line, fill=25, font=font)
    picture = io.BytesIO()
    page.save(picture, "PNG")
    canvas = Canvas(str(path), pagesize=(595, 842))
    canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
    canvas.save()


def test_a_scan_is_added_and_its_words_are_found(tmp_path: Path) -> None:
    _scan(tmp_path / "扫描.pdf")
    outcome = add(settings_for(tmp_path / "var"), [tmp_path / "扫描.pdf"], embedder=TinyEmbedder())
    assert not outcome.failed, outcome.failed
    [one] = outcome.added
    assert any("第 1 页由 OCR 识别" in warning for warning in one.warnings)
    notice = load_corpus(tmp_path / "var").get(one.notice.id)
    assert (notice.number, notice.region) == ("某府发〔2021〕3号", "广东省/湛江市")
    wanted = "".join(LINES)
    read = notice.text.replace("\n", "")
    assert sum(char in read for char in wanted) / len(wanted) > 0.97
    assert "91.5%" in read and "二、规范设备共享" in read
