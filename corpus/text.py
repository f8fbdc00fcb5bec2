"""Chinese text primitives: folding for comparison, brackets, sentences and clauses (句、分句).

They stand alone because every layer must cut and compare text the same way, or citations drift. Folding is for
matching only and never changes what is shown. The trap: an offset into folded text is not an offset into the text;
:func:`fold_with_offsets` leads back.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise

from corpus.types import Span
from corpus.wordlists import LEXICON

TERMINATORS = "。！？"
GAP_MARKER = "【采集文本此处缺{count}句】"
GAP = re.compile(r"【采集文本此处缺(\d+)句】")
_BRACKETED = re.compile(r"(?P<head>[^（()）]+)[（(](?P<inner>[^（()）]{1,2})[）)]")
_PAIRS = {"（": "）", "(": ")", "〔": "〕", "[": "]", "【": "】", "《": "》", "〈": "〉"}
_PAIRS |= {"“": "”", "‘": "’", "「": "」", "『": "』", "｛": "｝", "{": "}"}
_NARROW = {"（": "(", "）": ")", "〈": "《", "〉": "》", "｛": "{", "｝": "}"}
_CLOSER_OF = {_NARROW.get(opener, opener): _NARROW.get(closer, closer) for opener, closer in _PAIRS.items()}
_CLOSERS = set(_CLOSER_OF.values())
_NEAR = 200  # characters a bracket left open at a line's end may be long on either side
_QUOTES = '”’」』"'
_TRAILING = '”’」』）)】〕》]"'
_NO_START = _TRAILING + "\n"
_CONTINUES = "，、；：。,;:)）】〕》的等和及与"

_UNIFIED = {
    **dict.fromkeys("“”„‟＂「」『』″", '"'),
    **dict.fromkeys("‘’‚‛＇′`", "'"),
    **dict.fromkeys("—–―‐‑‒−－─━~～〜", "-"),
    **dict.fromkeys("〔［[【｛{", "("),
    **dict.fromkeys("〕］]】｝}", ")"),
    "〈": "《",
    "〉": "》",
    "•": "·",
    "・": "·",
}
INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
RESPONSIBILITY = re.compile(r"负责|牵头|责任单位|责任部门|参与|配合|会同|协助|承办")


@cache
def _radicals() -> dict[str, str]:
    raw = tomllib.loads((LEXICON / "radicals.toml").read_text(encoding="utf-8"))
    return {pair[0]: pair[1] for pair in raw["pairs"]}


def ordinary(char: str) -> str:
    """The ordinary character a radical of Unicode's radical blocks stands for; any other character as it is.

    >>> "".join(map(ordinary, "⼈⺠医院①"))
    '人民医院①'
    """
    if not "\u2e80" <= char <= "\u2fd5":
        return char
    return _radicals().get(char) or unicodedata.normalize("NFKC", char)


class _FoldTable(dict[int, str]):
    """Fills itself: code point -> folded string, for ``str.translate``."""

    def __missing__(self, code: int) -> str:
        char = ordinary(chr(code))
        folded = _UNIFIED.get(char)
        if folded is None:
            wide = unicodedata.normalize("NFKC", char).lower()
            folded = "".join(_UNIFIED.get(c, c) for c in wide if not c.isspace() and c not in INVISIBLE)
        self[code] = folded
        return folded


_FOLD = _FoldTable()


def fold(text: str) -> str:
    """``text`` as compared, never as shown: NFKC, lower case, one kind of quote, dash and bracket, no white space.

    >>> fold("２０２５年 “医共体”〔ＤＲＧ〕")
    '2025年"医共体"(drg)'
    """
    return text.translate(_FOLD)


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Folded text and, for each of its characters, the offset in ``text`` it came from (non-decreasing).

    >>> fold_with_offsets("a ％")
    ('a%', [0, 2])
    """
    pieces: list[str] = []
    offsets: list[int] = []
    for offset, char in enumerate(text):
        folded = _FOLD[ord(char)]
        pieces.append(folded)
        offsets.extend([offset] * len(folded))
    return "".join(pieces), offsets


def whole_characters(text: str) -> str:
    """``text`` as a file or a model can take it: half of a surrogate pair is no character and becomes U+FFFD.

    >>> whole_characters("甲" + chr(0xD800)) == "甲" + chr(0xFFFD)
    True
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


_UNPRINTABLE = dict.fromkeys((*(set(range(32)) - {9, 10, 13}), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)))


def printable(text: str) -> str:
    """``text`` without what no XML file may hold: control characters, halves of surrogate pairs, two non-characters.

    Source: XML 1.0 (fifth edition), production 2 (Char).

    >>> printable("甲" + chr(7) + "乙" + chr(0xD800))
    '甲乙'
    """
    return text.translate(_UNPRINTABLE)


def is_cjk(char: str) -> bool:
    """Whether ``char`` is a Han character or full-width or CJK punctuation."""
    code = ord(char)
    return (
        0x2E80 <= code <= 0x9FFF
        or 0xF900 <= code <= 0xFAFF
        or 0xFE30 <= code <= 0xFE4F
        or 0xFF00 <= code <= 0xFF60
        or 0xFFE0 <= code <= 0xFFE6
        or 0x20000 <= code <= 0x323AF
        or char in "“”‘’…—·"
    )


def bracket_pairs(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Matched brackets, quotes and 《》 in ``text[start:end]``, in closing order, each with its marks.

    Full- and half-width marks match each other; a pair never crosses a line; an unmatched mark is ignored.
    """
    found: list[Span] = []
    stack: list[tuple[str, int]] = []
    open_: Counter[str] = Counter()  # so that a closer without an opener need not look through the stack
    for offset in range(start, len(text) if end is None else end):
        char = text[offset]
        char = _NARROW.get(char, char)
        if char == "\n":
            stack.clear()
            open_.clear()
        elif char == '"' and not open_['"']:
            stack.append(('"', offset))
            open_['"'] += 1
        elif char in _CLOSER_OF:
            stack.append((_CLOSER_OF[char], offset))
            open_[_CLOSER_OF[char]] += 1
        elif (char in _CLOSERS or char == '"') and open_[char]:
            while True:
                kind, opened = stack.pop()
                open_[kind] -= 1
                if kind == char:
                    found.append(Span(opened, offset + 1))
                    break
    return found


def closes_bracket(before: str, after: str) -> bool:
    """Whether a bracket or quote left open in ``before`` is closed in ``after``, near enough to be the same one."""
    depth: list[str] = []
    open_: Counter[str] = Counter()
    for char in before[-_NEAR:]:
        char = _NARROW.get(char, char)
        if char in _CLOSER_OF and char != '"':
            depth.append(_CLOSER_OF[char])
            open_[_CLOSER_OF[char]] += 1
        elif open_[char]:
            while (closed := depth.pop()) != char:
                open_[closed] -= 1
            open_[char] -= 1
    if not depth:
        return False
    wanted = depth[-1]
    nested = 0
    for char in after[:_NEAR]:
        char = _NARROW.get(char, char)
        if _CLOSER_OF.get(char) == wanted:
            nested += 1
        elif char == wanted:
            if not nested:
                return True
            nested -= 1
    return False


@lru_cache(maxsize=64)
def _inside(text: str) -> bytes:
    """For each cut position 0..len(text): 1 where a cut would fall inside a matched pair."""
    change = [0] * (len(text) + 2)
    for pair in bracket_pairs(text):
        change[pair.start + 1] += 1
        change[pair.end] -= 1
    depth = 0
    flags = bytearray(len(text) + 1)
    for position in range(len(text) + 1):
        depth += change[position]
        flags[position] = depth > 0
    return bytes(flags)


_ATOMS = (
    re.compile(r"[0-9０-９A-Za-z][0-9０-９A-Za-z.,:：/．—–~～+-]*[0-9０-９A-Za-z%％‰+]"),
    re.compile(r"(?<![0-9０-９])[0-9０-９]+ ?[年月日号个条%％‰]"),
    re.compile(r"\d{4}年\d{1,2}月(?:\d{1,2}日)?|\d{1,2}月\d{1,2}日"),
)


@lru_cache(maxsize=64)
def _inside_atom(text: str) -> bytes:
    """For each cut position: 1 where it would fall inside a number, date or Latin word."""
    flags = bytearray(len(text) + 1)
    for pattern in _ATOMS:
        for match in pattern.finditer(text):
            flags[match.start() + 1 : match.end()] = b"\1" * (len(match.group()) - 1)
    return bytes(flags)


def may_cut(text: str, position: int) -> bool:
    """Whether text may be cut before ``position``: not inside a matched bracket, quote or 《》, a number or a date."""
    return not _inside(text)[position] and not _inside_atom(text)[position]


def sentence_spans(text: str, span: Span | None = None) -> list[Span]:
    """Sentences that tile ``span`` (default: all of ``text``).

    A sentence ends at 。！？ or a line end, outside brackets and quotes; closing quotes and the line break stay with
    it, and so does a responsibility bracket (〔…负责〕) that follows it, even on a line of its own. A gap marker is a
    sentence of its own.

    >>> [s.of("甲。〔市局负责〕乙！") for s in sentence_spans("甲。〔市局负责〕乙！")]
    ['甲。〔市局负责〕', '乙！']
    """
    span = Span(0, len(text)) if span is None else span
    inside = _inside(text)
    gap_ends = {match.end() for match in GAP.finditer(text, span.start, span.end)}
    ends: list[int] = []
    position = span.start
    while position < span.end:
        char = text[position]
        position += 1
        if position in gap_ends:
            ends.append(_after_breaks(text, position, span.end))
        elif char == "\n":
            ends.append(_after_bracket(text, position, span.end))
        elif char in TERMINATORS and not inside[position]:
            while position < span.end and text[position] in _TRAILING + TERMINATORS and not inside[position + 1]:
                position += 1
            ends.append(_after_bracket(text, position, span.end))
        elif char in _QUOTES and not inside[position] and text[max(span.start, position - 2)] in TERMINATORS:
            if position >= span.end or text[position] in _CONTINUES:
                continue
            ends.append(_after_bracket(text, position, span.end))
        else:
            continue
        position = ends[-1]
    if span.end > span.start and (not ends or ends[-1] != span.end):
        ends.append(span.end)
    return [Span(a, b) for a, b in pairwise([span.start, *ends])]


def _after_bracket(text: str, position: int, end: int) -> int:
    """``position`` moved past white space and a responsibility bracket, if one follows; past a line break alone too."""
    start = position
    while start < end and text[start].isspace():
        start += 1
    if start < end and text[start] in "〔（([【":
        line_end = text.find("\n", start, end)
        line_end = end if line_end < 0 else line_end
        pair = _bracket_at(text, start, line_end)
        if pair is not None and RESPONSIBILITY.search(text, pair.start, pair.end):
            position = pair.end
            while position < end and text[position] in TERMINATORS:
                position += 1
    return _after_breaks(text, position, end)


def _bracket_at(text: str, start: int, end: int) -> Span | None:
    """The pair that opens at ``start``, None where it does not close before ``end``; reads no further than its close."""
    wanted = _CLOSER_OF[_NARROW.get(text[start], text[start])]
    depth = 0
    for position in range(start, end):
        char = _NARROW.get(text[position], text[position])
        if _CLOSER_OF.get(char) == wanted:
            depth += 1
        elif char == wanted:
            depth -= 1
            if not depth:
                return Span(start, position + 1)
    return None


def _after_breaks(text: str, position: int, end: int) -> int:
    while position < end and text[position] == "\n":
        position += 1
    return position


def line_spans(text: str, span: Span | None = None) -> Iterator[Span]:
    """The lines of ``text`` inside ``span``, each without the white space around it; empty ones too.

    >>> [s.of("甲\\n 乙 \\n") for s in line_spans("甲\\n 乙 \\n")]
    ['甲', '乙', '']
    """
    at, end = (span.start, span.end) if span else (0, len(text))
    for line in text[at:end].split("\n"):
        start = at + len(line) - len(line.lstrip())
        yield Span(start, max(start, start + len(line.strip())))
        at += len(line) + 1


def one_line(text: str) -> str:
    """``text`` without its line breaks and the white space around them."""
    return "".join(line.strip() for line in text.split("\n"))


def pairs_of(text: str) -> frozenset[str]:
    """Every two characters that stand together, of whatever kind; bigrams of words are :func:`assistant.retrieval.matching.bigrams`.

    >>> sorted(pairs_of("药占比"))
    ['占比', '药占']
    """
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def digits(text: str) -> str:
    """The digits of ``text``: the number of a label (``第17项`` → ``17``), "" for one in words."""
    return "".join(char for char in text if char.isdigit())


def spans_between(marks: str, text: str, span: Span) -> list[Span]:
    """The pieces of ``span`` between any of ``marks``, empty ones kept.

    >>> [s.of("甲；乙。丙") for s in spans_between("；。", "甲；乙。丙", Span(0, 5))]
    ['甲', '乙', '丙']
    """
    cuts = [at for at in range(span.start, span.end) if text[at] in marks]
    return [Span(*ends) for ends in zip((span.start, *(at + 1 for at in cuts)), (*cuts, span.end), strict=True)]


def written_out(term: str) -> tuple[str, ...]:
    """A term with part of it in brackets in each way it is read; ``term`` alone where nothing is.

    >>> written_out("体育场(馆)"), written_out("县（市）"), written_out("公园")
    (('体育场', '体育场馆', '体育馆'), ('县', '县市', '市'), ('公园',))
    """
    found = _BRACKETED.fullmatch(term)
    if found is None:
        return (term,)
    head, inner = found["head"], found["inner"]
    return (head, head + inner, head[: max(len(head) - len(inner), 0)] + inner)


def clause_spans(text: str, span: Span | None = None) -> list[Span]:
    """Clauses that tile ``span``: sentences cut further after ；and ， outside brackets, quotes and numbers.

    >>> [c.of("建成80%，到2025年；好。") for c in clause_spans("建成80%，到2025年；好。")]
    ['建成80%，', '到2025年；', '好。']
    """
    clauses: list[Span] = []
    for sentence in sentence_spans(text, span):
        start = sentence.start
        for position in range(sentence.start + 1, sentence.end):
            if (
                text[position - 1] in "；;，,。！？"
                and may_cut(text, position)
                and text[position] not in _TRAILING + "\n"
            ):
                clauses.append(Span(start, position))
                start = position
        clauses.append(Span(start, sentence.end))
    return clauses
