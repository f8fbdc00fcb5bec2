"""Read what ``assistant batch`` wrote, so that answers made elsewhere are scored by the same measures."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.datasets import DatasetError, Fault, Find
from evals.types import Cited, Response, Retrieved


def read_batch(path: Path, find: Find) -> dict[str, Response]:
    """The responses of a batch results file by question id.

    Raises:
        DatasetError: unreadable, or a line that is not a result; file and line are named.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError([Fault(str(path), f"读不到结果文件（{error}）；请检查路径")]) from error
    responses: dict[str, Response] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            record = json.loads(line)
            identifier, response = str(record["id"]), _response(record, find)
        except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            message = f"不是 assistant batch 的结果行（{type(error).__name__}: {error}）"
            raise DatasetError([Fault(where, message)]) from error
        if identifier in responses:
            raise DatasetError([Fault(where, f"题号 {identifier!r} 重复")])
        responses[identifier] = response
    return responses


def _response(record: Mapping[str, Any], find: Find) -> Response:
    if record.get("error") and "answer" not in record:
        return Response(text="", error=str(record["error"]))
    return Response(
        text=record["answer"] or "",
        refused=bool(record["refused"]),
        citations=tuple(
            Cited(
                _key(item, find),
                item["quote"],
                _marker(item.get("marker")),
                " ".join(str(item.get(name) or "") for name in ("notice", "title", "path")),
            )
            for item in record.get("citations") or []
        ),
        retrieved=tuple(
            Retrieved(_key(item, find), item["text"], float(item.get("score") or 0.0))
            for item in record.get("retrieved") or []
        ),
        latency_ms=float(record.get("latency_s") or 0.0) * 1000,
    )


def _key(item: Mapping[str, Any], find: Find) -> str:
    """The corpus id of a cited or retrieved notice; what was written where the corpus does not have it."""
    if item.get("notice_id"):
        return str(item["notice_id"])
    notice = find(str(item["notice"]))
    return notice.id if notice else str(item["notice"])


def _marker(value: Any) -> int:
    digits = "".join(filter(str.isdigit, str(value)))
    return int(digits) if digits else 0
