"""Vector stores (向量库) behind one Protocol: Chroma in the index folder or on a server, Milvus as a file or a cluster.

``ASSISTANT_STORE__URL`` alone says which (:mod:`index.stores.address`). A store is disposable: passages and vectors lie in the
generation's folder, so it can be filled again, or another one beside it, without embedding anything. It nominates; what is
shown are exact scores of the saved vectors and counts. To add one: a class that is a :class:`VectorStore`, a kind of
address, a line in each function here, and a parameter of the contract test.
"""

from __future__ import annotations

from index.stores.address import parse
from index.stores.types import Held, Made, Place, VectorStore

__all__ = ["Held", "Made", "Place", "VectorStore", "create_store", "drop_store", "open_store"]


def create_store(place: Place, made: Made) -> VectorStore:
    """A new, empty collection.

    Raises:
        StoreUnavailable: the server does not answer, or the store's package is not installed.
        StoreError: it cannot be made.
    """
    if parse(place.url).is_milvus:
        from index.stores.milvus import MilvusStore

        return MilvusStore.create(place, made)
    from index.stores.chroma import ChromaStore

    return ChromaStore.create(place, made)


def open_store(place: Place, fingerprint: str, sentences: int | None = None) -> VectorStore:
    """A collection that is there.

    Args:
        fingerprint: of the model whose vectors it must hold.
        sentences: how many it must hold, where that is to be checked.

    Raises:
        StoreUnavailable: the server does not answer, or the store's package is not installed.
        StoreError: missing, damaged, incomplete, or written by another model or version.
    """
    store: VectorStore
    if parse(place.url).is_milvus:
        from index.stores.milvus import MilvusStore

        store = MilvusStore.open(place, fingerprint)
    else:
        from index.stores.chroma import ChromaStore

        store = ChromaStore.open(place, fingerprint)
    try:
        if sentences is not None:
            place.check_count(store.count(), sentences)
    except BaseException:
        store.release()
        raise
    return store


def drop_store(place: Place) -> None:
    """Drop a collection that does not lie in the generation's own folder; one that is gone already is no error.

    Raises:
        StoreError: the store cannot be reached.
    """
    if parse(place.url).is_milvus:
        from index.stores.milvus import drop
    else:
        from index.stores.chroma import drop
    drop(place)
