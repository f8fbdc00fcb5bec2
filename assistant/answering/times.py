"""Then and now (时间先后): a target whose year is over is said to be over, a rule that came later is not read back.

A question may place itself in the past (22年那会儿有没有定比例). What was issued later does not answer it, and that it
came later is the answer. The trap: years in a quote may belong to another notice it cites; only periods count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from assistant.answering.draft import Draft, Statement, Support, paragraph
from assistant.answering.manner import Manner
from assistant.answering.quoting import lead_in, quote_statement
from assistant.applicability import date_span
from assistant.query.read import Understanding
from assistant.query.values import years_of
from assistant.retrieval.selection import Pick
from corpus.dates import written_day
from corpus.grammar import form
from corpus.naming import said_by
from corpus.types import Notice

_THE_YEAR = form("time.of_the_year")


def passed(u: Understanding, manner: Manner, draft: Draft, notices: Sequence[Notice]) -> str | None:
    """That the last year the first quote is set for is over on the asker's date; None where it is not, or the asker named it."""
    if not u.as_of_from or not manner.dated:
        return None
    first = draft.cites_first
    if first is None:
        return None
    by_id = {n.id: n for n in notices}
    support = first.supports[0]
    years = years_of(by_id[support.notice_id].quote(support.span))
    last = max(years, default=9999)
    if last >= u.as_of.year or last in u.target_years or any(last in p.years for p in u.periods):
        return None
    return f"所引目标定到{last}年，截至{_day(u.as_of)}已过。"


def year_meant(u: Understanding, draft: Draft, notices: Mapping[str, Notice]) -> str | None:
    """Which year a first quote means that says 年底前 and no year, where its notice is for one year that is over; else None."""
    first = draft.cites_first
    if first is None:
        return None
    support = first.supports[-1]
    notice = notices[support.notice_id]
    quote = notice.quote(support.span)
    years = set(notice.horizon or ())
    said = _THE_YEAR.search(quote)
    if said is None or len(years) != 1 or years_of(quote) or max(years) >= u.as_of.year:
        return None
    return f"条文所说的“{said.group()}”指{max(years)}年。"


def came_later(u: Understanding, then: Sequence[Pick], later: Pick) -> Draft:
    """What no notice said on the asker's date, with the one that said it later, and what held then.

    Args:
        then: sentences on the matter from the notices of the time; may be empty.
        later: the sentence that states it, of a notice issued after the asker's date.
    """
    notice = later.notice
    issued = date_span(notice)
    told = f"当时没有写明：截至{_day(u.as_of)}已印发的文件都没有写到，{_day(notice.issued_on)}印发的{said_by(notice)}才规定："
    quoted = quote_statement(told, later)
    supports = (*quoted.supports, *((Support(notice.id, issued),) if issued else ()))
    blocks = [paragraph(Statement(quoted.text, supports, quoted.given))]
    if then:
        first, *rest = then
        statements = [quote_statement(f"当时的{lead_in(first)}", first)]
        statements += [quote_statement("", pick) for pick in rest]
        blocks.append(paragraph(*statements))
    return Draft(tuple(blocks))


def _day(day: date | None) -> str:
    if day is None:
        return "后来"
    return f"{day.year}年底" if (day.month, day.day) == (12, 31) else written_day(day)
