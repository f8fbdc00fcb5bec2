"""The MCP server inside the service (streamable HTTP): one route, ``/mcp``, behind the same door and gate as the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from mcp.server.mcpserver import Context
from mcp.server.transport_security import TransportSecuritySettings
from starlette.routing import BaseRoute

from assistant.accounts.identity import NOBODY, Identity, identity_in
from assistant.api.services import Services
from assistant.mcp.server import build_server

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def mcp_routes(services: Services) -> tuple[list[BaseRoute], Lifespan]:
    """Routes to add to the application, and what has to run as long as it does.

    Sessions are not kept: each request stands alone, so that no session can be taken over and none is lost at a restart.
    """

    def who(context: Context[Any, Any]) -> Identity:
        scope = getattr(context.request_context.request, "scope", None)
        return NOBODY if scope is None else identity_in(scope, accounts=services.accounts is not None)

    server = build_server(services, who)
    inner = server.streamable_http_app(
        streamable_http_path="/mcp",
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),  # the door does it
    )

    @asynccontextmanager
    async def running(_: FastAPI) -> AsyncIterator[None]:
        async with server.session_manager.run():
            yield

    return list(inner.routes), running
