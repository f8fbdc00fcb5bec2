"""A notice as a tree of its own headings, and what each article says in pieces that can be told alone (条目与句组).

It stands alone because whoever tells a whole notice, or all of it that is of one sort, needs the same pieces: a sentence, or a
lead-in with all its items. The trap: captures lose line breaks, so 抄送 and whom to call may stand in the last article's line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from assistant.retrieval.matching import bigrams
from assistant.retrieval.selection import trimmed, without_bodies
from corpus import fitted
from corpus.numbering import parse_mark
from corpus.parts import is_annex, is_back_matter
from corpus.text import fold, sentence_spans
from corpus.types import Article, Notice, Span

LONGEST_NAME, STOPLESS = 40, ("part", "chapter", "section", "article")
"""Characters of a heading, a longer one is a sentence; styles of numbers behind which no stop stands (第三条)."""
_LEADS, _GOES_ON, _STOPS = ("：", ":"), ("；", ";"), "。.：:；;"
_LEAST = 4
_MEANT = fitted.number("tasks.sections.meant")
"""Share of the words of a part asked for that a heading has, or of a heading's that the words have."""


@dataclass(slots=True)
class Section:
    """An article with those under it; ``name`` is its heading where it and most beside it open with one, else ""."""

    article: Article
    name: str = ""
    below: list[Section] = field(default_factory=list)

    @property
    def head(self) -> str:
        """Its number and name."""
        label = self.article.labels[-1]
        mark = parse_mark(label)
        return f"{label} {self.name}".rstrip() if mark and mark.style in STOPLESS else f"{label}{self.name}"

    def leaves(self) -> Iterator[Section]:
        """The articles under it that hold no others; itself where it holds none."""
        if not self.below:
            yield self
        for one in self.below:
            yield from one.leaves()

    def each(self) -> Iterator[Section]:
        """Itself and all under it, in order of the text."""
        yield self
        for one in self.below:
            yield from one.each()


def sections_of(notice: Notice) -> list[Section]:
    """The numbered articles of a notice as trees, in order; what is not numbered is in none."""
    roots: list[Section] = []
    open_: list[Section] = []
    for article in notice.articles:
        if article.kind != "item" or not article.labels:
            continue
        while open_ and not _is_under(article, open_[-1].article):
            open_.pop()
        section = Section(article)
        (open_[-1].below if open_ else roots).append(section)
        open_.append(section)
    for beside in (roots, *(one.below for root in roots for one in root.each())):
        names = [name_of(notice, one.article) for one in beside]
        if 2 * sum(map(bool, names)) > len(names):
            for one, name in zip(beside, names, strict=True):
                one.name = name
    return roots


def sections_called(notice: Notice, part: str, *, chapter: bool = False) -> list[Section]:
    """The sections whose heading has the words, the highest of those that have them best.

    Args:
        chapter: a section that holds others is meant (医联体那章), where the heading of one has all of the words.
    """
    wanted = bigrams(part)
    every = [one for root in sections_of(notice) for one in root.each()]
    if chapter and (holding := [one for one in every if one.below and part in one.name]):
        return holding[:1]
    scored: list[tuple[float, Section]] = []
    for one in every:
        heading = bigrams(one.name)
        shared = len(wanted & heading)
        if _shortened(part, one.name):
            scored.append((2.0, one))
        elif heading and wanted and max(shared / len(wanted), shared / len(heading)) >= _MEANT:
            scored.append((shared / len(wanted) + shared / len(heading), one))
    best = max((score for score, _ in scored), default=0.0)
    found = [one for score, one in scored if score == best]
    level = min((one.article.level for one in found), default=0)
    return [one for one in found if one.article.level == level]


def _shortened(words: str, name: str) -> bool:
    """Whether ``words`` are a heading with characters left out (总目标 for 总体目标)."""
    return len(words) >= _MEANT * len(name) > 0 and in_order(words, name)


def in_order(words: str, name: str) -> bool:
    """Whether ``name`` has the characters of ``words`` in their order (改善就医体验 of 持续改善群众就医服务体验)."""
    rest = iter(name)
    return all(char in rest for char in words)


def annexes_of(notice: Notice) -> list[Article]:
    """The first article of each annex in which nothing is numbered: tables, forms and lists."""
    numbered = {article.part for article in notice.articles if article.kind == "item" and article.labels}
    found = {article.part: article for article in reversed(notice.articles) if is_annex(article.part)}
    return [found[part] for part in reversed(found) if part not in numbered]


def lowest_items(notice: Notice) -> list[Article]:
    """The items of a notice that hold no others."""
    items = [a for a in notice.articles if a.kind == "item"]
    holding = {one.labels[:depth] for one in items for depth in range(one.level)}
    return [one for one in items if one.labels not in holding]


def _is_under(article: Article, other: Article) -> bool:
    return article.part == other.part and article.level > other.level and article.labels[: other.level] == other.labels


def name_of(notice: Notice, article: Article) -> str:
    """The heading of an article, where it is one and no sentence; "" for none."""
    heading = article.heading.strip().rstrip(_STOPS)
    if not heading or len(heading) > LONGEST_NAME:
        return ""
    opening = notice.quote(sentence_spans(notice.text, article.span)[0]).strip()
    return heading if _is_titled(article, opening) and not opening.endswith(_LEADS) else ""


def _is_titled(article: Article, opening: str) -> bool:
    """Whether the article opens with its heading as words of their own (（三）动态调整。…, 2.救助条件：…)."""
    titled, said = _titled(article), fold(opening)
    return said.rstrip(_STOPS) == titled or (
        said.startswith(titled) and said[len(titled) : len(titled) + 1] in (":", "：")
    )


def said_in(notice: Notice, section: Section) -> list[Span]:
    """What the article of ``section`` says by itself, in order: its sentences without its name and without back matter, a
    lead-in together with the lines it leads."""
    found: list[Span] = []
    open_ = False
    article, named = section.article, bool(section.name)
    for at, sentence in enumerate(sentence_spans(notice.text, article.span)):
        span = without_bodies(notice, article, trimmed(notice.text, sentence))
        text = notice.quote(span)
        if is_back_matter(text):
            break
        if at == 0 and named and fold(text).rstrip(_STOPS) == _titled(article):
            continue
        if at == 0 and named:
            span = trimmed(notice.text, Span(_behind_title(notice, article, span), span.end))
            text = notice.quote(span)
        if len(text.strip(_STOPS)) < _LEAST:
            continue
        if open_ and found:
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
        open_ = text.endswith(_LEADS) or text.endswith(_GOES_ON)
    return found


def _titled(article: Article) -> str:
    return fold(f"{article.labels[-1] if article.labels else ''}{article.heading}").rstrip(_STOPS)


def _behind_title(notice: Notice, article: Article, span: Span) -> int:
    at = notice.text.find(article.heading, span.start, span.end)
    return at + len(article.heading) + 1 if at >= 0 else span.start


def leads(notice: Notice, span: Span) -> bool:
    """Whether what is said there announces what stands below."""
    return notice.quote(span).rstrip().endswith(_LEADS)


def is_numbered(notice: Notice, span: Span) -> bool:
    """Whether what is said there begins with its number."""
    return parse_mark(notice.quote(span)) is not None
