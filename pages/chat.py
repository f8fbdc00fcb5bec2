"""The question page (问答): one ``respond`` generator, the transcript it fills, and the buttons around it.

The transcript is one HTML component; the browser patches only what changed, and finished turns are rendered once.
Everything a visitor says lives in a :class:`Session` held by ``gr.State``, so nothing crosses between sessions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.keeping.conversations import ConversationStore
from pages.composer import build_composer, build_side, warned
from pages.history import history_html
from pages.markup import esc
from pages.scope import read_hospital, read_profile
from pages.session import Session, stream_turn
from pages.theme import asset
from pages.welcome import link_notice, welcome_html
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

# A question being edited replaces its old turn; the browser knows which one that is.
_TAKE_EDIT = "(q, r, d, s, h) => [q, r, d, s, h, window.hpa.takeEdit()]"
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# Answering mostly waits: for a model, or for its turn to be worked out. Threads for the rest of the page are left over.
_AT_ONCE = 32


def build_chat(
    assistant: LiveAssistant, store: ConversationStore | None, page: gr.Blocks, kept_hospital: Any, say: Words = CHINESE
) -> Any:
    """Lay out the page inside the current Blocks and wire it; ``store`` keeps the conversations, None keeps nothing.

    Returns the field for the region; ``kept_hospital`` is the hidden one of :mod:`pages.hospital`.
    """
    idle: dict[str, Any] = {"submit_btn": say("chat.send"), "stop_btn": False}
    session = gr.State(Session(language=say.language))
    hidden: dict[str, Any] = {"visible": "hidden"}
    cut, owner, last = gr.Number(-1, precision=0, **hidden), gr.Textbox(**hidden), gr.Textbox(**hidden)
    hospital = gr.Textbox(**hidden)
    with gr.Row(elem_id="chat-row"):
        fresh, search, kept = build_side(say)
        with gr.Column(elem_id="talk", min_width=280):
            transcript = gr.HTML(
                welcome_html(assistant.corpus.notices, say),
                elem_id="transcript",
                apply_default_css=False,
                js_on_load=asset("transcript.js"),
            )
            region, as_of, question = build_composer(assistant, say)

    def draw(state: Session) -> str:
        return state.to_html() or welcome_html(assistant.corpus.notices, say, state.hospital.region)

    def listed(state: Session, wanted: str | None = None) -> str:
        """The kept conversations that hold what stands in the search field, which the session remembers."""
        state.wanted = state.wanted if wanted is None else wanted
        try:
            return history_html(store, state.owner, state.conversation_id, state.wanted, say)
        except AssistantError as error:
            return f"<p>{esc(str(error))}</p>"

    def respond(
        text: str, place: str, day: str, state: Session, kept: str, cut_at: int = -1, literal: bool = False
    ) -> Iterator[tuple[Any, ...]]:
        state = state.latest()
        asked, state.hospital = (text or "").strip(), read_hospital(kept)
        back = gr.update(value=state.hospital.region) if state.hospital.region else gr.update()
        try:
            profile = read_profile(place, day, say, state.hospital.kinds)
            profile = replace(profile, literal=literal)
        except AssistantError as error:
            gr.Warning(esc(str(error)), title=say("scope.check"))
            asked = ""
        if not asked:
            yield draw(state), gr.update(**idle), gr.update(), state, gr.update()
            return
        if cut_at >= 0:
            state.cut(cut_at)
        running: dict[str, Any] = {"value": "", "submit_btn": False, "stop_btn": say("chat.stop")}
        for _ in stream_turn(assistant, state, asked, profile):
            if not state.turns[-1].done:
                yield draw(state), gr.update(**running), gr.update(), state, gr.update()
                running = {}
        emptied = {"value": ""} if running else {}  # by then the next question may be there, being typed
        with warned(say):  # the answer stands on the page all the same
            state.keep(store)
        yield draw(state), gr.update(**idle, **emptied), listed(state), state, back

    def retry(place: str, day: str, state: Session, kept: str, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        state, at = state.latest(), int(event._data["turn"])
        if 0 <= at < len(state.turns):
            literal = bool(event._data.get("literal"))
            yield from respond(state.turns[at].question, place, day, state, kept, at, literal)

    def stop(state: Session) -> tuple[Any, ...]:
        state.stop()
        return draw(state), gr.update(**idle), gr.update(), state

    def refresh(state: Session, event: gr.EventData) -> tuple[Any, ...]:
        """The library has changed: what quotes a notice that left it is withdrawn here too, at once. Or the hospital has."""
        kept = event._data.get("kept")
        state.hospital = state.hospital if kept is None else read_hospital(kept)
        state.withdraw(assistant.corpus)
        return draw(state), state

    def vote(state: Session, event: gr.EventData) -> tuple[str, Session]:
        said, at = event._data, int(event._data["turn"])
        if 0 <= at < len(state.turns) and state.turns[at].answer is not None:
            turn = state.turns[at]
            given = int(said["vote"])
            detail = {name: str(said.get(name) or "")[:500] for name in ("reason", "note", "notice_id", "quote")}
            before, turn.vote = turn.vote, 0 if given == turn.vote and not any(detail.values()) else given
            turn.reason = detail["reason"]
            if store is not None and state.conversation_id:
                position = state.stored_position(at)
                try:
                    store.vote(state.owner, state.conversation_id, position, turn.vote, **detail)
                except AssistantError as error:
                    turn.vote = before
                    gr.Warning(esc(str(error)), title=say("script.not_done"))
            state.redraw(at)
        return draw(state), state

    def start_anew(state: Session, kept: str) -> tuple[Any, ...]:
        """The first screen; drawn late, it does not take the place of a question that was asked meanwhile."""
        empty = state.successor = Session(state.owner, say.language, read_hospital(kept), wanted=state.wanted)
        drawn, rows = draw(empty), listed(empty)
        if empty.turns:
            return gr.skip(), gr.skip(), gr.skip(), empty
        return drawn, gr.update(**idle), rows, empty

    def act(state: Session, wanted: str, event: gr.EventData) -> tuple[Any, ...]:
        """Open, rename or delete a kept conversation."""
        if store is None:
            return draw(state), gr.update(), listed(state, wanted), state
        said = event._data
        key = str(said["id"])
        with warned(say):
            if said["what"] == "open":
                state = Session.from_store(store, state.owner, key, say.language)
            elif said["what"] == "rename":
                store.rename(state.owner, key, str(said["title"]))
            else:
                store.delete(state.owner, key)
                state = Session(state.owner, say.language) if key == state.conversation_id else state
        return draw(state), gr.update(), listed(state, wanted), state

    def begin(name: str, open_id: str, kept: str, request: gr.Request) -> tuple[Any, ...]:
        """What a (re)loaded page shows: the link's question, else the conversation that was open.

        Typing is possible only from here on: a question asked earlier would race with the session made here.
        """
        state, asked = Session(name, say.language), request.query_params
        if store is not None and open_id and not asked.get("q"):
            try:
                state = Session.from_store(store, name, open_id, say.language)
            except AssistantError:
                state = Session(name, say.language)
        state.hospital = read_hospital(kept)
        note = link_notice(assistant.corpus.hash, asked.get("corpus", ""), say)
        if note:
            gr.Info(note, title=say("script.told"))
        typed = gr.update(value=asked.get("q", ""), interactive=True)
        place = asked.get("region", "") or state.hospital.region
        return draw(state), listed(state), state, typed, place, asked.get("asof", "")

    outputs = [transcript, question, kept, session]
    answered = [*outputs, region]
    busy: dict[str, Any] = {"concurrency_limit": _AT_ONCE, **_QUIET}
    asking = question.submit(
        respond,
        [question, region, as_of, session, kept_hospital, cut],
        answered,
        js=_TAKE_EDIT,
        trigger_mode="always_last",
        **busy,
    )
    again = transcript.retry(retry, [region, as_of, session, kept_hospital], answered, **busy)
    transcript.vote(vote, session, [transcript, session], **_QUIET)
    transcript.refresh(refresh, session, [transcript, session], **_QUIET)
    transcript.history(act, [session, search], outputs, **_QUIET)
    fresh.click(start_anew, [session, kept_hospital], outputs, cancels=[asking, again], **_QUIET)
    search.change(listed, [session, search], kept, trigger_mode="always_last", **_QUIET)
    loaded = page.load(
        begin,
        [owner, last, hospital],
        [transcript, kept, session, question, region, as_of],
        js=asset("owner.js"),
        **_QUIET,
    )
    loaded.then(respond, [question, region, as_of, session, hospital], answered, **busy)
    question.stop(stop, session, outputs, **_QUIET)  # it ends by itself: cancelled, it may take a retry with it
    return region
