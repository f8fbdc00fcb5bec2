"""The list of kept conversations (历史对话) beside the transcript: search, open, rename, delete."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.keeping.conversations import ConversationStore, ConversationSummary
from pages.markup import esc
from pages.words import CHINESE, Words


def _when(updated_at: str, now: datetime, say: Words) -> str:
    """``今天``, ``昨天`` or the date, in the machine's own time zone."""
    moment = datetime.fromisoformat(updated_at).astimezone()
    days = (now.astimezone().date() - moment.date()).days
    if days == 0:
        return say("history.today", time=f"{moment:%H:%M}")
    return say("history.yesterday") if days == 1 else f"{moment:%Y-%m-%d}"


def _row(summary: ConversationSummary, current: str, now: datetime, say: Words) -> str:
    here = ' aria-current="true"' if summary.id == current else ""
    name = esc(summary.title)
    key = esc(summary.id)
    return (
        f'<li{here}><button type="button" class="open" data-act="open" data-id="{key}"><span{say.native}>{name}</span>'
        f"<small>{_when(summary.updated_at, now, say)} · {esc(say('history.turns', count=summary.turns))}</small></button>"
        f'<span class="tools"><button type="button" data-act="rename" data-id="{key}" data-title="{name}" '
        f'aria-label="{esc(say("history.rename_of"))}{name}">{esc(say("history.rename"))}</button>'
        f'<button type="button" data-act="remove" data-id="{key}" '
        f'data-title="{name}" aria-label="{esc(say("history.remove_of"))}{name}">{esc(say("history.remove"))}</button></span></li>'
    )


def history_html(
    store: ConversationStore | None, owner: str, current: str, search: str = "", say: Words = CHINESE
) -> str:
    """The list as HTML; ``data-current`` tells the browser which conversation to come back to after a reload."""
    if store is None or not owner:
        return f'<p class="none">{esc(say("history.empty"))}</p>'
    found = store.conversations(owner, search or "")
    if not found:
        none = esc(say("history.not_found" if search else "history.empty"))
        return f'<ul class="convs" data-current="{esc(current)}"></ul><p class="none">{none}</p>'
    now = datetime.now(UTC)
    rows = "".join(_row(summary, current, now, say) for summary in found)
    exports = "".join(
        f'<button type="button" data-act="download" data-kind="{kind}" data-id="{esc(current)}">{name}</button>'
        for kind, name in (("docx", "Word"), ("md", "Markdown"), ("html", esc(say("history.printable"))))
    )
    offer = f'<div class="exports">{esc(say("history.export"))} {exports}</div>' if current else ""
    return f'<ul class="convs" data-current="{esc(current)}">{rows}</ul>{offer}'
