"""The timeline of the library (时间轴): one row a place, a bar over the years a notice sets targets for, a dot where it was issued."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import Notice
from pages.markup import esc, place_name
from pages.words import CHINESE, Words


def timeline_html(notices: Sequence[Notice], say: Words = CHINESE) -> str:
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
            label = say("library.bar", name=notice.name, day=day, first=low, last=high)
            width = f"{(high + 1 - low) / span * 100:.2f}%"
            bars.append(
                f'<div class="lane"><i class="bar" style="left:{at(low)};width:{width}"></i>'
                f'<button type="button" class="dot" style="left:{at(dot)}" data-notice="{esc(notice.id)}" '
                f'title="{esc(label)}" aria-label="{esc(label)}"></button>'
                f'<span class="name" style="left:{at(low)}"{say.native}>{esc(notice.name)}</span></div>'
            )
        rows.append(
            f'<div class="place"><b>{place_name(region, say)}</b><div class="lanes">{"".join(bars)}</div></div>'
        )
    return (
        f'<div class="timeline" role="group" aria-label="{esc(say("library.timeline"))}">'
        f'<div class="place axis"><b></b><div class="ticks">{ticks}</div></div>{"".join(rows)}'
        f'<p class="path">{esc(say("library.legend"))}</p></div>'
    )
