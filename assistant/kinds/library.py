"""What the library holds (库里有哪些文件、有多少份).

Needs: the facts of the notices: place, year, title.
Picks: those of the place asked about, the year of issue, and the subject in the title; a subject that no title has narrows
nothing.
Silent: where none fits; then it says what there is.
Says: how many by place, then the newest ones by title, number, place and day. The trap: a place of the session's profile is no
place asked about: what the library holds is all of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.answering.desk import Clock, Desk, Outcome
from assistant.answering.draft import Block, Draft, Statement, Support, paragraph
from assistant.answering.refusal import Refusal
from assistant.applicability import title_span
from assistant.query.narrowing import subject_terms
from assistant.query.types import Query, Task
from assistant.types import RefusalReason, Verdict
from corpus.dates import written_day
from corpus.regions import display, is_within
from corpus.text import fold
from corpus.types import Notice, Span

EXAMPLES = ("你们库里都有哪些文件", "库里有几份湖南的文件", "目前收录了多少份通知")
SHOWN = 40
"""Notices listed; the rest are counted."""


def wants(u: Query) -> bool:
    return u.task is Task.LIBRARY


def tell(desk: Desk, u: Query, verdicts: Sequence[Verdict], clock: Clock) -> Outcome:
    return library(u, desk.all), []


def library(q: Query, notices: Sequence[Notice]) -> Draft | Refusal:
    """The notices asked for, the newest first, with their number; a refusal that says what there is where none fits."""
    chosen = _chosen(q, notices)
    if not chosen:
        return Refusal(RefusalReason.SILENT, f"库里没有这样的文件。现有{len(notices)}份，{_by_place(notices)}。")
    opening = f"库里共有{len(chosen)}份{'这样的' if len(chosen) < len(notices) else ''}文件：{_by_place(chosen)}。"
    if len(chosen) > SHOWN:
        opening += f"下面列出较新的{SHOWN}份。"
    lines = [_line(n) for n in sorted(chosen, key=_newest)[:SHOWN]]
    first = lines[0].supports
    return Draft((paragraph(Statement(opening, first, given=opening, head=True)), Block("list", tuple(lines))))


def _chosen(q: Query, notices: Sequence[Notice]) -> list[Notice]:
    chosen = list(notices)
    if q.region_from == "question":
        chosen = [n for n in chosen if any(n.region and is_within(n.region, r) for r in q.regions)]
    elif q.says("national"):
        chosen = [n for n in chosen if not n.region]
    years = {y for p in q.periods if not p.relative for y in p.years}
    if years:
        chosen = [n for n in chosen if n.issued_on and n.issued_on.year in years]
    for match in subject_terms(q):
        words = (match.term, *match.others)
        about = [n for n in chosen if any(w in fold(n.title) for w in words)]
        chosen = about or chosen
    return chosen


def _newest(notice: Notice) -> tuple[int, str]:
    return (-(notice.issued_on.toordinal() if notice.issued_on else 0), notice.id)


def _line(notice: Notice) -> Statement:
    day = notice.issued_on
    more = [notice.reference or "", display(notice.region), written_day(day) if day else ""]
    text = f"《{notice.title.strip('《》')}》（{'，'.join(m for m in more if m)}）"
    span = title_span(notice) or Span(0, min(len(notice.text), 40))
    return Statement(text, (Support(notice.id, span),), given=text)


def _by_place(notices: Sequence[Notice]) -> str:
    counted = Counter(display(n.region) for n in notices).most_common()
    told = "、".join(f"{place}{count}份" for place, count in counted[:12])
    return f"{told}等{len(counted)}地" if len(counted) > 12 else told
