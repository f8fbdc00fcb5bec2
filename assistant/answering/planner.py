"""The plan of an answer (回答方案): by the kind of question, what to retrieve where and who drafts from it.

Stands between understanding and the gate: it turns an understood question into a :class:`~assistant.answering.draft.Draft` or a
:class:`~assistant.answering.refusal.Refusal`, with the evidence it looked at. One method a kind of question. The trap: every path
returns evidence, also a refusal, because what was looked at is part of the answer.
"""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.answering import refusal
from assistant.answering.about import about, wants_about
from assistant.answering.absent import mentions
from assistant.answering.draft import Draft, paragraph
from assistant.answering.extractive import Extractive, bracket_for, lead_in, quote_statement
from assistant.answering.reach import outside
from assistant.answering.refusal import Refusal, Silence
from assistant.answering.rows import Row
from assistant.answering.rulings import binds_somewhere, grounds, ruling
from assistant.answering.tables import change, comparison
from assistant.answering.times import came_later, passed
from assistant.retrieval.evidence import Evidence, Retriever
from assistant.retrieval.selection import answers, ranked_sentences
from assistant.types import Binding, Kind, Verdict
from assistant.understanding.kinds import classify
from assistant.understanding.question import Understanding, content_of, target_years
from assistant.understanding.scope import item_number, parts_of_question
from assistant.understanding.values import plain_figures, question_figures
from corpus.bodies import split_bodies
from corpus.regions import display, is_within
from corpus.types import Notice, Passage
from index import Index
from index.types import Hit

_RULING_WORDS = re.compile(
    r"应该|应当|执行|遵守|参照|适用|有效|哪份|哪个|哪些|文件|方案|通知|政策|规定|现在|目前|医院|公立|市属|省属|县级|医改|我们|能不能|要不要|需要|必须|"
    r"依据|按照|还|吗|看|按|用|管|听|套|照|办|做|的|要|能|是|我|院"
)
"""Words of a question about applicability that say nothing of a subject; without them a ground has nothing to be about."""

_THAT_ONE = re.compile(r"那(?:个|份|条|套|篇)?(?:文件?|方案|规定|政策|通知|条|说法|标准|要求)")
"""A document or rule pointed at without its name."""
_OLD_RULE = re.compile(
    r"(?:(?:19|20)?\d{2}年?(?:底|末|前|那份|那会儿|的时候|文件|方案)?|\d+(?:\.\d+)?\s*[%％]?[个名家张种]?|以前|老早|当时|当初|原先|过去|老文件|旧文件)"
)
"""What a question tells of the old rule (到2020年30名): a newer notice has other years and figures for the same matter."""


class Clock:
    """Milliseconds by step."""

    def __init__(self) -> None:
        self._start = self._last = time.perf_counter()
        self.timings: dict[str, float] = {}

    def mark(self, name: str) -> None:
        now = time.perf_counter()
        self.timings[name] = self.timings.get(name, 0.0) + round((now - self._last) * 1000, 2)
        self._last = now

    @property
    def total(self) -> float:
        return round((time.perf_counter() - self._start) * 1000, 2)


class Planner:
    """Drafts or refuses, by kind of question."""

    def __init__(self, notices: Sequence[Notice], index: Index, retriever: Retriever, *, top_k: int) -> None:
        self._all = tuple(notices)
        self._notices = {n.id: n for n in notices}
        self._retriever = retriever
        self._extractive = Extractive(retriever.weights)
        self._top_k = top_k
        self._passages_of: dict[str, list[Passage]] = {n: [] for n in self._notices}
        for passage in sorted(index.passages.values(), key=lambda p: p.span):
            self._passages_of[passage.notice_id].append(passage)

    def outcome(
        self, u: Understanding, verdicts: Sequence[Verdict], clock: Clock
    ) -> tuple[Draft | Refusal, list[Evidence]]:
        notices = self._all
        if u.wants.out_of_scope:
            return refusal.out_of_scope(u.wants.out_of_scope, notices), []
        if u.unknown_numbers and not u.notice_ids:
            evidence = self._retriever.retrieve(u, None, top_k=self._top_k)
            return refusal.unknown_notice(u.unknown_numbers[0], notices), evidence
        fact = wants_about(u.question)
        if fact and u.kind is not Kind.COMPARISON:
            told = self._about(fact, u)
            if told:
                return told
        if u.kind is Kind.COMPARISON:
            return self._compare(u, clock)
        if u.kind is Kind.CHANGE:
            return self._change(u, clock)
        if u.kind is Kind.APPLICABILITY:
            return self._rule(u, verdicts, clock)
        return self._answer(u, clock)

    def _about(self, fact: str, u: Understanding) -> tuple[Draft, list[Evidence]] | None:
        """A fact about a notice itself, when one notice is meant; None leaves the question to its content."""
        pool = self._retriever.pool(u)
        meant = list(u.notice_ids) or (list(pool) if len(pool) == 1 else [])
        specific = len(re.sub(r"[依据根文号件方案省里上头哪份主送发给谁单位]", "", u.content)) > 5
        if not meant or len(meant) > 2 or (specific and fact in ("basis", "number", "issued", "issuer")):
            return None
        draft = about(fact, [self._notices[i] for i in meant])
        if draft is None:
            return None
        return draft, self._with_cited(draft, self._retriever.retrieve(u, meant, top_k=self._top_k))

    def _answer(self, u: Understanding, clock: Clock) -> tuple[Draft | Refusal, list[Evidence]]:
        pool = self._retriever.pool(u)
        if not pool:
            evidence = self._retriever.retrieve(u, None, top_k=self._top_k)
            return self._no_pool(u), evidence
        evidence = self._retriever.retrieve(u, pool, top_k=max(12, self._top_k))
        clock.mark("retrieve")
        lost = self._lost_item(u, pool)
        if lost:
            return lost, evidence
        before = self._before_all(u, pool)
        if before:
            return before, evidence
        silence = self._silence(u, evidence, pool)
        if silence:
            if later := self._later(u, evidence):
                return later, self._with_cited(later, evidence)
            return self._silent(silence, u, evidence), evidence
        draft = self._extractive.draft(u, evidence)
        clock.mark("draft")
        if draft is None:
            return self._no_bodies(u, evidence), evidence
        draft = self._with_second_question(u, draft, pool)
        if over := passed(u, draft, self._all):
            draft = replace(draft, notes=(*draft.notes, over))
        return draft, self._with_cited(draft, evidence)

    def _later(
        self, u: Understanding, evidence: Sequence[Evidence], figures: frozenset[str] = frozenset()
    ) -> Draft | None:
        """Where the question places itself in the past: the notice issued since that states what was not stated then.

        Args:
            figures: what its sentence must state one of, where the question itself states some.
        """
        if u.as_of_from != "问题" or not u.region:
            return None
        since = [n.id for n in self._all if is_within(u.region, n.region) and n.issued_on and n.issued_on > u.as_of]
        if not since:
            return None
        found = self._retriever.retrieve(u, since, top_k=6)
        if self._silence(u, found, since):
            return None
        stated = self._extractive.best(u, found)
        if figures and not any(figures & plain_figures(p.sentence.text) for p in stated):
            return None
        plain = replace(u, wants=replace(u.wants, kind=Kind.TEXT, figure=False, deadline=False))
        then = self._extractive.best(plain, evidence, limit=2, budget=200) if evidence else []
        return came_later(u, then, stated[0]) if stated else None

    def _with_second_question(self, u: Understanding, draft: Draft, pool: Sequence[str]) -> Draft:
        """A message that asks two things gets the best sentence for each part that the draft does not quote yet."""
        blocks = list(draft.blocks)
        for part in parts_of_question(u.question):
            asked = replace(u, topic=part, content=content_of(part), wants=classify(part))
            evidence = self._retriever.retrieve(asked, pool, top_k=6)
            if asked.kind is Kind.BODY or self._silence(asked, evidence, pool):
                continue
            for pick in self._extractive.best(asked, evidence):
                quoted = any(
                    s.notice_id == pick.notice.id and s.span.overlaps(pick.span)
                    for x in draft.each()
                    for s in x.supports
                )
                if not quoted:
                    blocks.append(paragraph(quote_statement(lead_in(pick), pick)))
        return replace(draft, blocks=tuple(blocks))

    def _no_pool(self, u: Understanding) -> Refusal:
        place = u.region
        if place is not None and binds_somewhere(place, self._all):
            own = [n for n in self._all if is_within(place, n.region)]
            return self._out_of_time(u, own)
        return refusal.no_notice(u.regions or (place or "",), self._all)

    @staticmethod
    def _out_of_time(u: Understanding, own: Sequence[Notice]) -> Refusal:
        issued = [n for n in own if not (n.issued_on and u.as_of < n.issued_on)]
        return refusal.no_longer(u, issued) if issued else refusal.outside_dates(u, own)

    def _silence(self, u: Understanding, evidence: Sequence[Evidence], pool: Sequence[str]) -> Silence | None:
        return refusal.silence(u, evidence, self._retriever.weights, [self._notices[i] for i in pool])

    def _silent(self, silence: Silence, u: Understanding, evidence: Sequence[Evidence]) -> Refusal:
        """The refusal with what helps next: who is in charge of the nearest item, and where else the term stands."""
        lead: str | None = None
        if evidence:
            item = evidence[0]
            article = item.notice.articles[item.passage.article]
            bracket = bracket_for(item, article)
            names = split_bodies(item.notice.quote(bracket)) if bracket else ()
            lead = names[0] if names else None
        elsewhere: tuple[Notice, ...] = ()
        if silence.code == "absent_subject" and u.region:
            elsewhere = tuple(n for n in self._all if not is_within(u.region, n.region) and mentions(n, silence.about))
        return refusal.silent(silence, u, evidence, lead, elsewhere)

    def _before_all(self, u: Understanding, pool: Sequence[str]) -> Refusal | None:
        """A year before every notice of the pool and before what any of them sets targets for."""
        years = target_years(u)
        notices = [self._notices[i] for i in pool]
        first = min((min(n.issued_on.year, (n.horizon or (9999,))[0]) for n in notices if n.issued_on), default=None)
        if not years or first is None or max(years) >= first or not u.region:
            return None
        return refusal.outside_dates(replace(u, as_of=date(max(years), 12, 31)), notices)

    def _lost_item(self, u: Understanding, pool: Sequence[str]) -> Refusal | None:
        """第16项 of a notice whose capture lost that heading, or left nothing but the heading."""
        number = item_number(u.question)
        if number is None or len(pool) != 1:
            return None
        notice = self._notices[pool[0]]
        if not notice.gaps:
            return None
        numbered = {
            int(d): a
            for a in notice.articles
            if a.labels and (d := re.sub(r"\D", "", a.labels[-1])) and "（" not in a.labels[-1]
        }
        article = numbered.get(number)
        emptied = article is not None and any(
            article.span.contains(g.span) and len(article.span) - len(g.span) - len(article.heading) < 30
            for g in notice.gaps
        )
        unnamed = article is not None and "缺失" in article.heading and not (u.kind is Kind.BODY and article.bodies)
        if numbered and number <= max(numbered) and (article is None or emptied or unnamed):
            return refusal.lost(notice, f"第{number}项")
        return None

    def _no_bodies(self, u: Understanding, evidence: Sequence[Evidence]) -> Refusal:
        """Nobody is named: because the notice names nobody there, or because the capture lost the bracket."""
        item = evidence[0]
        article = item.notice.articles[item.passage.article]
        if u.kind is Kind.BODY and any(article.span.contains(g.span) for g in item.notice.gaps):
            return refusal.lost(item.notice, f"“{article.heading}”一项的责任单位")
        return self._silent(Silence("no_bodies" if u.kind is Kind.BODY else "uncovered"), u, evidence)

    def _rule(
        self, u: Understanding, verdicts: Sequence[Verdict], clock: Clock
    ) -> tuple[Draft | Refusal, list[Evidence]]:
        u = self._described(u)
        pool = u.notice_ids or tuple(v.notice_id for v in verdicts if v.binding is not Binding.DOES_NOT_BIND)
        place = u.region or u.home
        asked = replace(u, regions=(place,) if place else ())
        evidence = self._retriever.retrieve(u, pool or None, top_k=self._top_k)
        clock.mark("retrieve")
        if not pool:
            if place is not None and not binds_somewhere(place, self._all):
                return refusal.no_notice((place,), self._all), evidence
            own = [n for n in self._all if place is None or is_within(place, n.region)]
            return self._out_of_time(asked, own), evidence
        ground = []
        if len(_RULING_WORDS.sub("", u.content)) >= 4 and self._silence(u, evidence, pool) is None:
            ground = [p for p in self._extractive.best(u, evidence[:6], limit=2, budget=170) if answers(p)]
        draft = ruling(asked, verdicts, self._notices, evidence, ground)
        if draft and (mismatch := outside(u.question, place, ground)):
            draft = replace(draft, blocks=(paragraph(mismatch, *grounds(ground)),))
        clock.mark("draft")
        if draft is None:
            return self._silent(Silence("uncovered"), u, evidence), evidence
        return draft, self._with_cited(draft, evidence)

    def _described(self, u: Understanding) -> Understanding:
        """A notice told by what it says (七成靠调价那个文件管得到我们吗): the one whose sentence the reader finds in it,
        where none of the asker's own says so."""
        if u.notice_ids or not u.region or not _THAT_ONE.search(u.question):
            return u
        found = self._retriever.retrieve(u, None, top_k=8)
        best = next((p for p in ranked_sentences(found) if answers(p)), None)
        own = [p for p in ranked_sentences(found) if is_within(u.region, p.notice.region)]
        if best is None or is_within(u.region, best.notice.region) or any(map(answers, own)):
            return u
        return replace(u, notice_ids=(best.notice.id,))

    def _with_cited(self, draft: Draft, evidence: list[Evidence]) -> list[Evidence]:
        """What the answer cites is evidence too: cited passages that are not among the first few come right after the best."""
        known = {e.passage.id: e for e in evidence}
        front = {e.passage.id for e in evidence[:4]}
        top = evidence[0].score if evidence else 1.0
        moved: list[Evidence] = []
        for support in [*(s for statement in draft.each() for s in statement.supports), *draft.beside]:
            passage = self._passage_at(support.notice_id, support.span.start)
            if passage.id in front:
                continue
            front.add(passage.id)
            moved.append(
                known.get(passage.id) or Evidence(Hit(passage, top), self._notices[support.notice_id], top, ())
            )
        ids = {m.passage.id for m in moved}
        rest = [e for e in evidence if e.passage.id not in ids]
        if draft.leads_with_front(self._notices):
            return [*moved[:1], *rest[:1], *moved[1:2], *rest[1:3], *moved[2:], *rest[3:]]
        return [*rest[:2], *moved[:3], *rest[2:], *moved[3:]]

    def _passage_at(self, notice_id: str, offset: int) -> Passage:
        passages = self._passages_of[notice_id]
        return passages[bisect_right(passages, offset, key=lambda p: p.span.start) - 1]

    def _compare(self, u: Understanding, clock: Clock) -> tuple[Draft | Refusal, list[Evidence]]:
        rows: list[Row] = []
        for place in u.regions:
            pool = list(self._retriever.pool(u, place=place))
            pool = [i for i in pool if i in u.notice_ids] or pool
            spoken = {y for p in u.periods if not p.relative and not p.deadline for y in p.years}
            issued = [i for i in pool if (day := self._notices[i].issued_on) and day.year in spoken]
            pool = issued or pool
            found = self._retriever.retrieve(u, pool, top_k=8) if pool else []
            rows.append(Row(display(place), tuple(self._notices[i] for i in pool), tuple(found)))
        clock.mark("retrieve")
        evidence = _interleave([list(r.evidence) for r in rows])
        if not any(r.notices for r in rows):
            return refusal.no_notice(u.regions, self._all), self._retriever.retrieve(u, None)
        draft = comparison(u, rows, self._extractive, self._retriever.weights)
        clock.mark("draft")
        return draft or self._silent(Silence("uncovered"), u, evidence), evidence

    def _change(self, u: Understanding, clock: Clock) -> tuple[Draft | Refusal, list[Evidence]]:
        if len(u.notice_ids) > 1:
            pool = u.notice_ids
        else:  # of one notice named, what came before and after it in its place
            place = u.region or (self._notices[u.notice_ids[0]].region if u.notice_ids else None)
            pool = self._retriever.pool(replace(u, notice_ids=()), place=place)
        if not pool:
            return self._no_pool(u), self._retriever.retrieve(u, None)
        everything = self._retriever.retrieve(u, pool, top_k=20)
        figures = question_figures(u.question)  # 八成这个指标22年那会儿有没有
        if figures and not any(figures & plain_figures(p.sentence.text) for p in ranked_sentences(everything)[:3]):
            told = self._later(u, everything, figures)
            if told:
                return told, self._with_cited(told, everything)
        if not u.region and len(u.notice_ids) <= 1 and everything:
            home = everything[0].notice.region
            pool = tuple(i for i in pool if self._notices[i].region == home)
        oldest = min(pool, key=lambda i: self._notices[i].issued_on or date.min)
        later = replace(u, topic=_OLD_RULE.sub("", u.topic), content=_OLD_RULE.sub("", u.content), periods=())
        rows = []
        for i in pool:
            asked = u if i == oldest or not later.content else later
            found = tuple(self._retriever.retrieve(asked, [i], top_k=6))
            rows.append(Row(self._notices[i].name, (self._notices[i],), found))
        clock.mark("retrieve")
        evidence = _interleave(
            [list(r.evidence) for r in sorted(rows, key=lambda r: -(r.evidence[0].score if r.evidence else 0))]
        )
        draft = change(u, rows, self._extractive, self._retriever.weights) if len(rows) > 1 else None
        if draft is None:
            silence = self._silence(replace(u, wants=replace(u.wants, kind=Kind.TEXT)), everything, pool)
            single = None if silence else self._extractive.draft(u, everything)
            return single or self._silent(silence or Silence("uncovered"), u, everything), everything
        clock.mark("draft")
        return draft, evidence


def _interleave(groups: Sequence[list[Evidence]]) -> list[Evidence]:
    """Best of each group in turn, so that no place is crowded out of the first results."""
    merged: list[Evidence] = []
    for rank in range(max((len(g) for g in groups), default=0)):
        merged += [g[rank] for g in groups if rank < len(g)]
    return merged
