"""Claims made by moving parts of sentences (挪动造句): true ones said the other way round, false ones with parts of two clauses mixed.

Beside :mod:`training.claims_made`, which changes words where they stand. A subject given another's predicate, a figure
given another's measure: both stand in the notice, so only who reads the two together sees it, and a strong writer's
merged sentence fails that way. The trap: two clauses may say the same of both, so parts that hold each other are left.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.numerals import Value, find_values
from training.claims_made import Made, tagged

_RELATION = re.compile(
    r"不低于|不少于|不超过|不高于|不得|应当|必须|可以|提高到|降低到|下降到|上升到|控制在|保持在|"
    r"由(?=[一-龥]{2,14}(?:负责|牵头|承担|制定|审批|批准|组织|管理|确定))|达到|建成|设置|设立|配备|实行|负责|承担|纳入|给予|予以|处以|(?<=[一-龥])(?:为|是|占|须|应(?![急对用当])|可(?![及以持靠]))"
)
_NO_HEAD = re.compile(
    r"^(?:对|在|到|将|把|按|经|通过|以|并|同时|其中|此外|如|若|因|从|自|于|根据|依法|未|不|凡|当|为了?|并且|或者|以及|其|该|上述|前款|本)"
)
_TOGETHER = re.compile(r"共同|会同|联合|分别|合计|之和|总和|比|之间|互相|相互|各自|一体|协同|结合|配合")
_CLAUSES = re.compile(r"[，；。：！？\n]")
_TIME = re.compile(
    r"^((?:到|至)?(?:20\d\d|二〇[一二三四五六七八九〇]{2})年(?:\d{1,2}月)?(?:底|末)?(?:前|之前|以前)?|“十[一二三四五六]五”(?:期间|末)|每年|\d{1,3}个?(?:工作日|日|年|小时)内)，?(?=[一-龥])"
)
_STARTS_WITH_TASK = re.compile(
    r"^(?:建立|完善|加强|推进|开展|实施|落实|健全|加快|推动|强化|优化|规范|提高|提升|组织|制定|做好|加大|扩大|发挥|统筹|严格|深化|推行|改善)"
)
_NUMBERED = re.compile(
    r"^(?:第[一二三四五六七八九十百零〇]+条(?:之[一二三])?|[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、|\d+[.．、)）])\s*"
)


@dataclass(frozen=True, slots=True)
class _Clause:
    head: str
    relation: str
    tail: str


def moved(document: str, sentences: Sequence[str], pick: random.Random) -> list[Made]:
    """True and false claims made from the sentences of one document by moving their parts, about as many of each."""
    found: list[Made] = []
    for at, sentence in enumerate(sentences):
        if not 16 <= len(sentence) <= 260 or "<!--" in sentence or "|" in sentence:
            continue
        around = [s for s in sentences[max(0, at - 1) : at + 2] if s != sentence and 6 <= len(s) <= 160]
        evidence = (sentence, *pick.sample(around, min(len(around), pick.choice((0, 0, 1)))))
        whole = "".join(evidence)
        for claim, kind in (exchanged(sentence, pick), exchanged_figures(sentence, pick)):
            if claim and claim not in whole:
                found.append(Made(f"{claim}。", evidence, False, kind, document=document))
        for way in pick.sample((one_of_several, turned, later_time, as_task), 2):
            claim = way(sentence, pick)
            if claim:
                found.append(Made(f"{claim}。", evidence, True, document=document))
    return found


def _clauses(sentence: str) -> list[str]:
    return [c.strip() for c in _CLAUSES.split(_NUMBERED.sub("", sentence)) if len(c.strip()) >= 5]


def _read(clause: str) -> _Clause | None:
    """A clause as subject, relation and rest; None where it has no subject of its own."""
    match = _RELATION.search(clause, 2)
    if not match or _NO_HEAD.match(clause):
        return None
    head, tail = clause[: match.start()], clause[match.end() :]
    if not 2 <= len(head) <= 20 or len(tail) < 2 or tagged(head)[-1][1] != "n":
        return None
    return _Clause(head, match.group(), tail)


def exchanged(sentence: str, pick: random.Random) -> tuple[str, str]:
    """A subject with what another clause says of another; ``("", "")`` where no two clauses have subjects of their own."""
    parts = [p for c in _clauses(sentence) if (p := _read(c))]
    ways = [
        (a, b)
        for a in parts
        for b in parts
        if a is not b
        and not set(a.head) & set(b.head[-2:])
        and a.head not in b.tail
        and b.head not in a.tail
        and a.tail != b.tail
    ]
    ways += [(a, b) for a in parts for b in parts if a is not b and a.head != b.head and a.head[-2:] == b.head[-2:]]
    if not ways:
        return "", ""
    a, b = pick.choice(ways)
    if a.tail.startswith(b.tail) or b.tail.startswith(a.tail) or a.head in b.head or b.head in a.head:
        return "", ""
    return f"{a.head}{b.relation}{b.tail}", "subject"


def exchanged_figures(sentence: str, pick: random.Random) -> tuple[str, str]:
    """A clause with the figure of another clause of the sentence; ``("", "")`` where there are no two of one sort."""
    clauses = [c for c in re.split(r"[，；。：]", _NUMBERED.sub("", sentence)) if len(c) >= 5]
    there = [(n, v) for n, c in enumerate(clauses) for v in find_values(c)]
    ways = [
        (m, a, b)
        for m, a in there
        for n, b in there
        if m != n and a.canonical != b.canonical and _sort(a) == _sort(b) and b.text not in clauses[m]
    ]
    if not ways:
        return "", ""
    at, old, new = pick.choice(ways)
    clause = clauses[at]
    return f"{clause[: old.span.start]}{new.text}{clause[old.span.end :]}", "figure"


def _sort(value: Value) -> str:
    if value.canonical.endswith(("%", "‰")):
        return "%"
    year = value.canonical.isdigit() and 1949 <= int(value.canonical) <= 2100
    return "year" if year else value.unit


def one_of_several(sentence: str, pick: random.Random) -> str:
    """What is said of several, said of one of them: ``A、B和C应当……`` to ``B应当……``."""
    ways: list[str] = []
    for clause in _clauses(sentence):
        part = _read(clause)
        if not part or "、" not in part.head or _TOGETHER.search(clause):
            continue
        listed, _, sort = part.head.partition("等")
        names = [n for n in re.split(r"、|和|以及|及(?!其)", listed) if n]
        if len(names) >= 2 and all(2 <= len(n) <= 12 for n in names) and tagged(names[0])[0][1] != "v":
            whole = [n if not sort or n.endswith(sort) else f"{n}{sort}" for n in names]
            ways += [f"{n}{part.relation}{part.tail}" for n in whole if tagged(n)[-1][1] == "n"]
    return pick.choice(ways) if ways else ""


def turned(sentence: str, pick: random.Random) -> str:
    """Who does it said the other way: ``甲负责乙`` to ``乙由甲负责``, ``乙由甲负责`` to ``甲负责乙``."""
    ways: list[str] = []
    for clause in _clauses(sentence):
        if (_NO_HEAD.match(clause) or tagged(clause)[0][1] == "v") and not clause.startswith("由"):
            continue
        match = re.fullmatch(r"([^，、由]{3,20}?)(?:应当|具体|统一|主要)?负责((?!人|制(?!定)|的)[^，]{4,30})", clause)
        if match:
            ways += [f"{match[2]}由{match[1]}负责", f"负责{match[2]}的是{match[1]}"]
        if match := re.fullmatch(r"([^，]{3,24}?)由([^，、]{3,20})负责", clause):
            ways += [f"{match[2]}负责{match[1]}", f"负责{match[1]}的是{match[2]}"]
        if match := re.fullmatch(r"由([^，、]{3,20}?)(负责|牵头|组织|承担)([^，]{3,30})", clause):
            ways += [f"{match[1]}{match[2]}{match[3]}", f"{match[3]}由{match[1]}{match[2]}"]
    return pick.choice(ways) if ways else ""


def later_time(sentence: str, pick: random.Random) -> str:
    """The time behind the subject, or told apart: ``到2025年，甲达到乙`` to ``甲到2025年达到乙``."""
    body = _NUMBERED.sub("", sentence).rstrip("。；")
    match = _TIME.match(body)
    if not match:
        return ""
    part = _read(re.split(r"[，；。]", body[match.end() :])[0])
    if not part:
        return ""
    time = match[1]
    return pick.choice(
        (
            f"{part.head}{time}{part.relation}{part.tail}",
            f"{part.head}{part.relation}{part.tail}，时间是{time}",
            f"{part.head}要在{time.removeprefix('到')}{part.relation}{part.tail}"
            if time.endswith(("前", "内"))
            else f"{part.head}要{time}{part.relation}{part.tail}",
        )
    )


def as_task(sentence: str, pick: random.Random) -> str:
    """A task as a duty: ``完善制度`` to ``要完善制度``; in a notice both ask for the same.

    Only where the sentence begins with the task: what follows a duty, a leave or a purpose takes after that.
    """
    first = re.split(r"[，；。：]", _NUMBERED.sub("", sentence))[0]
    if (
        not _STARTS_WITH_TASK.match(first)
        or not 8 <= len(first) <= 40
        or _RELATION.search(first)
        or pick.random() < 0.5
    ):
        return ""
    return f"{pick.choice(('要', '应', '需要', '文件要求'))}{first}"
