"""Undo a chunker that changed a list while looping over it (the exact inversion of an interleaved capture).

Some captures were made by a loop of this shape, which doubles sentences and puts them out of order::

    for sentence in sentences:                     # FAST: every pop below makes it skip one sentence
        if len(line) + len(sentence) <= 450:
            line += sentence
        else:
            lines.append(line)
            line = sentence
            while len(line) < 200:
                line += sentences.pop(0)           # SLOW

So a FAST sentence has index (FAST so far + popped so far) and a SLOW one index (popped so far) in the list as it was.
It stands alone because the proof is exact: :func:`replay` of the restored list must give the capture byte for byte.
The trap: sentences neither reached nor popped are lost; they stay as gaps and are never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.numbering import parse_mark

SHORT = 200  # a line shorter than this many characters is topped up from SLOW
FULL = 450  # FAST sentences are added while the line stays within this many characters


@dataclass(frozen=True, slots=True)
class Restored:
    """Sentences in their first order, None where lost; ``repeats`` counts the doubled ones dropped."""

    sentences: tuple[str | None, ...]
    repeats: int

    @property
    def gaps(self) -> tuple[tuple[int, int], ...]:
        """(index of the first lost sentence, how many) for each run of lost ones."""
        found: list[tuple[int, int]] = []
        for index, sentence in enumerate(self.sentences):
            if sentence is None:
                if found and found[-1][0] + found[-1][1] == index:
                    found[-1] = (found[-1][0], found[-1][1] + 1)
                else:
                    found.append((index, 1))
        return tuple(found)


def invert(capture: str) -> Restored | None:
    """The list of sentences ``capture`` was made from, or None where it was not made so.

    The result is proven: it replays to ``capture`` exactly.
    """
    known: dict[int, str] = {}
    fast = popped = total = 0
    for line in capture.split("\n"):
        length = 0
        for order, sentence in enumerate(split_sentences(line)):
            if order and length < SHORT:
                index, popped = popped, popped + 1
            else:
                index, fast = fast + popped, fast + 1
            length += len(sentence)
            total += 1
            if known.setdefault(index, sentence) != sentence:
                return None
    # The last line may pop past the loop's end, so the list can be shorter than what was written; never longer.
    for size in range(max(known, default=total) + 1, total + 1):
        restored = Restored(tuple(known.get(index) for index in range(size)), total - len(known))
        try:
            if replay(restored.sentences) == capture:
                return restored
        except ValueError:
            continue
    return None


def replay(sentences: Sequence[str | None]) -> str:
    """Run the chunker forward over ``sentences``; lost ones (None) may only be skipped, never written.

    Raises:
        ValueError: a lost sentence would have been written, so the list is not one that was captured.
    """
    lines: list[str] = []
    line = ""
    fast = popped = 0

    def at(index: int) -> str:
        sentence = sentences[index]
        if sentence is None:
            raise ValueError(f"第 {index + 1} 句在采集中缺失，不可能被写出")
        return sentence

    while fast + popped < len(sentences):
        sentence = at(fast + popped)
        fast += 1
        if line and len(line) + len(sentence) <= FULL:
            line += sentence
            continue
        if line:
            lines.append(line)
        line = sentence
        while len(line) < SHORT and popped < len(sentences):
            line += at(popped)
            popped += 1
    return "\n".join([*lines, line]) if line else ""


def looks_interleaved(text: str) -> bool:
    """Whether ``text`` repeats so many whole sentences, and inverts so exactly, that it was made by that loop."""
    counts = Counter(split_sentences(text.replace("\n", "")))
    repeated = sum(count - 1 for sentence, count in counts.items() if len(sentence) > 8)
    return repeated >= 5 and repeated >= 0.05 * sum(counts.values()) and invert(text) is not None


def split_sentences(text: str) -> list[str]:
    """Sentences as that chunker saw them: each ends at 。 and nothing else."""
    return [part for part in re.split(r"(?<=。)", text) if part]


_SECTION_NAME = re.compile(
    r"(?<=\n)([一二三四五六七八九十]{1,3}、(?:总体|基本|主要|工作|重点|目标|组织|保障|实施|具体|政策)"
    r"(?:思路|目标|任务|要求|原则|措施|保障|安排|实施|领导|内容|步骤))(?=[^\n，。、（(和与及])"
)
_PAGE_DATE = re.compile(r"发布(?:日期|时间)[:：]\d{4}-\d{1,2}-\d{1,2}")
_NUMBER = re.compile(r"(?<=通知|意见|方案|办法|决定)(?!的)([\u4e00-\u9fff]{1,8}〔\d{4}〕\d+号)(?=[\u4e00-\u9fff])")
_SIGNED = re.compile(r"(?<=[府厅室会组委局])(\d{4}年\d{1,2}月\d{1,2}日)(?=[\u4e00-\u9fff])")


def restore(capture: str, gap_marker: str) -> tuple[str, tuple[str, ...]] | None:
    """The notice behind an interleaved capture, in lines, and the doubled sentences dropped; None for other texts.

    Args:
        capture: the source text.
        gap_marker: what stands where sentences are lost, with ``{count}`` for how many.
    """
    if not looks_interleaved(capture):
        return None
    restored = invert(capture)
    if restored is None:
        return None
    pieces = list(restored.sentences)
    lost = dict(restored.gaps)
    text = "".join(
        sentence if sentence is not None else gap_marker.format(count=lost[index]) if index in lost else ""
        for index, sentence in enumerate(pieces)
    )
    counts = Counter(split_sentences(capture.replace("\n", "")))
    kept = Counter(sentence for sentence in pieces if sentence is not None)
    doubled = tuple(s for s in dict.fromkeys(p for p in pieces if p) for _ in range(counts[s] - kept[s]))
    return _break_lines(text), doubled


def _break_lines(text: str) -> str:
    """Put back the line breaks such a capture has lost: around the front matter's parts, before each item."""
    front_end = text.find("一、")
    front, rest = (text[:front_end], text[front_end:]) if front_end > 0 else ("", text)
    front = _PAGE_DATE.sub(lambda match: f"\n{match.group()}\n", front)
    front = _SIGNED.sub(r"\n\1\n", _NUMBER.sub(r"\n\1\n", front))
    named = re.search(r"《([^》]{1,200})》", front)
    if named is not None:
        front = front.replace(f"\n{named.group(1)}", f"\n{named.group(1)}\n", 1)
    front = re.sub(r"：(?=现将)", "：\n", front)
    front = re.sub(r"(?<=。)(?=\S{2,20}\n\d{4}年)", "\n", front)
    pieces = [front, "\n"] if front else []
    start = 0
    for position in range(1, len(rest)):
        before = rest[position - 1]
        opens = before in "。：）)〕】" or (before not in "，、；" and _is_section_name(rest[start:position]))
        if opens and parse_mark(rest, position):
            pieces += [rest[start:position], "\n"]
            start = position
    pieces.append(rest[start:])
    return _SECTION_NAME.sub(r"\1\n", "".join(pieces))


def _is_section_name(text: str) -> bool:
    """Whether ``text`` is a whole unpunctuated section heading such as 一、基本思路."""
    mark = parse_mark(text)
    return (
        mark is not None
        and mark.style == "han"
        and 2 <= len(text) - len(mark.text) <= 20
        and not re.search(r"[，。：]", text)
    )
