"""Duties and deadlines (责任与时限): who must do what by when, each with the sentence that says so.

A duty is a sentence that sets a target for a date, or, where an article sets none, the article itself if it names
responsible bodies. A year is a deadline only where the sentence makes it one (到…年, …年底前, …末, …期间, or it opens
the sentence); years inside 《》 and brackets name documents, and front and back matter only carry dates of signature.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from assistant.types import Citation
from corpus.dates import Period, find_periods
from corpus.regions import is_within
from corpus.text import sentence_spans
from corpus.types import Article, Notice, Span

_BEFORE = re.compile(r"(?:到|至|截至|截止|力争|确保|争取)[，,\s“”\"]*$")
_AFTER = re.compile(r"^[”\"]?\s*(?:年?底|年?末|以前|之前|前|期间|内|实现|全面|基本|完成|达到|建成|力争|全省|全市|全县)")
_ASIDE = re.compile(r"《[^》]*》|〔[^〕]*〕|（[^（）]*）|\([^()]*\)")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
HEADINGS = ("时限", "责任单位（按原文顺序）", "任务", "文件", "条目", "地区")


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty. ``bodies`` are in the notice's own order; ``deadline`` is the last day of the period, if one is set.

    ``citation`` is the sentence (marker 1); ``written`` is the deadline as the notice writes it.
    """

    region: str
    bodies: tuple[str, ...]
    deadline: date | None
    written: str
    task: str
    citation: Citation


def duties_of(notices: Iterable[Notice], region: str | None = None, body: str | None = None) -> tuple[Duty, ...]:
    """Duties in the notices that bind ``region`` (all of them for None), by deadline, those without one last.

    Args:
        region: a division path such as ``广东省/湛江市``; notices of the place and of the places above it count.
        body: part of a body's name (卫健, 财政); only duties that name such a body.
    """
    found = [
        duty
        for notice in notices
        if region is None or is_within(region, notice.region)
        for article in notice.articles
        if article.kind == "item"
        for duty in _duties_in(notice, article)
        if not body or any(_names(name, body) for name in duty.bodies)
    ]
    return tuple(
        sorted(found, key=lambda duty: (duty.deadline or date.max, duty.citation.notice_id, duty.citation.start))
    )


def _names(name: str, wanted: str) -> bool:
    """Whether ``wanted`` is part of the body's name, or its letters stand in it in order (卫健委 in 卫生健康委)."""
    rest = iter(name)
    return wanted in name or all(letter in rest for letter in wanted)


def _duties_in(notice: Notice, article: Article) -> Iterator[Duty]:
    targets = 0
    for sentence in sentence_spans(notice.text, article.span):
        quote = notice.quote(sentence)
        period = _deadline(quote, notice.issued_on)
        if period is not None:
            targets += 1
            task = _ASIDE.sub("", quote).strip() if article.bodies else quote.strip()
            yield _duty(notice, article, sentence, period.end, period.text, task)
    if not targets and article.bodies:
        first = next(iter(sentence_spans(notice.text, article.span)), article.span)
        known = article.heading and not re.search("缺失|不明", article.heading)
        yield _duty(notice, article, first, None, "", article.heading if known else notice.quote(first).strip())


def _duty(notice: Notice, article: Article, span: Span, deadline: date | None, written: str, task: str) -> Duty:
    quote = notice.quote(span)
    start = span.start + len(quote) - len(quote.lstrip())
    end = span.start + len(quote.rstrip())
    citation = Citation(1, notice.name, notice.id, notice.title, article.path, notice.text[start:end], start, end)
    return Duty(notice.region, article.bodies, deadline, written, " ".join(task.split()), citation)


def _deadline(sentence: str, issued_on: date | None) -> Period | None:
    """The first period of ``sentence`` that is a deadline: not past when issued, not part of a document's name."""
    asides = [Span(match.start(), match.end()) for match in _ASIDE.finditer(sentence)]
    opening = len(sentence) - len(sentence.lstrip())
    for period in find_periods(sentence):
        past = issued_on is not None and period.end < issued_on
        if past or period.relative or any(aside.overlaps(period.span) for aside in asides):
            continue
        before, after = sentence[: period.span.start], sentence[period.span.end :]
        if period.deadline or _BEFORE.search(before) or _AFTER.match(after) or period.span.start == opening:
            return period
    return None


def _row(duty: Duty) -> tuple[str, ...]:
    when = duty.deadline.isoformat() if duty.deadline else ""
    source = f"{duty.citation.notice}" if duty.citation.notice else duty.citation.title
    place = duty.region.replace("/", "") or "全国"
    return (when, "、".join(duty.bodies), duty.task, source, duty.citation.path, place)


def to_xlsx(duties: Iterable[Duty]) -> bytes:
    """A workbook of one sheet; text is written as text, never as a formula."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = "责任与时限"
    sheet.append([*HEADINGS, "原文"])
    for duty in duties:
        sheet.append([None] * (len(HEADINGS) + 1))
        for cell, text in zip(sheet[sheet.max_row], (*_row(duty), duty.citation.quote), strict=True):
            cell.value = _UNREADABLE.sub("", text)
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFG", (12, 30, 60, 22, 40, 16, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    book.close()
    return out.getvalue()


def to_ics(duties: Iterable[Duty]) -> bytes:
    """A calendar (RFC 5545) of whole-day events on the deadlines; duties without one are left out."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//health-policy-assistant//duties//ZH")
    calendar.add("version", "2.0")
    for duty in duties:
        if duty.deadline is None:
            continue
        event = Event()
        event.add("uid", f"{duty.citation.notice_id}-{duty.citation.start}@health-policy-assistant")
        event.add("dtstamp", datetime.now(UTC))
        event.add("dtstart", duty.deadline)
        event.add("dtend", duty.deadline + timedelta(days=1))
        lead = f"{duty.bodies[0]}：" if duty.bodies else ""
        event.add("summary", _UNREADABLE.sub("", f"{lead}{duty.task[:60]}"))
        source = f"{duty.citation.notice} {duty.citation.path}"
        event.add("description", _UNREADABLE.sub("", f"{duty.citation.quote}\n{source}\n{'、'.join(duty.bodies)}"))
        calendar.add_component(event)
    return bytes(calendar.to_ical())
