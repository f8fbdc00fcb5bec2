"""What the page's script asks to be saved (下载): conversations, duties, checked drafts, evaluation lines; as JSON with base64."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.drafting.gbt9704 import official_document
from assistant.drafting.report import html_report, word_report
from assistant.duties.extraction import to_ics, to_xlsx
from assistant.errors import AssistantError
from assistant.keeping.conversations import ConversationStore
from assistant.keeping.feedback import eval_lines
from assistant.tasks.composing import Official
from corpus.errors import CorpusError
from pages.duty_filters import DutyFilters
from pages.export import to_docx, to_html, to_markdown
from pages.schedule import duties_asked
from pages.sheets import Sheet, sheet_document, sheet_page
from pages.shelf import Shelf
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown;charset=utf-8",
    "html": "text/html;charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar;charset=utf-8",
    "jsonl": "application/jsonl;charset=utf-8",
}
Asked = dict[str, Any]
File = tuple[str, bytes]


def download_function(
    assistant: LiveAssistant, store: ConversationStore | None, shelf: Shelf[Any], say: Words = CHINESE
) -> Callable[[str], str]:
    """The function behind ``server.download``."""

    def duties(wanted: Asked) -> File:
        kind = str(wanted["kind"])
        found, _ = duties_asked(assistant, DutyFilters.of_request(wanted), say)
        return f"{say('export.duties')}.{kind}", to_xlsx(found) if kind == "xlsx" else to_ics(found)

    def held(wanted: Asked) -> Any:
        found = shelf.get(str(wanted.get("id") or ""))
        if found is None:
            raise AssistantError(say("export.gone"))
        return found

    def sheet(wanted: Asked) -> File:
        found: Sheet = held(wanted)
        if wanted["kind"] == "sheet-docx":
            return f"{found.title}.docx", sheet_document(found)
        return f"{found.title}.html", sheet_page(found).encode()

    def official(wanted: Asked) -> File:
        found: Official = held(wanted)
        clean = wanted["kind"] == "official-clean"
        name = say("write.file_clean", name=found.title) if clean else found.title
        return f"{name}.docx", official_document(found, sources=not clean)

    def checked(wanted: Asked) -> File:
        draft = held(wanted)
        name = say("export.checked", name=draft.name.rpartition(".")[0] or draft.name)
        if wanted["kind"] == "checked-docx":
            return f"{name}.docx", word_report(draft)
        return f"{name}.html", html_report(draft).encode()

    def lines(wanted: Asked) -> File:
        key = str(wanted.get("id") or "")
        said = [one for one in kept().feedback() if not key or str(one.id) == key]
        return "feedback.jsonl", eval_lines(said, assistant.corpus.notices).encode()

    def conversation(wanted: Asked) -> File:
        kind, key, owner = str(wanted["kind"]), str(wanted.get("id") or ""), str(wanted.get("owner") or "")
        turns, title = kept().turns(owner, key), kept().title(owner, key)
        if kind == "docx":
            return f"{title}.docx", to_docx(title, turns, say)
        text = to_markdown(title, turns, say) if kind == "md" else to_html(title, turns, say)
        return f"{title}.{kind}", text.encode()

    def kept() -> ConversationStore:
        if store is None:
            raise AssistantError(say("export.no_store"))
        return store

    makers: dict[str, Callable[[Asked], File]] = {
        **dict.fromkeys(("xlsx", "ics"), duties),
        **dict.fromkeys(("checked-docx", "checked-html"), checked),
        **dict.fromkeys(("sheet-docx", "sheet-html"), sheet),
        **dict.fromkeys(("official-docx", "official-clean"), official),
        **dict.fromkeys(("docx", "md", "html"), conversation),
        "eval": lines,
    }

    def download(request: str) -> str:
        """A file as JSON ``{"name", "type", "base64"}``, or ``{"error": message}``."""
        wanted = json.loads(request)
        make = makers.get(str(wanted.get("kind")))
        if make is None:
            return json.dumps({"error": say("export.bad_format")}, ensure_ascii=False)
        try:
            name, content = make(wanted)
        except (AssistantError, CorpusError) as error:
            return json.dumps({"error": str(error)}, ensure_ascii=False)
        coded = base64.b64encode(content).decode()
        mime = _TYPES[name.rpartition(".")[2]]
        return json.dumps({"name": name, "type": mime, "base64": coded}, ensure_ascii=False)

    return download
