"""One question read in the light of the one before it (单句理解): scope, topic, kind, and what is carried or exchanged.

Stands below :mod:`assistant.query.read`, which makes the questions of a message and of a conversation; nothing here sees more than two
turns. The trap: a place named in the question overrides the carried one, and a carried document goes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.hospitals import meant_kinds
from assistant.query.asked import asks_yes_or_no
from assistant.query.asker import asker_of
from assistant.query.documents import of_the_day
from assistant.query.hanging import Hanging, hanging
from assistant.query.kinds import MEDICAL, Wants, classify, with_refused
from assistant.query.places import (
    as_side,
    asked_of_country,
    asker_and_source,
    beside_last,
    named_sides,
    parties_at,
    region_of,
    regions_of,
    with_levels,
    with_national,
    without_mere_names,
)
from assistant.query.references import before_those
from assistant.query.scope import ScopeReading, read_scope, years_said
from assistant.query.tasks import placeless
from assistant.query.then import ruled_then
from assistant.query.topic import asked_of_sides, content_of, topic_of, topics_of_sides, years_of_sides
from assistant.query.types import Hang, Query
from assistant.types import Kind, Profile
from corpus import fitted
from corpus.contrasts import contrast_sets, exchanged, mentions
from corpus.dates import Period
from corpus.docnumber import find_numbers
from corpus.grammar import form
from corpus.numerals import find_values
from corpus.regions import display, is_within
from corpus.types import Notice, Span
from corpus.wording import wording
from corpus.wordlists import wordlist

_DUTY_WORDS = form("content.duty_words")
"""How a question asks for the responsible body; taken out of the topic, which is what they are responsible for."""
_STOP_SINGLE = set("的了是在有和与及要把被给让就都也很还又才没不会能可个这那它其之于对从到由为着过吗呢啊吧呀嘛")
_YEAR_CARRY = form("content.year")
_YEAR_ALONE = form("content.year_alone")
_SAME_THERE = form("ask.same_there")
_SINCE, _BOTH_TIMES = form("ask.to_date"), form("ask.both_times")
_RELATING = (Kind.COMPARISON.value, Kind.APPLICABILITY.value, Kind.CHANGE.value, "ruling")
RELATES = fitted.number("query.read.relates")
"""Share of kinds that set one place beside another from which 我们 names a second one."""
_EXCHANGED = frozenset({"object", "subject", "time", "scope", "extent"})
"""Kinds of contrast sets of which a follow-up means one member instead of the other."""
_SLOTS = (form("slot.grade"), form("slot.level"))
"""Words of which a follow-up means one instead of the other: grades and levels."""
_ASKER_AND_SOURCE = 2
"""Places of a question whether one's rules bind the other."""
Router = Callable[[str], Mapping[str, float]]
ELLIPTIC, ADDED = 5, 3
"""Characters of content up to which a follow-up says too little to tell its kind, and from which it adds to what is carried."""


def step(
    question: str,
    notices: Sequence[Notice],
    previous: Query | None,
    profile: Profile,
    today: date,
    router: Router | None,
    acts: Router | None,
    hangs: Router | None,
    *,
    inner: bool = False,
    hang: Hang | None = None,
    said: str = "",
) -> Query:
    anchor_date = profile.as_of or today
    prefer = [r for r in (profile.region, *(previous.regions if previous else ())) if r]
    reading = read_scope(question, notices, prefer=prefer, today=anchor_date)
    if previous and _YEAR_ALONE.match(question) and _YEAR_CARRY.search(previous.content):
        reading = replace(reading, notice_ids=(), notice_spans=())  # 到2020年要多少, 那17年呢: another target year
    carried: list[str] = []
    unheld = _unheld(question, reading, notices)
    notes = list(unheld)
    home = profile.region or (previous.region if previous else None)
    reading = with_levels(question, without_mere_names(question, reading, home, notices), notices)
    topic = topic_of(question, reading, notices)
    content = content_of(topic)
    beside = beside_last(question, reading, previous)
    if previous and (beside or _SAME_THERE.search(placeless(question))):
        topic = content = (
            ""  # 资阳也是这么搞？ 跟湛江比呢: the question before, of another place and no document's year
        )
        previous = previous.without([p for p in previous.periods if not p.deadline])
    done = acts(placeless(question)) if acts else None
    how = (
        hanging(
            question,
            _DUTY_WORDS.sub("", content),
            placed=bool(reading.regions),
            shares=hangs(question) if hangs else None,
            elsewhere=_of_another(question, reading, previous, said),
        )
        if previous
        else Hanging(Hang.NEW)
    )
    if inner and len(content) <= ELLIPTIC and how.hang is not Hang.LAST:
        how = Hanging(Hang.SLOT)
    if (reading.notice_ids or reading.unknown_numbers or reading.ended) and wordlist("asks_force").holds(question):
        how = Hanging(
            Hang.NEW
        )  # 那份办法还有效吗: a document by its name, and what is asked of it; nothing is left to carry
    if hang is not None:
        how = Hanging(hang)
    anaphoric = previous is not None and how.hang is not Hang.NEW
    asked = router(question) if router else None
    relates = asked is None or sum(asked.get(kind, 0.0) for kind in _RELATING) >= RELATES
    regions, region_from = regions_of(
        question, reading, previous, profile, carried, notes, notices, relates=relates, beside=beside
    )
    notice_ids = reading.notice_ids
    if len({*reading.notice_spans, *reading.nicknames}) == 1 and not _of_versions(question):
        notice_ids = of_the_day(notice_ids, reading.as_of or anchor_date, notices)
    if not notice_ids and previous and previous.notice_ids and not reading.regions and (anaphoric or inner):
        asked_of = years_said(reading.periods)
        earlier = before_those(min(asked_of), previous.notice_ids, notices) if len(asked_of) == 1 else None
        notice_ids = previous.notice_ids if earlier is None else earlier
        if earlier is None:
            carried.append("文件")
    if reading.ended and not notice_ids:  # its text is not here; what took its place is
        notice_ids = tuple(dict.fromkeys(one.by for one in reading.ended))
    same_place = len(set(notice_ids)) if len({region_of(i, notices) for i in notice_ids}) == 1 else 0
    regions, national = with_national(question, reading, regions, notice_ids, notices)
    if national and len(regions) > 1:
        reading = replace(reading, notice_spans=(*reading.notice_spans, *as_side(question)))
        topic = topic_of(question, reading, notices)
        content = content_of(topic)
    of_country = None if national else asked_of_country(question, reading)
    parties = parties_at(question) if region_from == "question" and not reading.regions else ()
    if unsaid := (*parties, *((of_country,) if of_country else ())):
        reading = replace(reading, notice_spans=(*reading.notice_spans, *unsaid))
        topic = topic_of(question, reading, notices)
        content = content_of(topic)
    counted = region_from == "question" or "地区" in carried or national
    places = len(set(regions)) + national if counted else 0
    elliptic = anaphoric and len(content) <= ELLIPTIC  # 县里头咧: what is asked stands in the turn before
    shares = asked if not elliptic else None
    if done is not None:
        hanging_on = anaphoric and question.rstrip("？?。！! ").endswith("呢")
        if hanging_on:  # 要是产后大出血的呢: another case of what was asked before
            done = {**done, MEDICAL: 0.0}
        shares = with_refused(shares or {}, done)
    wants = classify(question, places=places, notices_same_place=same_place, documents=len(notice_ids), shares=shares)
    several = wants.kind is Kind.APPLICABILITY and len(regions) > _ASKER_AND_SOURCE and not notice_ids
    if (national or several) and not wants.out_of_scope:  # 财政管不管，甲乙丙三地: what each of them rules
        wants = replace(wants, kind=Kind.COMPARISON)
    if wants.kind is Kind.APPLICABILITY and len(regions) > 1:
        regions, notice_ids = asker_and_source(question, reading, regions, notice_ids, profile, notices)
    if wants.kind is Kind.COMPARISON and reading.nicknames:
        # 婚检这事，甲法跟乙条例说法一样不: the sides are no subject
        sides = replace(reading, notice_spans=(*reading.notice_spans, *reading.nicknames))
        if matter := asked_of_sides(question, sides, notices):
            topic, content = matter, content_of(matter)
    elif wants.kind is Kind.COMPARISON and (years := years_of_sides(question, reading, notices)):
        topic = topic_of(question, replace(reading, notice_spans=(*reading.notice_spans, *years)), notices)
        content = content_of(topic)
    if wants.kind is Kind.BODY or (wants.kind is Kind.COMPARISON and wants.body):
        topic, content = _DUTY_WORDS.sub("", topic) or topic, _DUTY_WORDS.sub("", content) or content
    of_sides: tuple[tuple[str, str], ...] = ()
    if wants.kind is Kind.COMPARISON and not anaphoric:
        of_sides = topics_of_sides(question, named_sides(question, reading, regions, national), reading, notices)
    own = content
    if previous and anaphoric and wants.kind is not Kind.OUT_OF_SCOPE and previous.content:
        topic, content, wants = _merge(topic, content, wants, previous, places)
        carried.append("话题")
    as_of, as_of_from = anchor_date, "资料" if profile.as_of else None
    then_and_now = wants.kind is Kind.CHANGE and bool(_SINCE.search(question))
    then = wordlist("asks_which").holds(question) or (
        wants.kind not in (Kind.CHANGE, Kind.COMPARISON)
        and reading.year_leads
        and ruled_then(reading.year, anchor_date, regions, notices)
    )
    placed = reading.as_of or (reading.year if then else None)
    if profile.as_of and any(p.relative and p.end == placed and p.start <= profile.as_of for p in reading.periods):
        placed = profile.as_of  # 今年 is the year of the day that is set
    if placed and not then_and_now:
        as_of, as_of_from = placed, "问题"
        if profile.as_of and profile.as_of != placed:
            notes.append(f"问题中的日期与设定的截至日期（{profile.as_of}）不同，按问题中的日期判断")
    elif previous and previous.as_of_from == "问题" and anaphoric and not _says_now(reading.periods):
        as_of, as_of_from = previous.as_of, "问题"
        carried.append("日期")
    rewritten = _rewrite(
        question, topic, regions if "地区" in carried or anaphoric else (), notice_ids, notices, carried
    )
    q = Query(
        question, rewritten, wants, topic, content, regions, region_from, notice_ids, reading.unknown_numbers,
        reading.periods, as_of, as_of_from, profile.region, tuple(carried), tuple(notes),
        previous.value_words if previous and "话题" in carried and not _asks_a_yes(question, own) else "",
        hang=how.hang, own=own, last=_asked_last(previous),
        kinds=meant_kinds(profile.kinds, question), national=national,
        ended=reading.ended, doubtful=reading.doubtful, alike=reading.alike,
        of_sides=of_sides,
        said_places=regions if region_from in ("question", "history") else _kept(reading.notice_ids, previous, notices),
        unheld=unheld, country=of_country is not None or _stays_with_country(previous, reading, inner or anaphoric),
    )  # fmt: skip
    adds = "话题" in carried and how.hang is Hang.SLOT and _beside_slots(own) >= ADDED
    if previous is None or not (how.doubtful or adds) or hang is not None:
        return q
    turned = Hang.NEW if anaphoric else Hang.SLOT
    other = step(question, notices, previous, profile, today, router, acts, hangs, inner=inner, hang=turned)
    return replace(q, other=other, open=how.doubtful)


def _asked_last(previous: Query | None) -> Query | None:
    """The question before; of one that was about an answer (出自哪份文件) the one that was answered."""
    if previous is not None and previous.hang is Hang.LAST and previous.last is not None:
        return previous.last
    return replace(previous, last=None, other=None) if previous else None


def _stays_with_country(previous: Query | None, reading: ScopeReading, hangs: bool) -> bool:
    """Whether a question that hangs on one about the country's rules is about them too."""
    return previous is not None and previous.country and hangs and not reading.regions and not reading.relative


def _of_another(question: str, reading: ScopeReading, previous: Query, said: str) -> bool:
    """Whether a message names a year or document that the question before does not, a sort of hospital, or a share that no answer
    has ``said``: 这条21年就有了吗, 有没有管民营的, 50%那个又是啥."""
    shares = {v.canonical for v in find_values(question) if v.canonical.endswith("%")}
    if shares - {v.canonical for v in find_values(said)}:
        return True
    years = {y for p in reading.periods if not p.relative for y in p.years}
    documents = set(reading.notice_ids) - set(previous.notice_ids)
    return (
        bool(years - {y for p in previous.periods for y in p.years})
        or bool(documents)
        or bool(asker_of(question).sorts)
    )


def _beside_slots(content: str) -> int:
    """Characters of ``content`` that change no slot of the question before: no grade, level, figure or member of a contrast (县级,
    60张, 居民), and nothing that only points back at it (这个要求)."""
    if wording("back_reference").in_(content):
        content = wording("ours").without(wording("collects").without(wording("back_reference").without(content)))
    spans = [Span(*m.span()) for slot in _SLOTS for m in slot.finditer(content)]
    spans += [span for number, _, span in mentions(content) if contrast_sets()[number].kind in _EXCHANGED]
    spans += [value.span for value in find_values(content)]
    return len(content) - len({at for span in spans for at in range(span.start, span.end)})


def _of_versions(question: str) -> bool:
    """Whether it speaks of old and new, or of several texts: then a name that fits two versions means both."""
    return bool(_BOTH_TIMES.search(question)) or wording("two_texts").in_(question) or wording("sides").in_(question)


def _unheld(question: str, reading: ScopeReading, notices: Sequence[Notice]) -> tuple[str, ...]:
    """Says so where a number as typed (湘政发〔2023〕44号, 2019年44号文) is not that of the notice taken for it, and where a
    document is named by a year of which the library holds none."""
    numbers = {n.number for n in notices if n.id in reading.notice_ids and n.number}
    notes: list[str] = []
    for mention in find_numbers(question):
        meant = [n for n in numbers if n.endswith(f"〕{mention.serial}号")]
        typed = mention.canonical or (f"{mention.year}年{mention.serial}号文" if mention.year else None)
        agrees = any(mention.canonical.endswith(n) if mention.canonical else f"〔{mention.year}〕" in n for n in meant)
        if typed and meant and not agrees:
            notes.append(f"本库没有收录{typed}，按文号最接近的{'、'.join(sorted(meant))}回答")
    if reading.absent:
        where = "、".join(map(display, reading.regions))
        notes.append(f"本库没有收录{where}{'、'.join(map(str, reading.absent))}年印发的这份文件，按库内现有的文件回答")
    return tuple(notes)


def _says_now(periods: Sequence[Period]) -> bool:
    """Whether 现在, 目前 or the like stands among ``periods``: it ends a date carried from the conversation."""
    return any(p.relative and p.start == p.end for p in periods)


def _merge(topic: str, content: str, wants: Wants, previous: Query, places: int) -> tuple[str, str, Wants]:
    new = "".join(c for c in content if c not in _STOP_SINGLE)
    bare = len(new) <= 1
    says_kind = wants.kind not in (Kind.TEXT, Kind.LIST) or wants.listing
    if bare and not says_kind:
        kind = previous.kind
        if kind is Kind.COMPARISON and places < 2:
            kind = Kind.TEXT
        if kind is Kind.APPLICABILITY and places:
            kind = Kind.APPLICABILITY
        return previous.topic, previous.content, replace(previous.wants, kind=kind)
    merged_wants = wants
    if (
        not says_kind
        and previous.kind in (Kind.FIGURE, Kind.DEADLINE, Kind.BODY)
        and wants.kind is Kind.TEXT
        and (len(new) <= 4 or not _asks_itself(topic))
        and not _asks_a_yes(topic, new)
    ):
        merged_wants = replace(previous.wants, kind=previous.kind)
    base = _YEAR_CARRY.sub("", previous.content) if _YEAR_CARRY.search(topic) else previous.content
    for slot in _SLOTS:  # 三级医院…要到几级, 二级的呢: one takes the other's place
        said, before = set(slot.findall(topic)), set(slot.findall(base))
        if len(said) == 1 and len(before) == 1 and said != before:
            base = slot.sub(said.pop(), base)
    base = exchanged(base, topic, _EXCHANGED)  # 评副高要下乡多久, 正高的呢; 职工住院报多少, 居民呢
    asked = exchanged(previous.topic, topic, _EXCHANGED)
    # nothing else is said: it is the question before in one other word
    if asked != previous.topic and not _beside_slots(content):
        return asked, base, merged_wants
    return f"{base} {topic}".strip(), f"{base} {content}".strip(), merged_wants


def _asks_a_yes(question: str, own: str) -> bool:
    """Whether a follow-up asks for a yes about something that it names (能发给医生不), whatever value was asked before."""
    return len(own) >= ADDED and asks_yes_or_no(question)


def _asks_itself(topic: str) -> bool:
    """Whether a follow-up has a question word of its own; without one (那居民医保、在家护理的呢) it asks what was asked before."""
    return wording("ask_open").in_(topic) or wording("ask_closed").in_(topic)


def _rewrite(
    question: str,
    topic: str,
    regions: Sequence[str],
    notice_ids: Sequence[str],
    notices: Sequence[Notice],
    carried: Sequence[str],
) -> str:
    if not carried:
        return question
    parts: list[str] = []
    if regions:
        parts.append("、".join(map(display, regions)))
    if "文件" in carried:
        names = {n.id: n.name for n in notices}
        parts.append("、".join(names[i] for i in notice_ids))
    parts.append(topic if "话题" in carried else question)
    return "：".join(p for p in parts if p)


def _kept(named: Sequence[str], previous: Query | None, notices: Sequence[Notice]) -> tuple[str, ...]:
    """The places of the conversation, unless a document of elsewhere is named."""
    said = previous.said_places if previous else ()
    where = [region_of(one, notices) for one in named]
    apart = any(r and not any(is_within(r, place) or is_within(place, r) for place in said) for r in where)
    return () if apart else said
