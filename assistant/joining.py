"""A message of several questions answered (一条几问): each part by itself or with the words of the first, joined under short heads.

Apart from :mod:`assistant.answers`, which answers one question in its readings. The trap: a part may lack its subject (…还用不用报？几天？), so
what answers one part is held against the others before it is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.answering.desk import Clock, Desk
from assistant.answering.draft import Block, Draft, Statement, Support, over, paragraph
from assistant.answering.quoting import lead_in, quote_statement, sentence_at
from assistant.answering.refusal import Refusal
from assistant.answering.repeated import OWN_COVERED
from assistant.answers import Answers
from assistant.query.hanging import ELLIPTIC
from assistant.query.types import Hang, Query
from assistant.query.values import has_figure, names_time
from assistant.retrieval.evidence import in_turn, with_further
from assistant.retrieval.selection import answers, ranked_sentences, trimmed
from assistant.tasks.outline import place_of
from assistant.told import SURE, Cited, Told, better, cited_in, first_cited, reading_of
from assistant.types import Verdict
from corpus.numerals import find_values
from corpus.text import spans_between
from corpus.types import Notice, Span


class Joining:
    """Answers messages of several parts."""

    def __init__(self, one_by_one: Answers, desk: Desk, notices: Mapping[str, Notice]) -> None:
        self._answers, self._desk, self._notices = one_by_one, desk, notices

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
            whole = self._answers.answered(replace(q, parts=()), clock)
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
        told = self._answers.answered(part, clock)
        of_first = first_cited(before[0]) if before and reading_of(before[0]) >= SURE else None
        bare = not alone and len(part.own) <= ELLIPTIC
        leaves = bare and of_first is not None and first_cited(told) not in (of_first, None)
        if alone or part.notice_ids or not clock.more or (reading_of(told) >= SURE and not leaves):
            return told
        topic, content = f"{first.topic} {part.topic}", f"{first.content} {part.content}"
        joined = self._answers.answered(replace(part, topic=topic, content=content), clock)
        if leaves and first_cited(joined) == of_first and reading_of(joined) > 0:
            return joined  # 算违规不，要罚多少: the fine of what was told to be a breach
        return better(told, joined)

    def _with_later(self, told: Told, asked: Sequence[Query], parts: Sequence[Told], clock: Clock) -> Told:
        """The first part; where it is read with doubt and a later one that goes on from it is not, with the words of both: 还用不用报？几天？"""
        first = asked[0]
        if reading_of(told) >= SURE or first.notice_ids:
            return told
        for part, one in zip(asked[1:], parts[1:], strict=True):
            goes_on = not part.apart and not part.periods and len(part.own) <= ELLIPTIC
            if goes_on and reading_of(one) >= SURE and clock.more:
                topic, content = f"{first.topic} {part.topic}", f"{first.content} {part.content}"
                return better(told, self._answers.answered(replace(first, topic=topic, content=content), clock))
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
        desk = self._desk
        own, said = part.own, [one for one in before if isinstance(one.outcome, Draft)]
        if not desk.retriever.weights.units(own):
            return told  # 什么时候: no sentence has words of its own
        covered = max((self._answers.says(one, own) for one in said), default=0.0)
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
        manner = self._desk.manner(part)
        if not manner.value:
            return ""
        cited = [(self._notices[i], Span(start, end)) for i, start, end in cited_in(told)]
        if manner.timed and any(n.horizon and len(set(n.horizon)) == 1 for n, _ in cited):
            return ""  # a notice for one year says when
        states = names_time if manner.timed else lambda text: has_figure(text) or part.bears(text)
        if any(states(n.quote(span)) for n, span in cited):
            return ""
        return "，其中没有写明时间" if manner.timed else "，其中没有写明数字"


def _says_more(told: Told) -> bool:
    """Whether an outcome says something of the system's own beside what it quotes: a verdict, or where an answer stands."""
    return isinstance(told.outcome, Draft) and any(one.head or one.given == one.text for one in told.outcome.each())
