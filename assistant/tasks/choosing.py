"""Which clauses a document quotes (取哪些条文): those about its matter that bind the author's place, of the right persons.

A document that is carried out is told as a whole; one of a hospital takes what medical institutions have to do there, or what the
body that its matter names has to do. The trap: a document calls its hospitals by names of its own (急救网络医院), so its
subjects are read, not a list of words alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from assistant.applicability import verdicts
from assistant.duties.targets import phase_of
from assistant.retrieval.matching import Weights, bigrams
from assistant.tasks.acting import acts_of
from assistant.tasks.ordering import Library, Order
from assistant.tasks.sections import lowest_items, said_in, sections_of
from assistant.tasks.stating import states_figure
from corpus import fitted
from corpus.bodies import opening_bodies
from corpus.grammar import form
from corpus.numbering import parse_mark
from corpus.regions import parts_of
from corpus.text import fold, sentence_spans
from corpus.types import Notice, Span
from corpus.wordlists import wordlist

_TOP_K, _MOST, _EACH, _FEW, _WHOLE = 40, 28, 3, 4, 60
"""Passages searched, clauses quoted, clauses of one item, acts of hospitals below which a document's other clauses stand too, and
clauses up to which what is about the matter as a whole is quoted whole."""
_HOSPITAL, _ORGAN = form("order.hospital"), form("order.organ")
_GUIDING, _PLACES = form("order.guiding"), form("order.places")
_IN_TITLE, _PARTLY_IN_TITLE, _OF_ITSELF = (
    fitted.number("tasks.choosing.in_title"),
    fitted.number("tasks.choosing.partly_in_title"),
    fitted.number("tasks.choosing.of_itself"),
)
"""Share of the matter's words in the title of a notice that is about it as a whole, and of one of which a hospital's document
takes all that hospitals have to do; the rank of its clauses among others (0 to 2)."""
_NTH = fitted.number("tasks.choosing.nth")
"""What every next clause of an item of a notice about the matter as a whole loses."""
_NEAR, _ALL_OF_IT = fitted.number("tasks.choosing.near"), fitted.number("tasks.choosing.all_of_it")
"""Share of the matter's words, weighed by how rare they are, that a clause and its headings must hold; and that one of other
notices must where a notice is about the matter as a whole."""


def usable(assistant: Library, order: Order, day: date) -> tuple[Notice, ...]:
    """The notices that a document of the author's place may quote: those that bind there or are a reference."""
    found = verdicts(assistant.corpus.notices, order.region, day)
    allowed = {v.notice_id for v in found if not v.binding.apart}
    if order.notice_ids:
        allowed &= set(order.notice_ids)
    elif order.region is None:  # what one place has ruled is no ground for another: without a place only what binds all
        national = {i for i in allowed if not assistant.corpus.get(i).region}
        places = {assistant.corpus.get(i).region for i in allowed}
        allowed = national or (allowed if len(places) == 1 else set())
    return tuple(n for n in assistant.corpus.notices if n.id in allowed)


def clauses_on(
    assistant: Library, matter: str, order: Order, notices: Sequence[Notice], carried_out: Sequence[Notice]
) -> list[tuple[Notice, Span]]:
    """Sentences of ``notices`` about ``matter``; the highest body first.

    Args:
        carried_out: those of ``notices`` that are told as a whole.
    """
    weights = Weights(passage.search_text for passage in assistant.corpus.passages())
    wanted, allowed = bigrams(matter), {n.id for n in notices}
    about = list(carried_out) or [n for n in notices if weights.share(wanted, bigrams(n.title)) >= _IN_TITLE]
    scored: list[_Scored] = []
    least = _ALL_OF_IT if about else _NEAR
    for hit in () if carried_out else assistant.index.search(matter, top_k=_TOP_K):
        if hit.passage.notice_id not in allowed:
            continue
        notice = assistant.corpus.get(hit.passage.notice_id)
        headings = " ".join(notice.article_at(hit.passage.span.start).headings)
        for span in hit.passage.sentences:
            text = notice.quote(span)
            if not _quotable(notice, span, text):
                continue
            own, both = weights.share(wanted, bigrams(text)), weights.share(wanted, bigrams(f"{headings} {text}"))
            if both >= least and len(text.strip()) > len(headings.rpartition(" ")[2]) + 6:
                scored.append((both + own, notice, span))
    scored += [(_OF_ITSELF - _NTH * nth, notice, span) for notice in about for nth, span in _of_each_item(notice)]
    later: frozenset[tuple[str, Span]] = frozenset()
    most = _MOST
    named = () if about else _named_bodies(matter, notices)
    if named and (of_named := [(_OF_ITSELF, n, span) for n in notices for span in _acts(n, named)]):
        scored = of_named
    elif is_for_hospital(order):
        partly = {n.id: n for _, n, _ in scored if weights.share(wanted, bigrams(n.title)) >= _PARTLY_IN_TITLE}
        partly |= {n.id: n for n in about}
        scored, later = _of_hospitals(scored, tuple(partly.values()))
        said = [(n, span) for n in about for root in sections_of(n) for one in root.each() for span in said_in(n, one)]
        said = [(n, span) for n, span in said if _quotable(n, span, n.quote(span))]
        scored += [(_OF_ITSELF, n, span) for n, span in said if states_figure(n.quote(span))]
        if (
            carried_out
        ):  # a short document whole, but for what is others' to do; of a long one what names hospitals at all
            whole = [one for one in said if not of_others(*one)]
            if len(whole) > _WHOLE:
                whole = [(n, span) for n, span in whole if wordlist("medical_actors").holds(n.quote(span))]
            scored += [(_OF_ITSELF - _NTH, n, span) for n, span in whole]
            most = _WHOLE
        elif not about:
            scored += [(_OF_ITSELF, n, span) for n, span in _headed(matter, notices) if not of_others(n, span)]
    return _in_order(_best(scored, most), later)


def with_leads(clauses: Sequence[tuple[Notice, Span]]) -> list[tuple[Notice, Span]]:
    """``clauses`` with the words that lead a list in (应当符合下列条件：) before the first of its items."""
    found: list[tuple[Notice, Span]] = []
    for notice, span in clauses:
        lead = _lead_of(notice, span)
        if lead is not None and (notice, lead) not in found:
            found.append((notice, lead))
        found.append((notice, span))
    return found


def _lead_of(notice: Notice, span: Span) -> Span | None:
    """The sentence that leads in the list of which ``span`` is an item; None where it is none."""
    own = notice.article_at(span.start)
    above = next((a for a in reversed(notice.articles[: own.ordinal]) if a.level < own.level), None)
    if above is None or above.kind != "item":
        return None
    last = sentence_spans(notice.text, above.span)[-1]
    return last if notice.quote(last).rstrip().endswith(("：", ":")) and last.end <= span.start else None


_Scored = tuple[float, Notice, Span]


def _best(scored: Sequence[_Scored], most: int) -> list[tuple[Notice, Span]]:
    """The best ``most`` of them, what stands in another one left out."""
    kept: list[tuple[Notice, Span]] = []
    told: set[str] = set()
    for _, notice, span in sorted(scored, key=lambda one: -one[0]):
        key = fold(notice.quote(span)).strip()
        if not any(key in one for one in told) and len(kept) < most:
            told.add(key)
            kept.append((notice, span))
    return kept


def _in_order(clauses: Sequence[tuple[Notice, Span]], later: Collection[tuple[str, Span]]) -> list[tuple[Notice, Span]]:
    """In the order of a document: the highest body first, what is only encouraged last."""
    return sorted(
        clauses,
        key=lambda one: (
            (one[0].id, one[1]) in later,
            len(parts_of(one[0].region)),
            str(one[0].issued_on),
            one[0].id,
            one[1].start,
        ),
    )


def is_for_hospital(order: Order) -> bool:
    """Whether the document is of a medical institution: its own, or one it is sent to; not where an organ of state signs or gets it."""
    named = f"{order.to}{order.signer}{order.subject}"
    return (
        bool(order.kinds) or _HOSPITAL.search(named) is not None or _ORGAN.search(f"{order.to}{order.signer}") is None
    )


def _subjects(notice: Notice) -> frozenset[str]:
    """The bodies that sentences of the notice begin with and say must do something, as it calls them."""
    found: set[str] = set()
    for article in notice.articles:
        for sentence in sentence_spans(notice.text, article.span):
            found |= set(opening_bodies(notice.text, sentence)[0])
    return frozenset(found)


def _named_bodies(matter: str, notices: Sequence[Notice]) -> tuple[str, ...]:
    """Bodies that ``matter`` names as a notice calls them (急救网络医院的义务); a word for any hospital names none."""
    general = {name for (name,) in wordlist("medical_actors").words}
    names = {n for notice in notices for n in _subjects(notice) if n in matter and n not in general}
    return tuple(n for n in names if not any(n != other and n in other for other in names))


def _acts(notice: Notice, names: Sequence[str]) -> list[Span]:
    """What those called ``names`` have to do there."""
    return [act.span for act in acts_of(notice, names) if _quotable(notice, act.span, notice.quote(act.span))]


def _of_hospitals(
    scored: Sequence[_Scored], about: Sequence[Notice]
) -> tuple[list[_Scored], frozenset[tuple[str, Span]]]:
    """Of the clauses those that a medical institution has to do, with all of that kind in the notices ``about`` the matter, and
    which of them it is only encouraged to do; all clauses where those are few."""
    general = [name for (name,) in wordlist("medical_actors").words]
    held = {notice.id: notice for notice in (*about, *(n for _, n, _ in scored))}
    acts = {}
    for key, notice in held.items():
        own_names = [n for n in _subjects(notice) if any(n.endswith(word) for word in general)]
        acts[key] = acts_of(notice, [*general, *own_names])
    kept = [one for one in scored if any(act.span.overlaps(one[2]) for act in acts[one[1].id])]
    own = [(_OF_ITSELF, n, act.span) for n in about for act in acts[n.id] if _quotable(n, act.span, n.quote(act.span))]
    optional = {(key, act.span) for key, found in acts.items() for act in found if act.encouraged}
    later = {(n.id, span) for _, n, span in (*kept, *own) if any(k == n.id and s.overlaps(span) for k, s in optional)}
    if len({(n.id, span) for _, n, span in (*own, *kept)}) < _FEW:  # an opinion seldom says who: 加强慢性病管理
        return [*own, *scored], frozenset(later)
    return [*own, *kept], frozenset(later)


def _headed(matter: str, notices: Sequence[Notice]) -> list[tuple[Notice, Span]]:
    """The clauses of the sections whose heading has the matter: all of each is about it."""
    found: list[tuple[Notice, Span]] = []
    for notice in notices:
        headed = [one for root in sections_of(notice) for one in root.each() if matter in one.name]
        spans = [span for one in headed for below in one.each() for span in said_in(notice, below)]
        found += [(notice, span) for span in dict.fromkeys(spans) if _quotable(notice, span, notice.quote(span))]
    return found if len(found) <= _WHOLE else []


def of_others(notice: Notice, span: Span) -> bool:
    """Whether a clause says who has to act, and that is no medical institution."""
    names = opening_bodies(notice.text, span)[0]
    return _PLACES.match(notice.quote(span)) is not None or bool(
        names and not any(word in name for name in names for (word,) in wordlist("medical_actors").words)
    )


def _of_each_item(notice: Notice) -> list[tuple[int, Span]]:
    """Of a notice that is about the matter as a whole, the first clauses of each item, each with its number there."""
    found: list[tuple[int, Span]] = []
    for article in lowest_items(notice):
        clauses = [
            s
            for s in sentence_spans(notice.text, article.span)
            if _quotable(notice, s, notice.quote(s))
            and len(notice.quote(s).strip()) > max(len(article.heading) + 6, 15)
        ]
        found += enumerate(clauses[:_EACH])
    return found


def _quotable(notice: Notice, span: Span, text: str) -> bool:
    """Whether a sentence is a clause by itself: no title or heading, no guiding thought, not the words before
    a list, nothing before the items."""
    if _GUIDING.match(text) or (parse_mark(text) and phase_of(text) and fold(text).rstrip("\u3002").endswith(")")):
        return False
    article, bare = notice.article_at(span.start), fold(text).strip("\u3002；;")
    if article.kind != "item" and any(one.kind == "item" for one in notice.articles):
        return False
    return (
        not text.rstrip().endswith(("：", ":"))
        and bare not in fold(notice.title)
        and bare not in map(fold, article.headings)
    )
