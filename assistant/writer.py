"""What is to be written (起草): an official document or an everyday text, put together from clauses of the library.

The trap: an order to write and a question about a document that was written look alike; what is no order is answered as a question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.answering.answerability import best_reading
from assistant.answering.draft import Draft
from assistant.errors import DraftError
from assistant.pointing import Pointing
from assistant.query.orders import kind_called, official_names
from assistant.query.types import Query, Task
from assistant.retrieval.evidence import LEAST, Retriever
from assistant.tasks.civil import CANNOT, PUT_TOGETHER, WRITTEN
from assistant.tasks.composing import Official, as_draft
from assistant.tasks.ordering import Order, titled
from assistant.tasks.outline import article_called
from assistant.tasks.writing import all_names, clauses, text_called, written
from assistant.told import Told, by_rule
from assistant.types import Kind

SEARCHED = 12
"""Passages looked at for a text."""
Compose = Callable[[Order], Official]


class Writer:
    """Writes what is ordered, as far as clauses go."""

    def __init__(self, retriever: Retriever, pointing: Pointing, compose: Compose) -> None:
        self._retriever, self._pointing, self._compose = retriever, pointing, compose

    def text(self, q: Query, *, official: bool = False) -> Told | None:
        """What is to be written and told in the asker's own words, over the clauses that answer it: an everyday text, or an official
        document on them; None where a document is ordered as such (but for ``official``), or nothing answers."""
        wanted = q.last_of((*all_names(), *official_names()))
        by_name = wanted not in all_names() and wanted != ""
        if (q.orders or q.says("ask.all_about")) and by_name and not official:
            return None
        asked = replace(q.to_tell, task=Task.ANSWER, wants=replace(q.wants, kind=Kind.TEXT))
        pool = q.notice_ids or self._retriever.pool(asked)
        wordings = (asked, *(one for one in (asked.matter_alone,) if one.topic != asked.topic))
        readings = [self._retriever.retrieve(one, pool, top_k=SEARCHED) for one in wordings]
        evidence = max(readings, key=lambda found: best_reading(found) or LEAST)
        found = clauses(evidence, q.shape, placed=bool(q.region or q.home), named=bool(q.notice_ids))
        if found is None:
            return None
        notice, pieces = found
        if by_name:
            subject = f"贯彻落实{titled(notice)}"
            order = Order(kind_called(wanted), subject, q.region or q.home, to=q.addressee, day=q.as_of, kinds=q.kinds)
            written_so = self._composed(q, replace(order, basis=(notice.id,), found=tuple(pieces)))
            return written_so if isinstance(written_so, Told) else None
        told = replace(written(text_called(wanted), notice, pieces), notes=(PUT_TOGETHER,))
        return Told(q, told, tuple(evidence), fixed=True, extract_note=PUT_TOGETHER)

    def written(self, q: Query, kind: str, matter: str) -> Told | DraftError:
        """The document that is asked for, as far as the clauses of the library go; the reason where they hold nothing of it."""
        among = q.notice_ids if q.basis or not q.rests else ()
        place = q.region or q.home
        basis = () if q.own_matter else q.basis
        order = Order(kind, matter, place, among, to=q.addressee, day=q.as_of, kinds=q.kinds, basis=basis)
        if q.item and (one := self._pointing.only(q)) and article_called(one, q.item):
            order = replace(order, subject=f"落实{titled(one)}{q.item}", basis=(one.id,), item=q.item)
        return self._composed(q, order)

    def _composed(self, q: Query, order: Order) -> Told | DraftError:
        """The document, as far as the clauses of the library go; the reason where they hold nothing of it."""
        try:
            made = self._compose(order)
        except DraftError as error:
            return error
        told = by_rule(self._retriever, q, as_draft(made))
        if told is None or not isinstance(told.outcome, Draft):
            return DraftError(CANNOT[Task.WRITE])
        return replace(told, outcome=replace(told.outcome, notes=(WRITTEN,)), extract_note=WRITTEN)
