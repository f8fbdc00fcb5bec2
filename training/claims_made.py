"""Claims made from sentences (自造断言): true rewordings, and the same with one thing changed, the place of the change known.

Training data for the entailment reader where no hand has written any. A rewording keeps the sense by construction: fewer
clauses of a list, another word for the same duty or bound, another notation of a number, a lead-in. A change breaks it in
one place: another member of a contrast set, another figure, a date moved, a negation or condition left out, a duty made
stronger or weaker, another noun of the same document. The trap: a change that happens to be true (two members both stand
there) teaches the wrong thing, so what the evidence says elsewhere too is not used.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.contrasts import contrast_sets, mentions
from corpus.facts import facts_of
from corpus.numerals import find_values
from corpus.synonyms import find_terms
from corpus.types import Span


@dataclass(frozen=True, slots=True)
class Made:
    """A claim with its evidence; ``wrong`` is the changed place in the claim, ``left_out`` in the evidence."""

    claim: str
    evidence: tuple[str, ...]
    supported: bool
    kind: str = "-"
    wrong: Span | None = None
    left_out: Span | None = None
    document: str = ""


_SAME: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("应当", ("应", "须", "要", "必须", "需要")),
    ("应(?!当|急|对|用|届|税)", ("应当", "须", "要")),
    ("不得", ("不能", "禁止", "不可以", "不允许")),
    ("严禁", ("禁止", "不得", "绝不允许")),
    ("可以", ("可", "能够", "允许")),
    ("不低于", ("不少于", "至少达到", "不得低于")),
    ("不少于", ("不低于", "至少", "不得少于")),
    ("不超过", ("不高于", "最多", "不得超过")),
    ("以上(?!人民|部门|卫|学|的?行政)", ("及以上",)),
    ("力争", ("争取", "努力")),
    ("鼓励", ("提倡", "支持")),
    ("支持", ("鼓励", "扶持")),
    ("或者", ("或",)),
    ("以及", ("和", "及")),
    ("、(?=[^、，。；]{2,6}[，。；])", ("和", "与", "以及")),
    ("年底前", ("年末前", "年底之前", "年12月31日前")),
    ("逐步", ("分步", "稳步")),
    ("所有", ("全部",)),
    ("按照", ("依照", "按", "根据")),
    ("建立健全", ("建立和健全", "健全")),
    ("进行", ("开展", "实施")),
    ("开展", ("进行", "组织开展")),
    ("负责", ("来负责", "承担")),
    ("提供", ("给予", "提供")),
    ("提高", ("提升",)),
    ("降低", ("下调", "减少")),
    ("之日起", ("当日起", "之日开始")),
    ("医疗卫生机构", ("医疗机构",)),
    ("卫生健康行政部门", ("卫健部门", "卫生健康部门", "卫生健康主管部门")),
    ("人民政府", ("政府",)),
    ("患者", ("病人",)),
    ("医务人员", ("医护人员",)),
    ("达到", ("达", "实现")),
    ("取得", ("获得", "拿到")),
    ("未(?=按|经|取)", ("没有",)),
    ("处(?=[0-9一二三四五六七八九十]+.{0,3}元)", ("罚", "处以")),
    ("免费", ("无偿",)),
    ("及时", ("尽快",)),
    ("其他", ("别的", "其它")),
)
_LEADS = (
    "根据规定，",
    "按照要求，",
    "文件明确，",
    "该通知要求，",
    "依据上述规定，",
    "政策规定，",
    "按文件规定，",
    "该文件提出，",
    "通知明确：",
    "方案要求，",
    "条例规定，",
    "目前规定是，",
    "规定要求",
    "据此，",
    "具体来说，",
    "也就是说，",
)
_NEGATIONS = re.compile(
    r"不再|不得|不能|不予|不以|不纳入|不受|不需要?|不应|未(?=[一-龥])|严禁|禁止|无需|免予|非(?=公立|营利|法|急|处方)|没有|不(?=[一-龥])"
)
_HIDDEN_NOT = re.compile(
    r"不(?:断|仅|但|同|足|良|低于|少于|超过|高于|小于|大于|多于|定期|动产|孕|可抗|明原因)|未(?:来|成年)"
)
_CONDITION = re.compile(
    r"符合条件的|符合规定的|符合要求的|经[^，。；、]{2,14}(?:批准|同意|审核|许可|备案|认定)后?，?|"
    r"在[^，。；]{3,20}(?:前提下|基础上|条件下|情况下|范围内|期间)，?|有条件的|确有需要的|情节严重的，?|"
    r"逾期[^，。；]{1,6}的，?|无正当理由|特殊情况下|紧急情况下，?|必要时，?|原则上|依法|非急诊|本人自愿，?|自愿|连续|"
    r"对[^，。；]{3,14}的，|(?:年满|未满)[^，。；、]{1,8}的|除[^，。；]{2,18}外，?|[^，。；、]{2,12}(?:未|不)[^，。；、]{2,10}的，"
)
_STRENGTHEN: tuple[tuple[str, str], ...] = (
    ("鼓励", "要求"),
    ("鼓励", "必须"),
    ("支持", "强制"),
    ("可以", "必须"),
    ("可(?=[以按由自向从结根在])", "应当"),
    ("探索", "全面实行"),
    ("试点", "全面推开"),
    ("逐步", "立即"),
    ("力争", "确保"),
    ("争取", "确保"),
    ("原则上", "一律"),
    ("应当", "可以"),
    ("应当", "鼓励"),
    ("必须", "可以"),
    ("不得", "可以"),
    ("可以", "不得"),
    ("确保", "力争"),
    ("应(?!当|急|对|用)", "可"),
    ("部分", "全部"),
    ("全部", "部分"),
    ("所有", "部分"),
    ("有条件的", "所有"),
    ("基本(?=实现|建成|形成|建立)", "全面"),
    ("优先", "统一"),
    ("适当", "大幅"),
    ("重点", "全部"),
    ("主要", "全部"),
    ("一般", "一律"),
    ("参照", "严格按照"),
    ("禁止", "允许"),
    ("严禁", "允许"),
    ("要(?=[加建完进严按积强])", "可以"),
    ("建议", "要求"),
    ("也可", "只能"),
    ("或者", "并且"),
    ("定期", "不定期"),
    ("至少", "至多"),
    ("牵头", "配合"),
    ("配合", "牵头"),
)
_BOUNDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("不低于|不少于|至少|不得低于|不得少于", ("不高于", "不超过", "约", "最多")),
    ("不超过|不高于|最多|不得超过|不得高于", ("不低于", "至少", "约", "超过")),
    ("以上(?!人民|部门|卫|学|行政|地方|医)", ("以下", "左右", "以内")),
    ("以下(?!简|统|称|几|情|列)", ("以上", "左右")),
    ("左右", ("以上", "以内", "以下")),
    ("以内|之内", ("以外", "以上", "左右")),
    ("(?<=[日月年])内", ("后",)),
    ("底前|年底前", ("底后",)),
    ("(?<=[日月年底])前", ("后", "起")),
    ("之前|以前", ("之后",)),
    ("前(?=[0-9一二三四五六七八九十]+[个日天])", ("后",)),
    ("之?后(?=[0-9一二三四五六七八九十]+[个日天小])", ("前",)),
    ("高于|大于|超过", ("低于",)),
    ("低于|小于|少于", ("高于",)),
)
_INSERTS: tuple[tuple[str, str], ...] = (
    ("(?<=[，。；])(?=[一-龥]{2,8}(?:应当|要|须|可以))", "所有"),
    ("(?=(?:应当|要|须|可以|不得))", "全部"),
    ("(?=(?:应当|须|可以))", "只有经批准才"),
    ("(?=(?:负责|承担))", "单独"),
    ("(?=(?:应当|须))", "在一个月内"),
    ("(?=(?:应当|可以))", "无偿"),
)


def reworded(text: str, pick: random.Random, steps: int) -> str:
    """``text`` said otherwise, its sense kept."""
    for _ in range(steps):
        way = pick.randrange(10)
        if way < 5:
            text = _same_word(text, pick)
        elif way < 7:
            text = _synonym(text, pick)
        elif way == 7:
            text = _notation(text, pick)
        elif way == 8:
            text = _shuffled_list(text, pick)
        elif not text.startswith(_LEADS):
            text = pick.choice(_LEADS) + text
    return text


def _same_word(text: str, pick: random.Random) -> str:
    ways = [(m, new) for old, new in _SAME for m in re.finditer(old, text)]
    if not ways:
        return text
    match, new = pick.choice(ways)
    return text[: match.start()] + pick.choice(new) + text[match.end() :]


def _synonym(text: str, pick: random.Random) -> str:
    ways = [t for t in find_terms(text) if t.end - t.start >= 3 and text[t.start : t.end] == t.term]
    if not ways:
        return text
    term = pick.choice(ways)
    others = [o for o in term.others[:3] if len(o) >= 3]
    return text[: term.start] + pick.choice(others) + text[term.end :] if others else text


_CHINESE = "零一二三四五六七八九十"


def _notation(text: str, pick: random.Random) -> str:
    found = list(
        re.finditer(
            r"(?<![\d.])(\d{1,2})(?=[个日天年名项家%])|([一二三四五六七八九十])(?=[个日天年名项家](?!级))", text
        )
    )
    if not found:
        return text
    match = pick.choice(found)
    if match[2]:
        new = str(_CHINESE.index(match[2]))
    elif match[1] and text[match.end() : match.end() + 1] == "%":
        number = int(match[1])
        return text[: match.start()] + "百分之" + _spelled(number) + text[match.end() + 1 :]
    else:
        new = _spelled(int(match[1]))
    return text[: match.start()] + new + text[match.end() :]


def _spelled(number: int) -> str:
    if number <= 10:
        return _CHINESE[number]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _CHINESE[tens]) + "十" + (_CHINESE[ones] if ones else "")


def _shuffled_list(text: str, pick: random.Random) -> str:
    found = list(re.finditer(r"(?<=[一-龥])([一-龥]{2,6})、([一-龥]{2,6})(?=、)", text))
    if not found:
        return text
    match = pick.choice(found)
    return text[: match.start()] + f"{match[2]}、{match[1]}" + text[match.end() :]


def fewer_clauses(text: str, pick: random.Random) -> str:
    """Some leading clauses of a sentence, its condition kept: the tail is left out."""
    body = text.rstrip("。；，：")
    clauses = [c for c in re.split(r"(?<=[，；])", body) if c]
    if len(clauses) < 3:
        return body + "。"
    keep = pick.randrange(2, len(clauses) + 1)
    return "".join(clauses[:keep]).rstrip("，；：、") + "。"


Change = Callable[[str, str, random.Random], "tuple[str, Span | None, Span | None, str] | None"]


def _put(text: str, span: Span, new: str, kind: str) -> tuple[str, Span, None, str]:
    return text[: span.start] + new + text[span.end :], Span(span.start, span.start + max(len(new), 1)), None, kind


def other_member(claim: str, evidence: str, pick: random.Random) -> tuple[str, Span | None, Span | None, str] | None:
    sets, there = contrast_sets(), {(s, m) for s, m, _ in mentions(evidence)}
    ways = []
    for number, member, span in mentions(claim):
        others = [
            w
            for m, words in enumerate(sets[number].words)
            if m != member and (number, m) not in there
            for w in words[:2]
        ]
        if others:
            ways.append((span, pick.choice(others), sets[number].kind))
    if not ways:
        return None
    span, word, kind = pick.choice(ways)
    return _put(claim, span, word, kind)


def other_figure(claim: str, evidence: str, pick: random.Random) -> tuple[str, Span | None, Span | None, str] | None:
    values = [v for v in find_values(claim) if v.unit not in ("级", "甲", "乙", "条", "款")]
    if not values:
        return None
    value = pick.choice(values)
    digits = re.fullmatch(r"\d+(?:\.\d+)?", value.text)
    if digits:
        number = float(value.text)
        year = value.text.isdigit() and 1990 < number < 2060
        new_number = (
            number + pick.choice((-2, -1, 1, 2, 5))
            if year
            else number * pick.choice((0.5, 2, 10, 1.5)) + pick.choice((0, 5))
        )
        new = f"{new_number:g}"
    else:
        small = [c for c in "一二三五六七八九十" if c not in value.text]
        new = re.sub(r"[一二三四五六七八九十两]", lambda m: pick.choice(small), value.text, count=1)
    if new == value.text or new in evidence:
        return None
    return _put(claim, value.span, new, "figure")


def other_bound(claim: str, evidence: str, pick: random.Random) -> tuple[str, Span | None, Span | None, str] | None:
    ways = [(m, new) for old, news in _BOUNDS for m in re.finditer(old, claim) for new in news]
    if not ways:
        return None
    match, new = pick.choice(ways)
    return _put(claim, Span(*match.span()), new, "bound")


def other_force(claim: str, evidence: str, pick: random.Random) -> tuple[str, Span | None, Span | None, str] | None:
    ways = [(m, new) for old, new in _STRENGTHEN for m in re.finditer(old, claim)]
    if not ways:
        return None
    match, new = pick.choice(ways)
    return _put(claim, Span(*match.span()), new, "modality")


_OTHER_DUTY = {
    "may": ("必须", "应当", "一律", "不得"),
    "encourage": ("必须", "要求", "强制"),
    "try": ("全面推行", "确保", "必须"),
    "gradual": ("立即", "一次性", "全面"),
    "aim": ("确保", "必须", "保证"),
    "must": ("可以", "可", "鼓励"),
    "forbid": ("可以", "允许", "应当"),
    "sure": ("力争", "争取", "努力"),
    "at_once": ("逐步", "探索"),
}


def other_duty(claim: str, evidence: str, pick: random.Random) -> tuple[str, Span | None, Span | None, str] | None:
    ways = [
        w for w in facts_of(claim).of("duty") if w.name in _OTHER_DUTY and claim[w.span.start : w.span.end] == w.text
    ]
    if not ways:
        return None
    word = pick.choice(ways)
    return _put(claim, word.span, pick.choice(_OTHER_DUTY[word.name]), "modality")


def no_negation(claim: str, evidence: str, pick: random.Random) -> tuple[str, Span | None, Span | None, str] | None:
    hidden = [Span(*m.span()) for m in _HIDDEN_NOT.finditer(claim)]
    ways = [m for m in _NEGATIONS.finditer(claim) if not any(h.overlaps(Span(*m.span())) for h in hidden)]
    if not ways:
        return None
    match = pick.choice(ways)
    new = "" if match.group() not in ("严禁", "禁止") else pick.choice(("", "允许", "可以"))
    return _put(claim, Span(*match.span()), new, "polarity")


def more_negation(claim: str, evidence: str, pick: random.Random) -> tuple[str, Span | None, Span | None, str] | None:
    ways = list(
        re.finditer(
            r"(?<=[一-龥])(?:应当|要|应|可以|可|可按)(?=[一-龥])|(?=(?:纳入|适用|享受|承担|参加|负责|收取|给予|计入))",
            claim,
        )
    )
    if not ways:
        return None
    match = pick.choice(ways)
    return _put(claim, Span(*match.span()), pick.choice(("不", "不再", "不得")), "polarity")


def no_condition(claim: str, evidence: str, pick: random.Random) -> tuple[str, Span | None, Span | None, str] | None:
    ways = [m for m in _CONDITION.finditer(claim) if 2 <= m.end() - m.start() < len(claim) * 0.6]
    if not ways:
        return None
    match = pick.choice(ways)
    at = evidence.find(match.group())
    left = Span(at, at + len(match.group())) if at >= 0 else None
    text = claim[: match.start()] + claim[match.end() :]
    return (text, None, left, "condition") if left and len(text) > 8 else None


def more_words(claim: str, evidence: str, pick: random.Random) -> tuple[str, Span | None, Span | None, str] | None:
    ways = [(m.start(), new) for where, new in _INSERTS for m in re.finditer(where, claim) if new not in evidence]
    if not ways:
        return None
    at, new = pick.choice(ways)
    return _put(claim, Span(at, at), new, "scope")


class OtherNoun:
    """Another noun (or verb) of the same document in the place of one of the claim."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self._words: dict[str, list[str]] = {"n": [], "v": []}
        for sentence in sentences[:: max(1, len(sentences) // _VOCABULARY)]:
            for word, sort in tagged(sentence):
                if len(word) >= 2 and sort in self._words:
                    self._words[sort].append(word)

    def __call__(
        self, claim: str, evidence: str, pick: random.Random
    ) -> tuple[str, Span | None, Span | None, str] | None:
        at, ways = 0, []
        for word, sort in tagged(claim):
            if len(word) >= 2 and sort == "n":
                ways.append((Span(at, at + len(word)), sort))
            at += len(word)
        if not ways or not self._words["n"]:
            return None
        span, sort = pick.choice(ways)
        for _ in range(8):
            new = pick.choice(self._words[sort])
            old = claim[span.start : span.end]
            if new not in evidence and new[-1] != old[-1] and not set(new) & set(old):
                return _put(claim, span, new, "object")
        return None


@lru_cache(maxsize=60000)
def tagged(text: str) -> tuple[tuple[str, str], ...]:
    """Words with a coarse sort: ``n``, ``v`` or ``x``."""
    import jieba.posseg

    return tuple((w.word, w.flag[:1] if w.flag[:1] in "nv" else "x") for w in jieba.posseg.cut(text))


CHANGES: tuple[tuple[Change, float], ...] = (
    (other_member, 4.0),
    (other_figure, 1.5),
    (other_bound, 2.0),
    (other_force, 1.0),
    (other_duty, 2.0),
    (no_negation, 1.5),
    (more_negation, 1.0),
    (no_condition, 2.5),
    (more_words, 0.7),
)


def changed(
    claim: str, evidence: str, pick: random.Random, noun: OtherNoun | None = None
) -> tuple[str, Span | None, Span | None, str] | None:
    """One change that breaks the sense, or None where none applies: ``(claim, wrong, left_out, kind)``."""
    ways: list[tuple[Change, float]] = [*CHANGES]
    if noun is not None:
        ways.append((noun, 2.0))
    for _ in range(6):
        change = pick.choices([w for w, _ in ways], [p for _, p in ways])[0]
        found = change(claim, evidence, pick)
        if found and found[0] != claim:
            return found
    return None


_VOCABULARY = 60
"""Sentences of a document that lend their nouns: enough variety, and tagging is slow."""
_GOOD = re.compile(r"[一-龥]{6,}")
_NUMBERED = re.compile(
    r"^(?:第[一二三四五六七八九十百零]+条(?:之[一二三])?|[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、|\d+[.．、])\s*"
)


def make(document: str, sentences: Sequence[str], pick: random.Random, *, each: int = 1) -> list[Made]:
    """True and false claims from the sentences of one document, about one true to one and a half false."""
    noun = OtherNoun(sentences)
    made: list[Made] = []
    for at, sentence in enumerate(sentences):
        if not 14 <= len(sentence) <= 220 or not _GOOD.search(sentence) or "<!--" in sentence:
            continue
        around = [s for s in sentences[max(0, at - 2) : at + 3] if s != sentence and 6 <= len(s) <= 160]
        for _ in range(each):
            base = fewer_clauses(_NUMBERED.sub("", sentence) or sentence, pick)
            true = reworded(base, pick, pick.choice((0, 1, 2, 3, 4)))
            evidence = (sentence, *pick.sample(around, min(len(around), pick.choice((0, 0, 1, 2)))))
            if pick.random() < 0.85:
                made.append(Made(true, evidence, True, document=document))
            for _ in range(2 if pick.random() < 0.4 else 1):
                source = true if pick.random() < 0.75 else base
                broken = changed(source, sentence, pick, noun)
                if broken:
                    text, wrong, left, kind = broken
                    made.append(Made(text, evidence, False, kind, wrong, left, document))
            if around and pick.random() < 0.12:
                made.append(Made(true, tuple(around), False, "wrongclause", document=document))
    return made
