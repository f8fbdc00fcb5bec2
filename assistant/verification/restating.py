"""A claim in the words of a notice (改述): what a writer puts before it taken off, and other ways to say the same.

"第二种是…", "两地相比，…", "不能，…" say nothing of a notice, and a reader trained on notices stumbles over them; "X不在Y之列"
is how people say what a notice writes as "Y（X除外）". All of it is data (``lexicon/restating.toml``), each entry with examples
and look-alikes. The trap: the first word of an answer is a claim too, so it is taken off only where what follows does not
say the opposite (:func:`opposed`).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import corpus
from assistant.retrieval.matching import bigrams
from corpus.enumeration import without_marks
from corpus.facts import facts_of
from corpus.grammar import form, split_at
from corpus.numerals import canonical_values
from corpus.text import fold

_FILE = Path(corpus.__file__).parent / "lexicon" / "restating.toml"
_REST, _MOST_LEADS, _MOST_FIRST, _AGAIN = 4, 3, 24, 4
_TURNS = form("claim.turn")
_STOPS = "，,；;：:。"
_WHEN, _MUST = form("claim.when"), form("claim.must")
_BESIDE, _OUGHT, _TAKING, _OF, _NEAR = 4, "应当", "将", "的", 10


@dataclass(frozen=True, slots=True)
class RestatingClass:
    """One way of restating with its examples; ``template`` is what a form says in the words of a notice, "" for others."""

    kind: str
    name: str
    pattern: re.Pattern[str]
    template: str
    yes: tuple[str, ...]
    no: tuple[str, ...]


@lru_cache(maxsize=1)
def restating_classes() -> tuple[RestatingClass, ...]:
    """Every class of the lexicon, in its order."""
    raw = tomllib.loads(_FILE.read_text(encoding="utf-8"))["class"]
    return tuple(
        RestatingClass(
            c["kind"], c["name"], re.compile("|".join(c["patterns"])), c.get("as", ""), tuple(c["yes"]), tuple(c["no"])
        )
        for c in raw
    )


def bare(claim: str) -> tuple[str, str]:
    """``claim`` without its numbers and the words before it, and the answer they gave: ``yes``, ``no`` or "".

    >>> bare("第二种是新鲜中药材榨汁。"), bare("（一）不能，县级医院取消特需服务。")
    (('新鲜中药材榨汁。', ''), ('县级医院取消特需服务。', 'no'))
    >>> bare("满三年：从业满三年的可以报考。"), bare("报考条件：从业满三年。")
    (('从业满三年的可以报考。', ''), ('报考条件：从业满三年。', ''))
    >>> bare("甲市的不同之处是由县级审批。")
    ('甲市由县级审批。', '')
    """
    said, claim = "", without_marks(claim)
    for _ in range(_MOST_LEADS):
        found = next(
            (
                (c.kind, m)
                for c in restating_classes()
                if c.kind in ("lead", "yes", "no") and (m := c.pattern.match(claim)) and m.end()
            ),
            None,
        )
        if found is None or len(claim) - found[1].end() < _REST:
            break
        said = said or (found[0] if found[0] != "lead" else "")
        claim = claim[found[1].end() :].lstrip("，,：:； ")
    return _told_once(_uncompared(claim)), said


def _uncompared(claim: str) -> str:
    """``claim`` without the words inside it that compare (甲市的不同之处是…)."""
    for entry in restating_classes():
        if entry.kind == "inner":
            claim = entry.pattern.sub("", claim)
    return claim


def _told_once(claim: str) -> str:
    """``claim`` without a first word (三年：…) that the sentence behind its colon says again, all but one pair of characters.

    It may add no figure, bound, duty or denial of its own.
    """
    head, colon, rest = fold(claim).partition(":")
    if not colon or not 2 <= len(head) <= _MOST_FIRST:
        return claim
    if head not in rest:
        grams, mine, theirs = bigrams(head), facts_of(head), facts_of(rest)
        more = any(mine.names(kind) - theirs.names(kind) for kind in ("bound", "duty", "polarity", "quantity"))
        if (
            more
            or len(grams) < _AGAIN
            or len(grams - bigrams(rest)) > 1
            or canonical_values(head) - canonical_values(rest)
        ):
            return claim
    return claim[len(head) + 1 :].lstrip()


def opposed(claim: str) -> str | None:
    """Where the first word of an answer and the clause behind it say opposite things (可以，不得…): what is wrong, in Chinese.

    >>> opposed("可以，医院不得收取押金。")
    '先说“可以”，后面却是禁止'
    >>> opposed("可以，但不得超过10%。"), opposed("不能，县级医院取消特需服务。")
    (None, None)
    """
    rest, said = bare(claim)
    first = split_at(_STOPS, fold(rest))[0]
    if not said or _TURNS.search(first):
        return None
    facts, word = facts_of(first), split_at(_STOPS, claim)[0]
    denies = bool(facts.of("polarity")) or "forbid" in facts.names("duty")
    if said == "yes" and "forbid" in facts.names("duty"):
        return f"先说“{word}”，后面却是禁止"
    if said == "no" and "may" in facts.names("duty") and not denies and ("能" in word or "可" in word or "行" in word):
        return f"先说“{word}”，后面却是允许"
    return None


def each_of(claim: str) -> str | None:
    """``claim`` without the words that say it of several sources (两地都), None where it has none.

    >>> each_of("两地都不允许挂钩。")
    '不允许挂钩。'
    """
    for entry in restating_classes():
        if entry.kind == "each" and (m := entry.pattern.search(claim)):
            return f"{claim[: m.start()]}{claim[m.end() :]}".lstrip("，,")
    return None


def reordered(claim: str) -> tuple[str, ...]:
    """``claim`` with its time limit and its 应当 where a notice may have them; () where it has no one limit, or other duties.

    A duty is not weakened by it: what the claim leaves out is put in.

    >>> reordered("各院应当于每月5日之前报送名单。")[0], reordered("各院每月5日前报送名单。")[1]
    ('各院每月5日前应当报送名单。', '各院应当于每月5日前报送名单。')
    >>> reordered("各院可以每月5日前报送名单。")
    ()
    """
    limits = list(_WHEN.finditer(claim))
    if len(limits) != 1 or facts_of(claim).names("duty") - {"must"}:
        return ()
    limit, musts = limits[0], list(_MUST.finditer(claim))
    if len(musts) > 1 or (
        musts and min(abs(musts[0].end() - limit.start()), abs(musts[0].start() - limit.end())) > _BESIDE
    ):
        return ()
    spans = sorted([limit.span(), *(m.span() for m in musts)])
    first, last = spans[0], spans[-1]
    subject, between, rest = claim[: first[0]], claim[first[1] : last[0]] if musts else "", claim[last[1] :]
    when = limit["when"].replace(limit["side"] or "", (limit["side"] or "")[-1:]).replace("号", "日")
    rest = f"{between}{rest}".lstrip(_STOPS)
    must = musts[0].group() if musts and len(musts[0].group()) > 1 else _OUGHT
    orders = (f"{subject}{when}{must}{rest}", f"{subject}{must}于{when}{rest}", f"{when}，{subject}{must}{rest}")
    moved = f"{when}{must}将{subject}{rest}" if len(subject) > 1 and _TAKING not in rest else ""
    return tuple(dict.fromkeys(one for one in (*orders, moved) if one and one != claim))


def plain(claim: str) -> str | None:
    """``claim`` without its 应当: what a notice tells to do it often writes bare (推进数据治理); None where it has none, or another
    word of duty.

    >>> plain("各地应当推进数据治理。"), plain("各地必须推进。"), plain("应当招标的项目由县级审批。")
    ('各地推进数据治理。', None, None)
    """
    facts = facts_of(claim)
    if facts.names("duty") != {"must"} or facts.of("strict") or len(facts.text) != len(claim):
        return None
    words = facts.of("duty")
    if any(_OF in split_at(_STOPS, facts.text[w.span.end :])[0][:_NEAR] for w in words):
        return None  # it says which one, not what is to be done
    for word in reversed(words):
        claim = claim[: word.span.start] + claim[word.span.end :]
    return claim


def equals(claim: str) -> tuple[str, ...]:
    """Other ways to say ``claim``, as notices word it.

    >>> equals("中药饮片不在取消加成的范围内。")
    ('取消加成（中药饮片除外）。',)
    """
    body = claim.rstrip("。；; ")
    return tuple(
        f"{c.template.format(**m.groupdict(''))}。"
        for c in restating_classes()
        if c.kind == "form" and (m := c.pattern.match(body))
    )
