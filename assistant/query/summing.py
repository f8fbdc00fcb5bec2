"""What a message that wants a document summed up says of it (怎么总结): that it does, how many lines at most, and which part.

The trap: 总结 is a noun as well (年终总结什么时候报), and a number of lines is no number of an article (5条以内, 第5条).
"""

from __future__ import annotations

from assistant.query.orders import wordings
from corpus.grammar import form
from corpus.numerals import whole_number
from corpus.wording import wording

_LINES, _PART = form("ask.lines"), form("ask.part")


def asks_to_sum_up(message: str) -> bool:
    """Whether a message begins by asking for a summary.

    >>> asks_to_sum_up("帮我总结下这份通知里医保那一块"), asks_to_sum_up("年终总结什么时候报")
    (True, False)
    """
    text = message.strip()
    while word := next((word for word in wordings()["asks"] if text.startswith(word)), ""):
        text = text.removeprefix(word).strip("，, ")
    first = wording("sums_up").first(text)
    return first is not None and first.start == 0


def lines_wanted(message: str) -> int | None:
    """How many lines at most, None where it does not say.

    >>> lines_wanted("总结一下，5条以内"), lines_wanted("概括成三点"), lines_wanted("总结第五条")
    (5, 3, None)
    """
    found = _LINES.search(message)
    if found is None:
        return None
    return whole_number(found["n"] or found["m"]) or None


def part_wanted(topic: str) -> str:
    """The words for the part that is wanted; "" for the whole.

    >>> part_wanted("总结下里公立医院改革那一大块，5条以内"), part_wanted("总结一下主要内容")
    ('公立医院改革', '')
    """
    found = _PART.search(topic)
    return wording("collects").without(wording("sums_up").without(found["part"])).strip() if found else ""


def named_in(topic: str) -> str:
    """What is left to name the document by: without the words of asking, the part and the number of lines."""
    return wording("sums_up").without(_PART.sub("", _LINES.sub("", topic))).strip("，,。 　")
