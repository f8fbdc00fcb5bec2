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
from pages.scope import read_profile, region_choices
from pages.session import Session, stream_turn
from pages.theme import asset
from pages.welcome import link_notice, welcome_html

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

# A question being edited replaces its old turn; the browser knows which one that is.
_TAKE_EDIT = "(q, r, d, s) => [q, r, d, s, window.hpa.takeEdit()]"
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_IDLE: dict[str, Any] = {"submit_btn": "发送", "stop_btn": False}
_PLACEHOLDER = "输入问题，按 Enter 发送"


def _side() -> tuple[Any, Any, Any]:
    with gr.Column(elem_id="side", min_width=200, scale=0):
        fresh = gr.Button("新对话", elem_id="fresh", size="sm")
        search = gr.Textbox(
            label="搜索对话", show_label=False, placeholder="搜索对话", max_lines=1, container=False, elem_id="search"
        )
        kept = gr.HTML(history_html(None, "", ""), elem_id="history", apply_default_css=False)
    return fresh, search, kept


def _composer(assistant: LiveAssistant) -> tuple[Any, Any, Any]:
    with gr.Column(elem_id="composer"):
        with gr.Row(elem_id="scope-row"):
            region = gr.Dropdown(
                region_choices(assistant.corpus.notices),
                value="",
                label="地区",
                allow_custom_value=True,
                elem_id="region",
                min_width=140,
            )
            as_of = gr.Textbox(label="截至日期", placeholder="不填为今天", max_lines=1, elem_id="as-of", min_width=140)
        question = gr.Textbox(
            label="问题",
            show_label=False,
            placeholder=_PLACEHOLDER,
            lines=1,
            max_lines=6,
            elem_id="ask",
            submit_btn="发送",
            container=False,
            interactive=False,
        )
    return region, as_of, question


def build_chat(assistant: LiveAssistant, store: ConversationStore | None, page: gr.Blocks) -> None:
    """Lay out the page inside the current Blocks and wire it; ``store`` keeps the conversations, None keeps nothing."""
    session = gr.State(Session())
    hidden: dict[str, Any] = {"visible": "hidden"}
    cut, owner, last = gr.Number(-1, precision=0, **hidden), gr.Textbox(**hidden), gr.Textbox(**hidden)
    with gr.Row(elem_id="chat-row"):
        fresh, search, kept = _side()
        with gr.Column(elem_id="talk", min_width=280):
            transcript = gr.HTML(
                welcome_html(assistant.corpus.notices),
                elem_id="transcript",
                apply_default_css=False,
                js_on_load=asset("transcript.js"),
            )
            region, as_of, question = _composer(assistant)

    def draw(state: Session) -> str:
        return state.to_html() or welcome_html(assistant.corpus.notices)

    def listed(state: Session, wanted: str = "") -> str:
        return history_html(store, state.owner, state.conversation_id, wanted)

    def respond(text: str, place: str, day: str, state: Session, cut_at: int = -1) -> Iterator[tuple[Any, ...]]:
        asked = (text or "").strip()
        try:
            profile = read_profile(place, day)
        except AssistantError as error:
            gr.Warning(str(error), title="请检查地区和日期")
            asked = ""
        if not asked:
            yield draw(state), gr.update(**_IDLE), gr.update(), state
            return
        if cut_at >= 0:
            state.cut(cut_at)
        running = gr.update(value="", submit_btn=False, stop_btn="停止")
        for step, _ in enumerate(stream_turn(assistant, state, asked, profile)):
            if not state.turns[-1].done:
                yield draw(state), running if step == 0 else gr.update(), gr.update(), state
        state.keep(store)
        yield draw(state), gr.update(**_IDLE), listed(state), state

    def retry(place: str, day: str, state: Session, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        at = int(event._data["turn"])
        if 0 <= at < len(state.turns):
            yield from respond(state.turns[at].question, place, day, state, at)

    def stop(state: Session) -> tuple[Any, ...]:
        state.stop()
        return draw(state), gr.update(**_IDLE), gr.update(), state

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
        empty = Session(state.owner)
        return draw(empty), gr.update(value="", **_IDLE), listed(empty), empty

    def act(state: Session, wanted: str, event: gr.EventData) -> tuple[Any, ...]:
        """Open, rename or delete a kept conversation."""
        if store is None:
            return draw(state), gr.update(), listed(state), state
        said = event._data
        key = str(said["id"])
        try:
            if said["what"] == "open":
                state = Session.from_store(store, state.owner, key)
            elif said["what"] == "rename":
                store.rename(state.owner, key, str(said["title"]))
            else:
                store.delete(state.owner, key)
                state = Session(state.owner) if key == state.conversation_id else state
        except AssistantError as error:
            gr.Warning(str(error))
        return draw(state), gr.update(), listed(state, wanted), state

    def begin(name: str, open_id: str, request: gr.Request) -> tuple[Any, ...]:
        """What a (re)loaded page shows: the link's question, else the conversation that was open.

        Typing is possible only from here on: a question asked earlier would race with the session made here.
        """
        state, asked = Session(name), request.query_params
        if store is not None and open_id and not asked.get("q"):
            try:
                state = Session.from_store(store, name, open_id)
            except AssistantError:
                state = Session(name)
        note = link_notice(assistant.corpus.hash, asked.get("corpus", ""))
        if note:
            gr.Info(note)
        typed = gr.update(value=asked.get("q", ""), interactive=True)
        return draw(state), listed(state), state, typed, asked.get("region", ""), asked.get("asof", "")

    outputs = [transcript, question, kept, session]
    busy: dict[str, Any] = {"concurrency_limit": 8, **_QUIET}
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
