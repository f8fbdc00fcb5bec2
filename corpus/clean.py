"""Clean-up (清洗): from a captured page to the text of the notice, with a record of every edit.

Rules are general, never for one notice: site boilerplate, page numbers, page-break joins, repeats across a page,
white space, and the minority of mixed full- and half-width marks. Characters of the notice are never lost, converted
or invented otherwise. The trap: ``Notice.text`` and so every citation depends on these rules; when one changes, raise
``CLEANER_VERSION`` so that caches and indexes are rebuilt.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from corpus import interleave
from corpus.blobs import with_breaks
from corpus.boilerplate import boilerplate_lines, page_number_lines, title_field
from corpus.joining import display_width, goes_on, page_of
from corpus.numbering import mark_length
from corpus.tables import is_row
from corpus.text import GAP, GAP_MARKER, INVISIBLE, bracket_pairs, is_cjk, ordinary
from corpus.types import Change, Gap, Span

CLEANER_VERSION = "9"
_LATIN_END, _LATIN_START = re.compile(r"[A-Za-z]*[a-z][A-Za-z]*$"), re.compile(r"[A-Za-z]{2}")
_DOUBLED = 20  # a repeated line shorter than this may be meant (a signature, a table's heading)
_WIDTH = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_LINE_BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """Cleaned text, the edits that led to it and the gaps the capture has."""

    text: str
    changes: tuple[Change, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(slots=True)
class _Line:
    """A line under edit; ``origins`` holds the source offset of each character, so that edits can be located."""

    text: str
    origins: list[int]
    indented: bool = False
    tail: int = 0  # characters of the last line joined into it, indentation counted as two


@dataclass(slots=True)
class _Edit:
    kind: str
    origin: int
    source: str
    result: str = ""


@dataclass(slots=True)
class _Draft:
    lines: list[_Line] = field(default_factory=list)
    edits: list[_Edit] = field(default_factory=list)


def clean(source_text: str) -> Cleaned:
    """The notice in ``source_text`` without what the capture did to it.

    Same input, same output. ``changes`` hold what was removed or rewritten (white space is not listed one by one),
    each located by an offset in the cleaned text.
    """
    source_text = with_breaks(source_text)
    restored = interleave.restore(source_text, GAP_MARKER)
    edits: list[_Edit] = []
    if restored is not None:
        source_text, doubled = restored
        edits += [_Edit("restored", max(source_text.find(sentence), 0), sentence) for sentence in doubled]
    draft = _split(source_text)
    draft.edits += edits
    _drop_boilerplate(draft)
    _join_pages(draft)
    _drop_doubled(draft)
    _unify_width(draft)
    return _finish(draft)


def _split(source: str) -> _Draft:
    """Lines without surrounding white space and without spaces beside Chinese; blank ones dropped."""
    draft = _Draft()
    source = _LINE_BREAKS.sub(lambda match: "\n" * len(match.group()), source)
    offset = 0
    for raw in source.split("\n"):
        kept = [i for i, char in enumerate(raw) if not char.isspace() and char not in INVISIBLE]
        if kept:
            text, origins = _squeezed(raw, kept, offset)
            for at, char in enumerate(text):
                if (plain := ordinary(char)) != char:
                    draft.edits.append(_Edit("width", origins[at], char, plain))
            text = "".join(map(ordinary, text))
            indented = kept[0] >= 2 or raw.startswith("\u3000")
            draft.lines.append(_Line(text, origins, indented, display_width(text) + 2 * indented))
        offset += len(raw) + 1
    return draft


def rebuilt(text: str, changes: tuple[Change, ...]) -> str:
    """The source without white space, from the cleaned ``text`` and the edits alone: what was removed put back, what was
    rewritten as it was. Sentences restored to their place by :mod:`corpus.interleave` are not undone.

    >>> cleaned = clean("甲市\\n— 3 —\\n卫生局。")
    >>> rebuilt(cleaned.text, cleaned.changes)
    '甲市—3—卫生局。'
    """
    pieces: list[str] = []
    position = 0
    for change in changes:
        if change.kind in ("restored", "gap"):
            continue
        pieces += [text[position : change.at], change.source]
        position = change.at + len(change.result)
    return bare("".join([*pieces, text[position:]]))


def bare(text: str) -> str:
    """``text`` without white space and invisible characters, radicals as ordinary characters."""
    return "".join(ordinary(char) for char in text if not char.isspace() and char not in INVISIBLE)


def _squeezed(raw: str, kept: list[int], offset: int) -> tuple[str, list[int]]:
    """The characters of ``raw`` at ``kept`` with their offsets. Of white space inside, one space stays between Latin
    words, in the cells of a table row, and behind a mark that has no stop of its own (第二条 本办法…, 1.1 范围)."""
    pieces: list[str] = []
    origins: list[int] = []
    row = raw[kept[0]] == "|" == raw[kept[-1]]
    mark_end = kept[0] + mark_length(raw, kept[0])
    previous = kept[0]
    for i in kept:
        if i - previous > 1:
            latin = not (is_cjk(raw[i]) or is_cjk(raw[previous]))
            in_cell = row and "|" not in (raw[i], raw[previous])
            if latin or in_cell or previous + 1 == mark_end:
                pieces.append(" ")
                origins.append(offset + previous + 1)
        pieces.append(raw[i])
        origins.append(offset + i)
        previous = i
    return "".join(pieces), origins


def _drop(draft: _Draft, indexes: set[int], kind: str) -> None:
    for index in sorted(indexes):
        draft.edits.append(_Edit(kind, draft.lines[index].origins[0], draft.lines[index].text))
    draft.lines = [line for index, line in enumerate(draft.lines) if index not in indexes]


def _drop_boilerplate(draft: _Draft) -> None:
    _drop(draft, boilerplate_lines([line.text for line in draft.lines]), "boilerplate")
    if draft.lines and (cut := title_field(draft.lines[0].text)):
        first = draft.lines[0]
        draft.edits.append(_Edit("boilerplate", first.origins[0], first.text[:cut]))
        first.text, first.origins = first.text[cut:], first.origins[cut:]
    _drop(draft, page_number_lines([line.text for line in draft.lines]), "page_break")


def _join_pages(draft: _Draft) -> None:
    """Join a line to the one before where the sentence goes on (:mod:`corpus.joining`)."""
    page = page_of([line.text for line in draft.lines], [line.indented for line in draft.lines])
    repeats = _Repeats(draft.lines)
    joined: list[_Line] = []
    begun = False
    for at, line in enumerate(draft.lines):
        if joined and goes_on(
            joined[-1].text, joined[-1].tail, line.text, page=page, at=at, indented=line.indented, begun=begun
        ):
            before = joined[-1]
            repeat = repeats.length(before.text, line.text)
            if repeat:
                draft.edits.append(_Edit("repeat", line.origins[0], line.text[:repeat]))
            space = " " if _LATIN_END.search(before.text[-40:]) and _LATIN_START.match(line.text) else ""
            draft.edits.append(_Edit("page_break", line.origins[repeat] - len(space), "\n", space))
            before.tail = line.tail
            before.text += space + line.text[repeat:]
            before.origins += [line.origins[repeat] - 1] * len(space) + line.origins[repeat:]
        else:
            joined.append(line)
        begun = begun or line.text[-1] == "。"
    draft.lines = joined


def _drop_doubled(draft: _Draft) -> None:
    """Drop a long line that only repeats the one before it: a slip of copying, never of drafting."""
    lines = draft.lines
    same = {
        index
        for index in range(1, len(lines))
        if lines[index].text == lines[index - 1].text
        and len(lines[index].text) >= _DOUBLED
        and not is_row(lines[index].text)
    }
    _drop(draft, same, "repeat")


class _Repeats:
    """How many characters at the head of a line merely repeat the tail of the line before (a page-break slip).

    A repeat of two or more counts when the doubled string stands nowhere else; of one, only when besides that
    the page goes on with punctuation there and the word it ends is used elsewhere (so 人|人享有 is kept).
    """

    def __init__(self, lines: list[_Line]) -> None:
        self._everything = "\n".join(line.text for line in lines)

    def length(self, before: str, after: str) -> int:
        for size in range(min(12, len(before), len(after) - 1), 0, -1):
            word = before[-size:]
            if not after.startswith(word) or not is_cjk(word[0]) or self._everything.count(word * 2):
                continue
            if size >= 2 and len(set(word)) > 1:
                return size
            is_slip = size == 1 and after[1] in "，。；：、）" and word not in "，。、）"
            if is_slip and self._everything.count(before[-2:]) >= 3:
                return size
        return 0


def _unify_width(draft: _Draft) -> None:
    """Where full- and half-width marks are mixed beside Chinese, rewrite the minority as the notice's majority."""
    text = "\n".join(line.text for line in draft.lines)
    target: dict[str, str] = {}
    for narrow, wide in _WIDTH.items():
        narrow_count = sum(1 for i in _beside_chinese(text, narrow))
        wide_count = text.count(wide)
        if narrow_count and wide_count:
            target |= {narrow: wide} if wide_count >= narrow_count else {wide: narrow}
    narrow_count, wide_count = text.count("(") + text.count(")"), text.count("（") + text.count("）")
    if narrow_count and wide_count:
        target |= {"(": "（", ")": "）"} if wide_count >= narrow_count else {"（": "(", "）": ")"}
    if not target:
        return
    for line in draft.lines:
        chars = list(line.text)
        partners = {end: pair for pair in bracket_pairs(line.text) for end in (pair.start, pair.end - 1)}
        for index, char in enumerate(chars):
            if char in target and (char in "()（）" or not char.isascii() or _is_beside(line.text, index)):
                if char in "()" and not _bracket_holds_chinese(line.text, index, partners.get(index)):
                    continue
                chars[index] = target[char]
                draft.edits.append(_Edit("width", line.origins[index], char, target[char]))
        line.text = "".join(chars)


def _is_beside(text: str, index: int) -> bool:
    return (index > 0 and is_cjk(text[index - 1])) or (index + 1 < len(text) and is_cjk(text[index + 1]))


def _beside_chinese(text: str, char: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(char), text) if _is_beside(text, match.start())]


def _bracket_holds_chinese(text: str, index: int, pair: Span | None) -> bool:
    """Whether the bracket at ``index`` stands beside Chinese, or its partner in ``pair`` does."""
    return any(_is_beside(text, end) for end in ((index,) if pair is None else (pair.start, pair.end - 1)))


def _finish(draft: _Draft) -> Cleaned:
    """Put the lines together; turn source offsets of edits into offsets of the cleaned text."""
    origins: list[int] = []
    for line in draft.lines:
        origins += line.origins
        origins.append(line.origins[-1] + 1)
    text = "\n".join(line.text for line in draft.lines)
    changes = tuple(
        Change(edit.kind, min(bisect_left(origins, edit.origin), len(text)), edit.source, edit.result)
        for edit in sorted(draft.edits, key=lambda edit: edit.origin)
    )
    gaps = tuple(Gap(Span(*match.span()), int(match.group(1))) for match in GAP.finditer(text))
    marked = tuple(Change("gap", gap.span.start, "", gap.span.of(text)) for gap in gaps)
    return Cleaned(text, tuple(sorted(changes + marked, key=lambda change: change.at)), gaps)
