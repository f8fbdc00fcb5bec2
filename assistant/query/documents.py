"""Documents meant by a title, part of one or a nickname (文件的叫法): 献血条例, 那个急救办法, 健康中国行动.

The words in front of a noun for documents (条例, 办法, 方案) are held against the titles of the library. A title is
meant when it has all of them, in order, and ends in a document of that kind; of several the closest, and where several
are as close, all. The trap: with no such title nothing is meant, and the question stays open to every notice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpus.inforce import Force, standing
from corpus.regions import is_within
from corpus.text import fold
from corpus.types import Notice, Span
from corpus.wording import wording
from corpus.wordlists import wordlist

LONGEST = 24
"""Characters of a nickname."""
LEAST, LEAST_TOLD = 2, 4
"""Characters in front of the noun, and before a document that is pointed at."""
_LEFT_OUT = 2
"""Characters of a title that a short form leaves out between two that it keeps."""
_HOLDS = frozenset({Force.IN_FORCE, Force.AMENDED})
MOST = 4
"""Where more titles fit alike the nickname says too little."""
_CUT = "，,。？?；;、：: 　《》“”\"'（）()的里那该本按照依据在是看把和跟与及对说个份讲写用年比咱我们"
_STOPS = "，,。？?；;、：: 　《》“”\"'（）()把将给"
TITLE_KINDS = tuple("".join(word) for word in wordlist("title_kinds").words)
"""The last characters that a title must share; the other nouns (文件, 任务) are used loosely."""


@dataclass(frozen=True, slots=True)
class Named:
    """A nickname in a question and the notices it may mean."""

    span: Span
    notice_ids: tuple[str, ...]


def named_documents(
    question: str, notices: Sequence[Notice], regions: Sequence[str] = (), years: Collection[int] = ()
) -> tuple[Named, ...]:
    """The documents of ``notices`` that ``question`` names by words of their titles.

    Args:
        regions: places the question names, else the asker's; a document of one of them, or above it, is preferred.
        years: in which the document may have been issued; a notice of one of them is preferred.
    """
    found: list[Named] = []
    names = tuple(n.title for n in notices)
    for span in _mentions(question):
        words = fold(span.of(question))
        meant = [notices[i] for i in _fitting(words, names)]
        if regions and meant:
            near = [n for n in meant if any(r == n.region or (n.region and is_within(r, n.region)) for r in regions)]
            meant = (
                near
                or [n for n in meant if not n.region]
                or [n for n in meant if any(is_within(n.region, r) for r in regions)]
            )
        if not regions and wording("national").in_(question):
            meant = [n for n in meant if not n.region] or meant
        meant = [n for n in meant if n.issued_on and n.issued_on.year in years] or meant
        if 0 < len(meant) <= MOST:
            found.append(Named(span, tuple(n.id for n in meant)))
    return tuple(found)


def of_the_day(alike: Sequence[str], day: date, notices: Sequence[Notice]) -> tuple[str, ...]:
    """Of versions of one document that a name fits alike the one that holds on ``day``; all where it fits documents of other
    titles or places, or none of them holds alone."""
    meant = [n for n in notices if n.id in alike]
    if len({(n.title, n.region) for n in meant}) != 1:
        return tuple(alike)
    holds = [n.id for n in meant if standing(n, day, notices).force in _HOLDS]
    return tuple(holds) if len(holds) == 1 else tuple(alike)


def _mentions(question: str) -> Iterator[Span]:
    """A noun for documents with the words right in front of it, from the last cut."""
    for noun in wording("document_noun").each(question):
        start = noun.start
        while (
            start > max(0, noun.end - LONGEST) and question[start - 1] not in _CUT and not question[start - 1].isdigit()
        ):
            start -= 1
        if noun.start - start >= LEAST:
            yield Span(start, noun.end)
        else:  # 加强首诊和转诊服务那份通知
            pointed = [s for s in wording("pointing").each(question) if s.end == noun.start]
            for one in pointed[-1:]:
                yield from _pointed_at(question, one.start, noun.end)
    for one in wording("pointed_paper").each(question):  # 服务体系那个文
        yield from _pointed_at(question, one.start, one.end)


def _pointed_at(question: str, end: int, noun_end: int) -> Iterator[Span]:
    """What is told of a document before it is pointed at, from the last stop or 把."""
    start = end
    while start > max(0, end - LONGEST) and question[start - 1] not in _STOPS:
        start -= 1
    if end - start >= LEAST_TOLD:
        yield Span(start, noun_end)


@lru_cache(maxsize=512)
def _fitting(words: str, titles: tuple[str, ...]) -> tuple[int, ...]:
    """Indexes of the titles meant: the closest ones that have the words, the front ones dropped until some title has."""
    kind = next((k for k in TITLE_KINDS if words.endswith(k)), "")
    words = _unpointed(words)
    loose = next((s for s in wording("any_paper").each(words) if s.end == len(words)), None)
    if loose is not None:  # 通知 and 文件 stand behind anything and are no part of a title: 巡回医疗通知
        words = words[: loose.start]
        if len(words) < LEAST_TOLD:
            return ()
    for start in range(0, max(len(words) - len(kind or words[-2:]) - LEAST + 1, 1)):
        rest = words[start:]
        fits: dict[int, tuple[int, int]] = {}
        for number, title in enumerate(titles):
            closeness = _closeness(rest, _bare(title), kind)
            if closeness:
                fits[number] = closeness
        if fits:
            best = max(fits.values())
            return tuple(n for n, c in fits.items() if c == best)
    return ()


def _unpointed(words: str) -> str:
    """``words`` without what points at the document between what is told of it and its noun: 首诊转诊那份通知."""
    for span in wording("pointing").each(words):
        words = words[: span.start] + words[span.end :]
    return words


@lru_cache(maxsize=4096)
def _bare(title: str) -> str:
    inner = title[title.rfind("《") + 1 : title.rfind("》")] if "《" in title and title.endswith("通知") else title
    bare = fold(inner).replace("的通知", "")
    for tail in ("(试行)", "(暂行)", "(征求意见稿)"):
        bare = bare.removesuffix(tail)
    return bare


def _shortened(words: str, title: str) -> bool:
    """Whether ``words`` is a short form of words of a title: their characters in order, no more than two left out between them.

    >>> [_shortened(*one) for one in (("控烟", "市公共场所控制吸烟"), ("医废", "医疗废物管理"), ("医院", "医疗保障与法院"))]
    [True, True, False]
    """
    return len(words) >= LEAST and any(
        _goes_on(words[1:], title, at) for at, char in enumerate(title) if char == words[0]
    )


def _goes_on(words: str, title: str, at: int) -> bool:
    """Whether the characters of ``words`` follow what stands at ``at``, each near the one before."""
    for wanted in words:
        at = title.find(wanted, at + 1, at + 2 + _LEFT_OUT)
        if at < 0:
            return False
    return True


def _closeness(words: str, title: str, kind: str) -> tuple[int, int] | None:
    """How close: runs whole, then little else in the title; None where the words are not all there in order."""
    if kind and not title.endswith(kind):
        return None
    if words in title:
        return (2, -len(title) if title.endswith(words) and len(words) >= 6 else 0)
    at, runs = 0, 0
    body = words[: -len(kind)] if kind else words
    while body:
        size = next((n for n in range(len(body), 1, -1) if title.find(body[:n], at) >= 0), 0)
        if size < 2:
            return (0, -1) if kind and _shortened(words[: -len(kind)], title[: -len(kind)]) else None
        at, body, runs = title.find(body[:size], at) + size, body[size:], runs + 1
    return (1, -runs)
