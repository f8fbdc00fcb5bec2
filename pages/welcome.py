"""The empty conversation (首屏): what it can and cannot do, and questions to start with, for the asker's place.

The questions are made from clauses of the library that hold the thing asked about, so they stay answerable when notices
come and go; the wording is that of people who ask, the templates are data.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from corpus.dates import find_periods
from corpus.establishments import place_of
from corpus.grammar import form
from corpus.numerals import find_values
from corpus.regions import display, is_within
from corpus.synonyms import find_terms
from corpus.types import UNKNOWN_REGION, Article, Notice
from pages.markup import chinese, esc
from pages.words import CHINESE, Words, only_chinese

_READ, _LEADS_IN = 12, form("heading.leads_in")
_LEAST, _LONGEST = 3, 14


def _place(region: str) -> str:
    return display(region.split("/")[-1]) if region else only_chinese("nation")[0]


def _matters(notice: Notice) -> Iterator[tuple[str, Article, str]]:
    """``(matter, item, sentence)``: the short headings of numbered items that name a term of the field, as written."""
    for article in notice.articles:
        heading = article.heading.strip()
        if _LEADS_IN.search(heading):
            continue
        if article.kind == "item" and _LEAST <= len(heading) <= _LONGEST and _terms(heading):
            for sentence in notice.quote(article.span).split("\u3002"):
                yield heading, article, sentence


def _terms(heading: str) -> list[str]:
    """The terms of the field in a heading; who is meant, or what sort of body, is no matter to ask about."""
    things = only_chinese("things")
    terms = [match.term for match in find_terms(heading) if len(match.term) >= _LEAST]
    return [term for term in terms if not term.endswith(things)]


def _asked(notices: Sequence[Notice], region: str = "") -> tuple[str, ...]:
    """One question of each sort: figure, body, deadline, wording, comparison, what applies."""
    figure, body, deadline, wording, compare, binding = only_chinese("questions")
    found: dict[str, str] = {}
    used: set[str] = set()
    where: dict[str, list[str]] = {}
    for notice in notices:
        place = _place(notice.region)
        own = bool(notice.region)
        for matter, article, sentence in _matters(notice):
            for term in _terms(matter) if own else ():
                if place not in where.setdefault(term, []):
                    where[term].append(place)
            if matter in used:
                continue
            years = [period for period in find_periods(sentence) if not period.relative]
            values = [value for value in find_values(sentence) if value.unit not in ("", *only_chinese("year"))]
            sorts = (
                ("deadline", deadline, bool(years)), ("body", body, bool(article.bodies)),
                ("figure", figure, bool(values) and not years), ("wording", wording, True),
            )  # fmt: skip
            for sort, template, fits in sorts:
                if fits and sort not in found:
                    found[sort] = template.format(place=place, matter=matter)
                    used.add(matter)
                    break
    shared = next((m for m, places in where.items() if len(places) > 1), None)
    if shared:
        found["compare"] = compare.format(one=where[shared][0], other=where[shared][1], matter=shared)
    local = region or next((n.region for n in notices if n.region), "")
    if local:
        found["binding"] = binding.format(place=_place(place_of(local)))  # 某院的公立医院 says nothing
    order = ("figure", "deadline", "body", "wording", "compare", "binding")
    return tuple(found[sort] for sort in order if sort in found)


class _Library:
    """Notices as the key of a cache: by what they are called and how long they are, not by all their words."""

    def __init__(self, notices: Sequence[Notice]) -> None:
        self.notices = notices
        self.key = tuple((n.id, len(n.text), n.region) for n in notices)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Library) and other.key == self.key


@lru_cache(maxsize=64)
def _remembered(library: _Library, region: str) -> tuple[str, ...]:
    near = [n for n in library.notices if n.region != UNKNOWN_REGION and (not region or is_within(region, n.region))]
    local = sorted(near, key=lambda n: (n.region == region and bool(region), str(n.issued_on or "")), reverse=True)
    return _asked(local[:_READ], region)


def example_questions(notices: Sequence[Notice], region: str = "", limit: int = 6) -> tuple[str, ...]:
    """At most ``limit`` questions of different kinds about what binds ``region``; about any place where it is ""."""
    return _remembered(_Library(notices), region)[:limit]


def welcome_html(notices: Sequence[Notice], say: Words = CHINESE, region: str = "") -> str:
    """What an empty conversation shows: what it can do, what the corpus holds, and questions to start with."""
    asks = "".join(
        f'<button type="button" data-act="ask" data-q="{esc(text)}"{say.native}>{esc(text)}</button>'
        for text in example_questions(notices, region)
    )
    held = "".join(
        f'<li><button type="button" class="link" data-notice="{esc(n.id)}">{chinese(n.title, say)}</button>'
        f'<span class="path">{chinese(n.number, say) if n.number else esc(say("notice.no_number"))} · '
        f"{n.issued_on or esc(say('notice.no_date'))}</span></li>"
        for n in notices[:8]
    )
    more = f"<p>{esc(say('welcome.more', count=len(notices) - 8))}</p>" if len(notices) > 8 else ""
    return (
        f'<div class="welcome"><h2>{esc(say("welcome.title"))}</h2><p>{esc(say("welcome.text"))}</p>'
        f'<div class="suggest" role="group" aria-label="{esc(say("welcome.examples"))}">{asks}</div>'
        f"<details class=held><summary>{esc(say('welcome.held', count=len(notices)))}</summary><ul>{held}</ul>{more}"
        "</details></div>"
    )


def link_notice(corpus_hash: str, linked_hash: str, say: Words = CHINESE) -> str:
    """What to say when a link was made with another state of the corpus, else ""."""
    if linked_hash and not corpus_hash.startswith(linked_hash):
        return say("welcome.changed")
    return ""
