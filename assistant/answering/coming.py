"""What is issued and takes effect on a later day (尚未施行): told where nothing in force says what is asked, and said as such.

An office asks after a notice in the days before it holds; that it is not in effect yet is the first thing to be said of it, and
what holds until then the second. The trap: where what is in force answers, it is the answer, and what is coming only a note.
"""

from __future__ import annotations

from datetime import date

from assistant.answering.answerability import best_reading
from assistant.answering.below import MUCH_SURER, SURE_ANSWER
from assistant.answering.desk import Desk
from assistant.answering.draft import Draft, Statement, Support
from assistant.answering.not_in_force import headed, stated_by
from assistant.answering.quoting import sentence_at
from assistant.query.read import Understanding
from corpus import fitted
from corpus.dates import written_day
from corpus.ended import ended_by
from corpus.inforce import Force, standing
from corpus.naming import said_by
from corpus.regions import display
from corpus.types import Effect, Notice

NO_ANSWER = fitted.number("answering.coming.no_answer")
"""Log odds of the reader below which a sentence is taken for no answer."""
_AHEAD = (Force.NOT_YET,)


def coming(desk: Desk, u: Understanding, *, than: float | None = None) -> tuple[str, ...]:
    """The notice of the place that is not in effect yet and states what is asked; () where none does, or one is named.

    Args:
        than: how surely what is in force was read, where it was; then what is coming has to be read much more surely, and what
            takes the place of a rule in force is told only where that one was read as no answer.
    """
    if u.notice_ids or (than is not None and than >= SURE_ANSWER):
        return ()
    evidence = stated_by(desk, u, _AHEAD)
    if not evidence:
        return ()
    best = evidence[0].notice
    if than is not None:
        surer = (best_reading(evidence) or than) >= than + MUCH_SURER
        if not surer or (than >= NO_ANSWER and _until_then(desk, best, u.as_of)):
            return ()
    return (best.id,)


def announced(desk: Desk, u: Understanding, draft: Draft, *, silent: bool) -> Draft:
    """``draft`` with the day in its first words from which what it quotes takes effect, and with what holds until then.

    Args:
        silent: whether what is in force was searched and does not say it.
    """
    return headed(desk, u, draft, _AHEAD, _head, silent=silent)


def _until_then(desk: Desk, notice: Notice, as_of: date) -> list[tuple[Notice, Effect]]:
    """The notices in force that ``notice`` will end, each with how."""
    ends = ((n, e) for n in desk.all for e in n.effects if e.ends_all and e.by == notice.id)
    return [(n, e) for n, e in ends if standing(n, as_of, desk.all).holds]


def _head(desk: Desk, u: Understanding, notice: Notice, draft: Draft, silent: bool) -> Statement:
    front = notice.front.effective_on if notice.front is not None else None
    spans = [front.span] if front is not None and front.span is not None else []
    starts = f"自{written_day(notice.effective_on)}起施行" if notice.effective_on else "没有写明施行日期"
    whose = "" if u.region == notice.region else display(notice.region)
    if olds := _until_then(desk, notice, u.as_of):
        names = "、".join(said_by(n) for n, _ in olds)
        until = f"在此之前仍按将由它废止的{names}执行" + ("，其中未见写到这一点" if silent else "")
        spans += [e.span for _, e in olds if e.span is not None]
    elif ended := ended_by(notice, desk.all):
        until = f"在此之前按将由它废止的{'、'.join(one.full for one in ended)}执行，本库没有收录其原文"
        spans += [one.said for one in ended]
    elif silent:
        until = "在此之前，本库现行的文件未见写到这一点"
    else:
        until = f"截至{written_day(u.as_of)}还没有生效"
    text = f"尚未施行：{whose}{said_by(notice)}{starts}，{until}。"
    own = next(s for x in draft.each() for s in x.supports if s.notice_id == notice.id)
    clauses = tuple(Support(notice.id, sentence_at(notice, span)) for span in spans)
    return Statement(text, tuple(dict.fromkeys(clauses)) or (own,), given=text)
