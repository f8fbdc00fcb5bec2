"""How answers call a notice (文件的称呼): its document number, or its short title where it has none.

It stands alone because every answerer, the page and the exports must use the same name for the same notice.
"""

from __future__ import annotations

import re

from corpus.types import Notice


def short_title(notice: Notice) -> str:
    """The title without 关于印发…的通知 around it."""
    inner = re.search(r"关于印发(?P<t>.+?)的?通知$", notice.title) or re.search(r"《(?P<t>[^》]+)》", notice.title)
    return inner["t"] if inner else notice.title


def said_by(notice: Notice) -> str:
    """How an answer names a notice: its number, or 《short title》."""
    return notice.number or f"《{short_title(notice)}》"
