"""The duties page (责任与时限): who must do what by when, filtered by place and body; Excel and calendar files."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.duties.extraction import Duty
from assistant.errors import AssistantError
from corpus.regions import display
from pages.answers import BINDING_CLASS
from pages.markup import esc
from pages.scope import read_profile, region_choices

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_DATED, _ALL = "只看有时限的", "全部任务"
_SHOWN = 300


def chosen_duties(assistant: LiveAssistant, region: str, body: str, as_of: str, dated: bool) -> tuple[Duty, ...]:
    """The duties for what the filters hold.

    Raises:
        ScopeError: the region or the date does not exist.
    """
    profile = read_profile(region, as_of)
    found = assistant.duties(profile.region, body.strip() or None, as_of=profile.as_of)
    return tuple(duty for duty in found if duty.deadline) if dated else found


def _row(duty: Duty) -> str:
    cited = duty.citation
    bodies = "、".join(
        f"<b>{esc(name)}</b>（牵头）" if name in duty.leads else esc(name) for name in duty.bodies
    ) or esc(duty.silence)
    when = f'<span class="path">{duty.deadline}</span>' if duty.deadline else ""
    return (
        f'<tr><th scope="row">{esc(duty.written) or "—"}{when}</th><td>{bodies}</td><td>{esc(duty.task)} '
        f'<button type="button" class="link" data-cite="1" data-notice="{esc(cited.notice_id)}" '
        f'data-start="{cited.start}" data-end="{cited.end}">看原文</button></td>'
        f'<td class="{BINDING_CLASS[duty.binding]}" title="{esc(duty.reason)}">{esc(cited.notice)}'
        f'<span class="path">{esc(display(duty.region))} · <span class="badge">{esc(duty.binding.value)}</span></span>'
        "</td></tr>"
    )


def duties_html(duties: Sequence[Duty]) -> str:
    """One table a year, in order of deadline; tasks without a deadline last."""
    if not duties:
        return '<p class="none">没有符合条件的任务。请放宽地区或单位，或查看全部任务。</p>'
    head = "".join(f'<th scope="col">{name}</th>' for name in ("时限（原文）", "责任单位", "任务", "文件"))
    parts = [f'<p class="path">共 {len(duties)} 项</p>']
    for year, group in groupby(duties[:_SHOWN], key=lambda duty: duty.deadline.year if duty.deadline else 0):
        rows = "".join(_row(duty) for duty in group)
        parts.append(
            f"<h2>{f'{year} 年' if year else '未写明时限'}</h2>"
            f'<div class="table-wrap duties" tabindex="0" role="region" aria-label="{year or "未写明时限"}">'
            f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
    if len(duties) > _SHOWN:
        parts.append(f'<p class="path">只显示前 {_SHOWN} 项，导出的文件里有全部。</p>')
    return "".join(parts)


def _offer(region: str, body: str, as_of: str, dated: bool) -> str:
    filters = f'data-region="{esc(region)}" data-body="{esc(body)}" data-asof="{esc(as_of)}" data-dated="{int(dated)}"'
    return (
        f'<div class="exports wide">导出 <button type="button" data-act="download" data-kind="xlsx" {filters}>'
        f'Excel 表格</button><button type="button" data-act="download" data-kind="ics" {filters}>日历（ics）</button>'
        "</div>"
    )


def build_duties(assistant: LiveAssistant) -> Any:
    """Lay out the page; returns what redraws it, its inputs and its output, for when the tab is opened."""

    def show(region: str | None, body: str, as_of: str, which: str) -> str:
        place, dated = region or "", which == _DATED
        try:
            return _offer(place, body, as_of, dated) + duties_html(chosen_duties(assistant, place, body, as_of, dated))
        except AssistantError as error:
            return f'<p class="lost" role="alert">{esc(error)}</p>'

    with gr.Column(elem_classes="sheet"):
        gr.HTML(
            "<p>从文件中逐条读出责任单位、任务和时限。只写年份的，时限按当年最后一天计；规划期已过的文件标为参照。</p>",
            elem_classes="plain",
            apply_default_css=False,
        )
        with gr.Row(elem_classes="filters"):
            region = gr.Dropdown(
                region_choices(assistant.corpus.notices),
                value="",
                label="地区",
                allow_custom_value=True,
                elem_id="duty-region",
            )
            body = gr.Textbox(label="责任单位", placeholder="如 卫健委、财政", max_lines=1, elem_id="duty-body")
            as_of = gr.Textbox(
                label="截至日期", placeholder="不填为今天", max_lines=1, min_width=120, elem_id="duty-date"
            )
            which = gr.Dropdown([_DATED, _ALL], value=_DATED, label="范围", elem_id="duty-which")
        shown = gr.HTML("", elem_classes="plain", elem_id="duties", apply_default_css=False)
    controls = [region, body, as_of, which]
    for control in controls:
        control.change(show, controls, shown, trigger_mode="always_last", **_QUIET)
    return show, controls, shown
