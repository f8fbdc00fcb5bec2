"""How a message hangs on the conversation (承接): a new subject, the same with one slot changed, or about the last answer.

Learnt from ways of asking on (``router.py``, trained by ``evals/router.py``), because people elide whatever was said;
where no model is at hand the length of what is left decides. The trap: a short question may be a whole one (两票制要执行吗).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.query.types import Hang
from corpus.synonyms import find_terms
from corpus.wording import wording

SURE, POINTED = 0.5, 0.1
"""Shares from which it hangs on; pointed at, POINTED will do."""
UNSURE, ALL_SURE = 0.00025, 0.95
"""Between them the other reading is kept as well. The shares run low on turns nobody trained on: of 50 such follow-ups over
seven question sets 46 are below .5 and 13 below UNSURE; of 300 questions that stand alone some 50 are above it."""
ALL_BUT = 0.8
"""Share up to which a question that names a place and a term stands by itself."""
ELLIPTIC, SHORT_SURE = 5, 0.3
"""So few characters of content say little by themselves: they hang on at a smaller share."""
LONGEST_LAST = 14
"""Characters of a message about the last answer."""
_SHORT = 9


@dataclass(frozen=True, slots=True)
class Hanging:
    """``doubtful``: the words leave the other reading open."""

    hang: Hang
    doubtful: bool = False


def hanging(question: str, content: str, *, placed: bool, acts: Mapping[str, float] | None) -> Hanging:
    """How ``question`` hangs on the turns before it.

    Args:
        content: the question without place, document and question words, and without those that ask who is in charge.
        placed: it names a place of its own.
        acts: shares of what a message does; None decides by length and pointing words.
    """
    if wording("turns_away").in_(question):
        return Hanging(Hang.NEW)
    whole = placed and any(len(m.term) >= 3 for m in find_terms(content))
    pointing = wording("back_reference").in_(question) or question.rstrip("？?。！!").endswith(("呢", "咧", "嘞", "呐"))
    if acts is None:
        on = pointing or (len(content) <= _SHORT and not whole)
        return Hanging(Hang.SLOT if on else Hang.NEW)
    last, slot = acts.get("last", 0.0), acts.get("slot", 0.0)
    if last >= SURE and len(question) <= LONGEST_LAST and not placed:
        return Hanging(Hang.LAST)
    share = (last + slot) / max(last + slot + acts.get("answer", 0.0), 1e-6)
    on = (
        share >= (SHORT_SURE if len(content) <= ELLIPTIC else SURE)
        or (pointing and share >= POINTED)
        or len(content) <= 1
    )
    if whole and share < ALL_BUT and not pointing:
        on = False
    says_something = len(content) > 1  # 谁来管 asks of nothing by itself
    doubtful = says_something and (UNSURE < share < ALL_SURE or (pointing and not on))
    return Hanging(Hang.SLOT if on else Hang.NEW, doubtful)
