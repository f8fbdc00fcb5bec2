"""Adding and removing notices on the library page: what was understood is shown and corrected before it is kept."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.keeping.keeper import Outcome
from pages.batch import Batch, Faults, State, batch_html, take_in
from pages.catalogue import notice_choices
from pages.markup import esc, fault
from pages.preview import FIELDS, for_form, held_name, overrides_of, preview_html, read_fields
from pages.theme import asset
from pages.watching import Watched
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_LOG = logging.getLogger(__name__)
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": 1}
_PLAIN: dict[str, Any] = {"elem_classes": "plain", "apply_default_css": False}
_WIDTHS = {"title": 320, "number": 180, "issuer": 200, "region": 150, "issued_on": 130}


def build_intake(live: LiveAssistant, redraw: Any, controls: list[Any], shown: Any, say: Words = CHINESE) -> list[Any]:
    """Lay out both forms above the list; ``redraw(*controls) -> shown`` is called after each change.

    Returns the events after which the library is another.
    """
    with gr.Accordion(say("intake.add"), open=False, elem_id="intake"):
        batch = gr.State(Batch(), time_to_live=6 * 3600, delete_callback=Batch.discard)
        with gr.Row(elem_id="intake-row"):
            # No file_types: Gradio would refuse the whole selection for one stray file; here each is judged alone.
            upload = gr.File(label=say("intake.drop"), file_count="multiple", elem_id="upload", height=140)
            folder = gr.UploadButton(
                say("intake.folder"), file_count="directory", elem_id="upload-folder", scale=0, min_width=150, size="sm"
            )
        listed = gr.HTML("", elem_id="batch", js_on_load=asset("batch.js"), **_PLAIN)
        with gr.Column(visible=False, elem_id="intake-form") as form:
            seen = gr.HTML("", elem_id="preview", **_PLAIN)
            names = {name: say(f"notice.{name}") for name in FIELDS} | {"number": say("intake.number_hint")}
            with gr.Row(elem_classes="filters"):
                fields = [
                    gr.Textbox(label=names[key], max_lines=4, elem_id=f"set-{key}", min_width=_WIDTHS[key])
                    for key in FIELDS
                ]
            with gr.Row(elem_id="intake-buttons"):
                keep = gr.Button(say("intake.keep"), variant="primary", elem_id="keep", scale=0, min_width=150)
                skip = gr.Button(say("intake.skip"), elem_id="skip", scale=0, min_width=110)
                rest = gr.Button(say("intake.keep_all"), elem_id="keep-all", scale=0, min_width=130)
        clear = gr.Button(say("intake.clear"), elem_id="intake-clear", size="sm", scale=0, min_width=110, visible=False)
    with gr.Accordion(say("intake.remove"), open=False, elem_id="withdraw"):
        with gr.Row(elem_classes="filters"):
            which = gr.Dropdown(
                notice_choices(live.corpus.notices, say), value=None, label=say("intake.which"), elem_id="remove-which"
            )
            sure = gr.Checkbox(label=say("intake.sure"), elem_id="remove-sure")
            gone = gr.Button(say("intake.remove_go"), variant="stop", min_width=80, scale=0, elem_id="remove-go")
        told = gr.HTML("", elem_id="removed", **_PLAIN)

    def draw(state: Batch, working: str = "") -> tuple[Any, ...]:
        """List, form, what was read, its fields, the buttons for the rest, and the state itself."""
        item = state.current
        many = sum(one.state is State.WAITING for one in state.items) > 1
        head = (batch_html(state, say, working), gr.update(visible=item is not None and not working))
        tail = (gr.update(visible=many), gr.update(visible=bool(state.items) and not working), state)
        if item is None or item.preview is None or working:
            return *head, "", *(gr.update() for _ in FIELDS), *tail
        name = held_name(item.preview, live.corpus)
        return *head, preview_html(item.preview, name, say), *(item.typed or read_fields(item.preview)), *tail

    def take(paths: list[str] | None, state: Batch, *values: str) -> Iterator[tuple[Any, ...]]:
        """Unpack and read what was dropped; the list grows while it is read, and what was typed for the file in the form stays."""
        state.keep_typed(values)
        new = state.stage([Path(path) for path in paths or ()])
        for item in state.read(live, new, say):
            working = say("intake.reading", done=new.index(item) + 1, total=len(new), name=item.name)
            yield None, None, *draw(state, working)
        if not state.items:
            gr.Warning(say("intake.empty"))
        yield None, None, *draw(state)

    def changed(state: Batch, filters: tuple[str, ...]) -> tuple[Any, ...]:
        return *draw(state), redraw(*filters), gr.update(choices=notice_choices(live.corpus.notices, say))

    def save_one(state: Batch, typed: list[str]) -> None:
        item = state.current
        if item is None or item.path is None or item.preview is None:
            return
        try:
            state.settle(item, live.add(item.path, overrides_of(typed, item.preview)), say)
        except Faults as error:
            item.state, item.message = State.DOUBTFUL, str(error)
        except Exception:
            _LOG.exception("cannot add %s", item.name)
            item.state, item.message = State.DOUBTFUL, say("intake.trouble")

    def save(state: Batch, *values: str) -> tuple[Any, ...]:
        typed, filters = list(values[: len(FIELDS)]), values[len(FIELDS) :]
        item = state.current
        save_one(state, typed)
        state.go_on()
        drawn = list(changed(state, filters))
        if item is not None and item is state.current:  # refused: what was typed stays
            drawn[3 : 3 + len(FIELDS)] = typed
        return tuple(drawn)

    def save_all(state: Batch, *values: str) -> Iterator[tuple[Any, ...]]:
        """The current file with its corrections, then every other that waits without an open question, as read."""
        typed, filters = list(values[: len(FIELDS)]), values[len(FIELDS) :]
        same = (gr.update(), gr.update())
        yield *draw(state, say("intake.saving", name=getattr(state.current, "name", ""))), *same
        save_one(state, typed)
        waiting = [one for one in state.items if one.state is State.WAITING and one.path is not None]
        if waiting:
            keep_them, paths = live.add_all, [one.path for one in waiting if one.path is not None]
            saving = Watched(lambda tell: keep_them(paths, progress=tell))
            for told in saving:
                yield *draw(state, say("intake.saving_rest", count=len(waiting), told=told)), *same
            try:
                _tell(waiting, saving.result(), say)
            except Faults as error:
                gr.Warning(esc(for_form(str(error))))
            except Exception:
                _LOG.exception("cannot add %d files", len(waiting))
                gr.Warning(say("intake.trouble"))
        state.go_on()
        yield changed(state, filters)

    def pass_over(state: Batch) -> tuple[Any, ...]:
        if state.current is not None:
            state.current.state = State.SKIPPED
        state.go_on()
        return draw(state)

    def pick(event: gr.EventData, state: Batch, *values: str) -> tuple[Any, ...]:
        state.keep_typed(values)
        state.at = int(event._data["item"])
        return draw(state)

    def empty(state: Batch) -> tuple[Any, ...]:
        state.discard()
        return draw(state)

    def take_out(notice_id: str | None, agreed: bool, *filters: str) -> tuple[Any, ...]:
        same = (gr.update(), gr.update(), gr.update())
        if not notice_id or not agreed:
            return fault(say("intake.confirm")), *same
        try:
            traces = live.remove(notice_id)
        except Faults as error:
            return fault(for_form(str(error)), say), *same
        rows = "".join(f"<li>{esc(trace.store)}: {trace.count}</li>" for trace in traces)
        left = esc(say("intake.removed", left=sum(trace.count for trace in traces)))
        done = f"<p>{left}</p><details><summary>{esc(say('intake.traces'))}</summary><ul class=notes{say.native}>{rows}</ul></details>"
        return done, redraw(*filters), gr.update(choices=notice_choices(live.corpus.notices, say), value=None), False

    view = [listed, form, seen, *fields, rest, clear, batch]
    after = [*view, shown, which]
    upload.upload(take, [upload, batch, *fields], [upload, folder, *view], **_QUIET)
    folder.upload(take, [folder, batch, *fields], [upload, folder, *view], **_QUIET)
    kept = keep.click(save, [batch, *fields, *controls], after, **{**_QUIET, "show_progress": "minimal"})
    all_kept = rest.click(save_all, [batch, *fields, *controls], after, **_QUIET)
    skip.click(pass_over, batch, view, **_QUIET)
    listed.pick(pick, [batch, *fields], view, **_QUIET)
    clear.click(empty, batch, view, **_QUIET)
    slow = {**_QUIET, "show_progress": "minimal"}
    removed = gone.click(take_out, [which, sure, *controls], [told, shown, which, sure], **slow)
    return [kept, all_kept, removed]


def _tell(items: list[Any], outcome: Outcome, say: Words) -> None:
    """Hand each of ``items`` what became of it; both are in the same order."""
    added, failed = list(outcome.added), list(outcome.failed)
    for item in items:
        if added and added[0].file == item.path.name:
            take_in(item, added.pop(0), say)
        elif failed:
            item.state, item.message = State.DOUBTFUL, failed.pop(0).message
