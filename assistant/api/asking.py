"""Questions and what follows from the rules (问答接口): ask, compare, applicable, duties."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from fastapi.requests import Request
from fastapi.responses import Response, StreamingResponse

from assistant.api.errors import problem_of
from assistant.api.schemas import AnswerOut, ApplicableIn, AskIn, CompareIn, DutiesIn, DutyOut, VerdictOut
from assistant.api.services import Services, profile_of, services_of
from assistant.blocks import Blocks, to_text
from assistant.duties.export import duty_record, to_ics, to_xlsx
from assistant.hospitals import kind_of
from assistant.keeping.live import LiveAssistant
from assistant.terminal.present import answer_record, verdict_record
from assistant.terminal.questions import turns
from assistant.types import Answer
from corpus.regions import display

router = APIRouter(prefix="/api", tags=["问答"])
With = Annotated[Services, Depends(services_of)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SSE_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


@router.post(
    "/ask",
    response_model=AnswerOut,
    summary="问一个问题",
    description="回答的每句话都有引注。`stream` 为 true 时以 text/event-stream 发送：`text`（到目前为止的全文）若干次，最后一个 "
    "`answer`（完整回答），中途出错则是 `error`。",
    responses={200: {"content": {"text/event-stream": {}}}},
)
def ask(asked: AskIn, request: Request, services: With) -> Any:
    seen = services.seen(request)
    profile = profile_of(asked.region, asked.as_of)
    history = turns([one.model_dump() for one in asked.history])
    began = time.perf_counter()
    if not asked.stream:
        return record(seen, services.ask(seen, asked.question, history, profile), began)
    pieces = services.stream(seen, asked.question, history, profile)
    first = next(pieces)  # what cannot be taken is told with its own status, before anything is sent
    return StreamingResponse(
        _events(seen, chain([first], pieces), began), media_type="text/event-stream", headers=SSE_HEADERS
    )


def _events(seen: LiveAssistant, pieces: Iterator[Blocks | Answer], began: float) -> Iterator[str]:
    try:
        for piece in pieces:
            if isinstance(piece, Answer):
                yield _event("answer", record(seen, piece, began))
            else:
                yield _event("text", {"text": to_text(piece)})
    except Exception as error:
        yield _event("error", problem_of(error).record())


def _event(name: str, value: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False)}\n\n"


def record(seen: LiveAssistant, answer: Answer, began: float) -> dict[str, Any]:
    """The answer as ``assistant ask --json`` prints it; passages of a notice removed meanwhile are left out."""
    corpus = seen.corpus
    hits = [hit for hit in answer.retrieved if hit.passage.notice_id in corpus]
    return answer_record(answer, corpus, hits=hits, seconds=time.perf_counter() - began)


@router.post(
    "/compare",
    response_model=AnswerOut,
    summary="比较几个地方的规定",
    description="一地一行，没有找到的写明未规定或未查到。",
)
def compare(asked: CompareIn, request: Request, services: With) -> Any:
    seen = services.seen(request)
    places = [profile_of(region, None).region or "" for region in asked.regions]
    profile = profile_of(None, asked.as_of)
    topic = asked.topic.strip().rstrip("?？。")
    question = f"{'、'.join(display(place) for place in places)}对{topic}分别怎么规定？有何不同？"
    began = time.perf_counter()
    return record(seen, services.ask(seen, question, (), profile), began)


@router.post(
    "/applicable",
    response_model=list[VerdictOut],
    summary="某地某日适用哪些文件",
    description="每份文件一个结论：适用、参照或不适用，并说明理由和所据条文。",
)
def applicable(asked: ApplicableIn, request: Request, services: With) -> Any:
    profile = profile_of(asked.region, asked.as_of)
    kind = kind_of(asked.kind) if asked.kind else None
    found = services.seen(request).applicable(
        profile.region, profile.as_of, asked.topic.strip() or None, hospital_kind=kind
    )
    return [verdict_record(verdict) for verdict in found]


@router.post(
    "/duties",
    response_model=list[DutyOut],
    summary="某地各单位的任务和时限",
    description="从适用和可参照的文件中逐条读出，按时限排列，每条带原文。`format` 为 xlsx 或 ics 时下载文件。",
    responses={200: {"content": {"text/calendar": {}, XLSX: {}}}},
)
def duties(asked: DutiesIn, request: Request, services: With, format: Literal["json", "xlsx", "ics"] = "json") -> Any:
    seen = services.seen(request)
    profile = profile_of(asked.region, asked.as_of)
    only = {seen.corpus.find(asked.notice).id} if asked.notice else None
    found = seen.duties(profile.region, asked.body.strip() or None, as_of=profile.as_of, notice_ids=only)
    if asked.dated:
        found = tuple(duty for duty in found if duty.timed)
    if format == "xlsx":
        return Response(to_xlsx(found), media_type=XLSX, headers=attachment("duties.xlsx"))
    if format == "ics":
        return Response(to_ics(found), media_type="text/calendar; charset=utf-8", headers=attachment("duties.ics"))
    return [duty_record(duty) for duty in found]


def attachment(name: str) -> dict[str, str]:
    """Headers that make a browser save the answer as ``name`` (ASCII)."""
    return {"content-disposition": f'attachment; filename="{name}"'}
