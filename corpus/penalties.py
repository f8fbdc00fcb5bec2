"""What a law threatens for breaking its own articles (罚则): its sentences that say by number what they are about.

Laws put the penalty far from the duty and often name nothing but the article (违反本条例第二十六条第一款、第二款的，按照每人次
五百元处以罚款); who asks knows the deed, not the number. It stands alone because the outline and the text together say it,
whoever asks. The trap: a sentence that names several articles is about each of them, and of an article perhaps only about
some paragraphs or items (第十三条第一款第一项至第三项).

Source: 立法技术规范（试行）（一）, 法律责任.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from corpus.grammar import form
from corpus.numerals import chinese_number
from corpus.text import sentence_spans
from corpus.types import Notice, Span

_VIOLATES, _ARTICLE, _PART = form("penalty.violates"), form("penalty.article"), form("penalty.part")


@dataclass(frozen=True, slots=True)
class Threat:
    """A sentence about breaking an article: where it stands, and the paragraphs (款) and items (项) it names, none for all."""

    span: Span
    paragraphs: frozenset[int] = frozenset()
    items: frozenset[int] = frozenset()

    def meets(self, paragraph: int | None, item: int | None) -> bool:
        """Whether it is about that paragraph or item; what is not known (None) is not held against it."""
        return (not self.paragraphs or paragraph is None or paragraph in self.paragraphs) and (
            not self.items or item is None or item in self.items
        )


def penalties_of(notice: Notice) -> Mapping[str, tuple[Threat, ...]]:
    """The sentences about breaking an article, by its label (第二十六条), in order of text.

    >>> from corpus.outline import outline
    >>> from corpus.types import Level
    >>> text = "第一条 单位应当组织体检。\\n第二条 违反本条例第一条第二款的，处五百元罚款。"
    >>> made = Notice("n", None, "甲", "乙", "", Level.NATIONAL, None, text, outline(text))
    >>> [(one.span.of(text), sorted(one.paragraphs)) for one in penalties_of(made)["第一条"]]
    [('第二条 违反本条例第一条第二款的，处五百元罚款。', [2])]
    """
    found: dict[str, list[Threat]] = defaultdict(list)
    for article in notice.articles:
        if "违反" not in article.span.of(notice.text):
            continue
        for span in sentence_spans(notice.text, article.span):
            for named in _VIOLATES.finditer(span.of(notice.text)):
                for label, paragraphs, items in _named(named["which"]):
                    found[label].append(Threat(span, paragraphs, items))
    return {label: tuple(dict.fromkeys(threats)) for label, threats in found.items()}


def _named(which: str) -> Iterator[tuple[str, frozenset[int], frozenset[int]]]:
    """Each article of ``第八条第一款、第十三条第一项至第三项`` with the paragraphs and items behind it."""
    marks = list(_ARTICLE.finditer(which))
    for number, mark in enumerate(marks):
        behind = which[mark.end() : marks[number + 1].start() if number + 1 < len(marks) else len(which)]
        parts: dict[str, set[int]] = {"款": set(), "项": set()}
        before: tuple[str, int, int] | None = None
        for part in _PART.finditer(behind):
            value, kind = int(chinese_number(part["n"]) or 0), part["kind"]
            if before is not None and before[0] == kind and "至" in behind[before[2] : part.start()]:
                parts[kind].update(range(before[1], value))
            parts[kind].add(value)
            before = kind, value, part.end()
        yield mark.group(), frozenset(parts["款"]), frozenset(parts["项"])
