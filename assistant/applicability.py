"""Which notice binds a place on a date (适用性): one verdict a notice, with the clause that proves it.

Rules decide, no model. Another place's notice never binds; old is not repealed: where nothing is said about expiry the
verdict says 未见废止 and does not invent an end; a notice whose target years are over is a reference (参照).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assistant.hospitals import HospitalKind, names_kind, reach
from assistant.types import Binding, Citation, Verdict
from corpus.dates import find_periods, written_day
from corpus.docnumber import find_numbers
from corpus.ended import ended_by
from corpus.establishments import unit_of
from corpus.inforce import Force, Standing, is_amended_text, standing, successor
from corpus.regions import display, is_within, parts_of
from corpus.territory import territory
from corpus.text import line_spans, sentence_spans
from corpus.types import UNKNOWN_REGION, Notice, RelationKind, Span
from corpus.versions import same_matter

UNIT_WITHIN = "unit_within"
"""Code of the verdict on a unit's own notice where only the place it sits in is known."""
NOT_EFFECTIVE = "not_effective"
"""Code of the verdict on a notice that is issued and takes effect on a later day."""
_ADDRESSEES = range(5, 162)
"""Characters of a line of addressees, its colon among them."""
_TITLE_PIECE = 8
"""Least characters of a line that may be a piece of the title."""


def front_span(notice: Notice) -> Span:
    """The part of the text before the first numbered item."""
    numbered = [a for a in notice.articles if a.kind == "item"]
    return Span(0, numbered[0].span.start if numbered else min(len(notice.text), 400))


def addressees_span(notice: Notice) -> Span | None:
    """The line that names whom the notice is addressed to (主送机关)."""
    front = front_span(notice)
    for span in line_spans(notice.text, front):
        line = span.of(notice.text)
        if line.endswith(("：", ":")) and len(line) in _ADDRESSEES and "。" not in line:
            return span
    return None


def date_span(notice: Notice) -> Span | None:
    """Where the text states its own issue date; the whole line when it stands alone."""
    if notice.issued_on is None:
        return None
    wanted = written_day(notice.issued_on)
    at = notice.text.find(wanted)
    if at < 0:
        return None
    end = at + len(wanted)
    return Span(at, end + 2) if notice.text.startswith("印发", end) else Span(at, end)


def end_span(notice: Notice) -> Span | None:
    """Where the text states the last day of its own term, or how long that is."""
    said = notice.front.expires_on if notice.front is not None else None
    return said.span if said is not None and said.value == notice.expires_on else None


def title_span(notice: Notice) -> Span | None:
    """The title, or the longest piece of it that stands in the front matter in one line."""
    at = notice.text.find(notice.title)
    if at >= 0:
        return Span(at, at + len(notice.title))
    front = front_span(notice)
    lines = (span for span in line_spans(notice.text, front) if len(span) >= _TITLE_PIECE)
    return next((span for span in lines if span.of(notice.text) in notice.title), None)


def goal(notice: Notice) -> tuple[int, Span] | None:
    """The last year the notice's own goals (…目标) are set for and the sentence that says so; None where it says none."""
    best: tuple[int, Span] | None = None
    for article in notice.articles:
        if "目标" not in article.heading:
            continue
        for span in sentence_spans(notice.text, article.span):
            years = [p.end.year for p in find_periods(span.of(notice.text))]
            if years and (best is None or max(years) > best[0]):
                best = (max(years), span)
    return best


def number_span(notice: Notice) -> Span | None:
    """Where the text states its own document number."""
    if notice.number is None:
        return None
    at = notice.text.find(notice.number)
    return Span(at, at + len(notice.number)) if at >= 0 else None


def cite(notice: Notice, span: Span, marker: int = 0) -> Citation:
    """A citation of ``span``; its quote is the text, exactly."""
    return Citation(
        marker,
        notice.name,
        notice.id,
        notice.title,
        notice.article_at(span.start).path,
        notice.quote(span),
        span.start,
        span.end,
    )


def verdicts(
    notices: Sequence[Notice],
    place: str | None,
    as_of: date,
    *,
    private: bool = False,
    hospital_kind: HospitalKind | None = None,
    kinds: Sequence[HospitalKind] = (),
) -> tuple[Verdict, ...]:
    """One verdict a notice for ``place`` (None: unknown) on ``as_of``; binding ones first, newest and nearest first.

    Args:
        private: asked of hospitals that are not public (民营 against a notice on public ones); said of no ``kinds``.
        hospital_kind: what the asker is; a notice addressed to another kind does not bind, or by some items only.
        kinds: the same where the asker is several things at once (三级, 公立, 中医).
    """
    wanted = kinds or ((hospital_kind,) if hospital_kind is not None else ())
    found = [_verdict(n, place, as_of, private and not wanted, notices) for n in notices]
    by_id = {n.id: n for n in notices}
    for kind in wanted:
        found = [_narrowed(verdict, by_id[verdict.notice_id], kind, wanted) for verdict in found]
    order = {binding: at for at, binding in enumerate(Binding)}
    own = unit_of(place or "")
    dates = {n.id: n.issued_on or date.min for n in notices}
    depth = {n.id: len(parts_of(n.region)) for n in notices}
    return tuple(
        sorted(
            found,
            key=lambda v: (
                order[v.binding],
                not (v.binding is Binding.BINDS and own and by_id[v.notice_id].region == place),
                v.code == "other_region",
                -dates[v.notice_id].toordinal(),
                -depth[v.notice_id],
            ),
        )
    )


def in_force_on(notice: Notice, as_of: date, notices: Sequence[Notice]) -> bool:
    """Whether the notice is a rule on ``as_of``, for whomever it is made."""
    return standing(notice, as_of, notices).holds


def _verdict(notice: Notice, place: str | None, as_of: date, private: bool, notices: Sequence[Notice]) -> Verdict:
    def made(binding: Binding, code: str, reason: str, span: Span | None) -> Verdict:
        clause = cite(notice, span) if span else None
        return Verdict(notice.id, notice.name, notice.title, binding, code, reason, clause)

    addressed = addressees_span(notice) or title_span(notice)
    elsewhere = _elsewhere(notice, place)
    if elsewhere and elsewhere[0] != UNIT_WITHIN:
        return made(Binding.DOES_NOT_BIND, *elsewhere, addressed)
    now = standing(notice, as_of, notices)
    if not now.holds:
        code, reason = why_over(notice, now, as_of, notices)
        if now.force in (Force.NOT_ISSUED, Force.NOT_YET) and (before := before_it(notice, as_of, notices)):
            reason += f"；那时的{'、'.join(before)}后来由它废止，本库没有收录原文"
        span = date_span(notice) if now.force in (Force.NOT_ISSUED, Force.NOT_YET) else addressed
        if now.force is Force.EXPIRED:
            span = end_span(notice) or addressed
        return made(Binding.DOES_NOT_BIND, code, reason, span)
    if elsewhere:
        return made(Binding.MAY_BIND, *elsewhere, addressed)
    where = display(notice.region)
    issued = _issued(notice)
    if notice.region == UNKNOWN_REGION:
        whom = display(place) if place else "任何地方"
        reason = f"{issued}，适用地区{UNKNOWN_REGION}，不能认定约束{whom}，内容只供参照"
        return made(Binding.REFERENCE, "unverified_region", reason, title_span(notice) or addressed)
    own = bool(unit_of(notice.region)) and place is not None
    scope = (
        f"本单位制度，{where}适用"
        if own
        else (
            f"{where}{'所辖' if place and place != notice.region else ''}适用"
            if place is not None
            else f"在{where}范围内适用"
        )
    )
    aside = _changes_said(now, notice, as_of)
    if is_amended_text(notice, as_of, notices):
        aside += f"；库中是{_day(notice.issued_on)}修改后的文本，{_day(as_of)}的文字请核对旧版"
    if private and names_kind(notice.title, HospitalKind.PUBLIC):
        aside += (
            "；文件针对公立医院，社会办医疗机构只受其中涉及社会办医的条款约束"
            if names_kind(notice.text, HospitalKind.PRIVATE)
            else "；文件只针对公立医院"
        )
    state = "未见废止" if now.force is Force.IN_FORCE else now.force.value
    state += f"，有效期至{written_day(notice.expires_on)}" if notice.expires_on else ""
    target = goal(notice)
    last = target[0] if target else notice.horizon[1] if notice.horizon else None
    if last is not None and as_of.year > last:
        later = notice.horizon[1] if target and notice.horizon and notice.horizon[1] > last else None
        until = f"总体目标只定到{last}年（个别事项到{later}年）" if later else f"目标只定到{last}年"
        reason = f"{issued}，{state}，{scope}；但其{until}，截至{as_of.year}年已过，目标数字只作参照{aside}"
        return made(Binding.REFERENCE, "horizon_passed", reason, target[1] if target else addressed)
    newer = _newer(notice, as_of, notices)
    if newer:
        names = "、".join(n.name for n in newer)
        told = f"；同一事项上后出的{names}另有规定的，从新规定"
        return made(Binding.BINDS, "older", f"{issued}，{state}，{scope}{told}{aside}", addressed)
    code = "amended" if now.force is Force.AMENDED else "in_force"
    return made(Binding.BINDS, code, f"{issued}，{state}，{scope}{aside}", addressed)


def _issued(notice: Notice) -> str:
    """The day a notice was sent out; a rule that takes effect on a day of its own was made public on the other."""
    if notice.issued_on is None:
        return f"自{_day(notice.effective_on)}起施行" if notice.effective_on else "印发日期不详"
    if notice.effective_on is None or notice.effective_on == notice.issued_on:
        return f"{_day(notice.issued_on)}印发"
    return f"{_day(notice.issued_on)}公布，自{_day(notice.effective_on)}起施行"


def _elsewhere(notice: Notice, place: str | None) -> tuple[str, str] | None:
    """Why the notice is not made for ``place``, as code and reason; None where it is, or where nobody knows."""
    held = territory(notice)
    if place is None or held == UNKNOWN_REGION or is_within(place, held):
        return None
    by, where = notice.issuer and f"由{notice.issuer}印发，", display(held)
    if (unit := unit_of(held)) and not unit_of(place) and is_within(held, place):
        return UNIT_WITHIN, f"本单位的文件，只约束{unit}；您是这家单位的，才适用"
    if is_within(held, place):
        return "narrower", f"{by}只约束{where}，不约束{display(place)}的其他地方"
    return "other_region", f"{by}只约束{where}；{display(place)}不在其中"


def before_it(notice: Notice, as_of: date, notices: Sequence[Notice]) -> tuple[str, ...]:
    """Names of what held on ``as_of`` until ``notice`` took its place, where the library knows them by that alone: one whose
    number is of a later year was not there yet."""
    own = ended_by(notice, notices)
    years = {one: next((m.year for m in find_numbers(one.number or "") if m.year), None) for one in own}
    return tuple(one.full for one in own if (one.on is None or one.on > as_of) and (years[one] or 0) <= as_of.year)


def why_over(notice: Notice, now: Standing, as_of: date, notices: Sequence[Notice]) -> tuple[str, str]:
    """Code and reason of a notice that is no rule on ``as_of``."""
    current = successor(notice, as_of, notices)
    by = f"，现行的是{current.name}" if current is not None else ""
    if now.by is not None and now.by.name and (current is None or current.id != now.by.by):
        held = any(one.id == now.by.by for one in notices)
        by = f"（{now.by.name}）{by}" if held else f"，现行的是{now.by.name}"
    since = f"自{_day(now.since)}起" if now.since is not None else ""
    if now.force is Force.DRAFT:
        return "draft", "是公开征求意见的稿子，还没有成为规定，不约束任何单位"
    if now.force is Force.NOT_ISSUED:
        return "not_yet", f"截至{_day(as_of)}尚未印发（{_day(notice.issued_on)}印发）"
    if now.force is Force.NOT_YET:
        when = f"自{_day(notice.effective_on)}起施行，" if notice.effective_on else ""
        return NOT_EFFECTIVE, f"{when}截至{_day(as_of)}尚未施行"
    if now.force is Force.EXPIRED:
        until = f"有效期至{_day(notice.expires_on)}，" if notice.expires_on else ""
        return "expired", f"{until}已届满" if until else "已失效"
    if now.force is Force.SUPERSEDED:
        return "superseded", f"{since}已被新的版本替代{by}"
    return "repealed", f"{since}已被废止或替代{by}"


def _changes_said(now: Standing, notice: Notice, as_of: date) -> str:
    """What was changed, and what is to come: a part amended or repealed, an end already announced."""
    said = ""
    if now.by is not None and now.force is Force.AMENDED:
        said += f"；已被{now.by.name}修改，修改之处以其为准"
    for one in notice.effects:
        part = "其中" + one.part if one.part else ""
        if one.on is not None and one.on > as_of and one.kind is not RelationKind.AMENDS:
            said += f"；{part}自{_day(one.on)}起将由{one.name}替代或废止"
        elif one.part and one.kind is RelationKind.REPEALS:
            said += f"；{part}已被{one.name}废止"
    return said


def _newer(notice: Notice, as_of: date, notices: Sequence[Notice]) -> list[Notice]:
    """Later rules of the same place that may speak on the same matter, newest first."""
    if notice.issued_on is None:
        return []
    found = [
        n for n in notices
        if n.id != notice.id and territory(n) == territory(notice) and n.issued_on and notice.issued_on < n.issued_on <= as_of
    ]  # fmt: skip
    standing_now = [n for n in found if standing(n, as_of, notices).holds and same_matter(n, notice)]
    return sorted(standing_now, key=lambda n: n.issued_on or date.min, reverse=True)


def _narrowed(verdict: Verdict, notice: Notice, kind: HospitalKind, kinds: Sequence[HospitalKind]) -> Verdict:
    """The verdict on place and date, narrowed to a kind of hospital (of the asker's ``kinds``); one that does not bind anyway
    stays as it is."""
    if verdict.binding is Binding.DOES_NOT_BIND:
        return verdict
    found = reach(notice, kind, kinds)
    mentions = tuple(cite(notice, one, marker) for marker, one in enumerate(found.spans, 1)) or verdict.mentions
    if not found.excludes:
        reason = f"{verdict.reason}；{found.note}" if found.note else verdict.reason
        return replace(verdict, reason=reason, mentions=mentions)
    span = found.span or title_span(notice)
    clause = cite(notice, span) if span else verdict.clause
    if not found.items:
        return replace(verdict, binding=Binding.DOES_NOT_BIND, code="other_kind", reason=found.note, clause=clause)
    reason = f"{found.note}；文件{verdict.reason}"
    return replace(
        verdict, binding=Binding.REFERENCE, code="other_kind", reason=reason, clause=clause, mentions=mentions
    )


def _day(value: date | None) -> str:
    return written_day(value) if value else "日期不详"


def chain(place: str) -> tuple[str, ...]:
    """The regions whose notices can bind ``place``, nearest first: itself, its city, its province, the country."""
    parts = parts_of(place)
    return tuple("/".join(parts[:depth]) for depth in range(len(parts), -1, -1))
