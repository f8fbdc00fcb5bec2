"""An :class:`Answer` as JSON and back, for the store of conversations.

``retrieved`` is left out: it is large, and reproducible from question, scope and corpus hash. ``text`` is there beside
``blocks`` to be searched. The trap: answers kept before there were blocks have their text only, which is read as Markdown.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from assistant.blocks import from_records, to_records
from assistant.keeping.markdown import read_markdown
from assistant.types import Answer, Binding, Citation, Kind, RefusalReason, Scope, Verdict


def answer_to_json(answer: Answer) -> str:
    """``answer`` as JSON, without ``retrieved``."""
    values = asdict(replace(answer, blocks=(), retrieved=()))
    del values["retrieved"]
    values |= {"text": answer.text, "blocks": to_records(answer.blocks)}
    return json.dumps(values, ensure_ascii=False, default=str)


def answer_from_json(text: str) -> Answer:
    """The inverse of :func:`answer_to_json`."""
    values: dict[str, Any] = json.loads(text)
    said = values.pop("text")
    values["blocks"] = from_records(values["blocks"]) if "blocks" in values else read_markdown(said)
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
