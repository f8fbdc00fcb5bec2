"""What a message that wants a document summed up or listed says of it (怎么总结): that it does, how long, in a table, which part.

The trap: 总结 is a noun as well (年终总结什么时候报), and a number of lines is no number of an article (5条以内, 第5条).
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.query.orders import wordings
from corpus import fitted
from corpus.grammar import form
from corpus.numerals import whole_number
from corpus.wording import wording

_LINES, _PART, _YEAR = form("ask.lines"), form("ask.part"), form("content.year")
_LENGTH, _PAGE, _TABLE, _SENTENCES = form("ask.length"), form("ask.page"), form("ask.table"), form("ask.sentences")
_LEFT_OUT = form("ask.left_out")
_LIST_OUT, _DIGEST, _ONLY, _AT_END = (
    form("ask.list_out"),
    form("ask.digest"),
    form("ask.only"),
    form("sum.asked_at_end"),
)
SHORT, PAGE = fitted.whole("query.summing.short"), fitted.whole("query.summing.page")
"""Characters of what is to be short, and of one page."""
_A_FEW = 5
"""Sentences where the words do not count them (几句话)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How what is told of a whole document is to look. ``lines`` and ``characters`` are the most that is wanted, None where the
    words leave it open; ``sentences``: so many of what matters most; ``listed``: one by one; ``only``: of whom or what alone, "" for all."""

    lines: int | None = None
    characters: int | None = None
    table: bool = False
    listed: bool = False
    only: str = ""
    sentences: int | None = None

    @property
    def bounded(self) -> bool:
        """Whether the words say how much may be told."""
        return self.lines is not None or self.short

    @property
    def short(self) -> bool:
        """Whether what matters most is wanted, wherever it stands."""
        return self.characters is not None or self.sentences is not None


def shape_of(message: str) -> Shape:
    """The shape that ``message`` asks for.

    >>> shape_of("总结一下，三百字以内").characters, shape_of("指标做个表").table, shape_of("只要医院的，列几条").only
    (300, True, '医院')
    >>> shape_of("用几句话总结办法").sentences, shape_of("概括成三句话").sentences
    (5, 3)
    """
    only = _ONLY.search(message)
    sentences = _sentences(message)
    return Shape(
        None if sentences else lines_wanted(message),
        _characters(message),
        _TABLE.search(message) is not None,
        _LIST_OUT.search(message) is not None,
        only["only"] if only else "",
        sentences,
    )


def _sentences(message: str) -> int | None:
    found = _SENTENCES.search(message)
    if found is None:
        return None
    return whole_number(found["n"]) or _A_FEW


def _characters(message: str) -> int | None:
    found = _LENGTH.search(message)
    if found and (number := whole_number(found["n"])):
        return number
    if _PAGE.search(message):
        return PAGE
    return SHORT if wording("brief").in_(message) else None


def asks_to_sum_up(message: str) -> bool:
    """Whether a message begins by asking for a summary, or names one (摘要, 提纲) as what is wanted.

    >>> asks_to_sum_up("帮我总结下这份通知里医保那一块"), asks_to_sum_up("年终总结什么时候报")
    (True, False)
    >>> asks_to_sum_up("某细则摘要，不超过六点"), asks_to_sum_up("病案摘要要写什么")
    (True, False)
    >>> asks_to_sum_up("23年那个方案总结一下，给领导看"), asks_to_sum_up("年底要不要总结一下")
    (True, False)
    """
    if _DIGEST.search(message) and not wording("ask_open").in_(message):
        return True
    if _AT_END.search(message) and not wording("ask_open").in_(message) and not wording("ask_closed").in_(message):
        return True
    text = message.strip()
    while word := next((word for word in wordings()["asks"] if text.startswith(word)), ""):
        text = text.removeprefix(word).strip("，, ")
    first = wording("sums_up").first(text)
    return first is not None and first.start == 0


def is_digest(message: str) -> bool:
    """Whether what is to be written is a digest: called so, or a report of so many characters, which has no room for a form.

    >>> is_digest("把采购那块写个三百字摘要"), is_digest("写个200字给院长的汇报，讲薪酬要点")
    (True, True)
    >>> is_digest("写个处方审核的汇报"), is_digest("起草通知，摘要附后")
    (False, False)
    """
    kinds = wordings()["kinds"]
    official = {kinds[name] for name in kinds if name in message}
    if _DIGEST.search(message):
        return not official
    return _LENGTH.search(message) is not None and official == {"report"}


def lines_wanted(message: str) -> int | None:
    """How many lines at most, None where it does not say.

    >>> lines_wanted("总结一下，5条以内"), lines_wanted("概括成三点"), lines_wanted("总结第五条")
    (5, 3, None)
    """
    found = _LINES.search(message)
    if found is None:
        return None
    return whole_number(found["n"] or found["m"] or found["k"] or found["o"]) or None


def part_wanted(topic: str) -> str:
    """The words for the part that is wanted; "" for the whole.

    >>> part_wanted("总结下里公立医院改革那一大块，5条以内"), part_wanted("总结一下主要内容")
    ('公立医院改革', '')
    """
    found = _PART.search(topic)
    if found is None or wording("back_reference").in_(found["part"]):
        return ""
    named = _YEAR.sub("", found["part"])  # 2021年中医药那条: the year is the document's
    return wording("collects").without(wording("sums_up").without(named)).strip()


def named_in(topic: str) -> str:
    """What is left to name the document by: without the words of asking, the part and the number of lines."""
    return wording("sums_up").without(_DIGEST.sub("", _PART.sub("", without_measure(topic)))).strip("，,。 　")


def without_measure(message: str) -> str:
    """``message`` without how many characters, lines or sentences it is to have.

    >>> without_measure("200字，薪酬")
    '，薪酬'
    """
    return _SENTENCES.sub("", _LENGTH.sub("", _LINES.sub("", message)))


def without_left_out(message: str) -> str:
    """``message`` without the clause that says what is not wanted.

    >>> without_left_out("列出医院要做的，卫健委的先不用说"), without_left_out("院长年薪怎么定")
    ('列出医院要做的，', '院长年薪怎么定')
    """
    return _LEFT_OUT.sub("", message)


def without_listing(message: str) -> str:
    """``message`` with a stop for the words that want things listed one by one.

    >>> without_listing("实事项目一共哪几项，列全")
    '实事项目，，，'
    """
    return _LIST_OUT.sub("，", message)
