"""Adding and removing notices on the library page: what was understood is shown and corrected before it is kept."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from corpus.errors import CorpusError
from corpus.regions import display
from index.errors import SearchIndexError
from pages.markup import esc

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant, Preview

TYPES = [".pdf", ".docx", ".html", ".htm", ".txt", ".md"]
_FIELDS = (("title", "标题"), ("number", "文号（没有则留空）"), ("issuer", "发文机关"), ("region", "地区"),
           ("issued_on", "成文日期"))  # fmt: skip
_QUIET: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private", "concurrency_limit": 1}
# Messages of the corpus layer name the option of the command line; here there is a form instead.
_IN_FORM, _SAY = re.compile(r"请用 --set \w+=(\S+) 补上"), r"请在下方补上，如 \1"
_OUTLINE_SHOWN = 40
Faults = (AssistantError, CorpusError, SearchIndexError)


def read_fields(preview: Preview) -> list[str]:
    """What was read of the file, for the form, in the order of its fields; "" where it was not found."""
    found = preview.metadata
    region = "" if found.region is None else found.region or "全国"
    day = found.issued_on.isoformat() if found.issued_on else ""
    return [found.title or "", found.number or "", found.issuer or "", region, day]


def overrides_of(values: list[str], preview: Preview) -> dict[str, str]:
    """Only what the visitor changed; what was read stays as read."""
    pairs = zip((key for key, _ in _FIELDS), values, read_fields(preview), strict=True)
    return {key: value.strip() for key, value, was in pairs if value.strip() != was}


def preview_html(preview: Preview) -> str:
    """Length, outline, doubts and what keeping it would mean."""
    marks = [f"<li>{esc(article.path)}</li>" for article in preview.articles if article.kind == "item"]
    more = f"<li>……另有 {len(marks) - _OUTLINE_SHOWN} 条</li>" if len(marks) > _OUTLINE_SHOWN else ""
    notes = [*preview.problems, *(doubt.message for doubt in preview.metadata.doubts), *preview.warnings]
    told = "".join(f"<li>{esc(_IN_FORM.sub(_SAY, note))}</li>" for note in dict.fromkeys(notes))
    state = "这份文件已在库中，内容没有变化。" if preview.unchanged else ""
    if preview.replaces and not preview.unchanged:
        state = f"库中已有这份文件（{esc(preview.replaces)}），保存后作为新版本替换，旧版本留作历史。"
    return (
        f"<p>{esc(preview.name)}：正文 {preview.characters} 字，读出 {len(marks)} 个条目。{state}</p>"
        f"{f'<p>请核对：</p><ul class=notes>{told}</ul>' if told else ''}"
        f'<details><summary>目录</summary><ol class="notes">{"".join(marks[:_OUTLINE_SHOWN])}{more}</ol></details>'
    )


def fault(message: object) -> str:
    return f'<p class="lost" role="alert">{esc(_IN_FORM.sub(_SAY, str(message)))}</p>'


def build_intake(live: LiveAssistant, redraw: Any, controls: list[Any], shown: Any) -> None:
    """Lay out both forms above the list; ``redraw(*controls) -> shown`` is called after each change."""
    plain: dict[str, Any] = {"elem_classes": "plain", "apply_default_css": False}
    with gr.Accordion("添加文件", open=False, elem_id="intake"):
        upload = gr.File(label="拖入 PDF、Word、网页或文本文件", file_types=TYPES, elem_id="upload", height=120)
        seen = gr.HTML("", elem_id="preview", **plain)
        with gr.Column(visible=False, elem_id="intake-form") as form:
            with gr.Row(elem_classes="filters"):
                fields = [gr.Textbox(label=name, max_lines=2, elem_id=f"set-{key}") for key, name in _FIELDS]
            keep = gr.Button("核对无误，保存", variant="primary", elem_id="keep")
    with gr.Accordion("移除文件", open=False):
        with gr.Row(elem_classes="filters"):
            which = gr.Dropdown(_choices(live), value=None, label="要移除的文件", elem_id="remove-which")
            sure = gr.Checkbox(label="我确认移除，历史回答中引用它的内容也会撤下", elem_id="remove-sure")
            gone = gr.Button("移除", variant="stop", min_width=80, scale=0, elem_id="remove-go")
        told = gr.HTML("", elem_id="removed", **plain)

    def look(path: str | None) -> tuple[Any, ...]:
        empty = [""] * len(_FIELDS)
        if not path:
            return "", gr.update(visible=False), *empty
        try:
            preview = live.preview(Path(path))
        except Faults as error:
            return fault(error), gr.update(visible=False), *empty
        return preview_html(preview), gr.update(visible=True), *read_fields(preview)

    def save(path: str | None, *values: str, progress: Any = gr.Progress()) -> tuple[Any, ...]:  # noqa: B008
        typed, filters = list(values[: len(_FIELDS)]), values[len(_FIELDS) :]
        same = (gr.update(), gr.update(), gr.update(), gr.update())
        if not path:
            return fault("请先选择文件"), *same
        try:
            changed = overrides_of(typed, live.preview(Path(path)))
            outcome = live.add(
                Path(path), changed, progress=lambda done, total, label: progress((done, total or 1), desc=label)
            )
        except Faults as error:
            return fault(error), *same
        if outcome.failed:
            return fault(outcome.failed[0].message), *same
        Path(path).unlink(missing_ok=True)
        one = outcome.added[0]
        what = "已在库中，没有变化" if one.unchanged else "已更新为新版本" if one.replaced else "已添加，现在就可以提问"
        alike = "".join(f"；与 {esc(other)} 内容近似（{share:.0%}），两份都保留" for other, share in one.alike)
        message = f'<p class="binds">{esc(one.notice.name)} {what}{alike}。</p>'
        return message, gr.update(visible=False), None, redraw(*filters), gr.update(choices=_choices(live))

    def take_out(notice_id: str | None, agreed: bool, *filters: str) -> tuple[Any, ...]:
        if not notice_id or not agreed:
            return fault("请选择文件并勾选确认"), gr.update(), gr.update(), gr.update()
        try:
            traces = live.remove(notice_id)
        except Faults as error:
            return fault(error), gr.update(), gr.update(), gr.update()
        rows = "".join(f"<li>{esc(trace.store)}：{trace.count}</li>" for trace in traces)
        left = sum(trace.count for trace in traces)
        told_ = f"已移除。逐处查找它的编号，剩余 {left} 处：<ul class=notes>{rows}</ul>"
        return f"<p>{told_}</p>", redraw(*filters), gr.update(choices=_choices(live), value=None), False

    upload.upload(look, upload, [seen, form, *fields], **_QUIET)
    upload.clear(look, upload, [seen, form, *fields], **_QUIET)
    keep.click(save, [upload, *fields, *controls], [seen, form, upload, shown, which], **_QUIET)
    gone.click(take_out, [which, sure, *controls], [told, shown, which, sure], **_QUIET)


def _choices(live: LiveAssistant) -> list[tuple[str, str]]:
    return [
        (f"{notice.number or '无文号'} {notice.title}（{display(notice.region)}）", notice.id)
        for notice in live.corpus.notices
    ]
