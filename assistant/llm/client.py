"""The language model behind one seam (模型接口): any OpenAI-compatible endpoint, streamed, timed, cancellable.

:class:`LanguageModel` has one method; :class:`Endpoint` is the real one, on LlamaIndex's ``OpenAILike``. It reads in a
thread of its own, so that a time limit holds however the endpoint behaves, and closing the iterator ends the request at
once. The trap: closing a socket does not wake a thread that is reading it; shutting it down does.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from assistant.errors import ModelError
from assistant.llm.fallback import explain
from assistant.settings import LlmSettings

if TYPE_CHECKING:
    import ssl

    import httpx

_FIRST_BACKOFF_SECONDS = 0.5
_MAX_BACKOFF_SECONDS = 8.0
_SHUTDOWN_SECONDS = 5.0
_NO_KEY = "not-needed"  # an empty key would make the client look for OPENAI_API_KEY, which belongs to another service


@dataclass(frozen=True, slots=True)
class Delta:
    """A piece of the stream: text of the answer, or (``reasoning``) a sign that reasoning comes apart.

    ``finish`` is the endpoint's reason for ending (``stop``, ``length``), "" until it gives one; a stream that ends
    without any may have been cut.
    """

    text: str = ""
    reasoning: bool = False
    finish: str = ""


class LanguageModel(Protocol):
    """Writes a text for a system message and a user message, piece by piece."""

    def complete(self, system: str, user: str) -> Generator[Delta, None, None]:
        """Pieces in order; closing the iterator cancels the request.

        Raises:
            ModelError: the model cannot be used; the message is Chinese and names the setting to change.
        """
        ...


@dataclass
class _Request:
    """One request under way: its own connection, and a way to end it from another thread."""

    pieces: queue.Queue[Delta | BaseException | None] = field(default_factory=lambda: queue.Queue(maxsize=256))
    stopped: threading.Event = field(default_factory=threading.Event)
    connection: Any = None

    def trace(self, event: str, details: dict[str, Any]) -> None:
        """Remembers the socket as soon as there is one (httpcore's trace hook)."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self.connection = details["return_value"].get_extra_info("socket")
            if self.stopped.is_set():
                self._shut()

    def put(self, piece: Delta | BaseException | None) -> None:
        while not self.stopped.is_set():
            with suppress(queue.Full):
                self.pieces.put(piece, timeout=0.1)
                return

    def stop(self) -> None:
        self.stopped.set()
        self._shut()

    def _shut(self) -> None:
        if self.connection is not None:
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)


class Endpoint:
    """An OpenAI-compatible endpoint (DeepSeek, Qwen, vLLM, Ollama, llama.cpp). Thread-safe; holds no connection."""

    def __init__(self, settings: LlmSettings) -> None:
        self.settings = settings
        self._slots = threading.BoundedSemaphore(settings.concurrency)

    def complete(self, system: str, user: str) -> Generator[Delta, None, None]:
        """See :class:`LanguageModel`. Retries only where nothing was received yet: refused, 429, 5xx."""
        settings = self.settings
        started = time.monotonic()
        self._check()
        if not self._slots.acquire(timeout=settings.first_token_seconds):
            raise explain("busy", settings)
        try:
            yield from self._attempts(system, user, started)
        finally:
            self._slots.release()

    def _check(self) -> None:
        settings = self.settings
        if not settings.base_url.strip() or not settings.model.strip():
            raise explain("not_configured", settings)
        parts = urlsplit(settings.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise explain("bad_url", settings)

    def _attempts(self, system: str, user: str, started: float) -> Iterator[Delta]:
        settings = self.settings
        for attempt in range(settings.max_retries + 1):
            begun = False
            try:
                for piece in self._once(system, user, started):
                    begun = True
                    yield piece
                return
            except ModelError as error:
                wait = min(_FIRST_BACKOFF_SECONDS * 2**attempt, _MAX_BACKOFF_SECONDS)
                spent = time.monotonic() - started + wait
                last = attempt == settings.max_retries
                if (
                    begun
                    or last
                    or not error.retryable
                    or spent >= min(settings.first_token_seconds, settings.timeout_seconds)
                ):
                    raise
                time.sleep(wait)

    def _once(self, system: str, user: str, started: float) -> Iterator[Delta]:
        settings = self.settings
        request = _Request()
        thread = threading.Thread(target=self._read, args=(request, system, user), name="llm-stream", daemon=True)
        thread.start()
        first = True
        try:
            while True:
                whole = started + settings.timeout_seconds
                limit = min(whole, started + settings.first_token_seconds) if first else whole
                try:
                    piece = request.pieces.get(timeout=max(limit - time.monotonic(), 0.001))
                except queue.Empty:
                    raise explain("first_token" if first and limit < whole else "timeout", settings) from None
                if piece is None:
                    return
                if isinstance(piece, ModelError):
                    raise piece
                if isinstance(piece, BaseException):
                    raise explain("broken", settings) from None
                first = False
                yield piece
        finally:
            request.stop()
            thread.join(_SHUTDOWN_SECONDS)

    def _read(self, request: _Request, system: str, user: str) -> None:
        """Runs in the request's thread: everything, faults included, goes through the queue."""
        client = _http_client(self.settings, request)
        try:
            from llama_index.core.llms import ChatMessage

            llm = _llama_index(self.settings, client)
            messages = [ChatMessage(role=r, content=c) for r, c in (("system", system), ("user", user)) if c]
            for response in llm.stream_chat(messages):
                if request.stopped.is_set():
                    return
                thinking = bool(response.additional_kwargs.get("thinking_delta"))
                choices = getattr(response.raw, "choices", None)
                finish = (choices[0].finish_reason if choices else "") or ""
                if response.delta or thinking or finish:
                    request.put(Delta(response.delta or "", thinking, finish))
            request.put(None)
        except Exception as error:  # the client raises its own, httpx's and JSON's errors; all become one line
            request.put(explain(error, self.settings))
        finally:
            client.close()


def _http_client(settings: LlmSettings, request: _Request) -> httpx.Client:
    import httpx

    class Traced(httpx.HTTPTransport):
        def handle_request(self, outgoing: httpx.Request) -> httpx.Response:
            outgoing.extensions["trace"] = request.trace
            return super().handle_request(outgoing)

    host = urlsplit(settings.base_url).hostname or ""
    verify = _certificates() if settings.base_url.startswith("https") else False
    timeout = httpx.Timeout(
        settings.timeout_seconds, connect=min(settings.first_token_seconds, settings.timeout_seconds)
    )
    if _uses_proxy(host):
        return httpx.Client(verify=verify, timeout=timeout, follow_redirects=False)
    return httpx.Client(transport=Traced(verify=verify), timeout=timeout, follow_redirects=False, trust_env=False)


def _uses_proxy(host: str) -> bool:
    """Whether the environment names a proxy for ``host``; never for this machine itself."""
    from urllib.request import getproxies, proxy_bypass

    return host not in ("localhost", "127.0.0.1", "::1") and bool(getproxies()) and not proxy_bypass(host)


@lru_cache(maxsize=1)
def _certificates() -> ssl.SSLContext:
    """Reading the certificates takes tens of milliseconds: once a process."""
    import httpx

    return httpx.create_ssl_context()


def _llama_index(settings: LlmSettings, client: httpx.Client) -> Any:
    from llama_index.llms.openai_like import OpenAILike

    return OpenAILike(
        model=settings.model,
        api_base=settings.base_url.rstrip("/"),
        api_key=settings.api_key.get_secret_value() or _NO_KEY,
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        context_window=settings.context_tokens + settings.max_tokens,
        is_chat_model=True,
        is_function_calling_model=False,
        max_retries=0,
        timeout=settings.timeout_seconds,
        reuse_client=True,
        http_client=client,
    )


def warm_up() -> None:
    """Imports the client library (over a second) ahead of the first question."""
    import llama_index.llms.openai_like  # noqa: F401
