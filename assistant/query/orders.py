"""What a message asks to be written (起草什么): the kind of document and its matter, by the words of ``orders.toml``.

The trap: the matter is what stands behind 关于, behind what the document rests on (照…写), or what is left when the words
of asking are gone; what follows its clause (发给各科室) is for whom, not about what.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.grammar import form, split_at
from corpus.regions import gazetteer
from corpus.wording import wording

_NEAR_KIND, _LEAST, _MATTER = 40, 4, 6
"""Characters behind the verb in which the kind is named, of a matter in front of it, and of one in a clause of its own."""
_PIECES = "，,。；;：: \u3000\n"
_WORDS = Path(__file__).parent / "orders.toml"
_RESTING, _CLAUSE_END = form("write.resting"), form("write.clause_end")
_BEHIND, _FOR_WHOM = form("write.behind"), form("write.for_whom")
_TELLS, _MEASURED = form("write.tells"), form("write.measured")
_ON_GROUND, _OWN_TERM = form("write.on_ground"), form("write.own_term")
_HOW_LONG = (form("ask.length"), form("ask.page"))
_THAT_PART = form("write.that_part")
_ORDER, _TONE, _SAYS_ONLY = form("write.order"), form("write.tone"), form("write.for_someone")


@lru_cache(maxsize=1)
def wordings() -> dict[str, Any]:
    """The words of asking by what they are."""
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def official_names() -> tuple[str, ...]:
    """What the kinds of official documents are called."""
    return tuple(wordings()["kinds"])


def kind_called(name: str) -> str:
    """The key of the kind of official document that is called so."""
    return str(wordings()["kinds"][name])


def ordered(message: str) -> tuple[str, str]:
    """The key of the kind (a notice where none is named) and the matter.

    >>> ordered("帮我起草一份关于药品集中采购的通知。"), ordered("写个家庭医生签约服务汇报")
    (('notice', '药品集中采购'), ('report', '家庭医生签约服务'))
    >>> ordered("写一段通知，引用关于薪酬的规定，发给各科室"), ordered("照献血条例写一份方案")
    (('notice', '薪酬'), ('plan', '献血条例'))
    >>> ordered("帮我起草给市里的汇报，讲我们落实分级诊疗的情况"), ordered("老年护理行动方案写个向办公会的汇报")
    (('report', '落实分级诊疗的情况'), ('report', '老年护理行动方案'))
    >>> ordered("写个给各科室的提醒，讲处方审核的红线，两三句就行")
    ('notice', '处方审核的红线')
    >>> ordered("给各科室写个日间手术付费的通知"), ordered("写个日间手术付费的通知发各科室")
    (('notice', '日间手术付费'), ('notice', '日间手术付费'))
    >>> ordered("起草个院内通知 严禁科室定创收指标 按湛江文件写 短点"), ordered("写个通知：不准科室下达创收指标，湛江的")
    (('notice', '严禁科室定创收指标'), ('notice', '不准科室下达创收指标'))
    >>> ordered("根据某省44号文起草一份加强老年医学科建设的通知"), ordered("根据友好医院的意见，拟一个自查报告")
    (('notice', '加强老年医学科建设'), ('report', '友好医院的意见'))
    >>> ordered("起草一份关于日间手术付费的通知，发给各科室，甲省")
    ('notice', '日间手术付费')
    """
    words, text = wordings(), _without_length(_FOR_WHOM.sub("", message.strip().strip("。！!？?")))
    kinds: dict[str, str] = words["kinds"]
    first = _CLAUSE_END.split(text)[0]
    name = max((kind for kind in kinds if text.endswith(kind)), key=len, default="")
    whole = text
    if not name and (name := max((kind for kind in kinds if first.endswith(kind)), key=len, default="")):
        rest = text[len(first) :]
        text = f"{first.removesuffix(name).removesuffix('的')}{rest}" if first != name else text
    text = text.removesuffix(name).removesuffix("的")
    key = kinds.get(name, "notice")
    said = text
    for word in words["enough"]:  # 两三句就行 says how much, not about what
        said = said.replace(word, "＿" * len(word))
    at = min((said.find(word) + len(word) for word in words["about"] if word in said), default=-1)
    if at >= 0:
        return key, _matter(text[at:])
    if beside := _beside_order(whole):
        return key, _matter(beside)
    if resting := _RESTING.search(text):
        own = _begun(
            text[resting.end() :]
        )  # 根据某文件起草一份加强某事的通知: what it is about, and not what it rests on
        return key, _matter(own if len(own) >= _LEAST else resting["matter"])
    if tells := _TELLS.search(whole):
        return key, tells["matter"]
    if (matter := _before_order(whole)) is not None:
        return key, matter
    if name and (behind := _BEHIND.match(f"{text}{name}")) and not text.startswith(tuple(words["writes"])):
        return key, _begun(behind["matter"])
    text = _begun(text)
    if name and text.startswith(name):
        text = text.removeprefix(name).lstrip("，,：: ") or text
    return key, text


def own_matter(message: str) -> bool:
    """Whether an order that rests on a document has a matter besides it.

    >>> own_matter("根据某省44号文起草一份加强老年医学科建设的通知"), own_matter("照献血条例写一份方案")
    (True, False)
    """
    text = _FOR_WHOM.sub("", message.strip().strip("。！!？?"))
    resting = _RESTING.search(text)
    name = max((kind for kind in wordings()["kinds"] if text.endswith(kind)), key=len, default="")
    return resting is not None and len(_begun(text.removesuffix(name).removesuffix("的")[resting.end() :])) >= _LEAST


def addressee(message: str) -> str:
    """Whom the document is for; "" where the message does not say.

    >>> addressee("给各科室写个日间手术付费的通知"), addressee("写个通知，发给各病区，甲省"), addressee("写个通知")
    ('各科室', '各病区', '')
    """
    found = _FOR_WHOM.search(message.strip().strip("。！!？?"))
    return next((whom for whom in found.groups() if whom), "") if found else ""


def _beside_order(text: str) -> str:
    """The clause that says what about, where the first one only orders (起草个院内通知，严禁科室定指标，按某文件写，短点); "" where there is
    none. What it rests on, how much, and a place alone are no matter."""
    words = wordings()
    first, *rest = [piece.strip() for piece in split_at(_PIECES, text) if piece.strip()] or [""]
    ordered_only = _names_kind(first) and first.startswith((*words["asks"], *words["writes"]))
    name = max((kind for kind in words["kinds"] if first.endswith(kind)), key=len, default="")
    if not ordered_only or len(_begun(first).removesuffix(name)) >= _LEAST:
        return ""
    for piece in rest:
        resting = piece.startswith(tuple(words["rests"])) or piece.endswith(tuple(words["enough"]))
        shaped = _TELLS.search(f"，{piece}") or _FOR_WHOM.search(f"，{piece}")
        if len(gazetteer().replaced(piece).strip("的我们")) >= _MATTER and not resting and not shaped:
            return piece
    return ""


def _before_order(text: str) -> str | None:
    """What stands before the order to write a document (某方案写个汇报); None where nothing does."""
    measured = _MEASURED.search(text)
    if measured is None or wording("sums_up").in_(measured["rest"]) or not _names_kind(measured["rest"]):
        return None
    before = _begun(text[: measured.start()]).strip("，, ")
    return _matter(before) if len(before) >= _LEAST else None


def _names_kind(text: str) -> bool:
    return text.endswith(tuple(wordings()["kinds"]))


def _without_length(text: str) -> str:
    """An order without what it ends with on how long it is to be (…拟个自查通知，短点)."""
    last = [one for one in wording("brief").each(text) if one.end == len(text)]
    return text[: last[0].start].rstrip("，,、 ") if last else text


def matter_told(message: str) -> str:
    """What a text is to be written about where the message tells it and does not name it: its clauses without those that order, say
    how much or in what tone; what is left of the order where nothing else is said.

    >>> matter_told("病人问能复印哪些病历，凭啥收钱，替我写几句回他，客气些")
    '病人问能复印哪些病历，凭啥收钱'
    >>> matter_told("写个提醒全院别在楼里抽烟的短消息，两三句就好")
    '全院别在楼里抽烟'
    """
    told: list[str] = []
    for piece in (one.strip() for one in split_at(_PIECES, message.strip("。！!？? ")) if one.strip()):
        rest = _TONE.sub("", _ORDER.sub("", _ON_GROUND.sub("", piece))).strip("的、 ")
        only_how = any(one.search(piece) for one in (*_HOW_LONG, _OWN_TERM)) or _SAYS_ONLY.search(rest)
        if len(rest) >= _LEAST and not only_how:
            told.append(rest)
    return "，".join(told) or message


def rests_on(message: str) -> bool:
    """Whether a message says what the document rests on (照…写), or names a document and nothing more (某方案写个汇报).

    >>> rests_on("照献血条例写一份方案"), rests_on("献血条例写个汇报"), rests_on("写一份献血方案")
    (True, True, False)
    """
    text = _FOR_WHOM.sub("", message.strip().strip("。！!？?"))
    before = _before_order(text) or ""
    return _RESTING.search(text) is not None or before.endswith(tuple(wordings()["papers"]))


def _begun(text: str) -> str:
    """``text`` without the words of asking that it begins with."""
    while verb := next((word for word in wordings()["verbs"] if text.startswith(word)), ""):
        text = text.removeprefix(verb).strip("，, ")
    return text


def _matter(text: str) -> str:
    """The matter at the start of ``text``: to the end of its clause, without that it is a rule."""
    whole = _CLAUSE_END.split(text.strip())[0].strip()
    first = _THAT_PART.sub("", whole) or whole
    end = max((word for word in wordings()["rules"] if first.endswith(word)), key=len, default="")
    return first.removesuffix(end).removesuffix("的") or first


def _orders_outright(message: str) -> bool:
    """Whether a verb that only means writing (起草) stands before a kind of document, and nothing is asked."""
    words = wordings()
    at = min((message.find(verb) + len(verb) for verb in words["strong"] if verb in message), default=-1)
    asks = wording("ask_open").in_(message) or wording("ask_closed").in_(message)
    return at >= 0 and not asks and any(kind in message[at : at + _NEAR_KIND] for kind in words["kinds"])


def asks_to_write(message: str) -> bool:
    """Whether a message is an order to write a document: it begins with the verb, names a kind and asks nothing.

    >>> asks_to_write("帮我起草一份关于药品集中采购的通知"), asks_to_write("药品集中采购的通知是什么时候印发的")
    (True, False)
    """
    words, text = wordings(), _FOR_WHOM.sub("", message.strip().rstrip("。！!"))
    text = _without_length(text)
    verbs: list[str] = words["verbs"]
    begun = ""
    while verb := next((word for word in verbs if text.startswith(word)), ""):
        begun, text = begun or (verb if verb in words["writes"] else ""), text.removeprefix(verb).strip("，, ")
    if _orders_outright(message):
        return True
    if (_RESTING.search(text) and _names_kind(text)) or _before_order(text) is not None:
        return not (wording("ask_open").in_(message) or wording("ask_closed").in_(message))
    named = text.rstrip("。！!").endswith(tuple(words["kinds"])) or any(
        text.startswith(f"{kind}{stop}") for kind in words["kinds"] for stop in "，,："
    )
    return bool(begun) and named
