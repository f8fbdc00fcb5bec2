"""What a user would have without this product: plain retrieval, answering with what it finds.

Without a language model the field shows passages, so a baseline answers with its best passages, whole, until
:data:`ANSWER_CHARS` characters are reached, one citation each. It never refuses, knows neither the profile nor the
history, and sees the corpus as the product does (cleaned, with breadcrumbs), which favours it. The LlamaIndex starter
is the exception: it cuts the cleaned text its own way, because that is what it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from evals.types import Cited, Question, Response, Retrieved
from index.types import Embedder

if TYPE_CHECKING:
    from corpus.library import Corpus

ANSWER_CHARS = 500
TOP_K = 10
STARTER_TOP_K = 5
STARTER_CHUNK_TOKENS, STARTER_OVERLAP_TOKENS = 1024, 20

Search = Callable[[str], list[Retrieved]]
"""From a query to texts, best first."""


def answer_with(search: Search) -> Callable[[Question], Response]:
    """A system that answers with the best texts ``search`` finds."""

    def produce(question: Question) -> Response:
        found = search(question.question)
        shown: list[Retrieved] = []
        for text in found:
            shown.append(text)
            if sum(len(item.text) for item in shown) >= ANSWER_CHARS:
                break
        return Response(
            text="\n".join(f"{item.text}[{marker}]" for marker, item in enumerate(shown, start=1)),
            citations=tuple(Cited(item.notice, item.text, marker) for marker, item in enumerate(shown, start=1)),
            retrieved=tuple(found),
            mode="baseline",
        )

    return produce


def bm25_search(
    search_texts: Sequence[str],
    shown: Sequence[Retrieved],
    tokenize: Callable[[str], list[str]],
    *,
    top_k: int = TOP_K,
) -> Search:
    """BM25 (Lucene variant, bm25s defaults) over ``search_texts``; ``shown`` is what is returned for each."""
    import bm25s

    retriever = bm25s.BM25()
    retriever.index([tokenize(text) for text in search_texts], show_progress=False)
    depth = min(top_k, len(shown))

    def search(query: str) -> list[Retrieved]:
        tokens = [token for token in dict.fromkeys(tokenize(query)) if token in retriever.vocab_dict]
        if not tokens:
            return []
        places, scores = retriever.retrieve([tokens], k=depth, show_progress=False)
        return [
            Retrieved(shown[place].notice, shown[place].text, float(value))
            for place, value in zip(places[0], scores[0], strict=True)
            if value > 0
        ]

    return search


def dense_search(
    search_texts: Sequence[str], shown: Sequence[Retrieved], embedder: Embedder, *, top_k: int = TOP_K
) -> Search:
    """Exact cosine search over the vectors of ``search_texts``."""
    vectors = embedder.embed(list(search_texts), "passage")

    def search(query: str) -> list[Retrieved]:
        scores = vectors @ embedder.embed([query], "query")[0]
        best = np.argsort(-scores, kind="stable")[:top_k]
        return [Retrieved(shown[i].notice, shown[i].text, float(scores[i])) for i in best]

    return search


def jieba_words(text: str) -> list[str]:
    """Words as jieba cuts them, punctuation dropped: what most Chinese BM25 set-ups use."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    return [word for word in jieba.lcut(text.lower()) if any(char.isalnum() for char in word)]


def starter_search(corpus: Corpus, embedder: Embedder, *, top_k: int = STARTER_TOP_K) -> Search:
    """LlamaIndex's starter: SentenceSplitter 1024/20, the same embedding model, in-memory Chroma, top 5."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.vector_stores.chroma import ChromaVectorStore

    from index.embedder import to_llama_index

    client = chromadb.EphemeralClient(ChromaSettings(anonymized_telemetry=False))
    name = f"starter-{corpus.hash[:16]}"
    if name in [collection.name for collection in client.list_collections()]:
        client.delete_collection(name)
    store = ChromaVectorStore(chroma_collection=client.create_collection(name))
    documents = [Document(text=notice.text, metadata={"notice": notice.id}) for notice in corpus.notices]
    index = VectorStoreIndex.from_documents(
        documents,
        storage_context=StorageContext.from_defaults(vector_store=store),
        transformations=[SentenceSplitter(chunk_size=STARTER_CHUNK_TOKENS, chunk_overlap=STARTER_OVERLAP_TOKENS)],
        embed_model=to_llama_index(embedder),
    )
    retriever = index.as_retriever(similarity_top_k=top_k)

    def search(query: str) -> list[Retrieved]:
        nodes = retriever.retrieve(query)
        return [Retrieved(n.node.metadata["notice"], n.node.get_content(), float(n.score or 0.0)) for n in nodes]

    return search
