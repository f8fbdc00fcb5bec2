"""What stands around the transcript (输入区): the list of conversations beside it, tasks, scope and question below it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from pages.history import history_html
from pages.markup import esc
from pages.scope import region_choices
from pages.tasks import tasks_html
from pages.words import Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant


@contextmanager
def warned(say: Words) -> Iterator[None]:
    """What a visitor can mend is told in a toast, and the rest goes on."""
    try:
        yield
    except AssistantError as error:
        gr.Warning(esc(str(error)), title=say("script.not_done"))


def build_side(say: Words) -> tuple[Any, Any, Any]:
    """The column of conversations: a new one, the search box, the list."""
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


def build_composer(assistant: LiveAssistant, say: Words) -> tuple[Any, Any, Any]:
    """What is under the transcript: buttons for tasks, region and date, the box for the question."""
    with gr.Column(elem_id="composer"):
        gr.HTML(tasks_html(say), elem_id="tasks", apply_default_css=False)
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
