"""The library over the wire (文件接口): list, search, one notice and its clauses, what differs; adding and removing for administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from fastapi.requests import Request
from fastapi.responses import HTMLResponse

from assistant.api.clause_page import clause_page
from assistant.api.errors import ApiError
from assistant.api.schemas import AddedOut, NoticeFullOut, NoticesOut, PassageOut, SearchIn
from assistant.api.services import Services, content_of, profile_of, services_of, uploaded
from assistant.keeping.keeper import Outcome
from assistant.keeping.live import LiveAssistant
from assistant.settings import listed
from assistant.terminal.present import comparison_record, full_notice_record, notice_record, retrieved_records
from corpus.differences import compare
from corpus.editions import edition_named, editions
from corpus.errors import UnknownNoticeError
from corpus.guard import read_guarded
from corpus.intake import prepare
from corpus.readers import File as SourceFile
from corpus.regions import is_within
from corpus.types import Notice
from index.nearness import nearness_of

router = APIRouter(prefix="/api", tags=["文件"])
With = Annotated[Services, Depends(services_of)]
Level = Literal["national", "provincial", "municipal", "county", "unknown"]
_MOST_FILES = 50


@router.get(
    "/notices",
    response_model=NoticesOut,
    summary="库中的文件",
    description="新的在前；`q` 里的每个词都要在标题、文号、机关或正文中。",
)
def notices(
    request: Request,
    services: With,
    q: Annotated[str, Query(max_length=200, description="要找的词，空格隔开")] = "",
    region: Annotated[str | None, Query(max_length=100, description="只看约束这个地方的")] = None,
    level: Annotated[Level | None, Query(description="层级")] = None,
    year: Annotated[int | None, Query(ge=1949, le=2999, description="成文年份")] = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Any:
    place = profile_of(region, None).region if region else None
    words = q.split()
    today = services.settings.today
    found = [
        one
        for one in services.seen(request).corpus.notices
        if (place is None or is_within(place, one.region))
        and (level is None or one.level.value == level)
        and (year is None or (one.issued_on is not None and one.issued_on.year == year))
        and all(word in f"{one.title}{one.number}{one.issuer}{one.text}" for word in words)
    ]
    found.sort(key=lambda one: one.issued_on.isoformat() if one.issued_on else "", reverse=True)
    return {"total": len(found), "notices": [notice_record(one, today) for one in found[offset : offset + limit]]}


@router.post(
    "/search", response_model=list[PassageOut], summary="查原文段落", description="最相关的在前；只找，不作答。"
)
def search(asked: SearchIn, request: Request, services: With) -> Any:
    now = services.seen(request).current
    only = [now.corpus.find(name).id for name in asked.notices] or None
    return retrieved_records(now.index.search(asked.query, top_k=asked.top_k, notice_ids=only), now.corpus)


@router.get("/diff", summary="比较两份文件", description="逐条比较；旧版写成 编号@1。只给 a 则比较它最近的两版。")
def diff(
    request: Request,
    services: With,
    a: Annotated[str, Query(max_length=300, description="编号、文号或标题，可加 @版次")],
    b: Annotated[str | None, Query(max_length=300)] = None,
) -> dict[str, Any]:
    corpus, folder = services.seen(request).corpus, services.settings.data_dir
    if b:
        one, other = (edition_named(corpus, folder, name) for name in (a, b))
    else:
        known = editions(corpus, folder, corpus.find(a))
        if len(known) < 2:
            raise UnknownNoticeError(f"{a} 的另一版（库中只有一版，请写明与哪份文件比较）")
        one, other = known[-2].notice, known[-1].notice
    near = nearness_of(services.seen(request).current.index, one, other)
    return comparison_record(one, other, compare(one, other, near))


@router.get(
    "/notices/{notice}",
    response_model=NoticeFullOut,
    summary="一份文件",
    description="要素、正文、目录、缺失和与其他文件的关系。",
)
def notice(notice: str, request: Request, services: With) -> Any:
    return full_notice_record(services.seen(request).corpus.find(notice), services.settings.today)


@router.get(
    "/notices/{notice}/articles", summary="一份文件的条目", description="`path` 里的字都在条目路径中的那些条，附正文。"
)
def articles(
    notice: str,
    request: Request,
    services: With,
    path: Annotated[str, Query(max_length=200, description="条目，如 第三条、（二）")] = "",
) -> list[dict[str, Any]]:
    return article_records(services.seen(request).corpus.find(notice), path)


def article_records(found: Notice, path: str = "") -> list[dict[str, Any]]:
    """Articles whose path or label holds ``path``, each with its own text; all of them for ""."""
    wanted = path.strip()
    return [
        {
            "path": one.path,
            "heading": one.heading,
            "start": one.span.start,
            "end": one.span.end,
            "bodies": list(one.bodies),
            "text": found.quote(one.span),
        }
        for one in found.articles
        if not wanted or wanted in one.path or wanted in one.labels
    ]


@router.get(
    "/notices/{notice}/page",
    response_class=HTMLResponse,
    summary="原文网页",
    description="给人看的原文，`start` 到 `end` 标出；回答里的引注链接指向这里。",
)
def page(
    notice: str,
    request: Request,
    services: With,
    start: Annotated[int, Query(ge=0, le=100_000_000)] = 0,
    end: Annotated[int, Query(ge=0, le=100_000_000)] = 0,
) -> HTMLResponse:
    return HTMLResponse(clause_page(services.seen(request).corpus.find(notice), start, end))


@router.post(
    "/notices",
    response_model=AddedOut,
    summary="添加文件（管理员）",
    description="TXT、Markdown、网页、DOCX、PDF 或 zip，一次可多份；坏的一份不影响别的。读不准的要素标为待核对。",
)
def add(
    request: Request,
    services: With,
    files: Annotated[list[UploadFile], File(max_length=_MOST_FILES, description="文件")],
    facts: Annotated[
        str, Form(max_length=4000, description="只有一份文件时的要素，一行一个 名=值，如 region=广东省/湛江市")
    ] = "",
    groups: Annotated[
        str, Form(max_length=2000, description="只给这些组看，逗号隔开；只能配一份文件。不填则人人可见")
    ] = "",
) -> Any:
    services.only_admin(request)
    overrides = dict(line.split("=", 1) for line in facts.splitlines() if "=" in line)
    with ExitStack() as stack:
        paths = [
            stack.enter_context(uploaded(one.filename or "upload", content_of(one, services.settings))) for one in files
        ]
        live = services.seen(request)
        if groups.strip():
            return _added(_add_limited(services, live, paths, overrides, listed(groups.replace("，", ","))))
        outcome = live.add(paths[0], overrides) if len(paths) == 1 else live.add_all(paths)
    return _added(outcome)


def _add_limited(
    services: Services,
    live: LiveAssistant,
    paths: Sequence[Path],
    overrides: Mapping[str, str],
    groups: Sequence[str],
) -> Outcome:
    """Keep one file for some groups only: it is limited before it is there, so nobody else sees it for a moment."""
    if services.accounts is None or len(paths) != 1:
        raise ApiError("bad_request", "限定给几个组，要先启用账号，且一次只能添加一份文件")
    (path,) = paths
    ready = prepare(SourceFile(path.name, path.read_bytes()), live.corpus, overrides, read=read_guarded)
    notice_id, before = ready.replaces or ready.notice.id, services.accounts.limits()
    services.accounts.limit(notice_id, groups)
    outcome = live.add(path, overrides)
    if outcome.failed:
        services.accounts.limit(notice_id, before.get(notice_id, ()))
    return outcome


def _added(outcome: Outcome) -> dict[str, Any]:
    return {
        "added": [
            {
                **notice_record(one.notice),
                "file": one.file,
                "replaced": one.replaced,
                "unchanged": one.unchanged,
                "warnings": list(one.warnings),
            }
            for one in outcome.added
        ],
        "failed": [{"file": one.file, "message": one.message} for one in outcome.failed],
    }


@router.delete(
    "/notices/{notice}", summary="移除文件（管理员）", description="从各处移除，并报告各处还剩几处痕迹（应全为 0）。"
)
def remove(notice: str, request: Request, services: With) -> list[dict[str, Any]]:
    services.only_admin(request)
    live = services.seen(request)
    return [{"store": one.store, "count": one.count} for one in live.remove(live.corpus.get(notice).id)]
