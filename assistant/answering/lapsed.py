"""What is no longer in force (已失效、已废止): told where the notices in force do not speak of the matter, and said as such.

Who asks after a rule that has expired must not be given another rule of the same place, on another matter, with its own sums.
So its clause is told with the day on which it ended, and that nothing in force says so. The trap: an old version speaks of the
matter of the one in its place as well; only what the notices in force come nowhere near is told from one that ended.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.answering.answerability import best_reading
from assistant.answering.coming import NO_ANSWER
from assistant.answering.desk import Desk
from assistant.answering.draft import Draft, Statement, Support
from assistant.answering.not_in_force import headed, stated_by
from assistant.answering.quoting import sentence_at
from assistant.applicability import end_span, why_over
from assistant.query.read import Understanding
from assistant.retrieval.evidence import Evidence
from corpus import fitted
from corpus.inforce import Force, standing
from corpus.naming import said_by
from corpus.regions import display
from corpus.types import Notice

_OVER = (Force.EXPIRED, Force.REPEALED, Force.SUPERSEDED)
NEARER = fitted.number("answering.lapsed.nearer")
SURER = fitted.number("answering.lapsed.surer")
"""Times the best score in force that a clause no longer in force must have to be what is asked about, or log odds above its reading."""


def lapsed(desk: Desk, u: Understanding, held: Sequence[Evidence], *, silent: bool) -> tuple[str, ...]:
    """The notice of the place that is no longer in force and states what is asked; () where none does, or one is named.

    Args:
        held: what was found in force, best first.
        silent: whether that does not say what is asked; where it would answer, what ended has to be read as an answer too.
    """
    if u.notice_ids:
        return ()
    evidence = stated_by(desk, u, _OVER)
    if not evidence:
        return ()
    reading, own = best_reading(evidence), best_reading(held)
    surer = reading is not None and own is not None and reading >= max(own, 0.0) + SURER
    if held and not surer and evidence[0].score < NEARER * held[0].score:
        return ()
    if not silent and reading is not None and reading < NO_ANSWER:
        return ()
    return (evidence[0].notice.id,)


def told_over(desk: Desk, u: Understanding, draft: Draft, *, silent: bool) -> Draft:
    """``draft`` with the day in its first words on which what it quotes ended, and that it is in force no more.

    Args:
        silent: whether what is in force was searched and does not say it.
    """
    return headed(desk, u, draft, _OVER, _head, silent=silent)


def _head(desk: Desk, u: Understanding, notice: Notice, draft: Draft, silent: bool) -> Statement:
    now = standing(notice, u.as_of, desk.all)
    whose = "" if u.region == notice.region else display(notice.region)
    held = "本库现行的文件未见写到这一点，以下只是它原来的规定" if silent else "以下只是它原来的规定"
    text = f"{now.force.value}：{whose}{said_by(notice)}{why_over(notice, now, u.as_of, desk.all)[1]}；{held}。"
    span = end_span(notice) if now.force is Force.EXPIRED else None
    if now.by is not None and now.by.span is not None and now.by.by in desk.notices:
        proof = Support(now.by.by, sentence_at(desk.notices[now.by.by], now.by.span))
    elif span is not None:
        proof = Support(notice.id, span)
    else:
        proof = next(s for x in draft.each() for s in x.supports if s.notice_id == notice.id)
    return Statement(text, (proof,), given=text)
