"""A figure (多少、比例、金额、几岁): how much, how many, what share, how long.

Needs: a sentence that states a value of the sort that is asked (a share, money, a count, a length of time, an age, a grade).
Picks: the best sentence that states one; of a sentence that states a value for each of several cases (一般县…；西部的县…) the case
that is asked, told by the question's words or the reader, unless the question names another case too. One sentence answers:
another figure beside it, of its own article too, would only be taken for it, so it has to be read about as surely, and a short
article that states another is not told whole; a question that weighs several figures (82还是95) gets the sentence of each.
Silent: where no sentence states such a value ("没有写明所问的具体数字"), it is left to another document, the subject, the share taken for
granted, the measure (药占比) or the target year stands nowhere, or the figure is for another sort of hospital.
Says: the clause, and that its target year is over where it is. The trap: a figure near the words asked for may be another's.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.manner import Manner, Missing
from assistant.answering.telling import told
from assistant.query.types import Query
from assistant.types import Kind, Verdict

MANNER = Manner(
    value=True,
    alone=True,
    dated=True,
    of_asker=True,
    missing=frozenset({Missing.SUBJECT, Missing.FIGURE, Missing.GROUP, Missing.YEAR}),
    silent="no_value",
)
EXAMPLES = (
    "湖南到2025年底多少县市要建成县域医共体？",
    "湛江的医疗服务价格一年至少调整几次",
    "资阳按病种付费的病种不少于多少个",
)


def wants(u: Query) -> bool:
    return u.kind is Kind.FIGURE


def tell(desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome:
    return told(desk, u, clock)
