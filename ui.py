"""The web page (网页): builds the Gradio Blocks from ``pages/`` around one ``Assistant`` and serves it.

Only layout and serving live here; every page is a module of ``pages/``. Listens on the loopback address unless
configured otherwise, loads nothing from other hosts, and sends no analytics.
"""

from __future__ import annotations

import logging
import os
import sys
from threading import Thread
from typing import TYPE_CHECKING, Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

if TYPE_CHECKING:
    import gradio as gr

    from assistant.keeping.conversations import ConversationStore
    from assistant.keeping.live import LiveAssistant
    from assistant.settings import Settings

TITLE = "医改政策问答"


def _header() -> str:
    return (
        f'<header class="top"><h1>{TITLE}</h1><p>卫生健康政策文件 · 可核对的回答</p><span class="grow"></span>'
        '<button type="button" data-act="theme" aria-pressed="false" title="切换浅色/深色">浅色/深色</button>'
        '<button type="button" data-act="side" id="side-toggle" title="历史对话">对话</button></header>'
        '<div id="toast" role="status" aria-live="polite"></div>'
    )


def _panel_frame() -> str:
    return (
        '<aside class="panel" aria-label="原文"><div class="panel-bar">'
        '<button type="button" data-step="-1" title="上一处引注（←）" disabled>‹ 上一处</button>'
        '<span class="where" aria-live="polite">全文</span>'
        '<button type="button" data-step="1" title="下一处引注（→）" disabled>下一处 ›</button>'
        '<span class="grow"></span>'
        '<button type="button" data-act="close" title="关闭（Esc）">关闭</button></div>'
        '<div class="panel-body" tabindex="0" role="document" aria-label="文件全文"></div></aside>'
    )


def build(assistant: LiveAssistant, store: ConversationStore | None = None) -> gr.Blocks:
    """The whole page for ``assistant``; ready to launch."""
    import gradio as gr

    from pages.chat import build_chat
    from pages.dashboard import dashboard_html
    from pages.library import build_library
    from pages.rules import build_applicability, build_compare
    from pages.schedule import build_duties
    from pages.server import download_function, source_function
    from pages.theme import asset

    with gr.Blocks(title=TITLE, fill_width=True, analytics_enabled=False, delete_cache=(3600, 86400)) as page:
        gr.HTML(_header(), elem_id="header", apply_default_css=False)
        with gr.Row(elem_id="page", equal_height=True):
            with gr.Column(elem_id="main", scale=3, min_width=280), gr.Tabs(elem_id="tabs"):
                with gr.Tab("问答", id="chat", elem_id="chat-tab"):
                    build_chat(assistant, store, page)
                with gr.Tab("政策库", id="library") as library_tab:
                    show, controls, shown = build_library(assistant)
                    library_tab.select(show, controls, shown, show_progress="hidden", api_visibility="private")
                with gr.Tab("适用性", id="applicability"):
                    build_applicability(assistant)
                with gr.Tab("对比", id="compare"):
                    build_compare(assistant)
                with gr.Tab("责任与时限", id="duties") as duties_tab:
                    list_duties, filters, duties = build_duties(assistant)
                    duties_tab.select(list_duties, filters, duties, show_progress="hidden", api_visibility="private")
                with gr.Tab("看板", id="dashboard") as dashboard_tab, gr.Column(elem_classes="sheet"):
                    board = gr.HTML("", elem_classes="plain", elem_id="dashboard", apply_default_css=False)
                    dashboard_tab.select(
                        lambda: dashboard_html(store), None, board, show_progress="hidden", api_visibility="private"
                    )
            gr.HTML(
                _panel_frame(),
                elem_id="panel",
                apply_default_css=False,
                js_on_load=asset("page.js"),
                server_functions=[source_function(assistant), download_function(assistant, store)],
            )
    return page


def launch_options(settings: Settings) -> dict[str, Any]:
    """Arguments of ``Blocks.launch`` for ``settings``."""
    from pages.theme import asset, page_theme

    return {
        "server_name": settings.ui.host,
        "server_port": settings.ui.port or None,
        "share": False,
        "quiet": True,
        "footer_links": [],
        "enable_monitoring": False,
        "ssr_mode": False,
        "pwa": False,
        "max_file_size": f"{settings.ui.upload_megabytes}mb",
        "theme": page_theme(),
        "css": asset("page.css"),
    }


def _warm_up(assistant: LiveAssistant) -> None:
    """Load the embedding model before the first visitor asks; a failure will be told when somebody does."""
    try:
        assistant.ask("医疗联合体建设有哪些要求？")
    except Exception:
        logging.getLogger(__name__).warning("warm-up failed", exc_info=True)


def serve(assistant: LiveAssistant, settings: Settings, *, block: bool = True) -> str:
    """Serve the page, keeping conversations under ``settings.data_dir``.

    Returns its address; with ``block`` only once it is stopped (Ctrl+C).

    Raises:
        AssistantError: the port is taken; the message names the setting.
    """
    from assistant.errors import AssistantError
    from assistant.keeping.conversations import ConversationStore

    page = build(assistant, ConversationStore(settings.data_dir))
    page.queue(default_concurrency_limit=8, api_open=False)
    try:
        _, address, _ = page.launch(**launch_options(settings), prevent_thread_lock=True)
    except OSError as error:
        where = f"{settings.ui.host}:{settings.ui.port}"
        raise AssistantError(
            f"不能在 {where} 打开网页，端口可能已被占用。请关掉占用它的程序，或用 ASSISTANT_UI__PORT 换一个端口"
        ) from error
    Thread(target=_warm_up, args=(assistant,), name="warm-up", daemon=True).start()
    if block:
        page.block_thread()
    return str(address)


def main() -> None:
    """Serve the page with the settings of the environment (``python ui.py``); exit code 2 on a fault to be mended."""
    from assistant.errors import AssistantError
    from assistant.keeping.live import LiveAssistant
    from assistant.service import Assistant
    from assistant.settings import Settings
    from corpus.errors import CorpusError
    from index.errors import SearchIndexError

    try:
        settings = Settings.load()
        serve(LiveAssistant(Assistant.from_settings(settings)), settings)
    except (AssistantError, CorpusError, SearchIndexError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
