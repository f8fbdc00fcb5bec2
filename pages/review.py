"""What is not known of notices (待核对): each open fact with its best guess, settled by one click or by a whole table."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.keeping.reviewing import OpenFact, Settled, open_facts
from corpus.errors import CorpusError
from corpus.types import Level, Notice
from index.errors import SearchIndexError
from pages.markup import chinese, esc
from pages.preview import for_form
from pages.theme import asset
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_LOG = logging.getLogger(__name__)
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": 1}
_PLAIN: dict[str, Any] = {"elem_classes": "plain", "apply_default_css": False}
_SHOWN = 20


def _guess(fact: OpenFact) -> str:
    """The guess as people type it."""
    if fact.key == "level":
        return CHINESE(f"level.{fact.guess}") if fact.guess in set(Level) - {Level.UNKNOWN} else ""
    return fact.guess


def _fact(notice: Notice, fact: OpenFact, typed: Mapping[str, str], say: Words) -> str:
    name, guess = say(f"notice.{fact.key}"), _guess(fact)
    sure = f"<small>{esc(say('review.sure', share=f'{fact.confidence:.0%}'))}</small>" if guess else ""
    return (
        f'<li><label><span class="k">{esc(name)}</span><input type="text" data-key="{fact.key}" value="{esc(typed.get(fact.key, guess))}" '
        f'placeholder="{esc(say("review.unknown"))}"{say.native}></label>{sure}'
        f'<button type="button" data-settle="{esc(notice.id)}" data-key="{fact.key}" '
        f'aria-label="{esc(say("review.confirm_of", name=name, title=notice.title))}">{esc(say("review.confirm"))}</button></li>'
    )


Typed = Mapping[str, Mapping[str, str]]
"""What stands in the fields, by the id of the notice and the key."""


def review_html(
    notices: Sequence[Notice], told: Sequence[str] = (), say: Words = CHINESE, typed: Typed | None = None
) -> str:
    """Notices with open facts, each with its fields; "" where nothing is open and nothing is to be told."""
    waiting = [notice for notice in notices if notice.unverified]
    said = "".join(f"<li>{chinese(for_form(one), say)}</li>" for one in told)
    notes = f'<ul class="notes" role="status">{said}</ul>' if said else ""
    if not waiting:
        return notes and f'<section class="review">{notes}</section>'
    rows = []
    for notice in waiting[:_SHOWN]:
        facts = "".join(
            _fact(notice, fact, (typed or {}).get(notice.id, {}), say)
            for fact in open_facts(notice)
            if fact.key in NAMED
        )
        several = (
            f'<button type="button" class="link" data-settle="{esc(notice.id)}" data-key="">{esc(say("review.all"))}</button>'
            if len(notice.unverified) > 1
            else ""
        )
        rows.append(
            f'<li class="asked"><div><button type="button" class="link" data-notice="{esc(notice.id)}">'
            f"{chinese(notice.title, say)}</button> {several}</div><ul>{facts}</ul></li>"
        )
    more = (
        f'<p class="path">{esc(say("review.more", count=len(waiting) - _SHOWN))}</p>' if len(waiting) > _SHOWN else ""
    )
    return (
        f'<details class="review" open><summary>{esc(say("review.title", count=len(waiting)))}</summary>'
        f'<p class="path">{esc(say("review.why"))}</p>{notes}<ol>{"".join(rows)}</ol>{more}</details>'
    )


NAMED = ("title", "number", "issuer", "region", "level", "status", "issued_on", "effective_on", "expires_on", "horizon")


def build_review(
    live: LiveAssistant, redraw: Any, controls: list[Any], shown: Any, say: Words = CHINESE
) -> tuple[Any, Any]:
    """Lay out the open facts and the upload of a table; returns what draws them anew and where."""
    asked = gr.HTML(
        review_html(live.corpus.notices, (), say), elem_id="review", js_on_load=asset("review.js"), **_PLAIN
    )
    with gr.Row(elem_id="review-row"):
        table = gr.UploadButton(
            say("review.table"), file_types=[".csv", ".tsv", ".txt"], elem_id="facts-table", size="sm", scale=0, min_width=190
        )  # fmt: skip
        gr.HTML(f'<p class="path">{esc(say("review.table_hint"))}</p>', **_PLAIN)

    def after(
        done: Settled | None, faults: Sequence[str], filters: tuple[str, ...], typed: Typed | None = None
    ) -> tuple[str, Any]:
        told = [*faults]
        if done is not None:
            told = [say("review.settled", count=len(done.notices)), *done.faults]
        return review_html(live.corpus.notices, told, say, typed), redraw(*filters)

    def attempt(work: Any, filters: tuple[str, ...], typed: Typed | None = None) -> tuple[str, Any]:
        try:
            return after(work(), (), filters, typed)
        except (AssistantError, CorpusError, SearchIndexError) as error:
            return after(None, (str(error),), filters, typed)
        except Exception:
            _LOG.exception("cannot settle facts")
            return after(None, (say("intake.trouble"),), filters, typed)

    def settle(region: str, level: str, year: str, status: str, words: str, event: gr.EventData) -> tuple[str, Any]:
        """``event`` holds the notice and the values typed, by key; empty ones stay open."""
        said = event._data
        values = {str(key): str(value).strip() for key, value in said["values"].items() if str(value).strip()}
        filters = (region, level, year, status, words)
        if not values:
            return after(None, (say("review.empty"),), filters, said.get("typed"))
        return attempt(lambda: live.settle({str(said["id"]): values}), filters, said.get("typed"))

    def settle_table(path: str | None, *filters: str) -> tuple[str, Any]:
        if not path:
            return after(None, (), filters)
        found = Path(path)
        try:
            return attempt(lambda: live.settle_table(found), filters)
        finally:
            found.unlink(missing_ok=True)

    def refresh() -> str:
        return review_html(live.corpus.notices, (), say)

    asked.settle(settle, controls, [asked, shown], **_QUIET)
    table.upload(settle_table, [table, *controls], [asked, shown], **_QUIET)
    return refresh, asked
