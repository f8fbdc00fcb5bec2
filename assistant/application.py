"""Puts the service together (组装): interfaces, MCP, error forms, gate and door, as one application.

``create_app`` gives the application to which the page is mounted; ``behind_door`` what is served. They are two because the
page has to be mounted inside the door.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.requests import Request
from starlette.routing import Match

from assistant.api import asking, chat, docs, health, login, notices, oidc, verifying
from assistant.api.door import App, Door
from assistant.api.errors import MEDIA_TYPE, ApiError, install
from assistant.api.gate import Gate
from assistant.api.schemas import ProblemOut
from assistant.api.services import Services
from assistant.mcp.http import mcp_routes
from assistant.settings import listed

TITLE = "医改政策问答接口"
_FILES_AT_ONCE = 8
"""A request may hold several files; each alone is bounded by its reader."""
_PROBLEM: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ProblemOut, "description": "请求不能受理"},
    "5XX": {"model": ProblemOut, "description": "暂时不能服务"},
}


class _Application(FastAPI):
    """Its document names the type that faults are really sent as."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            for methods in super().openapi()["paths"].values():
                for said in methods.values():
                    for status, answer in said["responses"].items():
                        if status[0] in "45":
                            answer["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
        return super().openapi()


def create_app(services: Services) -> FastAPI:
    """The application with every route of the interfaces."""
    mcp, running = mcp_routes(services)
    app = _Application(
        title=TITLE,
        version="1",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        responses=_PROBLEM,
        lifespan=running,
    )
    app.state.services = services
    install(app)
    own = services.settings.accounts
    app.state.attempts = login.Attempts(own.login_attempts)
    app.state.oidc = oidc.Provider(own) if own.oidc_issuer else None
    for room in (asking, verifying, notices, chat, login, oidc, health, docs):
        app.include_router(room.router)
    app.router.routes.extend(mcp)

    @app.api_route("/api/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    @app.api_route("/v1/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    def unknown(request: Request) -> None:
        """What is under our own prefixes and nowhere else never reaches the page."""
        if any(route.matches(request.scope)[0] is Match.PARTIAL for route in app.router.routes):
            raise ApiError("method", "这个地址不支持这种请求方法。接口一览见 /api/docs")
        raise ApiError("not_found", "没有这个地址。接口一览见 /api/docs")

    return app


def behind_door(app: FastAPI) -> App:
    """``app`` as it is served."""
    services: Services = app.state.services
    ui = services.settings.ui
    inner: App = app
    if services.accounts is not None:
        inner = Gate(app, services.accounts, services.settings.accounts, services.metrics)
    return Door(
        inner,
        hosts=(*listed(ui.hosts), *([] if ui.host in ("0.0.0.0", "::") else [ui.host])),
        origins=listed(ui.origins),
        upload_bytes=ui.upload_megabytes * 1024 * 1024 * _FILES_AT_ONCE,
        metrics=services.metrics,
    )
