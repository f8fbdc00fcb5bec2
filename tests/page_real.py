"""Serves the page around the real assistant: ``python tests/page_real.py PORT DATA_DIR``, until stopped."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant.keeping.live import LiveAssistant
from assistant.service import Assistant
from assistant.settings import Settings
from ui import serve


def main(port: int, data_dir: Path) -> None:
    settings = Settings.load(data_dir=data_dir)
    settings = settings.model_copy(update={"ui": settings.ui.model_copy(update={"port": port})})
    serve(LiveAssistant(Assistant.from_settings(settings)), settings)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
