"""The library as parts of LlamaIndex: a retriever and a query engine that keep citations checkable."""

from __future__ import annotations

import anyio
import pytest
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers.no_text import NoText
from llama_index.core.schema import QueryBundle

from assistant.errors import ScopeError
from assistant.llama import PolicyQueryEngine, PolicyRetriever
from assistant.service import Assistant

ZHANJIANG = "zhanjiang-2019-hospital-reform"
QUESTION = "湛府〔2019〕13号的药品耗材集中采购制度改革谁牵头"


def test_nodes_say_where_they_stand(hashed: Assistant) -> None:
    nodes = PolicyRetriever(hashed, top_k=5).retrieve("院长年薪")
    assert len(nodes) == 5
    scores = [node.score or 0.0 for node in nodes]
    assert scores == sorted(scores, reverse=True)
    for node in nodes:
        where = node.node.metadata
        text = hashed.corpus.get(where["notice_id"]).text
        assert text[where["start"] : where["end"]] == node.node.get_content()
    only = PolicyRetriever(hashed, notices=["湛府〔2019〕13号"]).retrieve(QueryBundle("院长年薪"))
    assert {node.node.metadata["notice_id"] for node in only} == {ZHANJIANG}
    again = anyio.run(PolicyRetriever(hashed, top_k=5).aretrieve, "院长年薪")
    assert [node.node.node_id for node in again] == [node.node.node_id for node in nodes]


def test_the_engine_answers_with_its_citations(hashed: Assistant) -> None:
    engine = PolicyQueryEngine(hashed, region="广东省湛江市", as_of="2020-06-01")
    response = engine.query(QUESTION)
    answer = response.metadata["answer"]
    assert str(response) == answer.text and not response.metadata["refused"]
    assert [node.node.metadata["marker"] for node in response.source_nodes] == [c.marker for c in answer.citations]
    assert [node.node.get_content() for node in response.source_nodes] == [c.quote for c in answer.citations]
    assert str(anyio.run(engine.aquery, QUESTION)) == str(response)
    refused = engine.query("今天天气怎么样")
    assert refused.metadata["refused"] and refused.source_nodes == []


def test_the_retriever_serves_an_engine_of_the_framework(hashed: Assistant) -> None:
    retriever = PolicyRetriever(hashed, top_k=3)
    engine = RetrieverQueryEngine(retriever, response_synthesizer=NoText(llm=MockLLM()))
    assert len(engine.query("院长年薪").source_nodes) == 3


def test_a_place_that_does_not_exist_is_told(hashed: Assistant) -> None:
    with pytest.raises(ScopeError):
        PolicyQueryEngine(hashed, region="亚特兰蒂斯")
