"""The MCP server with the official client: in process, over standard input and output, and over HTTP with and without accounts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from browser import ROOT
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from service_fixtures import serving

from assistant.accounts.identity import Role
from assistant.accounts.store import AccountStore
from assistant.accounts.viewing import Views
from assistant.api.services import Services
from assistant.keeping.live import LiveAssistant
from assistant.mcp.server import build_server

ZHANJIANG = "zhanjiang-2019-hospital-reform"
QUESTION = "湛府〔2019〕13号的药品耗材集中采购制度改革谁牵头"
TOOLS = {"ask", "search", "get_article", "verify", "applicable", "list_notices"}


def talk(server: Any, work: Callable[[Client], Awaitable[Any]]) -> Any:
    """What ``work`` gives, done by a client connected to ``server``."""

    async def run() -> Any:
        with anyio.fail_after(240):
            async with Client(server, read_timeout_seconds=200) as client:
                return await work(client)

    return anyio.run(run)


def content(result: Any) -> Any:
    assert not result.is_error, result
    found = result.structured_content
    return found["result"] if isinstance(found, dict) and set(found) == {"result"} else found


async def round_trip(client: Client) -> None:
    """Every tool once."""
    assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
    answer = content(await client.call_tool("ask", {"question": QUESTION, "region": "广东省/湛江市"}))
    assert not answer["refused"] and {one["notice_id"] for one in answer["citations"]} == {ZHANJIANG}
    hits = content(await client.call_tool("search", {"query": "院长年薪", "top_k": 3, "notice": "湛府〔2019〕13号"}))
    assert len(hits) == 3 and {one["notice_id"] for one in hits} == {ZHANJIANG}
    outline = content(await client.call_tool("get_article", {"notice": ZHANJIANG}))
    path = next(one["path"] for one in outline["articles"] if one["path"])
    items = content(await client.call_tool("get_article", {"notice": ZHANJIANG, "path": path}))["articles"]
    assert items and all(one["text"] for one in items)
    verdict = content(await client.call_tool("verify", {"claim": "湛江市免费发放拖拉机一万台。"}))
    assert verdict["verdict"] in ("unsupported", "contradicted")
    binds = content(await client.call_tool("applicable", {"region": "广东省/湛江市", "as_of": "2020-06-01"}))
    assert any(one["notice_id"] == ZHANJIANG and one["binding"] == "适用" for one in binds)
    assert content(await client.call_tool("list_notices", {}))["total"] >= 5


async def faults(client: Client) -> list[str]:
    """What the model is told of bad input."""
    calls = [
        ("ask", {"question": " "}), ("ask", {"question": "x", "region": "亚特兰蒂斯"}), ("get_article", {"notice": "没有这份"}),
        ("applicable", {"region": "湛江", "as_of": "2019-02-31"}), ("search", {"query": "x", "notice": "没有"}),
    ]  # fmt: skip
    told = []
    for name, arguments in calls:
        result = await client.call_tool(name, arguments)
        assert result.is_error
        told.append(result.content[0].text)
    return told


def test_every_tool_in_process_and_what_goes_wrong(live: LiveAssistant) -> None:
    server = build_server(Services.local(live, live.settings))
    talk(server, round_trip)
    for text in talk(server, faults):
        assert any("一" <= char <= "鿿" for char in text) and "Traceback" not in text


def test_over_http(served: str) -> None:
    talk(f"{served}/mcp", round_trip)
    assert len(talk(f"{served}/mcp", faults)) == 5


def test_over_http_each_sees_their_own_part(live: LiveAssistant, tmp_path: Path) -> None:
    from assistant.application import behind_door, create_app

    store = AccountStore(tmp_path)
    store.add_user("院办乙", "correct-horse-battery", Role.READER, ["院办"])
    store.add_user("读者丙", "correct-horse-battery", Role.READER)
    store.limit(ZHANJIANG, ["院办"])
    accounts = live.settings.accounts.model_copy(update={"enabled": True, "asks_per_minute": 1000})
    settings = live.settings.model_copy(update={"accounts": accounts})
    services = Services(live, settings, Views(live, store.limits), store)

    async def held(client: Client) -> tuple[int, str]:
        listed = content(await client.call_tool("list_notices", {}))
        answer = content(await client.call_tool("ask", {"question": QUESTION}))
        return listed["total"], json.dumps(answer, ensure_ascii=False)

    with serving(behind_door(create_app(services))) as address:

        def asked(name: str) -> Any:
            headers = {"authorization": f"Bearer {store.make_key(name)}"}

            async def run() -> Any:
                with anyio.fail_after(240):
                    async with httpx2.AsyncClient(headers=headers, timeout=200) as http:
                        transport = streamable_http_client(f"{address}/mcp", http_client=http)
                        async with Client(transport) as client:
                            return await held(client)

            return anyio.run(run)

        total, answer = asked("院办乙")
        assert total == len(live.corpus) and ZHANJIANG in answer
        total, answer = asked("读者丙")
        assert total == len(live.corpus) - 1 and ZHANJIANG not in answer
        with pytest.raises(BaseException):  # noqa: B017 (a group of whatever the client makes of a 401)
            talk(f"{address}/mcp", held)


@pytest.mark.slow
def test_over_standard_input_and_output(data_dir: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ASSISTANT_DATA_DIR": str(data_dir)}
    command = StdioServerParameters(
        command=sys.executable, args=["-m", "assistant", "mcp"], env=environment, cwd=str(ROOT)
    )

    async def short(client: Client) -> Any:
        assert {tool.name for tool in (await client.list_tools()).tools} == TOOLS
        return content(await client.call_tool("list_notices", {}))

    assert talk(command, short)["total"] == 1
    listed = subprocess.run(
        [sys.executable, "-m", "assistant", "mcp", "--check"], env=environment, cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert {line.split()[0] for line in listed.stdout.splitlines()} == TOOLS
