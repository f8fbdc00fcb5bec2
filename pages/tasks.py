"""What offices do all day as buttons (任务): summarise, list all, timetable here; compare, write and check on their pages.

A button only puts the words that anybody could type into the conversation, so both ways give the same answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import Notice
from pages.markup import esc
from pages.words import CHINESE, Words, only_chinese

ASKED = ("summary", "figures", "duties", "deadlines", "schedule")
PAGES = ("compare", "write", "drafts")


def tasks_html(say: Words = CHINESE) -> str:
    """The row of buttons above the question."""
    asks = "".join(
        f'<button type="button" data-act="task" data-task="{name}">{esc(say(f"task.{name}"))}</button>'
        for name in ("summary", "figures", "schedule")
    )
    pages = "".join(
        f'<button type="button" data-act="tab" data-tab="{name}">{esc(say(f"task.{name}"))}</button>' for name in PAGES
    )
    return f'<div class="tasks" role="group" aria-label="{esc(say("task.label"))}">{asks}{pages}</div>'


def task_dialog_html(notices: Sequence[Notice], say: Words = CHINESE) -> str:
    """The form behind the first three: what to do, with which notice, for which body."""
    options = "".join(f'<option value="{name}">{esc(say(f"task.{name}"))}</option>' for name in ASKED)
    titles = "".join(
        f'<option value="{esc(notice.title)}">{esc(notice.reference or "")}</option>'
        for notice in sorted(notices, key=lambda notice: notice.title)
    )
    wordings = dict(zip(ASKED, only_chinese("tasks"), strict=True)) | {"body": only_chinese("task_body")[0]}
    data = " ".join(f'data-{name}="{esc(text)}"' for name, text in wordings.items())
    return (
        f'<dialog id="task" aria-labelledby="task-title"><form method="dialog" {data}><h2 id="task-title">{esc(say("task.title"))}</h2>'
        f'<label><span>{esc(say("task.what"))}</span><select name="what">{options}</select></label>'
        f'<label><span>{esc(say("scope.notice"))}</span><input name="notice" list="task-notices" autocomplete="off" '
        f'placeholder="{esc(say("task.notice_hint"))}"></label><datalist id="task-notices"{say.native}>{titles}</datalist>'
        f'<label class="body"><span>{esc(say("task.body"))}</span><input name="body" autocomplete="off" '
        f'placeholder="{esc(say("duties.body_example"))}"></label>'
        f'<p class="lost" role="alert" hidden>{esc(say("task.choose"))}</p><div class="buttons"><span class="grow"></span>'
        f'<button type="button" data-act="task-close">{esc(say("hospital.cancel"))}</button>'
        f'<button type="button" class="primary" data-act="task-go">{esc(say("task.go"))}</button></div></form></dialog>'
    )
