"""The door: foreign hosts, foreign pages, framing, and what the page's framework would allow."""

from __future__ import annotations

import httpx
import pytest
from test_api import told

from assistant.api.door import area_of, host_name

ASK = {"question": "湛江的院长年薪怎么定"}


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7860", "localhost.evil.example", "127.0.0.1.evil.example", ""]
)
def test_a_foreign_host_is_refused_so_that_rebinding_fails(api: httpx.Client, host: str) -> None:
    for method, path in (("POST", "/api/ask"), ("GET", "/health"), ("GET", "/api/notices"), ("GET", "/")):
        told(api.request(method, path, json=ASK, headers={"host": host}), 421, "bad_host")


def test_headers_are_bounded_however_they_arrive(api: httpx.Client) -> None:
    told(api.get("/api/notices", headers={"x": "a" * 70_000}), 413, "too_large")
    assert api.get("/health", headers={"x": "a" * 10_000}).status_code == 200


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "[::1]:99", "10.0.0.5:7860", "LOCALHOST"])
def test_our_own_names_and_plain_addresses_are_let_in(api: httpx.Client, host: str) -> None:
    assert api.get("/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://localhost"])
def test_a_page_elsewhere_can_do_nothing(api: httpx.Client, origin: str) -> None:
    told(api.post("/api/ask", json=ASK, headers={"origin": origin}), 403, "bad_origin")
    told(api.get("/api/notices", headers={"origin": origin}), 403, "bad_origin")
    upload = api.post("/api/notices", files={"files": ("a.txt", b"x", "text/plain")}, headers={"origin": origin})
    told(upload, 403, "bad_origin")
    told(
        api.options("/api/ask", headers={"origin": origin, "access-control-request-method": "POST"}), 403, "bad_origin"
    )


def test_our_own_page_can(api: httpx.Client) -> None:
    origin = str(api.base_url).rstrip("/")
    assert api.get("/api/notices", headers={"origin": origin, "sec-fetch-site": "same-origin"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "mode", "dest", "allowed"),
    [
        ("GET", "navigate", "document", True),
        ("GET", "navigate", "iframe", False),
        ("GET", "no-cors", "image", False),
        ("GET", "no-cors", "script", False),
        ("POST", "navigate", "document", False),
    ],
)
def test_from_elsewhere_only_a_link_leads_here(
    api: httpx.Client, method: str, mode: str, dest: str, allowed: bool
) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    assert (api.request(method, "/health", headers=headers).status_code == 200) is allowed


def test_every_answer_forbids_framing_and_guessing(api: httpx.Client) -> None:
    for path in ("/health", "/api/docs", "/api/nothing", "/api/notices"):
        headers = api.get(path).headers
        assert headers["x-frame-options"] == "DENY" and "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "same-origin"
        assert not [name for name in headers if name.startswith("access-control")]


def test_paths_are_counted_under_a_handful_of_names() -> None:
    assert {area_of(p) for p in ("/api/x", "/v1/y", "/mcp", "/gradio_api/z", "/", "/health", "/%2e%2e/etc")} == {
        "api", "v1", "mcp", "page", "health",
    }  # fmt: skip
    assert host_name("[::1]:80") == "::1"
