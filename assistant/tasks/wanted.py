"""What of whole notices is wanted (要哪些): all, the part that is called by name, or what is about one matter or body alone.

The trap: where nothing is written of what alone is wanted, everything else is no answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.answering.draft import Draft
from assistant.answering.refusal import Refusal
from assistant.query.tasks import Matter, matter_wanted, only_wanted
from assistant.query.types import Query, Task
from assistant.tasks.audience import said_to
from assistant.tasks.parts import parts_meant
from assistant.tasks.sections import Section
from assistant.tasks.summing import summary
from assistant.types import RefusalReason
from corpus.naming import short_title
from corpus.types import Notice
from corpus.wording import wording

Parts = Mapping[str, Sequence[Section]]
"""Sections by the id of their notice."""


def parts_wanted(q: Query, notices: Sequence[Notice]) -> Parts:
    """The parts that ``q`` calls by name, of the notices that have them."""
    return {n.id: found for n in notices if (found := parts_meant(q, n))}


def summed_up(q: Query, notices: Sequence[Notice]) -> Draft | Refusal | None:
    """The notices summed up: the part that is called by name, what is about the matter alone that is wanted, else all of each."""
    parts = parts_wanted(q, notices)
    unknown = "" if parts else q.part_wanted
    only = only_wanted(q)
    about = only or matter_wanted(q, notices)
    if not parts and not unknown and about is None and (before := _asked_before(q)):
        parts, about = parts_wanted(before, notices), only_wanted(before) or matter_wanted(before, notices)
    if only and len(notices) == 1 and not parts and (told := said_to(notices[0], only, q.shape.characters)):
        return told
    if about and (found := summary(notices, parts=parts, shape=q.shape, matter=about)):
        return found
    if only:
        return silent_on(only, notices)
    told = summary(notices, parts=parts, part=unknown, shape=q.shape)
    if about and isinstance(told, Draft):
        told = replace(told, notes=(f"{titles(notices)}没有单独写到“{about.words}”，以上是全部要点。", *told.notes))
    return told


def _asked_before(q: Query) -> Query | None:
    """The list or summary before, where the message only wants it told anew (再短点，三句话): its part and its matter are still meant."""
    again = q.last is not None and q.last.task in (Task.COLLECT, Task.SUMMARY) and not q.says("wants_whole")
    return q.last if again else None


def parts_listed(q: Query, notices: Sequence[Notice]) -> Draft | None:
    """The parts of ``notices`` that ``q`` calls by name; None where it names none."""
    parts = parts_wanted(q, notices)
    return summary(with_parts(notices, parts), parts=parts, shape=q.shape) if parts else None


def with_parts(notices: Sequence[Notice], parts: Parts) -> list[Notice]:
    """The notices that have one of ``parts``."""
    return [n for n in notices if n.id in parts]


def silent_on(matter: Matter, notices: Sequence[Notice]) -> Refusal:
    """That nothing is written of what alone is wanted."""
    told = f"{titles(notices)}没有单独写到“{matter.words}”，列不出只与它有关的内容。可以问全部任务，或换个叫法。"
    return Refusal(RefusalReason.SILENT, told)


def titles(notices: Sequence[Notice]) -> str:
    """What the notices are called."""
    return "、".join(f"《{short_title(n)}》" for n in notices)


def called(parts: Parts) -> str:
    """The parts by name, to be said in front of what stands there; "" for none."""
    names = dict.fromkeys(one.name or one.head for own in parts.values() for one in own)
    return f"“{'”“'.join(names)}”部分" if names else ""


def all_are(usual: str, parts: Parts) -> bool:
    """Whether the parts that are wanted are all of one usual sort."""
    return bool(parts) and all(wording(usual).in_(one.name) for own in parts.values() for one in own)
