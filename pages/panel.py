"""The source panel (原文栏): a whole notice with its outline, and the cited passages marked in place.

The notice is rendered once per set of citations, on the server; moving between citations only toggles a class in the
browser. Spans may overlap (a citation inside a gap, two citations of one sentence), so the text is cut at every
boundary and each piece carries all of its classes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from corpus.editions import Edition
from corpus.inforce import standing
from corpus.types import Article, Notice, Status
from pages.about import about_html
from pages.markup import chinese, esc, place_name
from pages.words import CHINESE, Words


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of ``Notice.text`` to draw apart; ``marker`` is 0 where it is not a citation."""

    start: int
    end: int
    style: str
    marker: int = 0


def _pieces(notice: Notice, start: int, end: int, marks: Sequence[Mark]) -> str:
    """Text ``[start, end)`` of the notice as HTML, one ``<p>`` a line, cut at the bounds of ``marks``."""
    near = [mark for mark in marks if mark.start < end and mark.end > start]
    cuts = {start, end}
    cuts.update(bound for mark in near for bound in (mark.start, mark.end) if start < bound < end)
    bounds = sorted(cuts)
    out: list[str] = []
    for left, right in pairwise(bounds):
        over = [mark for mark in near if mark.start <= left and right <= mark.end]
        piece = esc(notice.text[left:right])
        cited = [mark.marker for mark in over if mark.marker]
        styles = " ".join(sorted({mark.style for mark in over}))
        if cited:
            numbers = " ".join(str(number) for number in cited)
            piece = "\n".join(
                f'<mark class="{styles}" data-marks="{numbers}">{line}</mark>' if line else ""
                for line in piece.split("\n")
            )
        elif over:
            piece = "\n".join(f'<span class="{styles}">{line}</span>' if line else "" for line in piece.split("\n"))
        out.append(piece)
    return "".join(f"<p>{line}</p>" for line in "".join(out).split("\n") if line.strip())


def _sections(notice: Notice, marks: Sequence[Mark]) -> str:
    articles: Iterable[Article] = notice.articles
    if not notice.articles:
        return f'<section data-at="0">{_pieces(notice, 0, len(notice.text), marks)}</section>'
    return "".join(
        f'<section class="{esc(article.kind)} l{min(article.level, 4)}" data-at="{article.span.start}">'
        f"{_pieces(notice, article.span.start, article.span.end, marks)}</section>"
        for article in articles
    )


def _heading_mark(notice: Notice, article: Article) -> Mark | None:
    """Where the article's own heading stands at its beginning, so that only the heading is set bold."""
    if not article.heading:
        return None
    text = notice.quote(article.span)
    start = article.span.start + len(text) - len(text.lstrip())
    at = notice.text.find(article.heading, start, min(article.span.end, start + len(article.heading) + 12))
    return Mark(start, at + len(article.heading), "head") if at >= 0 and len(article.heading) <= 48 else None


def outline_html(notice: Notice, say: Words = CHINESE) -> str:
    """The headings as buttons that jump; long item texts are shortened to their heading."""
    rows = []
    for article in notice.articles:
        if article.kind != "item" or not article.labels:
            continue
        heading = article.heading if len(article.heading) <= 32 else article.heading[:31] + "…"
        rows.append(
            f'<li class="l{min(article.level, 4)}"><button type="button" data-goto="{article.span.start}">'
            f"{esc(article.labels[-1])}{esc(heading)}</button></li>"
        )
    if not rows:
        return ""
    return (
        f'<details class="outline"><summary>{esc(say("source.outline", count=len(rows)))}</summary>'
        f'<ol role="list"{say.native}>{"".join(rows)}</ol></details>'
    )


def facts(notice: Notice, say: Words = CHINESE) -> list[tuple[str, str]]:
    """Label and value, both HTML, of what is known of a notice, in reading order; unknown values are left out."""
    pairs = [
        ("number", chinese(notice.number, say) if notice.number else esc(say("notice.no_number"))),
        ("issuer", chinese(notice.issuer, say) if notice.issuer else ""),
        ("issued_on", notice.issued_on.isoformat() if notice.issued_on else ""),
        ("effective_on", notice.effective_on.isoformat() if notice.effective_on else ""),
        ("expires_on", notice.expires_on.isoformat() if notice.expires_on else ""),
        ("region", place_name(notice.region, say)),
        ("status", esc(status_name(notice, say))),
        (
            "horizon",
            esc(say("notice.years", first=notice.horizon[0], last=notice.horizon[1])) if notice.horizon else "",
        ),
    ]
    return [(esc(say(f"notice.{name}")), value) for name, value in pairs if value]


def status_name(notice: Notice, say: Words = CHINESE) -> str:
    """What is known of a notice's validity (时效)."""
    return say(f"status.{status_today(notice).name.lower()}")


def status_today(notice: Notice) -> Status:
    """What the notice is today, by its own words and those of the others."""
    return standing(notice, date.today()).status


def editions_html(editions: Sequence[Edition], number: int, say: Words = CHINESE) -> str:
    """Every edition with its day, to be opened or held against the one after it; "" where there is only one."""
    if len(editions) < 2:
        return ""
    total = len(editions)
    rows = []
    for at, one in enumerate(editions):
        name = f"{one.notice.id}@{one.number}"
        label = esc(say("about.edition", number=one.number))
        day = one.notice.issued_on or say("notice.no_date")
        state = say("about.current") if one.number == total else ""
        state = say("about.shown") if one.number == number else state
        opener = f'<button type="button" class="link" data-notice="{esc(name)}">{label}</button>'
        against = ""
        if one.number < total:
            later = f"{editions[at + 1].notice.id}@{one.number + 1}"
            against = f'<button type="button" class="link" data-act="differ" data-a="{esc(name)}" data-b="{esc(later)}">{esc(say("about.differ"))}</button>'
        rows.append(f"<li>{opener} <span>{esc(day)} {esc(state)}</span> {against}</li>")
    old = f'<p class="lost">{esc(say("about.old", number=number, total=total))}</p>' if 0 < number < total else ""
    return f'{old}<div class="editions"><b>{esc(say("about.editions"))}</b><ul>{"".join(rows)}</ul></div>'


def source_html(
    notice: Notice,
    citations: Sequence[tuple[int, int, int]] = (),
    referring: Sequence[tuple[str, Notice]] = (),
    say: Words = CHINESE,
    *,
    editions: Sequence[Edition] = (),
    number: int = 0,
) -> str:
    """The panel for ``notice``. ``citations`` are ``(marker, start, end)``; ranges outside the text are ignored;
    ``referring`` are the notices that name this one, and how; ``number`` of ``editions`` is the one shown.

    The first element carries ``data-notice``; each cited piece is ``<mark data-marks="1 3">``.
    """
    marks = [
        Mark(start, end, "cited", marker) for marker, start, end in citations if 0 <= start < end <= len(notice.text)
    ]
    marks += [Mark(gap.span.start, gap.span.end, "gap") for gap in notice.gaps]
    marks += [
        Mark(article.bodies_span.start, article.bodies_span.end, "bodies")
        for article in notice.articles
        if article.bodies_span is not None
    ]
    marks += [mark for article in notice.articles if (mark := _heading_mark(notice, article)) is not None]
    rows = "".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in facts(notice, say))
    lost = sum(gap.sentences for gap in notice.gaps)
    warning = f'<p class="lost">{esc(say("source.lost", places=len(notice.gaps), sentences=lost))}</p>' if lost else ""
    return (
        f'<div class="src" data-notice="{esc(notice.id)}"><h2 tabindex="-1"{say.native}>{esc(notice.title)}</h2>'
        f'<dl class="facts">{rows}</dl>{warning}{editions_html(editions, number, say)}{about_html(notice, referring, say)}{outline_html(notice, say)}'
        f'<div class="src-text" lang="zh-CN">{_sections(notice, marks)}</div></div>'
    )
