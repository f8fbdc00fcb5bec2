"""Safe HTML from answer text: everything is escaped, then a handful of structures are added by us.

The text of an answer may hold numbered or dashed lists, GitHub tables and ``[n]`` markers; a question or a notice may
hold anything, including ``<script>``. Gradio's Markdown is not used: it leaves ``**80%**的`` as asterisks beside CJK
characters. The trap: call :func:`esc` on every value exactly once, at the place where it enters a template.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from assistant.types import Citation
from corpus.regions import display
from pages.words import CHINESE, Words

MARKER = re.compile(r"\[(\d{1,3})\]")
_KEPT = re.compile(
    r"([\u3400-\u9fff\d%])?((?:\[\d{1,3}\])+[\u3002\uff1b\uff0c\u3001\uff1a\uff1f\uff01\uff09\u201d\u300b]*)"
)
"""Markers with the character before and the stops behind: no line begins with a marker or a stop."""
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_BULLET = re.compile(r"^\s*[-*•·]\s+(.*)$")
_NUMBERED = re.compile(r"^\s*(\d{1,3})[.．、](?!\d)\s*(.*)$")
Drawn = Callable[[int], str]
_RULE_CELL = re.compile(r"^\s*:?-{2,}:?\s*$")


def esc(text: object) -> str:
    """``text`` as HTML text, safe inside elements and quoted attributes.

    >>> esc('<b title="x">')
    '&lt;b title=&quot;x&quot;&gt;'
    """
    return html.escape(str(text), quote=True)


def chinese(text: object, say: Words = CHINESE) -> str:
    """Escaped Chinese text, marked as such on a page in another language."""
    return f'<span lang="zh-CN">{esc(text)}</span>' if say.native else esc(text)


def place_name(region: str | None, say: Words = CHINESE) -> str:
    """A region path as HTML: the place as it is called, or the word for the whole country."""
    return chinese(display(region), say) if region else esc(say("place.national"))


def fault(message: object, say: Words = CHINESE) -> str:
    """What went wrong and what to do about it, told at once by a screen reader."""
    return f'<p class="lost" role="alert">{chinese(message, say)}</p>'


def chip(citation: Citation | None, marker: int, say: Words = CHINESE) -> str:
    """The clickable marker of a citation, or an inert one while the answer is still being written."""
    if citation is None:
        return f'<span class="chip pending">{marker}</span>'
    label = say("answer.citation", marker=marker, notice=citation.notice, path=citation.path)
    return (
        f'<button type="button" class="chip" data-cite="{marker}" data-notice="{esc(citation.notice_id)}" '
        f'data-start="{citation.start}" data-end="{citation.end}" '
        f'title="{esc(citation.title)} · {esc(citation.path)}" aria-label="{esc(label)}">{marker}</button>'
    )


def inline(text: str, citations: Mapping[int, Citation], say: Words = CHINESE, draw: Drawn | None = None) -> str:
    """One line: escaped, ``**…**`` as ``<strong>``, ``[n]`` as chips, or as ``draw`` has them, kept with the stop behind.

    >>> inline("达到**80%**的目标", {})
    '达到<strong>80%</strong>的目标'
    """

    def marker(match: re.Match[str]) -> str:
        number = int(match[1])
        return draw(number) if draw else chip(citations.get(number), number, say)

    def kept(match: re.Match[str]) -> str:
        return f'<span class="nb">{match[1] or ""}{MARKER.sub(marker, match[2])}</span>'

    return _KEPT.sub(kept, _STRONG.sub(r"<strong>\1</strong>", esc(text)))


def _cells(row: str) -> list[str]:
    """Cells of one table row; ``\\|`` stands for a bar inside a cell."""
    bare = row.strip().removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", bare)]


def _once(cells: Sequence[str]) -> list[str]:
    """A row with each marker in its longest cell only, where that has it: 2019年[9] beside its clause reads as 2019年9.

    >>> _once(["2019年[9]", "2019年，启动考核[9]。", "未写明[9]"])
    ['2019年', '2019年，启动考核[9]。', '未写明']
    """
    longest = max(cells, key=len, default="")
    shown = {m.group() for m in MARKER.finditer(longest)}
    return [c if c is longest else MARKER.sub(lambda m: "" if m.group() in shown else m.group(), c) for c in cells]


def _is_table(lines: Sequence[str], at: int) -> bool:
    return (
        "|" in lines[at]
        and at + 1 < len(lines)
        and "|" in lines[at + 1]
        and all(_RULE_CELL.match(cell) for cell in _cells(lines[at + 1]))
    )


def table(
    head: Sequence[str], rows: Iterable[Sequence[str]], draw: Callable[[str], str] = esc, say: Words = CHINESE
) -> str:
    """An HTML table that scrolls sideways on a narrow page; ``draw`` turns a cell's text into HTML."""
    names = "".join(f'<th scope="col">{draw(name)}</th>' for name in head)
    body = []
    for row in rows:
        cells = "".join(f"<td>{draw(cell)}</td>" for cell in row[1:])
        body.append(f'<tr><th scope="row">{draw(row[0] if row else "")}</th>{cells}</tr>')
    return (
        f'<div class="table-wrap" tabindex="0" role="region" aria-label="{say("answer.table")}"><table><thead><tr>{names}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def blocks(text: str, citations: Iterable[Citation] = (), say: Words = CHINESE, marker: Drawn | None = None) -> str:
    """The text of an answer as HTML blocks: paragraphs, lists and tables, with its markers as chips or as ``marker`` draws.

    >>> blocks("一句。\\n- 甲\\n- 乙")
    '<p>一句。</p><ul><li>甲</li><li>乙</li></ul>'
    """
    by_marker = {citation.marker: citation for citation in citations}

    def draw(line: str) -> str:
        return inline(line, by_marker, say, marker)

    lines = text.splitlines()
    out: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
        elif _is_table(lines, at):
            stop = at + 2
            while stop < len(lines) and "|" in lines[stop]:
                stop += 1
            out.append(table(_cells(line), [_once(_cells(row)) for row in lines[at + 2 : stop]], draw, say))
            at = stop
        elif _BULLET.match(line):
            items = []
            while at < len(lines) and (match := _BULLET.match(lines[at])):
                items.append(f"<li>{draw(match[1])}</li>")
                at += 1
            out.append(f"<ul>{''.join(items)}</ul>")
        elif _NUMBERED.match(line):
            items = []
            while at < len(lines) and (match := _NUMBERED.match(lines[at])):
                items.append(f'<li value="{int(match[1])}">{draw(match[2])}</li>')
                at += 1
            out.append(f"<ol>{''.join(items)}</ol>")
        else:
            out.append(f"<p>{draw(line)}</p>")
            at += 1
    return "".join(out)
