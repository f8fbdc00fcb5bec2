"""The duties page (责任与时限): who must do what by when, on a calendar and as a table; Excel and calendar files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.duties.extraction import LOST, Duty, names_body
from assistant.errors import AssistantError
from pages.answers import BINDING_CLASS, applies_name
from pages.catalogue import notice_choices
from pages.duty_filters import DutyFilters
from pages.markup import chinese, esc, fault, place_name
from pages.months import calendar_html, month_to_show
from pages.scope import read_profile, region_choices
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_PLAIN: dict[str, Any] = {"elem_classes": "plain", "apply_default_css": False}
_DATED, _ALL = "dated", "all"
_SHOWN = 300
_NO_YEAR = ("duties.recurring", "duties.undated")
_COLUMNS = ("duties.due", "duties.body", "duties.task", "scope.notice")


def duties_asked(assistant: LiveAssistant, filters: DutyFilters, say: Words = CHINESE) -> tuple[tuple[Duty, ...], int]:
    """The duties for what the filters hold, and how many that say no time were left out.

    Raises:
        ScopeError: the region or the date does not exist.
    """
    profile, body = read_profile(filters.region, filters.as_of, say), filters.body.strip()
    place, only = (None, {filters.of}) if filters.of else (profile.region, None)
    found = assistant.duties(place, body or None, as_of=profile.as_of, notice_ids=only)
    if filters.leads and body:
        found = tuple(
            d for d in found if any(names_body(n, body) for n in d.leads or (d.bodies[:1] if d.apart else ()))
        )
    if not filters.dated:
        return found, 0
    kept = tuple(duty for duty in found if duty.timed)
    return kept, len(found) - len(kept)


def today_of(as_of: str, today: date) -> date:
    """The day the filters speak of; ``today`` where none is given or it cannot be read."""
    try:
        return read_profile("", as_of).as_of or today
    except AssistantError:
        return today


def _row(duty: Duty, say: Words) -> str:
    cited = duty.citation
    names = [
        f"<b>{chinese(n, say)}</b>{esc(say('duties.lead'))}" if n in duty.leads else chinese(n, say)
        for n in duty.bodies
    ]
    silence = esc(say("duties.lost" if duty.silence == LOST else "duties.not_written")) if duty.silence else ""
    when = f'<span class="path">{duty.deadline}</span>' if duty.deadline else ""
    return (
        f'<tr><th scope="row">{chinese(duty.written, say) if duty.written else "—"}{when}</th>'
        f"<td>{chr(0x3001).join(names) or silence}</td><td>{chinese(duty.task, say)}{_figures(duty, say)} "
        f'<button type="button" class="link" data-cite="1" data-notice="{esc(cited.notice_id)}" '
        f'data-start="{cited.start}" data-end="{cited.end}">{esc(say("source.see"))}</button></td>'
        f'<td class="{BINDING_CLASS[duty.binding]}" title="{esc(duty.reason)}">{chinese(cited.notice, say)}'
        f'<span class="path">{place_name(duty.region, say)} · '
        f'<span class="badge">{esc(applies_name(duty, say))}</span></span></td></tr>'
    )


def _figures(duty: Duty, say: Words) -> str:
    """The figures of a task one by one, where it has several."""
    if len(duty.figures) < 2:
        return ""
    return f'<ul class="figures"{say.native}>{"".join(f"<li>{esc(one)}</li>" for one in duty.figures)}</ul>'


def duties_html(duties: Sequence[Duty], today: date, say: Words = CHINESE) -> str:
    """One table a year: this year and those to come, then years past, newest first; then what comes
    again or has a term from an event; tasks without a deadline last."""
    if not duties:
        return f'<p class="none">{esc(say("duties.none"))}</p>'
    head = "".join(f'<th scope="col">{esc(say(name))}</th>' for name in _COLUMNS)
    parts = []
    ordered = sorted(duties, key=lambda duty: _turn(duty, today))[:_SHOWN]
    for (_, year), group in groupby(ordered, key=lambda duty: _turn(duty, today)):
        rows = "".join(_row(duty, say) for duty in group)
        year = abs(year)
        key = _NO_YEAR[year] if year < len(_NO_YEAR) else "duties.past" if year < today.year else "duties.year"
        name = esc(say(key, year=year))
        parts.append(
            f'<h2>{name}</h2><div class="table-wrap duties" tabindex="0" role="region" aria-label="{name}">'
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
    if len(duties) > _SHOWN:
        parts.append(f'<p class="path">{esc(say("duties.first", count=_SHOWN))}</p>')
    return "".join(parts)


def _turn(duty: Duty, today: date) -> tuple[int, int]:
    """Sorting key of a year, stable within it; 0 and 1 stand for the years of what has none."""
    if duty.deadline is None:
        return (2, 0) if duty.timed else (3, 1)
    year = duty.deadline.year
    return (0, year) if year >= today.year else (1, -year)


def _offer(filters: str, count: int, say: Words) -> str:
    kinds = (("xlsx", "duties.excel"), ("ics", "duties.calendar"))
    buttons = "".join(
        f'<button type="button" data-act="download" data-kind="{kind}" {filters}>{esc(say(name))}</button>'
        for kind, name in kinds
    )
    told = esc(say("duties.count", count=count))
    return f'<div class="exports wide"><span>{told}</span><span class="grow"></span>{esc(say("duties.export"))} {buttons}</div>'


def schedule_html(assistant: LiveAssistant, filters: DutyFilters, say: Words = CHINESE) -> str:
    """Table, and beside it the calendar where something lies ahead; the filters ride along for files asked for later."""
    try:
        found, undated = duties_asked(assistant, filters, say)
    except AssistantError as error:
        return fault(error, say)
    today = today_of(filters.as_of, assistant.today)
    offer, listed = _offer(filters.to_html(), len(found), say), duties_html(found, today, say)
    if not any(duty.every or (duty.deadline and duty.deadline >= today) for duty in found):
        told = f'<p class="path">{esc(say("duties.nothing_ahead", day=today.isoformat()))}</p>' if found else ""
        return f"{offer}{told}<div>{listed}</div>"
    month = calendar_html(found, month_to_show(found, today), today, undated, say)
    return (
        f'{offer}<div class="duty-split"><section class="calendar" aria-label="{esc(say("calendar.label"))}" {filters.to_html()}>{month}'
        f"</section><div>{listed}</div></div>"
    )


def build_duties(assistant: LiveAssistant, say: Words = CHINESE) -> Any:
    """Lay out the page; returns what redraws it, what offers the notices anew, its inputs and its output."""

    def show(region: str | None, body: str | None, as_of: str | None, which: str, leads: bool, of: str | None) -> str:
        filters = DutyFilters(region or "", body or "", as_of or "", which == _DATED, leads, of or "")
        return schedule_html(assistant, filters, say)

    def offered() -> list[tuple[str, str]]:
        return [(say("duties.every_notice"), ""), *notice_choices(assistant.corpus.notices, say)]

    with gr.Column(elem_classes=["sheet", "broad"]):
        gr.HTML(f"<p>{esc(say('duties.intro'))}</p>", **_PLAIN)
        with gr.Row(elem_classes="filters"):
            region = gr.Dropdown(
                region_choices(assistant.corpus.notices, say), value="", label=say("scope.region"),
                allow_custom_value=True, elem_id="duty-region",
            )  # fmt: skip
            body = gr.Textbox(
                label=say("duties.body"), placeholder=say("duties.body_example"), max_lines=1, elem_id="duty-body"
            )
            leads = gr.Checkbox(label=say("duties.leads"), elem_id="duty-leads", min_width=110, scale=0)
            of = gr.Dropdown(offered(), value="", label=say("scope.notice"), elem_id="duty-notice", scale=2)
            as_of = gr.Textbox(
                label=say("scope.as_of"),
                placeholder=say("scope.today"),
                max_lines=1,
                min_width=120,
                elem_id="duty-date",
            )
            which = gr.Dropdown(
                [(say("duties.dated"), _DATED), (say("duties.all"), _ALL)], value=_DATED, label=say("duties.range"),
                elem_id="duty-which",
            )  # fmt: skip
        shown = gr.HTML("", elem_id="duties", **_PLAIN)
    controls = [region, body, as_of, which, leads, of]
    for control in controls:
        control.change(show, controls, shown, trigger_mode="always_last", **_QUIET)
    return show, lambda: gr.update(choices=offered()), controls, shown
