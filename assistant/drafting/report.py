"""A checked draft as a page or a Word document (核对报告): each sentence, its verdict in words and colour, its clauses.

Structure in, text out; nothing is read back. The page stands alone: no script, no font, no link to anywhere but its own
clauses, so it can be mailed. The trap: a draft may hold markup, so every text is escaped.
"""

from __future__ import annotations

import io
from html import escape
from typing import Any

from assistant.drafting.draft import CheckedDraft, CheckedSentence
from assistant.drafting.gbt9704 import a4
from corpus.text import printable

WORDS = {"supported": "有据", "contradicted": "与原文不符", "unsupported": "未找到依据", "none": ""}
_COLOURS = {"supported": "1a7f37", "contradicted": "b42318", "unsupported": "9a6700", "none": "444444"}
_STYLE = (
    "body{font:16px/1.7 'Noto Serif CJK SC','Songti SC',SimSun,serif;max-width:52em;margin:2em auto;padding:0 1em;color:#222}"
    "details{margin:.2em 0 .6em 1.5em}summary{cursor:pointer}blockquote{margin:.3em 0;padding:.2em .8em;border-left:3px solid #bbb}"
    ".mark{font-weight:bold;margin-right:.5em}.remark{margin-left:1.5em;color:#b42318}.path{color:#666;font-size:.9em}"
)


def summary(draft: CheckedDraft) -> str:
    """One line: how many sentences, and how they fared."""
    counts = "，".join(f"{WORDS[s]} {draft.count(s)} 句" for s in ("supported", "contradicted", "unsupported"))
    noted = sum(bool(s.remarks) for s in draft.sentences)
    return f"共核对 {len(draft.sentences) - draft.count('none')} 句：{counts}" + (
        f"；另有 {noted} 处文件提示" if noted else ""
    )


def record(draft: CheckedDraft) -> dict[str, Any]:
    """The draft as JSON."""
    return {
        "name": draft.name,
        "counts": {s: draft.count(s) for s in WORDS},
        "sentences": [
            {
                "text": s.text,
                "start": s.span.start,
                "end": s.span.end,
                "verdict": s.status,
                "reason": s.reason,
                "remarks": list(s.remarks),
                "evidence": [
                    {
                        "notice": c.notice,
                        "notice_id": c.notice_id,
                        "start": c.start,
                        "end": c.end,
                        "quote": c.quote,
                        "path": c.path,
                    }
                    for c in s.clauses
                ],
            }
            for s in draft.sentences
        ],
    }


def text_report(draft: CheckedDraft) -> str:
    """For a terminal: what is not in order, with what the notice says."""
    lines = [f"{draft.name}：{summary(draft)}"]
    for sentence in draft.sentences:
        if sentence.status in ("contradicted", "unsupported") or sentence.remarks:
            lines.append(f"\n[{WORDS[sentence.status] or '提示'}] {sentence.text}")
            if sentence.status in ("contradicted", "unsupported"):
                lines.append(f"  {sentence.reason}")
            lines += [f"  注意：{remark}" for remark in sentence.remarks]
            if sentence.status == "contradicted":
                lines += [f"  原文（{c.notice}）：{c.quote}" for c in sentence.clauses]
    return "\n".join(lines)


def html_report(draft: CheckedDraft) -> str:
    """A page that stands alone; each sentence opens its clauses."""
    body = "".join(_html(s) for s in draft.sentences)
    title = escape(f"核对报告：{draft.name}")
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>'
        f"<body><h1>{title}</h1><p>{escape(summary(draft))}</p>{body}</body></html>\n"
    )


def _html(sentence: CheckedSentence) -> str:
    text, word, colour = escape(sentence.text), WORDS[sentence.status], _COLOURS[sentence.status]
    remarks = "".join(f'<p class="remark">{escape(r)}</p>' for r in sentence.remarks)
    if not word:
        return f"<p>{text}</p>{remarks}"
    quotes = "".join(
        f'<blockquote>{escape(c.quote)}<div class="path">{escape(c.notice)} {escape(c.path)}</div></blockquote>'
        for c in sentence.clauses
    )
    opened = " open" if sentence.status == "contradicted" else ""
    return (
        f'<p><span class="mark" style="color:#{colour}">{word}</span>{text}</p>{remarks}'
        f"<details{opened}><summary>{escape(sentence.reason)}</summary>{quotes}</details>"
    )


def word_report(draft: CheckedDraft) -> bytes:
    """A DOCX file."""
    from docx import Document
    from docx.shared import RGBColor

    document = Document()
    a4(document)
    document.add_heading(printable(f"核对报告：{draft.name}"), 1)
    document.add_paragraph(summary(draft))
    for sentence in draft.sentences:
        paragraph = document.add_paragraph()
        if WORDS[sentence.status]:
            mark = paragraph.add_run(f"［{WORDS[sentence.status]}］")
            mark.bold = True
            mark.font.color.rgb = RGBColor.from_string(_COLOURS[sentence.status].upper())
        paragraph.add_run(printable(sentence.text))
        for remark in sentence.remarks:
            document.add_paragraph(printable(f"注意：{remark}"), style="List Bullet")
        if sentence.status in ("contradicted", "unsupported"):
            document.add_paragraph(printable(sentence.reason), style="List Bullet")
        for clause in sentence.clauses:
            document.add_paragraph(printable(f"{clause.notice} {clause.path}：{clause.quote}"), style="Intense Quote")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
