"""The asker's own hospital (我的医院): place, grade, ownership and kind, set once in this browser and used on every page.

Kept by the browser (``localStorage``), checked here. What is chosen beside a question holds for that question only, and a
kind that the question names takes the place of the one set. The trap: everything that comes from the browser may be
damaged or old, so what cannot be read is nothing, not a fault.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.hospitals import HospitalKind
from corpus.establishments import place_of, unit_of, unit_path, units_in
from corpus.regions import RegionError, display
from pages.markup import esc
from pages.scope import label_of, own_kind, read_hospital, read_profile, region_choices
from pages.theme import asset
from pages.words import CHINESE, Words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

GROUPS = (
    ("ownership", (HospitalKind.PUBLIC, HospitalKind.PRIVATE)),
    ("grade", (HospitalKind.TERTIARY, HospitalKind.SECONDARY, HospitalKind.PRIMARY)),
    ("sort", (HospitalKind.COUNTY, HospitalKind.CHINESE_MEDICINE, HospitalKind.SPECIALIST, HospitalKind.MATERNAL)),
)
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def hospital_function(assistant: LiveAssistant, say: Words = CHINESE) -> Callable[[str], str]:
    """The function behind ``server.hospital``: checks what was filled in."""

    def hospital(request: str) -> str:
        """JSON ``{"region", "unit", "kinds"}`` in; the same as it is kept with its ``label``, or ``{"error"}``, out."""
        said = json.loads(request)
        unit = str(said.get("unit") or "").strip()
        try:
            region = read_profile(str(said.get("region") or ""), "", say).region or ""
            if unit:
                region = unit_path(region, unit, units_in(assistant.corpus.notices))
        except (AssistantError, RegionError) as error:
            return json.dumps({"error": str(error)}, ensure_ascii=False)
        found = read_hospital(json.dumps({"region": region, "kinds": list(said.get("kinds", ()))}))
        own = {"place": display(place_of(found.region)) if found.region else "", "unit": unit_of(found.region)}
        kept = {
            **own,
            "region": found.region,
            "kinds": [kind.value for kind in found.kinds],
            "label": label_of(found, say),
        }
        return json.dumps(kept, ensure_ascii=False)

    return hospital


def dialog_html(assistant: LiveAssistant, say: Words = CHINESE) -> str:
    """The form, a dialogue of the browser's own: focus stays in it, Escape closes it."""
    places = "".join(
        f'<option value="{esc(label)}">'
        for label, path in region_choices(assistant.corpus.notices)
        if path and not unit_of(path)
    )
    units = "".join(f'<option value="{esc(unit_of(path))}">' for path in units_in(assistant.corpus.notices))
    groups = []
    for name, kinds in GROUPS:
        options = "".join(f'<option value="{kind}">{esc(own_kind(kind, say))}</option>' for kind in kinds)
        groups.append(
            f'<label><span>{esc(say(f"hospital.{name}"))}</span><select name="{name}"><option value="">'
            f"{esc(say('hospital.any_sort' if name == 'sort' else 'hospital.any'))}</option>{options}</select></label>"
        )
    return (
        f'<dialog id="hospital" aria-labelledby="hospital-title"><form method="dialog"><h2 id="hospital-title">{esc(say("hospital.title"))}</h2>'
        f"<p>{esc(say('hospital.why'))}</p>"
        f'<label><span>{esc(say("hospital.place"))}</span><input name="region" list="hospital-places" autocomplete="off" '
        f'placeholder="{esc(say("hospital.place_example"))}"></label><datalist id="hospital-places">{places}</datalist>'
        f'<label><span>{esc(say("hospital.unit"))}</span><input name="unit" list="hospital-units" autocomplete="off" '
        f'placeholder="{esc(say("hospital.unit_example"))}"></label><datalist id="hospital-units">{units}</datalist>'
        f'{"".join(groups)}<p class="lost" role="alert" hidden></p><div class="buttons">'
        f'<button type="button" data-act="hospital-clear">{esc(say("hospital.clear"))}</button><span class="grow"></span>'
        f'<button type="button" data-act="hospital-close">{esc(say("hospital.cancel"))}</button>'
        f'<button type="button" class="primary" data-act="hospital-save">{esc(say("hospital.save"))}</button></div></form></dialog>'
    )


def build_hospital(assistant: LiveAssistant, say: Words = CHINESE) -> tuple[Any, Any]:
    """The dialogue, and the hidden field that holds what the browser kept; both for :func:`follow_hospital`."""
    dialog = gr.HTML(
        dialog_html(assistant, say), elem_id="hospital-frame", apply_default_css=False, js_on_load=asset("hospital.js")
    )
    return dialog, gr.Textbox("", visible="hidden", elem_id="hospital-kept")


def follow_hospital(
    page: gr.Blocks, dialog: Any, kept: Any, asked: Any, regions: Sequence[Any], kinds: Any, signing: tuple[Any, Any]
) -> None:
    """Fill the fields of all pages from the hospital, when the page is loaded and whenever it is set anew.

    Args:
        asked: the place beside the question, which a link may set when the page is loaded.
        regions: the other fields for a place; ``kinds`` the field for kinds of hospital.
        signing: whom a document is sent to and who signs it; another hospital has others, and a unit signs by its name.
    """

    def fill(text: str) -> tuple[Any, ...]:
        mine = read_hospital(text)
        whom, who = gr.update(value=""), gr.update(value=unit_of(mine.region))
        return (
            text,
            *(gr.update(value=mine.region) for _ in regions),
            gr.update(value=[k.value for k in mine.kinds]),
            whom,
            who,
        )

    def set_anew(event: gr.EventData) -> tuple[Any, ...]:
        text = str(event._data["kept"])
        return gr.update(value=read_hospital(text).region), *fill(text)

    outputs = [kept, *regions, kinds, *signing]
    page.load(fill, kept, outputs, js='() => [localStorage.getItem("hpa-hospital") || ""]', **_QUIET)
    dialog.hospital(set_anew, None, [asked, *outputs], **_QUIET)
