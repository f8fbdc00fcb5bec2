"""Claims and drafts held against the notices (核验接口)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, UploadFile
from fastapi.requests import Request
from fastapi.responses import HTMLResponse, Response

from assistant.api.asking import attachment
from assistant.api.schemas import VerifyDraftIn, VerifyIn, VerifyOut
from assistant.api.services import Services, content_of, profile_of, services_of
from assistant.drafting.draft import CheckedDraft, check_draft
from assistant.drafting.report import html_report, record, word_report
from corpus.guard import read_guarded
from corpus.readers import File as SourceFile

router = APIRouter(prefix="/api/verify", tags=["核验"])
With = Annotated[Services, Depends(services_of)]
Format = Literal["json", "html", "docx"]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.post(
    "",
    response_model=VerifyOut,
    summary="核验一句话",
    description="supported 有据，contradicted 与原文不符，unsupported 未找到依据；附据以判断的原文。",
)
def verify(asked: VerifyIn, request: Request, services: With) -> Any:
    passages = [(one.notice, one.text) for one in asked.passages] or None
    return services.seen(request).verifier().record(asked.claim, passages)


@router.post(
    "/draft", summary="逐句核对一段文稿", description="每句给出结论和条文；写错的文号、已废止或别处的文件会点出来。"
)
def draft(asked: VerifyDraftIn, request: Request, services: With, format: Format = "json") -> Any:
    profile = profile_of(asked.region, asked.as_of)
    verifier = services.seen(request).verifier()
    return _report(check_draft(asked.name, asked.text, verifier, place=profile.region, as_of=profile.as_of), format)


@router.post("/file", summary="逐句核对一份文稿文件", description="DOCX、TXT、Markdown、网页或 PDF；文件不保存。")
def file(
    request: Request,
    services: With,
    file: Annotated[UploadFile, File(description="文稿")],
    region: Annotated[str | None, Form(max_length=100)] = None,
    as_of: Annotated[str | None, Form(max_length=40)] = None,
    format: Format = "json",
) -> Any:
    profile = profile_of(region, as_of)
    name = (file.filename or "文稿")[:200]
    text = read_guarded(SourceFile(name, content_of(file, services.settings))).text
    verifier = services.seen(request).verifier()
    return _report(check_draft(name, text, verifier, place=profile.region, as_of=profile.as_of), format)


def _report(checked: CheckedDraft, format: Format) -> Any:
    if format == "html":
        return HTMLResponse(html_report(checked))
    if format == "docx":
        return Response(word_report(checked), media_type=DOCX, headers=attachment("report.docx"))
    return record(checked)
