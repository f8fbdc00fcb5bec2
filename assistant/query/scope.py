"""The scope of a question (范围): which places, which date, which notices, and where each was read from.

Order of trust: the question, then the conversation, then the session's profile. Stands alone because every answerer,
the verdicts and the page's chips must agree on it. The trap: 资阳区 lies in 湖南省/益阳市, not in 四川省/资阳市.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from assistant.query.documents import Named, named_documents
from assistant.query.references import by_alias, by_number, by_year, may_be_of, of_regions
from assistant.types import Profile
from corpus.dates import Period, find_periods
from corpus.docnumber import find_numbers
from corpus.ended import Ended, ended_by_serial, ended_in
from corpus.establishments import resolve
from corpus.grammar import form, split_at
from corpus.numbering import chinese_ordinal
from corpus.numerals import whole_number
from corpus.regions import gazetteer, parts_of
from corpus.types import Notice, Span
from corpus.wording import wording

_AS_OF_SIGN = form("scope.as_of_after")
_YEAR_BEHIND, _YEAR_JOINED = form("scope.year_behind_place"), form("scope.year_joined")
_TARGET_SIGN = form("scope.target_after")
_OWN_DATE = form("scope.own_date")
_ITEM = form("scope.item")
_LABEL = form("scope.label")
OURS = {"province": "our_province", "city": "our_city", "county": "our_county"}
"""Words for the asker's own place by its level."""
_LEAST = 6  # characters of a question that stands by itself
_UP_TO, _AS_OF = ("到", "至", "于"), ("截至", "截止", "截止到")


def parts_of_question(question: str) -> tuple[str, ...]:
    """The questions in one message when it holds two or three (``编制怎么调，医联体里能统筹用吗``), else an empty tuple.

    >>> parts_of_question("编制怎么动态调，医联体里头能统筹用吗")
    ('编制怎么动态调', '医联体里头能统筹用吗')
    >>> parts_of_question("湛江的公立医院，取消耗材加成的钱怎么补？")
    ()
    >>> parts_of_question("临时救助最迟几天发到手；补手续的期限呢")
    ('临时救助最迟几天发到手', '补手续的期限呢')
    """
    asking: list[str] = []
    for piece in split_at("，,？?；;。", question.replace("还有", "，")):
        said = piece.strip()
        elided = bool(asking) and said.endswith("呢")  # …的期限呢: what was asked before is asked of this
        if len(said) >= _LEAST and (elided or wording("ask_open").in_(said) or wording("ask_closed").in_(said)):
            asking.append(said)
    return tuple(asking) if 2 <= len(asking) <= 3 else ()


def item_number(question: str) -> int | None:
    """The item of a notice a question names by number: ``第17项``, ``13项``, ``第十八条``; None when it names none."""
    match = _ITEM.search(question)
    return whole_number(match["n"] or match["bare"]) or None if match else None


def item_label(question: str) -> str:
    """The item asked for by number as laws write it (第2条 → 第二条, 第四条之一), "" where none is.

    >>> item_label("那个条例第12条说什么"), item_label("第四条之1"), item_label("哪一条")
    ('第十二条', '第四条之一', '')
    """
    match = _LABEL.search(question)
    number = whole_number(match["n"]) if match else 0
    if match is None or not number:
        return ""
    sub = f"之{chinese_ordinal(whole_number(match['sub']))}" if match["sub"] else ""
    return f"第{chinese_ordinal(number)}{match['unit']}{sub}"


@dataclass(frozen=True, slots=True)
class ScopeReading:
    """What the words of one question say of scope; nothing is carried or defaulted here."""

    regions: tuple[str, ...]
    region_spans: tuple[Span, ...]
    relative: str | None  # "province" | "city" | "county" for 我省, 市里, 我县
    notice_ids: tuple[str, ...]
    notice_spans: tuple[Span, ...]
    unknown_numbers: tuple[str, ...]
    periods: tuple[Period, ...]
    as_of: date | None
    ended: tuple[Ended, ...] = ()
    doubtful: tuple[tuple[str, tuple[str, ...]], ...] = ()
    nicknames: tuple[Span, ...] = ()
    """Where documents are named by words of their titles, which may say the subject too (那个急救办法)."""
    alike: tuple[str, ...] = ()
    """Documents that one name fits alike."""
    year: date | None = None
    """The end of a past year that is named, which is the day where it is asked which document holds."""
    year_leads: bool = False
    """Whether that year opens the question, with or without a place before it (2022年某市…, 某市2022年…)."""
    absent: tuple[int, ...] = ()
    """Years by which documents are named that the library does not hold."""


def read_scope(question: str, notices: Sequence[Notice], *, prefer: Sequence[str] = (), today: date) -> ScopeReading:
    """Places, documents and dates named in ``question``.

    Args:
        prefer: regions that decide between places of the same name (the profile's, the conversation's).
        today: what 去年 and 现在 are relative to.
    """
    ids: list[str] = []
    over = ended_in(question, notices) or ended_by_serial(question, notices)
    spans: list[Span] = [one.at for one in over]
    unknown: list[str] = []
    blanked = question
    for one in over:
        blanked = blanked[: one.at.start] + "＿" * len(one.at) + blanked[one.at.end :]
    for mention in find_numbers(question):
        if any(mention.span.overlaps(one.at) for one in over):
            continue
        matches = by_number(mention.canonical, mention.serial, mention.year, notices)
        if mention.canonical is None and not matches:
            continue
        spans.append(mention.span)
        blanked = blanked[: mention.span.start] + "＿" * len(mention.span) + blanked[mention.span.end :]
        if matches:
            ids += [n.id for n in matches if n.id not in ids]
        elif mention.canonical:
            unknown.append(mention.canonical)
    liked = [*prefer, *dict.fromkeys(n.region for n in notices)]
    mentions = gazetteer().find(blanked, prefer=liked)
    regions = tuple(dict.fromkeys(m.path for m in mentions))
    region_spans = tuple(m.span for m in mentions)
    periods = tuple(find_periods(blanked, today))
    pool = of_regions(notices, regions) if regions else of_regions(notices, prefer) or list(notices)
    for alias_id, span in by_alias(blanked, pool):
        if alias_id not in ids:
            ids.append(alias_id)
        spans.append(span)
    spoken_of = years_said(periods)
    nicknamed: list[Named] = []
    alike: list[str] = []
    for named in named_documents(blanked, notices, regions or tuple(prefer), spoken_of):
        if not any(named.span.overlaps(s) for s in spans):
            ids += [i for i in named.notice_ids if i not in ids]
            nicknamed.append(named)
            alike += named.notice_ids if len(named.notice_ids) > 1 else ()
    dated = [n for n in pool if n.region] if regions else pool  # 青海那个24版: no law of the country is meant
    yeared = by_year(blanked, dated, nicknamed, notices)
    year_ids = list(yeared.ids)
    own = [n for n in notices if n.id in ids and n.issued_on]
    absent = tuple(one for one in yeared.absent if not any(may_be_of(n, one[0]) for n in own))
    not_when = (*yeared.misdated, *(span for _, span in absent))
    periods = tuple(p for p in periods if not any(p.span.overlaps(s) for s in not_when))
    dated_places: list[list[Span]] = []
    for place in mentions:
        behind = _years_behind(blanked, place.span.end)
        meant = [
            n for n in of_regions(notices, [place.path]) if n.region and n.issued_on and n.issued_on.year in behind
        ]
        year_ids += [n.id for n in meant]
        held = {n.issued_on.year for n in meant if n.issued_on}
        dated_places.append([at for year, at in behind.items() if year in held])
        spans += [at for at in dated_places[-1] if not blanked.startswith("年", at.end)]
    if sum(map(bool, dated_places)) >= 2:  # 甲市2019年和乙市2017年，…有何不同: each year is its document's
        spans += [at for own in dated_places for at in own]
    spoken = years_said(periods)
    same = [n for n in pool if n.issued_on and n.issued_on.year in spoken]
    if len({n.issued_on.year for n in same if n.issued_on}) >= 2 and len({n.region for n in same}) == 1:
        year_ids = [n.id for n in same]  # 16年和23年: two notices of one place named by their years
    for year_id in year_ids:
        if year_id not in ids:
            ids.append(year_id)
    spans += (*yeared.spans, *(span for _, span in absent))
    relative = next((level for level, words in OURS.items() if wording(words).in_(blanked)), None)
    year = _year_named(blanked, periods, spans, today) if not ids else None
    return ScopeReading(
        regions,
        region_spans,
        relative,
        tuple(ids),
        tuple(spans),
        tuple(unknown),
        periods,
        _as_of(blanked, periods, spans),
        over,
        () if regions else gazetteer().doubtful(blanked, prefer=liked),
        tuple(named.span for named in nicknamed),
        tuple(alike),
        year.end if year else None,
        year is not None and not _before(blanked, year.span.start, region_spans),
        () if year_ids else tuple(dict.fromkeys(one for one, _ in absent)),
    )


def years_said(periods: Sequence[Period]) -> set[int]:
    """The single years among ``periods`` that are no deadline (2016年, 16年; not 到2020年底, 十四五)."""
    return {y for p in periods if not p.deadline and len(p.years) == 1 for y in p.years}


def _years_behind(question: str, at: int) -> dict[int, Span]:
    """The years of notices that stand right behind a place (湖南16、湛江), and those joined to them (湖南21跟23两个文), with where."""
    years: dict[int, Span] = {}
    found = _YEAR_BEHIND.match(question, at)
    while found:
        century = 2 * question.startswith("20", found.start("year") - 2)
        years[2000 + int(found["year"])] = Span(found.start("year") - century, found.end("year"))
        found = _YEAR_JOINED.match(question, found.end())
    return years


def _as_of(question: str, periods: Sequence[Period], notice_spans: Sequence[Span]) -> date | None:
    """The date the question places itself at, or None: ``2019年，…`` and ``2018年5月`` do, ``到2020年底`` and ``2018年5月生的孩子`` do not."""
    for period in periods:
        if any(period.span.overlaps(s) for s in notice_spans) or period.deadline:
            continue
        before, after = question[: period.span.start], question[period.span.end :]
        if before.endswith(_UP_TO) and not before.endswith(("截至", "截止到")):
            continue
        if _OWN_DATE.match(after):
            continue
        if period.relative:
            if period.start != period.end and not _TARGET_SIGN.match(after):
                return period.end
            continue
        exact = (period.end - period.start).days < 32
        if (
            exact
            or _AS_OF_SIGN.match(after)
            or _AS_OF_SIGN.match(question[period.span.end - 1 :])
            or before.endswith((*_AS_OF, "在"))
        ):
            return period.end
    return None


def _year_named(question: str, periods: Sequence[Period], notice_spans: Sequence[Span], today: date) -> Period | None:
    """The one past year that is named and neither a target nor a notice's: 2018年常德的医院看哪个文件."""
    said = [
        p
        for p in periods
        if not (p.deadline or p.relative or question[: p.span.start].endswith(_UP_TO))
        and len(p.years) == 1
        and p.end.year < today.year
        and not _TARGET_SIGN.match(question[p.span.end :])
        and not _OWN_DATE.match(question[p.span.end :])
        and not any(p.span.overlaps(s) for s in notice_spans)
    ]
    return said[0] if len(said) == 1 else None


def _before(question: str, at: int, places: Sequence[Span]) -> str:
    """What stands before ``at`` besides places and marks.

    >>> _before("某市，2022年怎么补", 3, [Span(0, 2)]), _before("某市补贴2022年怎么发", 4, [Span(0, 2)])
    ('', '补贴')
    """
    inside = (any(s.start <= i < s.end for s in places) for i in range(at))
    return "".join(c for c, placed in zip(question[:at], inside, strict=True) if not placed and c.isalnum())


def resolve_relative(relative: str, anchor: str | None) -> str | None:
    """我省, 我市, 我县 against the asker's place; None when the anchor is unknown or not deep enough."""
    if not anchor:
        return None
    depth = {"province": 1, "city": 2, "county": 3}[relative]
    parts = parts_of(anchor)
    return "/".join(parts[:depth]) if len(parts) >= depth else anchor


def check_profile(region: str | None, as_of: str | date | None) -> Profile:
    """A profile from what a person typed.

    Raises:
        ScopeError: unknown region or impossible date, in Chinese with the remedy.
    """
    from assistant.errors import ScopeError
    from corpus.dates import parse_date
    from corpus.regions import RegionError

    try:
        path = resolve(region) if region and region.strip() else None
        day = as_of if isinstance(as_of, date) else parse_date(as_of) if as_of and as_of.strip() else None
    except (RegionError, ValueError) as error:
        raise ScopeError(str(error)) from None
    return Profile(path, day)
