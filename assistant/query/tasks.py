"""What a message wants done (任务): an answer, a list of the library, a summary, a draft it cannot write, a greeting.

Learnt (``acts.npz``), because language is open there; shares decide. The trap: a question about a rule may look like a task
(写明什么内容, 怎么总结经验), so a task needs more than half of all shares.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from assistant.query.documents import named_documents
from assistant.query.orders import ordered
from assistant.query.summing import is_digest, without_measure
from assistant.query.types import Query, Task
from corpus import fitted
from corpus.departments import department
from corpus.grammar import form
from corpus.regions import gazetteer, short_name
from corpus.synonyms import TermMatch, find_terms
from corpus.types import Notice, Span
from corpus.wording import wording

LEAST, REFUSED = fitted.number("query.tasks.least"), fitted.number("query.tasks.refused")
"""Share from which a message is a task, and one that nothing here can do."""
CIVIL, CIVIL_LENGTH = fitted.number("query.tasks.civil"), 12
"""A greeting is short and little else."""
_OF_ACT = {
    "library": Task.LIBRARY, "summary": Task.SUMMARY, "collect": Task.COLLECT, "schedule": Task.SCHEDULE,
    "write": Task.WRITE, "translate": Task.TRANSLATE, "action": Task.OUTSIDE, "greeting": Task.GREETING,
    "thanks": Task.THANKS, "farewell": Task.FAREWELL, "help": Task.HELP,
}  # fmt: skip
_ROWS = ("collect", "schedule")
CIVIL_TASKS = frozenset({Task.GREETING, Task.THANKS, Task.FAREWELL, Task.HELP})


MOST_OF = fitted.number("query.tasks.most_of")
"""Share of the pairs of characters of a matter that a line about it has, where it is not called by name."""
_OURSELVES, _OF_HOSPITAL, _OUTLINE = form("asker.self"), form("ask.of_hospital"), form("ask.outline")
_OFFICE_BEHIND, _OFFICE_BEFORE = form("office.behind"), form("office.before")
_FORBIDDEN, _ENCOURAGED, _ASPECT = form("ask.forbidden"), form("ask.encouraged"), form("ask.aspect")
_ALL_ABOUT, _THING, _FIGURES_OF = form("ask.all_about"), form("ask.thing"), form("ask.figures_of")
_THIS, _SOMEWHERE = "这份文件", "某地"
_AROUND = "，,。：:？? 的"
_WHICH_PAPERS, _WRITTEN_OF, _OWN_NAME = form("ask.which_papers"), form("ask.written_of"), form("hospital.own_name")
_ANY_HOSPITAL, _INSIDE = "医院", "院"
_BESIDE, _SAYS, _NAMED = 2, 4, 4
"""Characters beside the names with which a message says what it wants, and of a matter that no word marks as one; and matters of a
department that are named."""


def unnamed(question: str, numbers: Iterable[str], nicknames: Iterable[Span] = ()) -> str:
    """The message with the documents it names called 这份文件; as it is where it says nothing beside the names.

    What is wanted stands beside a name. A title of twenty characters (关于印发……实施方案的通知) would drown it.

    Args:
        numbers: of the library's documents, as they are written.
        nicknames: where documents are named by words of their titles.

    >>> unnamed("总结《甲市关于印发《乙方案》的通知》的主要内容", ())
    '总结这份文件的主要内容'
    >>> unnamed("列出湛府〔2019〕13号的全部指标", ["湛府〔2019〕13号"])
    '列出这份文件的全部指标'
    >>> unnamed("《甲条例》", ())
    '《甲条例》'
    """
    said, depth = [], 0
    called = question
    for span in sorted(nicknames, reverse=True):
        called = f"{called[: span.start]}{_THIS}{called[span.end :]}"
    for char in called:
        if char == "《":
            said += [_THIS] if not depth else []
            depth += 1
        elif char == "》" and depth:
            depth -= 1
        elif not depth:
            said.append(char)
    text = "".join(said)
    for number in numbers:
        text = text.replace(number, _THIS)
    beside = sum(char.isalnum() for char in text.replace(_THIS, ""))
    return text if not depth and beside >= _BESIDE else question


def without_names(question: str, notices: Sequence[Notice], own: Sequence[str] = ()) -> str:
    """:func:`unnamed`, of what ``notices`` are called: by their numbers, by titles, by words of their titles.

    Args:
        own: the asker's places, whose documents a nickname means first.
    """
    called = (named.span for named in named_documents(question, notices, own))
    return unnamed(question, (n.number for n in notices if n.number), called)


def placeless(message: str) -> str:
    """``message`` with each place it names called 某地: where is a slot of its own, and tells nothing of what is to be done. Two
    names of cities would pass for idle talk where the examples of it name cities more often.

    >>> placeless("资阳对湛江 编制怎么改"), placeless("编制怎么改")
    ('某地对某地 编制怎么改', '编制怎么改')
    """
    return gazetteer().replaced(message, _SOMEWHERE)


@dataclass(frozen=True, slots=True)
class Beside:
    """What a message says besides the names of documents, to be asked for words and not read."""

    _words: str

    def names(self, thing: str) -> bool:
        """Whether ``thing`` stands there as it is written."""
        return thing in self._words

    @property
    def offices(self) -> list[TermMatch]:
        """Known terms that stand there as an office does (卫健委, 由医保牵头): 转诊 of 转诊的通知 is none."""
        return [
            one
            for one in find_terms(self._words)
            if _OFFICE_BEHIND.match(self._words[one.end :]) or _OFFICE_BEFORE.search(self._words[: one.start])
        ]


def beside_names(q: Query, notices: Sequence[Notice]) -> Beside:
    """What ``q`` says besides what ``notices`` are called: 国卫 in a number and 基层医疗卫生机构 in a title ask for nothing."""
    return Beside(without_names(q.utterance, notices))


@dataclass(frozen=True, slots=True)
class Matter:
    """The matter of which everything is wanted (关于医联体的任务全部列出来): its words and what else they are called; of a department of
    the hospital ``seen_to`` has what it usually sees to, as notices write of it."""

    words: str
    called: tuple[str, ...]
    seen_to: tuple[str, ...] = ()

    def in_(self, text: str) -> bool:
        """Whether ``text`` is about it: it has one of the names, or most of the words."""
        if any(name in text for name in (*self.called, *self.seen_to)):
            return True
        pairs = [self.words[at : at + 2] for at in range(len(self.words) - 1)]
        return sum(pair in text for pair in pairs) >= MOST_OF * len(pairs)

    @property
    def told(self) -> str:
        """How what is found on it is called: that it is written so, or that it is what such a department sees to."""
        if not self.seen_to:
            return f"写到“{self.words}”"
        return f"文件没有按科室写，与“{self.words}”通常分管的事（{'、'.join(self.seen_to[:_NAMED])}等）有关"


def matter_wanted(q: Query, notices: Sequence[Notice]) -> Matter | None:
    """The matter, where ``q`` says beside the names of ``notices`` that it wants what is on one thing; None for all of it."""
    if q.says("wants_whole"):
        return None
    said = without_names(q.utterance, notices)
    figured = q.says("dated") or q.says("figured")
    found = _ALL_ABOUT.search(said) or (_FIGURES_OF if figured else _THING).search(said)
    words = next((value for value in found.groups() if value), "") if found else ""
    unmarked = found is not None and found.re is _THING
    if unmarked and len(words) < _SAYS:
        return None
    words = wording("collects").without(words).strip()
    if (
        sum(char.isalpha() for char in words) < _BESIDE  # 按2019、2020、2022列一下: a year is no matter
        or _THIS in words
        or _OURSELVES.search(words)
        or any(words in notice.title for notice in notices)
    ):
        return None
    return matter_called(words)


def aspect_wanted(q: Query, notices: Sequence[Notice]) -> Matter | None:
    """The one side of a document of which ``q`` asks (薪酬方面有哪些红线); None where it asks of all of it."""
    found = _ASPECT.search(without_names(q.utterance, notices))
    return matter_called(found["what"]) if found else None


def only_wanted(q: Query) -> Matter | None:
    """Of whom or what alone ``q`` wants to be told (只要医疗机构的); None where it does not say."""
    words = wording("collects").without(q.shape.only).strip("、的 ")
    return matter_called(words) if len(words) >= _BESIDE and not _OURSELVES.search(words) else None


def matter_named(q: Query) -> Matter | None:
    """The matter in the words that stand where a document's name may stand (总结湛江薪酬改革要点), their general tails apart; None where
    too little is left."""
    said = ordered(q.utterance)[1] if q.orders or is_digest(q.utterance) else q.named
    words = without_measure(wording("matter_tail").without(gazetteer().replaced(said))).strip(_AROUND)
    return matter_called(words) if len(words) >= _BESIDE else None


def matter_looked_up(q: Query) -> Matter | None:
    """The matter of a question which documents write of it (编制备案制哪几份写了); None where too little is left."""
    words = _WHICH_PAPERS.sub("", gazetteer().replaced(q.topic)).strip(_AROUND)
    return matter_called(words) if len(words) >= _BESIDE else None


@dataclass(frozen=True, slots=True)
class Name:
    """A thing of which it is asked whether a document writes of it. ``own``: a name of its own, of a place or a hospital, which a
    document can only write as it is; another word it may write otherwise."""

    matter: Matter
    own: bool


def name_looked_up(q: Query) -> Name | None:
    """What a message asks whether a document writes of (那份提没提株洲); None where it asks for what is said (有没有写一晚多少) or of words
    that are no name and no known term."""
    found = _WRITTEN_OF.search(q.utterance)
    said = next((one for one in (found["what"], found["thing"]) if one), "").strip(_AROUND) if found else ""
    if not said:
        return None
    places = gazetteer().find(said, strict=False)
    if len(places) == 1 and len(places[0].span) == len(said):
        return Name(Matter(said, (short_name(said),)), own=True)
    if places and _OWN_NAME.search(said):
        return Name(Matter(said, (said,)), own=True)
    if any(one.end - one.start == len(said) for one in find_terms(said)):
        return Name(matter_called(said), own=False)
    return None


def hospital_asked(message: str) -> str:
    """The hospitals of which a message wants all that a document asks (对我们三级公立医院提了哪些要求); "" where it wants no such thing.

    >>> hospital_asked("湛江方案要求公立医院做哪些事"), hospital_asked("对公立医院薪酬有什么要求"), hospital_asked("院里哪些活要干")
    ('公立医院', '', '医院')
    """
    found = _OF_HOSPITAL.search(message)
    said = next((one for one in found.groupdict().values() if one), "") if found else ""
    return _ANY_HOSPITAL if said.startswith(_INSIDE) else said


def outline_asked(message: str) -> bool:
    """Whether a message wants the headings of a document, and nothing else of it.

    >>> outline_asked("湛江方案分哪几部分"), outline_asked("湛江方案里医保改革分哪几块")
    (True, False)
    """
    return _OUTLINE.search(message) is not None


def modality_asked(message: str) -> str:
    """Of which force a message wants all that a document says, as :mod:`corpus.facts` names it; "" where of none, or of one deed.

    >>> modality_asked("湛江方案里禁止性规定有哪些"), modality_asked("不得报销的药有哪些")
    ('forbid', '')
    """
    return "forbid" if _FORBIDDEN.search(message) else "encourage" if _ENCOURAGED.search(message) else ""


def matter_called(words: str) -> Matter:
    """The matter of that name, with what else it is called."""
    if own := department(words):
        return Matter(words, own.names, own.matters)
    whole = next((t for t in find_terms(words) if t.end - t.start == len(words)), None)
    return Matter(words, (words, *(name for name in (whole.others if whole else ()) if len(name) >= _BESIDE)))


def task_of(question: str, acts: Mapping[str, float] | None) -> Task:
    """The task; ANSWER where no other is clear. A list and a time table are both rows of a document: what they have together decides
    that it is one of them."""
    if not acts:
        return Task.ANSWER
    act = max(acts, key=lambda a: acts[a])
    task, share = _OF_ACT.get(act, Task.ANSWER), acts[act]
    if task in CIVIL_TASKS:
        return task if share >= CIVIL and len(question.strip()) <= CIVIL_LENGTH else Task.ANSWER
    if act in _ROWS:
        share = sum(acts.get(one, 0.0) for one in _ROWS)
    return task if share >= (REFUSED if task is Task.OUTSIDE else LEAST) else Task.ANSWER
