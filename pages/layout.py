"""The page as a whole (版面): every tab, the source panel and the dialogues, laid out once for each language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import gradio as gr

    from assistant.keeping.conversations import ConversationStore
    from assistant.keeping.live import LiveAssistant
    from pages.words import Words

ENGLISH_PATH = "en"


def build(assistant: LiveAssistant, store: ConversationStore | None = None) -> gr.Blocks:
    """The page for ``assistant`` in Chinese, and in English at ``/en``; ready to launch."""
    import gradio as gr

    from pages.words import CHINESE, ENGLISH

    with gr.Blocks(
        title=CHINESE("page.title"), fill_width=True, analytics_enabled=False, delete_cache=(3600, 86400)
    ) as page:
        _lay_out(page, assistant, store, CHINESE)
    with page.route(ENGLISH("page.title"), ENGLISH_PATH, show_in_navbar=False):
        _lay_out(page, assistant, store, ENGLISH)
    _describe_once(page)
    return page


def _describe_once(page: gr.Blocks) -> None:
    """Gradio describes all components anew for each visitor, 25 ms in which nobody else is served; here they are fixed."""
    for block in page.blocks.values():
        described = block.get_config()
        block.get_config = lambda found=described: dict(found)
        if not block.skip_api:
            api = block.api_info()
            block.api_info = lambda found=api: found


def _lay_out(page: gr.Blocks, assistant: LiveAssistant, store: ConversationStore | None, say: Words) -> None:
    import gradio as gr

    from pages.chat import build_chat
    from pages.dashboard import board_html
    from pages.drafts import build_drafts
    from pages.files import download_function
    from pages.frame import header_html, panel_html
    from pages.hospital import build_hospital, follow_hospital, hospital_function
    from pages.library import build_library
    from pages.rules import build_applicability, build_compare
    from pages.schedule import build_duties
    from pages.scope import region_choices
    from pages.server import held_function, month_function, source_function, state_function
    from pages.shelf import Shelf
    from pages.tasks import task_dialog_html
    from pages.theme import scripts
    from pages.writing import build_writing

    def tab(name: str) -> gr.Tab:
        return gr.Tab(say(f"page.{name}"), id=name, elem_id=f"{name}-tab")

    shelf: Shelf[Any] = Shelf()
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    gr.Navbar(visible=False)
    gr.HTML(header_html(say), elem_id="header", apply_default_css=False)
    dialog, kept = build_hospital(assistant, say)
    gr.HTML(task_dialog_html(assistant.corpus.notices, say), elem_id="task-frame", apply_default_css=False)
    with gr.Row(elem_id="page", equal_height=True):
        with (
            gr.Column(elem_id="main", scale=3, min_width=280),
            gr.Tabs(elem_id="tabs", overflow_behavior="wrap"),
        ):
            with tab("chat") as chat_tab:
                asked_place = build_chat(assistant, store, page, kept, say)
            with tab("drafts") as drafts_tab:
                draft_place = build_drafts(assistant, shelf, say)
            with tab("write") as write_tab:
                write_place, refresh_basis, basis, signing = build_writing(assistant, shelf, say)
                write_tab.select(refresh_basis, None, basis, **quiet)
            with tab("library") as library_tab:
                show, controls, shown = build_library(assistant, say)
                library_tab.select(show, controls, shown, **quiet)
            with tab("applicability") as rules_tab:
                judge, asked, verdicts = build_applicability(assistant, shelf, say)
                rules_tab.select(judge, asked, verdicts, **quiet)
            with tab("compare") as compare_tab:
                refresh, fields, compared = build_compare(assistant, shelf, say)
                compare_tab.select(refresh, None, fields, **quiet)
            with tab("duties") as duties_tab:
                list_duties, offer_notices, filters, duties = build_duties(assistant, say)
                duties_tab.select(offer_notices, None, filters[-1], **quiet)
                duties_tab.select(list_duties, filters, duties, **quiet)
            with tab("board") as board_tab, gr.Column(elem_classes="sheet"):
                board = gr.HTML("", elem_classes="plain", elem_id="dashboard", apply_default_css=False)
                board_tab.select(lambda: board_html(store, say), None, board, **quiet)
        gr.HTML(
            panel_html(say),
            elem_id="panel",
            apply_default_css=False,
            js_on_load=f"const words = {say.script()};\n{scripts()}",
            server_functions=[
                source_function(assistant, say),
                download_function(assistant, store, shelf, say),
                month_function(assistant, say),
                hospital_function(assistant, say),
                state_function(assistant),
                held_function(assistant),
            ],
        )
    named = [asked_place, draft_place, write_place, filters[0], asked[0], compared]
    everywhere = len(named) - 2

    def places_anew() -> list[Any]:
        """The places of the library as it is now: notices come and go while the page stands."""
        found = region_choices(assistant.corpus.notices, say)
        return [gr.update(choices=found if at < everywhere else found[1:]) for at in range(len(named))]

    gr.on(
        [page.load, *(one.select for one in (chat_tab, drafts_tab, write_tab, rules_tab, compare_tab, duties_tab))],
        places_anew, None, named, **quiet,
    )  # fmt: skip
    follow_hospital(
        page, dialog, kept, asked_place, [draft_place, write_place, asked[0], filters[0]], asked[1], signing
    )
