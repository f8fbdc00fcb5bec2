"""The question page (问答): one ``respond`` generator, the transcript it fills, and the buttons around it.

The transcript is one HTML component; the browser patches only what changed, and finished turns are rendered once.
Everything a visitor says lives in a :class:`Session` held by ``gr.State``, so nothing crosses between sessions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from pages.scope import read_profile, region_choices
from pages.session import Session, stream_turn
from pages.welcome import welcome_html

if TYPE_CHECKING:
    from assistant.service import Assistant

# A question being edited replaces its old turn; the browser knows which one that is.
_TAKE_EDIT = "(q, r, d, s) => [q, r, d, s, window.hpa.takeEdit()]"


def build_chat(assistant: Assistant) -> dict[str, Any]:
    """Lay out the page inside the current Blocks and wire it. Returns the components other modules connect to."""
    session = gr.State(Session())
    transcript = gr.HTML(
        welcome_html(assistant.corpus.notices),
        elem_id="transcript",
        apply_default_css=False,
        js_on_load="window.hpa = window.hpa || {};"
        "window.hpa.send = (name, payload) => trigger(name, payload); /* 'retry' 'vote' */",
    )
    with gr.Column(elem_id="composer"):
        with gr.Row(elem_id="scope-row"):
            region = gr.Dropdown(
                region_choices(assistant.corpus.notices),
                value="",
                label="地区",
                allow_custom_value=True,
                filterable=True,
                elem_id="region",
                min_width=140,
            )
            as_of = gr.Textbox(
                label="截至日期", placeholder="如 2020-06-01，不填为今天", max_lines=1, elem_id="as-of", min_width=140
            )
            fresh = gr.Button("新对话", elem_id="fresh", size="sm", min_width=80, scale=0)
        question = gr.Textbox(
            label="问题",
            show_label=False,
            placeholder="输入问题，Enter 发送，Shift+Enter 换行",
            lines=1,
            max_lines=6,
            elem_id="ask",
            autofocus=True,
            submit_btn="发送",
            container=False,
        )

    def draw(state: Session) -> str:
        return state.to_html() or welcome_html(assistant.corpus.notices)

    def respond(text: str, place: str, day: str, state: Session, cut_at: int = -1) -> Iterator[tuple[Any, ...]]:
        asked = (text or "").strip()
        if not asked:
            yield draw(state), gr.update(), state
            return
        try:
            profile = read_profile(place, day)
        except AssistantError as error:
            gr.Warning(str(error), title="请检查地区和日期")
            yield draw(state), gr.update(), state
            return
        if cut_at >= 0:
            state.cut(cut_at)
        running = gr.update(value="", submit_btn=False, stop_btn="停止")
        for step, _ in enumerate(stream_turn(assistant, state, asked, profile)):
            yield draw(state), running if step == 0 else gr.update(), state
        yield draw(state), gr.update(submit_btn="发送", stop_btn=False), state

    def retry(place: str, day: str, state: Session, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        at = int(event._data["turn"])
        if 0 <= at < len(state.turns):
            yield from respond(state.turns[at].question, place, day, state, at)

    def stop(state: Session) -> tuple[Any, ...]:
        state.stop()
        return draw(state), gr.update(submit_btn="发送", stop_btn=False), state

    cut = gr.Number(-1, visible="hidden", precision=0)
    outputs = [transcript, question, session]
    plain = {"show_progress": "hidden", "api_visibility": "private"}
    asking = question.submit(
        respond, [question, region, as_of, session, cut], outputs, concurrency_limit=8, js=_TAKE_EDIT, **plain
    )
    again = transcript.retry(retry, [region, as_of, session], outputs, concurrency_limit=8, **plain)
    question.stop(stop, session, outputs, cancels=[asking, again], **plain)
    fresh.click(lambda: (welcome_html(assistant.corpus.notices), "", Session()), None, outputs, **plain)
    return {
        "session": session,
        "transcript": transcript,
        "question": question,
        "region": region,
        "as_of": as_of,
        "respond": respond,
        "outputs": outputs,
        "fresh": fresh,
        "draw": draw,
    }
