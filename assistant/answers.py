"""One question answered (一问一答): in its readings, without a year that only names its document, and a message part by part.

The planner answers a question in one scope as it was read; here its other reading is tried where the first is refused or
read with doubt, and the surer one is taken. The trap: what is carried from the turns before reads well with the clause they were answered with.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answering.desk import Clock
from assistant.answering.draft import Block, Draft, Statement, Support, over, paragraph
from assistant.answering.quoting import lead_in, quote_statement, sentence_at
from assistant.answering.refusal import Refusal
from assistant.answering.repeated import OWN_COVERED
from assistant.answering.whom import with_body_first
from assistant.kinds.change import kin
from assistant.kinds.planner import Planner
from assistant.places import Places
from assistant.pointing import Pointing
from assistant.query.types import Hang, Query
from assistant.query.values import has_figure, names_time
from assistant.retrieval.evidence import Retriever, in_turn, with_further
from assistant.retrieval.selection import answers, ranked_sentences, trimmed
from assistant.tasks.outline import place_of
from assistant.tasks.premises import checked, held, held_until, of_all
from assistant.tasks.versions import of_place
from assistant.told import SURE, Cited, Told, better, cited_in, reading_of
from assistant.types import Kind, Verdict
from corpus import fitted
from corpus.numerals import find_values
from corpus.regions import display
from corpus.text import spans_between
from corpus.types import Notice, Span

SAME_NOTICE = fitted.number("answers.same_notice")
"""Share of the best score at which the notice the conversation is about is kept."""
SAYS_OWN = fitted.number("answers.says_own")
"""Share of a follow-up's own words from which an answer speaks of them where its other reading has none of them."""
_OF_VERSIONS = (Kind.CHANGE, Kind.COMPARISON, Kind.APPLICABILITY)
"""What is asked of several texts, or of their force, already."""
_FOUND = 3
"""Passages found of whose documents a year may be the year of issue."""
Verdicts = Callable[[Query], tuple[Verdict, ...]]


class Answers:
    """Answers questions and the parts of a message."""

    def __init__(
        self, planner: Planner, retriever: Retriever, notices: Sequence[Notice], verdicts: Verdicts, pointing: Pointing
    ) -> None:
        self._planner, self._retriever, self._verdicts, self._pointing = planner, retriever, verdicts, pointing
        self._all = tuple(notices)
        self._notices = {n.id: n for n in notices}
        self._places = Places(planner, retriever, notices)

    def answered(self, q: Query, clock: Clock) -> Told:
        """One question; where it is refused, read with doubt or answered without its own words, in its other reading if that
        is read better or speaks of them, or without the conversation's notice."""
        if (q.region or q.home) and q.says("ask.other_places"):
            return self._elsewhere(q, clock)
        told = self._dated(q, clock)
        if told.query.notice_ids != q.notice_ids and reading_of(told) < SURE and clock.more:
            told = better(told, self.one(q, clock, stays=False))
        if q.other is None or q.wants.out_of_scope or not clock.more:
            return told
        said = self.says(told, q.own)
        left = _leaves_named(q, told)
        if reading_of(told) >= SURE and said and not left:
            return told
        other = self._dated(q.other, clock)
        if left and reading_of(other) > 0 and self.says(other, q.own) >= said:
            return other
        if q.hang is Hang.SLOT and reading_of(other) <= 0:
            return told  # words that say little by themselves (那边也有这个指标吗) lie near anything
        turned = self.says(other, q.own)
        if not min(said, turned) and max(said, turned) >= SAYS_OWN and _first_cited(told) == _first_cited(other):
            speaks = other if turned > said else told
            return speaks if reading_of(speaks) > 0 else told
        return better(told, other) if q.open or reading_of(told) < SURE else told

    def _elsewhere(self, q: Query, clock: Clock) -> Told:
        """What other places rule, asked for to learn from: told place by place as theirs, with whom it does not bind."""
        told = self.answered(replace(q, regions=(), region_from=None, home=None), clock)
        if not isinstance(told.outcome, Draft):
            return told
        note = f"以上是其他地方的规定，可以参考，不约束{display(q.region or q.home or '')}。"
        return replace(told, outcome=replace(told.outcome, notes=(*told.outcome.notes, note)))

    def joined(self, q: Query, clock: Clock) -> Told:
        """The outcomes of the parts under short heads; as one question where that is read better than as several.

        A cut made on words alone, and not by the asker's question marks, may go through a story (…没贴能看啥，不改罚多少): then
        the parts are read worse than the whole. What was quoted is not quoted again; where all parts rest on one passage there is one answer.
        """
        parts: list[Told] = []
        for part in q.parts:
            stands = self._where_it_stands(part, parts)
            parts.append(stands or self._with_own_sentence(self._part(part, q.parts[0], parts, clock), part, parts))
        parts[0] = self._with_later(parts[0], q.parts, parts, clock)
        if not q.divided and min(map(reading_of, parts)) < SURE and clock.more:
            whole = self.answered(replace(q, parts=()), clock)
            if reading_of(whole) >= SURE:
                return whole
        one = all(cited_in(told) <= cited_in(parts[0]) and not _says_more(told) for told in parts[1:])
        if isinstance(parts[0].outcome, Draft) and one:
            return replace(parts[0], query=q, outcome=self._with_lacking(q, parts))
        blocks: list[Block] = []
        refusals: list[tuple[int, str]] = []
        notes: list[str] = []
        evidence = in_turn([told.evidence for told in parts])
        refused: list[Refusal] = []
        verdicts: tuple[Verdict, ...] = ()
        said: list[tuple[int, frozenset[Cited]]] = []
        for number, (part, told) in enumerate(zip(q.parts, parts, strict=True), 1):
            verdicts = verdicts or told.verdicts
            head = f"（{number}）{part.head}："
            if isinstance(told.outcome, Refusal):
                refused.append(told.outcome)
                refusals.append((len(blocks), f"{head}{told.outcome.text}"))
                continue
            cited = cited_in(told)
            before = None if _says_more(told) else next((n for n, quoted in said if cited <= quoted), None)
            said.append((number, cited))
            head = head if before is None else f"{head}见（{before}）{self._lacking(part, told)}。"
            blocks.append(over(head, told.outcome))
            if before is None:
                blocks += told.outcome.blocks
            notes += [n for n in told.outcome.notes if n not in notes]
        if not blocks:
            said_so = "".join(dict.fromkeys(text for _, text in refusals))
            return Told(q, replace(refused[0], text=said_so), tuple(evidence), verdicts)
        cited_below = Draft(tuple(blocks))
        for at, text in reversed(refusals):
            blocks.insert(at, over(text, cited_below))
        return Told(q, Draft(tuple(blocks), tuple(notes)), tuple(evidence), verdicts, several=len(q.parts))

    def _part(self, part: Query, first: Query, before: Sequence[Told], clock: Clock) -> Told:
        """A part by itself; where that is refused, read worse or of another document than the first surely is, as a question about what the
        first is about."""
        alone = part is first or part.apart
        part = part if alone else replace(part, context=first.content)
        told = self.answered(part, clock)
        of_first = _first_cited(before[0]) if before and reading_of(before[0]) >= SURE else None
        leaves = not alone and of_first is not None and _first_cited(told) not in (of_first, None)
        if alone or part.notice_ids or not clock.more or (reading_of(told) >= SURE and not leaves):
            return told
        topic, content = f"{first.topic} {part.topic}", f"{first.content} {part.content}"
        joined = self.answered(replace(part, topic=topic, content=content), clock)
        if leaves and _first_cited(joined) == of_first and reading_of(joined) > 0:
            return joined  # 算违规不，要罚多少: the fine of what was told to be a breach
        return better(told, joined)

    def _with_later(self, told: Told, asked: Sequence[Query], parts: Sequence[Told], clock: Clock) -> Told:
        """The first part; where it is read with doubt and a later one that goes on from it is not, with the words of both: 还用不用报？几天？"""
        first = asked[0]
        if reading_of(told) >= SURE or first.notice_ids:
            return told
        for part, one in zip(asked[1:], parts[1:], strict=True):
            if not part.apart and not part.periods and reading_of(one) >= SURE and clock.more:
                topic, content = f"{first.topic} {part.topic}", f"{first.content} {part.content}"
                return better(told, self.answered(replace(first, topic=topic, content=content), clock))
        return told

    def _where_it_stands(self, part: Query, before: Sequence[Told]) -> Told | None:
        """For a part that asks where the answer before it stands (…有没有底线？哪个文件说的) the document and item."""
        said = before[-1].outcome.told_first if before and isinstance(before[-1].outcome, Draft) else None
        if said is None or part.hang is not Hang.LAST or not part.says("ask.source"):
            return None
        support = said.supports[0]
        stands = Draft((paragraph(place_of(self._notices[support.notice_id], support.span)),))
        return Told(part, stands, before[-1].evidence, fixed=True)

    def _with_own_sentence(self, told: Told, part: Query, before: Sequence[Told]) -> Told:
        """A later part that is answered with what stands there already, or not at all: with the sentence that was found beside it
        and has more of the part's own words, or the value that it asks for and the quoted one lacks; ``told`` where none has."""
        quoted = frozenset(cited for one in before for cited in cited_in(one))
        if not before or not cited_in(told) <= quoted:
            return told
        desk = self._planner.desk
        own, said = part.own, [one for one in before if isinstance(one.outcome, Draft)]
        if not desk.retriever.weights.units(own):
            return told  # 什么时候: no sentence has words of its own
        covered = max((self.says(one, own) for one in said), default=0.0)
        lacks = bool(said) and bool(self._lacking(part, told))  # of the matter that was told
        one_figure = self._one_figure(part, told, said)
        if one_figure and (case := self._further_case(part, told)):
            return case
        for pick in ranked_sentences([e for one in (told, *before) for e in one.evidence]):
            if not answers(pick) or any(
                pick.notice.id == i and pick.span.overlaps(Span(start, end)) for i, start, end in quoted
            ):
                continue
            share = desk.covered(own, Statement(pick.sentence.text, (Support(pick.notice.id, pick.span),)))
            states = not desk.manner(part).value or part.bears(pick.sentence.text)
            beside = one_figure and any(
                pick.notice.id == i and pick.article == pick.notice.article_at(start) for i, start, _ in quoted
            )
            if states and (beside or share > max(covered, OWN_COVERED) or (lacks and share > 0)):
                draft = Draft((paragraph(quote_statement(lead_in(pick), pick)),))
                return replace(told, outcome=draft, evidence=tuple(with_further([pick.evidence], told.evidence)))
        return told

    def _one_figure(self, part: Query, told: Told, said: Sequence[Told]) -> bool:
        """Whether what is quoted for a part states one value of the kind it asks, which is what an earlier part asked (公司交百分之几，自己
        交百分之几): one figure is no answer to both."""
        if not part.values or not any(one.query.values == part.values for one in said):
            return False
        quoted = "".join(self._notices[i].quote(Span(start, end)) for i, start, end in cited_in(told))
        return sum(part.fits(f"{value.text}{value.unit}") for value in find_values(quoted)) == 1

    def _further_case(self, part: Query, told: Told) -> Told | None:
        """The case of the sentence of which only another is quoted, where it states a value of the kind that is asked (…；需要检验的，
        …15日内); None where none does."""
        for i, start, end in cited_in(told):
            notice, quoted = self._notices[i], Span(start, end)
            cases = spans_between("；;。", notice.text, sentence_at(notice, quoted))
            case = next((c for c in cases if not c.overlaps(quoted) and part.fits(c.of(notice.text))), None)
            pick = next((p for p in ranked_sentences(told.evidence) if p.notice.id == i), None)
            if pick is not None and case is not None:
                pick = replace(pick, span=trimmed(notice.text, case))
                return replace(told, outcome=Draft((paragraph(quote_statement(lead_in(pick), pick)),)))
        return None

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

    def _dated(self, q: Query, clock: Clock) -> Told:
        """One question; where it is refused, without a year that only names its document."""
        told = self.one(q, clock)
        if isinstance(told.outcome, Refusal) and clock.more and (undated := self._without_year_of_issue(q, told)):
            return better(told, self.one(undated, clock))
        return told

    def _without_year_of_issue(self, q: Query, told: Told) -> Query | None:
        """The question without a year that only names the document it is asked of (资阳2017年的加成怎么补), be it named, of the place or the
        one that was found; None where it names none so. What a notice says of the year of its issue is looked for first."""
        found = (e.notice for e in told.evidence[:_FOUND])
        meant = [self._notices[i] for i in q.notice_ids] or [*of_place(self._all, q.regions), *found]
        issued = {n.issued_on.year for n in meant if n.issued_on}
        years = [
            p for p in q.periods if not p.deadline and not p.relative and len(p.years) == 1 and p.years[0] in issued
        ]
        return q.without(years) if years else None

    def one(self, q: Query, clock: Clock, *, stays: bool = True) -> Told:
        q = self._of_conversation(q, clock) if stays else q
        verdicts = self._verdicts(q)
        clock.tried += 1
        outcome, evidence = self._planner.outcome(q, verdicts, clock)
        if isinstance(outcome, Draft) and (both := self._of_both_versions(q, outcome)):
            q = both
            outcome, evidence = self._planner.outcome(q, verdicts, clock)
        told = Told(q, outcome, tuple(evidence), verdicts)
        if isinstance(outcome, Draft):
            told = self._places.told(told, clock)
        if isinstance(told.outcome, Draft) and q.asks_premise:
            told = replace(told, outcome=checked(q, told.outcome, self._notices), leads=1 + told.outcome.leads)
        elif isinstance(told.outcome, Draft) and (q.kind is Kind.APPLICABILITY or q.facts):
            told = replace(told, leads=len(told.outcome.blocks))
        elif isinstance(told.outcome, Draft):
            told = replace(told, leads=told.outcome.leads)
        if isinstance(told.outcome, Draft):
            told = replace(told, outcome=with_body_first(q, of_all(q, told.outcome, self._notices), self._notices))
        if isinstance(told.outcome, Draft) and (q.premise or q.time_held) and not q.asks_premise:
            draft = held_until(q, held(q, told.outcome, self._notices), self._notices)
            told = replace(told, outcome=draft, leads=told.leads + len(draft.blocks) - len(told.outcome.blocks))
        return told

    def _of_both_versions(self, q: Query, draft: Draft) -> Query | None:
        """The question as one after what changed, where it asks of old and new (老法新法的定法一样吗) and what it is answered from has another
        version here; None where not."""
        first = draft.told_first
        if first is None or q.kind in _OF_VERSIONS or not q.says("ask.old_and_new"):
            return None
        notice_id = first.supports[0].notice_id
        if not kin(self._planner.desk, notice_id):
            return None
        return replace(q, notice_ids=(notice_id,), wants=replace(q.wants, kind=Kind.CHANGE))

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
        before = self._pointing.meant(replace(q.last, last=None))
        pool = self._retriever.pool(q)
        if not before or not pool:
            return q
        best = self._retriever.retrieve(q, pool, top_k=1)
        there = self._retriever.retrieve(q, [n.id for n in before], top_k=1)
        if best and there and there[0].score >= SAME_NOTICE * best[0].score:
            return replace(q, notice_ids=(there[0].notice.id,))
        return q

    def says(self, told: Told, own: str) -> float:
        """Share of the words a message adds (要是中间住院了呢) that the clause it is answered with has, with its headings: what is
        carried from the turns before reads well with the clause they were answered with."""
        first = told.outcome.told_first if isinstance(told.outcome, Draft) else None
        return (
            self._planner.desk.covered(own, first)
            if first is not None
            else float(not self._retriever.weights.units(own))
        )


def _first_cited(told: Told) -> str | None:
    """The notice its first clause is of."""
    first = told.outcome.told_first if isinstance(told.outcome, Draft) else None
    return first.supports[0].notice_id if first else None


def _leaves_named(q: Query, told: Told) -> bool:
    """Whether a message that may go on from the last (分别怎么处罚) is answered as a new one from another document than the one that was
    named there."""
    named = q.last.notice_ids if q.last is not None and q.open and q.hang is Hang.NEW and not q.notice_ids else ()
    return bool(named) and _first_cited(told) not in named


def _says_more(told: Told) -> bool:
    """Whether an outcome says something of the system's own beside what it quotes: a verdict, or where an answer stands."""
    return isinstance(told.outcome, Draft) and any(one.head or one.given == one.text for one in told.outcome.each())
