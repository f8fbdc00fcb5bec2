"""Text of scanned pages by RapidOCR, whose models are in its wheel; only used where the ``ocr`` extra is installed.

It stands alone so that nothing else needs the extra. The trap: recognised text has errors that look like text, so
every page it fills is named in a warning.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from corpus.readers.pdf_layout import Line

_SCALE = 200 / 72  # pixels a point: 200 dpi
_SURE = 0.5


def recognise(content: bytes, page_numbers: Sequence[int]) -> dict[int, list[Line]]:
    """Lines of the pages with these numbers (from 1), boxes in points."""
    import numpy as np
    import pypdfium2
    from rapidocr import RapidOCR

    engine = RapidOCR(params={"Global.log_level": "error"})
    document = pypdfium2.PdfDocument(content)
    try:
        found: dict[int, list[Line]] = {}
        for number in page_numbers:
            page = document[number - 1]
            image = np.asarray(page.render(scale=_SCALE).to_pil().convert("RGB"))
            found[number] = _lines(engine(image[:, :, ::-1]), float(page.get_height()))
        return found
    finally:
        document.close()


def _lines(result: Any, page_height: float) -> list[Line]:
    if result.boxes is None:
        return []
    lines: list[Line] = []
    for box, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        if score < _SURE or not text.strip():
            continue
        xs, ys = [float(p[0]) / _SCALE for p in box], [float(p[1]) / _SCALE for p in box]
        size = round((max(ys) - min(ys)) / 1.2, 0)
        lines.append(Line(text.strip(), min(xs), max(xs), min(ys), max(ys), size, page_height))
    return sorted(lines, key=lambda line: (line.top, line.x0))
