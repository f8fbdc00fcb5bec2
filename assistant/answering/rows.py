"""Which rows of a table speak (有无规定): a place or a notice is silent where its best sentence is not about what is asked.

No row is judged alone: what the others say shows how near an answer can be. With a reader a fitted line decides
(``python -m training fit``), without one the distance behind the best row. The trap: two places say the same thing in much
the same words, successive notices of one place do not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from assistant.answering.answerability import Line, best_reading, lead_similarity
from assistant.answering.desk import Desk
from assistant.answering.draft import Statement
from assistant.answering.refusal import Silence, silence
from assistant.query.read import Understanding
from assistant.query.types import Query
from assistant.retrieval.evidence import LEAST, Evidence
from assistant.retrieval.selection import ranked_sentences
from corpus import fitted
from corpus.types import Notice

FAR_BEHIND, LEVEL, TOO_FAR = (
    fitted.number("answering.rows.far_behind"),
    fitted.number("answering.rows.level"),
    fitted.number("answering.rows.too_far"),
)
"""Nearness between the places' best sentences. ``TOO_FAR`` holds with a reader too:
what every place says in much the same words cannot be that far off."""

OTHER_BEHIND, NAMED_BEHIND, SAME_MATTER = (
    fitted.number("answering.rows.other_behind"),
    fitted.number("answering.rows.named_behind"),
    fitted.number("answering.rows.same_matter"),
)
"""The same for successive notices of one place, which say the same thing in other words more often than two places do."""

FEATURES = ("reading", "reading_behind", "similarity", "behind", "coverage", "silent", "value")
PLACES, NOTICES, UNNAMED = Line.of("fit.places"), Line.of("fit.notices"), Line.of("places.unnamed")
"""Places that are asked for beside each other, successive notices of one place, and places that nobody named: there the others
show nothing of how near an answer can be."""

SURELY = fitted.number("answering.rows.surely")
"""Log odds of the reader from which a place speaks, however much nearer another place's words are."""
NAMED = fitted.number("answering.rows.named")
"""A notice the question names is given the benefit of the doubt, in log odds."""
NEAR = fitted.number("answering.rows.near")
"""Log odds from which the best clause of a row that does not speak is shown as the nearest one, if it shares any word with what
is asked."""
NEAREST = 200
"""Characters of that clause."""
NOT_FOUND = "没有找到写明这一点的条文，不等于没有规定。"


@dataclass(frozen=True, slots=True)
class Row:
    """One row to fill: what it is called, the notices it may cite and the evidence found in them; ``asked`` is what is asked of
    this row alone, None where it is asked as the others are."""

    name: str
    notices: tuple[Notice, ...]
    evidence: tuple[Evidence, ...]
    asked: Query | None = None


class Voice(StrEnum):
    """What a row has to say: a clause on what is asked, none but one near it, or nothing."""

    SPEAKS = "speaks"
    NEAR = "near"
    SILENT = "silent"


def voices(desk: Desk, u: Understanding, rows: Sequence[Row], *, successive: bool, least: float = 0.0) -> list[Voice]:
    """For each row what it has to say; rows without a notice nothing.

    Args:
        successive: the rows are notices of one place, one after the other, instead of places.
        least: log odds from which a row that was read speaks; more where nobody asked for each of the rows.
    """
    manner = desk.manner(u)
    found = features(desk, u, rows)
    line = NOTICES if successive else UNNAMED if least else PLACES
    told: list[Voice] = []
    for row, of_row in zip(rows, found, strict=True):
        speaks, near = False, False
        if not row.notices:
            pass
        elif successive and of_row["absent"]:  # it nowhere uses the term: its words may only come near
            near = "reading" in of_row and line.score(of_row) >= NEAR
        elif "reading" in of_row and not u.wants.body:
            named = any(n.id in u.notice_ids for n in row.notices)
            far = not successive and not manner.wants_value(u) and of_row["behind"] > TOO_FAR
            score = line.score(of_row)
            surely = not successive and 4.0 * of_row["reading"] >= SURELY and score >= least
            speaks = surely or (not far and score >= (-NAMED if named else least))
            near = score >= NEAR
        elif successive:
            speaks = _notice_speaks(desk, u, row, of_row["behind"])
        else:
            speaks = _place_speaks(desk, u, row, of_row["behind"])
        near = near and of_row["coverage"] > 0
        told.append(Voice.SPEAKS if speaks else Voice.NEAR if near else Voice.SILENT)
    return told


def features(desk: Desk, u: Understanding, rows: Sequence[Row]) -> list[dict[str, float]]:
    """Of each row; ``reading`` and ``reading_behind`` only where a reader read any. Units: four of log odds, nearness."""
    manner, weights = desk.manner(u), desk.retriever.weights
    nearness = [lead_similarity(row.asked or u, manner, row.evidence) for row in rows]
    readings = [best_reading(row.evidence) for row in rows]
    read = [r for r in readings if r is not None]
    found: list[dict[str, float]] = []
    for row, near, reading in zip(rows, nearness, readings, strict=True):
        top = ranked_sentences(row.evidence)[:1]
        found_silent = (
            silence(row.asked or u, manner, row.evidence, weights, row.notices, trusting=False) if row.notices else None
        )
        silent = found_silent is not None
        of_row = {
            "similarity": near,
            "behind": max(nearness) - near,
            "coverage": top[0].sentence.coverage if top else 0.0,
            "silent": float(silent),
            "absent": float(found_silent is not None and found_silent.code == "absent_subject"),
            "value": float(manner.wants_value(u)),
        }
        if read:
            own = reading if reading is not None else LEAST
            of_row |= {"reading": own / 4.0, "reading_behind": (max(read) - own) / 4.0}
        found.append(of_row)
    return found


def _place_speaks(desk: Desk, u: Understanding, row: Row, behind: float) -> bool:
    """A place far behind is silent even where its sentence might pass alone; one that is level is not silent for want of
    one of several terms."""
    found = _silence(desk, u, row)
    if found is not None:
        return found.code == "absent_subject" and behind <= LEVEL
    return desk.manner(u).wants_value(u) or u.wants.body or behind <= FAR_BEHIND


def _notice_speaks(desk: Desk, u: Understanding, row: Row, behind: float) -> bool:
    named = any(n.id in u.notice_ids for n in row.notices)
    if behind > (NAMED_BEHIND if named else OTHER_BEHIND):
        return False
    return behind <= SAME_MATTER or _silence(desk, u, row) is None


def _silence(desk: Desk, u: Understanding, row: Row) -> Silence | None:
    return silence(row.asked or u, desk.manner(u), row.evidence, desk.retriever.weights, row.notices)


def nearest(desk: Desk, u: Query, row: Row) -> list[Statement]:
    """The clause of a silent row that comes nearest, told as such below what the others say: that it is not what is asked is a
    guess, and the reader sees what it rests on."""
    found = desk.extractive.cell(u, desk.extractive.best(u, row.evidence, limit=1, budget=NEAREST))
    return [Statement.joined([found[0].led_by(f"{row.name}最接近的条文是："), *found[1:]])] if found else []
