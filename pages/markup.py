"""Safe HTML from an answer's blocks: words are escaped, structure is told by the blocks alone.

A question or a notice may hold anything, including ``<script>``, ``[3]`` and ``- ``. Gradio's Markdown is not used: it
leaves ``**80%**的`` as asterisks beside CJK characters. The trap: call :func:`esc` on every value exactly once, at the
place where it enters a template.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable, Sequence

from assistant.blocks import Blocks, Listing, Marker, Paragraph, Runs, Table, lines_of, runs, text_of
from assistant.types import Citation
from corpus.regions import display
from pages.words import CHINESE, Words

_STOPS = "。；，、：？！）”》"
Drawn = Callable[[int], str]
"""How the marker of a number is drawn."""


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


def inline(given: Runs, draw: Drawn) -> str:
    """One line: words escaped, emphasis as ``<strong>``, markers as ``draw`` has them. Markers stay with the character
    before and the stops behind: no line begins with a marker or a stop.

    >>> from assistant.blocks import Text
    >>> inline((Text("达到"), Text("80%", strong=True), Text("的目标")), str)
    '达到<strong>80%</strong>的目标'
    """
    out = held = markers = ""
    for run in given:
        if isinstance(run, Marker):
            markers += draw(run.number)
            continue
        text, stops = run.text, ""
        if markers and not run.strong:
            text = run.text.lstrip(_STOPS)
            stops = run.text[: len(run.text) - len(text)]
        out += _kept(held, markers, stops)
        held = text[-1:] if not run.strong and _holds(text[-1:]) else ""
        words = esc(text.removesuffix(held))
        out += f"<strong>{words}</strong>" if run.strong else words
        markers = ""
    return out + _kept(held, markers)


def _kept(held: str, markers: str, stops: str = "") -> str:
    return f'<span class="nb">{esc(held)}{markers}{esc(stops)}</span>' if markers else esc(held)


def _holds(char: str) -> bool:
    """Whether a marker stays on the line of ``char``: a Chinese character or the end of a figure."""
    return bool(char) and (0x3400 <= ord(char) <= 0x9FFF or char.isdecimal() or char == "%")


def _once(cells: Sequence[Runs]) -> list[Runs]:
    """A row with each marker in its longest cell only, where that has it: 2019年[9] beside its clause reads as 2019年9."""
    longest = max(cells, key=lambda cell: len(text_of(cell)), default=())
    shown = {run for run in longest if isinstance(run, Marker)}
    return [cell if cell is longest else runs(run for run in cell if run not in shown) for cell in cells]


def _table(given: Table, draw: Callable[[Runs], str], say: Words) -> str:
    """An HTML table that scrolls sideways on a narrow page."""
    names = "".join(f'<th scope="col">{draw(name)}</th>' for name in given.head)
    body = []
    for row in given.rows:
        first, *rest = _once(row)
        cells = "".join(f"<td>{draw(cell)}</td>" for cell in rest)
        body.append(f'<tr><th scope="row">{draw(first)}</th>{cells}</tr>')
    return (
        f'<div class="table-wrap" tabindex="0" role="region" aria-label="{say("answer.table")}"><table><thead><tr>{names}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def blocks_html(
    blocks: Blocks, citations: Iterable[Citation] = (), say: Words = CHINESE, marker: Drawn | None = None
) -> str:
    """Blocks as HTML, a paragraph a line, with their markers as chips or as ``marker`` draws.

    >>> from assistant.blocks import Text, prose
    >>> blocks_html((*prose("一句。"), Listing(((Text("甲"),), (Text("乙"),)))))
    '<p>一句。</p><ul><li>甲</li><li>乙</li></ul>'
    """
    by_marker = {citation.marker: citation for citation in citations}

    def drawn(number: int) -> str:
        return marker(number) if marker else chip(by_marker.get(number), number, say)

    def line(given: Runs) -> str:
        return "<br>".join(inline(one, drawn) for one in lines_of(given))

    out: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            out += [f"<p>{inline(one, drawn)}</p>" for one in lines_of(block.runs)]
        elif isinstance(block, Listing):
            out.append(f"<ul>{''.join(f'<li>{line(item)}</li>' for item in block.items)}</ul>")
        else:
            out.append(_table(block, line, say))
    return "".join(out)
