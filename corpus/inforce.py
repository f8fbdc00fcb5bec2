"""In force or not (效力): what a notice, or a clause of it, is on a day; the one home of that rule.

Reads only what the notice and the others of the library say: issued, in effect, expired, repealed or replaced from the
day the other takes effect, amended, a draft. Whom a notice binds is another matter (``assistant.applicability``). The
traps: a repeal that is printed is not yet a repeal, until the new rule takes effect the old one holds; and what was repealed
before its own first day never takes effect.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from corpus.numerals import chinese_number
from corpus.types import Article, Effect, Notice, RelationKind, Status
from corpus.versions import is_draft, starts_on

_CLAUSE = re.compile(r"第([一二三四五六七八九十百千零〇\d]+)条(?:之([一二三四五六七八九十\d]+))?")


class Force(StrEnum):
    """What a notice is on a day; the value is how it is said."""

    DRAFT = "征求意见稿"
    NOT_ISSUED = "尚未印发"
    NOT_YET = "尚未施行"
    IN_FORCE = "现行"
    AMENDED = "已被修改"
    EXPIRED = "已失效"
    REPEALED = "已废止"
    SUPERSEDED = "已被替代"


_STATUS = {
    Force.DRAFT: Status.DRAFT, Force.NOT_ISSUED: Status.PENDING, Force.NOT_YET: Status.PENDING,
    Force.IN_FORCE: Status.NO_REPEAL_SEEN, Force.AMENDED: Status.AMENDED, Force.EXPIRED: Status.EXPIRED,
    Force.REPEALED: Status.REPEALED, Force.SUPERSEDED: Status.SUPERSEDED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What a notice is on a day. ``since`` is the day it became so, None where nobody says; ``by`` is what others did to
    it, where that is why."""

    force: Force
    since: date | None = None
    by: Effect | None = None

    @property
    def holds(self) -> bool:
        """Whether it is a rule on that day."""
        return self.force in (Force.IN_FORCE, Force.AMENDED)

    @property
    def status(self) -> Status:
        """As the library shows it."""
        return _STATUS[self.force]


def standing(notice: Notice, as_of: date, notices: Sequence[Notice] = ()) -> Standing:
    """What ``notice`` is on ``as_of``.

    Args:
        notices: where the successor named by hand (``replaced_by``) is looked up; what others say of the notice is in
            its ``effects`` already.
    """
    if is_draft(notice):
        return Standing(Force.DRAFT, notice.issued_on)
    if notice.issued_on and as_of < notice.issued_on and not is_amended_text(notice, as_of, notices):
        return Standing(Force.NOT_ISSUED, None)
    ended = _ended(notice, as_of, notices)
    if notice.effective_on and as_of < notice.effective_on:
        return ended if ended is not None and ended.since is not None else Standing(Force.NOT_YET)
    if ended is not None:
        return ended
    if notice.expires_on and as_of > notice.expires_on:
        return Standing(Force.EXPIRED, notice.expires_on)
    changed = [one for one in notice.effects if one.kind is RelationKind.AMENDS and _done(one, as_of)]
    if changed:
        last = max(changed, key=lambda one: one.on or date.min)
        return Standing(Force.AMENDED, last.on, last)
    if notice.status is Status.AMENDED:
        return Standing(Force.AMENDED)
    if notice.status is Status.PENDING and notice.effective_on is None:
        return Standing(Force.NOT_YET)
    return Standing(Force.IN_FORCE, starts_on(notice))


def is_amended_text(notice: Notice, as_of: date, notices: Sequence[Notice]) -> bool:
    """Whether the rule held on ``as_of`` in words that were amended since: it took effect before the day of the text that is here, and
    none of ``notices`` is the text before.

    Args:
        notices: the library; where it is not known nothing is said to have held.
    """
    held = notice.issued_on and notice.effective_on and notice.effective_on <= as_of < notice.issued_on
    return bool(held and notices) and not any(e.by == notice.id and e.ends_all for n in notices for e in n.effects)


def successor(notice: Notice, as_of: date, notices: Sequence[Notice]) -> Notice | None:
    """What took the place of ``notice`` and is a rule on ``as_of``, by however many steps; None where nothing here is."""
    held, seen = {one.id: one for one in notices}, {notice.id}
    by = standing(notice, as_of, notices).by
    while by is not None and by.by in held and by.by not in seen:
        seen.add(by.by)
        now = standing(held[by.by], as_of, notices)
        if now.holds:
            return held[by.by]
        by = now.by
    return None


def _ended(notice: Notice, as_of: date, notices: Sequence[Notice]) -> Standing | None:
    whole = [one for one in notice.effects if one.ends_all]
    if notice.replaced_by and notice.replaced_by not in {one.by for one in whole}:
        successor = next((one for one in notices if one.id == notice.replaced_by), None)
        day = starts_on(successor) if successor is not None else None
        whole.append(Effect(RelationKind.REPEALS, notice.replaced_by, successor.name if successor else "", day))
    over = sorted((one for one in whole if _done(one, as_of)), key=lambda one: one.on or date.min)
    if over:
        first = over[0]
        repealed = first.kind is RelationKind.REPEALS
        return Standing(Force.REPEALED if repealed else Force.SUPERSEDED, first.on, first)
    if whole:
        return None  # it will be, on a day that is known
    by_hand = {Status.REPEALED: Force.REPEALED, Status.SUPERSEDED: Force.SUPERSEDED}
    if notice.status is Status.EXPIRED and notice.expires_on is None:
        return Standing(Force.EXPIRED)
    return Standing(by_hand[notice.status]) if notice.status in by_hand else None


def _done(effect: Effect, as_of: date) -> bool:
    """A change without a day has happened: nobody can say that it has not."""
    return effect.on is None or effect.on <= as_of


def clause_standing(notice: Notice, article: Article, as_of: date, notices: Sequence[Notice] = ()) -> Standing:
    """What one clause is on ``as_of``: as its notice, unless another repealed or amended just that clause."""
    whole = standing(notice, as_of, notices)
    if not whole.holds:
        return whole
    own = {key for label in article.labels for key in _clauses(label)}
    hits = [one for one in notice.effects if one.part and _done(one, as_of) and own & set(_clauses(one.part))]
    if not hits:
        partial = whole.force is Force.AMENDED and whole.by is not None and _clauses(whole.by.part)
        return Standing(Force.IN_FORCE, starts_on(notice)) if partial else whole
    last = max(hits, key=lambda one: one.on or date.min)
    return Standing(Force.REPEALED if last.repeals else Force.AMENDED, last.on, last)


def _clauses(text: str) -> tuple[tuple[int, int], ...]:
    """The clauses named in ``text``, each as its number and its 之N (0 where none).

    >>> _clauses("第三条、第10条之二第一款")
    ((3, 0), (10, 2))
    """
    return tuple(
        (int(chinese_number(m[1]) or 0), int(chinese_number(m[2]) or 0) if m[2] else 0) for m in _CLAUSE.finditer(text)
    )
