"""Answers about applicability (适用性回答): the verdict first, the clause that proves it, what binds instead.

The verdicts themselves come from ``assistant/applicability.py``; here they are put into sentences and cited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.answering.quoting import lead_in, quote_statement, sentence_at
from assistant.applicability import addressees_span, before_it, date_span
from assistant.query.read import Understanding
from assistant.retrieval.evidence import Evidence
from assistant.retrieval.matching import bigrams
from assistant.retrieval.selection import Pick
from assistant.types import Binding, Verdict
from corpus import fitted
from corpus.dates import written_day
from corpus.grammar import form
from corpus.inforce import Force, standing, successor
from corpus.naming import said_by, short_title
from corpus.regions import display, is_within
from corpus.types import Effect, Notice, Span
from corpus.versions import like_matter

_FRAME = "不适用，不约束。所问日期尚未施行 适用：可以参照：应看的是 可参照 应看 所问事项 于"
"""The words that frame a verdict; they are the system's own and need no citation."""


_REPLACED = ("repealed", "superseded")
_OVER = ("expired", *_REPLACED)
MAX_OTHERS = 3
MAX_ADDRESSEES = 60
"""Characters of addressees that are repeated in an answer; longer ones are a click away."""

_REPEAL = form("repeal.verb")


def ruling(
    u: Understanding,
    verdicts: Sequence[Verdict],
    notices: Mapping[str, Notice],
    evidence: Sequence[Evidence],
    ground: Sequence[Pick],
    *,
    topical: bool = True,
) -> Draft | None:
    """The answer to "does it bind" and "which one binds".

    Args:
        verdicts: for the place asked about (or for nobody in particular), all notices.
        evidence: on the topic, best first; decides which binding notice leads.
        ground: sentences on the topic from the leading notice, shown after the verdict.
        topical: whether a matter is asked about; where none is, the newest notice nearest to the place leads.
    """
    by_id = {v.notice_id: v for v in verdicts}
    where = display(u.region) if u.region else ""
    framed = f"不约束{where}：{where}应看 {where}可参照" if where else ""
    given = f"{_dates(u)} {' '.join(v.reason for v in verdicts)} {framed} {_FRAME}"
    if u.notice_ids:
        named = [by_id[i] for i in u.notice_ids if i in by_id]
        valid = {v.notice_id: said for v in named if (said := _no_more(v, u, notices) or _holds(v, u, notices))}
        statements = [valid.get(v.notice_id) or _named(v, u, notices, given) for v in named]
        blocks = [paragraph(*statements)]
        here = u.region_from != "question" or all(v.code in _REPLACED for v in named)
        replaced = here and len(valid) == len(named)  # what took their place is said already
        if u.region and not replaced and all(v.binding.apart for v in named):
            order = _order(verdicts, evidence, exclude=set(u.notice_ids), content=u.content, topical=topical)
            speaking = _speaking(evidence) if topical else set()
            meant = [notices[v.notice_id] for v in named]
            alike = [
                v for v in order if v.notice_id in speaking or any(like_matter(notices[v.notice_id], n) for n in meant)
            ]
            told, beside = _instead(u.region, alike[0], notices[alike[0].notice_id]) if alike else ("", ())
            if not alike or alike[0].binding is not Binding.BINDS:
                more, proofs = _others(u.region, [v for v in order if v.binding is Binding.BINDS], notices)
                told, beside = told + more, (*beside, *proofs)
            if ground and not alike and all(v.code in _OVER for v in named):  # nothing in force is on the matter
                blocks.append(paragraph(*grounds(ground[:1])))
            if order or all(v.code == "other_region" for v in named):
                return Draft(tuple(blocks), (told or f"本库没有收录约束{display(u.region)}的文件。",), beside)
        elif ground:
            blocks.append(paragraph(*grounds(ground)))
        return Draft(tuple(blocks))
    binding = _order(verdicts, evidence, content=u.content, topical=topical)
    if not binding:
        return None
    if not topical and u.says("asks_which_several"):
        return _listed(u, binding, [v for v in verdicts if v.binding is Binding.MAY_BIND], notices, given)
    lead, *others = binding
    where = display(u.region) if u.region else "所问事项"
    label = "应看" if lead.binding is Binding.BINDS else "可参照"
    notice = notices[lead.notice_id]
    first = Statement(f"{where}{label}{_full(notice)}：{lead.reason}。", _supports(lead, notice), given)
    blocks = [paragraph(first, *grounds(ground))]
    others += [v for v in verdicts if v.binding.apart and v.code not in ("other_region", "narrower")]
    told = "；".join(f"{said_by(notices[v.notice_id])}{_label(v)}（{v.reason.split('，')[0]}）" for v in others[:3])
    return Draft(tuple(blocks), (f"另外查过：{told}。",) if told else ())


def _listed(
    u: Understanding, usable: Sequence[Verdict], perhaps: Sequence[Verdict], notices: Mapping[str, Notice], given: str
) -> Draft:
    """Every notice that holds for the asker, as the page of verdicts lists them: what binds, then what is consulted, then what one
    unit alone has to follow."""
    blocks: list[Block] = []
    where = display(u.region) if u.region else "没有说明是哪里的医院；各文件只管自己的地方，"
    for binding in (Binding.BINDS, Binding.REFERENCE, Binding.MAY_BIND):
        group = [v for v in (*usable, *perhaps) if v.binding is binding]
        if not group:
            continue
        head = f"{where}{binding.value}的有{len(group)}份："
        shown = group[:MOST_LISTED]
        rows = tuple(
            Statement(f"{_full(notices[v.notice_id])}：{v.reason}。", _supports(v, notices[v.notice_id]), given)
            for v in shown
        )
        blocks.append(paragraph(Statement(head, rows[0].supports[:1], given=head, head=True)))
        blocks.append(Block("list", rows))
    most = max((sum(v.binding is b for v in (*usable, *perhaps)) for b in Binding), default=0)
    return Draft(tuple(blocks), (f"每组只列前{MOST_LISTED}份，其余见“适用性”页。",) if most > MOST_LISTED else ())


def over(u: Understanding, notices: Mapping[str, Notice]) -> Draft:
    """Whether documents still hold of which the library knows only what repealed them."""
    statements: list[Statement] = []
    for one in u.ended:
        by = notices[one.by]
        day = f"自{written_day(one.on)}起" if one.on else ""
        if one.on is not None and u.as_of < one.on:
            told = f"截至{_dates(u).split()[0]}尚未废止：{said_by(by)}{day}施行，{one.short}到那天才废止。"
        else:
            told = f"不适用。{one.short}{day}已{_ended_word(by, one.said)}，现行的是{said_by(by)}。"
        spans = [Span(one.said.start, one.said.end)]
        effective = by.front.effective_on if by.front is not None else None
        if effective is not None and effective.span is not None:
            spans.append(effective.span)
        statements.append(Statement(told, tuple(Support(by.id, span) for span in spans), given=told))
    return Draft((paragraph(*statements),), ("本库没有收录已废止文件的原文。",))


def _ended_word(by: Notice, said: Span) -> str:
    """How the sentence that ends a document at ``said`` says so: 废止, 失效, 停止执行."""
    end = min((at for stop in ("。", "\n") if (at := by.text.find(stop, said.end)) >= 0), default=len(by.text))
    verb = _REPEAL.search(by.text, said.end, end)
    return verb.group() if verb else "废止"


def _named(verdict: Verdict, u: Understanding, notices: Mapping[str, Notice], given: str) -> Statement:
    notice = notices[verdict.notice_id]
    where = display(u.region) if u.region else ""
    name = said_by(notice)
    if verdict.binding is Binding.MAY_BIND:
        text = f"可能适用：{name}是{verdict.reason}。"
    elif verdict.binding is Binding.DOES_NOT_BIND:
        text = f"不适用。{name}{verdict.reason}。" if not where else f"不适用，{name}不约束{where}：{verdict.reason}。"
        if verdict.code in ("not_yet", "not_effective", "expired"):
            text = f"不适用，{name}{verdict.reason}。"
        if verdict.code == "expired":
            given = f"{given} {text}"
        if verdict.code == "not_effective" and (day := notice.effective_on):  # one day: the gate takes two for a change
            text = f"不适用，{name}自{written_day(day)}起施行，所问日期尚未施行。"
            if before := before_it(notice, u.as_of, tuple(notices.values())):
                text += f"那时的{'、'.join(before)}后来由它废止，本库没有收录原文。"
                given = f"{given} {text}"
    elif verdict.binding is Binding.REFERENCE:
        text = f"可以参照：{name}于{verdict.reason}。"
    else:
        sent = _addressed(verdict, notice)
        text, given = f"适用：{name}于{verdict.reason}{sent}。", f"{given} {sent}"
    ending = _clause_of(_end_ahead(notice, u), notices) if not verdict.binding.apart else ()
    return Statement(text, (*_supports(verdict, notice), *ending), given)


def _no_more(verdict: Verdict, u: Understanding, notices: Mapping[str, Notice]) -> Statement | None:
    """That another notice repealed or replaced this one, with the day and the clause that says so, whatever place the asker is
    of; None where none did."""
    notice, everything = notices[verdict.notice_id], tuple(notices.values())
    now = standing(notice, u.as_of, everything)
    if now.force not in (Force.REPEALED, Force.SUPERSEDED) or now.by is None or not now.by.name:
        return None
    by, current = notices.get(now.by.by), successor(notice, u.as_of, everything)
    since = f"自{written_day(now.since)}起" if now.since else ""
    verb = "废止" if now.force is Force.REPEALED else "替代"
    text = f"不适用。{said_by(notice)}{since}已被{said_by(by) if by else now.by.name}{verb}，不再有效"
    holds = said_by(current) if current is not None else now.by.name if by is None else ""
    text += f"，现行的是{holds}。" if holds else "。"
    if verdict.code == "other_region":
        text += f"它原来只约束{display(notice.region)}，{display(u.region or '')}不在其中。"
    issued = date_span(by) if by is not None else None
    supports = (*_clause_of(now.by, notices), *((Support(now.by.by, issued),) if issued else ()))
    return Statement(text, supports or _supports(verdict, notice), text)


def _holds(verdict: Verdict, u: Understanding, notices: Mapping[str, Notice]) -> Statement | None:
    """Asked by somebody of another place whether a notice is valid: that it is, will end or is not in effect yet, and that it
    is not theirs; None where it is asked whom it binds."""
    if verdict.code != "other_region" or u.region_from == "question" or not u.says("asks_valid") or u.says("ours"):
        return None
    notice, everything = notices[verdict.notice_id], tuple(notices.values())
    now, name = standing(notice, u.as_of, everything), said_by(notice)
    end = _end_ahead(notice, u)
    supports = [*_clause_of(end, notices), *_supports(verdict, notice)]
    if now.force is Force.NOT_YET and notice.effective_on:
        text = f"{name}自{written_day(notice.effective_on)}起施行，所问日期尚未施行"
    elif now.holds and end is not None and end.on is not None:
        text = f"{name}目前仍然有效，自{written_day(end.on)}起将由{end.name}{'替代' if end.span is None else '废止'}"
    elif now.holds:
        text = f"{name}未见废止，仍然有效"
    else:
        return None
    text += f"；它只约束{display(notice.region)}，不约束{display(u.region or '')}。"
    return Statement(text, tuple(supports), text)


def _end_ahead(notice: Notice, u: Understanding) -> Effect | None:
    """What ends the notice on a day after the one asked about."""
    return next((e for e in notice.effects if e.ends_all and e.on is not None and e.on > u.as_of), None)


def _clause_of(effect: Effect | None, notices: Mapping[str, Notice]) -> tuple[Support, ...]:
    """Where the other notice says what it does to this one, where its words say it."""
    if effect is None or effect.span is None or effect.by not in notices:
        return ()
    return (Support(effect.by, sentence_at(notices[effect.by], effect.span)),)


def _addressed(verdict: Verdict, notice: Notice) -> str:
    """To whom the notice was sent, in its own words, where that is what proves the verdict."""
    span = addressees_span(notice)
    if verdict.clause is None or span is None or verdict.clause.start != span.start:
        return ""
    names = "".join(notice.quote(span).split()).strip("：:")
    return f"，主送{names}" if len(names) <= MAX_ADDRESSEES else ""


def _instead(place: str, verdict: Verdict, notice: Notice) -> tuple[str, tuple[Support, ...]]:
    """What to look at where the notice asked about does not bind: a pointer, whose proof stands with the verdicts."""
    return f"{display(place)}应看的是{_full(notice)}：{verdict.reason}。", _supports(verdict, notice)


def _others(place: str, binding: Sequence[Verdict], notices: Mapping[str, Notice]) -> tuple[str, tuple[Support, ...]]:
    """What else binds the place, where nothing that does is on the matter of the notice asked about."""
    if not binding:
        return "", ()
    shown = binding[:MAX_OTHERS]
    names = "、".join(_full(notices[v.notice_id]) for v in shown)
    more = f"等{len(binding)}份" if len(binding) > len(shown) else ""
    told = f"现行约束{display(place)}的有{names}{more}，题目与所问文件不是同一事项。"
    return told, tuple(one for v in shown for one in _supports(v, notices[v.notice_id]))


MOST_LISTED = 20
"""Notices of a group that are listed; the rest are counted."""
TITLED = fitted.number("answering.rulings.titled")
"""Share of the matter that a title must hold for its notice to be on it."""
SPEAKS = fitted.number("answering.rulings.speaks")
"""A notice speaks on the matter when its best evidence comes this near to the best of all."""


def _speaking(evidence: Sequence[Evidence]) -> set[str]:
    """The notices whose best evidence comes near to the best of all."""
    top = max((e.score for e in evidence), default=0.0)
    return {e.notice.id for e in evidence if e.score >= SPEAKS * top}


def _order(
    verdicts: Sequence[Verdict],
    evidence: Sequence[Evidence],
    *,
    exclude: set[str] | None = None,
    content: str = "",
    topical: bool = True,
) -> list[Verdict]:
    """Binding and reference notices, the one to look at first: it speaks on the matter, then it binds, then it says most.

    A newer notice on another matter is not what is to be looked at, so binding comes only second; where no matter is
    asked about, the order of the verdicts stands.
    """
    usable = [v for v in verdicts if not v.binding.apart and v.notice_id not in (exclude or set())]
    if not topical:
        return sorted(usable, key=lambda v: v.binding is Binding.REFERENCE)
    best: dict[str, float] = {}
    for item in evidence:
        best[item.notice.id] = max(best.get(item.notice.id, 0.0), item.score)
    top = max((best.get(v.notice_id, 0.0) for v in usable), default=0.0)
    asked = bigrams(content)
    titles = {v.notice_id: len(asked & bigrams(v.title)) / len(asked) if asked else 0.0 for v in verdicts}

    def key(verdict: Verdict) -> tuple[bool, bool, float]:
        titled = titles.get(verdict.notice_id, 0.0) >= TITLED
        speaks = titled or (top > 0 and best.get(verdict.notice_id, 0.0) >= SPEAKS * top)
        return (not speaks, not titled and verdict.binding is Binding.REFERENCE, -best.get(verdict.notice_id, 0.0))

    return sorted(usable, key=key)


def _supports(verdict: Verdict, notice: Notice) -> tuple[Support, ...]:
    spans: list[Span] = []
    if verdict.clause:
        spans.append(Span(verdict.clause.start, verdict.clause.end))
    day = date_span(notice)
    if day and day not in spans and verdict.code not in ("other_region", "narrower", "expired"):
        spans.append(day)
    effective = notice.front.effective_on if notice.front is not None else None
    if effective is not None and effective.span is not None and "起施行" in verdict.reason:
        spans.append(effective.span)
    return tuple(Support(notice.id, s) for s in spans)


def grounds(ground: Sequence[Pick]) -> list[Statement]:
    """Each sentence of the ground as a statement with its lead-in."""
    return [quote_statement(lead_in(p), p) for p in ground]


def _full(notice: Notice) -> str:
    return f"{notice.reference or ''}《{short_title(notice)}》"


def _label(verdict: Verdict) -> str:
    return verdict.binding.value


def _dates(u: Understanding) -> str:
    return f"{written_day(u.as_of)} {u.as_of.year}年"


def binds_somewhere(place: str, notices: Sequence[Notice]) -> bool:
    """Whether any notice of the corpus can bind ``place``."""
    return any(is_within(place, n.region) for n in notices)
