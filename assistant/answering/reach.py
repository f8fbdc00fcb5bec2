"""Whom a clause is about (条款的对象): a rule for 三甲医院 says nothing to a 二级医院, a list of pilot places nothing to others.

Only what the clause itself names is held against what the asker says of the hospital; where either is open, nothing is
concluded. The trap: 二级以上 covers 三级, and a clause that names both kinds is about both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.draft import Statement, Support
from assistant.retrieval.selection import Pick
from corpus.regions import display, gazetteer, is_within, parts_of

_ASKER_GRADE = (
    (3.5, re.compile(r"三甲|三级甲|三级(?!乙)")), (3.2, re.compile(r"三乙|三级乙")),
    (2.5, re.compile(r"二甲|二级甲|二级(?!乙)")), (2.2, re.compile(r"二乙|二级乙")),
    (1.0, re.compile(r"一级|一甲|社区卫生服务|卫生院|村卫生室")),
)  # fmt: skip
_CLAUSE_GRADE = (
    (1.0, re.compile(r"一级[^，。；]{0,8}(?:医院|医疗)|基层医疗|社区卫生|卫生院|村卫生室")),
    (2.0, re.compile(r"二级(?:及|和|或)?以上|二级[^，。；]{0,8}(?:医院|医疗)")),
    (3.0, re.compile(r"三级(?:及|和|或)?(?:以上)?(?:公立|综合|中医)*(?:医院|医疗)")),
    (3.5, re.compile(r"三甲|三级甲等")),
)
"""The grade an asker says and the least one a clause names; a grade alone is taken for its better half."""
_GRADE_NAMES = {3.5: "三级医院", 3.2: "三级乙等医院", 2.5: "二级医院", 2.2: "二级乙等医院", 1.0: "一级医院或基层机构"}
_KINDS = (
    (re.compile(r"民营|私立|私人|社会办|民办|非公立"), re.compile(r"(?<!非)公立"), "公立医院", "社会办医疗机构"),
    (re.compile(r"综合医院|西医"), re.compile(r"中医医院|中医医疗机构"), "中医医院", "综合医院"),
    (re.compile(r"县医院|县级|县人民医院|县中医"), re.compile(r"城市公立医院"), "城市公立医院", "县级医院"),
)
_ASKS_OF_US = re.compile(
    r"吗|么|不[？?]?$|没[？?]?$|是不是|是否|要不要|用不用|套|也得|必须|硬杠|算不算|在不在|够不够|得上|得到"
)
_ALL = re.compile(r"所有(?:医疗|医院)|各级各类|全部医疗")


def outside(question: str, place: str | None, picks: Sequence[Pick]) -> Statement | None:
    """The sentence that says the best clause is not about the asker, cited; None where that cannot be told."""
    if not picks:
        return None
    pick = picks[0]
    clause = pick.notice.quote(pick.span)
    told = other_kind(question, clause) or _place(question, place, clause)
    if told is None:
        return None
    about, asker = told
    text = f"不适用：该条写的是{about}，没有写到{asker}。"
    return Statement(text, (Support(pick.notice.id, pick.span),), given=text)


def asks_of_us(question: str) -> bool:
    """Whether the question asks if a rule covers the asker (套得上我们吗), so that "it is about others" is the answer."""
    return bool(_ASKS_OF_US.search(question))


def other_kind(question: str, clause: str) -> tuple[str, str] | None:
    """Whom ``clause`` is about and what the asker is, where the clause leaves the asker's sort of hospital out."""
    return _grade(question, clause) or _kind(question, clause)


def _grade(question: str, clause: str) -> tuple[str, str] | None:
    own = next((grade for grade, pattern in _ASKER_GRADE if pattern.search(question)), None)
    least = next((grade for grade, pattern in _CLAUSE_GRADE if pattern.search(clause)), None)
    if own is None or least is None or own >= least or _ALL.search(clause):
        return None
    named = next(p.search(clause) for g, p in _CLAUSE_GRADE if g == least)
    return (named.group() if named else ""), _GRADE_NAMES[own]


def _kind(question: str, clause: str) -> tuple[str, str] | None:
    for asker, about, about_name, asker_name in _KINDS:
        if asker.search(question) and about.search(clause) and not asker.search(clause) and not _ALL.search(clause):
            return about_name, asker_name
    return None


def _place(question: str, place: str | None, clause: str) -> tuple[str, str] | None:
    """A clause that lists places of the asker's own level, none of them the asker's."""
    if place is None:
        return None
    listed = list(dict.fromkeys(m.path for m in gazetteer().find(clause, prefer=[place])))
    depth = min(len(parts_of(place)), 3)
    siblings = [p for p in listed if len(parts_of(p)) >= 2 and parts_of(p)[0] == parts_of(place)[0]]
    if not siblings or depth < 2 or any(is_within(place, p) or is_within(p, place) for p in siblings):
        return None
    if not re.search(r"试点|示范|名单|列|有没有|够", question + clause):
        return None
    names = "、".join(parts_of(p)[-1] for p in siblings)
    return names, display("/".join(parts_of(place)[-1:]))
