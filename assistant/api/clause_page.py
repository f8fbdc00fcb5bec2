"""A notice as a page for people (原文网页), the cited passage marked: where the links of citations lead.

Stands alone: no script, no font, nothing from elsewhere. The trap: a notice's text may hold markup, so all of it is escaped.
"""

from __future__ import annotations

from datetime import date
from html import escape

from corpus.inforce import standing
from corpus.regions import display
from corpus.types import Notice

_STYLE = (
    "body{font:17px/1.8 'Noto Serif CJK SC','Songti SC',SimSun,serif;max-width:46em;margin:2em auto;padding:0 1em;color:#222}"
    "h1{font-size:1.3em}dl{color:#555;font-size:.9em;display:grid;grid-template-columns:max-content 1fr;gap:.1em 1em}dd{margin:0}"
    "p{margin:.5em 0;white-space:pre-wrap}mark{background:#fff2b3;padding:.1em 0}@media(prefers-color-scheme:dark){body{"
    "background:#16191b;color:#ddd}dl{color:#aaa}mark{background:#5c4a00;color:#fff}}"
)


def clause_page(notice: Notice, start: int = 0, end: int = 0) -> str:
    """HTML of the whole notice; ``[start, end)`` is marked where it lies in the text, and jumped to with ``#cited``."""
    text = notice.text
    start, end = (start, min(end, len(text))) if 0 <= start < end and start < len(text) else (0, 0)
    facts = {
        "文号": notice.number or "无", "发文机关": notice.issuer or "未写明", "地区": display(notice.region),
        "印发": notice.issued_on.isoformat() if notice.issued_on else "日期不详",
        "状态": standing(notice, date.today()).status.value,
    }  # fmt: skip
    rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts.items())
    before, cited, after = (escape(text[a:b]) for a, b in ((0, start), (start, end), (end, len(text))))
    marked = f"{before}{'<mark id=cited>' + cited + '</mark>' if cited else ''}{after}"
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(notice.title)}</title><style>{_STYLE}</style></head><body><h1>{escape(notice.title)}</h1>"
        f"<dl>{rows}</dl><p>{marked}</p></body></html>"
    )
