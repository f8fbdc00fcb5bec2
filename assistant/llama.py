"""The library inside LlamaIndex (供 LlamaIndex 使用): a retriever and a query engine, for those who build with it.

    from assistant.llama import PolicyQueryEngine, PolicyRetriever
    engine = PolicyQueryEngine.from_settings()
    print(engine.query("湛江取消耗材加成少收的钱怎么补？"))

Nodes carry where they stand (``notice``, ``notice_id``, ``path``, ``start``, ``end``), so a citation stays checkable. The
trap: LlamaIndex would ask an embedding model of its own for nothing here; neither class has one, nor touches its globals.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import anyio.to_thread
from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import RESPONSE_TYPE, Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.query.scope import check_profile
from assistant.service import Assistant
from assistant.settings import Settings
from assistant.types import Answer, Citation, Profile
from corpus.library import Corpus
from index.types import Hit


class PolicyRetriever(BaseRetriever):  # type: ignore[misc]
    """Passages of the notices for a query, best first; scores are higher for better and comparable within one query."""

    def __init__(self, assistant: Assistant, *, top_k: int = 10, notices: Sequence[str] = ()) -> None:
        """``notices`` (ids, numbers or titles) narrows the search to them."""
        super().__init__(callback_manager=CallbackManager([]))
        self._assistant, self._top_k = assistant, top_k
        self._ids = [assistant.corpus.find(name).id for name in notices] or None

    @classmethod
    def from_settings(cls, settings: Settings | None = None, *, top_k: int = 10) -> PolicyRetriever:
        """Over the library of the settings; its index is built where there is none."""
        return cls(Assistant.from_settings(settings), top_k=top_k)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._assistant.index.search(query_bundle.query_str, top_k=self._top_k, notice_ids=self._ids)
        return [_hit_node(hit, self._assistant.corpus) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await anyio.to_thread.run_sync(self._retrieve, query_bundle)


class PolicyQueryEngine(BaseQueryEngine):  # type: ignore[misc]
    """Cited answers. ``response.source_nodes`` are the citations in the order of their markers; ``response.metadata`` holds
    ``refused``, ``refusal``, ``mode``, ``notes`` and the :class:`assistant.types.Answer` as ``answer``."""

    def __init__(self, assistant: Assistant, *, region: str | None = None, as_of: date | str | None = None) -> None:
        """
        Raises:
            ScopeError: a place or day that does not exist.
        """
        super().__init__(callback_manager=CallbackManager([]))
        self._assistant = assistant
        self._profile: Profile = check_profile(region, as_of)

    @classmethod
    def from_settings(
        cls, settings: Settings | None = None, *, region: str | None = None, as_of: date | str | None = None
    ) -> PolicyQueryEngine:
        """Over the library of the settings; its index is built where there is none."""
        return cls(Assistant.from_settings(settings), region=region, as_of=as_of)

    def _query(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return _response(self._assistant.ask(query_bundle.query_str, profile=self._profile))

    async def _aquery(self, query_bundle: QueryBundle) -> RESPONSE_TYPE:
        return await anyio.to_thread.run_sync(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}


def _response(answer: Answer) -> Response:
    metadata: dict[str, Any] = {
        "refused": answer.refused, "refusal": answer.refusal.value if answer.refusal else None, "mode": answer.mode,
        "notes": list(answer.notes), "answer": answer,
    }  # fmt: skip
    return Response(answer.text, source_nodes=[_citation_node(one) for one in answer.citations], metadata=metadata)


def _citation_node(one: Citation) -> NodeWithScore:
    where = {
        "marker": one.marker, "notice": one.notice, "notice_id": one.notice_id, "title": one.title, "path": one.path,
        "start": one.start, "end": one.end,
    }  # fmt: skip
    node = TextNode(id_=f"{one.notice_id}:{one.start}-{one.end}", text=one.quote, metadata=where)
    return NodeWithScore(node=node, score=None)


def _hit_node(hit: Hit, corpus: Corpus) -> NodeWithScore:
    passage = hit.passage
    notice = corpus.get(passage.notice_id)
    where = {
        "notice": notice.name, "notice_id": notice.id, "title": notice.title,
        "path": notice.articles[passage.article].path, "start": passage.span.start, "end": passage.span.end,
    }  # fmt: skip
    return NodeWithScore(node=TextNode(id_=passage.id, text=passage.text, metadata=where), score=float(hit.score))
