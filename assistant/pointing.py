"""Which documents a message is about (所指文件): named, of its place, of the conversation, or the one that is nearest.

The trap: words that ask for a document (那个文件) and words of its title look alike; only where nothing names one are the rest of the
words held against titles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.refusal import Refusal
from assistant.query.documents import TITLE_KINDS
from assistant.query.tasks import matter_wanted
from assistant.query.types import Query, Task
from assistant.retrieval.evidence import Retriever
from assistant.tasks.naming import meant_by, titled_most, which
from assistant.tasks.versions import of_place
from assistant.tasks.writing import notice_meant
from corpus.types import Notice
from corpus.wording import wording

_OF_PLACE = 4
"""Documents of a place that are told one by one."""
_NAME, _TITLE = 4, 6
"""Characters from which words may name a document, where they ask for one and where nothing says that they do."""
_DEMONSTRATIVE = "这那个份部项的把"
"""Characters of what only points at a document."""


class Pointing:
    """Finds the documents that a message means."""

    def __init__(self, retriever: Retriever, notices: Sequence[Notice]) -> None:
        self._retriever = retriever
        self._all = tuple(notices)
        self._notices = {n.id: n for n in notices}

    def of_place(self, q: Query) -> list[Notice]:
        """The documents named, or those of the place, where they are few."""
        ids = q.notice_ids or (self._retriever.pool(q) if q.region else ())
        return [self._notices[i] for i in ids] if len(ids) <= _OF_PLACE else []

    def meant(self, q: Query) -> tuple[Notice, ...]:
        """The notices a task is about: named, else those of the conversation, else the one that is nearest."""
        ids = q.notice_ids or (q.last.notice_ids if q.last else ())
        if not ids and q.task in (Task.COLLECT, Task.SCHEDULE) and (titled := self.titled(q)):
            return titled
        if not ids and q.task in (Task.COLLECT, Task.SCHEDULE) and (own := of_place(self._all, q.regions)):
            return titled_most(q.topic, own)
        if not ids:
            pool = self._retriever.pool(q)
            ids = pool
            if len(pool) != 1:  # of a place only where the asker's is known
                found = notice_meant(self._retriever.retrieve(q, pool), placed=bool(q.region or q.home))
                ids = (found.id,) if found else ()
        return tuple(self._notices[i] for i in ids[:3])

    def only(self, q: Query) -> Notice | None:
        """The notice of which rows or parts are wanted, where it is one."""
        meant = self.meant(replace(q, task=Task.COLLECT))
        return meant[0] if len(meant) == 1 else None

    def titled(self, q: Query) -> tuple[Notice, ...]:
        """The one document that words of the message call by most of its title, where no noun for a document says so."""
        for words in q.stretches:
            found = meant_by(words, self._all) if len(words) >= _TITLE else ()
            if len(found) == 1:
                return found
        return ()

    def called(self, q: Query) -> Notice | None:
        """The one document of which a fact is asked, by most of the words of its title."""
        found = meant_by(q.paper_named, self._all) if len(q.paper_named) >= _NAME else ()
        return found[0] if len(found) == 1 else None

    def named(self, q: Query) -> tuple[Notice, ...] | Refusal:
        """The documents to be summed up: named, or those of the conversation where the message names none; else the question
        which is meant."""
        if q.alike:
            return which(q.named, self._all, [self._notices[i] for i in q.alike])
        if q.notice_ids:
            return tuple(self._notices[i] for i in q.notice_ids)
        pool = [n for n in self._all if n.region in q.regions] if q.regions else []
        if len(pool) == 1 and matter_wanted(q, self._all):
            return tuple(pool)  # 总结下甲市这文跟医务科有关的: what follows is no title
        words = wording("pointing").without(q.named)
        found = meant_by(words, self._all) if words else tuple(pool)
        if len(pool) == 1 and not found and _points(q, pool[0]):
            return tuple(pool)  # 把甲市那份总结一下给领导看: it has one, and what else is said calls no document
        if len(found) > 1 and (own := tuple(n for n in found if n in pool)):
            found = own
        if len(found) == 1:
            return found
        if titled := self.titled(q):
            return titled
        unnamed = len(q.named) < _NAME or wording("pointing").in_(q.named)
        if not found and unnamed and q.last:
            return self.meant(replace(q.last, last=None))[:1]
        return which("" if unnamed and not found else q.named, self._all, found)


def _points(q: Query, notice: Notice) -> bool:
    """Whether a message points at a document (那份, 那个方案) and calls it by no name that ``notice`` does not know (那份控烟条例)."""
    called = [q.named.partition(kind)[0].strip(_DEMONSTRATIVE) for kind in TITLE_KINDS if kind in q.named]
    return any(map(wording("pointing").in_, q.stretches)) and all(name in notice.text for name in called)
