"""Documents that are known only from their end (已废止的文件): one of the library says it repeals them, their text is not here.

People go on asking after them (执业医师法还能引吗), and their names are close to those of their successors. The trap: where
the library holds the document itself, its standing is for ``corpus.inforce``, not for this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from corpus.regions import display, short_name
from corpus.text import fold
from corpus.types import Notice, Span
from corpus.versions import starts_on

LEAST = 4
"""Characters of a name by which a document may be told."""
_COUNTRY = "中华人民共和国"


@dataclass(frozen=True, slots=True)
class Ended:
    """A document named in a text and repealed by one of the library.

    ``name`` is as the repeal writes it, ``at`` where the text names it, ``by`` the id of the notice that says so, ``said``
    where that one says it, ``on`` the day from which it does, None where it does not say.
    """

    name: str
    at: Span
    by: str
    said: Span
    on: date | None


def ended_in(text: str, notices: Sequence[Notice]) -> tuple[Ended, ...]:
    """The ended documents that ``text`` names, in its order; the longest name where several stand at one place."""
    words = fold(text)
    found: list[Ended] = []
    for notice in notices:
        for name, said in _repealed(notice):
            form = next((one for one in _forms(name, notice.region) if one in words), None)
            if form is not None:
                at = words.index(form)
                found.append(Ended(name, Span(at, at + len(form)), notice.id, said, starts_on(notice)))
    if not found:
        return ()
    titles = tuple(fold(n.title) for n in notices)
    named = tuple(t for t in titles if t in words)
    gone = [e for e in found if not any(t.endswith(fold(e.name)) for t in titles)]
    kept = [e for e in gone if not any(o.at.contains(e.at) and len(o.at) > len(e.at) for o in gone)]
    return tuple(sorted((e for e in kept if not any(fold(e.name) in t for t in named)), key=lambda e: e.at))


def ended_by(notice: Notice, notices: Sequence[Notice]) -> tuple[Ended, ...]:
    """The documents that ``notice`` repeals and the library does not hold; ``at`` is empty, no text names them."""
    titles = tuple(fold(n.title) for n in notices)
    return tuple(
        Ended(name, Span(0, 0), notice.id, said, starts_on(notice))
        for name, said in _repealed(notice)
        if not any(title.endswith(fold(name)) for title in titles)
    )


def _repealed(notice: Notice) -> Iterator[tuple[str, Span]]:
    """Names of what a notice repeals whole, each with where it says so."""
    for fact in notice.front.repeals if notice.front is not None else ():
        if not fact.value.part and fact.span is not None:
            yield fact.value.name.strip("《》"), fact.span


@lru_cache(maxsize=4096)
def _forms(name: str, region: str) -> tuple[str, ...]:
    """Ways of writing a name, the fullest first: with and without the country, and the place whose rule it was."""
    full = fold(name)
    forms = [full, full.removeprefix(_COUNTRY)]
    last = region.rsplit("/", 1)[-1] if region else ""
    for place in (display(region), last, short_name(last) if last else ""):
        if place and full.startswith(fold(place)):
            forms.append(full.removeprefix(fold(place)))
    return tuple(dict.fromkeys(one for one in forms if len(one) >= LEAST))
