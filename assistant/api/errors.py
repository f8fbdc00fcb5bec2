"""Every fault in one form (错误格式): RFC 9457 ``application/problem+json`` with a Chinese sentence and its remedy.

``code`` is stable and made for programs, ``detail`` for people. Under ``/v1`` the same document also holds ``error``, the
member that OpenAI's clients read. The trap: a message must never show a path of this machine or a key, so what is not
raised on purpose is told by a number under which the log has the rest.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from assistant.accounts.viewing import NotAllowedError
from assistant.errors import AssistantError, ModelError, QuestionError, ScopeError
from assistant.keeping.audit import AuditError
from corpus.errors import (
    AmbiguousNoticeError,
    CorpusError,
    IncompleteNoticeError,
    KeepingError,
    MetadataError,
    ReadError,
    UnknownNoticeError,
)
from index.errors import SearchIndexError

_LOG = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"
_LISTED = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault: its status and what it is called."""

    status: int
    title: str


FAULTS: Mapping[str, Fault] = {
    "bad_json": Fault(400, "请求不是有效的 JSON"),
    "bad_host": Fault(421, "地址不对"),
    "bad_origin": Fault(403, "不接受别的网站发来的请求"),
    "unauthenticated": Fault(401, "没有登录"),
    "expired": Fault(401, "登录已过期"),
    "forbidden": Fault(403, "没有权限"),
    "not_found": Fault(404, "没有这个地址"),
    "unknown_notice": Fault(404, "没有这份文件"),
    "unknown_model": Fault(404, "没有这个模型"),
    "method": Fault(405, "这个地址不支持这种请求"),
    "ambiguous": Fault(409, "对应多份文件"),
    "busy": Fault(409, "正在做另一件事"),
    "too_large": Fault(413, "请求太大"),
    "bad_request": Fault(422, "请求的内容不对"),
    "bad_question": Fault(422, "问题不能回答"),
    "bad_scope": Fault(422, "地区或日期不对"),
    "unreadable": Fault(422, "文件读不了"),
    "too_many": Fault(429, "请求太多"),
    "internal": Fault(500, "程序内部错误"),
    "model_failed": Fault(502, "语言模型不可用"),
    "unavailable": Fault(503, "暂时不能服务"),
}
_BY_STATUS = {401: "unauthenticated", 403: "forbidden", 404: "not_found", 405: "method", 413: "too_large"}
_RAISED: tuple[tuple[type[Exception], str], ...] = (
    (UnknownNoticeError, "unknown_notice"), (AmbiguousNoticeError, "ambiguous"), (KeepingError, "busy"),
    (ReadError, "unreadable"), (IncompleteNoticeError, "unreadable"), (MetadataError, "bad_request"),
    (QuestionError, "bad_question"), (ScopeError, "bad_scope"), (ModelError, "model_failed"),
    (NotAllowedError, "forbidden"), (SearchIndexError, "unavailable"), (CorpusError, "unavailable"), (AuditError, "unavailable"),
    (AssistantError, "bad_request"),
)  # fmt: skip
_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}


class ApiError(AssistantError):
    """A fault the service raises itself; ``code`` is a key of :data:`FAULTS`."""

    def __init__(self, code: str, detail: str, *, retry_seconds: int = 0) -> None:
        super().__init__(detail)
        self.code = code
        self.retry_seconds = retry_seconds


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault about to be sent. ``fields`` are ``(where, what is wrong)``, for a body that does not fit."""

    code: str
    detail: str
    fields: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        return FAULTS[self.code].status

    def record(self, path: str = "") -> dict[str, Any]:
        """The document; under ``/v1`` with the member OpenAI's clients look for."""
        found: dict[str, Any] = {
            "type": f"/api/docs#error-{self.code}", "title": FAULTS[self.code].title, "status": self.status,
            "detail": self.detail, "code": self.code,
        }  # fmt: skip
        if self.fields:
            found["errors"] = [{"field": where, "message": what} for where, what in self.fields]
        if path.startswith("/v1"):
            kind = _OPENAI_TYPES.get(self.status, "invalid_request_error" if self.status < 500 else "server_error")
            param = self.fields[0][0] if self.fields else None
            found["error"] = {"message": self.detail, "type": kind, "code": self.code, "param": param}
        return found

    def response(self, path: str = "") -> JSONResponse:
        return JSONResponse(self.record(path), self.status, headers=dict(self.headers), media_type=MEDIA_TYPE)


def problem_of(error: Exception) -> Problem:
    """What is said of ``error``; one that nobody raised on purpose is logged and told by its number."""
    if isinstance(error, ApiError):
        headers = {"retry-after": str(error.retry_seconds)} if error.retry_seconds else {}
        if FAULTS[error.code].status == 401:
            headers["www-authenticate"] = "Bearer"
        return Problem(error.code, _without_paths(str(error)), headers=headers)
    for kind, code in _RAISED:
        if isinstance(error, kind):
            return Problem(code, _without_paths(str(error)))
    number = secrets.token_hex(4)
    _LOG.error("internal error %s", number, exc_info=error)
    return Problem("internal", f"程序出错了，已记入日志，编号 {number}。请稍后再试；再次出现时把编号告诉管理员")


def _without_paths(message: str) -> str:
    """A message without absolute paths of this machine: only the last name is kept."""
    return re.sub(r"(?<![\w:/.])/(?:[^\s/：，。；“”]+/)+([^\s/：，。；“”]+)", r"\1", message)


def install(app: FastAPI) -> None:
    """Give ``app`` these answers to every kind of fault."""

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        return _invalid(error.errors()).response(request.url.path)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        if isinstance(error.__cause__, ApiError):  # raised while the body was read
            return problem_of(error.__cause__).response(request.url.path)
        code = _BY_STATUS.get(error.status_code, "internal" if error.status_code >= 500 else "bad_request")
        if error.status_code == 400 and "body" in str(error.detail):
            code = "bad_json"
        told = Problem(code, _DETAILS.get(code, FAULTS[code].title), headers=dict(error.headers or {}))
        return told.response(request.url.path)

    async def raised(request: Request, error: Exception) -> JSONResponse:
        return problem_of(error).response(request.url.path)

    for kind in (AssistantError, CorpusError, SearchIndexError, Exception):
        app.add_exception_handler(kind, raised)


_DETAILS = {
    "bad_json": "请求体不是有效的 JSON，请检查引号、逗号和编码（应为 UTF-8）",
    "not_found": "没有这个地址。接口一览见 /api/docs",
    "method": "这个地址不支持这种请求方法。接口一览见 /api/docs",
    "too_large": "请求太大，请分成几次",
    "bad_request": "请求的内容不对。接口一览见 /api/docs",
}
_WORDS = {
    "missing": "缺少这一项", "string_type": "应为文本", "int_type": "应为整数", "int_parsing": "应为整数",
    "float_type": "应为数字", "bool_type": "应为 true 或 false", "bool_parsing": "应为 true 或 false",
    "list_type": "应为数组", "dict_type": "应为对象", "model_type": "应为对象", "model_attributes_type": "应为 JSON 对象",
    "extra_forbidden": "不认识这一项", "string_too_long": "太长，上限 {max_length} 字",
    "string_too_short": "太短，至少 {min_length} 字", "too_long": "太多，上限 {max_length} 项",
    "too_short": "太少，至少 {min_length} 项", "greater_than_equal": "应不小于 {ge}", "less_than_equal": "应不大于 {le}",
    "literal_error": "只能是 {expected}", "enum": "只能是 {expected}", "string_unicode": "含有无效的字符，请用 UTF-8",
    "date_from_datetime_parsing": "应为日期，如 2020-06-01", "date_parsing": "应为日期，如 2020-06-01",
    "date_type": "应为日期，如 2020-06-01", "string_pattern_mismatch": "写法不对", "value_error": "{error}",
}  # fmt: skip


def _invalid(errors: Sequence[Mapping[str, Any]]) -> Problem:
    if any(one["type"] == "json_invalid" for one in errors):
        return Problem("bad_json", _DETAILS["bad_json"])
    fields: dict[str, str] = {}
    for one in errors[:_LISTED]:
        where = ".".join(str(part) for part in one["loc"] if part not in ("body", "query", "path")) or "请求体"
        words = _WORDS.get(str(one["type"]), "值不合要求")
        what = words.format_map({**{"error": ""}, **(one.get("ctx") or {})}) if "{" in words else words
        fields.setdefault(where[:80].encode(errors="replace").decode(), what)
    told = "；".join(f"{where}：{what}" for where, what in list(fields.items())[:3])
    return Problem("bad_request", f"{told}。接口一览见 /api/docs", tuple(fields.items()))
