"""What is done with a question (分派): each of its parts by its task, and their outcomes joined into one.

Stands between the service and the planner: the planner answers one question in one scope; here a message becomes such
questions. The trap: what is joined passes the gate as one draft, so every head rests on what the answer below it cites.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from assistant.answering.absent import LEAST_TERM, writes_of
from assistant.answering.covering import covering
from assistant.answering.desk import Clock
from assistant.answering.draft import Draft, Statement, paragraph
from assistant.answering.lost import lost_item
from assistant.answering.refusal import Refusal
from assistant.answering.repeated import OWN_COVERED, Said, of_own_term, of_own_words, says_no_more, with_repeated
from assistant.answers import Answers, Verdicts
from assistant.joining import Joining
from assistant.kinds.planner import Planner
from assistant.pointing import Pointing
from assistant.query.narrowing import whole_item
from assistant.query.tasks import CIVIL_TASKS, matter_looked_up, matter_named, name_looked_up
from assistant.query.types import Hang, Query, Task
from assistant.retrieval.evidence import Retriever
from assistant.tasks.audience import asked_of_hospitals
from assistant.tasks.civil import CAN, CANNOT, CIVIL, QUOTED_FOR_WRITING
from assistant.tasks.collecting import all_listed, collected, listed_of_body, of_modality
from assistant.tasks.expanding import expanded
from assistant.tasks.mentioning import mentioned, written_of
from assistant.tasks.outline import item, lacking, place_of, whole
from assistant.tasks.parts import parts_meant, sections_headed
from assistant.tasks.scheduling import phased
from assistant.tasks.summing import headings, summary
from assistant.tasks.versions import differences, of_place, two_texts
from assistant.tasks.wanted import parts_listed, summed_up
from assistant.told import SURE, Told, by_rule, reading_of
from assistant.types import Kind, RefusalReason
from assistant.writer import SEARCHED, Compose, Writer
from corpus import fitted
from corpus.text import GAP
from corpus.types import Notice
from index.nearness import nearness_of

_OF_SEVERAL = (Kind.CHANGE, Kind.COMPARISON)
"""What is asked of several documents, and is no summary of one."""
_LEFT = 60
"""Characters of an item that a capture left from which they are told."""
SURE_LISTED = fitted.number("dispatch.sure_listed")
"""Log odds of the reader from which a clause is what is to be listed."""


class Dispatcher:
    """Sends each question where it is answered."""

    def __init__(
        self, planner: Planner, retriever: Retriever, notices: Sequence[Notice], verdicts: Verdicts, compose: Compose
    ) -> None:
        self._planner, self._retriever = planner, retriever
        self._all = tuple(notices)
        self._notices = {n.id: n for n in notices}
        self._pointing = Pointing(retriever, notices)
        self._answers = Answers(planner, retriever, notices, verdicts, self._pointing)
        self._joining = Joining(self._answers, planner.desk, self._notices)
        self._writer = Writer(retriever, self._pointing, compose)

    def told(self, q: Query, clock: Clock) -> Told:
        """What comes of the message ``q``."""
        if q.wants.inside is not None and self._lies_here(q):
            q = replace(q, wants=q.wants.inside)
        if q.facts and not q.notice_ids and (called := self._pointing.called(q)):
            q = replace(q, notice_ids=(called.id,))  # 残疾康复那个条例哪天施行
        if q.task in CIVIL_TASKS:
            return Told(q, Draft(()), fixed=True, civil=CIVIL[q.task])
        if q.task is Task.WRITE:
            if text := self._writer.text(q):
                return text
            written = self._writer.written(q, q.document_wanted, q.to_write.topic)
            if isinstance(written, Told):
                return written
            if text := self._writer.text(q, official=True):
                return text  # the matter as it is named stands nowhere; what answers it does
            found = self._answers.answered(q.to_write, clock)
            if isinstance(found.outcome, Refusal):
                return replace(found, outcome=Refusal(RefusalReason.OUT_OF_SCOPE, f"{written}。{CAN}"))
            noted = replace(found.outcome, notes=(QUOTED_FOR_WRITING, *found.outcome.notes))
            return replace(found, outcome=noted, extract_note=QUOTED_FOR_WRITING)
        if q.task in CANNOT:
            return Told(q, Refusal(RefusalReason.OUT_OF_SCOPE, CANNOT[q.task]), fixed=True)
        if not q.wants.out_of_scope:
            special = self._by_task(q, clock)
            if special:
                return special
            if q.parts:
                return self._joining.joined(q, clock)
        return self._not_again(q, self._answers.answered(q, clock), clock)

    def _not_again(self, q: Query, told: Told, clock: Clock) -> Told:
        """The answer to a follow-up without what the last one said already; where it says nothing else, what its own words find."""
        again = self._without_repeated(q, told)
        if again is told or not isinstance(again.outcome, Draft) or not says_no_more(again.outcome) or not clock.more:
            return again
        of_own = (ways(q, again.outcome, self._said_of_own(q), self._notices) for ways in (of_own_words, of_own_term))
        if found := next(filter(None, of_own), None):
            return replace(told, outcome=found)
        alone = self._answers.one(replace(q, topic=q.own, content=q.own), clock)
        speaks = self._answers.says(alone, q.own) >= OWN_COVERED and reading_of(alone) > 0
        return alone if speaks and self._without_repeated(q, alone) is alone else again

    def _said_of_own(self, q: Query) -> Said:
        """How much of the words a follow-up adds a statement has."""
        return partial(self._planner.desk.covered, q.own)

    def _without_repeated(self, q: Query, told: Told) -> Told:
        if not isinstance(told.outcome, Draft):
            return told
        draft = with_repeated(q, told.outcome, self._said_of_own(q), self._notices)
        return told if draft is told.outcome else replace(told, outcome=draft)

    def _lies_here(self, q: Query) -> bool:
        inside = replace(q, wants=q.wants.inside or q.wants)
        pool = self._retriever.pool(inside)
        return self._planner.desk.lies_here(inside, self._retriever.retrieve(inside, pool, top_k=SEARCHED))

    def _by_task(self, q: Query, clock: Clock) -> Told | None:
        if texts := two_texts(q, self._notices):
            return self._draft(q, differences(*texts, nearness_of(self._retriever.index, *texts)))
        if q.outline and (one := self._pointing.only(q)) and (headed := headings(one)):
            return self._draft(q, headed)
        if (
            q.hospitals
            and q.task in (Task.ANSWER, Task.COLLECT, Task.SUMMARY)
            and (one := self._pointing.only(q))
            and (told := asked_of_hospitals(one, q.hospitals, q.shape.characters))
        ):
            return self._draft(q, told)
        if q.task is Task.ANSWER and q.kinds_covered and (few := self._pointing.of_place(q)):
            return self._draft(q, covering(few, q.kinds_covered))
        asked_where = q.task in (Task.ANSWER, Task.LIBRARY) and q.says("ask.which_papers")
        if asked_where and (looked_up := matter_looked_up(q)):
            ids = q.notice_ids or self._retriever.pool(q)
            if told := mentioned(looked_up, [self._notices[i] for i in ids]):
                return self._draft(q, told)
        asked_whether = q.task in (Task.ANSWER, Task.LIBRARY) and q.says("ask.written_of")
        name = name_looked_up(q) if asked_whether else None
        if name and (few := self._pointing.of_place(q)) and (said := written_of(name, few)):
            return self._draft(q, said)
        if (nth := q.nth_of_last) and (at_length := expanded(nth, q.answered, self._all)):
            return self._draft(q, at_length)
        of_phases = q.task in (Task.ANSWER, Task.SUMMARY) and (q.phase or q.says("ask.phases"))
        if of_phases and (one := self._pointing.only(q)) and (steps := phased((one,), {}, q.phase)):
            return self._draft(q, steps)  # 三个阶段各从几月到几月
        rows_wanted = q.kind is Kind.LIST or q.task in (Task.COLLECT, Task.SUMMARY)
        if q.modality and rows_wanted and (one := self._pointing.only(q)) and (found := of_modality(q, one)):
            return self._draft(q, found)
        if q.task is Task.LIBRARY:
            return Told(q, self._planner.outcome(q, (), clock)[0], fixed=True)
        told_shortly = q.task is Task.ANSWER and len(q.notice_ids) == 1 and q.shape.only != ""
        if q.task is Task.SUMMARY and q.says("wants_whole") and (one := self._pointing.only(q)):
            return self._draft(q, summed_up(q, (one,)))
        if q.task is Task.SUMMARY or told_shortly:  # 只说人才那块
            named = self._pointing.named(q)
            if isinstance(named, Refusal):
                parted = [n for n in of_place(self._all, q.regions) if parts_meant(q, n)]
                if len(parted) == 1:  # 资阳健康扶贫那几条总结下: a part of the place's notice, and no title
                    return self._draft(q, summed_up(q, parted))
                if on_matter := self._on_matter(q):
                    return self._draft(q, on_matter)
                asked = None if q.says("sums_up") else self._answers.answered(replace(q, task=Task.ANSWER), clock)
                answers = asked is not None and (reading_of(asked) >= SURE or q.kind in _OF_SEVERAL)
                if asked is not None and answers and isinstance(asked.outcome, Draft):
                    return asked  # 战略主题那八个字是啥 is a question, whatever the router takes it for
                return Told(q, named, fixed=True)
            return self._draft(q, summed_up(q, named))
        if q.task in (Task.COLLECT, Task.SCHEDULE):
            meant = self._pointing.meant(q)
            if meant and (draft := collected(q, meant, q.as_of)):
                return self._draft(q, draft)
            asked = self._answers.answered(replace(q, task=Task.ANSWER), clock)
            if reading_of(asked) >= SURE_LISTED:
                return asked  # “五个一体化”指啥，都列出来: what is to be listed is what one clause names
            if any(writes_of(term, n.text) for n in meant for term in q.terms_asked if len(term.term) >= LEAST_TERM):
                return asked  # 那33种药是哪些，列下: of one matter, and not all that the document sets
            return self._draft(q, all_listed(q, meant, q.as_of)) if meant else None
        of_office = q.task is Task.ANSWER and q.says("ask.tasks_of_office")
        if of_office and (tasks := listed_of_body(q, self._pointing.meant(replace(q, task=Task.COLLECT)), q.as_of)):
            return self._draft(q, tasks)
        points_of_part = q.shape.bounded and q.part_wanted != ""  # 社会办医那节要点5条
        if q.task is Task.ANSWER and (q.shape.listed or points_of_part) and len(q.notice_ids) <= 1:
            if (one := self._pointing.only(q)) and (listed := listed_of_body(q, (one,), q.as_of)):
                return self._draft(q, listed)
            named = tuple(self._notices[i] for i in q.notice_ids) or self._pointing.titled(q)
            return self._draft(q, parts_listed(q, named)) if named else None
        if q.hang is Hang.LAST and q.last:
            return self._about_last(q, clock)
        return self._item(q) if q.item and q.kind is not Kind.BODY else None

    def _item(self, q: Query) -> Told | None:
        """The item asked for by its number, whole: of the document named or spoken of, else of each of the place that has one."""
        ids = q.notice_ids or (q.last.notice_ids if q.last else ())
        if len(ids) == 1 and whole_item(q, (notice := self._notices[ids[0]]).title):
            missing = lost_item(self._planner.desk, q, (notice.id,)) or lacking(notice, q.item)
            left = item(notice, q.item)
            if (
                missing and left and len(_quotes_of(left)) > _LEFT
            ):  # what the capture left of it is told, and that some is lost
                return self._draft(
                    q, replace(left, notes=(*left.notes, "该项在采集文本里有缺失，以上是留下的部分，请对照原件。"))
                )
            return Told(q, missing, fixed=True) if missing else self._draft(q, left)
        if ids or not whole_item(q, ""):
            return None
        found = [told for notice in self._pointing.of_place(q) if (told := item(notice, q.item))]
        blocks = tuple(block for told in found for block in told.blocks)
        return (
            self._draft(q, Draft(blocks, tuple(dict.fromkeys(n for told in found for n in told.notes))))
            if found
            else None
        )

    def _draft(self, q: Query, draft: Draft | Refusal | None) -> Told | None:
        return by_rule(self._retriever, q, draft)

    def _on_matter(self, q: Query) -> Draft | None:
        """What the one document of the place says on the matter that is named where a title might stand; None where it says nothing."""
        own, about = of_place(self._all, q.regions), matter_named(q)
        if len(own) != 1 or about is None:
            return None
        headed = sections_headed(own[0], about.called)
        if headed:
            return summary(own, parts={own[0].id: headed}, shape=q.shape)
        return summary(own, shape=q.shape, matter=about)

    def _about_last(self, q: Query, clock: Clock) -> Told | None:
        """A message about the last answer that cited something: where it stands, its words, whether it is in force."""
        before = q.last
        found: Told | None = None
        while before is not None:
            found = self._answers.answered(before, clock)
            if isinstance(found.outcome, Draft) and found.outcome.told_first:
                break
            before = before.last
        if found is None or before is None or not isinstance(found.outcome, Draft):
            return None
        support = next(s.supports[0] for s in found.outcome.body() if s.supports)
        if q.notice_ids and "文件" not in q.carried and support.notice_id not in q.notice_ids:
            return None  # 16年那个方案里这块怎么定: of another document the last answer says nothing
        notice = self._notices[support.notice_id]
        again = replace(q, notice_ids=(notice.id,), regions=before.regions, topic=before.topic, content=before.content)
        if q.facts:
            told = self._answers.one(replace(again, topic=q.topic, content=""), clock)
            if isinstance(told.outcome, Draft):
                return replace(told, fixed=True)
        if q.says("last_force"):
            return self._answers.one(replace(again, wants=replace(q.wants, kind=Kind.APPLICABILITY)), clock)
        standing = place_of(notice, support.span)
        more = q.says("last_words")
        text = notice.quote(support.span).strip()
        quote = (
            whole(notice, notice.article_at(support.span.start)).blocks
            if more
            else (paragraph(Statement(text, (support,))),)
        )
        notes = ("文件没有另写理由，以上是所依据的原文。",) if q.says("last_why") else ()
        return Told(q, Draft((paragraph(standing), *quote), notes), found.evidence, found.verdicts, fixed=True)


def _quotes_of(draft: Draft) -> str:
    """What a draft quotes, the system's own words and the marks of gaps left out."""
    return "".join(one.text for one in draft.each() if one.text != one.given and GAP.search(one.text) is None)
