"""Who comes in (登录检查): an ASGI layer inside the door that puts an identity on every request, or sends it to the login page.

Sessions come in a cookie, keys as ``Authorization: Bearer``. The same rule holds for the page's own endpoints: nothing but
the login and the health checks is reached without an identity, and a page session (Gradio's ``session_hash``) belongs to
the user who first used it. The trap: a cookie rides along with whatever the browser sends, so a request with one that
changes something must also say that it comes from our own page.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote

from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse

from assistant.accounts.identity import SCOPE_KEY, Identity
from assistant.accounts.limits import Rate
from assistant.accounts.store import KEY_PREFIX, AccountStore
from assistant.api.door import JSON_BYTES, App, Message, Receive, Scope, Send
from assistant.api.errors import ApiError
from assistant.api.metrics import Metrics
from assistant.settings import AccountSettings

COOKIE = "hpa-session"
OPEN = frozenset({"/login", "/logout", "/health", "/ready", "/oidc/start", "/oidc/callback", "/favicon.ico"})
_ASKS = ("/api/ask", "/api/compare", "/api/verify", "/api/search", "/v1/chat", "/mcp", "/gradio_api/queue/join")
_SAFE = ("GET", "HEAD", "OPTIONS")
_MOST_PAGES = 50_000


class Gate:
    """Around the application where accounts are on."""

    def __init__(self, app: App, store: AccountStore, settings: AccountSettings, metrics: Metrics) -> None:
        self._app, self._store, self._metrics = app, store, metrics
        self._requests = Rate(settings.requests_per_minute)
        self._asks = Rate(settings.asks_per_minute)
        self._pages: OrderedDict[str, str] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path, method = str(scope["path"]), str(scope["method"])
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        self._limit(self._requests, f"address {address_of(scope)}")
        identity, stale = await self._identity(headers, path)
        if identity is None:
            if path not in OPEN:
                await self._refuse(scope, receive, send, headers, stale)
                return
        else:
            scope[SCOPE_KEY] = identity
            if identity.via == "session" and method not in _SAFE:
                _check_own_page(headers)
            if method == "POST" and path.startswith(_ASKS):
                self._limit(self._asks, f"user {identity.id}")
            if path.startswith("/gradio_api/"):
                receive = await self._own_page_session(scope, receive, headers, identity)
        await self._app(scope, receive, send)

    def _limit(self, rate: Rate, key: str) -> None:
        wait = rate.take(key)
        if wait:
            self._metrics.count("limited")
            raise ApiError("too_many", f"请求太频繁，请 {wait} 秒后再试", retry_seconds=wait)

    async def _identity(self, headers: dict[bytes, str], path: str) -> tuple[Identity | None, bool]:
        """Who it is, and whether something was shown that no longer counts.

        Raises:
            ApiError: a key that is none; a program should know at once.
        """
        kind, _, token = headers.get(b"authorization", "").partition(" ")
        if kind.lower() == "bearer" and token.strip():
            key = token.strip()
            found = await run_in_threadpool(self._store.key, key) if key.startswith(KEY_PREFIX) else None
            if found is None and path not in OPEN:
                raise ApiError("unauthenticated", "密钥不对、已过期或已收回。请向管理员要一个新的")
            return found, False
        cookie = cookie_of(headers.get(b"cookie", ""), COOKIE)
        if not cookie:
            return None, False
        found = await run_in_threadpool(self._store.session, cookie)
        return found, found is None

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, str], stale: bool) -> None:
        """A person is led to the login page, a program is told."""
        path, query = str(scope["path"]), scope.get("query_string", b"").decode("latin-1")
        if scope["method"] == "GET" and path in ("/", "/en") and "text/html" in headers.get(b"accept", ""):
            back = quote(path + (f"?{query}" if query else ""), safe="")
            await RedirectResponse(f"/login?next={back}", 303)(scope, receive, send)
            return
        if stale:
            raise ApiError("expired", "登录已过期，请重新登录")
        raise ApiError("unauthenticated", "请先登录；程序调用请带上 Authorization: Bearer 密钥")

    async def _own_page_session(
        self, scope: Scope, receive: Receive, headers: dict[bytes, str], identity: Identity
    ) -> Receive:
        """``receive`` again, after the page session named in address or body was seen to be this user's.

        Raises:
            ApiError: somebody else's.
        """
        named = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("session_hash", [])
        parts = str(scope["path"]).split("/")
        if "heartbeat" in parts[:-1]:
            named.append(parts[parts.index("heartbeat") + 1])
        again = receive
        if scope["method"] == "POST" and "json" in headers.get(b"content-type", ""):
            body = await _whole(receive)
            again = _replayed(body, receive)
            named += _session_in(body)
        for one in named:
            owner = self._pages.setdefault(one, identity.id)
            self._pages.move_to_end(one)
            if owner != identity.id:
                raise ApiError("forbidden", "这个网页会话属于别的用户。请刷新网页")
        while len(self._pages) > _MOST_PAGES:
            self._pages.popitem(last=False)
        return again


def _check_own_page(headers: dict[bytes, str]) -> None:
    """The door has refused foreign origins; here one must be stated at all."""
    if not headers.get(b"origin") and headers.get(b"sec-fetch-site") not in ("same-origin", "none"):
        raise ApiError("bad_origin", "看不出这个请求来自本网页。程序调用请用密钥，不要用浏览器的登录")


def cookie_of(header: str, name: str) -> str:
    """A cookie's value, "" where there is none."""
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def address_of(scope: MutableMapping[str, Any]) -> str:
    """The address it comes from, as the server (or a proxy it trusts) says."""
    client = scope.get("client")
    return str(client[0]) if client else "unknown"


async def _whole(receive: Receive) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(body)
        body += message.get("body", b"")
        if len(body) > JSON_BYTES or not message.get("more_body"):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _session_in(body: bytes) -> list[str]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return []
    named = found.get("session_hash") if isinstance(found, dict) else None
    return [named] if isinstance(named, str) else []
