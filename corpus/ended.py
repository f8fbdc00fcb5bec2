"""Documents that are known only from their end (已废止的文件): one of the library says it repeals them, their text is not here.

People go on asking after them (执业医师法还能引吗), and their names are close to those of their successors. The trap: where
the library holds the document itself, its standing is for ``corpus.inforce``, not for this.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from corpus.docnumber import find_numbers
from corpus.grammar import form
from corpus.regions import display, short_name
from corpus.text import fold
from corpus.types import Notice, Span
from corpus.versions import ends_on

LEAST = 4
"""Characters of a name by which a document may be told."""
_COUNTRY = "中华人民共和国"
_FULL_YEAR = form("year.full")


@dataclass(frozen=True, slots=True)
class Ended:
    """A document named in a text and repealed by one of the library.

    ``name`` is as the repeal writes it, ``at`` where the text names it, ``by`` the id of the notice that says so, ``said``
    where that one says it, ``on`` the day from which it does, None where it does not say; ``number`` is its document number,
    where that one gives it.
    """

    name: str
    at: Span
    by: str
    said: Span
    on: date | None
    number: str | None = None

    @property
    def full(self) -> str:
        """Name and number, as many as are known: 《甲办法》（甲发〔2018〕2号）."""
        if not self.name:
            return self.number or ""
        return f"《{self.name}》" + (f"（{self.number}）" if self.number else "")

    @property
    def short(self) -> str:
        """Its name, or its number where it has no name."""
        return f"《{self.name}》" if self.name else self.number or ""


def ended_by_serial(text: str, notices: Sequence[Notice]) -> tuple[Ended, ...]:
    """The ended document that a bare number and a year elsewhere in ``text`` name (2014年那份意见（29号文）), where it is one; else ()."""
    years = {y.group() for y in _FULL_YEAR.finditer(fold(text))}
    bare = [m for m in find_numbers(text) if m.canonical is None and m.year is None]
    if len(years) != 1 or len(bare) != 1:
        return ()
    ending = f"〔{next(iter(years))}〕{bare[0].serial}号"
    found = [e for n in notices for e in _repealed(n) if e.number and e.number.endswith(ending)]
    named = {e.number for e in found}
    return _not_held([replace(found[0], at=bare[0].span)], notices) if len(named) == 1 else ()


def ended_in(text: str, notices: Sequence[Notice]) -> tuple[Ended, ...]:
    """The ended documents that ``text`` names, in its order; the longest name where several stand at one place."""
    words = fold(text)
    numbers = {one.canonical: one.span for one in find_numbers(text) if one.canonical}  # 照国卫规划发…: no left border
    found: list[Ended] = []
    for notice in notices:
        for one in _repealed(notice):
            form = next((form for form in _forms(one.name, notice.region) if form in words), None)
            if form is not None:
                at = words.index(form)
                found.append(replace(one, at=Span(at, at + len(form))))
            elif one.number and (at_ := next((s for told, s in numbers.items() if told.endswith(one.number)), None)):
                found.append(replace(one, at=at_))
    if not found:
        return ()
    named = tuple(t for n in notices if (t := fold(n.title)) in words)
    gone = _not_held(found, notices)
    kept = [e for e in gone if not any(o.at.contains(e.at) and len(o.at) > len(e.at) for o in gone)]
    told = (e for e in kept if not (e.name and any(fold(e.name) in t for t in named)))
    return tuple(sorted(told, key=lambda e: e.at))


def ended_by(notice: Notice, notices: Sequence[Notice]) -> tuple[Ended, ...]:
    """The documents that ``notice`` repeals and the library does not hold; ``at`` is empty, no text names them."""
    return _not_held(tuple(_repealed(notice)), notices)


def _not_held(found: Sequence[Ended], notices: Sequence[Notice]) -> tuple[Ended, ...]:
    titles, numbers = tuple(fold(n.title) for n in notices), {n.number for n in notices if n.number}
    return tuple(
        e for e in found if e.number not in numbers and not (e.name and any(t.endswith(fold(e.name)) for t in titles))
    )


def _repealed(notice: Notice) -> Iterator[Ended]:
    """What a notice repeals whole, by its name or its number, each with where it says so; no text names them yet."""
    for fact in notice.front.repeals if notice.front is not None else ():
        if not fact.value.part and fact.span is not None and (fact.value.name or fact.value.number):
            name = fact.value.name.strip("《》")
            yield Ended(name, Span(0, 0), notice.id, fact.span, ends_on(notice, fact.span), fact.value.number)


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
