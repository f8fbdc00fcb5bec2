"""Clean-up (清洗): from a captured page to the text of the notice, with a record of every edit.

Rules are general, never for one notice: site boilerplate, page numbers, page-break joins, repeats across a page,
white space, and the minority of mixed full- and half-width marks. Characters of the notice are never lost, converted
or invented otherwise. The trap: ``Notice.text`` and so every citation depends on these rules; when one changes, raise
``CLEANER_VERSION`` so that caches and indexes are rebuilt.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from corpus import interleave
from corpus.boilerplate import BACK_MATTER, TITLE_END, boilerplate_lines, page_number_lines
from corpus.numbering import parse_mark
from corpus.tables import is_row
from corpus.text import GAP, GAP_MARKER, INVISIBLE, bracket_pairs, is_cjk
from corpus.types import Change, Gap, Span

CLEANER_VERSION = "7"
_TERMINAL = "。！？；：!?;:…"
_LATIN_END, _LATIN_START = re.compile(r"[A-Za-z]*[a-z][A-Za-z]*$"), re.compile(r"[A-Za-z]{2}")
_NEVER_FIRST = "，。、；：！？）〕】》”’,;)"
_DOCUMENT_NUMBER = re.compile(r"^[^\s，。]{1,14}[〔\[［(（]\d{4}[〕\]］)）]第?\d+号$")
_DATE_LINE = re.compile(
    r"^[\d〇○零一二三四五六七八九十]{4}年[\d一二三四五六七八九十]{1,3}月[\d一二三四五六七八九十]{1,3}日(?:印发)?$"
)
_NARROWEST = 16  # characters a line of hard-wrapped text has at least
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
            text, origins, previous = "", list[int](), kept[0]
            for i in kept:
                if i - previous > 1 and not (is_cjk(raw[i]) or is_cjk(raw[previous])):
                    text += " "
                    origins.append(offset + previous + 1)
                text += raw[i]
                origins.append(offset + i)
                previous = i
            indented = kept[0] >= 2 or raw.startswith("\u3000")
            draft.lines.append(_Line(text, origins, indented, len(text) + 2 * indented))
        offset += len(raw) + 1
    return draft


def _drop(draft: _Draft, indexes: set[int], kind: str) -> None:
    for index in sorted(indexes):
        draft.edits.append(_Edit(kind, draft.lines[index].origins[0], draft.lines[index].text))
    draft.lines = [line for index, line in enumerate(draft.lines) if index not in indexes]


def _drop_boilerplate(draft: _Draft) -> None:
    _drop(draft, boilerplate_lines([line.text for line in draft.lines]), "boilerplate")
    _drop(draft, page_number_lines([line.text for line in draft.lines]), "page_break")


def _join_pages(draft: _Draft) -> None:
    """Join a line to the one before where a sentence is open there and no numbering starts here."""
    width = _wrap_width(draft.lines)
    everything = "\n".join(line.text for line in draft.lines)
    joined: list[_Line] = []
    begun = False
    for line in draft.lines:
        if joined and _is_open(joined[-1], line, width, begun):
            before = joined[-1]
            repeat = _repeat_length(before.text, line.text, everything)
            if repeat:
                draft.edits.append(_Edit("repeat", line.origins[0], line.text[:repeat]))
            space = " " if _LATIN_END.search(before.text) and _LATIN_START.match(line.text) else ""
            draft.edits.append(_Edit("page_break", line.origins[repeat] - len(space), "\n", space))
            before.tail = line.tail
            before.text += space + line.text[repeat:]
            before.origins += [line.origins[repeat] - 1] * len(space) + line.origins[repeat:]
        else:
            joined.append(line)
        begun = begun or line.text[-1] == "。"
    draft.lines = joined


def _wrap_width(lines: list[_Line]) -> int:
    """Characters a line where text was hard-wrapped (as in a PDF), else 0."""
    lengths = Counter(line.tail for line in lines)
    total = sum(lengths.values())
    for width in sorted(lengths, reverse=True):
        near = sum(count for length, count in lengths.items() if width - 3 <= length <= width)
        beyond = sum(count for length, count in lengths.items() if length > width)
        if _NARROWEST <= width <= 60 and near >= 0.4 * total and total >= 8 and beyond <= 0.05 * total:
            return width
    return 0


def _is_open(last: _Line, line: _Line, width: int, begun: bool) -> bool:
    """Whether the sentence at the end of ``last`` goes on in ``line``."""
    before = last.text
    if is_row(before) or is_row(line.text):
        return False
    if line.text[0] in _NEVER_FIRST and before[-1] not in _TERMINAL:
        return True
    full = width > 0 and last.tail >= width - 1 and not line.indented
    if _DATE_LINE.match(line.text) or any(_DOCUMENT_NUMBER.match(text) for text in (before, line.text)):
        return False
    if BACK_MATTER.match(line.text) or (BACK_MATTER.match(before) and not full):
        return False
    if parse_mark(line.text) and (not full or before[-1] in _TERMINAL + "）)〕】" or _is_heading(before)):
        return False  # in hard-wrapped text 招采合|一、量价 is no item
    if _closes_bracket(before, line.text):
        return True
    if before[-1] in _TERMINAL or _DATE_LINE.match(before):
        return False
    if _is_heading(before) and not (full and parse_mark(before)):
        return False
    if width:
        return last.tail >= width - 4 and not line.indented
    if not begun and not re.search(r"[，,。]", before):
        return False
    return before[-1] in "，,、" or (len(before) >= 20 and re.search(r"[，,。；;、]", before) is not None)


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


def _is_heading(text: str) -> bool:
    """A title (关于…的通知) or a numbered heading: a line without a whole sentence in it."""
    if re.search(r"[。；]", text) or text[-1] in "，,、":
        return False
    if parse_mark(text):
        return len(text) <= 45
    return len(text) <= 70 and TITLE_END.search(text) is not None and ("关于" in text or not re.search(r"[，,]", text))


def _closes_bracket(before: str, after: str) -> bool:
    """Whether a bracket or quote left open in ``before`` is closed in ``after``."""
    matched = {pair.start for pair in bracket_pairs(before)}
    open_marks = [i for i, char in enumerate(before) if char in "（(〔【《“" and i not in matched]
    if not open_marks:
        return False
    last = open_marks[-1]
    return any(pair.start == last and pair.end > len(before) for pair in bracket_pairs(before + after, last))


def _repeat_length(before: str, after: str, everything: str) -> int:
    """How many characters at the head of ``after`` merely repeat the tail of ``before`` (a page-break slip).

    A repeat of two or more counts when the doubled string stands nowhere else; of one, only when besides that
    the page goes on with punctuation there and the word it ends is used elsewhere (so 人|人享有 is kept).
    """
    for size in range(min(12, len(before), len(after) - 1), 0, -1):
        word = before[-size:]
        if not after.startswith(word) or everything.count(word * 2) or not is_cjk(word[0]):
            continue
        if size >= 2 and len(set(word)) > 1:
            return size
        if size == 1 and after[1] in "，。；：、）" and everything.count(before[-2:]) >= 3 and word not in "，。、）":
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
        for index, char in enumerate(chars):
            if char in target and (char in "()（）" or not char.isascii() or _is_beside(line.text, index)):
                if char in "()" and not _bracket_holds_chinese(line.text, index):
                    continue
                chars[index] = target[char]
                draft.edits.append(_Edit("width", line.origins[index], char, target[char]))
        line.text = "".join(chars)


def _is_beside(text: str, index: int) -> bool:
    return (index > 0 and is_cjk(text[index - 1])) or (index + 1 < len(text) and is_cjk(text[index + 1]))


def _beside_chinese(text: str, char: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(char), text) if _is_beside(text, match.start())]


def _bracket_holds_chinese(text: str, index: int) -> bool:
    """Whether the bracket at ``index`` stands beside Chinese, or its partner does."""
    partner = next((p for p in bracket_pairs(text) if index in (p.start, p.end - 1)), None)
    ends = (index,) if partner is None else (partner.start, partner.end - 1)
    return any(_is_beside(text, end) for end in ends)


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
