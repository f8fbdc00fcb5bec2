"""A library for one run (临时文件库): a folder of documents added as a user would add it, in a scratch data folder.

The same folder is used again by the next run with the same documents, so that nothing is embedded twice.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from corpus.library import Corpus
from corpus.types import Notice

ORIGIN = "文件 "


def scratch_of(docs: Path) -> Path:
    """The scratch data folder of a folder of documents: the same for the same files."""
    digest = hashlib.sha256()
    for path in sorted(p for p in docs.rglob("*") if p.is_file()):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
    return Path(tempfile.gettempdir()) / f"assistant-evals-{digest.hexdigest()[:12]}"


def add_folder(docs: Path, data_dir: Path) -> str:
    """Add every document of ``docs`` to ``data_dir`` with the command a user has; what was refused, in its own words."""
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "add", str(docs)],
        env={**os.environ, "ASSISTANT_DATA_DIR": str(data_dir)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stderr if done.returncode else ""


def by_file(corpus: Corpus) -> Mapping[str, Notice]:
    """The notice each file became, by the file's name."""
    return {n.origin.removeprefix(ORIGIN): n for n in corpus.notices if n.origin.startswith(ORIGIN)}
