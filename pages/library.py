"""The library page (政策库): every notice as a table and on a timeline, filtered; a click opens it in the panel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from corpus.regions import display, is_within
from corpus.types import Level, Notice
from pages.intake import build_intake
from pages.markup import esc
from pages.scope import NATIONWIDE, region_choices

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

LEVELS = {
    Level.NATIONAL: "国家",
    Level.PROVINCIAL: "省级",
    Level.MUNICIPAL: "市级",
    Level.COUNTY: "县级",
    Level.UNKNOWN: "不详",
}
_ALL = "全部"
_COLUMNS = ("标题", "文号", "地区", "层级", "成文日期", "时效", "文本")
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def filtered(
    notices: Sequence[Notice],
    region: str = "",
    level: str = _ALL,
    year: str = _ALL,
    status: str = _ALL,
    words: str = "",
) -> list[Notice]:
    """Notices that fit, newest first; all ``words`` must stand in title, number, issuer, aliases or text."""
    wanted = words.split()
    found = [
        notice
        for notice in notices
        if (not region or region == NATIONWIDE or is_within(notice.region, region))
        and (level in ("", _ALL) or LEVELS[notice.level] == level)
        and (year in ("", _ALL) or (notice.issued_on is not None and str(notice.issued_on.year) == year))
        and (status in ("", _ALL) or notice.status.value == status)
        and all(word in f"{notice.title}{notice.number}{notice.issuer}{notice.aliases}{notice.text}" for word in wanted)
    ]
    return sorted(found, key=lambda notice: notice.issued_on.isoformat() if notice.issued_on else "", reverse=True)


def table_html(notices: Sequence[Notice]) -> str:
    """The table; each title is a button that opens the notice."""
    rows = []
    for notice in notices:
        lost = sum(gap.sentences for gap in notice.gaps)
        rows.append(
            f'<tr><th scope="row"><button type="button" class="link" data-notice="{esc(notice.id)}">{esc(notice.title)}'
            f"</button></th><td>{esc(notice.number or '无文号')}</td><td>{esc(display(notice.region))}</td>"
            f"<td>{LEVELS[notice.level]}</td><td>{notice.issued_on or '不详'}</td><td>{esc(notice.status.value)}</td>"
            f"<td>{f'缺约 {lost} 句' if lost else '完整'}</td></tr>"
        )
    head = "".join(f'<th scope="col">{name}</th>' for name in _COLUMNS)
    return (
        '<div class="table-wrap library" tabindex="0" role="region" aria-label="文件列表"><table><thead><tr>'
        f"{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def timeline_html(notices: Sequence[Notice]) -> str:
    """One row a place: a bar over the years a notice sets targets for, a dot where it was issued."""
    dated = [notice for notice in notices if notice.issued_on is not None]
    if not dated:
        return ""
    years = [notice.issued_on.year for notice in dated if notice.issued_on]
    years += [year for notice in dated if notice.horizon for year in notice.horizon]
    first, last = min(years), max(years) + 1
    span = last - first

    def at(year: float) -> str:
        return f"{(year - first) / span * 100:.2f}%"

    ticks = "".join(
        f'<span style="left:{at(year)}">{year}</span>' for year in range(first, last, max(1, round(span / 12)))
    )
    rows = []
    for region in sorted({notice.region for notice in dated}):
        bars = []
        for notice in sorted((n for n in dated if n.region == region), key=lambda n: str(n.issued_on)):
            day = notice.issued_on
            assert day is not None
            dot = day.year + (day.timetuple().tm_yday - 1) / 366
            low, high = notice.horizon or (day.year, day.year)
            label = f"{notice.name}，{day}成文，规划期{low}至{high}年"
            width = f"{(high + 1 - low) / span * 100:.2f}%"
            bars.append(
                f'<div class="lane"><i class="bar" style="left:{at(low)};width:{width}"></i>'
                f'<button type="button" class="dot" style="left:{at(dot)}" data-notice="{esc(notice.id)}" '
                f'title="{esc(label)}" aria-label="{esc(label)}"></button>'
                f'<span class="name" style="left:{at(low)}">{esc(notice.name)}</span></div>'
            )
        rows.append(f'<div class="place"><b>{esc(display(region))}</b><div class="lanes">{"".join(bars)}</div></div>')
    return (
        '<div class="timeline" role="group" aria-label="时间轴">'
        f'<div class="place axis"><b></b><div class="ticks">{ticks}</div></div>{"".join(rows)}'
        '<p class="path">圆点为成文日期，色条为文件设定目标的年份。规划期过后文件未必废止，以“时效”一栏为准。</p></div>'
    )


def library_html(notices: Sequence[Notice], total: int) -> str:
    if not notices:
        return '<p class="none">没有符合条件的文件。请放宽筛选条件。</p>'
    return f'<p class="path">共 {total} 份，显示 {len(notices)} 份</p>{timeline_html(notices)}{table_html(notices)}'


def build_library(assistant: LiveAssistant) -> Any:
    """Lay out the page; returns a function that redraws it and its outputs, for when the tab is opened."""
    notices = assistant.corpus.notices
    with gr.Column(elem_classes="sheet"):
        with gr.Row(elem_classes="filters"):
            region = gr.Dropdown(region_choices(notices), value="", label="地区", min_width=140)
            level = gr.Dropdown([_ALL, *LEVELS.values()], value=_ALL, label="层级", min_width=110)
            years = sorted({str(n.issued_on.year) for n in notices if n.issued_on}, reverse=True)
            year = gr.Dropdown([_ALL, *years], value=_ALL, label="年份", min_width=110)
            states = sorted({notice.status.value for notice in notices})
            status = gr.Dropdown([_ALL, *states], value=_ALL, label="时效", min_width=110)
            words = gr.Textbox(label="包含文字", placeholder="标题、文号或正文中的词", max_lines=1, min_width=180)
        shown = gr.HTML(
            library_html(filtered(notices), len(notices)),
            elem_classes="plain",
            elem_id="library",
            apply_default_css=False,
            render=False,
        )
        controls = [region, level, year, status, words]

        def show(*chosen: str) -> str:
            current = assistant.corpus.notices
            return library_html(filtered(current, *(value or "" for value in chosen)), len(current))

        if hasattr(assistant, "preview"):
            build_intake(assistant, show, controls, shown)
        shown.render()
    for control in controls:
        control.change(show, controls, shown, trigger_mode="always_last", **_QUIET)
    return show, controls, shown
