"""What the steps that all kinds share ask of one kind (各类之别): each kind of answer states its own (:mod:`assistant.kinds`).

It stands alone so that a step reads a slot (``manner.value``) and no step knows the kinds by name. The trap: a manner goes by
what is asked at that step; a table asks for its cells as wording (``Kind.TEXT``), whatever the question is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assistant.query.types import Query
from assistant.types import Kind


class Missing(StrEnum):
    """What may be asked that no notice holds (:mod:`assistant.answering.absent`)."""

    SUBJECT = "subject"  # a known term that stands nowhere
    BODY = "body"  # a body that nobody names
    FIGURE = "figure"  # a share or a sum taken for granted
    GROUP = "group"  # another sort of hospital
    YEAR = "year"  # another target year


@dataclass(frozen=True, slots=True)
class Manner:
    """How one kind is picked, when it is silent and how it is said, where the others do otherwise.

    Attributes:
        value: only a figure or a time answers. ``value_if_asked``: where the question asks for a figure besides.
        timed: the value is a time, and a sentence of a notice for one year needs none.
        by_bracket: bodies stand in brackets, so how near a sentence comes decides nothing.
        alone: one sentence answers; one of another article beside it has to be read nearly as surely.
        whole_list: a short list is told whole where a member of it is found.
        each_year: of several years that are asked each gets its sentence.
        dated: a target whose year is over is said to be over.
        of_asker: a clause about another sort of hospital is said to be about that.
        by_place: where no place is known each place that speaks is told.
        missing: what is looked for before anything is said.
        slack: how far below the fitted line an answer may be, in its log odds.
        silent: why it is silent, as a code of :func:`assistant.answering.refusal.silent`.
    """

    value: bool = False
    value_if_asked: bool = False
    timed: bool = False
    by_bracket: bool = False
    alone: bool = False
    whole_list: bool = False
    each_year: bool = True
    dated: bool = False
    of_asker: bool = False
    by_place: bool = True
    missing: frozenset[Missing] = frozenset({Missing.FIGURE})
    slack: float = 0.0
    silent: str = "uncovered"

    def wants_value(self, u: Query) -> bool:
        """Whether the answer to ``u`` has to be a figure or a time."""
        return self.value or (self.value_if_asked and u.wants.figure)


Manners = Mapping[Kind, Manner]
PLAIN = Manner()
"""For what is no kind of its own."""
