"""A time (什么时候、哪年前): until when, from when, by which year.

Needs: a sentence that states a time: a year, a plan period, 年底前; a length of time only where one is asked (多久).
Picks: the best sentence with a time; in a notice made for one year the best sentence, whose time is that year.
Silent: where none states a time ("没有写明时间要求"), or the subject, or the sort of hospital, stands nowhere. A little below the line it
still answers: sentences with a date are short, and say little of the words asked.
Says: the clause; where goals say their year once at the top, that clause too ("其前写明"); that the year is over where it is.
The trap: of a five-year plan the last year is meant, and the date the asker stands at is no target.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.manner import Manner, Missing
from assistant.answering.telling import told
from assistant.query.types import Query
from assistant.types import Kind, Verdict
from corpus import fitted

MANNER = Manner(
    value=True,
    timed=True,
    alone=True,
    dated=True,
    missing=frozenset({Missing.SUBJECT, Missing.FIGURE, Missing.GROUP}),
    slack=fitted.number("kinds.deadline.slack"),
    silent="no_period",
)
EXAMPLES = (
    "湖南全面推进紧密型县域医共体，哪一年基本建成",
    "湛江什么时候取消耗材加成",
    "资阳的居民健康卡到什么时候普及",
)


def wants(u: Query) -> bool:
    return u.kind is Kind.DEADLINE


def tell(desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome:
    return told(desk, u, clock)
