"""The page that assembles an official document (起草): kind and matter in, quoted clauses with sources out, as Word."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.tasks.composing import Item, Official, forms
from assistant.tasks.ordering import Order, order_of
from corpus.errors import CorpusError
from pages.catalogue import notice_choices
from pages.markup import chip, esc, fault
from pages.scope import read_profile, region_choices
from pages.shelf import Shelf
from pages.theme import asset
from pages.words import CHINESE, Words, only_chinese

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_LOG = logging.getLogger(__name__)
_QUIET: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private", "concurrency_limit": 4}
_PLAIN: dict[str, Any] = {"elem_classes": "plain", "apply_default_css": False}


def official_html(official: Official, key: str, say: Words = CHINESE) -> str:
    """The document as it will stand, each clause with its marker, and the files kept under ``key``."""
    cited = {citation.marker: citation for citation in official.citations}

    def line(item: Item) -> str:
        markers = "".join(chip(cited.get(marker), marker, say) for marker in item.markers)
        kept = f'<span class="nb">{esc(item.text[-2:])}{markers}</span>'  # no line begins with a marker
        return f"<p{'' if item.markers else ' class=gap'}>{esc(item.text[:-2])}{kept}</p>"

    numbers = only_chinese("numerals")
    sections = "".join(
        f"<h3>{esc(numbers[at])}{esc(section.heading)}</h3>{''.join(map(line, section.items))}"
        for at, section in enumerate(official.sections)
    )
    to = f"<p class=to>{esc(official.to)}</p>" if official.to else ""
    files = "".join(
        f'<button type="button" data-act="download" data-kind="{kind}" data-id="{esc(key)}">{esc(say(name))}</button>'
        for kind, name in (("official-docx", "write.word"), ("official-clean", "write.clean"))
    )
    day = official.day
    written = only_chinese("day")[0].format(year=day.year, month=day.month, day=day.day)
    return (
        f'<p class="exports wide"><span>{esc(say("write.check"))}</span><span class="grow"></span>{files}</p>'
        f'<article class="official text cite-scope"{say.native}><h2>{esc(official.title)}</h2>{to}<p>{esc(official.opening)}</p>{sections}'
        f"<p>{esc(official.closing)}</p><p class=signed>{esc(official.signer)}</p><p class=signed>{esc(written)}</p></article>"
    )


def build_writing(
    assistant: LiveAssistant, shelf: Shelf[Any], say: Words = CHINESE
) -> tuple[Any, Any, Any, tuple[Any, Any]]:
    """Lay out the page; returns the field for the place, what refreshes the choice of notices, that field, and those for whom it
    is sent to and who signs."""
    kinds = [(form.name, key) for key, form in forms().items()]
    with gr.Column(elem_classes="sheet"):
        gr.HTML(f"<p>{esc(say('write.intro'))}</p>", **_PLAIN)
        with gr.Row(elem_classes="filters"):
            form = gr.Dropdown(kinds, value="notice", label=say("write.form"), elem_id="write-form", min_width=120)
            subject = gr.Textbox(
                label=say("write.subject"), placeholder=say("write.subject_example"), max_lines=1,
                elem_id="write-subject", scale=2, min_width=220,
            )  # fmt: skip
            region = gr.Dropdown(
                region_choices(assistant.corpus.notices, say), value="", label=say("drafts.place"),
                allow_custom_value=True, elem_id="write-place", min_width=160,
            )  # fmt: skip
        with gr.Row(elem_classes="filters"):
            basis = gr.Dropdown(
                notice_choices(assistant.corpus.notices, say), value=[], multiselect=True, label=say("write.basis"),
                elem_id="write-basis", scale=2, min_width=260,
            )  # fmt: skip
            to = gr.Textbox(
                label=say("write.to"),
                placeholder=say("write.to_example"),
                max_lines=1,
                min_width=180,
                elem_id="write-to",
            )
            signer = gr.Textbox(
                label=say("write.signer"),
                placeholder=say("write.signer_example"),
                max_lines=1,
                min_width=160,
                elem_id="write-signer",
            )
            go = gr.Button(say("write.go"), variant="primary", min_width=90, scale=0, elem_id="write-go")
        shown = gr.HTML("", elem_id="write-result", js_on_load=asset("writing.js"), **_PLAIN)

    def write(kind: str, matter: str, place: str, ids: list[str], whom: str, who: str) -> str:
        try:
            profile = read_profile(place, "", say)
            order = Order(kind, matter or "", profile.region, tuple(ids or ()), whom or "", who or "")
            official = assistant.compose(order)
        except (AssistantError, CorpusError) as error:
            return fault(error, say)
        except Exception:
            _LOG.exception("cannot write")
            return fault(say("chat.failed"))
        return official_html(official, shelf.put(official), say)

    def asked(place: str, event: gr.EventData) -> tuple[Any, ...]:
        """A conversation asked for a document on a matter."""
        order = order_of(str(event._data["subject"]))
        drawn = write(order.form, order.subject, place, [], "", "")
        return gr.update(value=order.form), gr.update(value=order.subject), drawn

    def refresh() -> Any:
        return gr.update(choices=notice_choices(assistant.corpus.notices, say))

    fields = [form, subject, region, basis, to, signer]
    gr.on([go.click, subject.submit], write, fields, shown, **_QUIET)
    shown.write(asked, region, [form, subject, shown], **_QUIET)
    return region, refresh, basis, (to, signer)
