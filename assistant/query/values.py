"""Does a sentence state the kind of value that is asked (所问数值的类型): a share, money, a count, a time, a grade.

Refusal and sentence choice rest on it: ``签约率要达到百分之几`` is not answered by a sentence with a head count. The trap:
a question may name a figure (``82还是95``) without asking for one of that kind.
"""

from __future__ import annotations

from functools import lru_cache

from corpus.dates import find_periods
from corpus.grammar import form
from corpus.numerals import find_values, quantity, whole_number
from corpus.text import pairs_of
from corpus.types import Span
from corpus.wordlists import units

_PARTIES = form("place.all_held")
_ASKED = {
    "share": form("value.share"),
    "money": form("value.money"),
    "times": form("value.times"),
    "span": form("value.span"),
    "age": form("value.age"),
    "grade": form("value.grade"),
    "count": form("value.count"),
    "size": form("value.size"),
    "phone": form("value.phone"),
}
_COUNTED, _DATED, _MONEY, _LASTING, _AGE = map(units, ("counted", "dated", "money", "lasting", "age"))
_CALENDAR, _LEVEL = units("calendar"), form("figure.level")
_OUT_OF_LENGTH = ((form("value.in_years"), units("brief")), (form("value.in_hours"), units("lengthy")))
"""Units of time that are no answer to a length asked in others: 几年 is not answered in hours, 几小时 not in years."""
_PLACED, _SUMS, _FINES = units("placed"), frozenset({"money", "size"}), frozenset({"money", "times"})
_SHARE_WORDS = form("states.share")
_PHONE, _EVERY, _SIZE = form("states.phone"), form("states.every"), form("states.size")
_RECURRING = form("states.recurring")
_BY_REFERENCE = form("states.by_reference")
"""A value left to another document (严格执行……（某号）确定的比例): that document is the answer."""
_OF_THINGS, _SHARE_OF = form("value.of_things"), form("states.share_of")
_GRADE = form("states.grade")
_SOON = form("states.time_word")
_BEARS = form("value.bears")
_SUM, _FREE, _OF_MONEY = form("value.sum"), form("states.free"), form("states.of_money")
_STARTS = form("states.starts")
_SPAN_COUNTED = form("value.span_counted")
_FROM_WHEN = form("ask.from_when")
_COUNTED_THINGS = form("ask.counted_things")
_PHASE, _QUOTED = form("ask.phase_number"), form("ask.quoted_words")
_FINE, _ASKS_FINE = form("states.penalty"), form("ask.penalty")


@lru_cache(maxsize=1024)
def asked_values(question: str) -> frozenset[str]:
    """Kinds of value ``question`` asks for; empty when it asks for none or for any.

    >>> sorted(asked_values("签约率要达到百分之多少"))
    ['share']
    >>> sorted(asked_values("下创收指标，这几个地方都不让吧"))
    []
    """
    asked = _PARTIES.sub("", question)
    return frozenset(kind for kind, pattern in _ASKED.items() if pattern.search(asked))


@lru_cache(maxsize=32768)
def stated_values(text: str) -> frozenset[str]:
    """Kinds of value ``text`` states.

    >>> sorted(stated_values("每年选拔10名，占比达到80%"))
    ['count', 'share']
    """
    found: set[str] = set()
    for value in find_values(text):
        if text.endswith("第", 0, value.span.start):
            continue  # 第十二条, 第三方: an ordinal is no count
        if value.canonical.endswith(("%", "‰", "个百分点")) or "/" in value.canonical:
            found.add("share")
        elif value.unit in _MONEY:
            found.add("money")
        elif value.unit == "倍":
            found.add("times")
        elif (
            value.unit in _LASTING
            or (value.unit == "年" and (quantity(value.canonical) or 0) < 100)
            or _is_days(text, value.span)
        ):
            found.add("span")
        elif value.unit in _AGE:
            found.add("age")
        elif value.unit in _COUNTED or (
            value.unit not in _DATED and not (value.canonical.isdigit() and 1990 <= int(value.canonical) <= 2060)
        ):
            found.add("count")
    if _SHARE_WORDS.search(text):
        found.add("share")
    if _PHONE.search(text):
        found.add("phone")
    if _SIZE.search(text):
        found.add("size")
    if _GRADE.search(text):
        found.add("grade")
    if _BY_REFERENCE.search(text):
        found |= {"share", "money"}
    return frozenset(found)


def _is_of_length(question: str, text: str) -> bool:
    """Whether a length of time that ``text`` states may be one of the length that is asked, or none of a unit that rules it out.

    >>> _is_of_length("台账留几年", "间隔不得超过四十八小时"), _is_of_length("几个钟头到", "十二个小时内"), _is_of_length("几年", "30日")
    (False, True, True)
    """
    other = {unit for asks, out in _OUT_OF_LENGTH if asks.search(question) for unit in out}
    said = {v.unit for v in find_values(text) if v.unit in _LASTING or v.unit == "年"}
    return not said or bool(said - other)


def _is_days(text: str, figure: Span) -> bool:
    """Whether 日 behind a figure counts days (十五日内), and is no day of a month."""
    return text.startswith("日", figure.end) and not text[: figure.start].rstrip().endswith(("月", "每月的"))


def question_figures(question: str) -> frozenset[str]:
    """Figures the question itself states besides years (``82还是95``, ``60岁``): sentences that state them are meant."""
    return frozenset(
        v.canonical.rstrip("%")
        for v in find_values(question)
        if (v.text[0].isdigit() or v.canonical.endswith("%"))
        and v.unit not in _PLACED
        and not (v.canonical.isdigit() and 1990 <= int(v.canonical) <= 2060)
    )


def things_counted(question: str) -> int | None:
    """How many things ``question`` says there are, where it asks which (哪六个, 那5个); None where it says no number.

    >>> things_counted("六个统一是哪六个"), things_counted("哪几个组"), things_counted("60岁的人看哪个科")
    (6, None, None)
    """
    match = _COUNTED_THINGS.search(question)
    return whole_number(match["n"]) or None if match else None


def phase_asked(question: str) -> int | None:
    """Which phase is asked about (第二阶段干什么), counted from 1; None where none is."""
    match = _PHASE.search(question)
    return whole_number(match["n"]) or None if match else None


def words_quoted(question: str) -> tuple[str, ...]:
    """The words a question sets in quotes (“严禁”的都列出来).

    >>> words_quoted("资阳文件里“严禁”的都拎出来"), words_quoted("严禁什么")
    (('严禁',), ())
    """
    return tuple(match["word"] for match in _QUOTED.finditer(question))


@lru_cache(maxsize=32768)
def plain_figures(text: str) -> frozenset[str]:
    """Canonical figures of ``text`` without percent signs, to compare with :func:`question_figures`."""
    return frozenset(v.canonical.rstrip("%") for v in find_values(text))


def fits(question: str, text: str, *, fines: bool = False) -> bool:
    """Whether ``text`` states a value of an asked kind, or any figure where the question leaves the kind open.

    Args:
        fines: whether a fine counts where none is asked for, as it does where all figures are wanted.

    >>> fits("补偿金额是多少", "处五万元罚款"), fits("罚多少", "处五万元罚款"), fits("列出数字", "处五万元罚款", fines=True)
    (False, True, True)
    >>> fits("体检要多少钱", "体检免费"), fits("免费的药一年最高给多少钱", "免费提供药物")
    (True, False)
    """
    asked = asked_values(question)
    stated = stated_values(text)
    if "span" in asked & stated and not _is_of_length(question, text):
        stated -= {"span"}
    if not fines and states_fine(text) and not _ASKS_FINE.search(question):
        stated -= _FINES  # 补偿多少: a fine is no grant, fee or measure
    if not asked:
        return bool(stated - {"grade", "phone"}) or states_level(text)
    free = "money" in asked and _FREE.search(text) and not _FREE.search(question)  # 免费药最高给多少: how much is open
    if asked & stated or free:
        return True
    told = "times" in stated or ("share" in stated and not _SUM.search(question))  # 几多万 is answered by no share
    if "money" in asked and told and _OF_MONEY.search(text):
        return True
    if "count" in asked and "share" in stated and _share_of_them(question, text):
        return True
    # 财政补多少: a share is an answer to an amount where somebody bears a part of it
    return "share" in stated and "money" in asked and bool(_BEARS.search(question)) and not _SUM.search(question)


def states_level(text: str) -> bool:
    """Whether ``text`` says which level is to be reached (达五级), which is no grade of a hospital.

    >>> states_level("电子病历应用水平达五级"), states_level("二级以上医院")
    (True, False)
    """
    return _LEVEL.search(text) is not None


def states_fine(text: str) -> bool:
    """Whether ``text`` states what a breach costs in money.

    >>> states_fine("处五万元以下的罚款"), states_fine("补助五万元"), states_fine("给予警告")
    (True, False, False)
    """
    return bool(stated_values(text) & _FINES) and bool(_FINE.search(text))


def _share_of_them(question: str, text: str) -> bool:
    """Whether the share is one of the things whose number is asked (多少县市 … 80%的县市); another share is no answer."""
    asked = {pair for match in _OF_THINGS.finditer(question) for pair in pairs_of(match["things"])}
    return any(asked & pairs_of(match["things"]) for match in _SHARE_OF.finditer(text))


def may_bear(question: str, text: str) -> bool:
    """Whether ``text`` states a figure that may be what is asked though its kind is not the one that is asked: a measure may be
    unknown (加多少点, 八学时), but no number of things is a sum or a size."""
    asked = asked_values(question)
    if asked and asked <= _SUMS:
        return bool(stated_values(text) & (asked | {"share", "times"}))
    if asked == {"count"}:  # 配几个人 is answered by no length of time
        return bool(stated_values(text) - {"span", "age", "grade", "phone"})
    return has_figure(text)


@lru_cache(maxsize=32768)
def has_figure(text: str) -> bool:
    """Whether ``text`` states a figure other than a year, an ordinal or a grade."""
    return bool(stated_values(text) - {"grade"})


@lru_cache(maxsize=32768)
def has_period(text: str) -> bool:
    """Whether ``text`` states a time: a year, a plan period, or 年底前 and the like."""
    return bool(years_of(text)) or bool(_SOON.search(text))


def states_time(question: str, text: str) -> bool:
    """Whether ``text`` states a time; a length of time (6个月) counts where ``question`` may ask for one (多久).

    >>> states_time("几号前打卡里", "发放时间为每月25日前"), states_time("几号前打卡里", "每月检查一次")
    (True, False)
    """
    lasts = lasts_or_recurs(text) and _is_of_length(question, text)
    if _SPAN_COUNTED.search(question):
        return lasts
    starts = bool(_FROM_WHEN.search(question)) and bool(_STARTS.search(text))
    dated = has_period(text) or bool(_RECURRING.search(text))
    return starts or dated or ("span" in asked_values(question) and lasts)


def names_time(text: str) -> bool:
    """Whether ``text`` states any time at all, a date, a length or how often.

    >>> names_time("每年3月份提交"), names_time("于派出前2周报送"), names_time("至少设置一所"), names_time("达到五级")
    (True, True, False, False)
    """
    dated = any(value.unit in _CALENDAR for value in find_values(text))
    return dated or has_period(text) or lasts_or_recurs(text) or bool(_STARTS.search(text))


def lasts_or_recurs(text: str) -> bool:
    """Whether ``text`` states a length of time or how often (不少于3周, 每季度一次): a time without a date."""
    return "span" in stated_values(text) or bool(_EVERY.search(text))


@lru_cache(maxsize=32768)
def years_of(text: str) -> frozenset[int]:
    """Every year ``text`` names; of a five-year plan the first and the last."""
    found: set[int] = set()
    for period in find_periods(text):
        found.update(period.years if len(period.years) <= 3 else (period.years[0], period.years[-1]))
    return frozenset(found)
