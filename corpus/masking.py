"""Personal particulars in what people ask, masked (个人信息遮盖): ID numbers, telephones, bank cards, record numbers, e-mail
addresses, names.

It stands alone because everything that keeps or sends on a question must mask alike. Numbers are closed forms with their
check digits; a name needs a surname, characters that names are made of and a word beside it that says a person is meant
(``corpus/lexicon/masking.toml``, with examples). The trap: what is masked is gone, so ordinary words that look like a name
(患者安全, 家庭医生) must stay, and a name without any such word beside it is not seen.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from corpus.grammar import LEXICON

NAME = "姓名"
_COMMON_WORD = 30  # occurrences in jieba's counts from which a would-be name is an ordinary word


@dataclass(frozen=True, slots=True)
class Rule:
    """One closed form; ``check`` must hold for the digits it finds."""

    kind: str
    pattern: re.Pattern[str]
    check: Callable[[str], bool]


def masked(text: str) -> str:
    """``text`` with every personal particular replaced by its kind in brackets.

    >>> masked("我叫张三，身份证11010519491231002X，电话13912345678")
    '我叫［姓名］，身份证［身份证号］，电话［电话］'
    """
    for rule in rules():
        text = rule.pattern.sub(lambda match, rule=rule: _hidden(match, rule), text)  # type: ignore[misc]
    for pattern, sure in _names():
        text = pattern.sub(lambda match, sure=sure: _hidden_name(match, sure), text)  # type: ignore[misc]
    return text


@cache
def rules() -> tuple[Rule, ...]:
    """The closed forms, in the order they are tried."""
    return tuple(Rule(one["kind"], re.compile(one["is"]), _CHECKS[one.get("check", "")]) for one in lexicon()["rule"])


@cache
def lexicon() -> Mapping[str, Any]:
    """The file of rules with their examples."""
    return tomllib.loads((LEXICON / "masking.toml").read_text(encoding="utf-8"))


def _hidden(match: re.Match[str], rule: Rule) -> str:
    group = "hide" if "hide" in rule.pattern.groupindex else 0
    found = match[group]
    if not rule.check("".join(char for char in found if char.isalnum())):
        return match.group()
    start, end = match.start(group) - match.start(), match.end(group) - match.start()
    whole = match.group()
    return f"{whole[:start]}［{rule.kind}］{whole[end:]}"


def is_id_number(digits: str) -> bool:
    """Whether the last of 18 characters is the check digit of the others.

    Source: GB 11643-1999; ISO 7064, MOD 11-2.

    >>> is_id_number("11010519491231002X"), is_id_number("110105194912310021")
    (True, False)
    """
    if len(digits) != 18 or not digits[:17].isdecimal():
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(digits[:17]))
    return "10X98765432"[total % 11] == digits[17].upper()


def is_card_number(digits: str) -> bool:
    """Whether the digits pass the check of Luhn.

    Source: ISO/IEC 7812-1.

    >>> is_card_number("4111111111111111"), is_card_number("4111111111111112")
    (True, False)
    """
    if not digits.isdecimal():
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0


_CHECKS: dict[str, Callable[[str], bool]] = {"": lambda _: True, "id": is_id_number, "luhn": is_card_number}


@cache
def _names() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Patterns with a group ``hide``, and whether what stands before leaves no doubt."""
    said = lexicon()["names"]
    surname = f"(?:{'|'.join(said['compound'])}|[{''.join(said['surnames'].split())}])"
    given = f"[{''.join(said['given'].split())}]"
    name = rf"(?P<hide>{surname}{given}{{1,2}}|{surname}某{{1,2}})"
    anything = rf"(?P<hide>{surname}[\u4e00-\u9fff](?:{given})?)"
    before, sure = "|".join(said["before"]), "|".join(said["before_sure"])
    after = "|".join(said["after"])
    return (
        (re.compile(rf"(?:{sure})\s?{anything}"), True),
        (re.compile(rf"(?:{before})[:：]?\s?{name}"), False),
        (re.compile(rf"(?:(?<![\u4e00-\u9fff])|(?<=[{said['starts']}])){name}(?={after})"), False),
    )


def _hidden_name(match: re.Match[str], sure: bool) -> str:
    found, start = match["hide"], match.start("hide") - match.start()
    whole = match.group()
    if not sure:
        while len(found) > 1 and is_word(found):  # 患者张伟明天: the longest name that is no ordinary word
            found = found[:-1]
        if len(found) < 2 or _goes_on(match, len(found)):
            return whole
    return f"{whole[:start]}［{NAME}］{whole[start + len(found) :]}"


def _goes_on(match: re.Match[str], length: int) -> bool:
    """Whether the last character of the would-be name begins an ordinary word with what follows (患者于三|日内)."""
    at = match.start("hide") + length
    text = match.string
    return any(is_word(text[at - 1 : at + more]) and length == 2 for more in (1, 2) if at + more <= len(text))


@lru_cache(maxsize=4096)
def is_word(text: str) -> bool:
    """Whether ``text`` is an ordinary word of two characters or more."""
    import jieba

    jieba.setLogLevel(60)
    jieba.initialize()
    return len(text) >= 2 and int(jieba.dt.FREQ.get(text) or 0) >= _COMMON_WORD
