"""Requests that fit the OpenAPI document, and what becomes of them when one to three things are spoiled: seeded.

A body is drawn from the schema of its operation, then a value is replaced, a field dropped or added, the bytes cut or
turned, the type misnamed, the method exchanged, an address or a header made strange. Some stay whole, so that what is
behind the checks is reached as well.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from test_fuzz import WORDS

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
HEADERS: tuple[tuple[str, bytes], ...] = (
    ("authorization", b"Bearer"), ("authorization", b"Bearer hpa_\xff\xfe"), ("authorization", b"Basic x"),
    ("cookie", b"hpa-session=\xff; ;;="), ("cookie", b"a" * 4000), ("origin", b"https://evil.example"), ("origin", b"http://[::"),
    ("host", b"evil.example"), ("host", b"[::1"), ("host", b"127.0.0.1:99999"), ("accept", b"\xff/*;q=x"), ("range", b"bytes=9-1"),
    ("sec-fetch-site", b"cross-site"), ("x-forwarded-for", b"' OR 1=1 --"), ("content-encoding", b"gzip"), ("expect", b"x"),
    ("mcp-session-id", b"../../x"), ("accept-language", b"\xe4\xb8\xad" * 90), ("if-none-match", b"W/"), ("content-type", b""),
)  # fmt: skip
TYPES = ("application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x",
         "application/json; charset=gbk", "application/json; charset=no-such", "image/png", "x")  # fmt: skip
STRANGE: tuple[Any, ...] = (
    None, True, -1, 0, 2**63, 10**40, 1.5, float("nan"), float("inf"), "", " ", "\0", "年" * 3000, "' OR 1=1 --", "<script>", "%00", "../../etc/passwd",
    "\u202e甲", "\ud800", "9" * 400, "2019-02-31", "0000-00-00", "9999-99-99", "亚特兰大", "湛江", [], {}, [[]], ["x"] * 99, {"a": {"b": []}},
    [None], [{}], {"": ""}, "@", "x@99", "湛府〔2019〕13号@0", "\n地区：x", "[1]" * 90, "第" * 500 + "条",
)  # fmt: skip


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    media: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)
    parameters: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Request:
    """As it goes over the wire; ``path`` is encoded."""

    method: str
    path: str
    content: bytes
    headers: tuple[tuple[str, bytes], ...]


class Malformed:
    """Draws requests over every operation of ``document``; ``names`` are of notices that are there."""

    def __init__(self, document: Mapping[str, Any], names: tuple[str, ...]) -> None:
        self._schemas, self._names = document.get("components", {}).get("schemas", {}), names
        self.operations = [
            _operation(path, method, said)
            for path, methods in sorted(document["paths"].items())
            for method, said in sorted(methods.items())
        ]

    def request(self, seed: int) -> Request:
        draw = random.Random(seed)
        operation = self.operations[seed % len(self.operations)]
        method, media = operation.method, operation.media
        value = self._sample(operation.body, draw) if operation.body else None
        address = self._address(operation, draw)
        spoilt = {draw.choice(("value", "value", "bytes", "media", "method", "header", "query")) for _ in range(draw.choice((0, 1, 1, 1, 2, 3)))}  # fmt: skip
        headers = [draw.choice(HEADERS) for _ in range(draw.randint(1, 3))] if "header" in spoilt else []
        if "value" in spoilt:
            for _ in range(draw.randint(1, 3)):
                value = spoil(value, draw)
        if "method" in spoilt:
            method = draw.choice(METHODS)
        if "query" in spoilt:
            names = ("start", "end", "limit", "offset", "q", "format", "a", "b", "year", "region", "x[]", "")
            address += ("&" if "?" in address else "?") + f"{draw.choice(names)}={_quoted(draw.choice(STRANGE))}" * draw.choice((1, 1, 40))  # fmt: skip
        content = encoded(value, media, draw)
        if "media" in spoilt:
            media = draw.choice(TYPES)
        if "bytes" in spoilt:
            content = spoil_bytes(content, draw)
        if "multipart" in media and media == operation.media:
            media += "; boundary=frontier"
        given = (("content-type", media.encode()),) if media else ()
        return Request(
            method.upper(), address[:60_000].rstrip("%"), content, tuple({**dict(given), **dict(headers)}.items())
        )

    def _address(self, operation: Operation, draw: random.Random) -> str:
        path, query = operation.path, []
        for one in operation.parameters:
            value = self._sample(one.get("schema", {}), draw, str(one["name"]))
            value = draw.choice(STRANGE) if draw.random() < 0.2 else value
            if one["in"] == "path":
                named = draw.choice((*self._names, value)) if draw.random() < 0.8 else value
                path = path.replace(f"{{{one['name']}}}", _quoted(named) or "%20")
            elif one["in"] == "query" and (one.get("required") or draw.random() < 0.5):
                query.append(f"{one['name']}={_quoted(value)}")
        return path + (f"?{'&'.join(query)}" if query else "")

    def _sample(self, schema: Mapping[str, Any], draw: random.Random, name: str = "") -> Any:
        """A value that fits, more or less."""
        if "$ref" in schema:
            schema = self._schemas[schema["$ref"].rpartition("/")[2]]
        if schema.get("examples") and draw.random() < 0.6:
            return draw.choice(schema["examples"])
        for either in ("anyOf", "oneOf", "allOf"):
            if either in schema:
                return self._sample(draw.choice(schema[either]), draw, name)
        if "enum" in schema or "const" in schema:
            return draw.choice(schema.get("enum") or [schema["const"]])
        kind = schema.get("type")
        if kind == "object":
            named, needed = schema.get("properties", {}), schema.get("required", ())
            return {
                key: self._sample(one, draw, key) for key, one in named.items() if key in needed or draw.random() < 0.4
            }
        if kind == "array":
            least, most = schema.get("minItems", 0), min(schema.get("maxItems", 3), 3)
            return [
                self._sample(schema.get("items", {}), draw, name) for _ in range(draw.randint(least, max(least, most)))
            ]
        if kind == "integer":
            return draw.randint(int(schema.get("minimum", 0)), min(int(schema.get("maximum", 50)), 100_000))
        if kind in ("boolean", "number", "null"):
            return {"boolean": draw.random() < 0.5, "number": 1.5, "null": None}[kind]
        if name in ("notice", "notices", "a", "b") and draw.random() < 0.7:
            return draw.choice(self._names)
        return "".join(draw.choice(WORDS) for _ in range(draw.randint(1, 12)))[: schema.get("maxLength", 300)]


def _operation(path: str, method: str, said: Mapping[str, Any]) -> Operation:
    content = said.get("requestBody", {}).get("content", {})
    media = next(iter(content), "")
    return Operation(
        method, path, media, content[media].get("schema", {}) if media else {}, tuple(said.get("parameters", ()))
    )


def spoil(value: Any, draw: random.Random) -> Any:
    """``value`` with something in it replaced, gone, new, many times over or nested too deep."""
    inside = value and draw.random() < 0.8
    if isinstance(value, dict) and inside:
        key, way = draw.choice(list(value)), draw.randrange(5)
        if way == 0:
            return {name: one for name, one in value.items() if name != key}
        if way == 1:
            return {**value, draw.choice(("x", "", "\0", "id", "__proto__", key.upper())): draw.choice(STRANGE)}
        return {**value, key: spoil(value[key], draw)}
    if isinstance(value, list) and inside:
        if draw.random() < 0.3:
            return value * draw.choice((2, 500))
        at = draw.randrange(len(value))
        return [*value[:at], spoil(value[at], draw), *value[at + 1 :]]
    if isinstance(value, str) and draw.random() < 0.3:
        return value * draw.choice((2, 200)) + draw.choice(("\ud800", "\0", "\u202e", "\ufeff", "%s{0}"))
    return draw.choice(STRANGE)


def encoded(value: Any, media: str, draw: random.Random) -> bytes:
    """``value`` as a body of that type."""
    if not media:
        return b""
    if "json" in media:
        return json.dumps(value).encode()
    fields = value if isinstance(value, dict) else {"x": value}
    if "multipart" not in media:
        return "&".join(f"{quote(str(key), errors='replace')}={_quoted(one)}" for key, one in fields.items()).encode()
    parts = []
    for key, one in fields.items():
        named = f'form-data; name="{key}"'
        for each in one if isinstance(one, list) else [one]:
            if key in ("file", "files"):
                name = draw.choice(
                    ("甲.txt", "a.docx", "a.pdf", "../../x.html", "", "a" * 300 + ".txt", "\r\nx: y", "a.zip", "a.exe")
                )
                named = f'form-data; name="{key}"; filename="{name}"'
            text = draw.randbytes(30) if draw.random() < 0.2 else str(each).encode(errors="replace")
            parts.append(
                f"--frontier\r\ncontent-disposition: {named}\r\n\r\n".encode(errors="replace") + text + b"\r\n"
            )
    return b"".join(parts) + b"--frontier--\r\n"


def spoil_bytes(content: bytes, draw: random.Random) -> bytes:
    at, way = draw.randint(0, len(content)), draw.randrange(8)
    if way == 0:
        return content[:at]
    if way == 1:
        return content[:at] + draw.randbytes(draw.randint(1, 9)) + content[at:]
    if way == 2:
        return content[:at] + bytes(255 - one for one in content[at : at + 3]) + content[at + 3 :]
    if way == 3:
        return b"\xef\xbb\xbf" + content
    if way == 4:
        return draw.choice((b"[" * 50_000, b'{"a":' * 9000, b"9" * 9000, b"", b"null", b'"', b"NaN", b"\0" * 900))
    if way == 5:
        return content.decode(errors="replace").encode("utf-16" if draw.random() < 0.5 else "gbk", errors="replace")
    if way == 6:
        return content + content
    return content.replace(b'"', b"'")


def _quoted(value: Any) -> str:
    return quote(value if isinstance(value, str) else json.dumps(value), safe="", errors="surrogatepass")
