"""What the page's script asks of the server: a notice for the panel, a file to save. Both speak JSON."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.duties.extraction import to_ics, to_xlsx
from assistant.errors import AssistantError
from assistant.keeping.conversations import ConversationStore
from assistant.keeping.feedback import eval_lines
from corpus.errors import CorpusError
from pages.export import to_docx, to_html, to_markdown
from pages.markup import chinese, esc, fault
from pages.months import calendar_html
from pages.panel import source_html
from pages.schedule import duties_asked, today_of
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown;charset=utf-8",
    "html": "text/html;charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar;charset=utf-8",
    "eval": "application/jsonl;charset=utf-8",
}


def source_function(assistant: LiveAssistant, say: Words = CHINESE) -> Callable[[str], str]:
    """The function behind ``server.source``."""

    def source(request: str) -> str:
        """Rendered notice; ``request`` is JSON ``{"notice": id, "cites": [{marker, start, end}]}``."""
        wanted = json.loads(request)
        try:
            notice = assistant.corpus.get(str(wanted["notice"]))
        except CorpusError as error:
            return f'<p class="lost">{esc(say("source.gone"))}{chinese(error, say)}</p>'
        cites = [(int(c["marker"]), int(c["start"]), int(c["end"])) for c in wanted.get("cites", ())]
        referring = [
            (relation.kind.value, other)
            for other in assistant.corpus.notices
            for relation in other.relations
            if relation.target_id == notice.id
        ]
        return source_html(notice, cites, referring, say)

    return source


def month_function(assistant: LiveAssistant, say: Words = CHINESE) -> Callable[[str], str]:
    """The function behind ``server.month``."""

    def month(request: str) -> str:
        """The calendar as HTML; ``request`` is JSON ``{"month": "2025-12", "region", "body", "asof", "dated"}``."""
        wanted = json.loads(request)
        region, body, as_of = (str(wanted.get(name) or "") for name in ("region", "body", "asof"))
        year, number = (int(part) for part in str(wanted["month"]).split("-"))
        try:
            found, undated = duties_asked(assistant, region, body, as_of, wanted.get("dated") == "1", say)
        except AssistantError as error:
            return fault(error, say)
        shown = (min(max(year, 1949), 2999), min(max(number, 1), 12))
        return calendar_html(found, shown, today_of(as_of), undated, say)

    return month


def download_function(
    assistant: LiveAssistant, store: ConversationStore | None, say: Words = CHINESE
) -> Callable[[str], str]:
    """The function behind ``server.download``."""

    def make(wanted: dict[str, Any]) -> tuple[str, bytes]:
        kind, key = str(wanted["kind"]), str(wanted.get("id") or "")
        if kind in ("xlsx", "ics"):
            region, body, as_of = (str(wanted.get(name) or "") for name in ("region", "body", "asof"))
            found, _ = duties_asked(assistant, region, body, as_of, wanted.get("dated") == "1", say)
            return f"{say('export.duties')}.{kind}", to_xlsx(found) if kind == "xlsx" else to_ics(found)
        if store is None:
            raise AssistantError(say("export.no_store"))
        if kind == "eval":
            said = [one for one in store.feedback() if not key or str(one.id) == key]
            return "feedback.jsonl", eval_lines(said, assistant.corpus.notices).encode()
        owner = str(wanted.get("owner") or "")
        turns = store.turns(owner, key)
        title = store.title(owner, key)
        if kind == "docx":
            return f"{title}.docx", to_docx(title, turns, say)
        text = to_markdown(title, turns, say) if kind == "md" else to_html(title, turns, say)
        return f"{title}.{kind}", text.encode()

    def download(request: str) -> str:
        """A file as JSON ``{"name", "type", "base64"}``, or ``{"error": message}``."""
        wanted = json.loads(request)
        if wanted.get("kind") not in _TYPES:
            return json.dumps({"error": say("export.bad_format")}, ensure_ascii=False)
        try:
            name, content = make(wanted)
        except AssistantError as error:
            return json.dumps({"error": str(error)}, ensure_ascii=False)
        coded = base64.b64encode(content).decode()
        return json.dumps({"name": name, "type": _TYPES[wanted["kind"]], "base64": coded}, ensure_ascii=False)

    return download
