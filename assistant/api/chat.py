"""The interface that OpenAI's clients speak (兼容接口): ``/v1/models`` and ``/v1/chat/completions``, streamed and not.

The last message is the question, those before it the history. Place and day come from the fields ``region`` and ``as_of``
(``extra_body``), from ``metadata``, or from lines ``地区：…`` and ``日期：…`` of a system message, which is where a
chat program such as Open WebUI lets one write them. Citations are annotations and, for programs that show only text, a
list below the answer; that list is cut off again when the program sends it back as history. What it does not know of a
request it ignores. The trap: what was streamed cannot be taken back, so where the final answer does not begin with it, the
answer follows whole and says so.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.requests import Request
from fastapi.responses import StreamingResponse
from pydantic import ConfigDict, Field

from assistant.api.asking import SSE_HEADERS
from assistant.api.errors import ApiError, problem_of
from assistant.api.schemas import Body
from assistant.api.services import Services, profile_of, services_of
from assistant.blocks import Blocks, marker_starts, to_text
from assistant.types import Answer, Profile, Turn
from corpus.tokens import count_tokens

router = APIRouter(prefix="/v1", tags=["兼容 OpenAI"])
With = Annotated[Services, Depends(services_of)]
MODEL = "policy-assistant"
_BELOW = "\n\n---\n依据：\n"
_NOT_THAT = "\n\n（以上内容没有通过核验，请以下面的回答为准。）\n\n"
_SCOPE_NAMES = {"地区": "region", "日期": "as_of", "region": "region", "as_of": "as_of"}
_QUOTED = 160
"""Characters of a quote in the list below an answer; the annotation holds all of it."""


class _Lenient(Body):
    model_config = ConfigDict(extra="ignore")


class Part(_Lenient):
    type: str
    text: str | None = Field(None, max_length=200_000)


class Message(_Lenient):
    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = Field(None, max_length=200_000)


class StreamOptions(_Lenient):
    include_usage: bool = False


class ChatIn(_Lenient):
    """一次对话。不认识的参数（temperature 等）不起作用，也不报错。"""

    model: str = Field(max_length=200, description="模型名，见 /v1/models", examples=[MODEL])
    messages: list[Message] = Field(min_length=1, max_length=400, description="从旧到新；最后一条是问题")
    stream: bool = False
    stream_options: StreamOptions | None = None
    region: str | None = Field(None, max_length=100, description="地区，如 广东省/湛江市")
    as_of: str | None = Field(None, max_length=40, description="按哪一天判断，如 2020-06-01")
    metadata: dict[str, Any] | None = Field(None, description="也可在此写 region 和 as_of")
    n: int | None = Field(None, ge=1, le=1, description="只能是 1")


@router.get("/models", summary="可用的模型")
def models() -> dict[str, Any]:
    return {"object": "list", "data": [_model()]}


@router.get("/models/{name}", summary="一个模型")
def model(name: str) -> dict[str, Any]:
    _check_model(name)
    return _model()


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 1_764_000_000, "owned_by": "health-policy-assistant"}


def _check_model(name: str) -> None:
    if name != MODEL:
        raise ApiError("unknown_model", f"没有模型“{name[:60]}”，可用的是 {MODEL}")


@router.post(
    "/chat/completions",
    summary="对话（兼容 OpenAI）",
    description="可用官方 openai 客户端、Open WebUI 等直接调用。",
    responses={200: {"content": {"text/event-stream": {}}}},
)
def completions(asked: ChatIn, request: Request, services: With) -> Any:
    _check_model(asked.model)
    question, history, profile = read_messages(asked)
    seen, base = services.seen(request), str(request.base_url).rstrip("/")
    envelope = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": MODEL}
    sent = count_tokens("\n".join([question, *(turn.content for turn in history)]))
    if not asked.stream:
        answer = services.ask(seen, question, history, profile)
        text = shown(answer)
        choice = {
            "index": 0,
            "finish_reason": "stop",
            "message": {
                "role": "assistant",
                "content": text,
                "refusal": None,
                "annotations": url_citations(answer, base),
            },
        }
        return {**envelope, "object": "chat.completion", "choices": [choice], "usage": _usage(sent, text)}
    pieces = services.stream(seen, question, history, profile)
    first = next(pieces)
    usage = sent if asked.stream_options is not None and asked.stream_options.include_usage else None
    chunks = _chunks(envelope, chain([first], pieces), base, usage)
    return StreamingResponse(chunks, media_type="text/event-stream", headers=SSE_HEADERS)


def read_messages(asked: ChatIn) -> tuple[str, tuple[Turn, ...], Profile]:
    """Question, history and scope of a request.

    Raises:
        ApiError: the last message is no question, or holds something else than text.
        ScopeError: a place or day that does not exist.
    """
    *before, last = asked.messages
    if last.role != "user":
        raise ApiError("bad_request", "messages 的最后一条应是用户（role 为 user）的问题")
    said = [(one.role, _text(one)) for one in before]
    stated: dict[str, str] = {}
    for role, text in said:
        if role in ("system", "developer"):
            stated |= _scope_lines(text)
    for source in (asked.metadata or {}, {"region": asked.region, "as_of": asked.as_of}):
        stated |= {name: value for name in ("region", "as_of") if isinstance(value := source.get(name), str) and value}
    history = tuple(
        Turn(role, text.split(_BELOW)[0]) for role, text in said if role in ("user", "assistant") and text.strip()
    )
    return _text(last), history, profile_of(stated.get("region"), stated.get("as_of"))


def _scope_lines(text: str) -> dict[str, str]:
    """Place and day as a system message states them, a line each: ``地区：广东省/湛江市``."""
    lines = (line.replace("：", ":").partition(":") for line in text.splitlines())
    return {
        _SCOPE_NAMES[name.strip()]: said.strip()
        for name, _, said in lines
        if name.strip() in _SCOPE_NAMES and said.strip()
    }


def _text(message: Message) -> str:
    if message.content is None or isinstance(message.content, str):
        return message.content or ""
    if any(part.type != "text" for part in message.content):
        raise ApiError("bad_request", "只接受文字，不接受图片、声音或文件。请把要问的写成文字")
    return "".join(part.text or "" for part in message.content)


def shown(answer: Answer) -> str:
    """The answer with the list of what each marker stands for."""
    return answer.text + below(answer)


def below(answer: Answer) -> str:
    """The list of citations as text, "" where there is none."""
    if not answer.citations:
        return ""
    lines = []
    for one in answer.citations:
        name = f"《{one.title}》（{one.notice}）" if one.notice != one.title else f"《{one.title}》"
        quote = " ".join(one.quote.split())
        quote = quote if len(quote) <= _QUOTED else quote[: _QUOTED - 1] + "…"
        lines.append(f"[{one.marker}] {name}{one.path}：{quote}")
    return _BELOW + "\n".join(lines)


def url_citations(answer: Answer, base: str, before: int = 0) -> list[dict[str, Any]]:
    """One ``url_citation`` for each marker where it first stands in the answer's text; its link opens the clause.

    Args:
        before: how many characters were sent before that text.
    """
    found = []
    starts = marker_starts(answer.blocks)
    for one in answer.citations:
        if one.marker not in starts:
            continue
        at = before + starts[one.marker]
        url = f"{base}/api/notices/{one.notice_id}/page?start={one.start}&end={one.end}#cited"
        cited = {
            "start_index": at, "end_index": at + len(f"[{one.marker}]"), "url": url, "title": f"{one.title} {one.path}".strip(),
            "notice": one.notice, "notice_id": one.notice_id, "quote": one.quote, "start": one.start, "end": one.end,
        }  # fmt: skip
        found.append({"type": "url_citation", "url_citation": cited})
    return found


def _chunks(
    envelope: dict[str, Any], pieces: Iterator[Blocks | Answer], base: str, prompt_tokens: int | None
) -> Iterator[str]:
    def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> str:
        choices: Sequence[Any] = [{"index": 0, "delta": delta, "finish_reason": finish}]
        return _line({**envelope, "object": "chat.completion.chunk", "choices": choices, **more})

    yield chunk({"role": "assistant", "content": ""})
    sent = ""
    try:
        for piece in pieces:
            if isinstance(piece, Answer):
                text = piece.text
                before = 0 if text.startswith(sent) else len(sent + _NOT_THAT)
                rest = text[len(sent) :] if not before else _NOT_THAT + text
                whole = sent + rest + below(piece)
                yield chunk({"content": rest + below(piece)})
                yield chunk({"annotations": url_citations(piece, base, before)})
                yield chunk({}, "stop")
                if prompt_tokens is not None:
                    usage = _usage(prompt_tokens, whole)
                    yield _line({**envelope, "object": "chat.completion.chunk", "choices": [], "usage": usage})
            elif (told := to_text(piece)).startswith(sent):
                yield chunk({"content": told[len(sent) :]})
                sent = told
    except Exception as error:
        yield _line(problem_of(error).record("/v1"))
        return
    yield "data: [DONE]\n\n"


def _line(value: Any) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def _usage(prompt_tokens: int, text: str) -> dict[str, int]:
    completion = count_tokens(text)
    return {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion,
        "total_tokens": prompt_tokens + completion,
    }
