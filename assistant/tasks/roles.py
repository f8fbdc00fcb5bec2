"""What a quoted piece is for in a document (条文的作用): whom and what it is about, what is ruled, who does it until when, what a
breach costs, from when it holds and what it repeals.

It stands alone because a document is ordered by these and not by the words that were looked for. The trap: a penalty names the duty
that is broken, and a rule on fees has 范围 in it, so the narrower role is asked for first.
"""

from __future__ import annotations

from enum import Enum

from assistant.tasks.pieces import Piece
from corpus.grammar import form
from corpus.types import Notice

_SCOPE, _PENALTY = form("clause.scope"), form("states.penalty")
_SELF, _IN_FORCE = form("force.kind_of_self"), form("force.from")
_REPEALS, _NAMED = form("repeal.verb"), form("repeal.named")
TASKS_IN_TIME = "任务分工和时限"
"""The heading over tasks of which one says by when."""


class Role(Enum):
    """The sections of a document in their order; the value is the heading."""

    SCOPE = "适用范围"
    RULES = "政策要求"
    TASKS = "任务分工"
    PENALTIES = "法律责任"
    FORCE = "施行日期"


def role_of(notice: Notice, piece: Piece, *, tasked: bool) -> Role:
    """The role of ``piece``.

    Args:
        tasked: whether it says who has to act or by when.
    """
    text = notice.quote(piece.spans[0])
    if (_IN_FORCE.search(text) and _SELF.search(text)) or (_REPEALS.search(text) and _NAMED.search(text)):
        return Role.FORCE
    if _PENALTY.search(text):
        return Role.PENALTIES
    if _SCOPE.search(text) or _SCOPE.search(
        piece.section.article.headings[0] if piece.section.article.headings else ""
    ):
        return Role.SCOPE
    return Role.TASKS if tasked else Role.RULES
