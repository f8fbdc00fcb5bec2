"""One question in one scope, answered from sentences (作答): found, held against what cannot be there, drafted, and said with
what belongs to it.

The way that every kind shares which quotes a notice's sentences; a kind brings what it takes from the evidence. The trap:
what is asked beside a refusal (a county's rule, what came later, the penalty by number) goes before the refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.answering.absent import unwritten, writes_of
from assistant.answering.answerability import best_reading
from assistant.answering.below import below
from assistant.answering.classed import by_class
from assistant.answering.coming import NO_ANSWER, announced, coming
from assistant.answering.contradicted import contradicted
from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.doubt import is_doubtful, likely_unwritten, with_doubt
from assistant.answering.draft import Draft, Statement, Support, over, paragraph
from assistant.answering.lapsed import lapsed, told_over
from assistant.answering.lost import before_all, lost_answer, lost_item
from assistant.answering.measured import aged, excepted, figured, second_condition
from assistant.answering.order import clause_whole
from assistant.answering.own import with_own
from assistant.answering.penalties import breach
from assistant.answering.polarity import limits_of, said_to, word
from assistant.answering.quoting import frame, is_quoted, lead_in, quote_statement
from assistant.answering.reach import listed, outside
from assistant.answering.refusal import Refusal, Silence, out_of_scope
from assistant.answering.rulings import grounds
from assistant.answering.times import passed, year_meant
from assistant.query.hanging import ELLIPTIC
from assistant.query.types import Hang, Query
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.selection import Pick, answers, may_answer, ranked_sentences
from assistant.types import RefusalReason
from corpus.grammar import form
from corpus.naming import said_by
from corpus.regions import gazetteer
from corpus.synonyms import TermMatch

_UNSAID = (
    ("ask.payer", form("states.payer"), "所引条文没有写明钱由谁出。"),
    ("ask.penalty", form("states.consequence"), "所引条文没有写违反了怎样处罚。"),
)
"""What a question asks for beside its matter, what a clause that says it has, and what is said where none does."""
Drafting = Callable[[Desk, Query, Sequence[Evidence]], Draft | None]
"""What a kind takes from the evidence; None where it holds nothing of the kind."""
Refusing = Callable[[Desk, Query, Sequence[Evidence]], Refusal]


def sentences(desk: Desk, u: Query, evidence: Sequence[Evidence]) -> Draft | None:
    """The best sentence in its frame, then what beside it answers too."""
    return desk.extractive.sentences(u, evidence)


def uncovered(desk: Desk, u: Query, evidence: Sequence[Evidence]) -> Refusal:
    """That no sentence says it, with the nearest one."""
    return desk.silent(Silence("uncovered"), u, evidence)


def told(
    desk: Desk,
    u: Query,
    clock: Clock,
    drafting: Drafting = sentences,
    refusing: Refusing = uncovered,
    *,
    silent: bool = False,
) -> Outcome:
    """What comes of ``u`` in its scope; it begins with what of it is not in effect yet, or no longer.

    Args:
        drafting: what is taken from the evidence.
        refusing: what is said where that is nothing.
        silent: whether what is in force was searched and does not say it.
    """
    outcome, evidence = _told(desk, u, clock, drafting, refusing)
    if isinstance(outcome, Draft) and not outcome.leads:
        outcome, evidence = with_own(desk, u, outcome, evidence, drafting)
    if isinstance(outcome, Draft):
        outcome = told_over(desk, u, announced(desk, u, outcome, silent=silent), silent=silent)
    return outcome, evidence


def _ahead(desk: Desk, u: Query, clock: Clock, drafting: Drafting, than: float | None = None) -> Outcome | None:
    """The answer of the notice that is not in effect yet, where nothing in force says it."""
    return _of_those(desk, u, coming(desk, u, than=than), clock, drafting, silent=than is None or than < NO_ANSWER)


def _over(
    desk: Desk, u: Query, clock: Clock, drafting: Drafting, held: Sequence[Evidence], *, silent: bool = True
) -> Outcome | None:
    """The answer of the notice that is no longer in force, where nothing in force speaks of the matter."""
    return _of_those(desk, u, lapsed(desk, u, held, silent=silent), clock, drafting, silent=True)


def _of_those(
    desk: Desk, u: Query, ids: tuple[str, ...], clock: Clock, drafting: Drafting, *, silent: bool
) -> Outcome | None:
    """The answer of the notices ``ids``; None where there are none or they do not give it."""
    if not ids:
        return None
    outcome, evidence = told(desk, replace(u, notice_ids=ids), clock, drafting, silent=silent)
    return (outcome, evidence) if isinstance(outcome, Draft) else None


def _elsewhere(desk: Desk, u: Query, clock: Clock, drafting: Drafting, held: Sequence[Evidence]) -> Outcome | None:
    """What answers where nothing in force that binds the place does: what is coming, what has ended, what a county says."""
    return _ahead(desk, u, clock, drafting) or _over(desk, u, clock, drafting, held) or below(desk, u, drafting)


def _told(desk: Desk, u: Query, clock: Clock, drafting: Drafting, refusing: Refusing) -> Outcome:
    pool, manner = desk.retriever.pool(u), desk.manner(u)
    if not pool:
        if other := _ahead(desk, u, clock, drafting) or _over(desk, u, clock, drafting, ()):
            return other
        evidence = desk.retriever.retrieve(u, None, top_k=desk.top_k)
        return desk.no_pool(u), evidence
    evidence = desk.retriever.retrieve(u, pool, top_k=max(12, desk.top_k))
    if manner.value and not u.notice_ids:
        evidence = _without_fronts(evidence)
    clock.mark("retrieve")
    if desk.lies_elsewhere(u, evidence):
        return out_of_scope(RefusalReason.OUT_OF_SCOPE, desk.all), evidence
    if lost := lost_item(desk, u, pool):
        return lost, evidence
    if before := before_all(desk, u, pool):
        return before, evidence
    if penalty := breach(desk, u, evidence, pool):
        return penalty
    if classed := by_class(desk, u, evidence, drafting):
        return classed
    if others := _of_others(desk, u, evidence):
        return others, desk.with_cited(others, evidence)
    silence = desk.silence(u, evidence, pool)
    if silence and silence.code == manner.silent and (clearer := desk.settled(u, evidence)):
        evidence, silence = clearer, desk.silence(u, clearer, pool)
    if silence:
        if later := desk.later(u, evidence):
            return later, desk.with_cited(later, evidence)
        return _elsewhere(desk, u, clock, drafting, evidence) or (desk.silent(silence, u, evidence), evidence)
    draft = drafting(desk, u, evidence)
    clock.mark("draft")
    if draft is None:
        return _elsewhere(desk, u, clock, drafting, evidence) or (refusing(desk, u, evidence), evidence)
    if gone := lost_answer(desk.notices, draft):
        return gone, evidence
    if likely_unwritten(desk, u, draft, evidence) or (u.unheld and is_doubtful(desk, u, draft, evidence)):
        return _elsewhere(desk, u, clock, drafting, evidence) or (
            desk.silent(Silence("uncovered"), u, evidence),
            evidence,
        )
    reading = best_reading(evidence)
    if reading is not None and (ahead := _ahead(desk, u, clock, drafting, reading)):
        return ahead
    if ended := _over(desk, u, clock, drafting, evidence, silent=False):
        return ended
    if surer := below(desk, u, drafting, than=reading):
        return surer
    for one in u.ended:
        name = said_by(desk.notices[one.by])
        draft = replace(draft, notes=(*draft.notes, f"{one.short}已由{name}废止，以上是{name}的规定。"))
    draft = _with_second_question(desk, u, _with_word(desk, u, draft, evidence), pool, clock)
    lacking: TermMatch | None = None
    if not (manner.by_bracket or manner.value) and not any(one.head for one in draft.each()):
        said = "".join(one.text + _around(desk, one) for one in draft.each())
        lacking = unwritten(u, said, least=2 if u.closed else 3)
    draft = _with_term(desk, u, draft, evidence, lacking) if lacking else with_doubt(desk, u, draft, evidence)
    if u.asker.of_list and not any(map(gazetteer().find, _quotes(desk, draft))):
        draft = replace(draft, notes=(*draft.notes, "所引条文没有列出名单。"))
    for asked, states, note in _UNSAID:
        if u.says(asked) and not any(map(states.search, (*(one.text for one in draft.each()), *_answering(evidence)))):
            draft = replace(draft, notes=(*draft.notes, note))
    if late := passed(u, manner, draft, desk.all):
        draft = replace(draft, notes=(*draft.notes, late))
    if meant := year_meant(u, draft, desk.notices):
        draft = replace(draft, notes=(*draft.notes, meant))
    return draft, desk.with_cited(draft, evidence)


def _with_term(desk: Desk, u: Query, draft: Draft, evidence: Sequence[Evidence], lacking: TermMatch) -> Draft:
    """``draft`` with the words that its clauses do not write of the term, and the sentence of its notice that does, where there is one."""
    cited = {support.notice_id for one in draft.each() for support in one.supports}
    among = (
        p for p in ranked_sentences(evidence) if p.notice.id in cited and p.article.kind == "item" and may_answer(p)
    )
    beside = [
        p for p in among if writes_of(lacking, p.sentence.text) and not is_quoted(p.span, p.notice.id, draft.each())
    ]
    best = max(beside, key=lambda p: (p.sentence.coverage, p.score), default=None)
    term = lacking.term.upper() if lacking.term.isascii() else lacking.term
    said = f"所引条文没有写到“{term}”"
    if best is None:
        return replace(draft, notes=(*draft.notes, f"{said}。"))
    told = Draft((paragraph(quote_statement(lead_in(best), best)),))
    return replace(draft, blocks=(*draft.blocks, over(f"{said}，写到的有：", told), *told.blocks))


def _quotes(desk: Desk, draft: Draft) -> Iterator[str]:
    return (desk.notices[s.notice_id].quote(s.span) for one in draft.each() for s in one.supports)


def _answering(evidence: Sequence[Evidence]) -> Iterator[str]:
    """The sentences that are read as an answer, told or not: what one of them writes is written."""
    return (p.sentence.text for p in ranked_sentences(evidence) if p.sentence.reading is not None and answers(p))


def _around(desk: Desk, said: Statement) -> str:
    """The whole articles that a statement quotes from, with the headings over them: what stands there is written, quoted or not."""
    cited = [(desk.notices[one.notice_id], one.span.start) for one in said.supports]
    articles = [(notice, notice.article_at(start)) for notice, start in cited]
    return "".join(f"{article.path}{notice.quote(article.span)}" for notice, article in articles)


def _without_fronts(evidence: list[Evidence]) -> list[Evidence]:
    """When a law was passed is no time of what it says: front matter that is not read as an answer is left out."""

    if best_reading(evidence) is None:
        return evidence

    def says(item: Evidence) -> bool:
        inside = item.notice.articles[item.passage.article].kind == "item"
        return inside or any(s.reading is not None and s.reading > 0 for s in item.sentences)

    return [e for e in evidence if says(e)] or evidence


def _of_others(desk: Desk, u: Query, evidence: Sequence[Evidence]) -> Draft | None:
    """Asked whether a rule covers the asker's sort of hospital, or the same of another sort (那二甲呢): that its clause
    is about another."""
    other = u.hang is Hang.SLOT and "话题" in u.carried
    # 二甲有没有要求: a list by its words, and yes or no is asked
    of_asker = desk.manner(u).of_asker or (other and u.closed)
    if not u.asker.of_list and (not of_asker or not (other or u.says("ask.of_us"))):
        return None
    picks = [p for p in desk.extractive.best(u, evidence) if answers(p)]  # of another matter nothing follows
    beside = [p for p in ranked_sentences(evidence) if picks and p.notice is picks[0].notice and answers(p)]
    if named := listed(u.asker, u.region or u.home, picks):
        return Draft((paragraph(named, *grounds(picks[:1])),))
    said = outside(u.asker_meant if other else u.asker, u.region or u.home, [*picks, *beside])
    if said is None:
        return None
    left_out = next(p for p in (*picks, *beside) if p.span == said.supports[0].span)
    return Draft((paragraph(said, *grounds([left_out])),))


def _with_word(desk: Desk, u: Query, draft: Draft, evidence: Sequence[Evidence]) -> Draft:
    """Yes or no in the first word, where the quoted clause says it surely; a figure to be confirmed is checked apart."""
    first = draft.cites_first
    picks = ranked_sentences(evidence)
    if first is None or u.asks_premise or not picks or not answers(picks[0]):
        return draft
    support = first.supports[-1]
    notice = desk.notices[support.notice_id]
    if u.asker.of_list:
        return draft  # 有没有我们县: the clause that says how many there are does not say so
    decides = [
        aged(u.asker.age, notice, support.span),
        excepted(u, notice, clause_whole(notice, support.span.start)),
    ]
    if not any(decides):
        no = said_to(u.utterance, yes=False)
        decides = [figured(u, notice, support.span, no) or contradicted(u, notice, support.span)]
    if not any(decides):  # an exception is no word on the rule
        decides = [_word(desk, u, support, picks)]
    return draft.opened_by(*filter(None, decides))


def _word(desk: Desk, u: Query, support: Support, picks: Sequence[Pick]) -> Statement | None:
    """What the clause answers, read alone and as its article has it."""
    notice = desk.notices[support.notice_id]
    spans = [support.span]
    own = next((p for p in picks if p.notice.id == support.notice_id and support.span.contains(p.span)), None)
    if (
        own is not None
        and (around := frame(own, desk.retriever.shown)) != support.span
        and around.contains(support.span)
    ):
        spans.append(around)
    shown = [desk.retriever.shown(notice, notice.article_at(span.start), span) for span in spans]
    # of a follow-up (他们要不要交) who is meant stands in the question before
    asked = u.sought if "话题" in u.carried else u.utterance
    verdict = word(asked, shown, desk.verdicts, asked=u.utterance)
    if not verdict:
        return None
    clause = notice.quote(support.span)
    if also := second_condition(asked, clause):
        verdict = f"要看情况，条文还有一个条件“{also}”"
    weak = "" if verdict.startswith("不") else asked  # 逐步取消 beside 不得兼任 limits no ban
    limit = next((said for said in limits_of(clause, weak) if said not in asked), None)
    said = f"{verdict}（条文写“{limit}”）" if limit else verdict
    return Statement(f"{said}。", (support,), given=said, head=True)


def _with_second_question(desk: Desk, u: Query, draft: Draft, pool: Sequence[str], clock: Clock) -> Draft:
    """A message that asks two things gets the best sentence for each part that the draft does not quote yet. The trap: a part
    may lack its subject (…要投多少，占收入几个点); then its sentence has to answer the message as a whole."""
    blocks = list(draft.blocks)
    for asked in u.further:
        if not clock.more_parts:
            break
        clock.tried += 1
        evidence = desk.retriever.retrieve(asked, pool, top_k=6)
        if desk.manner(asked).by_bracket or desk.silence(asked, evidence, pool):
            continue
        alone = len(asked.content) > ELLIPTIC
        for pick in desk.extractive.best(asked, evidence):
            if is_quoted(pick.span, pick.notice.id, draft.each()):
                continue
            reading = None if alone else desk.retriever.reading(u.sought, pick.notice, pick.sentence.span)
            if reading is None or reading > 0:
                blocks.append(paragraph(quote_statement(lead_in(pick), pick)))
    return replace(draft, blocks=tuple(blocks))
