"""The web page (网页): serves the Gradio Blocks of ``pages/`` around one ``Assistant`` together with the interfaces.

Only serving lives here; every page is a module of ``pages/``, every interface one of ``assistant/api``. Both
come through one door (:mod:`assistant.api.door`). Listens on the loopback address unless configured otherwise, loads
nothing from other hosts, and sends no analytics.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import warnings
from asyncio import CancelledError
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

from pages.layout import build

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant
    from assistant.settings import Settings

__all__ = ["application", "build", "main", "mount_options", "serve"]


def mount_options(settings: Settings) -> dict[str, Any]:
    """Arguments of ``gradio.mount_gradio_app`` for ``settings``."""
    from starlette.middleware import Middleware

    from pages.language import LanguageLayer
    from pages.theme import page_theme, styles

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
        "css": styles(),
        "app_kwargs": {"middleware": [Middleware(LanguageLayer)]},
    }


def _warm_up(assistant: LiveAssistant) -> None:
    """Load models and word counts before the first visitor asks (a slip and a question for a yes need them all); a failure is told when somebody does.
    Nobody asked this, so it goes past the record of who did."""
    try:
        assistant.current.ask("医疗联合体建设由谁负则？")
        assistant.current.ask("公立医院能上浮价格吗？")
    except Exception:
        logging.getLogger(__name__).warning("warm-up failed", exc_info=True)


def application(assistant: LiveAssistant, settings: Settings) -> Any:
    """Page and interfaces as one ASGI application, conversations kept under ``settings.data_dir``.

    Raises:
        AssistantError: accounts are off where they must be on, or on without an administrator.
    """
    from pages.stubs import without_stubs

    with without_stubs():
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


class _QuietStop(logging.Filter):
    """Stopping with a page open breaks off what that page still listens to; nobody needs a stack trace of it."""

    def filter(self, record: logging.LogRecord) -> bool:
        broken = record.exc_info[1] if record.exc_info else None
        return not isinstance(broken, CancelledError) and "timeout graceful shutdown" not in record.getMessage()


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
    logging.getLogger("uvicorn.error").addFilter(_QuietStop())
    Thread(target=_warm_up, args=(assistant,), name="warm-up", daemon=True).start()
    with suppress(KeyboardInterrupt):  # uvicorn has stopped in order by then
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
    from assistant.settings import Settings
    from assistant.terminal.opening import open_assistant
    from corpus.errors import CorpusError
    from index.errors import SearchIndexError

    try:
        settings = Settings.load()
        checked_store(settings)
        serve(LiveAssistant(open_assistant(settings)), settings)
    except (AssistantError, CorpusError, SearchIndexError) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
