"""An :class:`Answer` as JSON and back, for the store of conversations.

``retrieved`` is left out: it is large, and reproducible from question, scope and corpus hash.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from assistant.types import Answer, Binding, Citation, Kind, RefusalReason, Scope, Verdict


def answer_to_json(answer: Answer) -> str:
    """``answer`` as JSON, without ``retrieved``."""
    values = asdict(answer)
    del values["retrieved"]
    return json.dumps(values, ensure_ascii=False, default=str)


def answer_from_json(text: str) -> Answer:
    """The inverse of :func:`answer_to_json`."""
    values: dict[str, Any] = json.loads(text)
    scope = values["scope"]
    scope["as_of"] = date.fromisoformat(scope["as_of"]) if scope.get("as_of") else None
    for name in ("regions", "notice_ids", "carried"):  # absent where a removed notice was withdrawn
        scope[name] = tuple(scope.get(name, ()))
    values["scope"] = Scope(**scope)
    values["citations"] = tuple(Citation(**citation) for citation in values["citations"])
    values["applicable"] = tuple(
        Verdict(
            **{
                **verdict,
                "binding": Binding(verdict["binding"]),
                "clause": Citation(**verdict["clause"]) if verdict["clause"] else None,
                "mentions": tuple(Citation(**one) for one in verdict.get("mentions", ())),
            }
        )
        for verdict in values["applicable"]
    )
    values["refusal"] = RefusalReason(values["refusal"]) if values["refusal"] else None
    values["kind"] = Kind(values["kind"])
    for name in ("notes", "dropped", "suggestions", "slips"):
        values[name] = tuple(values.get(name, ()))
    return Answer(**values)
