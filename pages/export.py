"""A conversation as a document (导出): Markdown, printable HTML, DOCX, each with full references and the scope."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from assistant.blocks import Block, Blocks, Listing, Marker, Paragraph, Run, Runs, Text, lines_of
from assistant.drafting.gbt9704 import a4
from assistant.keeping.conversations import StoredTurn
from assistant.types import Answer
from corpus.regions import display
from pages.markup import blocks_html, esc
from pages.words import CHINESE, Words, only_chinese

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph as WordParagraph

_SIGNS = re.compile(r"([\\`*_{}<>#|!])")
_BEGINS_ITEM = re.compile(r"^(\s*\d*)([-+.)])(?=\s|$)")
PRINT_CSS = (
    "body{font:16px/1.75 'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;max-width:46em;margin:2em auto;"
    "padding:0 1em;color:#1f292e}h2{font-size:1.15em;border-top:1px solid #ccc;padding-top:1em}table{border-collapse:"
    "collapse}th,td{border:1px solid #bbb;padding:6px 10px;text-align:left;vertical-align:top;min-width:4em}"
    "th,.nb{white-space:nowrap}.chip{border:0;"
    "background:none;font:inherit;color:#1d5f77;padding:0;font-size:.8em;vertical-align:super;text-decoration:none}.meta,.refs{font-size:"
    ".9em;color:#444}blockquote{margin:.2em 0 .6em 1.5em;color:#333}@media print{body{margin:0;max-width:none}h2{"
    "break-after:avoid}li{break-inside:avoid}}"
)


def _headed(title: str, turns: Sequence[StoredTurn]) -> str:
    """What stands on top: of one question the question itself, which is not said again below."""
    return turns[0].question if len(turns) == 1 else title


def _scope(turn: StoredTurn, say: Words) -> str:
    answer, parts = turn.answer, []
    regions = answer.scope.regions or ((answer.scope.region,) if answer.scope.region else ())
    if regions:
        parts.append(say("export.region", names="\u3001".join(display(region) for region in regions)))
    as_of = answer.scope.as_of or turn.profile.as_of
    parts.append(say("export.as_of", day=as_of.isoformat() if as_of else turn.asked_at[:10]))
    parts.append(say("export.corpus", hash=answer.corpus_hash[:12] or say("export.unknown")))
    return say("about.semicolon").join(parts)


def _references(answer: Answer, say: Words) -> list[tuple[int, str, str]]:
    """``(marker, source, quote)`` of every citation, a document named in full once; none for a refusal."""
    if answer.refused:
        return []
    found = []
    first: dict[str, int] = {}
    for citation in answer.citations:
        number = f"（{citation.notice}）" if citation.notice != citation.title else ""
        known = first.setdefault(citation.notice_id, citation.marker)
        named = say("export.same", marker=known) if known != citation.marker else f"《{citation.title}》{number}"
        source = f"{named} {citation.path}".strip()
        found.append((citation.marker, source, " ".join(citation.quote.split())))
    return found


def to_markdown(title: str, turns: Sequence[StoredTurn], say: Words = CHINESE) -> str:
    """GitHub Markdown; words that would be signs are escaped."""
    parts = [f"# {_escaped(title)}"] if len(turns) != 1 else []
    for turn in turns:
        asked = _escaped(" ".join(turn.question.split()))
        parts += [f"{'##' if parts else '#'} {asked}", markdown_of(turn.answer.blocks), f"*{_scope(turn, say)}*"]
        references = [
            f"- [{marker}] {_escaped(source)}\n  > {_escaped(quote)}"
            for marker, source, quote in _references(turn.answer, say)
        ]
        if references:
            parts.append(f"{say('copy.citations')}\n\n" + "\n".join(references))
    return "\n\n".join(parts) + "\n"


def markdown_of(blocks: Blocks) -> str:
    """Blocks as GitHub Markdown."""
    return "\n\n".join(map(_markdown, blocks))


def _markdown(block: Block) -> str:
    if isinstance(block, Paragraph):
        return "\\\n".join(map(_line, lines_of(block.runs)))
    if isinstance(block, Listing):
        return "\n".join(f"- {_cell(item)}" for item in block.items)
    head, *rows = (f"| {' | '.join(map(_cell, row))} |" for row in (block.head, *block.rows))
    return "\n".join([head, f"|{' --- |' * len(block.head)}", *rows])


def _cell(given: Runs) -> str:
    return "<br>".join(map(_line, lines_of(given)))


def _line(given: Runs) -> str:
    return "".join(map(_run, given))


def _run(run: Run) -> str:
    if isinstance(run, Marker):
        return f"[{run.number}]"
    return f"**{_escaped(run.text)}**" if run.strong else _escaped(run.text)


def _escaped(text: str) -> str:
    return _BEGINS_ITEM.sub(r"\1\\\2", _SIGNS.sub(r"\\\1", text))


def to_html(title: str, turns: Sequence[StoredTurn], say: Words = CHINESE) -> str:
    """One self-contained page, ready to print or to save as PDF from the browser."""
    parts = []
    for number, turn in enumerate(turns, 1):
        references = "".join(
            f'<li value="{marker}" id="r{number}-{marker}">{esc(source)}<blockquote>{esc(quote)}</blockquote></li>'
            for marker, source, quote in _references(turn.answer, say)
        )
        listing = f"<ol class=refs>{references}</ol>" if references else ""
        asked = f"<h2>{esc(turn.question)}</h2>" if len(turns) > 1 else ""
        parts.append(
            f"<section>{asked}{blocks_html(turn.answer.blocks, marker=_link(number))}"
            f'<p class="meta">{esc(_scope(turn, say))}</p>{listing}</section>'
        )
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{esc(title)}</title>'
        f"<style>{PRINT_CSS}</style></head><body><h1>{esc(_headed(title, turns))}</h1>{''.join(parts)}</body></html>"
    )


def _link(turn: int) -> Callable[[int], str]:
    """Markers of a page that stands alone: links to its own references."""
    return lambda marker: f'<a class="chip" href="#r{turn}-{marker}">[{marker}]</a>'


def to_docx(title: str, turns: Sequence[StoredTurn], say: Words = CHINESE) -> bytes:
    """A Word document; tables become Word tables."""
    from docx import Document
    from docx.oxml.ns import qn

    document = Document()
    a4(document)
    style = document.styles["Normal"]
    style.font.name = "Microsoft YaHei"
    style.element.rPr.rFonts.set(qn("w:eastAsia"), only_chinese("font")[0])
    document.core_properties.title = title
    document.core_properties.author = ""
    document.core_properties.created = datetime.now()
    document.add_heading(legal(_headed(title, turns)), level=1)
    for turn in turns:
        if len(turns) > 1:
            document.add_heading(legal(turn.question), level=2)
        for block in turn.answer.blocks:
            _add_block(document, block)
        document.add_paragraph(_scope(turn, say), style="Caption")
        for marker, source, quote in _references(turn.answer, say):
            document.add_paragraph(legal(f"[{marker}] {source}"))
            document.add_paragraph(legal(f"“{quote}”"), style="Quote")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def legal(text: str) -> str:
    """Without the control characters that XML cannot hold."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", text)


def _add_block(document: WordDocument, block: Block) -> None:
    if isinstance(block, Paragraph):
        for line in lines_of(block.runs):
            _add_runs(document.add_paragraph(), line)
    elif isinstance(block, Listing):
        for item in block.items:
            _add_runs(document.add_paragraph(style="List Bullet"), item)
    else:
        table = document.add_table(rows=0, cols=len(block.head), style="Table Grid")
        for row in (block.head, *block.rows):
            for cell, given in zip(table.add_row().cells, row, strict=False):
                _add_runs(cell.paragraphs[0], given)


def _add_runs(paragraph: WordParagraph, given: Runs) -> None:
    for run in given:
        text = f"[{run.number}]" if isinstance(run, Marker) else legal(run.text)
        paragraph.add_run(text).bold = (isinstance(run, Text) and run.strong) or None
