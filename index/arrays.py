"""Arrays of a model in one file (数组文件): written whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray


def save_arrays(path: Path, **arrays: NDArray[Any]) -> None:
    """Write ``arrays`` compressed to ``path`` (.npz); the file that is there stays until the new one is complete."""
    partial = path.with_suffix(".partial.npz")
    np.savez_compressed(partial, **arrays)  # type: ignore[arg-type, unused-ignore]
    partial.replace(path)
