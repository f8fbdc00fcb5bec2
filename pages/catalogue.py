"""The list of notices (文件列表): filtered, searched, sorted, and shown a page at a time; usable with a thousand of them.

A wide page shows a table whose heads sort it; a narrow one shows a card a notice. Apart from the page so that it needs no
Gradio. The trap: what a reader typed may be a title, a number or words of the text; a title or number that fits goes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.regions import display, is_within
from corpus.types import UNKNOWN_REGION, Notice
from pages.markup import chinese, esc, place_name
from pages.panel import status_name, status_today
from pages.words import CHINESE, Words

PAGE = 25
COLUMNS = ("title", "number", "region", "level", "issued_on", "status", "text")
_SORTED_BY = ("title", "number", "region", "issued_on", "status")


@dataclass(frozen=True, slots=True)
class View:
    """What of the list is shown: by which column, which way round, and the page from 1."""

    by: str = "issued_on"
    down: bool = True
    page: int = 1

    def turned(self, by: str = "", page: int = 1) -> View:
        """The view after a click: on the head of a column, or on a page."""
        if not by:
            return View(self.by, self.down, page)
        return View(by, not self.down if by == self.by else by == "issued_on")


def filtered(
    notices: Sequence[Notice],
    region: str = "",
    level: str = "",
    year: str = "",
    status: str = "",
    words: str = "",
) -> list[Notice]:
    """Notices that fit, newest first; "" is no limit, ``level`` and ``status`` are values of their enums.

    All ``words`` must stand in title, number, issuer, aliases or text; where they stand in title or number goes first.
    """
    wanted = words.split()
    found = [
        notice
        for notice in notices
        if (not region or is_within(notice.region, region))
        and (not level or notice.level == level)
        and (not year or (notice.issued_on is not None and str(notice.issued_on.year) == year))
        and (not status or status_today(notice) == status)
        and all(word in _named(notice) or word in notice.text for word in wanted)
    ]
    found.sort(key=lambda notice: notice.issued_on.isoformat() if notice.issued_on else "", reverse=True)
    return sorted(found, key=lambda notice: not all(word in _named(notice) for word in wanted)) if wanted else found


def _named(notice: Notice) -> str:
    return f"{notice.title}{notice.number}{notice.issuer}{notice.aliases}"


def ordered(notices: Sequence[Notice], view: View, say: Words = CHINESE) -> list[Notice]:
    """``notices`` sorted by the view; what a notice does not have stands last either way."""
    if view == View(page=view.page):
        return list(notices)

    def key(notice: Notice) -> str:
        if view.by == "issued_on":
            return notice.issued_on.isoformat() if notice.issued_on else ""
        if view.by == "region":
            return "" if notice.region == UNKNOWN_REGION else notice.region or "\0"
        return status_name(notice, say) if view.by == "status" else str(getattr(notice, view.by) or "")

    have = sorted((notice for notice in notices if key(notice)), key=key, reverse=view.down)
    return [*have, *(notice for notice in notices if not key(notice))]


def _row(notice: Notice, say: Words) -> str:
    lost = sum(gap.sentences for gap in notice.gaps)
    cells = {
        "number": chinese(notice.number, say) if notice.number else esc(say("notice.no_number")),
        "region": place_name(notice.region, say),
        "level": esc(say(f"level.{notice.level}")),
        "issued_on": str(notice.issued_on or esc(say("notice.unknown"))),
        "status": esc(status_name(notice, say)),
        "text": esc(say("notice.lost", count=lost) if lost else say("notice.complete")),
    }
    unsure = f' <span class="badge">{esc(say("review.open"))}</span>' if notice.unverified else ""
    drawn = "".join(f'<td data-of="{esc(say(f"notice.{name}"))}">{value}</td>' for name, value in cells.items())
    return (
        f'<tr><th scope="row"><button type="button" class="link" data-notice="{esc(notice.id)}">'
        f"{chinese(notice.title, say)}</button>{unsure}</th>{drawn}</tr>"
    )


def _head(view: View, say: Words) -> str:
    cells = []
    for name in COLUMNS:
        label = esc(say(f"notice.{name}"))
        if name not in _SORTED_BY:
            cells.append(f'<th scope="col">{label}</th>')
            continue
        here = view.by == name
        way = ("descending" if view.down else "ascending") if here else "none"
        arrow = (" ↓" if view.down else " ↑") if here else ""
        cells.append(
            f'<th scope="col" aria-sort="{way}"><button type="button" data-act="list" data-by="{name}">{label}{arrow}</button></th>'
        )
    return "".join(cells)


def pager_html(view: View, count: int, say: Words = CHINESE) -> str:
    """Buttons to the pages around this one, first and last; nothing where all fits on one."""
    pages = -(-count // PAGE)
    if pages <= 1:
        return ""
    near = sorted({1, pages, *range(max(1, view.page - 2), min(pages, view.page + 2) + 1)})
    parts = []
    for at, page in enumerate(near):
        if at and page - near[at - 1] > 1:
            parts.append("<span>…</span>")
        here = ' aria-current="page"' if page == view.page else ""
        label = esc(say("library.page", page=page))
        parts.append(
            f'<button type="button" data-act="list" data-page="{page}"{here} aria-label="{label}">{page}</button>'
        )
    return f'<nav class="pager" aria-label="{esc(say("library.pages"))}">{"".join(parts)}</nav>'


def table_html(notices: Sequence[Notice], view: View, say: Words = CHINESE) -> str:
    """One page of the list; each title is a button that opens the notice."""
    pages = max(1, -(-len(notices) // PAGE))
    view = View(view.by, view.down, min(max(view.page, 1), pages))
    shown = ordered(notices, view, say)[(view.page - 1) * PAGE : view.page * PAGE]
    pager = pager_html(view, len(notices), say)
    return (
        f'<div class="table-wrap library" tabindex="0" role="region" aria-label="{esc(say("library.list"))}"><table><thead><tr>'
        f"{_head(view, say)}</tr></thead><tbody>{''.join(_row(notice, say) for notice in shown)}</tbody></table></div>{pager}"
    )


def notice_choices(notices: Sequence[Notice], say: Words = CHINESE) -> list[tuple[str, str]]:
    """``(label, id)`` of every notice for a field to choose one in, by title."""
    return [
        (f"{notice.title}（{'，'.join(filter(None, (notice.reference, display(notice.region))))}）", notice.id)
        for notice in sorted(notices, key=lambda notice: notice.title)
    ]
