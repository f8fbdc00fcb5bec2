"""By whom and to whom (由谁、向谁): said first where a question asks it and the clause that answers says it.

The body stands in the middle of a sentence about what, when and how much (应当在12小时内向所在地卫生行政部门报告；由县级以上卫生健康部门责令改正).
Only what the quoted clause says is told, and who acts only where one acts in it. The trap: 向 also leads to whom something is given
(向患者说明), so a verb of reporting or applying has to stand behind the body.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from assistant.answering.draft import Draft, Statement, Support
from assistant.query.types import Query
from assistant.types import Kind
from corpus.grammar import form
from corpus.types import Notice, Span

_TO, _BY = form("clause.to_whom"), form("clause.by_whom")


def with_body_first(q: Query, draft: Draft, notices: Mapping[str, Notice]) -> Draft:
    """``draft`` with ``向…。`` or ``由…。`` before its first statement; as it is where nobody asks for a body or its first clause does not
    name one."""
    first = draft.told_first
    if first is None or draft.leads or draft.blocks[0].kind != "paragraph" or first.head:
        return draft
    for support in first.supports:
        text = notices[support.notice_id].quote(support.span)
        if q.says("ask.to_whom"):
            found, word = _TO.search(text), "向"
        elif q.kind is Kind.BODY:
            found, word = _only(_BY, text), "由"
        else:
            return draft
        if found is not None:
            body = next(group for group in found.groups() if group)
            at = support.span.start + found.start()
            proof = Support(support.notice_id, Span(at, at + len(found.group())))
            return draft.opened_by(Statement(f"{word}{body}。", (proof,), given=f"{word}{body}。", head=True))
    return draft


def _only(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The first place of ``pattern`` in ``text``; None where it names several bodies."""
    found = list(pattern.finditer(text))
    return found[0] if len({match.groups() for match in found}) == 1 else None
