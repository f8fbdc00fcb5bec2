"""Charts as inline SVG: bars with their 95 % interval, readable in light and dark.

Drawn here and not in the browser, so that the page works without scripts and a chart can be pasted elsewhere. Colours
are CSS classes of ``report.html``; every piece of text is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from evals.statistics import Interval

ROW, BAR, LABEL_WIDTH, VALUE_WIDTH, WIDTH = 26, 12, 132, 128, 560


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart; ``strong`` sets it off from the others."""

    label: str
    interval: Interval
    strong: bool = False


def bar_chart(title: str, bars: Sequence[Bar], *, maximum: float = 1.0, note: str = "", digits: int = 2) -> str:
    """Horizontal bars from 0 to ``maximum`` with interval whiskers, as one titled ``<svg>``."""
    if not bars:
        return ""
    plot = WIDTH - LABEL_WIDTH - VALUE_WIDTH
    height = ROW * len(bars) + 26
    scale = plot / maximum if maximum else 0.0
    parts = [
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}</title>",
    ]
    for step in range(5):
        x = LABEL_WIDTH + plot * step / 4
        value = maximum * step / 4
        parts.append(f'<line class="grid" x1="{x:.1f}" y1="4" x2="{x:.1f}" y2="{height - 20}"/>')
        parts.append(f'<text class="tick" x="{x:.1f}" y="{height - 5}" text-anchor="middle">{value:.{digits}f}</text>')
    for number, bar in enumerate(bars):
        middle = 4 + ROW * number + ROW / 2
        low, high = (min(max(v, 0.0), maximum) for v in (bar.interval.low, bar.interval.high))
        length = min(bar.interval.value, maximum) * scale
        label = f"{bar.interval.value:.{digits}f}  [{bar.interval.low:.{digits}f}, {bar.interval.high:.{digits}f}]"
        parts += [
            f'<text class="label{" strong" if bar.strong else ""}" x="{LABEL_WIDTH - 8}" y="{middle + 4:.1f}" '
            f'text-anchor="end">{escape(bar.label)}</text>',
            f'<rect class="bar{" strong" if bar.strong else ""}" x="{LABEL_WIDTH}" y="{middle - BAR / 2:.1f}" '
            f'width="{max(length, 0):.1f}" height="{BAR}" rx="2"><title>{escape(bar.label)}：{escape(label)}，'
            f"{bar.interval.n} 题</title></rect>",
            f'<path class="whisker" d="M{LABEL_WIDTH + low * scale:.1f} {middle:.1f}H{LABEL_WIDTH + high * scale:.1f}'
            f"M{LABEL_WIDTH + low * scale:.1f} {middle - 4:.1f}v8M{LABEL_WIDTH + high * scale:.1f} "
            f'{middle - 4:.1f}v8"/>',
            f'<text class="value" x="{WIDTH - VALUE_WIDTH + 10}" y="{middle + 4:.1f}">{escape(label)}</text>',
        ]
    parts.append("</svg>")
    caption = f"<small>{escape(note)}</small>" if note else ""
    return f"<figure><figcaption>{escape(title)}{caption}</figcaption>{''.join(parts)}</figure>"
