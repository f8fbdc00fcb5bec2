"""Front matter (文件要素): what a document says of itself, from its own lines.

::

    read_front(text, articles, hints) -> Front      every fact with its span and a confidence
    settled(front, facts)             -> Front      the same with what the user or notice.toml says in its place
"""

from __future__ import annotations

from corpus.front.plain import front_from_plain as front_from_plain
from corpus.front.plain import front_to_plain as front_to_plain
from corpus.front.read import read_front as read_front
from corpus.front.settle import settled as settled
