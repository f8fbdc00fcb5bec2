"""The library page (政策库): every notice as a table and on a timeline, filtered; a click opens it in the panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from corpus.regions import is_within
from corpus.types import Level, Notice, Status
from pages.intake import build_intake
from pages.markup import chinese, esc, place_name
from pages.panel import status_name, status_today
from pages.scope import region_choices
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_COLUMNS = ("title", "number", "region", "level", "issued_on", "status", "text")
_MOST_OPEN = 24  # with more notices the timeline would push the table out of sight: it is folded
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def filtered(
    notices: Sequence[Notice],
    region: str = "",
    level: str = "",
    year: str = "",
    status: str = "",
    words: str = "",
) -> list[Notice]:
    """Notices that fit, newest first; "" is no limit, ``level`` and ``status`` are values of their enums.

    All ``words`` must stand in title, number, issuer, aliases or text.
    """
    wanted = words.split()
    found = [
        notice
        for notice in notices
        if (not region or is_within(notice.region, region))
        and (not level or notice.level == level)
        and (not year or (notice.issued_on is not None and str(notice.issued_on.year) == year))
        and (not status or status_today(notice) == status)
        and all(word in f"{notice.title}{notice.number}{notice.issuer}{notice.aliases}{notice.text}" for word in wanted)
    ]
    return sorted(found, key=lambda notice: notice.issued_on.isoformat() if notice.issued_on else "", reverse=True)


def table_html(notices: Sequence[Notice], say: Words = CHINESE) -> str:
    """The table; each title is a button that opens the notice."""
    rows = []
    for notice in notices:
        lost = sum(gap.sentences for gap in notice.gaps)
        rows.append(
            f'<tr><th scope="row"><button type="button" class="link" data-notice="{esc(notice.id)}">'
            f"{chinese(notice.title, say)}</button></th>"
            f"<td>{chinese(notice.number, say) if notice.number else esc(say('notice.no_number'))}</td>"
            f"<td>{place_name(notice.region, say)}</td><td>{esc(say(f'level.{notice.level}'))}</td>"
            f"<td>{notice.issued_on or esc(say('notice.unknown'))}</td><td>{esc(status_name(notice, say))}</td>"
            f"<td>{esc(say('notice.lost', count=lost) if lost else say('notice.complete'))}</td></tr>"
        )
    head = "".join(f'<th scope="col">{esc(say(f"notice.{name}"))}</th>' for name in _COLUMNS)
    return (
        f'<div class="table-wrap library" tabindex="0" role="region" aria-label="{esc(say("library.list"))}"><table><thead><tr>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def timeline_html(notices: Sequence[Notice], say: Words = CHINESE) -> str:
    """One row a place: a bar over the years a notice sets targets for, a dot where it was issued."""
    dated = [notice for notice in notices if notice.issued_on is not None]
    if not dated:
        return ""
    years = [notice.issued_on.year for notice in dated if notice.issued_on]
    years += [year for notice in dated if notice.horizon for year in notice.horizon]
    first, last = min(years), max(years) + 1
    span = last - first

    def at(year: float) -> str:
        return f"{(year - first) / span * 100:.2f}%"

    ticks = "".join(
        f'<span style="left:{at(year)}">{year}</span>' for year in range(first, last, max(1, round(span / 12)))
    )
    rows = []
    for region in sorted({notice.region for notice in dated}):
        bars = []
        for notice in sorted((n for n in dated if n.region == region), key=lambda n: str(n.issued_on)):
            day = notice.issued_on
            assert day is not None
            dot = day.year + (day.timetuple().tm_yday - 1) / 366
            low, high = notice.horizon or (day.year, day.year)
            label = say("library.bar", name=notice.name, day=day, first=low, last=high)
            width = f"{(high + 1 - low) / span * 100:.2f}%"
            bars.append(
                f'<div class="lane"><i class="bar" style="left:{at(low)};width:{width}"></i>'
                f'<button type="button" class="dot" style="left:{at(dot)}" data-notice="{esc(notice.id)}" '
                f'title="{esc(label)}" aria-label="{esc(label)}"></button>'
                f'<span class="name" style="left:{at(low)}"{say.native}>{esc(notice.name)}</span></div>'
            )
        rows.append(
            f'<div class="place"><b>{place_name(region, say)}</b><div class="lanes">{"".join(bars)}</div></div>'
        )
    return (
        f'<div class="timeline" role="group" aria-label="{esc(say("library.timeline"))}">'
        f'<div class="place axis"><b></b><div class="ticks">{ticks}</div></div>{"".join(rows)}'
        f'<p class="path">{esc(say("library.legend"))}</p></div>'
    )


def library_html(notices: Sequence[Notice], total: int, say: Words = CHINESE) -> str:
    """Count, timeline and table."""
    if not notices:
        return f'<p class="none">{esc(say("library.none"))}</p>'
    told = esc(say("library.count", total=total, shown=len(notices)))
    timeline = timeline_html(notices, say)
    if timeline and len(notices) > _MOST_OPEN:
        timeline = f"<details><summary>{esc(say('library.timeline'))}</summary>{timeline}</details>"
    return f'<p class="path">{told}</p>{timeline}{table_html(notices, say)}'


Choices = list[tuple[str, str]]


def filter_choices(notices: Sequence[Notice], say: Words = CHINESE) -> tuple[Choices, Choices, Choices]:
    """Regions, years and validities that occur, each after the choice of all."""
    every = (say("library.all"), "")
    years = sorted({str(notice.issued_on.year) for notice in notices if notice.issued_on}, reverse=True)
    held = {status_today(notice) for notice in notices}
    states = [(say(f"status.{one.name.lower()}"), one.value) for one in Status if one in held]
    return region_choices(notices, say), [every, *((year, year) for year in years)], [every, *states]


def build_library(assistant: LiveAssistant, say: Words = CHINESE) -> Any:
    """Lay out the page; returns a function that redraws it, its inputs and outputs, for when the tab is opened."""
    notices = assistant.corpus.notices
    regions, years, states = filter_choices(notices, say)
    levels = [(say("library.all"), ""), *((say(f"level.{one}"), one.value) for one in Level)]
    later: dict[str, Any] = {"render": False}  # the forms for adding and removing stand first
    region = gr.Dropdown(regions, value="", label=say("scope.region"), min_width=140, **later)
    level = gr.Dropdown(levels, value="", label=say("notice.level"), min_width=110, **later)
    year = gr.Dropdown(years, value="", label=say("library.year"), min_width=110, **later)
    status = gr.Dropdown(states, value="", label=say("notice.status"), min_width=110, **later)
    words = gr.Textbox(
        label=say("library.words"), placeholder=say("library.words_hint"), max_lines=1, min_width=180, **later
    )
    controls = [region, level, year, status, words]
    drawn = library_html(filtered(notices), len(notices), say)
    shown = gr.HTML(drawn, elem_classes="plain", elem_id="library", apply_default_css=False, **later)

    def show(*chosen: str) -> str:
        current = assistant.corpus.notices
        return library_html(filtered(current, *(value or "" for value in chosen)), len(current), say)

    def reopen(*chosen: str) -> tuple[Any, ...]:
        """The list with what came or went since the page was laid out, in the filters too."""
        found = filter_choices(assistant.corpus.notices, say)
        return show(*chosen), *(gr.update(choices=choices) for choices in found)

    with gr.Column(elem_classes="sheet"):
        if hasattr(assistant, "preview"):
            build_intake(assistant, show, controls, shown, say)
        with gr.Row(elem_classes="filters"):
            for control in controls:
                control.render()
        shown.render()
    for control in controls:
        control.change(show, controls, shown, trigger_mode="always_last", **_QUIET)
    return reopen, controls, [shown, region, year, status]
