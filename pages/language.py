"""Which language a visitor gets (语言): ``/`` is Chinese, ``/en`` English; ``?lang=`` chooses and is remembered.

A small ASGI layer, because two things must be right before any script runs: the redirect of somebody who chose English
earlier, and the page's ``lang``. Gradio words its own parts (upload fields, messages) by the browser's language, so the
browser is told to speak the page's. Everything but the two pages passes through untouched.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

from pages.words import LANGUAGES, words

COOKIE = "hpa-lang"
PATHS = {"/": "zh", "/en": "en"}
_YEAR_SECONDS = 365 * 86400

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[MutableMapping[str, Any], Callable[[], Awaitable[Message]], Send], Awaitable[None]]


class LanguageLayer:
    """ASGI middleware around the Gradio app."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Callable[[], Awaitable[Message]], send: Send
    ) -> None:
        path = str(scope.get("path", "")).removeprefix(str(scope.get("root_path", "")).rstrip("/")) or "/"
        if scope["type"] != "http" or scope["method"] != "GET" or path not in PATHS:
            await self._app(scope, receive, send)
            return
        target = _redirect(scope, path)
        if target is not None:
            await send({"type": "http.response.start", "status": 307, "headers": target})
            await send({"type": "http.response.body", "body": b""})
            return
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await self._app({**scope, "headers": headers}, receive, _speaking(send, PATHS[path]))


def _redirect(scope: MutableMapping[str, Any], path: str) -> list[tuple[bytes, bytes]] | None:
    """Headers of the redirect to the page of the language wanted; None where this is it."""
    query = parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    asked = next((value for name, value in query if name == "lang" and value in LANGUAGES), None)
    if asked is None:
        if path != "/" or _remembered(scope) != "en":
            return None
        wanted = "en"
    else:
        wanted = asked
    rest = urlencode([(name, value) for name, value in query if name != "lang"])
    where = ("./en" if wanted == "en" else "./") + (f"?{rest}" if rest else "")
    headers = [(b"location", where.encode("latin-1")), (b"content-length", b"0"), (b"cache-control", b"no-store")]
    if asked is not None:
        kept = f"{COOKIE}={asked}; Path=/; Max-Age={_YEAR_SECONDS}; SameSite=Lax"
        headers.append((b"set-cookie", kept.encode("latin-1")))
    return headers


def _remembered(scope: MutableMapping[str, Any]) -> str:
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                found = SimpleCookie(value.decode("latin-1")).get(COOKIE)
            except CookieError:
                return ""
            return found.value if found else ""
    return ""


def _speaking(send: Send, language: str) -> Send:
    """``send`` with the page's language written into its HTML; other answers (an error as JSON) pass as they are."""
    tag = words(language).html_lang
    start: Message = {}
    body = bytearray()

    async def speak(message: Message) -> None:
        if message["type"] == "http.response.start":
            start.update(message)
            return
        body.extend(message.get("body", b""))
        if message.get("more_body"):
            return
        page = bytes(body)
        kind = next((value for name, value in start["headers"] if name == b"content-type"), b"")
        if kind.startswith(b"text/html"):
            override = (
                f"<script>for (const [name, value] of [['language', '{tag}'], ['languages', ['{tag}']]])"
                "Object.defineProperty(navigator, name, { get: () => value });</script>"
            )
            page = page.replace(b'lang="en"', f'lang="{tag}"'.encode(), 1).replace(
                b"<head>", f"<head>{override}".encode(), 1
            )
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        headers.append((b"content-length", str(len(page)).encode()))
        await send({**start, "headers": headers})
        await send({"type": "http.response.body", "body": page})

    return speak
