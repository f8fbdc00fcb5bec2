"""Two pages that ask one thing well: which notices bind (适用性), and how places, notices or editions differ (对比)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.hospitals import HospitalKind
from assistant.tasks.differing import cells_of, what_differs
from assistant.topics import silent_on
from assistant.types import Binding, Citation, Verdict
from corpus.errors import CorpusError
from corpus.regions import display
from pages.answers import answer_card, binding_name, verdict_row
from pages.differ import build_differ
from pages.markup import esc, fault, place_name
from pages.scope import read_profile, region_choices
from pages.sheets import Sheet, offer_html
from pages.shelf import Shelf
from pages.turn import TurnView
from pages.words import CHINESE, Words, only_chinese

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

ELSEWHERE = frozenset({"other_region", "narrower"})
"""Codes of verdicts on notices of other places, which are folded away where there are more than ``MANY``."""
MANY = 8
_QUIET: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private", "concurrency_limit": 8}
_PLAIN: dict[str, Any] = {"elem_classes": "plain", "apply_default_css": False}


def _asked(region: str | None, day: date, kinds: Sequence[str], topic: str, say: Words) -> list[str]:
    """What was judged, in words: place, kinds, day, matter."""
    place = [display(region)] if region else [say("scope.no_region")]
    about = [say("rules.about", topic=topic)] if topic else []
    return [*place, *(say(f"kind.{kind}") for kind in kinds), f"{say('scope.as_of_short')} {day.isoformat()}", *about]


def verdicts_html(
    verdicts: tuple[Verdict, ...],
    region: str | None,
    day: date,
    kinds: Sequence[str] = (),
    topic: str = "",
    say: Words = CHINESE,
) -> str:
    """The verdicts grouped by binding, each with its reason and its clause; ``kinds`` are :class:`HospitalKind`."""
    place = place_name(region, say) if region else esc(say("scope.no_region"))
    rest = (esc(one) for one in _asked(region, day, kinds, topic, say)[1:])
    parts = [f'<p class="path">{" · ".join([place, *rest])}</p><p class="path">{esc(say("rules.caution"))}</p>']
    if topic and verdicts and silent_on(verdicts):
        parts.append(f'<p class="none">{esc(say("rules.none_on", topic=topic, day=day.isoformat()))}</p>')
    for binding in Binding:
        group = [verdict for verdict in verdicts if verdict.binding is binding]
        if not group:
            continue
        name = binding_name(binding, say)
        meant = f"<small>{esc(say(f'meaning.{binding.name.lower()}'))}</small>"
        elsewhere = [v for v in group if v.code in ELSEWHERE]
        if len(elsewhere) > MANY:
            if own := [v for v in group if v.code not in ELSEWHERE]:  # 尚未施行, 已废止: of the place itself
                parts.append(f"<h2>{esc(say('rules.own', count=len(own)))}</h2>{_listed(own, say)}")
            head = esc(say("rules.group", name=name, count=len(elsewhere)))
            parts.append(f"<details><summary><b>{head}</b> {meant}</summary>{_listed(elsewhere, say)}</details>")
            continue
        silent = [v for v in group if topic and not v.mentions]  # they bind, but say nothing on the matter
        told = [v for v in group if v not in silent]
        if told:
            parts.append(f"<h2>{esc(say('rules.group', name=name, count=len(told)))}{meant}</h2>{_listed(told, say)}")
        if silent:
            said = esc(say("rules.silent" if told else "rules.silent_all", count=len(silent), name=name, topic=topic))
            parts.append(f"<details><summary>{said}</summary>{_listed(silent, say)}</details>")
    if not verdicts:
        parts.append(f'<p class="none">{esc(say("rules.none"))}</p>')
    return "".join(parts)


def _listed(verdicts: Sequence[Verdict], say: Words) -> str:
    rows = "".join(verdict_row(verdict, say, titled=True) for verdict in verdicts)
    return f'<ul class="verdict-list cite-scope">{rows}</ul>'


def _quoted(clause: Citation | None) -> str:
    return " ".join(clause.quote.split()) if clause else ""


def verdicts_sheet(verdicts: Sequence[Verdict], told: Sequence[str]) -> Sheet:
    """The same to be saved."""
    rows = tuple(
        (v.binding.value, v.title, v.notice if v.notice != v.title else "", v.reason, "\n".join(map(_quoted, v.mentions[:MANY] or (v.clause,))))
        for v in verdicts
    )  # fmt: skip
    head = ("export.verdict", "notice.title", "notice.number", "export.reason", "export.clause")
    return Sheet(
        CHINESE("export.verdicts"), tuple(CHINESE(name) for name in head), rows, (" · ".join(told),),
        (CHINESE("rules.caution"),), (8, 24, 16, 27, 25),
    )  # fmt: skip


def build_applicability(assistant: LiveAssistant, shelf: Shelf[Any], say: Words = CHINESE) -> Any:
    """Place, date and kind of hospital in, verdicts with reasons out; returns what judges, its inputs and its output."""
    options = [(say(f"kind.{kind}"), kind.value) for kind in HospitalKind]
    with gr.Column(elem_classes="sheet"):
        gr.HTML(f"<p>{esc(say('rules.intro'))}</p>", **_PLAIN)
        with gr.Row(elem_classes="filters"):
            region = gr.Dropdown(
                region_choices(assistant.corpus.notices, say)[1:], value=None, label=say("rules.region"),
                allow_custom_value=True, elem_id="rule-region", min_width=180,
            )  # fmt: skip
            kind = gr.Dropdown(
                options, value=[], multiselect=True, label=say("rules.kind"), elem_id="rule-kind", min_width=180
            )
            as_of = gr.Textbox(
                label=say("scope.as_of"), placeholder=say("scope.day_example"), max_lines=1, elem_id="rule-date", min_width=180,
            )  # fmt: skip
            topic = gr.Textbox(
                label=say("rules.topic"), placeholder=say("rules.topic_example"), max_lines=1, elem_id="rule-topic", min_width=180,
            )  # fmt: skip
            go = gr.Button(say("rules.judge"), variant="primary", min_width=80, scale=0, elem_id="rule-go")
        shown = gr.HTML("", elem_id="rule-result", **_PLAIN)

    def judge(place: str | None, which: list[str] | None, when: str, about: str) -> str:
        try:
            profile = read_profile(place, when, say)
            kinds = tuple(HospitalKind(one) for one in which or ())
            matter, day = (about or "").strip(), profile.as_of or assistant.today
            found = assistant.applicable(profile.region, day, matter or None, kinds=kinds)
        except (AssistantError, CorpusError) as error:
            return fault(error, say)
        sheet = verdicts_sheet(found, _asked(profile.region, day, kinds, matter, CHINESE))
        return offer_html(shelf.put(sheet), say) + verdicts_html(found, profile.region, day, kinds, matter, say)

    asked = [region, kind, as_of, topic]
    gr.on([go.click, as_of.submit, topic.submit, kind.input], judge, asked, shown, **_QUIET)
    return judge, asked, shown


def build_compare(assistant: LiveAssistant, shelf: Shelf[Any], say: Words = CHINESE) -> Any:
    """Topic and places, or two notices, in; a cited table out. Returns what refreshes the choice of notices, its fields, and the places."""
    with gr.Column(elem_classes="sheet"):
        gr.HTML(f"<h2>{esc(say('differ.places'))}</h2><p>{esc(say('compare.intro'))}</p>", **_PLAIN)
        with gr.Row(elem_classes="filters"):
            places = gr.Dropdown(
                region_choices(assistant.corpus.notices, say)[1:], value=[], multiselect=True, label=say("scope.region"),
                allow_custom_value=True, elem_id="compare-places",
            )  # fmt: skip
            topic = gr.Textbox(
                label=say("compare.topic"), placeholder=say("compare.topic_example"), max_lines=1, elem_id="compare-topic",
            )  # fmt: skip
            as_of = gr.Textbox(label=say("scope.as_of"), placeholder=say("scope.today"), max_lines=1, min_width=120)
            go = gr.Button(say("compare.go"), variant="primary", min_width=110, scale=0, elem_id="compare-go")
        shown = gr.HTML("", elem_id="compare-result", **_PLAIN)
        gr.HTML(f"<h2>{esc(say('differ.head'))}</h2><p>{esc(say('differ.intro'))}</p>", **_PLAIN)
        refresh, fields = build_differ(assistant, shelf, say)

    def compare(chosen: list[str], about: str, when: str) -> str:
        subject = (about or "").strip().rstrip("?\uff1f\u3002")
        try:
            paths = list(dict.fromkeys(read_profile(place, "", say).region or "" for place in chosen or ()))
            profile = read_profile("", when, say)
            if len(paths) < 2 or not subject:
                return fault(say("compare.too_few"))
            (wording,) = only_chinese("compare")
            question = wording.format(places="\u3001".join(display(path) for path in paths), subject=subject)
            answer = assistant.ask(question, profile=profile)
        except (AssistantError, CorpusError) as error:
            return fault(error, say)
        cells = () if answer.refused else cells_of(answer.blocks)
        line = what_differs(cells)
        rows = tuple((cell.place, cell.text) for cell in cells)
        day = (profile.as_of or assistant.today).isoformat()
        names = (CHINESE("scope.region"), CHINESE("export.rule"))
        sources = tuple(f"[{c.marker}]《{c.title}》{c.notice} {c.path}" for c in answer.citations)
        sheet = Sheet(
            f"{CHINESE('page.compare')}-{subject}",
            names,
            rows,
            (line, CHINESE("export.as_of", day=day)),
            sources,
            (18, 82),
        )
        offer = offer_html(shelf.put(sheet), say) if rows else ""
        head = f'<p class="told"><b{say.native}>{esc(line)}</b></p>' if line else ""
        turn = TurnView(question, profile, answer=answer)
        return f'{head}{offer}<div class="cite-scope">{answer_card(turn, answer, say)}</div>'

    gr.on([go.click, topic.submit], compare, [places, topic, as_of], shown, **_QUIET)
    return refresh, fields, places
