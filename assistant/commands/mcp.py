"""``assistant mcp``: the MCP server over standard input and output, for agents on this machine."""

from __future__ import annotations

import argparse

_HELP = """在智能体的设置里写：{"command": "assistant", "args": ["mcp"]}。
别的机器用 HTTP：assistant serve 的 /mcp 地址，带上密钥。"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.description = f"{parser.description}\n\n{_HELP}"
    parser.add_argument("--check", action="store_true", help="只列出工具，不启动")


def run(arguments: argparse.Namespace) -> int:
    import anyio

    from assistant.api.services import Services
    from assistant.keeping.live import LiveAssistant
    from assistant.mcp.server import build_server
    from assistant.settings import Settings
    from assistant.terminal.console import say
    from assistant.terminal.opening import open_assistant

    settings = Settings.load()
    live = LiveAssistant(open_assistant(settings))
    server = build_server(Services.local(live, settings))
    if arguments.check:
        for tool in anyio.run(server.list_tools):
            say(f"{tool.name}  {tool.description}")
        return 0
    server.run("stdio")
    return 0
