"""Yes or no (断是非): what a clause answers to a question that asks for a yes, by a fitted line; unsure where it is not sure.

The words of both are read as classes (``lexicon/asking.toml`` verdict_…, ``lexicon/limits.toml``), figures by whether the
asker's keeps the clause's bound; a line over classes and their pairs was fitted on labelled questions of sixty documents
(``python -m training polarity``). The trap: most clauses settle nothing by themselves, so a word is given only where the
line is sure, and the clause always stands below it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from assistant.query.asked import asks_yes_or_no, verb_or_not
from corpus import fitted
from corpus.facts import Facts, Figure, facts_of
from corpus.grammar import form, split_at
from corpus.numerals import quantity
from corpus.text import fold, pairs_of
from corpus.wording import lexicon, wording
from index.pairs import Shares
from index.reader import VerdictReader

WEIGHTS = Path(__file__).parent / "polarity.npz"
_ELSEWHERE, _DEFINES = form("clause.elsewhere"), form("clause.scope")
OF_DEFINITION = fitted.number("answering.polarity.of_definition")
"""Share of a question's words that a clause that says what something is must have to answer it by yes or no."""
SURE = fitted.number("polarity.sure")
"""Share from which a word is given; words given where the clause leaves the question open were counted as wrong."""
BOTH_SURE = fitted.number("verdict.both_sure")
"""The same where a reader read the clause too (``index.reader.VerdictReader``, ``python -m training verdict``)."""
TAIL, NEAR = 8, 2
"""Characters at a question's end that carry its predicate, and clauses nearest to the question that are read apart."""
AS_A_RULE = "原则上"
_WEAK = frozenset({"try", "encourage", "aim", "gradual"})
"""Forces of a clause (:mod:`corpus.facts`) that bind nobody yet."""
_CLAUSES = "，。；：、,;:|｜"
_ANY_RULE, _NOT_DONE = form("ask.any_rule"), form("ask.not_done")
_ANY_FIGURE, _MUST = form("ask.any_figure"), form("ask.must_not_but")
_ASKS = form("ask.asking_piece")
_KINDS = ("duty", "bound", "condition", "exception", "quantity", "polarity")


@lru_cache(maxsize=1)
def _forms() -> tuple[str, ...]:
    return tuple(name for name in lexicon() if name.startswith("verdict_"))


def features(question: str, clause: str) -> dict[str, float]:
    """Classes of question and clause, pairs of them, and whether the asker's figures keep the clause's bounds."""
    bare = question.rstrip("？?。！! ")
    asked = [n for n in _forms() if wording(n).in_(bare)]
    last = [n for n in _forms() if wording(n).in_(bare[-TAIL:])]
    whole, near = facts_of(clause), facts_of(_nearest(bare, clause))
    said, close = _names(whole), _names(near)
    found: dict[str, float] = {"one": 1.0}
    found |= {f"q {n}": 1.0 for n in asked} | {f"t {n}": 1.0 for n in last}
    found |= {f"c {n}": 1.0 for n in said} | {f"n {n}": 1.0 for n in close}
    found |= {f"q {a} c {b}": 0.5 for a in asked for b in said} | {f"q {a} n {b}": 0.7 for a in asked for b in close}
    found |= {f"t {a} c {b}": 0.7 for a in last for b in said}
    found |= {f"e {bare[-n:]}": 1.0 for n in (1, 2, 3)}
    found |= {f"a {g}": 0.35 for g in pairs_of(fold(bare))} | {f"s {g}": 0.25 for g in pairs_of(fold(clause))}
    kept = _kept(facts_of(bare), whole)
    found |= {f"k {kept}": 1.0} | {f"k {kept} q {a}": 1.0 for a in (*asked, "")} if kept else {}
    return found


def _names(facts: Facts) -> list[str]:
    return sorted({w.name for w in facts.words if w.kind in _KINDS})


def _nearest(question: str, clause: str, most: int = NEAR) -> str:
    """The clauses that share most with the question, as one text."""
    asked = pairs_of(fold(question))
    parts = [c for piece in split_at(_CLAUSES, clause) for c in piece.split() if len(c) > 1]
    parts.sort(key=lambda c: -len(pairs_of(fold(c)) & asked) / (math.sqrt(len(c)) + 0.5))
    return "，".join(parts[:most])


def _kept(asked: Facts, clause: Facts) -> str:
    """``kept`` where a figure of the asker is within the bound on its unit, ``broken`` where it is beyond, else ""."""
    for own in asked.figures:
        for bound in clause.figures:
            if (
                bound.bound in ("least", "most")
                and own.unit == bound.unit
                and (told := _within(own, bound)) is not None
            ):
                return "kept" if told else "broken"
    return ""


def _within(own: Figure, bound: Figure) -> bool | None:
    mine, limit = quantity(own.canonical), quantity(bound.canonical)
    if mine is None or limit is None:
        return None
    return mine >= limit if bound.bound == "least" else mine <= limit


@cache
def _line() -> Mapping[str, Mapping[str, float]]:
    with np.load(WEIGHTS, allow_pickle=False) as kept:
        names, weights = kept["names"].tolist(), kept["weights"].T.tolist()
        kinds = kept["kinds"].tolist()
    return {k: {n: w for n, w in zip(names, of, strict=True) if w} for k, of in zip(kinds, weights, strict=True)}


def shares(question: str, clause: str, line: Mapping[str, Mapping[str, float]] | None = None) -> dict[str, float]:
    """Shares of yes, no and neither; they add up to 1."""
    found = features(question, clause)
    scores = {k: sum(w.get(n, 0.0) * v for n, v in found.items()) for k, w in (line or _line()).items()}
    top = max(scores.values())
    parts = {k: math.exp(s - top) for k, s in scores.items()}
    return {k: p / sum(parts.values()) for k, p in parts.items()}


def together(line: Shares, read: Shares) -> Shares:
    """What line and reader say in one: the geometric mean, so that either may veto."""
    parts = [math.sqrt(a * b) for a, b in zip(line, read, strict=True)]
    return Shares(*(part / sum(parts) for part in parts))


def word(
    question: str, clauses: Sequence[str], reader: VerdictReader | None = None, *, asked: str | None = None
) -> str | None:
    """能, 不能, 要, 不用 …: what the clause answers, where the line, or line and reader, are sure of it.

    Args:
        asked: the message alone, where ``question`` has words of the one before it too: by these it is not asked again.
        clauses: the clause alone and as its article has it: what stands around it may say whom it means, or be about something
            else; one of them has to be sure, and none may say the opposite.
    """
    question, asked = (_ANY_RULE.sub("", one) or one for one in (question, asked or question))
    if _ANY_FIGURE.search(asked) or _MUST.search(asked):
        return None  # 有没有具体数: the figure is wanted; 非开不可: two denials in one
    if not asks_yes_or_no(asked) or _denies(_last(asked)) or _asks_twice(asked):
        return None  # 不用理它吧, 要把级别去掉的，对吧: a yes to what is denied is said either way
    if _ELSEWHERE.search(clauses[0]) or (_DEFINES.search(clauses[0]) and _covers(asked, clauses[0]) < OF_DEFINITION):
        return None  # 按照国家有关规定执行; 本条例所称急救，是指…: neither says of this
    told, sure = [Shares(**shares(question, clause)) for clause in clauses], SURE
    if reader is not None:
        read = reader.read(question, [clause.replace("\n", "") for clause in clauses])
        told, sure = [together(line, own) for line, own in zip(told, read, strict=True)], BOTH_SURE
    yes = {one.yes > one.no for one in told}
    if len(yes) != 1 or max(max(one.yes, one.no) for one in told) < sure:
        return None
    return said_to(asked, yes=yes.pop())


def _covers(question: str, clause: str) -> float:
    """Share of the pairs of characters of ``question`` that ``clause`` has."""
    asked = pairs_of(fold(question))
    return len(asked & pairs_of(fold(clause))) / len(asked) if asked else 0.0


def _last(question: str) -> str:
    """The clause that asks; where it only asks to confirm (…去掉的，对吧) with the one before."""
    *_, before, last = ["", *split_at(_CLAUSES, question.rstrip("？?。！! "))]
    return f"{before}，{last}" if len(wording("asks_held").without(last)) < NEAR else last


def _denies(clause: str) -> bool:
    """Whether a clause of a question denies, or says that something is taken away (取消、去掉)."""
    if verb := verb_or_not(clause):
        clause = clause.replace(f"{verb}不{verb}", "")  # 免不免 denies nothing
    if _NOT_DONE.search(wording("ask_closed").without(clause)):
        return True  # 不笔试可以吗
    return wording("verdict_not").in_(clause) or wording("taken_away").in_(clause)


def limits_of(clause: str, question: str = "") -> tuple[str, ...]:
    """Words by which the clause holds for some only, or as a rule (有条件的, 符合规定条件, 原则上), and by which the part of it that is
    nearest to the question only tries, aims at or encourages something (探索, 争取, 鼓励): a bare yes or no would say more.

    >>> limits_of("三级医院和有条件的二级医院要设中心"), limits_of("原则上不予注册"), limits_of("不得外借")
    (('有条件的',), ('原则上',), ())
    >>> limits_of("完善购买机制，探索推进民营医院服务纳入财政购买", "民营医院的服务财政能买不")
    ('探索',)
    """
    found = [w.text for w in facts_of(clause).words if w.name == "qualified" or w.text == AS_A_RULE]
    near = facts_of(_nearest(question, clause, 1)).words if question else ()
    return (*found, *(w.text for w in near if w.name in _WEAK))


_SAID = {
    "verdict_able": ("能", "不能"),
    "verdict_must": ("要", "不用"),
    "verdict_will": ("会", "不会"),
    "verdict_counts": ("算", "不算"),
    "verdict_has": ("有", "没有"),
    "verdict_covers": ("适用", "不适用"),
}
"""How yes and no are said to each way of asking, the one that decides first."""
_AS_ASKED = frozenset({"受"})
"""Words that are answered by themselves: 受限制吗 by 受 or 不受."""


def said_to(question: str, *, yes: bool) -> str:
    """By the way of asking in the clause that asks, one that repeats itself (能不能) first, then in the order above: 能…用吗 asks for
    能; 是 and 不是 where it is none of them, or where something is held to be so."""
    held = wording("asks_held").in_(question)  # 要开会的，对吧 asks if it is so, not if one must
    found = _ways(_last(question)) or _ways(question)
    if not held and not found and (verb := verb_or_not(_last(question))):
        return verb if yes else f"不{verb}"
    if held or not found:
        return "是" if yes else "不是"
    _, name, asked = min(found)
    pair = (asked, f"不{asked}") if asked in _AS_ASKED else _SAID[name]
    return pair[0] if yes else pair[1]


def _ways(clause: str) -> list[tuple[tuple[bool, int], str, str]]:
    """Each way of asking in a clause and its word, with what goes first: repeated ones, then by the order of :data:`_SAID`."""
    spans = ((name, order, span.of(clause)) for order, name in enumerate(_SAID) for span in wording(name).each(clause))
    return [((not _repeats(said), order), name, said) for name, order, said in spans]


def _repeats(said: str) -> bool:
    """能不能, 算不算, 有没有; 是不是 goes with another way of asking (是不是要报)."""
    return len(said) == 3 and said[0] == said[2] and said[0] != "是"


def _asks_twice(question: str) -> bool:
    """Whether two things are asked in one message (能不能到外面执业，要不要同意; 可以开吧，要不要跑): one word would answer either."""
    asking = [piece for piece in split_at(_CLAUSES, question) if _ASKS.search(piece)]
    return len(asking) > 1 or len({name for (plain, _), name, _ in _ways(question) if not plain}) > 1
