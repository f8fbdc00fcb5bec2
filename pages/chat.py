"""The question page (问答): one ``respond`` generator, the transcript it fills, and the buttons around it.

The transcript is one HTML component; the browser patches only what changed, and finished turns are rendered once.
Everything a visitor says lives in a :class:`Session` held by ``gr.State``, so nothing crosses between sessions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.keeping.conversations import ConversationStore
from pages.history import history_html
from pages.markup import esc
from pages.scope import read_profile, region_choices
from pages.session import Session, stream_turn
from pages.theme import asset
from pages.welcome import link_notice, welcome_html
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

# A question being edited replaces its old turn; the browser knows which one that is.
_TAKE_EDIT = "(q, r, d, s) => [q, r, d, s, window.hpa.takeEdit()]"
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# Answering mostly waits: for a model, or for its turn to be worked out. Threads for the rest of the page are left over.
_AT_ONCE = 32


def _side(say: Words) -> tuple[Any, Any, Any]:
    with gr.Column(elem_id="side", min_width=200, scale=0):
        fresh = gr.Button(say("chat.fresh"), elem_id="fresh", size="sm")
        search = gr.Textbox(
            label=say("chat.search"),
            show_label=False,
            placeholder=say("chat.search"),
            max_lines=1,
            container=False,
            elem_id="search",
        )
        kept = gr.HTML(history_html(None, "", "", say=say), elem_id="history", apply_default_css=False)
    return fresh, search, kept


def _composer(assistant: LiveAssistant, say: Words) -> tuple[Any, Any, Any]:
    with gr.Column(elem_id="composer"):
        with gr.Row(elem_id="scope-row"):
            region = gr.Dropdown(
                region_choices(assistant.corpus.notices, say),
                value="",
                label=say("scope.region"),
                allow_custom_value=True,
                elem_id="region",
                min_width=140,
            )
            as_of = gr.Textbox(
                label=say("scope.as_of"), placeholder=say("scope.today"), max_lines=1, elem_id="as-of", min_width=140
            )
        question = gr.Textbox(
            label=say("chat.question"),
            show_label=False,
            placeholder=say("chat.placeholder"),
            lines=1,
            max_lines=6,
            elem_id="ask",
            submit_btn=say("chat.send"),
            container=False,
            interactive=False,
        )
    return region, as_of, question


def build_chat(
    assistant: LiveAssistant, store: ConversationStore | None, page: gr.Blocks, say: Words = CHINESE
) -> None:
    """Lay out the page inside the current Blocks and wire it; ``store`` keeps the conversations, None keeps nothing."""
    idle: dict[str, Any] = {"submit_btn": say("chat.send"), "stop_btn": False}
    session = gr.State(Session(language=say.language))
    hidden: dict[str, Any] = {"visible": "hidden"}
    cut, owner, last = gr.Number(-1, precision=0, **hidden), gr.Textbox(**hidden), gr.Textbox(**hidden)
    with gr.Row(elem_id="chat-row"):
        fresh, search, kept = _side(say)
        with gr.Column(elem_id="talk", min_width=280):
            transcript = gr.HTML(
                welcome_html(assistant.corpus.notices, say),
                elem_id="transcript",
                apply_default_css=False,
                js_on_load=asset("transcript.js"),
            )
            region, as_of, question = _composer(assistant, say)

    def draw(state: Session) -> str:
        return state.to_html() or welcome_html(assistant.corpus.notices, say)

    def listed(state: Session, wanted: str = "") -> str:
        return history_html(store, state.owner, state.conversation_id, wanted, say)

    def respond(text: str, place: str, day: str, state: Session, cut_at: int = -1) -> Iterator[tuple[Any, ...]]:
        asked = (text or "").strip()
        try:
            profile = read_profile(place, day, say)
        except AssistantError as error:
            gr.Warning(esc(str(error)), title=say("scope.check"))
            asked = ""
        if not asked:
            yield draw(state), gr.update(**idle), gr.update(), state
            return
        if cut_at >= 0:
            state.cut(cut_at)
        running: dict[str, Any] = {"value": "", "submit_btn": False, "stop_btn": say("chat.stop")}
        for _ in stream_turn(assistant, state, asked, profile):
            if not state.turns[-1].done:
                yield draw(state), gr.update(**running), gr.update(), state
                running = {}
        emptied = {"value": ""} if running else {}  # by then the next question may be there, being typed
        state.keep(store)
        yield draw(state), gr.update(**idle, **emptied), listed(state), state

    def retry(place: str, day: str, state: Session, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        at = int(event._data["turn"])
        if 0 <= at < len(state.turns):
            yield from respond(state.turns[at].question, place, day, state, at)

    def stop(state: Session) -> tuple[Any, ...]:
        state.stop()
        return draw(state), gr.update(**idle), gr.update(), state

    def vote(state: Session, event: gr.EventData) -> tuple[str, Session]:
        said, at = event._data, int(event._data["turn"])
        if 0 <= at < len(state.turns) and state.turns[at].answer is not None:
            turn = state.turns[at]
            given = int(said["vote"])
            detail = {name: str(said.get(name) or "")[:500] for name in ("reason", "note", "notice_id", "quote")}
            turn.vote = 0 if given == turn.vote and not any(detail.values()) else given
            turn.reason = detail["reason"]
            if store is not None and state.conversation_id:
                position = state.stored_position(at)
                store.vote(state.owner, state.conversation_id, position, turn.vote, **detail)
            state.redraw(at)
        return draw(state), state

    def start_anew(state: Session) -> tuple[Any, ...]:
        empty = Session(state.owner, say.language)
        return draw(empty), gr.update(value="", **idle), listed(empty), empty

    def act(state: Session, wanted: str, event: gr.EventData) -> tuple[Any, ...]:
        """Open, rename or delete a kept conversation."""
        if store is None:
            return draw(state), gr.update(), listed(state), state
        said = event._data
        key = str(said["id"])
        try:
            if said["what"] == "open":
                state = Session.from_store(store, state.owner, key, say.language)
            elif said["what"] == "rename":
                store.rename(state.owner, key, str(said["title"]))
            else:
                store.delete(state.owner, key)
                state = Session(state.owner, say.language) if key == state.conversation_id else state
        except AssistantError as error:
            gr.Warning(esc(str(error)))
        return draw(state), gr.update(), listed(state, wanted), state

    def begin(name: str, open_id: str, request: gr.Request) -> tuple[Any, ...]:
        """What a (re)loaded page shows: the link's question, else the conversation that was open.

        Typing is possible only from here on: a question asked earlier would race with the session made here.
        """
        state, asked = Session(name, say.language), request.query_params
        if store is not None and open_id and not asked.get("q"):
            try:
                state = Session.from_store(store, name, open_id, say.language)
            except AssistantError:
                state = Session(name, say.language)
        note = link_notice(assistant.corpus.hash, asked.get("corpus", ""), say)
        if note:
            gr.Info(note)
        typed = gr.update(value=asked.get("q", ""), interactive=True)
        return draw(state), listed(state), state, typed, asked.get("region", ""), asked.get("asof", "")

    outputs = [transcript, question, kept, session]
    busy: dict[str, Any] = {"concurrency_limit": _AT_ONCE, **_QUIET}
    asking = question.submit(
        respond, [question, region, as_of, session, cut], outputs, js=_TAKE_EDIT, trigger_mode="always_last", **busy
    )
    again = transcript.retry(retry, [region, as_of, session], outputs, **busy)
    transcript.vote(vote, session, [transcript, session], **_QUIET)
    transcript.history(act, [session, search], outputs, **_QUIET)
    fresh.click(start_anew, session, outputs, cancels=[asking, again], **_QUIET)
    search.change(listed, [session, search], kept, trigger_mode="always_last", **_QUIET)
    loaded = page.load(
        begin, [owner, last], [transcript, kept, session, question, region, as_of], js=asset("owner.js"), **_QUIET
    )
    linked = loaded.then(respond, [question, region, as_of, session], outputs, **busy)
    question.stop(stop, session, outputs, cancels=[asking, again, linked], **_QUIET)
