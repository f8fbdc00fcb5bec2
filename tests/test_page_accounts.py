"""Two readers and an administrator in a real browser: each sees exactly what they may, and no page elsewhere gets in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import browser as web
import pytest
from page_accounts import HIDDEN, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow]
QUESTION = "湛江的院长年薪怎么定？"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    web.chromium_path()
    script = web.ROOT / "tests" / "page_accounts.py"
    with web.page_server(tmp_path_factory.mktemp("house"), script, start_seconds=280) as found:
        yield found


@contextmanager
def logged_in(chromium: Any, house: str, name: str) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN")
    context.set_default_timeout(60_000)
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda fault: page.faults.append(str(fault)))
    try:
        page.goto(house)
        assert "/login" in page.url
        page.fill("input[name=name]", name)
        page.fill("input[name=password]", PASSWORD)
        page.click("button")
        page.wait_for_function("window.hpa && window.hpa.ready && document.body.dataset.role")
        yield page
        assert page.faults == []
    finally:
        context.close()


def seen_of(page: Any, house: str, held: str) -> dict[str, Any]:
    """What somebody finds on the page: the library once ``held`` stands in it (it is drawn anew when it is opened), an answer,
    which doors are there, and what the server says to a script."""
    web.ask(page, QUESTION)
    answer = page.locator(".turn").last.inner_text()
    board = page.locator("#board-tab-button").is_visible()
    web.tab(page, "政策库")
    page.wait_for_selector("#library table")
    page.wait_for_function("held => document.querySelector('#library').innerHTML.includes(held)", arg=held)
    library = page.locator("#library").inner_html()
    intake = page.locator("#intake").is_visible()
    told = page.evaluate(
        "async (id) => [await (await fetch('./api/notices')).text(), (await fetch('./api/notices/' + id)).status,"
        " (await fetch('./api/notices/ziyang-2017-pilot-plan', {method: 'DELETE'})).status]",
        HIDDEN,
    ) if page.evaluate("document.body.dataset.role") == "reader" else [
        page.evaluate("async () => await (await fetch('./api/notices')).text()"), 200, 0,
    ]  # fmt: skip
    return {"answer": answer, "board": board, "library": library, "intake": intake, "told": told}


def test_each_sees_exactly_what_they_may(chromium: Any, house: str) -> None:
    with logged_in(chromium, house, "院办乙") as page:
        member = seen_of(page, house, HIDDEN)
        owner_key = page.evaluate("localStorage.getItem('hpa-owner')")
        page.locator("header.top .who button").click()
        page.wait_for_url(re.compile("/login"))
    with logged_in(chromium, house, "读者丙") as page:
        page.evaluate("key => localStorage.setItem('hpa-owner', key)", owner_key)
        page.reload()
        page.wait_for_function("window.hpa && window.hpa.ready && document.body.dataset.role")
        assert QUESTION not in page.locator("#history").inner_text()  # another's key opens nothing
        other = seen_of(page, house, "ziyang-2017-pilot-plan")
    with logged_in(chromium, house, "管理员甲") as page:
        admin = seen_of(page, house, HIDDEN)
        page.locator("#board-tab-button").click()
        page.wait_for_selector("#dashboard .kpi")
        assert (
            QUESTION.rstrip("？") in page.locator("#dashboard").inner_html() or page.locator("#dashboard .kpi").count()
        )
    assert HIDDEN in member["library"] and HIDDEN in admin["library"] and HIDDEN not in other["library"]
    assert HIDDEN in member["told"][0] and HIDDEN not in other["told"][0]
    assert member["told"][1:] == [200, 403] and other["told"][1:] == [404, 403]
    assert not member["board"] and not other["board"] and admin["board"]
    assert not member["intake"] and not other["intake"] and admin["intake"]


def test_a_page_elsewhere_cannot_act_for_a_visitor(chromium: Any, house: str) -> None:
    """The attack that worked: another site reads the dashboard, deletes and uploads with the visitor's cookies."""
    with logged_in(chromium, house, "管理员甲") as page:
        other = page.context.new_page()
        evil = house.replace("127.0.0.1", "localhost")  # the same server under another site's name is another site
        other.goto(f"{evil}login")
        found = other.evaluate(
            """async (target) => {
                const tries = [];
                for (const [path, options] of [
                    ["api/notices", {}], ["config", {}], ["api/notices/ziyang-2017-pilot-plan", { method: "DELETE" }],
                    ["gradio_api/upload", { method: "POST", body: new FormData() }],
                ])
                    tries.push(await fetch(target + path, { credentials: "include", ...options })
                        .then((answer) => answer.text().then((text) => answer.status + text.slice(0, 20))).catch(() => "refused"));
                return tries;
            }""",
            house,
        )
        assert found == ["refused"] * 4
        other.set_content(f"<iframe src='{house}'></iframe>")
        other.wait_for_timeout(1500)
        framed = [frame for frame in other.frames if frame.url.startswith(house)]
        assert all("医改" not in frame.content() for frame in framed)
        assert page.evaluate("async () => (await fetch('./api/notices/ziyang-2017-pilot-plan')).status") == 200


def test_html_in_the_address_is_shown_as_text(chromium: Any, house: str) -> None:
    with logged_in(chromium, house, "读者丙") as page:
        for name in ("region", "asof"):
            page.goto(
                f"{house}?q=年薪怎么定&{name}=%3Cimg%20src%3D%2Fx.png%3E%3Ca%20href%3Dhttp%3A%2F%2Fevil.example%3Exyz%3C%2Fa%3E"
            )
            page.wait_for_selector("[data-testid=toast-body]")
            toast = page.locator("[data-testid=toast-body]").first
            assert "<img" in toast.inner_text() or "xyz" in toast.inner_text()
            assert toast.locator("img[src='/x.png'], a[href*='evil']").count() == 0
