"""A question understood (问题理解): kind, scope, topic and what was carried from the conversation, by rules.

The conversation is folded turn by turn, so that ``那湛江呢？`` after ``资阳院长年薪怎么定`` becomes one self-contained
question. What was carried is named, never silent. The trap: a place named in the question overrides the carried one,
and a carried document goes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.query.asked import says
from assistant.query.narrowing import has_matter
from assistant.query.orders import asks_to_write
from assistant.query.parts import SHARED, Part, parts_of, with_story, without_tail
from assistant.query.premise import body_held, with_premise
from assistant.query.scope import item_label, item_number
from assistant.query.step import ELLIPTIC, Router, step
from assistant.query.summing import asks_to_sum_up, is_digest, lines_wanted, shape_of, without_left_out
from assistant.query.tasks import (
    CIVIL_TASKS,
    hospital_asked,
    modality_asked,
    outline_asked,
    placeless,
    task_of,
    without_names,
)
from assistant.query.topic import content_of
from assistant.query.types import Hang, Query, Task
from assistant.types import Kind, Profile, Turn
from corpus.grammar import form
from corpus.regions import gazetteer
from corpus.types import Notice
from corpus.typos import Correction, Speller
from corpus.wording import wording

_MARKERS = form("model.marker")
_OF_WHOLE = frozenset({Task.SUMMARY, Task.COLLECT, Task.SCHEDULE})
"""Tasks of which a message may say what to leave out."""
COMPARED = 2
"""Sides that make a comparison."""
BARE = 2
"""Characters of content up to which a question behind a question mark only asks on."""

Understanding = Query
"""The former name of the value."""


def understand(
    question: str,
    notices: Sequence[Notice],
    *,
    history: Sequence[Turn] = (),
    profile: Profile | None = None,
    today: date,
    speller: Speller | None = None,
    router: Router | None = None,
    acts: Router | None = None,
    hangs: Router | None = None,
    ahead: Callable[[Sequence[str]], None] | None = None,
) -> Query:
    """Read ``question`` in the light of the conversation and the session's profile.

    Args:
        router: shares of the kinds of a question, besides the patterns.
        acts: shares of what a message does: asks, asks on, wants a list, greets.
        hangs: shares of how a message hangs on the question before it.
        ahead: told which wordings of the message the routers will read, so that it reads them in one pass.
        speller: puts typing slips right before anything is read; what it changed is among the notes.
    """
    said = _MARKERS.sub("", next((turn.content for turn in reversed(history) if turn.role != "user"), ""))
    every = " ".join(turn.content for turn in history if turn.role != "user")
    room = _Room(tuple(notices), profile or Profile(), today, router, acts, hangs, ahead, every)
    state: Query | None = None
    placed: str | None = None
    for turn in history:
        if turn.role == "user" and turn.content.strip():
            state = room.step(_spelled(turn.content, speller)[0], _moved(state, turn.place, placed))
            placed = turn.place
    spelled, slips = _spelled(question, None if profile and profile.literal else speller)
    q = room.message(spelled, _moved(state, room.profile.region or "", placed))
    if state is not None:
        q = replace(q, answered=said)
    told = tuple(f"“{slip.typed}”按“{slip.meant}”理解" for slip in slips)
    return replace(q, notes=(*told, *q.notes), slips=told) if told else q


def _moved(state: Query | None, place: str | None, before: str | None) -> Query | None:
    """The conversation so far; not about its place any more where the profile was set to another since ``before``."""
    if state is None or place is None or before is None or place == before:
        return state
    return replace(state, regions=(), region_from=None, said_places=())


@dataclass(frozen=True, slots=True)
class _Room:
    """What every message of a conversation is read against."""

    notices: tuple[Notice, ...]
    profile: Profile
    today: date
    router: Router | None
    acts: Router | None
    hangs: Router | None
    ahead: Callable[[Sequence[str]], None] | None = None
    said: str = ""

    def message(self, text: str, previous: Query | None) -> Query:
        """The whole message; where it asks several things, with its parts. A body that is held to be in charge is laid aside:
        who is, is asked."""
        if self.ahead:
            self.ahead((text, placeless(text), self._unnamed(text)))
        body, without = body_held(text)
        if body:
            q = self._message(without, previous)
            if q.parts and q.parts[-1].wants.body:
                return replace(q, parts=(*q.parts[:-1], replace(q.parts[-1], body_held=body)))
            if not q.parts and q.wants.body:
                return replace(q, body_held=body, rewritten=text if q.rewritten == without else q.rewritten)
        return self._message(text, previous)

    def _message(self, text: str, previous: Query | None) -> Query:
        acts = self.acts(self._unnamed(text)) if self.acts else None
        task = task_of(text, acts)
        if self.acts and task is Task.ANSWER and self._asks_what_it_can(text):
            task = Task.HELP
        if task in (Task.ANSWER, Task.OUTSIDE, Task.COLLECT) and asks_to_write(text):
            task = Task.WRITE
        if task is Task.WRITE and is_digest(text):
            task = Task.SUMMARY
        if task is Task.WRITE and not asks_to_write(text) and shape_of(text).table:
            task = Task.COLLECT  # 目标做成表: a table is no document
        of_sum = task in (Task.ANSWER, Task.COLLECT) or (task is Task.WRITE and not asks_to_write(text))
        if of_sum and asks_to_sum_up(text):
            task = Task.SUMMARY
        if task in (Task.ANSWER, Task.COLLECT) and says(text, "ask.not_due"):
            task = Task.SCHEDULE
        if task is Task.SUMMARY and wording("compared").in_(text) and not wording("sums_up").in_(text):
            task = Task.ANSWER
        if task is Task.SUMMARY and not lines_wanted(text) and (item_label(text) or item_number(text) is not None):
            task = Task.ANSWER  # 第16项讲什么: one item is asked for, not the whole
        if task in _OF_WHOLE:
            text = without_left_out(text)  # 背景和政府职责都不用: what is named so is not what is wanted
        q = replace(
            self.step(text, previous),
            task=task,
            item=item_label(text),
            hospitals=hospital_asked(text),
            outline=outline_asked(text),
            modality=modality_asked(text),
        )
        if task is Task.SUMMARY and q.last is not None and self.acts:  # 再短点: of the list or summary before
            q = replace(
                q, last=replace(q.last, task=task_of(q.last.utterance, self.acts(self._unnamed(q.last.utterance))))
            )
        if task is Task.SUMMARY and q.facts and not q.says("sums_up"):
            q = replace(q, task=(task := Task.ANSWER))  # 主送给谁: one fact of the document is asked for
        if task is Task.LIBRARY and previous is not None and len(q.notice_ids) == 1:
            q = replace(q, task=(task := Task.ANSWER))  # 2021那份也提了吗: of the matter before in one document
        if task is Task.COLLECT and q.kind is Kind.COMPARISON and not q.shape.listed:
            q = replace(q, task=(task := Task.ANSWER))  # 甲、乙罚款各是多少: rows of places, not of a document
        if task is not Task.ANSWER or q.wants.out_of_scope or q.hang is Hang.LAST:
            return q
        parts = parts_of(text)
        if len(parts) == 1:
            part = parts[0]
            if part.text != text:  # a long story: its places and dates hold, its words would drown the question
                told = self.step(part.story, previous)
                q = replace(self.step(part.text, replace(told, content="", topic="")), item=q.item)
            return with_premise(self._with_shorter(q, text, previous))
        divided = all(part.marked for part in parts[:-1])
        if q.kind is Kind.CHANGE or (q.kind is Kind.COMPARISON and not (divided and self._own_matter(parts, previous))):
            return with_premise(q)
        read: list[tuple[Part, Query]] = []
        before = previous
        for part in parts:
            hangs = bool(read) and not part.apart
            text_of_part = _with_first_story(part, parts[0]) if hangs else part.text
            one = self.step(text_of_part, before if hangs else previous, inner=hangs)
            if hangs and one.hang is not Hang.LAST and _asks_on(part, one, *read[-1]):  # 算不算吸烟，怎么界定的
                part = read.pop()[0].joined(part)
                one = self.step(part.text, read[-1][1] if read else previous, inner=bool(read))
            read.append((part, one))
            before = one
        if len(read) == 1:
            return with_premise(q)
        asked = tuple(
            with_premise(replace(one, item=item_label(part.asked), called=part.asked, apart=part.apart))
            for part, one in _placed(read, q)
        )
        if all(one.kind is Kind.APPLICABILITY for one in asked):
            return with_premise(q)
        return replace(q, parts=asked, divided=divided)

    def _own_matter(self, parts: Sequence[Part], previous: Query | None) -> bool:
        """Whether the last of several questions says what it is about; of two, one that only names sides compares what the first
        asks (要交满几年？甲市和乙市的条例写的一样么)."""
        if len(parts) > COMPARED:
            return True
        last = self.step(parts[-1].asked, previous)
        return len(last.regions) + last.national < COMPARED or has_matter(last.topic)

    def _asks_what_it_can(self, text: str) -> bool:
        """Whether a message in several parts asks what the assistant can do, and beside that only greets or asks if it can do one thing
        (在不在？你能干啥; 你都能干啥？能帮我查文件不)."""
        if self.acts is None or not wording("asks_ability").in_(text):
            return False
        parts = parts_of(text)
        if len(parts) < 2:
            return False
        tasks = [task_of(part.asked, self.acts(part.asked)) for part in parts]
        rest = (t in CIVIL_TASKS or wording("asks_ability").in_(p.asked) for t, p in zip(tasks, parts, strict=True))
        return Task.HELP in tasks and all(rest)

    def _with_shorter(self, q: Query, text: str, previous: Query | None) -> Query:
        """A question with clauses behind it that only say what it is for: without them is its other reading."""
        shorter = without_tail(text)
        if q.other is not None or not shorter:
            return q
        other = self.step(shorter, previous)
        same = (other.notice_ids, other.regions, other.as_of) == (q.notice_ids, q.regions, q.as_of)
        return replace(q, other=other) if same and len(other.content) > BARE else q

    def _unnamed(self, text: str) -> str:
        own = (self.profile.region,) if self.profile.region else ()
        return without_names(text, self.notices, own)

    def step(self, text: str, previous: Query | None, *, inner: bool = False) -> Query:
        """One question; ``inner``: a later one of the same message, which keeps its document."""
        return step(
            text, self.notices, previous, self.profile, self.today, self.router, self.acts, self.hangs, inner=inner,
            said=self.said,
        )  # fmt: skip


def _placed(read: Sequence[tuple[Part, Query]], q: Query) -> list[tuple[Part, Query]]:
    """The parts, those without a place or document of their own of the place that one of them names and says nothing else
    (每千人几张床，湛江方案写了没)."""
    names = [one for _, one in read if one.region_from == "question"]
    if len(q.regions) != 1 or len(names) != 1 or len(names[0].own or names[0].content) > ELLIPTIC:
        return list(read)  # 湛江那个也是90，是不是一个口径: a place of its own matter
    return [
        (part, one if one.regions or one.notice_ids else replace(one, regions=q.regions, region_from="question"))
        for part, one in read
    ]


def _asks_on(part: Part, one: Query, first: Part, before: Query) -> bool:
    """Whether a part says next to nothing and asks for no other sort of thing than the one before it; behind a question mark
    nothing but that."""
    return len(content_of(part.asked)) <= (BARE if first.marked else ELLIPTIC) and one.kind in (Kind.TEXT, before.kind)


def _with_first_story(part: Part, first: Part) -> str:
    """A later question with the few words that the message began with, which it is about as well; one that says next to nothing
    hangs on the question before it, and a long story would drown it."""
    bare = part.story or not 0 < len(first.story) <= SHARED or len(content_of(part.asked)) <= ELLIPTIC
    return part.text if bare else with_story(first.story, part.asked)


def _spelled(question: str, speller: Speller | None) -> tuple[str, tuple[Correction, ...]]:
    if speller is None:
        return question, ()
    places = [(m.span.start, m.span.end) for m in gazetteer().find(question)]
    return speller.correct(question, places)
