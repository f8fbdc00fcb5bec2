"""Front matter of a document (文件要素), put together from its lines, its preamble and the words on when it holds.

Each fact takes the best witness there is: the signature before the title, the title before the red head, the document
before the page around it, the code of its number last. The trap: what stands after the covering letter belongs to the text
that is issued or forwarded, so the outer document's lines are looked at first and alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache

from corpus.dates import find_periods
from corpus.docnumber import canonical_number
from corpus.front.codes import read_code, trimmed
from corpus.front.force import read_force
from corpus.front.head import Head, read_head
from corpus.front.lines import Line, glued_fields, lines_of
from corpus.front.organs import is_internal, is_national, organs_of
from corpus.front.place import place_of
from corpus.front.preamble import Preamble, read_preamble
from corpus.front.words import lexicon
from corpus.grammar import form
from corpus.regions import gazetteer, parts_of
from corpus.types import Article, Fact, Front, Span

_LAW = form("name.law")
_INNER = form("name.inner")


def read_front(text: str, articles: Sequence[Article] = (), hints: Mapping[str, str] | None = None) -> Front:
    """What a document says of itself: notices, joint notices, orders, laws and regulations with their preambles, replies,
    announcements, forwarded notices, drafts, standards, lone annexes, and the fields of the page around it.

    Source: GB/T 9704-2012, 7.2-7.4; 立法技术规范（试行）（一）, 题注 and 附则; GB/T 1.1-2020, 封面; 政府网站公文要素.

    Args:
        text: cleaned text.
        articles: its outline; tells where the numbered text begins.
        hints: what the page around it said (:class:`corpus.readers.Source`), used where the text is silent.
    """
    hints = dict(hints or {})
    text = text.translate(_radicals())
    lines = glued_fields(lines_of(text))
    fields = _fields(lines)
    head = read_head(text, lines, {**hints, **{key: fact.value for key, fact in fields.items()}})
    place = _place_named(head.title.fact.value) if head.title else ""
    preamble = read_preamble(head.passed, place)
    numbers = _numbers(head, preamble, fields, hints)
    issuers = _issuers(head, preamble, fields, hints, numbers)
    region, level = place_of(issuers, head.title, numbers, text)
    signed = _signed(head, fields, hints, bool(head.passed))
    published = preamble.published_on or preamble.approved_on or _page_date(fields, hints)
    printed = head.printed
    days = _days(signed, preamble, published, printed)
    title = head.title.fact.value if head.title else ""
    inner = _INNER.search(title)
    force = read_force(text, title, days, inner=inner["title"].strip("《》〈〉") if inner else "")
    effective = force.effective_on or preamble.effective_on or _field_date(fields, "effective_on", 0.9)
    expires = _expires(force.expires_on, fields)
    return Front(
        title=head.title.fact if head.title else None,
        numbers=numbers, issuers=issuers, region=region, level=level, addressees=head.addressees,
        adopted_on=preamble.adopted_on, signed_on=signed, published_on=published, effective_on=effective,
        expires_on=expires, amended_on=preamble.amended_on, approvals=preamble.approvals, repeals=force.repeals,
        amends=force.amends, kind=_kind(head, issuers, preamble, title, text),
    )  # fmt: skip


@lru_cache(maxsize=1)
def _radicals() -> dict[int, str]:
    """Kangxi radicals that PDF fonts put for ordinary characters (⽉ for 月), one for one."""
    table = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2E80, 0x2FD6)}
    supplement = dict(zip("⺠⻓⻔⻛⻝⻆⻘⻋⻢⻦⻉⻅", "民长门风食角青车马鸟贝见", strict=True))
    return {code: char for code, char in table.items() if len(char) == 1} | {ord(k): v for k, v in supplement.items()}


def _fields(lines: Sequence[Line]) -> dict[str, Fact[str]]:
    """The first value of each field of the page's table (公文要素), where it has one."""
    found: dict[str, Fact[str]] = {}
    for line in lines[:80]:
        for key, value, at in line.fields:
            if key and value and key not in found and len(value) <= 160:
                found[key] = Fact(value, Span(at, at + len(value)), 0.8, "page")
    return found


def _place_named(title: str) -> str:
    place = gazetteer().leading(title)
    return parts_of(place.path)[-1] if place is not None else ""


def _numbers(
    head: Head, preamble: Preamble, fields: Mapping[str, Fact[str]], hints: Mapping[str, str]
) -> tuple[Fact[str], ...]:
    if head.numbers:
        return tuple(
            Fact(trimmed(fact.value) if fact.confidence < 0.9 else fact.value, fact.span, fact.confidence)
            for fact in head.numbers
        )
    if preamble.number is not None:
        return (preamble.number,)
    said = fields.get("number")
    if said is not None:
        value = canonical_number(said.value)
        if value is not None and said.value:
            order = form("name.order_in_field").fullmatch(said.value)
            return (Fact("".join(said.value.split()) if order else value, said.span, 0.93, "page"),)
    value = canonical_number(hints.get("number", ""))
    return (Fact(value, None, 0.9, "page"),) if value else ()


def _issuers(
    head: Head,
    preamble: Preamble,
    fields: Mapping[str, Fact[str]],
    hints: Mapping[str, str],
    numbers: Sequence[Fact[str]],
) -> tuple[Fact[str], ...]:
    titled = head.title.bodies if head.title else ()
    signed = head.signature.bodies if head.signature else ()
    if head.order_bodies:
        return head.order_bodies
    if signed:
        same = {fact.value for fact in signed} == {fact.value for fact in titled}
        if titled and not same and len(titled) > len(signed):
            return tuple(Fact(fact.value, fact.span, 0.9) for fact in titled)
        if len(titled) == len(signed) == 1 and not same and signed[0].value.startswith(titled[0].value):
            return (Fact(titled[0].value, titled[0].span, 0.92),)  # 办公室 printed what the government issued
        if titled and not same and not _alike(titled[0].value, signed[0].value):
            return tuple(Fact(fact.value, fact.span, 0.88) for fact in (titled if head.signature_far else signed))
        return tuple(Fact(fact.value, fact.span, 0.99 if same else fact.confidence) for fact in signed)
    if titled:
        return titled
    if preamble.bodies:
        return preamble.bodies
    if head.red_head:
        return head.red_head
    for said in (fields.get("issuer"),):
        if said is not None and organs_of(said.value):
            return tuple(Fact(_full_name(one.name), said.span, 0.9, "page") for one in organs_of(said.value))
    code = read_code(numbers[0].value) if numbers else None
    if code is not None and code.issuer:
        return (Fact(code.issuer, numbers[0].span, 0.88, "code"),)
    for key in ("issuer", "publisher"):
        value = fields[key].value if key in fields else hints.get(key, "")
        if value and organs_of(value) and not head.passed and not head.annex and not _is_law(head):
            return tuple(Fact(one.name, None, 0.6, "page") for one in organs_of(value))
    return ()


_FULL = {"全国人大常委会": "全国人民代表大会常务委员会", "全国人大": "全国人民代表大会"}


def _full_name(name: str) -> str:
    return _FULL.get(name, form("name.congress").sub("人民代表大会常务委员会", name))


def _is_law(head: Head) -> bool:
    return head.title is not None and head.title.kind in ("law", "regulation") and "关于" not in head.title.fact.value


def _alike(one: str, other: str) -> bool:
    """Whether two names may be one body's: 全国爱卫会 and 全国爱国卫生运动委员会."""
    short, long = sorted((one, other), key=len)
    position = 0
    for char in short:
        position = long.find(char, position) + 1
        if position == 0:
            return False
    return True


def _signed(head: Head, fields: Mapping[str, Fact[str]], hints: Mapping[str, str], passed: bool) -> Fact[date] | None:
    """The date of issue: under the signature, of the order, alone on a line, of the print, in the page's table."""
    if head.signature is not None and head.signature.day is not None:
        return head.signature.day
    if passed:
        return None
    if head.lone_day is not None:
        return head.lone_day
    if head.printed is not None:
        return Fact(head.printed.value, head.printed.span, 0.75)
    said = _field_date(fields, "issued_on", 0.88)
    if said is not None:
        return said
    return _hinted(hints, "issued_on", 0.85)


def _page_date(fields: Mapping[str, Fact[str]], hints: Mapping[str, str]) -> Fact[date] | None:
    return _field_date(fields, "published_on", 0.5) or _hinted(hints, "published_on", 0.5)


def _field_date(fields: Mapping[str, Fact[str]], key: str, sure: float) -> Fact[date] | None:
    said = fields.get(key)
    days = [p.start for p in find_periods(said.value) if p.start == p.end] if said is not None else []
    return Fact(days[0], said.span, sure, "page") if said is not None and days else None


def _hinted(hints: Mapping[str, str], key: str, sure: float) -> Fact[date] | None:
    days = [p.start for p in find_periods(hints.get(key, "")) if p.start == p.end]
    return Fact(days[0], None, sure, "page") if days else None


def _days(
    signed: Fact[date] | None, preamble: Preamble, published: Fact[date] | None, printed: Fact[date] | None
) -> dict[str, date]:
    """Days that 自印发之日, 自公布之日 and 自通过之日 may mean."""
    days: dict[str, date] = {}
    own = preamble.published_on or preamble.approved_on or preamble.adopted_on
    issued = signed or own
    if preamble.adopted_on is not None:
        days["adopted"] = preamble.adopted_on.value
    if issued is not None:
        days["issued"] = issued.value
        days["published"] = (own or issued).value
    elif published is not None:
        days["issued"] = days["published"] = published.value
    if printed is not None and "issued" in days and 0 <= (printed.value - days["issued"]).days <= 60:
        days["printed"] = printed.value
    return days


def _expires(said: Fact[date] | None, fields: Mapping[str, Fact[str]]) -> Fact[date] | None:
    """The page's own word that a document has ended comes before the term the text set."""
    page = _field_date(fields, "expires_on", 0.9)
    if page is not None and (said is None or page.value < said.value):
        return page
    return said


def _kind(head: Head, issuers: Sequence[Fact[str]], preamble: Preamble, title: str, text: str) -> Fact[str] | None:
    sure = 0.9
    if issuers and all(is_internal(fact.value) for fact in issuers):
        return Fact("internal", issuers[0].span, sure)
    if any(word in title for word in lexicon()["draft"]["words"]):
        return Fact("draft", head.title.fact.span if head.title else None, 0.95)
    if head.annex and not head.numbers and head.signature is None:
        return Fact("annex", head.title.fact.span if head.title else None, sure)
    if head.order_bodies and head.numbers and "令" in head.numbers[0].value:
        return Fact("order", head.order_bodies[0].span, 0.95)
    if _LAW.match(title) and (
        title.endswith("法") or any(is_national(f.value) and "代表大会" in f.value for f in issuers)
    ):
        return Fact("law", head.title.fact.span if head.title else None, 0.95)
    if title.endswith("通知") and form("name.forwards").match(title):
        return Fact("forward", head.title.fact.span if head.title else None, sure)
    if head.numbers and "A" <= head.numbers[0].value[:1] <= "Z":
        return Fact("standard", head.numbers[0].span, 0.95)
    if head.passed:
        return Fact("regulation", head.passed[0].span, sure)
    return Fact(head.title.kind, head.title.fact.span, 0.85) if head.title and head.title.kind else None
