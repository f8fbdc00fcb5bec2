"""Which clauses a document quotes (取哪些条文): those about its matter that bind the author's place, of the right persons.

A document that is carried out is told as a whole; one of a hospital takes what medical institutions have to do there, or what the
body that its matter names has to do. The trap: a document calls its hospitals by names of its own (急救网络医院), so its
subjects are read, not a list of words alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from assistant.applicability import verdicts
from assistant.duties.targets import phase_of
from assistant.retrieval.matching import Weights, bigrams, held_apart
from assistant.tasks.acting import Act, acts_of, any_in, hospitals_in, opens_with, subjects_in
from assistant.tasks.ordering import Library, Order
from assistant.tasks.pieces import Piece, pieces_of
from assistant.tasks.sections import said_in, sections_of
from assistant.tasks.stating import states_figure
from corpus import fitted
from corpus.bodies import opening_bodies
from corpus.grammar import form
from corpus.numbering import parse_mark
from corpus.regions import parts_of
from corpus.text import clause_spans, fold
from corpus.types import Notice, Span
from corpus.wordlists import wordlist
from index.types import Hit

_TOP_K, _NEAREST, _MOST, _FEW, _MANY, _WHOLE, _FULL, _HEADING = 40, 10, 28, 4, 8, 60, 20, 8
"""Passages searched, those of them that are nearest, clauses quoted, acts of hospitals below which a document's other clauses stand
too, sentences on a matter from which a notice is about it, pieces of a notice about the matter as a whole that are quoted, of one that
says what hospitals have to do those up to which it is quoted whole, and characters below which a line without a stop is a heading."""
_HOSPITAL, _ORGAN = form("order.hospital"), form("order.organ")
_GUIDING, _PLACES = form("order.guiding"), form("order.places")
_SCOPE, _PENALTY = form("clause.scope"), form("states.penalty")
_IN_FORCE, _REPEALS = form("force.from"), form("repeal.verb")
_IN_TITLE, _NEARLY_IN_TITLE, _PARTLY_IN_TITLE, _OF_ITSELF = (
    fitted.number("tasks.choosing.in_title"),
    fitted.number("tasks.choosing.nearly_in_title"),
    fitted.number("tasks.choosing.partly_in_title"),
    fitted.number("tasks.choosing.of_itself"),
)
"""Share of the matter's words in the title of a notice that is about it as a whole, of one that is where most of what is nearest
stands in it, and of one of which a hospital's document takes all that hospitals have to do; the rank of its clauses (0 to 2)."""
_OF_ALL = fitted.number("tasks.choosing.of_all")
"""Share of a notice's pieces from which sentences on a matter make it a notice about it."""
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


def pieces_on(
    assistant: Library, matter: str, order: Order, notices: Sequence[Notice], carried_out: Sequence[Notice]
) -> list[tuple[Notice, Piece]]:
    """What ``notices`` say on ``matter``, in sentences and whole lists; the highest body first, what is only encouraged last.

    Args:
        carried_out: those of ``notices`` that are told as a whole.
    """
    weights = Weights(passage.search_text for passage in assistant.corpus.passages())
    allowed = {n.id for n in notices}
    hits = (
        ()
        if carried_out
        else [h for h in assistant.index.search(matter, top_k=_TOP_K) if h.passage.notice_id in allowed]
    )
    about = list(carried_out) or _about(matter, notices, weights, [hit.passage.notice_id for hit in hits])
    hospital = is_for_hospital(order)
    named = () if about else _named_bodies(matter, notices)
    acts = {n.id: acts_of(n, named or hospitals_in(n)) for n in notices if named or hospital}
    whole = [(n, piece) for n in about for piece in _whole(n, acts.get(n.id))]
    if named and any(acts.values()):
        chosen = [(_OF_ITSELF, n, act.span) for n in notices for act in acts[n.id]]
    else:
        told = {n.id for n in about}
        others = [hit for hit in hits if hit.passage.notice_id not in told]
        found = _scored(assistant, matter, weights, others, _ALL_OF_IT if about else _NEAR)
        chosen = _of_hospitals(found, acts) if hospital else found
        if not about:
            holding = Counter(n.id for _, n, _ in found)
            near = [n for n in notices if hospital and _is_partly_about(matter, n, weights, holding[n.id])]
            chosen += [(_OF_ITSELF, n, act.span) for n in near for act in acts[n.id]]
            headed = _headed(matter, notices)
            chosen += [(_OF_ITSELF, n, span) for n, span in headed if not hospital or not of_others(n, span)]
    beside = _pieced([(n, span) for n, span in _best(chosen, _MOST) if _quotable(n, span, n.quote(span))])
    optional = {(key, act.span.start) for key, found in acts.items() for act in found if act.encouraged}
    return _in_order([*whole, *beside], optional)


def _about(matter: str, notices: Sequence[Notice], weights: Weights, found: Sequence[str]) -> list[Notice]:
    """The notices that are about the matter as a whole: by the words of their title, or by fewer of them where the nearest of what
    the search finds, or most of it, stands there.

    Args:
        found: ids of the notices of the passages found, nearest first.
    """
    nearest = found[:_NEAREST]
    shares = {n.id: weights.share(bigrams(matter), bigrams(n.title)) for n in notices}
    return [
        n
        for n in notices
        if shares[n.id] >= _IN_TITLE
        or (shares[n.id] >= _NEARLY_IN_TITLE and (2 * nearest.count(n.id) > len(nearest) or nearest[:1] == [n.id]))
    ]


def _is_partly_about(matter: str, notice: Notice, weights: Weights, sentences: int) -> bool:
    """Whether all that hospitals have to do there belongs to the matter: its title has some of the words and a sentence more, or
    many of its sentences, and no small share of its pieces, have them: a plan of forty items is about each in a few."""
    if weights.share(bigrams(matter), bigrams(notice.title)) >= _PARTLY_IN_TITLE:
        return sentences >= 1
    return sentences >= _MANY and sentences >= _OF_ALL * len(list(pieces_of(notice, sections_of(notice))))


def _scored(assistant: Library, matter: str, weights: Weights, hits: Sequence[Hit], least: float) -> list[_Scored]:
    """The sentences of the passages found that hold enough of the words wanted, with what they hold."""
    scored: list[_Scored] = []
    wanted, units = bigrams(matter), weights.units(matter)

    def held(text: str) -> float:
        return max(weights.share(wanted, bigrams(text)), weights.coverage(units, bigrams(text)))

    for hit in hits:
        notice = assistant.corpus.get(hit.passage.notice_id)
        headings = " ".join(notice.article_at(hit.passage.span.start).headings)
        for span in hit.passage.sentences:
            text = notice.quote(span)
            if not _quotable(notice, span, text):
                continue
            own, both = held(text), held(f"{headings} {text}")
            if both >= least and len(text.strip()) > len(headings.rpartition(" ")[2]) + 6:
                scored.append((both + own, notice, span))
    return scored


def _whole(notice: Notice, acts: Sequence[Act] | None) -> list[Piece]:
    """What a notice says from its first part to its last; for a hospital (``acts`` is what hospitals have to do there) without what
    is others' to do and what others' breaches cost. Of a long one what hospitals have to do, what sets a figure, what its words
    mean, when it takes effect and what names hospitals at all; then the first thing of each item as long as there is room."""
    roots = sections_of(notice)
    pieces = [
        p
        for p in pieces_of(notice, roots)
        if _quotable(notice, p.span, notice.quote(p.spans[0]), lead=len(p.spans) > 1)
    ]
    if acts is None:
        if len(pieces) <= _WHOLE:
            return pieces
        must = [p for p in pieces if _sets(notice, p)]
    else:
        names = hospitals_in(notice)
        pieces = [p for p in pieces if _is_ours(notice, p, acts, names)]
        if len(pieces) <= (_FULL if len(acts) >= _FEW else _WHOLE):
            return pieces
        must = [
            p
            for p in pieces
            if _sets(notice, p) or any_in(acts, p.span) or any(name in notice.quote(p.span) for name in names)
        ]
        if len(acts) >= _FEW:
            return must[:_WHOLE]
    first = list({p.section.article.ordinal: p for p in reversed(pieces)}.values())[::-1]
    kept = [*must, *(p for p in first if p not in must)][:_WHOLE]
    return [p for p in pieces if p in kept]


def _sets(notice: Notice, piece: Piece) -> bool:
    text = notice.quote(piece.span)
    return states_figure(text) or any(form.search(text) for form in (_SCOPE, _IN_FORCE, _REPEALS))


def _is_ours(notice: Notice, piece: Piece, acts: Sequence[Act], names: Sequence[str]) -> bool:
    """Whether a hospital's document may quote the piece: it is no others' to do, and no others' breach."""
    lead = notice.quote(piece.spans[0])
    if any_in(acts, piece.span):
        return True
    if _PENALTY.search(lead):
        first = next(iter(clause_spans(notice.text, piece.spans[0])), piece.spans[0])
        ours = opens_with(notice.quote(first), names)
        return ours or (len(piece.spans) == 1 and not _others_breach(notice, piece))
    return not of_others(notice, piece.spans[0])


def _others_breach(notice: Notice, piece: Piece) -> bool:
    return bool(opening_bodies(notice.text, piece.spans[0])[0])


def _pieced(clauses: Sequence[tuple[Notice, Span]]) -> list[tuple[Notice, Piece]]:
    """The pieces in which ``clauses`` stand, each once: an item with its lead-in and the items beside it."""
    found: list[tuple[Notice, Piece]] = []
    for notice in {n.id: n for n, _ in clauses}.values():
        own = [span for n, span in clauses if n.id == notice.id]
        found += [
            (notice, piece)
            for piece in pieces_of(notice, sections_of(notice))
            if any(piece.span.overlaps(s) for s in own)
        ]
    return found


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


def _in_order(pieces: Sequence[tuple[Notice, Piece]], later: Collection[tuple[str, int]]) -> list[tuple[Notice, Piece]]:
    """Each once, in the order of a document: the highest body first, what is only encouraged last."""
    each = {(n.id, piece.span): (n, piece) for n, piece in pieces}
    return sorted(
        each.values(),
        key=lambda one: (
            (one[0].id, one[1].span.start) in later,
            len(parts_of(one[0].region)),
            str(one[0].issued_on),
            one[0].id,
            one[1].span.start,
        ),
    )


def is_for_hospital(order: Order) -> bool:
    """Whether the document is of a medical institution: its own, or one it is sent to; not where an organ of state signs or gets it."""
    named = f"{order.to}{order.signer}{order.subject}"
    return (
        bool(order.kinds) or _HOSPITAL.search(named) is not None or _ORGAN.search(f"{order.to}{order.signer}") is None
    )


def _named_bodies(matter: str, notices: Sequence[Notice]) -> tuple[str, ...]:
    """Bodies that ``matter`` names as a notice calls them (急救网络医院的义务); a word for any hospital names none."""
    general = {name for (name,) in wordlist("medical_actors").words}
    names = {n for notice in notices for n in subjects_in(notice) if n in matter and n not in general}
    return tuple(n for n in names if not any(n != other and n in other for other in names))


def _of_hospitals(scored: Sequence[_Scored], acts: Mapping[str, Sequence[Act]]) -> list[_Scored]:
    """Of the clauses those that a medical institution has to do; all but what is others' to do where those are few."""
    kept = [one for one in scored if any_in(acts[one[1].id], one[2])]
    if len(kept) >= _FEW:
        return kept
    return [one for one in scored if not of_others(*one[1:])]  # an opinion seldom says who: 加强慢性病管理


def _headed(matter: str, notices: Sequence[Notice]) -> list[tuple[Notice, Span]]:
    """The clauses of the sections whose heading has the matter: all of each is about it."""
    found: list[tuple[Notice, Span]] = []
    for notice in notices:
        headed = [one for root in sections_of(notice) for one in root.each() if _names(matter, one.name)]
        spans = [span for one in headed for below in one.each() for span in said_in(notice, below)]
        found += [(notice, span) for span in dict.fromkeys(spans) if _quotable(notice, span, notice.quote(span))]
    return found if len(found) <= _WHOLE else []


def _names(matter: str, heading: str) -> bool:
    """Whether a heading has the matter as it is written, or with words in between that are no more than its own (院前医疗急救)."""
    return matter in heading or (len(heading) < 2 * len(matter) and held_apart(matter, heading))


def of_others(notice: Notice, span: Span) -> bool:
    """Whether a clause says who has to act, and that is no medical institution."""
    names = opening_bodies(notice.text, span)[0]
    return _PLACES.match(notice.quote(span)) is not None or bool(
        names and not any(word in name for name in names for (word,) in wordlist("medical_actors").words)
    )


def _quotable(notice: Notice, span: Span, text: str, *, lead: bool = False) -> bool:
    """Whether a sentence is a clause by itself: no title or heading, no guiding thought, nothing before the items, and the words
    before a list only with the list (``lead``)."""
    if _GUIDING.match(text) or (parse_mark(text) and phase_of(text) and fold(text).rstrip("\u3002").endswith(")")):
        return False
    article, bare = notice.article_at(span.start), fold(text).strip("\u3002；;")
    if article.kind != "item" and any(one.kind == "item" for one in notice.articles):
        return False
    return (
        (len(bare) >= _HEADING or text.rstrip().endswith("。"))
        and (lead or not text.rstrip().endswith(("：", ":")))
        and bare not in fold(notice.title)
        and bare not in map(fold, article.headings)
    )
