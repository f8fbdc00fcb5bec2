"""The web page (网页): builds the Gradio Blocks from ``pages/`` around one ``Assistant`` and serves it with the interfaces.

Only layout and serving live here; every page is a module of ``pages/``, every interface one of ``assistant/api``. Both
come through one door (:mod:`assistant.api.door`). Listens on the loopback address unless configured otherwise, loads
nothing from other hosts, and sends no analytics.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import warnings
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

if TYPE_CHECKING:
    import gradio as gr

    from assistant.keeping.conversations import ConversationStore
    from assistant.keeping.live import LiveAssistant
    from assistant.settings import Settings
    from pages.words import Words

ENGLISH_PATH = "en"


def _header(say: Words) -> str:
    from pages.markup import esc

    other = "en" if say.language == "zh" else "zh"
    native = f'<span class="native">· {esc(say("page.native"))}</span>' if say.native else ""
    return (
        f'<header class="top"><h1>{esc(say("page.title"))}</h1><p>{esc(say("page.tagline"))} {native}</p>'
        f'<span class="grow"></span><a class="switch" href="./?lang={other}" hreflang="{other}" '
        f'title="{esc(say("page.switch_hint"))}" lang="{"en" if other == "en" else "zh-CN"}">{esc(say("page.switch"))}</a>'
        f'<button type="button" data-act="theme" aria-pressed="false" title="{esc(say("page.theme_hint"))}">'
        f'{esc(say("page.theme"))}</button><button type="button" data-act="side" id="side-toggle" '
        f'title="{esc(say("page.side_hint"))}">{esc(say("page.side"))}</button></header>'
        '<div id="toast" role="status" aria-live="polite"></div>'
    )


def _panel_frame(say: Words) -> str:
    from pages.markup import esc

    def button(attribute: str, name: str, more: str = "") -> str:
        return (
            f'<button type="button" {attribute} title="{esc(say(f"source.{name}_hint"))}"{more}>'
            f"{esc(say(f'source.{name}'))}</button>"
        )

    return (
        f'<aside class="panel" aria-label="{esc(say("source.label"))}"><div class="panel-bar">'
        f"{button('data-step=-1', 'previous', ' disabled')}"
        f'<span class="where" aria-live="polite">{esc(say("source.whole"))}</span>'
        f"{button('data-step=1', 'next', ' disabled')}"
        f'<span class="grow"></span>{button("data-act=close", "close")}</div>'
        f'<div class="panel-body" tabindex="0" role="document" aria-label="{esc(say("source.text"))}"></div></aside>'
    )


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
    from pages.library import build_library
    from pages.rules import build_applicability, build_compare
    from pages.schedule import build_duties
    from pages.server import download_function, month_function, source_function
    from pages.theme import asset

    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    gr.Navbar(visible=False)
    gr.HTML(_header(say), elem_id="header", apply_default_css=False)
    with gr.Row(elem_id="page", equal_height=True):
        with gr.Column(elem_id="main", scale=3, min_width=280), gr.Tabs(elem_id="tabs"):
            with gr.Tab(say("page.chat"), id="chat", elem_id="chat-tab"):
                build_chat(assistant, store, page, say)
            with gr.Tab(say("page.library"), id="library") as library_tab:
                show, controls, shown = build_library(assistant, say)
                library_tab.select(show, controls, shown, **quiet)
            with gr.Tab(say("page.applicability"), id="applicability") as rules_tab:
                judge, place, verdicts = build_applicability(assistant, say)
                rules_tab.select(judge, place, verdicts, **quiet)
            with gr.Tab(say("page.compare"), id="compare"):
                build_compare(assistant, say)
            with gr.Tab(say("page.duties"), id="duties") as duties_tab:
                list_duties, filters, duties = build_duties(assistant, say)
                duties_tab.select(list_duties, filters, duties, **quiet)
            with (
                gr.Tab(say("page.board"), id="dashboard", elem_id="board-tab") as dashboard_tab,
                gr.Column(elem_classes="sheet"),
            ):
                board = gr.HTML("", elem_classes="plain", elem_id="dashboard", apply_default_css=False)
                dashboard_tab.select(lambda: board_html(store, say), None, board, **quiet)
        gr.HTML(
            _panel_frame(say),
            elem_id="panel",
            apply_default_css=False,
            js_on_load=f"const words = {say.script()};\n{asset('page.js')}",
            server_functions=[
                source_function(assistant, say),
                download_function(assistant, store, say),
                month_function(assistant, say),
            ],
        )


def mount_options(settings: Settings) -> dict[str, Any]:
    """Arguments of ``gradio.mount_gradio_app`` for ``settings``."""
    from starlette.middleware import Middleware

    from pages.language import LanguageLayer
    from pages.theme import asset, page_theme

    return {
        "server_name": settings.ui.host,
        "server_port": settings.ui.port,
        "footer_links": [],
        "run_history": False,
        "show_error": False,
        "enable_monitoring": False,
        "ssr_mode": False,
        "mcp_server": False,
        "pwa": False,
        "max_file_size": f"{settings.ui.upload_megabytes}mb",
        "theme": page_theme(),
        "css": asset("page.css"),
        "app_kwargs": {"middleware": [Middleware(LanguageLayer)]},
    }


def _warm_up(assistant: LiveAssistant) -> None:
    """Load the embedding model before the first visitor asks; a failure will be told when somebody does."""
    try:
        assistant.ask("医疗联合体建设有哪些要求？")
    except Exception:
        logging.getLogger(__name__).warning("warm-up failed", exc_info=True)


def application(assistant: LiveAssistant, settings: Settings) -> Any:
    """Page and interfaces as one ASGI application, conversations kept under ``settings.data_dir``.

    Raises:
        AssistantError: accounts are off where they must be on, or on without an administrator.
    """
    import gradio as gr

    from assistant.api.services import Services
    from assistant.application import behind_door, create_app
    from assistant.keeping.conversations import ConversationStore
    from pages.visitor import VisitorAssistant, VisitorStore

    services = Services.of(assistant, settings)
    app, store = create_app(services), ConversationStore(settings.data_dir)
    if services.accounts is None:
        page = build(assistant, store)
    else:
        page = build(
            cast("LiveAssistant", VisitorAssistant(services.views)), cast(ConversationStore, VisitorStore(store))
        )
    page.queue(default_concurrency_limit=8, api_open=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that it will not render on a Node server, which nobody asked for
        gr.mount_gradio_app(app, page, "/", **mount_options(settings))
    return behind_door(app)


def serve(assistant: LiveAssistant, settings: Settings) -> None:
    """Serve page and interfaces until stopped (Ctrl+C, SIGTERM).

    Raises:
        AssistantError: the port is taken; the message names the setting.
    """
    import uvicorn

    from assistant.settings import listed

    listening = _listen(settings)
    config = uvicorn.Config(
        application(assistant, settings),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=30,
        limit_concurrency=1000,
        timeout_graceful_shutdown=10,
        proxy_headers=bool(settings.ui.proxies),
        forwarded_allow_ips=list(listed(settings.ui.proxies)),
        h11_max_incomplete_event_size=64 * 1024,
        ws="none",
    )
    Thread(target=_warm_up, args=(assistant,), name="warm-up", daemon=True).start()
    uvicorn.Server(config).run(sockets=[listening])


def _listen(settings: Settings) -> socket.socket:
    """A listening socket, taken before anything slow is done."""
    from assistant.errors import AssistantError

    host, port = settings.ui.host, settings.ui.port
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
    except OSError as error:
        raise AssistantError(
            f"不能在 {host}:{port} 打开网页，端口可能已被占用。请关掉占用它的程序，或用 ASSISTANT_UI__PORT 换一个端口"
        ) from error
    return listening


def main() -> None:
    """Serve the page with the settings of the environment (``python ui.py``); exit code 2 on a fault to be mended."""
    from assistant.accounts.listening import checked_store
    from assistant.errors import AssistantError
    from assistant.keeping.live import LiveAssistant
    from assistant.service import Assistant
    from assistant.settings import Settings
    from corpus.errors import CorpusError
    from index.errors import SearchIndexError

    try:
        settings = Settings.load()
        checked_store(settings)
        serve(LiveAssistant(Assistant.from_settings(settings)), settings)
    except (AssistantError, CorpusError, SearchIndexError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
