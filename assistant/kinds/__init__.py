"""The kinds of answers (各类回答), one file a kind: what it needs, how it picks, when it is silent, how it says it.

A kind is a module that is a :class:`Way`; it is registered here and nowhere else. To add one: its file, its lines here, its
:class:`~assistant.types.Kind` with the forms and the ways of asking by which a question is known to be of it (``query/kinds.py``,
``lexicon/forms_asking.toml``). What kinds share is below, in :mod:`assistant.answering`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.manner import Manners
from assistant.kinds import body, change, comparison, deadline, document, figure, library, listing, ruling, text
from assistant.query.types import Query
from assistant.types import Kind, Verdict


class Way(Protocol):
    """One way of answering; a module of this package."""

    def wants(self, u: Query, /) -> bool:
        """Whether the question is of this kind."""
        ...

    def tell(self, desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock, /) -> Outcome | None:
        """What is said and what was looked at; None leaves the question to the next way.

        Args:
            verdicts: of the notices for the place and date of the question.
            clock: what was tried, and how long it took.
        """
        ...


WAYS: tuple[Way, ...] = (library, document, ruling, comparison, change, figure, deadline, listing, body, text)
"""In this order: what is asked of the library or of a notice itself, then where notices stand against each other, then what they say."""
MANNERS: Manners = {
    Kind.FIGURE: figure.MANNER,
    Kind.DEADLINE: deadline.MANNER,
    Kind.TEXT: text.MANNER,
    Kind.LIST: listing.MANNER,
    Kind.BODY: body.MANNER,
    Kind.COMPARISON: comparison.MANNER,
    Kind.CHANGE: change.MANNER,
    Kind.APPLICABILITY: ruling.MANNER,
}
"""What each kind asks of the steps that all share."""
