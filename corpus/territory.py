"""Where a notice holds (施行地域): its region, or the one place its title names for a rule of the whole country.

The country decides for one place too (在海南博鳌乐城国际医疗旅游先行区暂时调整实施…): issued for all, it rules nobody elsewhere. The
trap: a title that only names a place its text is about (京津冀医疗合作) is not limited to it, so the words 在…实施 must be there.
"""

from __future__ import annotations

from functools import lru_cache

from corpus.grammar import form
from corpus.regions import gazetteer
from corpus.types import Notice

_ONLY_IN = form("title.only_in")


def territory(notice: Notice) -> str:
    """The path of the place ``notice`` holds in; "" for the whole country."""
    return notice.region or _limited(notice.title)


@lru_cache(maxsize=4096)
def _limited(title: str) -> str:
    """The place a title of the country limits its rule to, else "".

    >>> _limited("国务院关于在海南博鳌乐城国际医疗旅游先行区暂时调整实施有关规定的决定"), _limited("关于在全国开展巡诊的通知")
    ('海南省', '')
    """
    found = _ONLY_IN.search(title)
    places = gazetteer().find(found["where"]) if found else []
    return places[0].path if len(places) == 1 else ""
