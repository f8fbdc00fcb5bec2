"""The page that checks a draft (文稿核对): pasted or dropped, sentence by sentence, to be stopped at any time."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.drafting.draft import CheckedDraft
from assistant.errors import AssistantError
from corpus.errors import CorpusError
from corpus.guard import read_guarded
from corpus.readers import File
from pages.checked import Checking, checked_html, progress_html
from pages.markup import esc, fault
from pages.pump import read_apart
from pages.scope import read_profile, region_choices
from pages.shelf import Shelf
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_LOG = logging.getLogger(__name__)
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_PLAIN: dict[str, Any] = {"elem_classes": "plain", "apply_default_css": False}
_DRAW_SECONDS = 0.7
_AT_ONCE = 2  # a check keeps a core busy; the others wait for their turn


class Desk:
    """What a visitor is checking, and the file given last (its name and words, and what stood in the field for pasting then);
    a plain class, because Gradio publishes dataclasses held by ``gr.State``."""

    def __init__(self) -> None:
        self.now = Checking()
        self.file: tuple[str, str, str] | None = None

    def meant(self, words: str) -> tuple[str, str] | None:
        """Name and words of the file, where nothing was typed into the field for pasting since it was given: to be checked
        again for another place or day."""
        return self.file[:2] if self.file and self.file[2] == words else None


def build_drafts(assistant: LiveAssistant, shelf: Shelf[Any], say: Words = CHINESE) -> Any:
    """Lay out the page; returns the field for the place, which follows the visitor's own hospital."""
    desk = gr.State(Desk())
    with gr.Column(elem_classes="sheet"):
        gr.HTML(f"<p>{esc(say('drafts.intro'))}</p>", **_PLAIN)
        with gr.Row(elem_id="draft-row"):
            text = gr.Textbox(
                label=say("drafts.paste"), placeholder=say("drafts.paste_hint"), lines=7, max_lines=7,
                elem_id="draft-text", scale=3, min_width=260,
            )  # fmt: skip
            file = gr.File(label=say("drafts.drop"), file_count="single", elem_id="draft-file", height=190, scale=2)
        with gr.Row(elem_classes="filters"):
            region = gr.Dropdown(
                region_choices(assistant.corpus.notices, say), value="", label=say("drafts.place"),
                allow_custom_value=True, elem_id="draft-place", min_width=160,
            )  # fmt: skip
            day = gr.Textbox(
                label=say("scope.as_of"),
                placeholder=say("scope.today"),
                max_lines=1,
                elem_id="draft-day",
                min_width=140,
            )
            go = gr.Button(say("drafts.go"), variant="primary", min_width=90, scale=0, elem_id="draft-go")
            halt = gr.Button(
                say("drafts.stop"), variant="stop", min_width=90, scale=0, elem_id="draft-stop", visible=False
            )
        shown = gr.HTML("", elem_id="draft-result", **_PLAIN)

    def buttons(running: bool) -> tuple[Any, Any]:
        return gr.update(visible=not running), gr.update(visible=running)

    def finished(checking: Checking) -> str:
        if not checking.found:
            return fault(say("drafts.nothing_done"))
        return checked_html(checking, shelf.put(CheckedDraft(checking.name, tuple(checking.found))), say)

    def check(name: str, words: str, place: str, when: str, held: Desk) -> Iterator[tuple[Any, ...]]:
        held.now = mine = Checking(name)
        try:
            mine.total, sentences = assistant.check(name, words, read_profile(place, when, say))
            yield progress_html(mine, say), *buttons(True), held
            drawn = time.monotonic()
            for sentence in read_apart(sentences, lambda: held.now is not mine or mine.stopped):
                mine.found.append(sentence)
                if time.monotonic() - drawn >= _DRAW_SECONDS:
                    yield progress_html(mine, say), *buttons(True), held
                    drawn = time.monotonic()
        except (AssistantError, CorpusError) as error:
            yield fault(error, say), *buttons(False), held
            return
        except Exception:
            _LOG.exception("cannot check %s", name)
            yield fault(say("drafts.failed")), *buttons(False), held
            return
        if held.now is mine:  # stopped as well: its last progress may arrive behind the stop, this behind both
            yield finished(mine), *buttons(False), held

    def pasted(words: str, place: str, when: str, held: Desk) -> Iterator[tuple[Any, ...]]:
        if file := held.meant(words or ""):
            yield from check(*file, place, when, held)
            return
        if not (words or "").strip():
            yield fault(say("drafts.nothing")), *buttons(False), held
            return
        yield from check(say("drafts.pasted"), words, place, when, held)

    def dropped(path: str | None, beside: str, place: str, when: str, held: Desk) -> Iterator[tuple[Any, ...]]:
        """Read a file and check it; the upload itself is deleted, its text stays in memory only, to be checked again."""
        if not path:
            yield gr.update(), *buttons(False), held
            return
        found = Path(path)
        try:
            words = read_guarded(File(found.name, found.read_bytes())).source.text
        except CorpusError as error:
            yield fault(error, say), *buttons(False), held
            return
        finally:
            found.unlink(missing_ok=True)
        held.file = (found.name, words, beside or "")
        yield from check(found.name, words, place, when, held)

    def stop(held: Desk) -> tuple[Any, ...]:
        held.now.stopped = True
        return finished(held.now), *buttons(False), held

    outputs = [shown, go, halt, desk]
    busy: dict[str, Any] = {"concurrency_limit": _AT_ONCE, "concurrency_id": "drafts", **_QUIET}
    go.click(pasted, [text, region, day, desk], outputs, **busy)
    given = file.upload(dropped, [file, text, region, day, desk], outputs, **busy)
    given.then(lambda: None, None, file, **_QUIET)
    halt.click(stop, desk, outputs, **_QUIET)
    return region
