"""What is ruled (怎么规定、是什么、能不能): wording, and everything that asks for nothing of a kind of its own.

Needs: a sentence about what is asked.
Picks: the best sentences of one notice; a short list is told whole where a member of it is found.
Silent: where the reader, or without one nearness and coverage, finds no sentence that answers, or the body asked about stands
nowhere. The limit is low: a sentence quoted beside the point can be seen as such, a refusal of what is there cannot.
Says: yes or no first where one is asked and the clause surely says it, then the sentence in its article or paragraph; of a clause
about another sort of hospital than the asker's, that it is about that one.
The trap: a message may ask two things, and then each gets its sentence.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.manner import Manner, Missing
from assistant.answering.telling import told
from assistant.query.types import Query
from assistant.types import Kind, Verdict

MANNER = Manner(whole_list=True, of_asker=True, missing=frozenset({Missing.BODY, Missing.FIGURE}))
EXAMPLES = ("湛江的院长年薪怎么定", "资阳医师多点执业怎么规定", "公立医院取消耗材加成的钱怎么补")


def wants(u: Query) -> bool:
    return u.kind in (Kind.TEXT, Kind.OUT_OF_SCOPE)


def tell(desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome:
    return told(desk, u, clock)
