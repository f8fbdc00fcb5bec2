"""Whether a capture is whole (采集是否完好): doubled sentences, numbers out of order or missing, lost text.

It stands alone because the same questions are asked when a file comes in and when the doctor looks. Nothing is changed
here. The trap: responsibility lines and set phrases repeat by right, so only long whole sentences count as doubled.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.numbering import STYLES, parse_mark
from corpus.text import GAP, fold, sentence_spans
from corpus.types import Article, Change, Notice

_LONG = 18  # characters of a sentence that nobody writes twice
_MANY = 3


@dataclass(frozen=True, slots=True)
class NumberingFault:
    """A break in the count of one style under one parent: ``before`` and ``after`` are the marks around it."""

    kind: str  # "gap" | "order" | "repeat"
    path: str
    before: str
    after: str

    @property
    def message(self) -> str:
        where = f"{self.path}下" if self.path else ""
        words = {"gap": "序号不连续", "order": "序号倒退", "repeat": "序号重复"}[self.kind]
        return f"{where}{words}：{self.before or '开头'}之后是{self.after}"


def numbering_faults(articles: Sequence[Article]) -> tuple[NumberingFault, ...]:
    """Every place where the numbers under one heading do not count up by one.

    A style numbered through the notice (第X条, or （一）… over several 一、) is only held to its own count.
    """
    groups: dict[tuple[tuple[str, ...], str], list[tuple[int, str]]] = defaultdict(list)
    through: dict[str, list[int]] = defaultdict(list)
    known = []
    for article in articles:
        mark = parse_mark(article.labels[-1]) if article.labels else None
        if mark is None or "缺失" in article.heading or "不明" in article.heading:
            continue
        known.append((article, mark))
        through[mark.style].append(mark.ordinal)
    running = {style for style, counts in through.items() if _counts_through(counts)}
    for article, mark in known:
        parent = () if mark.style in running else article.labels[:-1]
        groups[parent, mark.style].append((mark.ordinal, mark.text))
    faults = []
    for (parent, _), marks in sorted(groups.items(), key=lambda one: STYLES.index(one[0][1])):
        previous, shown = 0, ""
        for ordinal, text in marks:
            if ordinal not in (1, previous + 1):  # 1 begins a new series, as in an annex
                kind = "gap" if ordinal > previous else "repeat" if ordinal == previous else "order"
                faults.append(NumberingFault(kind, "".join(parent), shown, text))
            previous, shown = ordinal, text
    return tuple(faults)


def _counts_through(counts: Sequence[int]) -> bool:
    """Whether nearly every step of the count is one up, over all parents."""
    steps = [b - a for a, b in itertools.pairwise(counts)]
    return bool(steps) and sum(step >= 1 for step in steps) >= 0.9 * len(steps)


def doubled_sentences(text: str) -> list[str]:
    """Long sentences that stand in ``text`` more than once, each named once for every extra copy."""
    sentences = [fold(span.of(text)) for span in sentence_spans(text) if len(span) >= _LONG]
    counts = Counter(sentence for sentence in sentences if not sentence.startswith("|"))
    return [sentence for sentence, count in counts.items() for _ in range(count - 1)]


def capture_warnings(text: str, articles: Sequence[Article], changes: Sequence[Change]) -> tuple[str, ...]:
    """Plain Chinese warnings about a capture that is doubled, scrambled or incomplete; empty for a sound one."""
    found: list[str] = []
    lost = sum(int(match.group(1)) for match in GAP.finditer(text))
    if any(change.kind == "restored" for change in changes) or lost:
        found.append(f"采集文本句子重复、错序，已按采集规律还原，仍缺 {lost} 句，请尽量换原件重新添加")
    repeats = sum(change.kind == "repeat" and len(change.source) >= _LONG for change in changes)
    if repeats:
        found.append(f"有 {repeats} 段与上一段完全相同，已只留一段，请核对原件")
    doubled = doubled_sentences(text)
    if len(doubled) >= _MANY or any(len(sentence) > 60 for sentence in doubled):
        found.append(f"有 {len(doubled)} 句整句重复（如“{doubled[0][:20]}…”），可能采集有误，请核对原件")
    faults = numbering_faults(articles)
    backwards = [fault for fault in faults if fault.kind != "gap"]
    if backwards:
        found.append(f"条目{backwards[0].message}，可能采集错序，请核对原件")
    missing = [fault for fault in faults if fault.kind == "gap"]
    if missing:
        found.append(f"条目{missing[0].message}，可能缺条目，请核对原件")
    return tuple(found)


def notice_warnings(notice: Notice) -> tuple[str, ...]:
    """:func:`capture_warnings` of a notice in the corpus."""
    return capture_warnings(notice.text, notice.articles, notice.changes)
