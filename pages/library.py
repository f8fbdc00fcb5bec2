"""The library page (政策库): open facts first, forms to add and remove, then every notice as a list and on a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from corpus.types import Level, Notice, Status
from pages.catalogue import View, filtered, table_html
from pages.intake import build_intake
from pages.markup import esc
from pages.panel import status_today
from pages.review import build_review
from pages.scope import region_choices
from pages.theme import asset
from pages.timeline import timeline_html
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_MOST_DRAWN = 60  # with more notices a timeline tells nothing and pushes the list out of sight
_MOST_OPEN = 8
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_PLAIN: dict[str, Any] = {"elem_classes": "plain", "apply_default_css": False}


def library_html(notices: Sequence[Notice], total: int, view: View | None = None, say: Words = CHINESE) -> str:
    """Count, list and, while there are few enough, the timeline; ``notices`` as filtered."""
    if not notices:
        return f'<p class="none">{esc(say("library.none"))}</p>'
    told = esc(say("library.count", total=total, shown=len(notices)))
    timeline = timeline_html(notices, say) if len(notices) <= _MOST_DRAWN else ""
    if timeline:
        opened = " open" if len(notices) <= _MOST_OPEN else ""
        timeline = f"<details{opened}><summary>{esc(say('library.timeline'))}</summary>{timeline}</details>"
    return f'<p class="path">{told}</p>{table_html(notices, view or View(), say)}{timeline}'


Choices = list[tuple[str, str]]


def filter_choices(notices: Sequence[Notice], say: Words = CHINESE) -> tuple[Choices, Choices, Choices]:
    """Regions, years and validities that occur, each after the choice of all."""
    every = (say("library.all"), "")
    years = sorted({str(notice.issued_on.year) for notice in notices if notice.issued_on}, reverse=True)
    held = {status_today(notice) for notice in notices}
    states = [(say(f"status.{one.name.lower()}"), one.value) for one in Status if one in held]
    return region_choices(notices, say), [every, *((year, year) for year in years)], [every, *states]


class Place:
    """Where in the list a visitor is; a plain class, because Gradio publishes dataclasses held by ``gr.State``."""

    def __init__(self) -> None:
        self.view = View()


def build_library(assistant: LiveAssistant, say: Words = CHINESE) -> Any:
    """Lay out the page; returns a function that redraws it, its inputs and outputs, for when the tab is opened."""
    notices = assistant.corpus.notices
    regions, years, states = filter_choices(notices, say)
    levels = [(say("library.all"), ""), *((say(f"level.{one}"), one.value) for one in Level)]
    later: dict[str, Any] = {"render": False}  # the forms for adding and removing stand first
    place = gr.State(Place())
    words = gr.Textbox(
        label=say("library.words"), placeholder=say("library.words_hint"), max_lines=1, min_width=220, scale=2,
        elem_id="library-words", **later,
    )  # fmt: skip
    region = gr.Dropdown(regions, value="", label=say("scope.region"), min_width=140, **later)
    level = gr.Dropdown(levels, value="", label=say("notice.level"), min_width=110, **later)
    year = gr.Dropdown(years, value="", label=say("library.year"), min_width=110, **later)
    status = gr.Dropdown(states, value="", label=say("notice.status"), min_width=110, **later)
    controls = [region, level, year, status, words]
    drawn = library_html(filtered(notices), len(notices), None, say)
    shown = gr.HTML(drawn, elem_id="library", js_on_load=asset("list.js"), **_PLAIN, **later)

    def show(*chosen: str) -> str:
        """The list from its first page."""
        return listed(View(), *chosen)

    def listed(view: View, *chosen: str) -> str:
        current = assistant.corpus.notices
        return library_html(filtered(current, *(value or "" for value in chosen)), len(current), view, say)

    def sift(where: Place, *chosen: str) -> tuple[str, Place]:
        where.view = where.view.turned(page=1)
        return listed(where.view, *chosen), where

    def turn(
        where: Place, region: str, level: str, year: str, status: str, words: str, event: gr.EventData
    ) -> tuple[str, Place]:
        """A click on a head or a page number."""
        said = event._data
        where.view = where.view.turned(str(said.get("by") or ""), int(said.get("page") or 1))
        return listed(where.view, region, level, year, status, words), where

    def reopen(*chosen: str) -> tuple[Any, ...]:
        """The list with what came or went since the page was laid out, in the filters too."""
        found = filter_choices(assistant.corpus.notices, say)
        return show(*chosen), *(gr.update(choices=choices) for choices in found)

    with gr.Column(elem_classes="sheet"):
        if hasattr(assistant, "preview"):
            refresh, asked = build_review(assistant, show, controls, shown, say)
            for done in build_intake(assistant, show, controls, shown, say):
                done.then(refresh, None, asked, **_QUIET)
        with gr.Row(elem_classes="filters"):
            for control in (words, region, level, year, status):
                control.render()
        shown.render()
    for control in controls:
        control.change(sift, [place, *controls], [shown, place], trigger_mode="always_last", **_QUIET)
    shown.turn(turn, [place, *controls], [shown, place], **_QUIET)
    return reopen, controls, [shown, region, year, status]
