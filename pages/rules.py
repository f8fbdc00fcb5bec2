"""Two pages that ask one thing well: which notices bind (适用性), and how places differ (对比)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.hospitals import HospitalKind
from assistant.types import Binding, Verdict
from corpus.errors import CorpusError
from corpus.regions import display
from pages.answers import answer_card, binding_name, verdict_row
from pages.markup import esc, fault, place_name
from pages.scope import read_profile, region_choices
from pages.turn import TurnView
from pages.words import CHINESE, Words, only_chinese

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_QUIET: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private", "concurrency_limit": 8}
_PLAIN: dict[str, Any] = {"elem_classes": "plain", "apply_default_css": False}


def verdicts_html(
    verdicts: tuple[Verdict, ...], region: str | None, as_of: str, kind: str = "", say: Words = CHINESE
) -> str:
    """The verdicts grouped by binding, each with its reason and its clause; ``kind`` is a :class:`HospitalKind`."""
    place = place_name(region, say) if region else esc(say("scope.no_region"))
    asked = [place, *([esc(say(f"kind.{kind}"))] if kind else []), f"{esc(say('scope.as_of_short'))} {esc(as_of)}"]
    parts = [f'<p class="path">{" · ".join(asked)}</p>']
    for binding in Binding:
        rows = [verdict_row(verdict, say, titled=True) for verdict in verdicts if verdict.binding is binding]
        if rows:
            head = esc(say("rules.group", name=binding_name(binding, say), count=len(rows)))
            parts.append(
                f"<h2>{head}<small>{esc(say(f'meaning.{binding.name.lower()}'))}</small></h2>"
                f'<ul class="verdict-list cite-scope">{"".join(rows)}</ul>'
            )
    if len(parts) == 1:
        parts.append(f'<p class="none">{esc(say("rules.none"))}</p>')
    return "".join(parts)


def build_applicability(assistant: LiveAssistant, say: Words = CHINESE) -> Any:
    """Place, date and kind of hospital in, verdicts with reasons out; returns what judges, its inputs and its output."""
    kinds = [(say("rules.any_kind"), ""), *((say(f"kind.{kind}"), kind.value) for kind in HospitalKind)]
    with gr.Column(elem_classes="sheet"):
        gr.HTML(f"<p>{esc(say('rules.intro'))}</p>", **_PLAIN)
        with gr.Row(elem_classes="filters"):
            region = gr.Dropdown(
                region_choices(assistant.corpus.notices, say)[1:],
                value=None,
                label=say("rules.region"),
                allow_custom_value=True,
                elem_id="rule-region",
                min_width=180,
            )
            kind = gr.Dropdown(kinds, value="", label=say("rules.kind"), elem_id="rule-kind", min_width=180)
            as_of = gr.Textbox(
                label=say("scope.as_of"),
                placeholder=say("scope.day_example"),
                max_lines=1,
                elem_id="rule-date",
                min_width=180,
            )
            topic = gr.Textbox(
                label=say("rules.topic"), placeholder=say("rules.topic_example"), max_lines=1, min_width=180
            )
            go = gr.Button(say("rules.judge"), variant="primary", min_width=80, scale=0, elem_id="rule-go")
        shown = gr.HTML("", elem_id="rule-result", **_PLAIN)

    def judge(place: str | None, which: str | None, day: str, about: str) -> str:
        try:
            profile = read_profile(place, day, say)
            chosen = HospitalKind(which) if which else None
            found = assistant.applicable(profile.region, profile.as_of, about.strip() or None, hospital_kind=chosen)
        except (AssistantError, CorpusError) as error:
            return fault(error, say)
        return verdicts_html(
            found, profile.region, str(profile.as_of or say("scope.today_word")), chosen.value if chosen else "", say
        )

    asked = [region, kind, as_of, topic]
    gr.on([go.click, as_of.submit, topic.submit, kind.select], judge, asked, shown, **_QUIET)
    return judge, asked, shown


def build_compare(assistant: LiveAssistant, say: Words = CHINESE) -> None:
    """Topic and places in, a cited table out: one row a place, 未规定 where a notice is silent."""
    with gr.Column(elem_classes="sheet"):
        gr.HTML(f"<p>{esc(say('compare.intro'))}</p>", **_PLAIN)
        with gr.Row(elem_classes="filters"):
            places = gr.Dropdown(
                region_choices(assistant.corpus.notices, say)[1:],
                value=[],
                multiselect=True,
                label=say("scope.region"),
                allow_custom_value=True,
                elem_id="compare-places",
            )
            topic = gr.Textbox(
                label=say("compare.topic"),
                placeholder=say("compare.topic_example"),
                max_lines=1,
                elem_id="compare-topic",
            )
            as_of = gr.Textbox(label=say("scope.as_of"), placeholder=say("scope.today"), max_lines=1, min_width=120)
            go = gr.Button(say("compare.go"), variant="primary", min_width=110, scale=0, elem_id="compare-go")
        shown = gr.HTML("", elem_id="compare-result", **_PLAIN)

    def compare(chosen: list[str], about: str, day: str) -> str:
        subject = about.strip().rstrip("?\uff1f\u3002")
        try:
            paths = [read_profile(place, "", say).region or "" for place in chosen]
            profile = read_profile("", day, say)
            if len(set(paths)) < 2 or not subject:
                return fault(say("compare.too_few"))
            (wording,) = only_chinese("compare")
            question = wording.format(places="\u3001".join(display(path) for path in paths), subject=subject)
            answer = assistant.ask(question, profile=profile)
        except (AssistantError, CorpusError) as error:
            return fault(error, say)
        turn = TurnView(question, profile, answer=answer)
        return f'<div class="cite-scope">{answer_card(turn, answer, say)}</div>'

    gr.on([go.click, topic.submit], compare, [places, topic, as_of], shown, **_QUIET)
