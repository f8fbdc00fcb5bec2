"""Items of a list told with the words that lead it in (列项还原): 不得有下列行为：倒卖号源。 as 不得倒卖号源。

What an item may, must or must not do, and when, stands once before the list, so a claim about one item has its duty from one
sentence and its words from another, and neither comparison nor reader sees them together. The trap: a lead-in that only names
what follows (分工如下：) makes no sentence with an item, so only the forms of ``claim.leads_duty`` and ``claim.leads_case`` do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from assistant.verification.evidence import Sentence, lead_of
from corpus.enumeration import without_marks
from corpus.grammar import form

_DUTY, _CASE = form("claim.leads_duty"), form("claim.leads_case")
_ENDS = "。；;，, "


def with_lead(lead: str, item: str) -> str | None:
    """``item`` of a list as the sentence it makes with ``lead``, None where both make none.

    >>> with_lead("任何人不得有下列行为：", "（一）倒卖号源；")
    '任何人不得倒卖号源。'
    >>> with_lead("有下列情形之一的，医院应当转诊：", "（一）病情危急；"), with_lead("分工如下：", "（一）倒卖号源；")
    ('病情危急的，医院应当转诊。', None)
    """
    said = without_marks(item).rstrip(_ENDS)
    if (found := _DUTY.match(lead)) is not None:
        return f"{found['before']}{said}。"
    if (found := _CASE.match(lead)) is not None:
        return f"{found['before']}{said.removesuffix('的')}的，{found['then']}。"
    return None


def told_with_leads(sentences: Sequence[Sentence]) -> list[Sentence]:
    """``sentences`` with each item of a list as the sentence it makes with its lead-in; the same where none makes one."""
    found = list(sentences)
    for number, one in enumerate(sentences):
        lead = lead_of(number, sentences)
        whole = with_lead(sentences[lead].text, one.text) if lead is not None else None
        if whole:
            found[number] = replace(one, text=whole)
    return found
