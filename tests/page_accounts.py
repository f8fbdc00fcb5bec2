"""Serves the page with accounts over the shipped notices and the hashing embedder: ``python tests/page_accounts.py PORT DATA_DIR``.

Users: 管理员甲, 院办乙 (in the group 院办), 读者丙; one notice is limited to that group. All have the same password.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fakes import HashingEmbedder

from assistant.accounts.identity import Role
from assistant.accounts.store import AccountStore
from assistant.keeping.live import LiveAssistant
from assistant.service import Assistant
from assistant.settings import Settings
from corpus.library import load_corpus
from index import Index, IndexConfig, build_index
from ui import serve

PASSWORD = "correct-horse-battery"
HIDDEN = "zhanjiang-2019-hospital-reform"


def main(port: int, data_dir: Path) -> None:
    settings = Settings.load(data_dir=data_dir)
    settings = settings.model_copy(
        update={
            "ui": settings.ui.model_copy(update={"port": port}),
            "accounts": settings.accounts.model_copy(update={"enabled": True}),
        }
    )
    store = AccountStore(data_dir)
    store.add_user("管理员甲", PASSWORD, Role.ADMIN)
    store.add_user("院办乙", PASSWORD, Role.READER, ["院办"])
    store.add_user("读者丙", PASSWORD, Role.READER)
    store.limit(HIDDEN, ["院办"])
    corpus, config, embedder = load_corpus(data_dir), IndexConfig(data_dir), HashingEmbedder()
    build_index(corpus, config, embedder=embedder)
    serve(LiveAssistant(Assistant(corpus, Index.open(config, corpus, embedder=embedder), settings)), settings)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
