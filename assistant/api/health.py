"""Whether it lives, whether it can answer, and how it fares (健康检查): for whoever runs it, not for whoever asks."""

from __future__ import annotations

import logging
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.requests import Request
from fastapi.responses import JSONResponse, PlainTextResponse

from assistant.api.services import Services, services_of
from corpus.errors import CorpusError
from index.errors import SearchIndexError, StoreUnavailable

_LOG = logging.getLogger(__name__)
router = APIRouter(tags=["运行"])
With = Annotated[Services, Depends(services_of)]


@router.get("/health", summary="进程是否活着", description="不需要登录。")
def health() -> dict[str, str]:
    return {"status": "ok"}


@router.get("/ready", summary="能否回答问题", description="不需要登录。不能时状态码 503，并说明缺什么。")
def ready(services: With) -> JSONResponse:
    fault = not_ready(services)
    told: dict[str, Any] = {"status": "unavailable", "reason": fault} if fault else {"status": "ready"}
    return JSONResponse(told, 503 if fault else 200)


@router.get(
    "/metrics",
    summary="Prometheus 指标",
    description="计数和耗时，不含问题和人名；启用账号时要管理员。",
    response_class=PlainTextResponse,
)
def metrics(request: Request, services: With) -> PlainTextResponse:
    services.only_admin(request)
    found = services.metrics.text(notices=len(services.live.corpus.notices), ready=not not_ready(services))
    return PlainTextResponse(found, media_type="text/plain; version=0.0.4; charset=utf-8")


def not_ready(services: Services) -> str:
    """Why no question can be answered now, "" where they can."""
    try:
        now = services.live.current
        if now.corpus.notices:
            now.index.search("预热", top_k=1)
    except StoreUnavailable:
        _LOG.warning("the vector store does not answer", exc_info=True)
        return "向量库服务没有回应，请检查那个服务；它恢复后自动继续"
    except (SearchIndexError, CorpusError):
        _LOG.warning("not ready", exc_info=True)
        return "索引或文件库读不了，请运行 assistant doctor --fix"
    return ""
