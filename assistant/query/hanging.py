"""How a message hangs on the conversation (承接): a new subject, the same with one slot changed, or about the last answer.

Learnt from conversations (``hangs.npz``, trained by ``python -m training router``), because people elide whatever was said;
where no model is at hand the length of what is left decides. The trap: a short question may be a whole one (两票制要执行吗).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.query.types import Hang
from corpus import fitted
from corpus.synonyms import find_terms
from corpus.wording import wording

SURE = fitted.number("query.hanging.sure")
"""Share from which it hangs on."""
DOUBT, ALL_SURE = fitted.number("query.hanging.doubt"), fitted.number("query.hanging.all_sure")
"""Between them the other reading is kept as well, and the one that is answered more surely is taken."""
ELLIPTIC = 5
"""So few characters of content say little by themselves."""
LONGEST_LAST = 20
"""Characters of a message about the last answer."""
_SHORT = 9


@dataclass(frozen=True, slots=True)
class Hanging:
    """``doubtful``: the words leave the other reading open."""

    hang: Hang
    doubtful: bool = False


def hanging(
    question: str, content: str, *, placed: bool, shares: Mapping[str, float] | None, elsewhere: bool = False
) -> Hanging:
    """How ``question`` hangs on the turns before it.

    Args:
        content: the question without place, document and question words, and without those that ask who is in charge.
        placed: it names a place of its own.
        shares: of new, slot and last; None decides by length and pointing words.
        elsewhere: it names another year, document or sort of hospital than the question before: of the last answer it asks nothing.
    """
    if wording("turns_away").in_(question):
        return Hanging(Hang.NEW)
    if shares is None:
        whole = placed and any(len(m.term) >= 3 for m in find_terms(content))
        return Hanging(Hang.SLOT if len(content) <= _SHORT and not whole else Hang.NEW)
    about_last = not (placed or elsewhere) and len(question) <= LONGEST_LAST
    if about_last and 2 * shares["last"] > sum(shares.values()):
        return Hanging(Hang.LAST)
    share = shares["slot"] + shares["last"]
    says_something = len(content) > 1  # 谁来管 asks of nothing by itself
    on = share >= SURE or not says_something
    return Hanging(Hang.SLOT if on else Hang.NEW, says_something and DOUBT < share < ALL_SURE)
