"""A month of deadlines (时限日历): a grid of days, the duties of a day on demand; a plain list at phone width.

The grid, the lists of its days and the months to go to next are one piece of HTML, drawn anew for each month asked for
by ``page.js``; opening a day only unhides its list.
"""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Sequence
from datetime import date

from assistant.duties.extraction import Duty
from pages.answers import BINDING_CLASS, applies_name
from pages.markup import chinese, esc
from pages.words import CHINESE, Words

Month = tuple[int, int]


def month_to_show(duties: Sequence[Duty], today: date) -> Month:
    """Where the calendar opens: the first month from today on with a deadline, else the last before it."""
    dated = _months_due(duties, today)
    now = (today.year, today.month)
    return next((month for month in dated if month >= now), dated[-1] if dated else now)


def _months_due(duties: Sequence[Duty], today: date) -> list[Month]:
    """Months with a deadline, in order; of what comes again those of the twelve months from ``today`` on."""
    found = {(duty.deadline.year, duty.deadline.month) for duty in duties if duty.deadline}
    found |= {
        (today.year + (month < today.month), month)
        for duty in duties
        if duty.every and not duty.deadline
        for month in duty.every.months
    }
    return sorted(found)


def _due_on(duty: Duty, month: Month) -> date | None:
    """The day in ``month`` on which the duty is due."""
    day = duty.deadline or (duty.every.in_month(*month) if duty.every else None)
    return day if day and (day.year, day.month) == month else None


def _bodies(duty: Duty, say: Words) -> str:
    if not duty.bodies:
        return ""
    leading = [name for name in duty.bodies if name in duty.leads] or list(duty.bodies[:1])
    return f'<span class="path"{say.native}>{esc(chr(0x3001).join(leading))}</span>'


def _item(duty: Duty, say: Words) -> str:
    cited = duty.citation
    return (
        f'<li class="{BINDING_CLASS[duty.binding]}">{chinese(duty.task, say)} <button type="button" class="link" '
        f'data-cite="1" data-notice="{esc(cited.notice_id)}" data-start="{cited.start}" data-end="{cited.end}">'
        f"{esc(say('source.see'))}</button>{_bodies(duty, say)}"
        f'<span class="path"><span class="badge">{esc(applies_name(duty, say))}</span> '
        f"{chinese(duty.written, say)} · {chinese(cited.notice, say)}</span></li>"
    )


def _month_name(month: Month, say: Words) -> dict[str, object]:
    return {"year": month[0], "month": month[1], "month_name": say("calendar.months").split()[month[1] - 1]}


def _go(label: str, month: Month | None, *, hint: str = "", css: str = "") -> str:
    if month is None:
        return ""
    named = f' aria-label="{esc(hint)}" title="{esc(hint)}"' if hint else ""
    return f'<button type="button" class="{css}" data-act="month" data-month="{month[0]}-{month[1]}"{named}>{esc(label)}</button>'


def _grid(month: Month, due: dict[date, list[Duty]], today: date, say: Words) -> str:
    names = _month_name(month, say)
    rows = []
    for week in Calendar().monthdatescalendar(*month):
        cells = []
        for day in week:
            found = due.get(day, []) if day.month == month[1] else []
            classes = " ".join(
                name for name, holds in (("out", day.month != month[1]), ("today", day == today)) if holds
            )
            inner = f"<span>{day.day}</span>"
            if found:
                label = say("calendar.day", **{**names, "day": day.day, "count": len(found)})
                inner = (
                    f'<button type="button" data-act="day" data-day="{day}" aria-expanded="false" aria-label="{esc(label)}">'
                    f"{day.day}<b>{esc(say('calendar.marks', count=len(found)))}</b></button>"
                )
            cells.append(f'<td class="{classes}">{inner}</td>')
        rows.append(f"<tr>{''.join(cells)}</tr>")
    head = "".join(f'<th scope="col">{esc(name)}</th>' for name in say("calendar.weekdays").split())
    return (
        f'<table class="month"><caption class="sr">{esc(say("calendar.month", **names))}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )


def calendar_html(duties: Sequence[Duty], month: Month, today: date, undated: int = 0, say: Words = CHINESE) -> str:
    """The calendar of ``month``, with what comes again on a day of it. ``undated`` counts duties that say no time and that
    the list beside does not show."""
    due: dict[date, list[Duty]] = {}
    for duty in duties:
        if day := _due_on(duty, month):
            due.setdefault(day, []).append(duty)
    dated = _months_due(duties, today)
    before = (month[0] - 1, 12) if month[1] == 1 else (month[0], month[1] - 1)
    after = (month[0] + 1, 1) if month[1] == 12 else (month[0], month[1] + 1)
    days = "".join(
        f'<section class="day" data-day="{day}" hidden><h3>'
        f"{esc(say('calendar.of_day', day=day, count=len(found)))}</h3>"
        f'<ul class="cite-scope">{"".join(_item(duty, say) for duty in found)}</ul></section>'
        for day, found in sorted(due.items())
    )
    empty = "" if due else f'<p class="none">{esc(say("calendar.none"))}</p>'
    notes = [say("calendar.year_end")] if any(day.month == 12 and day.day == 31 for day in due) else []
    listed = sum(not duty.dated for duty in duties)
    if listed or undated:
        notes.append(say("calendar.undated", count=listed) if listed else say("calendar.undated_hidden", count=undated))
    earlier = _go(say("calendar.earlier"), next((one for one in reversed(dated) if one < month), None), css="jump")
    later = _go(say("calendar.later"), next((one for one in dated if one > month), None), css="jump")
    return (
        f'<div class="month-bar">{_go("‹", before, hint=say("calendar.previous"))}'
        f'<strong aria-live="polite">{esc(say("calendar.month", **_month_name(month, say)))}</strong>'
        f"{_go('›', after, hint=say('calendar.next'))}{_go(say('calendar.today'), (today.year, today.month))}</div>"
        f"{_grid(month, due, today, say)}"
        f'<div class="jumps">{earlier}<span class="grow"></span>{later}</div>{empty}{days}'
        f"{''.join(f'<p class=path>{esc(note)}</p>' for note in notes)}"
    )
