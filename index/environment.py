"""What has to hold in the process before a heavy library is imported: no telemetry, no garbage collector.

Both are about start-up. Hugging Face, Chroma and Milvus read their switches when imported, so the switches are set first; and
the imports make millions of objects that stay, through which the collector would search again and again (a third of
the time until the first answer).
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_SWITCHES = {
    "ANONYMIZED_TELEMETRY": "False",
    "DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "GRPC_VERBOSITY": "NONE",
    "PYTHON_DOTENV_DISABLED": "1",  # pymilvus would read a .env from wherever it finds one
}


def quiet(*, offline: bool = False) -> None:
    """Switch telemetry and progress bars off, and with ``offline`` every connection to a model hub."""
    for name, value in _SWITCHES.items():
        os.environ.setdefault(name, value)
    if offline:
        os.environ["HF_HUB_OFFLINE"] = "1"


@contextmanager
def collector_paused() -> Iterator[None]:
    """No garbage collection inside; what an import made is then set apart as permanent, so later collections skip it. The trap:
    so is all else that is there, hence only where something was imported, not each time that a store is opened."""
    if not gc.isenabled():
        yield
        return
    imported = len(sys.modules)
    gc.disable()
    try:
        yield
    finally:
        if len(sys.modules) > imported:
            gc.freeze()
        gc.enable()
