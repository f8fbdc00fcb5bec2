"""Milvus Lite (milvus-lite): an engine in this process over one folder, spoken to as a server on the loopback address.

One process at a time may hold the folder; within it, who opens the same one shares the engine. The package's own way in
logs the reason of a fault and hides it, so the engine is started here.
"""

from __future__ import annotations

import atexit
import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import StoreError, StoreUnavailable


@dataclass(slots=True)
class _Engine:
    server: Any
    database: Any
    port: int
    users: int = 1

    def stop(self) -> None:
        self.server.stop(grace=2).wait()
        self.database.close()


_ENGINES: dict[Path, _Engine] = {}
_LOCK = threading.Lock()


def acquire(path: Path) -> str:
    """The address at which the engine over ``path`` listens; started where this process has none yet.

    Raises:
        StoreUnavailable: another process holds it, or the package is not installed.
        StoreError: no data of this engine.
    """
    path = path.resolve()
    with _LOCK:
        engine = _ENGINES.get(path)
        if engine is not None:
            engine.users += 1
        else:
            engine = _ENGINES[path] = _started(path)
    return f"http://127.0.0.1:{engine.port}"


def release(path: Path) -> None:
    """Give back what :func:`acquire` gave; the last one stops the engine and writes its files."""
    path = path.resolve()
    with _LOCK:
        engine = _ENGINES.get(path)
        if engine is None:
            return
        engine.users -= 1
        if engine.users > 0:
            return
        del _ENGINES[path]
        engine.stop()


@atexit.register
def _stop_all() -> None:
    with _LOCK:
        for engine in _ENGINES.values():
            engine.stop()
        _ENGINES.clear()


def _started(path: Path) -> _Engine:
    try:
        from milvus_lite.adapter.grpc.server import start_server_in_thread
        from milvus_lite.exceptions import DataDirLockedError, MilvusLiteError
    except ImportError as error:
        raise StoreUnavailable(
            f"打开 {path.name} 要用 Milvus Lite，这里没有安装。",
            "请运行 pip install 'health-policy-assistant[milvus]'。",
        ) from error
    logging.getLogger("grpc._server").setLevel(logging.CRITICAL + 1)  # it tells of calls that this engine does not know
    try:
        return _Engine(*start_server_in_thread(str(path)))
    except DataDirLockedError as error:
        raise StoreUnavailable(
            f"Milvus Lite 的 {path.name} 正被另一个进程使用，它一次只给一个进程用。",
            "请等那个进程结束；要几个进程同时用，请改用 Chroma 内嵌库或 Milvus 服务。",
        ) from error
    except FileExistsError as error:
        raise StoreError(
            f"{path.name} 是一个文件，不是这一版 Milvus Lite 的数据（旧版的不能沿用）。",
            "请换一个名字或移走它，再运行 assistant build。",
        ) from error
    except (MilvusLiteError, OSError, ValueError, KeyError, RuntimeError) as error:
        raise StoreError(
            f"Milvus Lite 的 {path.name} 打不开：{error}。", "请换一个名字，再运行 assistant build。"
        ) from error
