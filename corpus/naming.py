"""How answers call a notice (文件的称呼): its document number, or its short title where that is what people say.

It stands alone because every answerer, the page and the exports must use the same name for the same notice.
"""

from __future__ import annotations

from corpus.grammar import form
from corpus.types import Notice

_INNER = form("name.inner_short")
_BODY = form("name.body_first")


def inner_title(title: str) -> str:
    """The title of what a letter issues or forwards (关于印发…的通知), else the title as it is.

    A title that only mentions another document (关于暂时调整实施《…条例》有关规定的决定) keeps its own words.
    """
    inner = _INNER.search(title)
    return inner["t"].strip("《》") if inner else title


def short_title(notice: Notice) -> str:
    """:func:`inner_title` of the notice's own title."""
    return inner_title(notice.title)


def subject_of(notice: Notice) -> str:
    """The short title without the body in front of 关于: what a sentence of the notice is shown under."""
    return _BODY.sub("", short_title(notice)).strip("《》")


def said_by(notice: Notice) -> str:
    """How an answer names a notice: the number readers know it by (:attr:`corpus.types.Notice.reference`), or 《short title》:
    nobody calls a regulation by the number of the order that made it public (国务院令第380号)."""
    return notice.name if notice.reference or not notice.title else f"《{short_title(notice)}》"
