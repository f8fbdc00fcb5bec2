"""Optional second look: a cross-encoder reads query and passage together and scores the pair.

Off unless ``reranker_model`` names a directory or Hugging Face id; the model is opened at the first pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import RLock
from typing import Any

from index.environment import collector_paused, quiet
from index.errors import ModelError
from index.types import IndexConfig, Reranker

SETTING = "ASSISTANT_RERANKER__MODEL"


class CrossEncoderReranker:
    """A sentence-transformers ``CrossEncoder`` behind the :class:`~index.types.Reranker` seam."""

    def __init__(self, model: str, *, batch_size: int = 16) -> None:
        """
        Raises:
            ModelError: ``model`` is written as a path and the directory does not exist.
        """
        folder = Path(model).expanduser()
        if not folder.is_dir() and (model.startswith(("/", ".", "~")) or model.count("/") > 1):
            raise ModelError(f"重排模型目录不存在：{model}。", f"请检查设置 {SETTING}，留空则不重排。")
        self.name = str(folder) if folder.is_dir() else model
        self.batch_size = batch_size
        self._model: Any = None
        self._lock = RLock()

    def rerank(self, query: str, texts: Sequence[str]) -> list[float]:
        """One score a text, in the order given; higher is better."""
        if not texts:
            return []
        with self._lock:
            if self._model is None:
                self._model = self._open()
            scores = self._model.predict(
                [(query, text) for text in texts], batch_size=self.batch_size, show_progress_bar=False
            )
        return [float(score) for score in scores]

    def _open(self) -> Any:
        quiet(offline=Path(self.name).is_dir())
        with collector_paused():
            from sentence_transformers import CrossEncoder

        try:
            return CrossEncoder(self.name, device="cpu")
        except (OSError, ValueError, KeyError) as error:
            raise ModelError(
                f"重排模型 {self.name} 打不开：{str(error).splitlines()[0][:200]}。",
                f"请检查设置 {SETTING}，留空则不重排。",
            ) from error


def load_reranker(config: IndexConfig) -> Reranker | None:
    """The reranker a configuration asks for, or None."""
    return CrossEncoderReranker(config.reranker_model) if config.reranker_model else None
