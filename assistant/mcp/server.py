"""The MCP server (智能体工具): ask, search, get_article, verify, applicable, list_notices, with the official SDK.

Tools give the same records as the interfaces and the command line. What goes wrong is told to the model in the same Chinese
sentence. The trap: one server serves every user, so each call asks anew, by the request it came with, whose it is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

from assistant.accounts.identity import LOCAL, Identity
from assistant.api.asking import record
from assistant.api.errors import problem_of
from assistant.api.notices import article_records
from assistant.api.services import Services, profile_of
from assistant.errors import AssistantError
from assistant.hospitals import kind_of
from assistant.terminal.present import notice_record, retrieved_records, verdict_record
from corpus.errors import CorpusError
from corpus.regions import is_within
from index.errors import SearchIndexError

Who = Callable[[Context[Any, Any]], Identity]
Region = Annotated[str | None, Field(description="地区，如 广东省/湛江市 或 四川省资阳市雁江区", max_length=100)]
Day = Annotated[str | None, Field(description="按哪一天判断，如 2020-06-01；不填为今天", max_length=40)]
NoticeName = Annotated[str, Field(description="文件的编号、文号或标题", max_length=300)]
INSTRUCTIONS = (
    "中国卫生健康政策文件的问答库。ask 给出带引注的回答；search 只找原文；get_article 读条文；verify 核验一句话；"
    "applicable 判断某地某日适用哪些文件；list_notices 列出文件。引用时请保留文号和条目。"
)
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_MOST_LISTED, _MOST_ARTICLES = 200, 40


@contextmanager
def _told() -> Iterator[None]:
    """What goes wrong inside becomes what the model is told."""
    try:
        yield
    except (AssistantError, CorpusError, SearchIndexError) as error:
        raise ToolError(problem_of(error).detail) from None
    except Exception as error:
        raise ToolError(problem_of(error).detail) from None


def build_server(services: Services, who: Who | None = None) -> MCPServer[Any]:
    """The server over what ``who`` may see; without it everybody is the machine's own administrator."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("health-policy-assistant")
    except PackageNotFoundError:
        number = "0"
    server: MCPServer[Any] = MCPServer(
        "health-policy-assistant", title="医改政策问答", instructions=INSTRUCTIONS, version=number, log_level="WARNING"
    )

    def seen(context: Context[Any, Any]) -> Any:
        return services.views.of(who(context) if who is not None else LOCAL)

    @server.tool(title="问答", description="问一个政策问题，得到带引注的回答；没有依据时说明原因。", annotations=_READS)
    def ask(
        question: Annotated[str, Field(description="问题", max_length=20_000)],
        ctx: Context[Any, Any],
        region: Region = None,
        as_of: Day = None,
    ) -> dict[str, Any]:
        with _told():
            began, live = time.perf_counter(), seen(ctx)
            found = record(live, services.ask(live, question, (), profile_of(region, as_of)), began)
            return {
                name: found[name]
                for name in ("answer", "refused", "refusal", "scope", "citations", "notes", "suggestions")
            }

    @server.tool(title="检索", description="查最相关的原文段落，不作答。", annotations=_READS)
    def search(
        query: Annotated[str, Field(description="要找的内容", min_length=1, max_length=500)],
        ctx: Context[Any, Any],
        top_k: Annotated[int, Field(ge=1, le=30)] = 8,
        notice: Annotated[str | None, Field(description="只在这份文件里找", max_length=300)] = None,
    ) -> list[dict[str, Any]]:
        with _told():
            now = seen(ctx).current
            only = [now.corpus.find(notice).id] if notice else None
            return retrieved_records(now.index.search(query, top_k=top_k, notice_ids=only), now.corpus)

    @server.tool(
        title="读条文", description="一份文件中路径含有 path 的条目及其全文；path 为空则列出目录。", annotations=_READS
    )
    def get_article(
        notice: NoticeName,
        ctx: Context[Any, Any],
        path: Annotated[str, Field(description="条目，如 第三条、（二）", max_length=200)] = "",
    ) -> dict[str, Any]:
        with _told():
            found = seen(ctx).corpus.find(notice)
            items = article_records(found, path)
            if not path.strip():
                items = [{"path": one["path"], "start": one["start"], "end": one["end"]} for one in items]
            most = len(items) if not path.strip() else _MOST_ARTICLES
            return {
                **notice_record(found, services.settings.today),
                "articles": items[:most],
                "more": max(0, len(items) - most),
            }

    @server.tool(
        title="核验",
        description="一句话在文件库里有没有依据：supported、contradicted 或 unsupported，附原文。",
        annotations=_READS,
    )
    def verify(claim: Annotated[str, Field(min_length=1, max_length=2000)], ctx: Context[Any, Any]) -> dict[str, Any]:
        with _told():
            found: dict[str, Any] = seen(ctx).verifier().record(claim, None)
            return found

    @server.tool(title="适用性", description="某地某日适用、参照、不适用哪些文件及理由。", annotations=_READS)
    def applicable(
        region: Annotated[str, Field(description="地区", min_length=1, max_length=100)],
        ctx: Context[Any, Any],
        as_of: Day = None,
        topic: Annotated[str, Field(description="所问的事", max_length=500)] = "",
        kind: Annotated[str | None, Field(description="机构类型，如 公立、民营、三级", max_length=40)] = None,
    ) -> list[dict[str, Any]]:
        with _told():
            profile = profile_of(region, as_of)
            which = kind_of(kind) if kind else None
            found = seen(ctx).applicable(profile.region, profile.as_of, topic or None, hospital_kind=which)
            return [verdict_record(one) for one in found]

    @server.tool(
        title="列出文件",
        description="库中的文件及其要素；q 里的每个词都要在标题、文号、机关或正文中。",
        annotations=_READS,
    )
    def list_notices(
        ctx: Context[Any, Any],
        q: Annotated[str, Field(max_length=200)] = "",
        region: Region = None,
    ) -> dict[str, Any]:
        with _told():
            place = profile_of(region, None).region if region else None
            found = [
                one
                for one in seen(ctx).corpus.notices
                if (place is None or is_within(place, one.region))
                and all(word in f"{one.title}{one.number}{one.issuer}{one.text}" for word in q.split())
            ]
            return {
                "total": len(found),
                "notices": [notice_record(one, services.settings.today) for one in found[:_MOST_LISTED]],
            }

    return server
