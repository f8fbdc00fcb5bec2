"""The list of kept conversations (历史对话) beside the transcript: search, open, rename, delete."""

from __future__ import annotations

from datetime import UTC, datetime

from assistant.keeping.conversations import ConversationStore, ConversationSummary
from pages.markup import esc


def _when(updated_at: str, now: datetime) -> str:
    """``今天``, ``昨天`` or the date, in the machine's own time zone."""
    moment = datetime.fromisoformat(updated_at).astimezone()
    days = (now.astimezone().date() - moment.date()).days
    if days == 0:
        return f"今天 {moment:%H:%M}"
    return "昨天" if days == 1 else f"{moment:%Y-%m-%d}"


def _row(summary: ConversationSummary, current: str, now: datetime) -> str:
    here = ' aria-current="true"' if summary.id == current else ""
    name = esc(summary.title)
    key = esc(summary.id)
    return (
        f'<li{here}><button type="button" class="open" data-act="open" data-id="{key}">{name}'
        f"<small>{_when(summary.updated_at, now)} · {summary.turns} 问</small></button>"
        f'<span class="tools"><button type="button" data-act="rename" data-id="{key}" data-title="{name}" '
        f'aria-label="重命名：{name}">改名</button><button type="button" data-act="remove" data-id="{key}" '
        f'data-title="{name}" aria-label="删除：{name}">删除</button></span></li>'
    )


def history_html(store: ConversationStore | None, owner: str, current: str, search: str = "") -> str:
    """The list as HTML; ``data-current`` tells the browser which conversation to come back to after a reload."""
    if store is None or not owner:
        return '<p class="none">对话会保存在这里</p>'
    found = store.conversations(owner, search or "")
    if not found:
        none = "没有找到相符的对话" if search else "对话会保存在这里"
        return f'<ul class="convs" data-current="{esc(current)}"></ul><p class="none">{none}</p>'
    now = datetime.now(UTC)
    rows = "".join(_row(summary, current, now) for summary in found)
    exports = "".join(
        f'<button type="button" data-act="download" data-kind="{kind}" data-id="{esc(current)}">{name}</button>'
        for kind, name in (("docx", "Word"), ("md", "Markdown"), ("html", "网页（可打印）"))
    )
    offer = f'<div class="exports">导出本对话 {exports}</div>' if current else ""
    return f'<ul class="convs" data-current="{esc(current)}">{rows}</ul>{offer}'
