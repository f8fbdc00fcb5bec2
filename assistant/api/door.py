"""The door every request comes through (门卫), the page's as well as the interfaces': an ASGI layer around everything.

In order: is the host one of ours (else DNS rebinding lets any page in the office speak to the loopback address), does the
request come from our own pages or from no page at all (else any site could act as the visitor: CSRF), is its body within
bounds, is it counted, and do its answers forbid framing and guessing. The trap: a browser leaves ``Origin`` out of plain
links, so ``Sec-Fetch-Site`` is asked too, and a navigation from elsewhere may only fetch a page.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from assistant.api.errors import ApiError, Problem, problem_of
from assistant.api.metrics import Metrics

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

JSON_BYTES = 8 * 1024 * 1024
"""Most bytes of a body that is no upload: a draft of 400,000 characters, with room for escapes."""
HEAD_BYTES = 64 * 1024
"""Most bytes of all headers: how much a server takes before it refuses depends on how they arrive."""
_UPLOADS = ("/api/notices", "/api/verify/file", "/gradio_api/upload")
_ANSWERS = ("/api/", "/v1/", "/mcp")
_SAFE = ("GET", "HEAD", "OPTIONS")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"frame-ancestors 'none'; base-uri 'self'; object-src 'none'"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
)


class Door:
    """Wraps the whole application. ``inner`` is asked next; ``guard`` may add who is asking (accounts)."""

    def __init__(
        self, app: App, *, hosts: Iterable[str], origins: Iterable[str], upload_bytes: int, metrics: Metrics
    ) -> None:
        """
        Args:
            hosts: names this service is reached by, besides the loopback ones and plain addresses.
            origins: other sites' origins (``https://portal.example``) whose scripts may call.
            upload_bytes: most bytes of an upload.
        """
        self._app = app
        self._hosts = _LOOPBACK | {name.lower() for name in hosts}
        self._origins = {origin.rstrip("/").lower() for origin in origins}
        self._upload_bytes = upload_bytes
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":  # nothing here speaks it
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = str(scope["path"])
        sent: list[int] = []

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                sent.append(int(message["status"]))
                kept = _without(message.get("headers", ()))
                if path.startswith(_ANSWERS) and all(name.lower() != b"cache-control" for name, _ in kept):
                    kept.append((b"cache-control", b"no-store"))  # what one may see another must not find
                message = {**message, "headers": [*kept, *HEADERS]}
            await send(message)

        self._metrics.entered(1)
        try:
            if sum(len(name) + len(value) for name, value in scope["headers"]) > HEAD_BYTES:
                raise ApiError("too_large", "请求头超过上限 64 KB。请去掉不需要的请求头或 Cookie 后重试")
            headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
            self._check(scope["method"], headers)
            limit = self._upload_bytes if path.startswith(_UPLOADS) else JSON_BYTES
            await self._app(scope, _bounded(receive, headers, limit), counted)
        except ApiError as error:
            if not sent:
                await _answer(problem_of(error), path, scope, receive, counted)
        except Exception as error:
            if not sent:
                await _answer(problem_of(error), path, scope, receive, counted)
            elif sent[0] < 500:  # cut off in the middle: the server closes the connection, and the log has the reason
                problem_of(error)
        finally:
            self._metrics.entered(-1)
            self._metrics.request(area_of(path), sent[0] if sent else 499)

    def _check(self, method: str, headers: dict[bytes, str]) -> None:
        host = headers.get(b"host", "")
        name = host_name(host)
        if not (name in self._hosts or _is_address(name)):
            raise ApiError(
                "bad_host", f"不认识主机名“{name[:80]}”。请用本机地址访问，或由管理员把它写进设置 ASSISTANT_UI__HOSTS"
            )
        origin = headers.get(b"origin", "").rstrip("/").lower()
        if origin and origin in self._origins:
            return
        if origin and _netloc(origin) != host.lower():
            raise ApiError("bad_origin", "不接受别的网站发来的请求。需要时由管理员写进设置 ASSISTANT_UI__ORIGINS")
        site = headers.get(b"sec-fetch-site", "")
        if site in ("cross-site", "same-site") and not origin:
            link = method in _SAFE and headers.get(b"sec-fetch-mode") == "navigate"
            if not link or headers.get(b"sec-fetch-dest", "document") != "document":
                raise ApiError("bad_origin", "不接受别的网站发来的请求，也不能嵌在别的网页里")


def area_of(path: str) -> str:
    """One of a handful of names for the counts."""
    for prefix, name in (("/api", "api"), ("/v1", "v1"), ("/mcp", "mcp"), ("/gradio_api", "page")):
        if path.startswith(prefix):
            return name
    return "health" if path in ("/health", "/ready", "/metrics") else "page"


def host_name(host: str) -> str:
    """The name of a ``Host`` header without its port, lower case; brackets of IPv6 are gone.

    >>> host_name("LOCALHOST:7860"), host_name("[::1]:80"), host_name("policy.example")
    ('localhost', '::1', 'policy.example')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.partition(":")[0].lower().rstrip(".")


def _netloc(origin: str) -> str:
    """Host and port of an origin; "" where it has none or is none."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    """Whether it is a plain address: rebinding needs a name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _without(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers that are not ours to repeat; ``Access-Control-*`` of the page's framework allows more than we do."""
    own = {name for name, _ in HEADERS}
    return [
        (name, value)
        for name, value in headers
        if name.lower() not in own and not name.lower().startswith(b"access-control-") and name.lower() != b"server"
    ]


def _bounded(receive: Receive, headers: dict[bytes, str], limit: int) -> Receive:
    """``receive`` that stops at ``limit`` bytes, whatever the header said."""
    told = headers.get(b"content-length", "0")
    if told.isdigit() and int(told[:18]) > limit:
        raise _too_large(limit)
    got = 0

    async def bounded() -> Message:
        nonlocal got
        message = await receive()
        if message["type"] == "http.request":
            got += len(message.get("body", b""))
            if got > limit:
                raise _too_large(limit)
        return message

    return bounded


def _too_large(limit: int) -> ApiError:
    return ApiError("too_large", f"请求超过上限 {limit // 1024 // 1024} MB。请分成几次，或由管理员调大设置")


async def _answer(problem: Problem, path: str, scope: Scope, receive: Receive, send: Send) -> None:
    await problem.response(path)(scope, receive, send)
