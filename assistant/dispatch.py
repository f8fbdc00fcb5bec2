"""What is done with a question (分派): each of its parts by its task, and their outcomes joined into one.

Stands between the service and the planner: the planner answers one question in one scope; here a message becomes such
questions. The trap: what is joined passes the gate as one draft, so every head rests on what the answer below it cites.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answering.absent import unwritten, writes_of
from assistant.answering.answerability import best_reading
from assistant.answering.covering import covering
from assistant.answering.desk import Clock
from assistant.answering.draft import Block, Draft, Statement, Support, over, paragraph
from assistant.answering.lost import lost_item
from assistant.answering.refusal import Refusal
from assistant.answering.repeated import OWN_COVERED, of_own_words, says_no_more, with_repeated
from assistant.errors import DraftError
from assistant.kinds.planner import Planner
from assistant.places import Places
from assistant.query.narrowing import whole_item
from assistant.query.orders import kind_called, official_names
from assistant.query.tasks import CIVIL_TASKS, matter_looked_up, matter_named, matter_wanted
from assistant.query.types import Hang, Query, Task
from assistant.query.values import has_figure, names_time
from assistant.retrieval.evidence import LEAST, Evidence, Retriever, with_further
from assistant.retrieval.matching import bigrams
from assistant.retrieval.selection import item_sentences, trimmed
from assistant.tasks.audience import asked_of_hospitals
from assistant.tasks.civil import CAN, CANNOT, CIVIL, PUT_TOGETHER, QUOTED_FOR_WRITING, WRITTEN
from assistant.tasks.collecting import all_listed, collected, listed_of_body, of_modality
from assistant.tasks.composing import Official, as_draft
from assistant.tasks.expanding import expanded
from assistant.tasks.mentioning import mentioned
from assistant.tasks.naming import meant_by, titled_most, which
from assistant.tasks.ordering import Order, titled
from assistant.tasks.outline import article_called, item, lacking, place_of, whole
from assistant.tasks.parts import parts_meant, sections_headed
from assistant.tasks.premises import checked, held, held_until, of_all
from assistant.tasks.scheduling import phased
from assistant.tasks.summing import headings, summary
from assistant.tasks.versions import differences, of_place, two_texts
from assistant.tasks.wanted import parts_listed, summed_up
from assistant.tasks.writing import all_names, clauses, notice_meant, text_called, written
from assistant.told import Cited, Told, cited_in
from assistant.types import Kind, RefusalReason, Verdict
from corpus import fitted
from corpus.text import GAP, fold
from corpus.types import Notice, Span
from corpus.wording import wording
from index.nearness import nearness_of

_OF_PLACE = 4
"""Documents of a place that are told one by one."""
_OF_SEVERAL = (Kind.CHANGE, Kind.COMPARISON)
"""What is asked of several documents, and is no summary of one."""
_SEARCHED = 12
"""Passages looked at for a text."""
_LEFT = 60
"""Characters of an item that a capture left from which they are told."""
_TERM = 3
"""Characters of a known term that is a matter of its own."""
_NAME, _TITLE = 4, 6
"""Characters from which words may name a document, where they ask for one and where nothing says that they do."""
SAME_NOTICE = fitted.number("dispatch.same_notice")
"""Share of the best score at which the notice the conversation is about is kept."""
SURE_PART = fitted.number("dispatch.sure_part")
"""Log odds of the reader from which a part of a message is a question of its own."""
SURE_LISTED = fitted.number("dispatch.sure_listed")
"""Log odds of the reader from which a clause is what is to be listed."""
SAYS_OWN = fitted.number("dispatch.says_own")
"""Share of a follow-up's own words from which an answer speaks of them where its other reading has none of them."""
Verdicts = Callable[[Query], tuple[Verdict, ...]]
Compose = Callable[[Order], Official]


class Dispatcher:
    """Sends each question where it is answered."""

    def __init__(
        self, planner: Planner, retriever: Retriever, notices: Sequence[Notice], verdicts: Verdicts, compose: Compose
    ) -> None:
        self._compose = compose
        self._planner, self._retriever, self._verdicts = planner, retriever, verdicts
        self._all = tuple(notices)
        self._notices = {n.id: n for n in notices}
        self._places = Places(planner, retriever, notices)

    def told(self, q: Query, clock: Clock) -> Told:
        """What comes of the message ``q``."""
        if q.wants.inside is not None and self._lies_here(q):
            q = replace(q, wants=q.wants.inside)
        if q.task in CIVIL_TASKS:
            return Told(q, Draft(()), fixed=True, civil=CIVIL[q.task])
        if q.task is Task.WRITE:
            if text := self._text(q):
                return text
            written = self._written(q, q.document_wanted, q.to_write.topic)
            if isinstance(written, Told):
                return written
            if text := self._text(q, official=True):
                return text  # the matter as it is named stands nowhere; what answers it does
            found = self._answered(q.to_write, clock)
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
                return self._joined(q, clock)
        return self._not_again(q, self._answered(q, clock), clock)

    def _not_again(self, q: Query, told: Told, clock: Clock) -> Told:
        """The answer to a follow-up without what the last one said already; where it says nothing else, what its own words find."""
        again = self._without_repeated(q, told)
        if again is told or not isinstance(again.outcome, Draft) or not says_no_more(again.outcome) or not clock.more:
            return again
        speaks_of_own = of_own_words(q, again.outcome, lambda one: self._covered(q.own, one), self._notices.__getitem__)
        if speaks_of_own:
            return replace(told, outcome=speaks_of_own)
        if writes := self._of_own_term(q, again.outcome):
            return replace(told, outcome=writes)
        alone = self._one(replace(q, topic=q.own, content=q.own), clock)
        speaks = self._says(alone, q.own) >= OWN_COVERED and _reading(alone) > 0
        return alone if speaks and self._without_repeated(q, alone) is alone else again

    def _of_own_term(self, q: Query, draft: Draft) -> Draft | None:
        """The sentence of the document told before that has the term a follow-up adds (多点执业能抵不), which what was told has not."""
        first = draft.told_first
        lacking = unwritten(q, said_of(draft), least=_TERM) if first is not None else None
        if first is None or lacking is None or fold(lacking.term) not in fold(q.own):
            return None
        notice = self._notices[first.supports[0].notice_id]
        found = [quoted_whole(notice, s) for s in item_sentences(notice) if writes_of(lacking, notice.quote(s))]
        best = max(found, key=lambda one: self._covered(q.own, one), default=None)
        return Draft((paragraph(best),)) if best is not None else None

    def _without_repeated(self, q: Query, told: Told) -> Told:
        if not isinstance(told.outcome, Draft):
            return told
        draft = with_repeated(q, told.outcome, lambda one: self._covered(q.own, one), self._notices.__getitem__)
        return told if draft is told.outcome else replace(told, outcome=draft)

    def _written(self, q: Query, kind: str, matter: str) -> Told | DraftError:
        """The document that is asked for, as far as the clauses of the library go; the reason where they hold nothing of it."""
        among = q.notice_ids if q.basis or not q.rests else ()
        place = q.region or q.home
        basis = () if q.own_matter else q.basis
        order = Order(kind, matter, place, among, to=q.addressee, day=q.as_of, kinds=q.kinds, basis=basis)
        if q.item and (one := self._only_meant(q)) and article_called(one, q.item):
            order = replace(order, subject=f"落实{titled(one)}{q.item}", basis=(one.id,), item=q.item)
        return self._composed(q, order)

    def _composed(self, q: Query, order: Order) -> Told | DraftError:
        """The document, as far as the clauses of the library go; the reason where they hold nothing of it."""
        try:
            made = self._compose(order)
        except DraftError as error:
            return error
        told = self._draft(q, as_draft(made))
        if told is None or not isinstance(told.outcome, Draft):
            return DraftError(CANNOT[Task.WRITE])
        return replace(told, outcome=replace(told.outcome, notes=(WRITTEN,)), extract_note=WRITTEN)

    def _lies_here(self, q: Query) -> bool:
        inside = replace(q, wants=q.wants.inside or q.wants)
        pool = self._retriever.pool(inside)
        return self._planner.desk.lies_here(inside, self._retriever.retrieve(inside, pool, top_k=_SEARCHED))

    def _text(self, q: Query, *, official: bool = False) -> Told | None:
        """What is to be written and told in the asker's own words, over the clauses that answer it: an everyday text, or an official
        document on them; None where a document is ordered as such (but for ``official``), or nothing answers."""
        wanted = q.last_of((*all_names(), *official_names()))
        by_name = wanted not in all_names() and wanted != ""
        if (q.orders or q.says("ask.all_about")) and by_name and not official:
            return None
        asked = replace(q.to_tell, task=Task.ANSWER, wants=replace(q.wants, kind=Kind.TEXT))
        pool = q.notice_ids or self._retriever.pool(asked)
        readings = [self._retriever.retrieve(one, pool, top_k=_SEARCHED) for one in (asked, asked.matter_alone)]
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

    def _by_task(self, q: Query, clock: Clock) -> Told | None:
        if texts := two_texts(q, self._notices):
            return self._draft(q, differences(*texts, nearness_of(self._retriever.index, *texts)))
        if q.outline and (one := self._only_meant(q)) and (headed := headings(one)):
            return self._draft(q, headed)
        if (
            q.hospitals
            and q.task in (Task.ANSWER, Task.COLLECT, Task.SUMMARY)
            and (one := self._only_meant(q))
            and (told := asked_of_hospitals(one, q.hospitals, q.shape.characters))
        ):
            return self._draft(q, told)
        if q.task is Task.ANSWER and q.kinds_covered and (few := self._of_place(q)):
            return self._draft(q, covering(few, q.kinds_covered))
        asked_where = q.task in (Task.ANSWER, Task.LIBRARY) and q.says("ask.which_papers")
        if asked_where and (looked_up := matter_looked_up(q)):
            ids = q.notice_ids or self._retriever.pool(q)
            if told := mentioned(looked_up, [self._notices[i] for i in ids]):
                return self._draft(q, told)
        if (nth := q.nth_of_last) and (at_length := expanded(nth, q.answered, self._all)):
            return self._draft(q, at_length)
        of_phases = q.task in (Task.ANSWER, Task.SUMMARY) and (q.phase or q.says("ask.phases"))
        if of_phases and (one := self._only_meant(q)) and (steps := phased((one,), {}, q.phase)):
            return self._draft(q, steps)  # 三个阶段各从几月到几月
        rows_wanted = q.kind is Kind.LIST or q.task in (Task.COLLECT, Task.SUMMARY)
        if q.modality and rows_wanted and (one := self._only_meant(q)) and (found := of_modality(q, one)):
            return self._draft(q, found)
        if q.task is Task.LIBRARY:
            return Told(q, self._planner.outcome(q, (), clock)[0], fixed=True)
        told_shortly = q.task is Task.ANSWER and len(q.notice_ids) == 1 and q.shape.only != ""
        if q.task is Task.SUMMARY or told_shortly:  # 只说人才那块
            named = self._named(q)
            if isinstance(named, Refusal):
                parted = [n for n in of_place(self._all, q.regions) if parts_meant(q, n)]
                if len(parted) == 1:  # 资阳健康扶贫那几条总结下: a part of the place's notice, and no title
                    return self._draft(q, summed_up(q, parted))
                if on_matter := self._on_matter(q):
                    return self._draft(q, on_matter)
                asked = None if q.says("sums_up") else self._answered(replace(q, task=Task.ANSWER), clock)
                answers = asked is not None and (_reading(asked) >= SURE_PART or q.kind in _OF_SEVERAL)
                if asked is not None and answers and isinstance(asked.outcome, Draft):
                    return asked  # 战略主题那八个字是啥 is a question, whatever the router takes it for
                return Told(q, named, fixed=True)
            return self._draft(q, summed_up(q, named))
        if q.task in (Task.COLLECT, Task.SCHEDULE):
            meant = self._meant(q)
            if meant and (draft := collected(q, meant, q.as_of)):
                return self._draft(q, draft)
            asked = self._answered(replace(q, task=Task.ANSWER), clock)
            if _reading(asked) >= SURE_LISTED:
                return asked  # “五个一体化”指啥，都列出来: what is to be listed is what one clause names
            if any(writes_of(term, n.text) for n in meant for term in q.terms_asked if len(term.term) >= _TERM):
                return asked  # 那33种药是哪些，列下: of one matter, and not all that the document sets
            return self._draft(q, all_listed(q, meant, q.as_of)) if meant else None
        of_office = q.task is Task.ANSWER and q.says("ask.tasks_of_office")
        if of_office and (tasks := listed_of_body(q, self._meant(replace(q, task=Task.COLLECT)), q.as_of)):
            return self._draft(q, tasks)
        points_of_part = q.shape.bounded and q.part_wanted != ""  # 社会办医那节要点5条
        if q.task is Task.ANSWER and (q.shape.listed or points_of_part) and len(q.notice_ids) <= 1:
            if (one := self._only_meant(q)) and (listed := listed_of_body(q, (one,), q.as_of)):
                return self._draft(q, listed)
            named = tuple(self._notices[i] for i in q.notice_ids) or self._titled(q)
            return self._draft(q, parts_listed(q, named)) if named else None
        if q.hang is Hang.LAST and q.last:
            return self._about_last(q, clock)
        return self._item(q) if q.item and q.kind is not Kind.BODY else None

    def _of_place(self, q: Query) -> list[Notice]:
        """The documents named, or those of the place, where they are few."""
        ids = q.notice_ids or (self._retriever.pool(q) if q.region else ())
        return [self._notices[i] for i in ids] if len(ids) <= _OF_PLACE else []

    def _item(self, q: Query) -> Told | None:
        """The item asked for by its number, whole: of the document named or spoken of, else of each of the place that has one."""
        ids = q.notice_ids or (q.last.notice_ids if q.last else ())
        if len(ids) == 1 and whole_item(q, (notice := self._notices[ids[0]]).title):
            missing = lost_item(self._planner.desk, q, (notice.id,)) or lacking(notice, q.item)
            left = item(notice, q.item)
            if (
                missing and left and len(said_of(left)) > _LEFT
            ):  # what the capture left of it is told, and that some is lost
                return self._draft(
                    q, replace(left, notes=(*left.notes, "该项在采集文本里有缺失，以上是留下的部分，请对照原件。"))
                )
            return Told(q, missing, fixed=True) if missing else self._draft(q, left)
        if ids or not whole_item(q, ""):
            return None
        found = [told for notice in self._of_place(q) if (told := item(notice, q.item))]
        blocks = tuple(block for told in found for block in told.blocks)
        return (
            self._draft(q, Draft(blocks, tuple(dict.fromkeys(n for told in found for n in told.notes))))
            if found
            else None
        )

    def _draft(self, q: Query, draft: Draft | Refusal | None) -> Told | None:
        if draft is None:
            return None
        if isinstance(draft, Refusal):
            return Told(q, draft, fixed=True)
        cited = {s.notice_id for x in draft.each() for s in x.supports}
        evidence = self._retriever.retrieve(q, cited, top_k=10) if cited else []
        return Told(q, draft, tuple(evidence), fixed=True)

    def _named(self, q: Query) -> tuple[Notice, ...] | Refusal:
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
        if len(found) > 1 and (own := tuple(n for n in found if n in pool)):
            found = own
        if len(found) == 1:
            return found
        if titled := self._titled(q):
            return titled
        unnamed = len(q.named) < _NAME or wording("pointing").in_(q.named)
        if not found and unnamed and q.last:
            return self._meant(replace(q.last, last=None))[:1]
        return which("" if unnamed and not found else q.named, self._all, found)

    def _on_matter(self, q: Query) -> Draft | None:
        """What the one document of the place says on the matter that is named where a title might stand; None where it says nothing."""
        own, about = of_place(self._all, q.regions), matter_named(q)
        if len(own) != 1 or about is None:
            return None
        headed = sections_headed(own[0], about.called)
        if headed:
            return summary(own, parts={own[0].id: headed}, shape=q.shape)
        return summary(own, shape=q.shape, matter=about)

    def _meant(self, q: Query) -> tuple[Notice, ...]:
        """The notices a task is about: named, else those of the conversation, else the one that is nearest."""
        ids = q.notice_ids or (q.last.notice_ids if q.last else ())
        if not ids and q.task in (Task.COLLECT, Task.SCHEDULE) and (titled := self._titled(q)):
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

    def _only_meant(self, q: Query) -> Notice | None:
        """The notice of which rows or parts are wanted, where it is one."""
        meant = self._meant(replace(q, task=Task.COLLECT))
        return meant[0] if len(meant) == 1 else None

    def _titled(self, q: Query) -> tuple[Notice, ...]:
        """The one document that words of the message call by most of its title, where no noun for a document says so."""
        for words in q.stretches:
            found = meant_by(words, self._all) if len(words) >= _TITLE else ()
            if len(found) == 1:
                return found
        return ()

    def _about_last(self, q: Query, clock: Clock) -> Told | None:
        """A message about the last answer that cited something: where it stands, its words, whether it is in force."""
        before = q.last
        found: Told | None = None
        while before is not None:
            found = self._answered(before, clock)
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
        if q.fact:
            told = self._one(replace(again, topic=q.topic, content=""), clock)
            if isinstance(told.outcome, Draft):
                return replace(told, fixed=True)
        if q.says("last_force"):
            return self._one(replace(again, wants=replace(q.wants, kind=Kind.APPLICABILITY)), clock)
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

    def _joined(self, q: Query, clock: Clock) -> Told:
        """The outcomes of the parts under short heads; as one question where that is read better than as several.

        A cut made on words alone, and not by the asker's question marks, may go through a story (…没贴能看啥，不改罚多少): then
        the parts are read worse than the whole. What was quoted is not quoted again; where all parts rest on one passage there is one answer.
        """
        parts = [self._part(part, q.parts[0], clock) for part in q.parts]
        if not q.divided and min(map(_reading, parts)) < SURE_PART and clock.more:
            whole = self._answered(replace(q, parts=()), clock)
            if _reading(whole) >= SURE_PART:
                return whole
        if isinstance(parts[0].outcome, Draft) and all(cited_in(told) <= cited_in(parts[0]) for told in parts):
            return replace(parts[0], query=q, outcome=self._with_lacking(q, parts))
        blocks: list[Block] = []
        notes: list[str] = []
        evidence: list[Evidence] = []
        refused: list[Refusal] = []
        verdicts: tuple[Verdict, ...] = ()
        said: list[tuple[int, frozenset[Cited]]] = []
        for number, (part, told) in enumerate(zip(q.parts, parts, strict=True), 1):
            evidence = with_further(evidence, told.evidence)
            verdicts = verdicts or told.verdicts
            head = f"（{number}）{part.head}："
            if isinstance(told.outcome, Refusal):
                refused.append(told.outcome)
                notes.append(f"{head}{told.outcome.text}")
                continue
            cited = cited_in(told)
            before = next((n for n, quoted in said if cited <= quoted), None)
            said.append((number, cited))
            head = head if before is None else f"{head}见（{before}）{self._lacking(part, told)}。"
            blocks.append(over(head, told.outcome))
            if before is None:
                blocks += told.outcome.blocks
            notes += [n for n in told.outcome.notes if n not in notes]
        if not blocks:
            return Told(q, replace(refused[0], text="".join(dict.fromkeys(notes))), tuple(evidence), verdicts)
        return Told(q, Draft(tuple(blocks), tuple(notes)), tuple(evidence), verdicts, several=len(q.parts))

    def _with_lacking(self, q: Query, parts: Sequence[Told]) -> Draft | Refusal:
        """The answer to all parts; a time or figure that a later one asks for and the passage does not state is said to be missing."""
        told = parts[0].outcome
        pairs = list(zip(q.parts, parts, strict=True))[1:]
        missing = [(part.head, lacks) for part, one in pairs if (lacks := self._lacking(part, one))]
        if not missing or not isinstance(told, Draft):
            return told
        said = "".join(f"“{head}”：所引条文{lacks.removeprefix('，其中')}。" for head, lacks in missing)
        return replace(told, notes=(*told.notes, said))

    def _lacking(self, part: Query, told: Told) -> str:
        """That no time or no figure stands in what was quoted for another part, where this one asks for it."""
        manner = self._planner.desk.manner(part)
        if not manner.value:
            return ""
        cited = [(self._notices[i], Span(start, end)) for i, start, end in cited_in(told)]
        if manner.timed and any(n.horizon and len(set(n.horizon)) == 1 for n, _ in cited):
            return ""  # a notice for one year says when
        states = names_time if manner.timed else lambda text: has_figure(text) or part.bears(text)
        if any(states(n.quote(span)) for n, span in cited):
            return ""
        return "，其中没有写明时间" if manner.timed else "，其中没有写明数字"

    def _part(self, part: Query, first: Query, clock: Clock) -> Told:
        """A part by itself; where that is refused or read worse, as a question about what the first is about."""
        alone = part is first or part.apart
        part = part if alone else replace(part, context=first.content)
        told = self._answered(part, clock)
        if alone or part.notice_ids or _reading(told) >= SURE_PART or not clock.more:
            return told
        topic, content = f"{first.topic} {part.topic}", f"{first.content} {part.content}"
        return _better(told, self._answered(replace(part, topic=topic, content=content), clock))

    def _answered(self, q: Query, clock: Clock) -> Told:
        """One question; where it is refused, read with doubt or answered without its own words, in its other reading if that
        is read better or speaks of them, or without the conversation's notice."""
        told = self._dated(q, clock)
        if told.query.notice_ids != q.notice_ids and _reading(told) < SURE_PART and clock.more:
            told = _better(told, self._one(q, clock, stays=False))
        if q.other is None or q.wants.out_of_scope or not clock.more:
            return told
        said = self._says(told, q.own)
        if _reading(told) >= SURE_PART and said:
            return told
        other = self._dated(q.other, clock)
        if q.hang is Hang.SLOT and _reading(other) <= 0:
            return told  # words that say little by themselves (那边也有这个指标吗) lie near anything
        turned = self._says(other, q.own)
        if not min(said, turned) and max(said, turned) >= SAYS_OWN and _first_cited(told) == _first_cited(other):
            speaks = other if turned > said else told
            return speaks if _reading(speaks) > 0 else told
        return _better(told, other) if q.open or _reading(told) < SURE_PART else told

    def _dated(self, q: Query, clock: Clock) -> Told:
        """One question; where it is refused, without a year that only names its document."""
        told = self._one(q, clock)
        if isinstance(told.outcome, Refusal) and clock.more and (undated := self._without_year_of_issue(q)):
            return _better(told, self._one(undated, clock))
        return told

    def _without_year_of_issue(self, q: Query) -> Query | None:
        """The question without a year that only names the document it is asked of (资阳2017年的加成怎么补); None where it names none so.
        What a notice says of the year of its issue is looked for first."""
        meant = [self._notices[i] for i in q.notice_ids] or of_place(self._all, q.regions)
        issued = {n.issued_on.year for n in meant if n.issued_on}
        years = [
            p for p in q.periods if not p.deadline and not p.relative and len(p.years) == 1 and p.years[0] in issued
        ]
        return q.without(years) if years else None

    def _says(self, told: Told, own: str) -> float:
        """Share of the words a message adds (要是中间住院了呢) that the clause it is answered with has, with its headings: what is
        carried from the turns before reads well with the clause they were answered with."""
        first = told.outcome.told_first if isinstance(told.outcome, Draft) else None
        return self._covered(own, first) if first is not None else float(not self._retriever.weights.units(own))

    def _covered(self, words: str, said: Statement) -> float:
        """Share of ``words`` that the clauses a statement rests on have, with their headings."""
        units = self._retriever.weights.units(words)
        if not units:
            return 1.0
        grams: frozenset[str] = frozenset()
        for support in said.supports:
            notice = self._notices[support.notice_id]
            grams |= bigrams(support.span.of(notice.text)) | bigrams(notice.article_at(support.span.start).path)
        return self._retriever.weights.coverage(units, grams)

    def _one(self, q: Query, clock: Clock, *, stays: bool = True) -> Told:
        q = self._of_conversation(q, clock) if stays else q
        verdicts = self._verdicts(q)
        clock.tried += 1
        outcome, evidence = self._planner.outcome(q, verdicts, clock)
        told = Told(q, outcome, tuple(evidence), verdicts)
        if isinstance(outcome, Draft):
            told = self._places.told(told, clock)
        if isinstance(told.outcome, Draft) and q.asks_premise:
            told = replace(told, outcome=checked(q, told.outcome, self._notices), leads=1 + told.outcome.leads)
        elif isinstance(told.outcome, Draft) and (q.kind is Kind.APPLICABILITY or q.fact):
            told = replace(told, leads=len(told.outcome.blocks))
        elif isinstance(told.outcome, Draft):
            told = replace(told, leads=told.outcome.leads)
        if isinstance(told.outcome, Draft):
            told = replace(told, outcome=of_all(q, told.outcome, self._notices))
        if isinstance(told.outcome, Draft) and (q.premise or q.time_held) and not q.asks_premise:
            draft = held_until(q, held(q, told.outcome, self._notices), self._notices)
            told = replace(told, outcome=draft, leads=told.leads + len(draft.blocks) - len(told.outcome.blocks))
        return told

    def _of_conversation(self, q: Query, clock: Clock) -> Query:
        """A new question without place or document stays with the conversation's notice where that says as much."""
        if (
            q.hang is not Hang.NEW
            or q.last is None
            or q.region_from == "question"
            or q.notice_ids
            or q.doubtful
            or q.wants.out_of_scope
            or not clock.more
        ):
            return q
        clock.tried += 1
        before = self._meant(replace(q.last, last=None))
        pool = self._retriever.pool(q)
        if not before or not pool:
            return q
        best = self._retriever.retrieve(q, pool, top_k=1)
        there = self._retriever.retrieve(q, [n.id for n in before], top_k=1)
        if best and there and there[0].score >= SAME_NOTICE * best[0].score:
            return replace(q, notice_ids=(there[0].notice.id,))
        return q


def quoted_whole(notice: Notice, sentence: Span) -> Statement:
    """A sentence of a notice as it stands."""
    span = trimmed(notice.text, sentence)
    return Statement(notice.quote(span), (Support(notice.id, span),))


def said_of(draft: Draft) -> str:
    """What a draft quotes, the system's own words and the marks of gaps left out."""
    return "".join(one.text for one in draft.each() if one.text != one.given and GAP.search(one.text) is None)


def _reading(told: Told) -> float:
    """How surely the best sentence answers; where nothing was read, as surely as need be for an answer."""
    if isinstance(told.outcome, Refusal):
        return LEAST
    if told.query.notice_ids and told.query.says("asks_valid") and told.query.kind is Kind.APPLICABILITY:
        return SURE_PART  # whether a document holds is told by rule
    reading = best_reading(told.evidence)
    return SURE_PART if reading is None else reading


def _first_cited(told: Told) -> str | None:
    """The notice its first clause is of."""
    first = told.outcome.told_first if isinstance(told.outcome, Draft) else None
    return first.supports[0].notice_id if first else None


def _better(told: Told, other: Told) -> Told:
    """``other`` where it answers and ``told`` does not, or is read worse."""
    if isinstance(other.outcome, Refusal):
        return told
    return other if isinstance(told.outcome, Refusal) or _reading(other) > _reading(told) else told
