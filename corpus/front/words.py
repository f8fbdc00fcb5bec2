"""Words of the front matter (要素词表): what a title ends with, labels of fields, posts, what a page says beside the text.

It stands alone so that every reader of the front matter takes its words from one file, ``corpus/lexicon/front.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any


@lru_cache(maxsize=1)
def lexicon() -> Mapping[str, Mapping[str, Any]]:
    """The word lists by name, each with examples (``yes``) and look-alikes (``no``)."""
    path = Path(__file__).parents[1] / "lexicon" / "front.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def title_end() -> re.Pattern[str]:
    """A title's last word (文种), with the bracket that may follow it.

    Source: GB/T 9704-2012, 7.3.1 and 党政机关公文处理工作条例, 第八条 (公文种类); 立法技术规范（试行）（一）, 名称.

    >>> title_end().search("甲市急救办法（试行）")["end"], title_end().search("各县人民政府")
    ('办法', None)
    """
    ends = "|".join(sorted(lexicon()["title"]["ends"], key=len, reverse=True))
    return re.compile(
        rf"(?P<end>{ends})[》〉”\"]{{0,6}}(?:\s{{0,4}}[（(〔][^（）()]{{1,30}}[)）〕]){{0,2}}[》〉”\"]{{0,6}}$"
    )
