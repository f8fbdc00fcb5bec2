"""A conversation as a document (导出): Markdown, printable HTML, DOCX, each with full references and the scope."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from assistant.keeping.conversations import StoredTurn
from assistant.types import Answer
from corpus.regions import display
from pages.markup import blocks, esc
from pages.words import CHINESE, Words, only_chinese

_TABLE_RULE = re.compile(r"^\s*\|?(\s*:?-{2,}:?\s*\|)+\s*(:?-{2,}:?)?\s*$")
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
PRINT_CSS = (
    "body{font:16px/1.75 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;max-width:46em;margin:2em auto;"
    "padding:0 1em;color:#1f292e}h2{font-size:1.15em;border-top:1px solid #ccc;padding-top:1em}table{border-collapse:"
    "collapse}th,td{border:1px solid #bbb;padding:6px 10px;text-align:left;vertical-align:top;min-width:4em}"
    "th,.nb{white-space:nowrap}.chip{border:0;"
    "background:none;font:inherit;color:#1d5f77;padding:0;font-size:.8em;vertical-align:super;text-decoration:none}.meta,.refs{font-size:"
    ".9em;color:#444}blockquote{margin:.2em 0 .6em 1.5em;color:#333}@media print{body{margin:0;max-width:none}h2{"
    "break-after:avoid}li{break-inside:avoid}}"
)


def _scope(turn: StoredTurn, say: Words) -> str:
    answer, parts = turn.answer, []
    regions = answer.scope.regions or ((answer.scope.region,) if answer.scope.region else ())
    if regions:
        parts.append(say("export.region", names="\u3001".join(display(region) for region in regions)))
    as_of = answer.scope.as_of or turn.profile.as_of
    parts.append(say("export.as_of", day=as_of.isoformat() if as_of else turn.asked_at[:10]))
    parts.append(say("export.corpus", hash=answer.corpus_hash[:12] or say("export.unknown")))
    return say("about.semicolon").join(parts)


def _references(answer: Answer) -> list[tuple[int, str, str]]:
    """``(marker, source, quote)`` of every citation; none for a refusal."""
    if answer.refused:
        return []
    found = []
    for citation in answer.citations:
        number = f"（{citation.notice}）" if citation.notice != citation.title else ""
        source = f"《{citation.title}》{number} {citation.path}".strip()
        found.append((citation.marker, source, " ".join(citation.quote.split())))
    return found


def to_markdown(title: str, turns: Sequence[StoredTurn], say: Words = CHINESE) -> str:
    """GitHub Markdown; what a visitor typed is escaped."""

    def plain(text: str) -> str:
        return re.sub(r"([\\`*_{}<>#|!])", r"\\\1", text)

    parts = [f"# {plain(title)}"]
    for turn in turns:
        parts += [f"## {plain(' '.join(turn.question.split()))}", turn.answer.text, f"*{_scope(turn, say)}*"]
        references = [f"- [{marker}] {source}\n  > {quote}" for marker, source, quote in _references(turn.answer)]
        if references:
            parts.append(f"{say('copy.citations')}\n\n" + "\n".join(references))
    return "\n\n".join(parts) + "\n"


def to_html(title: str, turns: Sequence[StoredTurn], say: Words = CHINESE) -> str:
    """One self-contained page, ready to print or to save as PDF from the browser."""
    parts = []
    for number, turn in enumerate(turns, 1):
        references = "".join(
            f'<li value="{marker}" id="r{number}-{marker}">{esc(source)}<blockquote>{esc(quote)}</blockquote></li>'
            for marker, source, quote in _references(turn.answer)
        )
        listing = f"<ol class=refs>{references}</ol>" if references else ""
        parts.append(
            f"<section><h2>{esc(turn.question)}</h2>{blocks(turn.answer.text, marker=_link(number))}"
            f'<p class="meta">{esc(_scope(turn, say))}</p>{listing}</section>'
        )
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{esc(title)}</title>'
        f"<style>{PRINT_CSS}</style></head><body><h1>{esc(title)}</h1>{''.join(parts)}</body></html>"
    )


def _link(turn: int) -> Callable[[int], str]:
    """Markers of a page that stands alone: links to its own references."""
    return lambda marker: f'<a class="chip" href="#r{turn}-{marker}">[{marker}]</a>'


def to_docx(title: str, turns: Sequence[StoredTurn], say: Words = CHINESE) -> bytes:
    """A Word document; tables become Word tables."""
    from docx import Document
    from docx.oxml.ns import qn

    document = Document()
    style = document.styles["Normal"]
    style.font.name = "Microsoft YaHei"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), only_chinese("font")[0])
    document.core_properties.title = title
    document.core_properties.author = ""
    document.core_properties.created = datetime.now()
    document.add_heading(legal(title), level=1)
    for turn in turns:
        document.add_heading(legal(turn.question), level=2)
        rows: list[list[str]] = []
        for line in [*turn.answer.text.splitlines(), ""]:
            bare = legal(_STRONG.sub(r"\1", line)).strip()
            if bare.startswith("|"):
                if not _TABLE_RULE.match(bare):
                    rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", bare.strip("|"))])
                continue
            if rows:
                _add_table(document, rows)
                rows = []
            if bare:
                document.add_paragraph(bare)
        document.add_paragraph(_scope(turn, say), style="Caption")
        for marker, source, quote in _references(turn.answer):
            document.add_paragraph(legal(f"[{marker}] {source}"))
            document.add_paragraph(legal(f"“{quote}”"), style="Quote")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def legal(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def _add_table(document: object, rows: list[list[str]]) -> None:
    width = max(len(row) for row in rows)
    table = document.add_table(rows=0, cols=width, style="Table Grid")  # type: ignore[attr-defined]
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=False):
            cell.text = text.replace("\\|", "|")
