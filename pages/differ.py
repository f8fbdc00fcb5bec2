"""Two notices, or two editions of one, clause by clause (逐条对照): what differs first, the changed words marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.tasks.versions import editions_of_one
from corpus.differences import Comparison, Difference, Kind, Mark, Stretch, wordings
from corpus.errors import CorpusError
from corpus.types import Notice
from pages.catalogue import notice_choices
from pages.markup import chinese, esc, fault
from pages.sheets import Cell, Sheet, offer_html
from pages.shelf import Shelf
from pages.theme import asset
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_QUIET: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private", "concurrency_limit": 4}
_PLAIN: dict[str, Any] = {"elem_classes": "plain", "apply_default_css": False}
_SHOWN = 300
_TAGS = {Mark.GONE: "del", Mark.CAME: "ins"}


def _see(name: str, notice: Notice, one: Any, say: Words) -> str:
    return (
        f' <button type="button" class="link" data-cite="1" data-notice="{esc(name)}" data-start="{one.start}" '
        f'data-end="{one.end}">{esc(say("source.see"))}</button>'
    )


def _marked(stretches: Sequence[Stretch], kind: Kind) -> str:
    """One wording as HTML, what changed in ``del`` and ``ins``; a clause that one text alone has is marked by its row."""
    return "".join(
        f"<{_TAGS[one.mark]}>{esc(one.text)}</{_TAGS[one.mark]}>"
        if kind is Kind.CHANGED and one.mark in _TAGS
        else esc(one.text)
        for one in stretches
    )


def kind_name(kind: Kind, related: bool, say: Words = CHINESE) -> str:
    """What became of a clause; in a text that is no edition of the other nothing was removed or added."""
    if not related and kind is not Kind.CHANGED:
        return say("differ.only_a" if kind is Kind.REMOVED else "differ.only_b")
    return say(f"differ.{kind.name.lower()}")


def _row(names: tuple[str, str], a: Notice, b: Notice, one: Difference, related: bool, say: Words) -> str:
    left, right = (_marked(side, one.kind) for side in wordings(a, b, one))
    cells = []
    for name, notice, path, span, text in (
        (names[0], a, one.path_a, one.span_a, left), (names[1], b, one.path_b, one.span_b, right),
    ):  # fmt: skip
        if span is None:
            cells.append(f'<td class="none">{esc(say("differ.nothing"))}</td>')
            continue
        cells.append(f'<td><span class="path"{say.native}>{esc(path)}</span>{text}{_see(name, notice, span, say)}</td>')
    kind = kind_name(one.kind, related, say)
    return f'<tr class="{one.kind.name.lower()}"><th scope="row"><span class="badge">{esc(kind)}</span></th>{"".join(cells)}</tr>'


def summary(result: Comparison, say: Words = CHINESE, related: bool = True) -> str:
    """How many clauses changed, came, went and stayed, in one line."""
    counts = {kind: sum(one.kind is kind for one in result.differences) for kind in Kind}
    if not result.differences:
        return say("differ.same", count=result.unchanged)
    told = {kind.name.lower(): count for kind, count in counts.items()}
    return say("differ.summary" if related else "differ.summary_apart", **told, same=result.unchanged)


def difference_html(
    names: tuple[str, str], a: Notice, b: Notice, result: Comparison, offer: str = "", say: Words = CHINESE
) -> str:
    """What differs, as a table; ``names`` are what the notices are opened by, ``id`` or ``id@edition``."""
    heads = "".join(
        f'<th scope="col"><button type="button" class="link" data-notice="{esc(name)}">{chinese(notice.title, say)}</button>'
        f'<span class="path">{chinese(notice.reference or "", say)} {notice.issued_on or esc(say("notice.no_date"))}</span></th>'
        for name, notice in zip(names, (a, b), strict=True)
    )
    related = editions_of_one(a, b, result)
    rows = "".join(_row(names, a, b, one, related, say) for one in result.differences[:_SHOWN])
    more = len(result.differences) - _SHOWN
    rest = f'<p class="path">{esc(say("differ.more", count=more))}</p>' if more > 0 else ""
    told = f'<p class="told"><b>{esc(summary(result, say, related))}</b></p>'
    told += "" if related or not rows else f'<p class="path">{esc(say("differ.apart"))}</p>'
    if not rows:
        return f"{told}"
    return (
        f'{told}{offer}<div class="table-wrap differ" tabindex="0" role="region" aria-label="{esc(say("differ.label"))}">'
        f'<table><thead><tr><th scope="col">{esc(say("differ.what"))}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>{rest}'
    )


def difference_sheet(a: Notice, b: Notice, result: Comparison) -> Sheet:
    """The same to be saved."""
    related = editions_of_one(a, b, result)
    rows: list[tuple[Cell, ...]] = []
    for one in result.differences:
        sides = zip((one.path_a, one.path_b), wordings(a, b, one), strict=True)
        plain = not related and one.kind is not Kind.CHANGED  # of one text alone, which is no edition of the other
        cells = (
            (Stretch(f"{path}\n"), *(Stretch(s.text) if plain else s for s in said)) if said else ""
            for path, said in sides
        )
        rows.append((kind_name(one.kind, related), *cells))
    names = tuple(f"{n.title} {n.reference or ''} {n.issued_on or ''}".strip() for n in (a, b))
    return Sheet(
        CHINESE("differ.title"),
        (CHINESE("differ.what"), *names),
        tuple(rows),
        (summary(result, related=related), *((CHINESE("differ.marks"),) if related else ())),
        (),
        (8, 46, 46),
    )


def edition_label(assistant: LiveAssistant, name: str, say: Words = CHINESE) -> str:
    """What an edition named ``id@N`` is called in a field; "" where there is none."""
    try:
        notice = assistant.notice(name)
    except CorpusError:
        return ""
    edition = say("about.edition", number=name.rpartition("@")[2])
    return f"{notice.title} {edition}（{notice.issued_on or say('notice.no_date')}）"


def build_differ(assistant: LiveAssistant, shelf: Shelf[Any], say: Words = CHINESE) -> Any:
    """Lay out the form inside the current column; returns what refreshes its choices and the two fields."""
    choices = notice_choices(assistant.corpus.notices, say)
    with gr.Row(elem_classes="filters"):
        fields = [
            gr.Dropdown(choices, value=None, label=say(name), elem_id=key, min_width=240, allow_custom_value=True)
            for key, name in (("diff-a", "differ.older"), ("diff-b", "differ.newer"))
        ]
        go = gr.Button(say("compare.go"), variant="primary", min_width=110, scale=0, elem_id="diff-go")
    shown = gr.HTML("", elem_id="diff-result", js_on_load=asset("differ.js"), **_PLAIN)

    def differ(one: str | None, other: str | None) -> str:
        names = ((one or "").strip(), (other or "").strip())
        if not names[0]:
            return fault(say("differ.choose"))
        try:
            if not names[1]:
                found = assistant.editions(assistant.notice(names[0]).id)
                if len(found) < 2:
                    return fault(say("differ.one_edition"))
                id_ = found[-1].notice.id
                names = (f"{id_}@{found[-2].number}", f"{id_}@{found[-1].number}")
            if names[0] == names[1]:
                return fault(say("differ.itself"))
            a, b, result = assistant.difference(*names)
        except (AssistantError, CorpusError) as error:
            return fault(error, say)
        offer = offer_html(shelf.put(difference_sheet(a, b, result)), say) if result.differences else ""
        return f'<div class="cite-scope">{difference_html(names, a, b, result, offer, say)}</div>'

    def asked(event: gr.EventData) -> tuple[Any, ...]:
        """A button elsewhere asked for two notices or editions by name."""
        names = (str(event._data["a"]), str(event._data["b"]))
        offered = notice_choices(assistant.corpus.notices, say)
        offered += [(label, name) for name in names if "@" in name and (label := edition_label(assistant, name, say))]
        filled = (gr.update(choices=offered, value=name) for name in names)
        return *filled, differ(*names)

    def refresh() -> tuple[Any, Any]:
        found = notice_choices(assistant.corpus.notices, say)
        return gr.update(choices=found), gr.update(choices=found)

    go.click(differ, fields, shown, **_QUIET)
    shown.differ(asked, None, [*fields, shown], **_QUIET)
    return refresh, fields
