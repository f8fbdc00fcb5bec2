"""From what a visitor said of an answer to a line of the evaluation set, for a person to check before it is added."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from assistant.keeping.conversations import Feedback
from assistant.types import Kind, RefusalReason
from corpus.types import Notice

_CATEGORY = {
    Kind.FIGURE: "factoid_number",
    Kind.TEXT: "factoid_text",
    Kind.LIST: "list_measures",
    Kind.BODY: "responsible_department",
    Kind.DEADLINE: "timeline_target",
    Kind.APPLICABILITY: "applicability",
    Kind.COMPARISON: "compare_regions",
    Kind.CHANGE: "temporal_conflict",
    Kind.OUT_OF_SCOPE: "out_of_scope",
}


def eval_line(said: Feedback, notices: Iterable[Notice]) -> dict[str, Any]:
    """One dataset line. The passage picked as right becomes the evidence and its nugget.

    Without one, an answer found useful is taken with its citations, and a wrong one is left for a person to fill in;
    ``must_not`` stays empty and ``note`` keeps the complaint: a person decides what the right answer is.
    """
    names = {notice.id: notice.name for notice in notices}
    answer, picked = said.answer, said.notice_id is not None and said.quote
    if picked:
        evidence = [{"notice": names.get(said.notice_id or "", said.notice_id), "quote": said.quote}]
    elif said.vote > 0:
        evidence = [{"notice": citation.notice, "quote": citation.quote} for citation in answer.citations]
    else:
        evidence = []
    answerable = bool(picked) or not answer.refused
    category = _CATEGORY[answer.kind]
    if answer.refused and not picked:
        category = "out_of_scope" if answer.refusal is RefusalReason.OUT_OF_SCOPE else "unanswerable_near"
    profile = {"region": said.profile.region, "as_of": said.profile.as_of.isoformat() if said.profile.as_of else None}
    return {
        "id": f"feedback-{said.id}",
        "category": category,
        "question": said.question,
        "history": [],
        "profile": profile,
        "answerable": answerable,
        "answer": str(said.quote) if picked else answer.text if said.vote > 0 else "",
        "nuggets": [[item["quote"]] for item in evidence] if answerable else [],
        "evidence": evidence if answerable else [],
        "must_not": [],
        "note": "；".join(part for part in ("有用" if said.vote > 0 else "有误", said.reason, said.note) if part),
    }


def eval_lines(feedback: Iterable[Feedback], notices: Iterable[Notice]) -> str:
    """All of ``feedback`` as JSON lines."""
    known = tuple(notices)
    return "".join(json.dumps(eval_line(said, known), ensure_ascii=False) + "\n" for said in feedback)
