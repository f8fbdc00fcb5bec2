"""The questions of a message (多问): cut where each asks by itself; a story before them is what they are about.

Stands alone because the cut is made on words alone, before anything else is read. The trap: a tail that only asks for a
yes (对吗, 行不行, 有何不同) belongs to what it follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from corpus.grammar import form, split_at
from corpus.numerals import whole_number
from corpus.wording import wording

MOST = 4
"""More pieces than this are one question with a list in it."""
CONTEXT = 80
"""Characters of story kept in front of a question; what lies further back lends its places and dates only."""
SHARED = 30
"""Characters of a story in front of the first question up to which the later ones are about it too."""
LONGEST = 300
"""Characters of a question at the end of a pasted text."""
_MARKS, _STOPS, _SOFT = "？?", "？?。！!；;\n", "，, \t　"
_LEAST, _MARKED, _NEAR, _LISTED = 3, 2, 5, 4
_OR_NOT, _ANNOUNCED, _WRITTEN_ONLY = form("ask.verb_or_not"), form("ask.announced"), form("ask.written_only")
_APART = ("；;？?。\n", "；;？?。，,\n", "、")
"""Marks between questions that were announced, the plainest first."""


@dataclass(frozen=True, slots=True)
class Part:
    """One question: its own words ``asked``, and ``text`` with the story that leads to it; ``story`` is all before it, and
    ``marked`` whether the asker ended it with a question mark; ``apart``: it is a matter of its own (三件事：…，…，…)."""

    asked: str
    text: str
    story: str = ""
    marked: bool = False
    apart: bool = False

    def joined(self, other: Part) -> Part:
        """This part and the one behind it as one question."""
        return Part(f"{self.asked}，{other.asked}", f"{self.text}，{other.asked}", self.story, other.marked)


def parts_of(message: str) -> tuple[Part, ...]:
    """The questions of ``message`` in order; one that asks nothing by itself is one part, whole.

    >>> [p.asked for p in parts_of("乡镇卫生院要建中医馆吗 什么时候建完 谁牵头")]
    ['乡镇卫生院要建中医馆吗', '什么时候建完', '谁牵头']
    >>> [p.text for p in parts_of("湛江的公立医院，取消加成的钱怎么补？")]
    ['湛江的公立医院，取消加成的钱怎么补？']
    >>> [p.asked for p in parts_of("试点选了哪两家？谁牵头")]
    ['试点选了哪两家', '谁牵头']
    >>> [p.asked for p in parts_of("老板没跟工人讲清楚岗位有什么危害，要罚多少")]
    ['老板没跟工人讲清楚岗位有什么危害，要罚多少']
    >>> [p.asked for p in parts_of("全科医生每万人几个、托育的市里建几家、待遇统不统一")]
    ['全科医生每万人几个、托育的市里建几家、待遇统不统一']
    >>> [p.asked for p in parts_of("全科医生每万人几个、托育的市里建几家？待遇统不统一")]
    ['全科医生每万人几个', '托育的市里建几家', '待遇统不统一']
    >>> [p.text for p in parts_of("湛江两件事：加成没了咋补，科室下不下任务")]
    ['湛江，加成没了咋补', '湛江，科室下不下任务']
    >>> [p.asked for p in parts_of("评审几年搞一回，条例写了没")]
    ['评审几年搞一回，条例写了没']
    >>> [p.marked for p in parts_of("试点选了哪两家？谁牵头")]
    [True, False]
    """
    if announced := _announced(message):
        return announced
    marked = list(_pieces(message))
    pieces = [clause for clause, _ in marked]
    asking = [n for n, (p, mark) in enumerate(marked) if _asks(p, marked=mark, last=n == len(pieces) - 1)]
    if len(asking) > MOST or not asking:
        return (_whole(message, pieces, asking),)
    if len(asking) == 1:
        return (_whole(message, pieces, asking),)
    found: list[Part] = []
    at = 0
    for number, n in enumerate(asking):
        last = len(pieces) if number == len(asking) - 1 else n + 1
        story = "，".join(pieces[at:n])
        asked = "，".join(pieces[n:last])
        found.append(Part(asked, with_story(story, asked), story, marked[last - 1][1]))
        at = last
    return tuple(found)


def _announced(message: str) -> tuple[Part, ...]:
    """The questions of a message that says how many there are (三件事：…，…，…); () where it does not, or there are not so many."""
    found = _ANNOUNCED.search(message)
    if found is None:
        return ()
    story, number = message[: found.start()].strip(_SOFT), whole_number(found["n"])
    for marks in _APART:
        asked = [piece.strip() for piece in split_at(marks, message[found.end() :]) if piece.strip()]
        if len(asked) == number and all(len(piece) >= _LEAST for piece in asked):
            return tuple(Part(piece, with_story(story, piece), story, marked=True, apart=True) for piece in asked)
    return ()


def asked_at_end(text: str, limit: int) -> str:
    """The question at the end of a pasted text, at most ``limit`` characters; "" for none. What stands right before it goes
    with it, unless it is set on a line of its own and looks back at nothing.

    >>> asked_at_end("很长的材料。" * 500 + "那么院长年薪由谁核定？", 30)
    '很长的材料。很长的材料。很长的材料。那么院长年薪由谁核定？'
    >>> asked_at_end("很长的材料。" * 500 + "没有写完的一行\\n\\n院长年薪由谁核定？", 30)
    '院长年薪由谁核定？'
    >>> asked_at_end("很长的材料。" * 500, 30)
    ''
    """
    tail = text.strip()[-limit:]
    last = tail.rstrip(_STOPS)
    at = max(last.rfind(stop) for stop in _STOPS) + 1
    if len(last) - at > LONGEST or not (tail.endswith(("？", "?")) or wording("ask_open").in_(last[at:])):
        return ""
    own_line = tail[:at].rstrip(" \t\u3000").endswith("\n")
    if own_line and not wording("back_reference").in_(last[at:]):  # set apart, and nothing in it looks back
        return tail[at:].strip()
    first = min((found for stop in _STOPS if (found := tail.find(stop)) >= 0), default=-1) + 1
    return tail[first:] if first <= at else tail[at:]


def without_tail(message: str) -> str:
    """A message of one question without the clauses behind it that ask nothing (…咋写的 党办写材料用); "" where nothing stands there.

    >>> without_tail("反腐那块23年文件咋写的 党办写材料用"), without_tail("湛江的公立医院，加成的钱怎么补？")
    ('反腐那块23年文件咋写的', '')
    >>> without_tail("对村医说了哪些，要跟卫生院的人讲")
    '对村医说了哪些'
    """
    marked = list(_pieces(message))
    asking = [n for n, (p, mark) in enumerate(marked) if _asks(p, marked=mark, last=True)]
    if len(asking) != 1 or asking[0] == len(marked) - 1:
        return ""
    return "，".join(p for p, _ in marked[: asking[0] + 1])


def _whole(message: str, pieces: list[str], asking: list[int]) -> Part:
    """One question; of a long story only what stands next to the question stays in it."""
    if len(message) <= 2 * CONTEXT or not asking:
        return Part(message, message)
    n = asking[0]
    story, asked = "，".join(pieces[:n]), "，".join(pieces[n:])
    return Part(asked, with_story(story, asked), story) if len(asked) <= CONTEXT else Part(message, message)


def with_story(story: str, asked: str) -> str:
    """``asked`` behind the clauses of ``story`` next to it, at most ``CONTEXT`` characters of them."""
    if not story:
        return asked
    kept: list[str] = []
    room = CONTEXT
    for clause in reversed(story.split("，")):
        room -= len(clause)
        if room < 0:
            break
        kept.append(clause)
    return "，".join([*reversed(kept), asked])


def _pieces(message: str) -> Iterator[tuple[str, bool]]:
    """Clauses, and whether each ends in a question mark; one that only asks for a yes, or asks nothing and is short, goes with
    its neighbour."""
    held: list[tuple[str, bool]] = []
    start = 0
    depth = 0
    for at, char in enumerate(message + "\n"):
        depth += (char in "（(《〈“") - (char in "）)》〉”")
        if (char in _STOPS or (char in _SOFT and depth <= 0)) and at >= start:
            clause = message[start:at].strip()
            start = at + 1
            if not clause:
                continue
            mark = char in _MARKS
            if held and _is_tail(clause):
                held[-1] = (f"{held[-1][0]}，{clause}", mark)
            else:
                *others, last = _listed(clause)
                held += [*((one, False) for one in others), (last, mark)]
    yield from held


def _listed(clause: str) -> list[str]:
    """The questions that a clause lists (医生每万人几个、托育建几家、哪家要创中心); the clause where not each piece asks."""
    pieces = [piece.strip() for piece in split_at("、", clause)]
    each = len(pieces) > 1 and all(len(p) >= _LISTED and wording("ask_open").in_(p) for p in pieces)
    return pieces if each else [clause]


def _asks(clause: str, *, marked: bool = False, last: bool = False) -> bool:
    """Whether the clause asks: by its question mark, or by its words; 查不出什么原因, 断了几根 do not, where more follows."""
    if len(clause) < (_MARKED if marked else _LEAST):
        return False
    if marked or wording("ask_closed").in_(clause) or clause.endswith(("不", "没")) or _OR_NOT.search(clause):
        return True
    plain = wording("ask_closed").without(clause)
    return any(
        last or not (any(c in "没不无了" for c in plain[max(0, s.start - _NEAR) : s.start]) or _told(plain[: s.start]))
        for s in wording("ask_open").each(plain)
    )


def _told(before: str) -> bool:
    """Whether what is asked behind ``before`` is only what somebody tells (没讲清楚有什么危害)."""
    return wording("told_inside").in_(before)


def _is_tail(clause: str) -> bool:
    """Whether the clause says nothing of its own: a closed question with next to no words beside it, or one that only asks whether
    the document says so (条例写了没)."""
    if _WRITTEN_ONLY.search(clause):
        return True
    if wording("ask_open").in_(clause):
        return False
    rest = wording("confirm").without(wording("ask_closed").without(clause))
    return wording("ask_closed").in_(clause) and len(rest) <= 2
