"""Why a model's answer is not given (回退原因), in one Chinese line that names the setting to change.

Every fault of an endpoint and every unusable output has a code and a line here, so that no exception text reaches a
user: it may hold the key, an address with a password, or a stack trace.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from urllib.parse import urlsplit

from assistant.errors import ModelError
from assistant.settings import LlmSettings
from corpus.grammar import form

_BASE_URL, _MODEL, _API_KEY = "ASSISTANT_LLM__BASE_URL", "ASSISTANT_LLM__MODEL", "ASSISTANT_LLM__API_KEY"

LINES: Mapping[str, str] = {
    "not_configured": f"没有设置模型接口，请设置 {_BASE_URL} 和 {_MODEL}",
    "bad_url": f"模型接口地址不是有效的网址，请改 {_BASE_URL}（形如 http://127.0.0.1:11434/v1）",
    "refused": f"连不上模型接口 {{host}}，请确认服务已启动，或改 {_BASE_URL}",
    "busy": "模型接口正忙（排队超时），请稍后再问，或调大 ASSISTANT_LLM__CONCURRENCY",
    "first_token": "模型接口在{first_token_seconds:g}秒内没有开始回答，"
    "请检查服务，或调大 ASSISTANT_LLM__FIRST_TOKEN_SECONDS",
    "timeout": "模型接口在{timeout_seconds:g}秒内没有答完，请检查服务，或调大 ASSISTANT_LLM__TIMEOUT_SECONDS",
    "unauthorized": f"模型接口拒绝了密钥，请改 {_API_KEY}",
    "not_found": f"模型接口没有这个模型或地址，请核对 {_MODEL} 和 {_BASE_URL}（地址一般以 /v1 结尾）",
    "too_long": "提示词超过模型的上下文，请调小 ASSISTANT_LLM__CONTEXT_TOKENS 或 ASSISTANT_LLM__MAX_TOKENS",
    "bad_request": f"模型接口不接受这个请求，请核对 {_MODEL} 及 ASSISTANT_LLM 各项设置",
    "rate_limited": "模型接口限流（429），请稍后再问，或调小 ASSISTANT_LLM__CONCURRENCY",
    "server": f"模型接口内部出错，请检查服务，或改 {_BASE_URL}",
    "broken": f"模型接口返回的不是可读的数据流，请核对 {_BASE_URL} 是否为兼容 OpenAI 的接口",
    "cut": f"模型接口中途断开，请检查服务，或改 {_BASE_URL}",
    "empty": f"模型没有给出回答，可改用其他模型（{_MODEL}）",
    "not_found_in_passages": "模型认为检索到的条文没有直接回答",
    "gibberish": f"模型输出无法读懂，请改用其他模型（{_MODEL}）",
    "language": f"模型没有用中文回答，请改用支持中文的模型（{_MODEL}）",
    "unmarked": f"模型的回答没有标注出处，无法核实，可改用其他模型（{_MODEL}）",
    "unsupported": f"模型的回答未能通过引文核验，可改用其他模型（{_MODEL}）",
}
RETRYABLE = frozenset({"refused", "rate_limited", "server"})
_BY_STATUS = {
    401: "unauthorized",
    403: "unauthorized",
    404: "not_found",
    405: "not_found",
    408: "timeout",
    413: "too_long",
    429: "rate_limited",
}
_MARKER = form("model.marker")
_TOO_LONG = ("context", "token", "length", "too long", "exceed")
"""What endpoints say of a prompt that does not fit."""


def explain(fault: str | BaseException, settings: LlmSettings) -> ModelError:
    """A :class:`ModelError` for a code of :data:`LINES` or whatever the client raised; none of its text is kept."""
    if isinstance(fault, ModelError):
        return fault
    code = fault if isinstance(fault, str) else code_of(fault)
    host = urlsplit(settings.base_url)
    line = LINES[code].format(
        host=f"{host.hostname or ''}{':' + str(host.port) if _port(host) else ''}",
        first_token_seconds=settings.first_token_seconds,
        timeout_seconds=settings.timeout_seconds,
    )
    return ModelError(line, retryable=code in RETRYABLE)


def _port(parts: object) -> int | None:
    try:
        return getattr(parts, "port", None)
    except ValueError:
        return None


def code_of(error: BaseException) -> str:
    """The code of :data:`LINES` for an exception of the client."""
    import httpx
    import openai

    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return "timeout"
    if isinstance(error, openai.APIStatusError):
        status = error.status_code
        said = str(error.body).lower()
        if status == 400 and any(words in said for words in _TOO_LONG):
            return "too_long"
        if status in (400, 422) and "model" in said:
            return "not_found"
        return _BY_STATUS.get(status, "server" if status >= 500 else "bad_request")
    if isinstance(error, openai.APIConnectionError):
        cause = error.__cause__
        return "cut" if isinstance(cause, httpx.RemoteProtocolError | httpx.ReadError) else "refused"
    if isinstance(error, httpx.RemoteProtocolError | httpx.ReadError):
        return "cut"
    if isinstance(error, httpx.ConnectError):
        return "refused"
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return "broken"
    if isinstance(error, openai.APIError):
        return "server"
    return "broken"


def code_of_output(text: str, *, sentences: int) -> str:
    """Why none of a model's sentences could be shown.

    Args:
        text: what it wrote, reasoning left out.
        sentences: how many sentences carried a marker and were checked.

    >>> code_of_output("", sentences=0), code_of_output("The plan covers hospitals.", sentences=0)
    ('empty', 'language')
    """
    plain = _MARKER.sub("", text).strip()
    if not plain:
        return "empty"
    if "未找到" in plain and len(plain) < 40:
        return "not_found_in_passages"
    letters = [char for char in plain if char.isalpha()]
    if not letters or plain.count("\ufffd") > len(plain) / 20 or _repeats(plain):
        return "gibberish"
    if sum("\u4e00" <= char <= "\u9fff" for char in plain) < 0.4 * len(letters):
        return "language"
    return "unsupported" if sentences else "unmarked"


def _repeats(text: str) -> bool:
    """Whether one run of eight characters makes up much of a longish text."""
    if len(text) < 60:
        return False
    counts = Counter(text[i : i + 8] for i in range(len(text) - 7))
    return counts.most_common(1)[0][1] * 8 > 0.4 * len(text)
