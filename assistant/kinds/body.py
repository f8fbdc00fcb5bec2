"""Who is in charge (谁负责、谁牵头).

Needs: the bracket of responsible bodies (责任单位) that closes an item, or a sentence that says who does it.
Picks: the article whose passages stand best, and its bracket; where the best sentence itself names a body and is read as an
answer, that sentence. The notice's own words decide who leads: 牵头 in the bracket, or its rule that the first one leads.
Silent: where nobody is named; where the bracket fell into a gap of the capture, that is said. How near a sentence comes decides
nothing here: a bracket has no word in common with the question. A body that no notice names is refused by its name.
Says: who leads, who else is responsible, who takes part; a body that only takes part (参与, 配合) is never called responsible.
The trap: the line of addressees ends with names too, and puts nobody in charge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from assistant.answering import refusal
from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.doubt import COVERED
from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.answering.manner import Manner, Missing
from assistant.answering.order import NEAR_AS_SURE, read_first
from assistant.answering.quoting import lead_in, with_context
from assistant.answering.refusal import Refusal, Silence
from assistant.answering.responsible import bracket_for, lead_rule
from assistant.answering.telling import told
from assistant.query.types import Query
from assistant.retrieval.evidence import LEAST, Evidence
from assistant.retrieval.matching import bigrams
from assistant.retrieval.selection import Pick, addresses, article_picks, may_answer, ranked_sentences
from assistant.types import Kind, Verdict
from corpus import fitted
from corpus.alike import same_body
from corpus.bodies import others_behind, split_bodies
from corpus.front.organs import merged_said
from corpus.grammar import form, split_at
from corpus.naming import said_by
from corpus.types import Article, Notice, Span

MANNER = Manner(by_bracket=True, missing=frozenset({Missing.BODY, Missing.FIGURE}), silent="no_bodies")
EXAMPLES = ("家庭医生签约服务谁牵头？", "资阳的村医养老补助由哪个部门管", "湛江药品耗材采购改革归谁负责")
_SAYS_WHO = form("answer.says_who")
_BODY_WORD, _OFFICE = form("answer.body_word"), form("answer.office")
_PART, _COLUMN, _TO_WHOM = form("duty.takes_part"), form("column.lead"), form("clause.to_whom")
LIKELY, OF_MATTER = 3, fitted.number("kinds.body.of_matter")
"""Sentences, best first, of which one may say to whom, and the share of the question's words from which it does, however it is read."""
AS_GOOD = fitted.number("kinds.body.as_good")
"""Share of the best article's score from which the bodies of another one are taken where the best names none."""
LEAST_READ = fitted.number("kinds.body.least_read")
"""Log odds of the reader below which a sentence that names a body does not say who is in charge."""
READ_AS_ANSWER = fitted.number("kinds.body.read_as_answer")
"""Log odds of the reader from which a sentence answers who, whatever body stands in it or none."""


def wants(u: Query) -> bool:
    return u.kind is Kind.BODY


def tell(desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome:
    return told(desk, u, clock, bodies, no_bodies)


def bodies(desk: Desk, u: Query, evidence: Sequence[Evidence]) -> Draft | None:
    """Who is in charge of what the evidence is about; None where nobody is named. What asks for no one (哪个平台, 哪个市) is
    told by a sentence."""
    if u.says("ask.payer"):  # who pays stands in the clause, who sees to it in the bracket
        return desk.extractive.sentences(u, evidence)
    if u.says("ask.to_whom") and (to := _that_says_to_whom(evidence)):
        return desk.extractive.quoted(to)
    if not u.asks_on("ask.for_body"):
        return desk.extractive.sentences(u, evidence)
    ranked = article_picks(evidence)
    top = read_first([p for p in ranked_sentences(evidence) if not addresses(p)])[:1]
    says_who = bool(top) and bool(_SAYS_WHO.search(top[0].sentence.text))
    if says_who and not u.asks_on("ask.duty"):
        return desk.extractive.sentences(u, evidence)
    surely = bool(top) and (top[0].sentence.reading or LEAST) >= READ_AS_ANSWER
    of_body = bool(top) and bool(_BODY_WORD.search(top[0].sentence.text))
    for item, article, score in ranked[:3]:
        if score < AS_GOOD * ranked[0][2]:
            break
        bracket = bracket_for(item, article)
        names = names_in(item.notice, article, bracket) if bracket else ()
        if bracket and names:
            leading = u.says("leading")
            block = responsibility(item.notice, article, names, bracket, asked=leading)
            if u.body_held and (word := _held_against(u.body_held, item.notice, bracket, names, leading=leading)):
                head = Statement(f"{word}。", block.statements[0].supports[:1], given=word, head=True)
                block = replace(block, statements=(head, *block.statements))
            return Draft((block,), notes=tuple(filter(None, [merged_said(names)])))
        fell = any(article.span.contains(g.span) for g in item.notice.gaps)  # the bracket may lie in the gap
        if fell and not (surely and (says_who or not u.asks_on("ask.duty"))):
            return None  # the next item's is not this one's
        if surely and (says_who or of_body):
            break  # 费用由三方分担: who pays, and no body of state
    if row := _row_that_names(desk, evidence):
        return Draft((paragraph(with_context(row, desk.retriever.shown, lead_in(row))),))
    read_so = (
        says_who and top[0].sentence.reading is not None
    )  # 由 stands before many a doer: a reader has to say it is he
    if not surely and not (top and (read_so or of_body) and _is_read_as_answer(top[0])):
        return None
    draft = desk.extractive.sentences(u, evidence)
    if draft is None or says_who or not (u.asks_on("ask.duty") or u.asks_on("ask.which_office")):
        return draft
    charged = any(_OFFICE.search(one.text.removeprefix(one.given)) for one in draft.each())
    if not charged and (u.asks_on("ask.which_office") or u.asks_on("ask.office_leads")):
        return None  # 哪个厅牵头 over a clause that names none: it is not written
    return draft if charged else replace(draft, notes=(*draft.notes, "所引条文没有写明由谁负责。"))


def _that_says_to_whom(evidence: Sequence[Evidence]) -> Pick | None:
    """The first of the likeliest sentences that says to whom something is reported or applied for; None where none is read as an answer."""
    likely = read_first([p for p in ranked_sentences(evidence) if not addresses(p)])[:LIKELY]
    said = (p for p in likely if _TO_WHOM.search(p.sentence.text))
    return next((p for p in said if _is_read_as_answer(p) or p.sentence.coverage >= OF_MATTER), None)


def _row_that_names(desk: Desk, evidence: Sequence[Evidence]) -> Pick | None:
    """The row of a table of tasks that is read about as surely as any sentence, where a column of it names bodies."""
    picks = ranked_sentences(evidence)
    least = max(READ_AS_ANSWER, max((p.reading for p in picks), default=LEAST) - NEAR_AS_SURE)
    return next((p for p in picks if p.reading >= least and _names_in_row(desk, p)), None)


def _names_in_row(desk: Desk, pick: Pick) -> bool:
    """Whether the sentence stands in a row of a table with bodies in a column that says who leads."""
    rows = (one for one in desk.retriever.shown.around(pick.notice, pick.span) if one.kind == "row")
    cells = [cell for row in islice(rows, 1) for cell in row.cells if _COLUMN.search(cell.head)]
    return any(split_bodies(f"（{cell.span.of(pick.notice.text)}）") for cell in cells)


def _is_read_as_answer(pick: Pick) -> bool:
    reading = pick.sentence.reading
    return may_answer(pick) if reading is None else reading >= LEAST_READ


def no_bodies(desk: Desk, u: Query, evidence: Sequence[Evidence]) -> Refusal:
    """Nobody is named: because the notice names nobody there, or because the capture lost the bracket of an item on the matter."""
    item = evidence[0]
    article = item.notice.articles[item.passage.article]
    if any(article.span.contains(g.span) for g in item.notice.gaps) and _is_on_matter(desk, u, item, article):
        return refusal.lost(item.notice, f"“{article.heading}”一项的责任单位")
    return desk.silent(Silence(MANNER.silent), u, evidence)


def _is_on_matter(desk: Desk, u: Query, item: Evidence, article: Article) -> bool:
    """Whether an item has enough of the question's words to be what is asked about."""
    weights, words = desk.retriever.weights, u.content or u.topic
    grams = bigrams(item.notice.quote(article.span)) | bigrams(article.path)
    return weights.coverage(weights.units(words), grams) >= COVERED


def names_in(notice: Notice, article: Article, bracket: Span) -> tuple[str, ...]:
    """The bodies of ``bracket`` in order; those of the article where the bracket alone cannot be read."""
    return split_bodies(notice.quote(bracket)) or article.bodies


def roles_in(bracket: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Bodies that are responsible and bodies that only take part, in order.

    >>> roles_in("〔市财政局和各县（区）人民政府负责，市残联参与。列首位的为牵头部门，下同〕")
    (('市财政局', '各县（区）人民政府'), ('市残联',))
    """
    inner = bracket.strip().strip("〔〕[]【】")
    inner = inner[1:-1] if inner[:1] in "（(" and inner[-1:] in "）)" else inner
    parts: list[str] = []
    for segment in split_at("，,；;。", inner):
        if _PART.search(segment) and "负责" not in segment and "牵头" not in segment:
            parts += split_bodies(f"（{segment}）")
    everyone = split_bodies(bracket)
    return tuple(n for n in everyone if n not in parts), tuple(parts)


def _held_against(held: str, notice: Notice, bracket: Span, names: Sequence[str], *, leading: bool) -> str:
    """是, 不是 and what it is instead, where the asker takes ``held`` to be in charge; "" where that cannot be told.

    Args:
        leading: it is held to lead, not only to be in charge.
    """
    quote = notice.quote(bracket)
    charged, parts = roles_in(quote)
    told = [name for name in (*(charged or names), *parts) if same_body(held, name)]
    if not told:
        unsure = any(same_body(held, name) is None for name in names) or others_behind(quote, names[-1])
        return "" if unsure else f"不是{held}"
    name = told[0]
    if name in parts:
        return f"不是，{name}是参与单位"
    if not leading:
        return "是" if len(charged) <= 1 else f"{name}是责任单位之一"
    if "牵头" in quote or not lead_rule(notice):
        return "" if "牵头" in quote else f"{name}是责任单位之一"
    return "是" if name == charged[0] else f"不是，{name}是责任单位，不是牵头单位"


def responsibility(
    notice: Notice, article: Article, names: tuple[str, ...], bracket: Span, *, asked: bool = False
) -> Block:
    """Who leads, who is responsible and who takes part, as the bracket and the notice's rule say.

    Args:
        asked: it is asked who leads; that the notice does not say it is said then.
    """
    quote = notice.quote(bracket)
    rule = lead_rule(notice)
    support = (Support(notice.id, bracket),)
    lost = not article.heading or article.heading.startswith("（")
    named = f"“{article.heading}”一项" if article.heading else "这一项"
    label = f"第{article.labels[-1].rstrip('．.、')}项" if lost and article.labels else named
    subject = f"{said_by(notice)}{label}"
    charged, parts = roles_in(quote)
    charged = charged or names
    others = others_behind(quote, charged[-1])
    tail = f"，参与：{'、'.join(parts)}{others_behind(quote, parts[-1])}" if parts else ""

    def said(text: str, *more: Support) -> Block:
        return paragraph(Statement(text, (*support, *more), text))

    if "分别牵头" in quote:
        leaders = quote.split("分别牵头")[0].strip("（(〔[").replace("、", "和")
        rest = [n for n in charged if n not in leaders]
        return said(
            f"{subject}由{leaders}分别牵头" + (f"，{'、'.join(rest)}{others}负责" if rest else "") + f"{tail}。"
        )
    if rule and len(charged) > 1:
        noted, cited = f"（该文件注明“{notice.quote(rule)}”）", Support(notice.id, rule)
        if "分别负责" in quote:
            return said(f"{subject}由{'、'.join(charged)}{others}分别负责{tail}，{charged[0]}列首位{noted}。", cited)
        return said(
            f"{subject}由{charged[0]}牵头，责任单位还有：{'、'.join(charged[1:])}{others}{tail}{noted}。", cited
        )
    if len(charged) > 1:
        how = "按职责分工负责" if "职责分工" in quote else "分别负责" if "分别负责" in quote else "负责"
        unsaid = "，没有写明由谁牵头" if asked and "牵头" not in quote else ""
        return said(f"{subject}由{'、'.join(charged)}{others}{how}{tail}，{charged[0]}列在首位{unsaid}。")
    return said(f"{subject}由{charged[0]}{others}负责{tail}。")
