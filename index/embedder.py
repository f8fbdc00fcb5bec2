"""Texts to vectors with sentence-transformers, and the same model as a LlamaIndex embedding.

The model is opened at the first text, not when the object is made: importing torch takes seconds and many commands
need none. ``fingerprint`` is known without opening it, which is what lets an unchanged build return at once. The
trap: vectors made with other prompts are of another space, so prompts are part of the fingerprint; the number format
is not, because half-precision and full-precision vectors of one model agree to about 1e-3.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np

from index import bundled
from index.adapter import SHIPPED, AdaptedEmbedder, LinearAdapter
from index.bundled_embedder import BundledEmbedder, TunedEmbedder
from index.environment import collector_paused, quiet
from index.errors import ModelError
from index.precision import cpu_multiplies_bf16, multiply_in_bf16, normalised
from index.query_vectors import QueryVectors
from index.types import IndexConfig, Matrix, TextRole

BUNDLED = "bundled"
UPDATES: Mapping[TextRole, str] = {"query": "questions.npz", "passage": "passages.npz"}
"""Files of the updates by what they embed."""
UPDATES_SETTING = "ASSISTANT_EMBEDDING__UPDATES"
_BGE_ZH_QUERY = "为这个句子生成表示以用于检索相关文章："


def default_prompts(name: str) -> tuple[str, str]:
    """``(query, passage)`` prompts of model families that need them but often do not ship them in their files.

    >>> default_prompts("intfloat/multilingual-e5-base")
    ('query: ', 'passage: ')
    """
    short = Path(name).name.lower()
    if "e5" in short and "instruct" not in short:
        return "query: ", "passage: "
    if "bge" in short and "-zh" in short:
        return _BGE_ZH_QUERY, ""
    return "", ""


class SentenceTransformerEmbedder:
    """Embeds with a sentence-transformers model: the bundled one, a local directory or a Hugging Face id."""

    def __init__(
        self,
        model: str = BUNDLED,
        *,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        dtype: str = "auto",
        batch_size: int = 4,
        cached_queries: int = 512,
        workers: int | None = None,
        notify: Callable[[str], None] | None = None,
    ) -> None:
        """
        Args:
            model: ``bundled``, a directory or a Hugging Face id.
            query_prompt: text put before queries; None takes the model's own, else its family's.
            passage_prompt: the same for passages.
            dtype: ``auto``, ``fp32`` or ``bf16`` (matrix products only; vectors are float32 either way).
            batch_size: texts a forward pass; small batches of like length waste least on padding.
            cached_queries: how many query vectors are remembered.
            workers: batches embedded side by side, each on one torch thread; 0 leaves the threads to torch and embeds
                batch after batch. None is one a core for the bundled model and 0 for any other, which is larger.
            notify: told in Chinese when the bundled model is being unpacked.

        Raises:
            ModelError: unknown ``dtype``, a directory that does not exist, or no bundled model on this platform.
        """
        if dtype not in ("auto", "fp32", "bf16"):
            raise ModelError(f"不认识的向量精度 {dtype!r}。", "ASSISTANT_EMBEDDING__DTYPE 可取 auto、fp32、bf16。")
        self.name = model
        self.dtype = ("bf16" if cpu_multiplies_bf16() else "fp32") if dtype == "auto" else dtype
        self.batch_size = batch_size
        self._workers = (min(8, os.cpu_count() or 1) if model == BUNDLED else 0) if workers is None else workers
        self._own_prompts = (query_prompt, passage_prompt)
        self._prompts: tuple[str, str] | None = None
        self._model: Any = None
        self._fingerprint: str | None = None
        self._lock = RLock()
        self._queries = QueryVectors(cached_queries)
        self._folder: Path | None = None
        if model == BUNDLED:
            self._folder = bundled.ensure_bundled_model(notify=notify)
        elif Path(model).expanduser().is_dir():
            self._folder = Path(model).expanduser().resolve()
            if not any((self._folder / name).is_file() for name in ("modules.json", "config.json")):
                raise ModelError(
                    f"目录 {model} 里没有模型（缺 modules.json 和 config.json）。", f"请检查 {bundled.SETTING}。"
                )
        elif _looks_like_path(model):
            raise ModelError(
                f"向量模型目录不存在：{model}。", f"请检查设置 {bundled.SETTING}；设为 {BUNDLED} 即用内置模型。"
            )

    @property
    def fingerprint(self) -> str:
        """Identifies weights and prompts; for a Hugging Face id not downloaded yet this downloads it."""
        if self._fingerprint is None:
            if self._folder is None:
                self._folder = _downloaded(self.name)
            weights = bundled.model_fingerprint(self._folder)
            settings = json.dumps([weights, *self._own_prompts], ensure_ascii=False)
            self._fingerprint = hashlib.sha256(settings.encode()).hexdigest()[:20]
        return self._fingerprint

    @property
    def weights(self) -> str:
        """The same: what is fitted on a model goes by its weights."""
        return self.fingerprint

    @property
    def dim(self) -> int:
        """Length of a vector (opens the model)."""
        return int(self.embed(["维"], "query").shape[1])

    def embed(self, texts: Sequence[str], role: TextRole) -> Matrix:
        """``(len(texts), dim)`` float32, rows L2-normalised, in the order given.

        Raises:
            ModelError: the model cannot be opened.
        """
        with self._lock:
            model = self._opened()
        if role == "query":
            return self._queries.get(texts, lambda missing: self._encode(model, missing, role))
        return self._encode(model, texts, role)

    def warm_up(self) -> None:
        """Open the model and run it once, so that the first question does not wait."""
        self.embed(["预热"], "query")

    def _encode(self, model: Any, texts: Sequence[str], role: TextRole) -> Matrix:
        prompts = self._prompts or ("", "")
        prompt = prompts[0] if role == "query" else prompts[1]
        if not texts:
            return np.zeros((0, int(model.get_embedding_dimension())), dtype=np.float32)
        # A batch holds texts of like length, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda i: (-len(texts[i]), i))
        parts = [order[i : i + self.batch_size] for i in range(0, len(order), self.batch_size)]

        def encode(part: list[int]) -> Matrix:
            batch = [texts[i] for i in part]
            found = model.encode(batch, prompt=prompt or None, batch_size=len(batch), show_progress_bar=False)
            return np.asarray(found, dtype=np.float32)

        if self._workers > 1 and len(parts) > 1:
            with ThreadPoolExecutor(self._workers) as pool:
                found = list(pool.map(encode, parts))
        else:
            found = [encode(part) for part in parts]
        vectors = np.empty((len(texts), found[0].shape[1]), dtype=np.float32)
        vectors[order] = np.concatenate(found)
        return normalised(vectors)

    def _opened(self) -> Any:
        if self._model is None:
            quiet(offline=self._folder is not None)
            self._model = self._open()
            own = getattr(self._model, "prompts", None) or {}
            family = default_prompts(self.name)
            query = own.get("query") or family[0]
            passage = own.get("passage") or own.get("document") or family[1]
            self._prompts = (
                query if self._own_prompts[0] is None else self._own_prompts[0],
                passage if self._own_prompts[1] is None else self._own_prompts[1],
            )
        return self._model

    def _open(self) -> Any:
        with collector_paused():
            return self._open_now()

    def _open_now(self) -> Any:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        transformers_logging.set_verbosity_error()
        import torch

        if self._workers:
            # Threads inside one product wait for each other; where other processes want the cores too, that made a
            # build four times slower than one thread a batch.
            torch.set_num_threads(1)
        try:
            kwargs: dict[str, Any] = {"dtype": torch.float32}
            if self.name == BUNDLED:
                kwargs["add_pooling_layer"] = False  # the wheel carries none and mean pooling needs none
            model = SentenceTransformer(str(self._folder or self.name), device="cpu", model_kwargs=kwargs)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelError(
                f"向量模型 {self.name} 打不开：{str(error).splitlines()[0][:200]}。",
                f"请检查设置 {bundled.SETTING}：内置模型写 {BUNDLED}，离线时须为本机目录。",
            ) from error
        model.eval()
        if self.dtype == "bf16":
            multiply_in_bf16(model)
        model.encode(["预热"], show_progress_bar=False)  # sets the tokenizer up, which threads may not do side by side
        return model


def load_embedder(
    config: IndexConfig, *, notify: Callable[[str], None] | None = None
) -> BundledEmbedder | SentenceTransformerEmbedder | AdaptedEmbedder:
    """The embedder a configuration asks for; cheap, the model itself is opened at the first text. The bundled model runs
    in ONNX Runtime unless a number format is named; with the shipped adapter go the shipped updates.

    Raises:
        ModelError: see :class:`SentenceTransformerEmbedder` and :meth:`~index.adapter.LinearAdapter.load`.
    """
    prompts: dict[str, Any] = {"query_prompt": config.query_prompt, "passage_prompt": config.passage_prompt}
    embedder: BundledEmbedder | SentenceTransformerEmbedder
    if config.embedding_model == BUNDLED and config.embedding_dtype == "auto":
        embedder = BundledEmbedder(**prompts, notify=notify)
    else:
        embedder = SentenceTransformerEmbedder(
            config.embedding_model, **prompts, dtype=config.embedding_dtype, notify=notify
        )
    if config.embedding_adapter == "none" or (config.embedding_adapter == "auto" and config.embedding_model != BUNDLED):
        return embedder
    shipped = config.embedding_adapter == "auto"
    adapter = LinearAdapter.load(SHIPPED if shipped else Path(config.embedding_adapter).expanduser())
    if config.embedding_updates == "none" or (config.embedding_updates == "auto" and not shipped):
        return AdaptedEmbedder(embedder, adapter)
    folder = SHIPPED.parent if config.embedding_updates == "auto" else Path(config.embedding_updates).expanduser()
    tuned = {
        role: TunedEmbedder(folder / name, UPDATES_SETTING, **prompts, notify=notify) for role, name in UPDATES.items()
    }
    return AdaptedEmbedder(embedder, adapter, tuned)


def to_llama_index(embedder: Any, name: str = "assistant") -> Any:
    """``embedder`` as a LlamaIndex ``BaseEmbedding``, for LlamaIndex parts that want one."""
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class _Adapter(BaseEmbedding):  # type: ignore[misc, unused-ignore]
        def _get_query_embedding(self, query: str) -> list[float]:
            return [float(x) for x in embedder.embed([query], "query")[0]]

        def _get_text_embedding(self, text: str) -> list[float]:
            return [float(x) for x in embedder.embed([text], "passage")[0]]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return [[float(x) for x in row] for row in embedder.embed(texts, "passage")]

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return _Adapter(model_name=name)


def _looks_like_path(model: str) -> bool:
    return model.startswith(("/", ".", "~")) or "\\" in model or model.count("/") > 1 or not model.strip()


def _downloaded(name: str) -> Path:
    """Snapshot directory of a Hugging Face id, downloaded when the cache lacks it."""
    quiet()
    from huggingface_hub import snapshot_download

    try:
        try:
            return Path(snapshot_download(name, local_files_only=True))
        except OSError:
            return Path(snapshot_download(name))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"向量模型 {name} 不在本机缓存里，也下载不到：{type(error).__name__}。",
            f"请把模型目录拷到本机并把 {bundled.SETTING} 设为该目录，或设为 {BUNDLED} 用内置模型。",
        ) from error
