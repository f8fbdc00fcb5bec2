"""What cannot be there (不可能有的): before every notice, and in what the capture of a text lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from assistant.answering import refusal
from assistant.answering.desk import Desk
from assistant.answering.draft import Draft
from assistant.answering.refusal import Refusal
from assistant.query.read import Understanding
from corpus.text import GAP, digits
from corpus.types import Notice


def before_all(desk: Desk, u: Understanding, pool: Sequence[str]) -> Refusal | None:
    """A year before every notice of the pool and before what any of them sets targets for."""
    years = u.target_years
    notices = [desk.notices[i] for i in pool]
    first = min((min(n.issued_on.year, (n.horizon or (9999,))[0]) for n in notices if n.issued_on), default=None)
    undated = any(n.issued_on is None for n in notices)  # one of them may be of that year
    if not years or first is None or undated or max(years) >= first or not u.region:
        return None
    return refusal.outside_dates(replace(u, as_of=date(max(years), 12, 31)), notices)


def lost_item(desk: Desk, u: Understanding, pool: Sequence[str]) -> Refusal | None:
    """第16项 of a notice whose capture lost that heading, or left nothing but the heading."""
    number = u.number
    if number is None or len(pool) != 1:
        return None
    notice = desk.notices[pool[0]]
    if not notice.gaps:
        return None
    numbered = {
        int(d): a for a in notice.articles if a.labels and (d := digits(a.labels[-1])) and "（" not in a.labels[-1]
    }
    article = numbered.get(number)
    emptied = article is not None and any(
        article.span.contains(g.span) and len(article.span) - len(g.span) - len(article.heading) < 30
        for g in notice.gaps
    )
    unnamed = article is not None and "缺失" in article.heading and not (desk.manner(u).by_bracket and article.bodies)
    if numbered and number <= max(numbered) and (article is None or emptied or unnamed):
        return refusal.lost(notice, f"第{number}项")
    return None


def lost_answer(notices: Mapping[str, Notice], draft: Draft) -> Refusal | None:
    """Where the first thing that ``draft`` quotes is the mark of a gap and nothing else: the sentence that answers was lost."""
    first = draft.told_first
    if first is None:
        return None
    support = first.supports[-1]
    notice = notices[support.notice_id]
    if GAP.sub("", notice.quote(support.span)).strip():
        return None
    article = notice.article_at(support.span.start)
    return refusal.lost(notice, f"“{article.heading}”一项" if article.heading else "这一项")
