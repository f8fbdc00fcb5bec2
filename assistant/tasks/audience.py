"""What a notice says to one body or person alone (只要跟谁有关的): what they must do, may do and are encouraged to do, and what a
breach of theirs costs.

It stands alone because a word is no audience: a penalty on an office that fails to watch hospitals names hospitals and is none of
theirs. The trap: a notice calls the same body by names of its own (急救网络医院, and the people it sends: 急救人员).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.hospitals import grades_meant, names_grade
from assistant.query.tasks import Matter, matter_called
from assistant.tasks.acting import Act, acts_of, any_in, hospitals_in, opens_with, staff_of, subjects_in
from assistant.tasks.filling import CHARACTERS
from assistant.tasks.pieces import Piece, pieces_of
from assistant.tasks.sections import sections_of
from corpus.bodies import opening_bodies
from corpus.grammar import form
from corpus.naming import short_title
from corpus.text import clause_spans
from corpus.types import Notice, Span
from corpus.wordlists import wordlist

_PENALTY, _PERMITS, _CONDITIONS = form("states.penalty"), form("clause.permits"), form("duty.leads_conditions")
_SCOPE, _COMPOSED = form("clause.scope"), form("clause.composed")
PRIVATE, _HOSPITAL = form("hospital.private"), "医院"
ANY_HOSPITAL = frozenset(name for (name,) in wordlist("any_hospital").words)
"""Words that mean whatever a notice calls its hospitals."""


def said_to(notice: Notice, whom: Matter, room: int | None = None) -> Draft | None:
    """What the notice says to ``whom``, in order of the text; None where it says nothing to such a body.

    Args:
        room: characters that are told of it; two pages where None. What is left out is counted.
    """
    names = _names(notice, whom)
    acts = acts_of(notice, names) if names else []
    if not acts:
        return None
    pieces = list(pieces_of(notice, sections_of(notice)))
    theirs = [piece for piece in pieces if any_in(acts, piece.span) and _says_duty(notice, piece, names)]
    parts = {
        "写明{}要做的": [p for p in theirs if not _is_optional(p, acts) and not _permits(notice, p)],
        "写明{}可以做的": [p for p in theirs if not _is_optional(p, acts) and _permits(notice, p)],
        "鼓励{}做的": [p for p in theirs if _is_optional(p, acts)],
        "写明{}要符合的条件": [p for p in pieces if p not in theirs and _sets_terms(notice, p, names)],
        "写明{}违反的后果": [p for p in pieces if _is_penalty(notice, p) and _breaks(notice, p, names)],
    }
    left = room or 2 * CHARACTERS
    blocks: list[Block] = []
    lost = 0
    for head, own in parts.items():
        kept: list[Piece] = []
        for piece in own:
            if len(piece.told(notice)) <= left or not (kept or blocks):
                kept.append(piece)
                left -= len(piece.told(notice))
            else:
                lost += 1
        if kept:
            said = f"《{short_title(notice)}》{head.format(whom.words)}："
            blocks.append(paragraph(Statement(said, _support(notice, kept[0]), given=said, head=True)))
            blocks.append(Block("list", tuple(row_of(notice, piece) for piece in kept)))
    return Draft(tuple(blocks), (f"另有{lost}条没有列入，见原文。",) if lost else ())


def asked_of_hospitals(notice: Notice, whom: str, room: int | None = None) -> Draft | None:
    """What the notice asks of the hospitals ``whom``; where it never names just those, what it asks of any hospital, which is said.
    Of private ones nothing is said that only holds for any."""
    graded = _of_grade(notice, whom)
    if not graded and (told := said_to(notice, matter_called(whom), room)):
        return told
    if PRIVATE.search(whom):
        return None
    told = said_to(notice, Matter(_HOSPITAL, (_HOSPITAL,)), room)
    if graded:
        return _graded_first(notice, whom, graded, told)
    if told is None or whom in ANY_HOSPITAL:
        return told
    return replace(told, notes=(f"没有找到单独对“{whom}”写的，以上是对医院、医疗机构写的。", *told.notes))


def _of_grade(notice: Notice, whom: str) -> list[Piece]:
    """The pieces that name hospitals of the grade that ``whom`` names, in order of the text."""
    grades = grades_meant(whom)
    pieces = pieces_of(notice, sections_of(notice)) if grades else ()
    return [piece for piece in pieces if names_grade(notice.quote(piece.span), grades)]


def _graded_first(notice: Notice, whom: str, graded: Sequence[Piece], told: Draft | None) -> Draft:
    """What names the grade first, then what is written for any hospital and not told yet."""
    said = f"《{short_title(notice)}》写到“{whom}”这一级的{len(graded)}条："
    blocks = [paragraph(Statement(said, _support(notice, graded[0]), given=said, head=True))]
    blocks.append(Block("list", tuple(row_of(notice, piece) for piece in graded)))
    head: Block | None = None
    for block in told.blocks if told else ():
        if block.kind != "list":
            head = block
            continue
        rest = tuple(one for one in block.statements if not any(_stands_in(one, piece) for piece in graded))
        if rest:
            blocks += [*([head] if head else []), Block("list", rest)]
    return Draft(tuple(blocks), told.notes if told else ())


def _stands_in(told: Statement, piece: Piece) -> bool:
    first = told.parts[0] if told.parts else told
    return any(piece.span.overlaps(support.span) for support in first.supports)


def _names(notice: Notice, whom: Matter) -> list[str]:
    """What the notice calls them: any hospital for 医院 and 医疗机构, else its subjects of that name, and those they send."""
    general = {name for (name,) in wordlist("medical_actors").words}
    if any(word in ANY_HOSPITAL for word in whom.called):
        return hospitals_in(notice)
    own = {n for n in subjects_in(notice) if any(word in n for word in whom.called)}
    own |= {word for word in whom.called if word in general}
    return [*own, *staff_of(notice, list(own))] if own else []


def _says_duty(notice: Notice, piece: Piece, names: Sequence[str]) -> bool:
    """Whether it says what they do: not what a word means, what something is made of, what a breach costs, or what others do."""
    lead = notice.quote(piece.spans[0])
    if any(one.search(lead) for one in (_PENALTY, _SCOPE, _COMPOSED)):
        return False
    bodies = opening_bodies(notice.text, piece.spans[0])[0]
    return not bodies or any(name in body for body in bodies for name in names) or any(name in lead for name in names)


def _is_optional(piece: Piece, acts: Sequence[Act]) -> bool:
    return any_in([act for act in acts if act.encouraged], piece.span)


def _is_penalty(notice: Notice, piece: Piece) -> bool:
    return _PENALTY.search(notice.quote(piece.spans[0])) is not None


def _permits(notice: Notice, piece: Piece) -> bool:
    return _PERMITS.search(notice.quote(piece.spans[0])) is not None


def _sets_terms(notice: Notice, piece: Piece, names: Sequence[str]) -> bool:
    """Whether it is a list of what such a body has to be to be one."""
    lead = notice.quote(piece.spans[0])
    return len(piece.spans) > 1 and _CONDITIONS.search(lead) is not None and any(name in lead for name in names)


def _breaks(notice: Notice, piece: Piece, names: Sequence[str]) -> bool:
    """Whether the first clause of the penalty, who broke what, names them."""
    first = next(iter(clause_spans(notice.text, piece.spans[0])), piece.spans[0])
    return opens_with(notice.quote(first), names)


def row_of(notice: Notice, piece: Piece, *, labelled: bool = True) -> Statement:
    """A piece as one line, each of its sentences with its marker, where it is ``labelled`` behind the number of its article."""
    clause = piece.section.article.clause
    label = clause[-1] if clause and labelled else ""
    lead = f"{label} " if label else ""
    parts = [
        Statement(
            f"{lead if not at else ''}{one}", (Support(notice.id, span),), given=f"{lead if not at else ''}{mark}"
        )
        for at, (one, mark, span) in enumerate(_counted(notice, piece))
    ]
    return Statement.joined(parts) if len(parts) > 1 else parts[0]


def _counted(notice: Notice, piece: Piece) -> Iterator[tuple[str, str, Span]]:
    """The words of each of its sentences with the number of an item, that number, and where they stand."""
    for number, (said, span) in enumerate(zip(piece.words(notice), piece.spans, strict=True)):
        mark = f"（{number}）" if number else ""
        yield f"{mark}{said}", mark, span


def _support(notice: Notice, piece: Piece) -> tuple[Support, ...]:
    return (Support(notice.id, piece.spans[0]),)
