"""``python -m assistant`` is the ``assistant`` command.

``-m`` searches the current directory first, where a folder called ``index`` or ``corpus`` would hide ours.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from assistant.cli import entry

entry()
