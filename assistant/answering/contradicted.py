"""What the asker holds to be so, laid against the clause (说法不符): 不是, where the piece nearest to it says another of a set of contrasts.

要建三甲吧 over 徐闻县人民医院建成三级综合医院 is no, and 全免对吧 over 减半征收. Only sets of what is done, how far and how bindingly decide; a
piece about somebody else (营利性, 非营利) contradicts nothing. The trap: a sentence goes through several cases, so only the pieces with
most of the asker's words count, and each of them has to say otherwise.
"""

from __future__ import annotations

from assistant.answering.draft import Statement, Support
from assistant.query.types import Query
from corpus.contrasts import Conflict
from corpus.grammar import split_at
from corpus.text import fold, one_line, pairs_of
from corpus.types import Notice, Span

_DONE = frozenset({"modality", "extent", "direction", "legal"})
"""Kinds of contrast sets that say what is done, how far, and how bindingly."""
_GRADES, _ABOUT, _LONGEST = "医院等级", 2, 60
"""The set of grades, which is said of a hospital and, where one is to be reached, of what is done; pairs of characters from which a
piece is about the same thing; and characters of one that is told."""


def contradicted(q: Query, notice: Notice, span: Span) -> Statement | None:
    """``不是。文件写的是“…”。`` for a message that holds something to be so (对吧, …吧); None where no piece says otherwise."""
    if not q.holds:
        return None
    asked = {pair for pair in pairs_of(fold(q.content)) if not any(char.isdigit() for char in pair)}
    pieces = [one_line(piece).strip() for piece in split_at("；;。，,", span.of(notice.text))]
    said = [(piece, q.conflicts(piece)) for piece in pieces]
    reached = q.reaches_grade
    own = [(piece, found) for piece, found in said if not any(map(_is_of_others, found))]
    shares = {piece: len(asked & pairs_of(fold(piece))) for piece, _ in own}
    best = max(shares.values(), default=0)
    nearest = [(piece, found) for piece, found in own if shares[piece] == best]
    decided = [any(one.kind in _DONE or (one.name == _GRADES and reached) for one in found) for _, found in nearest]
    told = nearest[0][0] if nearest else ""
    if best < _ABOUT or not all(decided) or len(told) > _LONGEST:
        return None
    return Statement(f"不是。文件写的是“{told}”。", (Support(notice.id, span),), given="不是。文件写的是", head=True)


def _is_of_others(one: Conflict) -> bool:
    """Whether a contrast says that the piece is about somebody or something else."""
    return one.kind in ("subject", "object") and one.name != _GRADES
