"""A question with less in it (收窄): without what asks for a penalty, without the words of comparing, one point of several.

Ways of answering search for a part of what is asked. They stand here because the cut is made on words, and words are read in
this room only. The trap: what is left may be nothing; each says so by an empty content, or leaves the question as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.query.kinds import classify
from assistant.query.topic import content_of, matter_of, says_a_matter
from assistant.query.types import Query
from assistant.query.values import asked_values
from assistant.types import Kind
from corpus.grammar import form, split_at
from corpus.synonyms import TermMatch, find_terms
from corpus.text import fold
from corpus.wording import wording

_PENALTY, _OLD_RULE, _RULING = form("ask.penalty"), form("change.old_rule"), form("ruling.words")
_NAMED_POINTS, _EACH_OF = form("compare.points"), form("compare.points_each")
_POINT, _POINTS = 4, 4
"""Characters of a point that is compared, and points compared at most."""
_OF_A_PAPER = frozenset("依据根文号件方案省里上头哪份主送发给谁单位印年月日0123456789")
"""Characters that ask about a document itself; what is left is a matter."""
_PAPER_ONLY, _ALONE = 5, 4
"""Characters of a matter up to which a document itself is asked about, and up to which texts or an item are asked for whole."""
_BESIDE_NAMES = 2
"""The same for texts where words of a title stand among them, which may be the matter too."""
_BETWEEN = "，,。、；;：:？?（()） \t\n\u3000和与跟由"
"""A body's name in a question begins behind one of these, or at its start."""
_BODY_NAME, _UNNAMED_BODY = form("body.name_asked"), form("body.unnamed")


def deed(q: Query) -> Query:
    """What is done that may cost a penalty, as a question after wording (没体检罚多少 → 没体检)."""
    topic = _PENALTY.sub("", q.topic)
    wants = replace(q.wants, kind=Kind.TEXT, figure=False, body=False, deadline=False)
    return replace(q, topic=topic, content=content_of(topic), wants=wants)


def compared(q: Query) -> Query:
    """What is compared, without the words of comparing, where enough is left: a row is asked what it says, not how it differs."""
    return replace(q, topic=matter_of(q.topic)) if says_a_matter(q.topic) else q


def of_class(q: Query, label: str) -> Query:
    """``q`` asked of a class (第一类) instead of those who belong to it: the class goes before its words."""
    return replace(
        q, utterance=f"{label}{q.utterance}", topic=f"{label} {q.topic}", content=f"{label} {q.content or q.topic}"
    )


def of_side(q: Query, side: str) -> Query:
    """What is asked of one side, where a clause of the question is of that side alone; else ``q``. A figure, a time or a body
    that only the other side's clause asks for is not looked for here."""
    topic = dict(q.of_sides).get(side)
    if topic is None:
        return q
    matter = matter_of(topic)
    own = classify(matter)
    wants = replace(
        q.wants,
        figure=q.wants.figure and own.figure,
        deadline=q.wants.deadline and own.deadline,
        body=q.wants.body and own.body,
    )
    return replace(q, topic=matter, content=content_of(matter), wants=wants)


def points(q: Query) -> tuple[Query, ...]:
    """The points compared where there are several: each a question (多少人一辆车、几分钟内派车、记录保存多久), or named as such
    (在救护车配备、记录保存上有什么不同, 工资、医联体各有什么变化); () where there is one."""
    if named := _NAMED_POINTS.search(q.topic):
        pieces, asking = _pieces("、，,和与及", named["points"]), True
    elif (each := _EACH_OF.search(q.topic)) and all(map(has_matter, _pieces("、", each["points"]))):
        pieces, asking = _pieces("、", each["points"]), True
    elif q.of_sides:
        return ()  # each piece is of a side of its own
    else:
        pieces = [p for p in _pieces("、，,；;？?", q.topic) if has_matter(p)]
        asking = all(asked_values(p) or wording("ask_open").in_(p) or wording("ask_closed").in_(p) for p in pieces)
    if not asking or not 2 <= len(pieces) <= _POINTS:
        return ()
    return tuple(replace(q, topic=p, content=content_of(p), wants=replace(classify(p), kind=q.kind)) for p in pieces)


def has_matter(piece: str) -> bool:
    """Whether a piece says what it is about besides comparing documents (条例里各自怎么说的 does not)."""
    return len(content_of(wording("document_noun").without(matter_of(piece)))) >= _POINT


def _pieces(marks: str, text: str) -> list[str]:
    return [p.strip() for p in split_at(marks, text) if len(p.strip()) >= _POINT]


def without_old_rule(q: Query) -> Query:
    """Without what it tells of the old rule (到2020年30名): a newer notice has other years and figures for the same matter."""
    return replace(q, topic=_OLD_RULE.sub("", q.topic), content=_OLD_RULE.sub("", q.content), periods=())


def says_matter(q: Query, least: int = 2) -> bool:
    """Whether ``least`` characters say what it is about, besides the words that ask what applies."""
    return len(_RULING.sub("", q.content)) >= least


def beyond_paper(q: Query, titles: Sequence[str] = ()) -> bool:
    """Whether it says so much besides asking of a document that it is about a matter (救护车由谁印发标志), what stands in
    ``titles`` of the documents meant apart."""
    return sum(char not in _OF_A_PAPER for char in _beside(q.content, titles)) > _PAPER_ONLY


def whole_item(q: Query, title: str) -> bool:
    """Whether the item it names by number is asked for whole (第16项讲什么), the words of its document's ``title`` apart."""
    return bool(q.item) and len(_beside(wording("ask_open").without(q.content), [title])) <= _ALONE + len(q.item)


def whole_texts(q: Query, titles: Sequence[str]) -> bool:
    """Whether two texts are to be compared as wholes: next to nothing is said besides the words of comparing and of ``titles``."""
    if not q.says("compared"):
        return False
    rest = q.content
    for name in ("compared", "two_texts", "ask_open"):
        rest = wording(name).without(rest)
    unnamed = _beside(rest, titles)
    most = _ALONE if unnamed == rest else _BESIDE_NAMES
    return len([char for char in unnamed if char not in "的和与跟同及、《》在"]) <= most


def _beside(words: str, titles: Sequence[str]) -> str:
    """``words`` without what stands in one of the titles: a document may be named by words of its title."""
    named = {at + n for at in range(len(words) - 1) if any(words[at : at + 2] in t for t in titles) for n in (0, 1)}
    return "".join(char for at, char in enumerate(words) if at not in named)


def bodies_named(q: Query) -> tuple[str, ...]:
    """Names of bodies as the question writes them, those that name none in particular (有关部门) left out, and those that are none
    but for a question word that was left out (垃圾厅 of 垃圾哪个厅管)."""
    written = fold(f"{q.utterance}\n{q.follows or ''}")
    found = (match.group() for piece in split_at(_BETWEEN, q.content) if (match := _BODY_NAME.match(piece)))
    return tuple(name for name in found if not _UNNAMED_BODY.search(fold(name)) and fold(name) in written)


def subject_terms(q: Query) -> list[TermMatch]:
    """Known terms of the subject, places and documents apart."""
    return find_terms(q.content)
