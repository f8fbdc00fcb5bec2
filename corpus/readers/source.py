"""What a reader gives back, and the limits every reader keeps.

It stands alone so that the readers share it without importing one another. The trap: ``text`` is what was read, with
one paragraph or table row a line; cleaning comes later and is the same for every format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

MAX_FILE_BYTES = 100 * 1024 * 1024
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_RATIO = 200  # unpacked to packed; office files stay below 50
MAX_MEMBERS = 2000
MAX_PAGES = 500


@dataclass(frozen=True, slots=True)
class Source:
    """A file as read. ``kind`` is txt, md, html, docx or pdf; ``warnings`` are Chinese sentences for the user.

    ``hints`` holds what the page around the notice says of it (``title``, ``number``, ``issued_on``, ``published_on``,
    ``issuer``): facts of a site, so less certain than the notice's own words.
    """

    text: str
    kind: str
    warnings: tuple[str, ...] = ()
    hints: Mapping[str, str] = field(default_factory=dict)


def row_text(cells: Sequence[str]) -> str:
    """One table row as a line: ``|序号|任务|``; white space inside a cell is one space, empty cells stay.

    >>> row_text(["1", " 建成 ", ""])
    '|1|建成||'
    """
    return "|" + "|".join(" ".join(cell.split()) for cell in cells) + "|"
