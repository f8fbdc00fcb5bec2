"""Two pages that ask one thing well: which notices bind (适用性), and how places differ (对比)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.errors import AssistantError
from assistant.types import Binding, Verdict
from corpus.errors import CorpusError
from corpus.regions import display
from pages.answers import answer_card, verdict_row
from pages.markup import esc
from pages.scope import read_profile, region_choices
from pages.turn import TurnView

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_QUIET: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private", "concurrency_limit": 8}
_MEANING = {
    Binding.BINDS: "应当执行",
    Binding.REFERENCE: "可作参考，不能单独作为依据",
    Binding.DOES_NOT_BIND: "不约束所选地区或日期",
}


def _fault(message: object) -> str:
    return f'<p class="lost" role="alert">{esc(message)}</p>'


def verdicts_html(verdicts: tuple[Verdict, ...], region: str | None, as_of: str) -> str:
    """The verdicts grouped by binding, each with its reason and its clause."""
    parts = [f'<p class="path">{esc(display(region) if region else "未指定地区")} · 截至 {esc(as_of)}</p>']
    for binding in Binding:
        rows = [verdict_row(verdict) for verdict in verdicts if verdict.binding is binding]
        if rows:
            parts.append(
                f"<h2>{binding.value}（{len(rows)}）<small>{_MEANING[binding]}</small></h2>"
                f'<ul class="verdict-list cite-scope">{"".join(rows)}</ul>'
            )
    if len(parts) == 1:
        parts.append('<p class="none">政策库中没有可供判断的文件。</p>')
    return "".join(parts)


def build_applicability(assistant: LiveAssistant) -> None:
    """Place and date in, verdicts with reasons out."""
    with gr.Column(elem_classes="sheet"):
        gr.HTML(
            "<p>选定地区和日期，逐份判断政策库中的文件是否适用，并给出理由。未见废止不等于已过期；外地文件不作依据。</p>",
            elem_classes="plain",
            apply_default_css=False,
        )
        with gr.Row(elem_classes="filters"):
            region = gr.Dropdown(
                region_choices(assistant.corpus.notices)[1:],
                value=None,
                label="地区（可直接输入）",
                allow_custom_value=True,
                elem_id="rule-region",
            )
            as_of = gr.Textbox(
                label="截至日期", placeholder="如 2020-06-01，不填为今天", max_lines=1, elem_id="rule-date"
            )
            topic = gr.Textbox(label="事项（可不填）", placeholder="如 取消耗材加成", max_lines=1)
            go = gr.Button("判断", variant="primary", min_width=80, scale=0, elem_id="rule-go")
        shown = gr.HTML("", elem_classes="plain", elem_id="rule-result", apply_default_css=False)

    def judge(place: str | None, day: str, about: str) -> str:
        try:
            profile = read_profile(place, day)
            found = assistant.applicable(profile.region, profile.as_of, about.strip() or None)
        except (AssistantError, CorpusError) as error:
            return _fault(error)
        return verdicts_html(found, profile.region, str(profile.as_of or "今天"))

    gr.on([go.click, as_of.submit, topic.submit], judge, [region, as_of, topic], shown, **_QUIET)


def build_compare(assistant: LiveAssistant) -> None:
    """Topic and places in, a cited table out: one row a place, 未规定 where a notice is silent."""
    choices = region_choices(assistant.corpus.notices)[1:]
    with gr.Column(elem_classes="sheet"):
        gr.HTML(
            "<p>选两个以上的地区和一个事项，逐地列出规定，每格都可点开原文；文件没有写到的注明未规定。</p>",
            elem_classes="plain",
            apply_default_css=False,
        )
        with gr.Row(elem_classes="filters"):
            places = gr.Dropdown(
                choices, value=[], multiselect=True, label="地区", allow_custom_value=True, elem_id="compare-places"
            )
            topic = gr.Textbox(label="事项", placeholder="如 院长年薪", max_lines=1, elem_id="compare-topic")
            as_of = gr.Textbox(label="截至日期", placeholder="不填为今天", max_lines=1, min_width=120)
            go = gr.Button("对比", variant="primary", min_width=80, scale=0, elem_id="compare-go")
        shown = gr.HTML("", elem_classes="plain", elem_id="compare-result", apply_default_css=False)

    def compare(chosen: list[str], about: str, day: str) -> str:
        subject = about.strip().rstrip("？?。")
        try:
            paths = [read_profile(place, "").region or "" for place in chosen]
            profile = read_profile("", day)
            if len(set(paths)) < 2 or not subject:
                return _fault("请至少选两个地区，并写明要对比的事项，例如 院长年薪")
            question = f"{'、'.join(display(path) for path in paths)}对{subject}分别怎么规定？有何不同？"
            answer = assistant.ask(question, profile=profile)
        except (AssistantError, CorpusError) as error:
            return _fault(error)
        return f'<div class="cite-scope">{answer_card(TurnView(question, profile, answer=answer), answer)}</div>'

    gr.on([go.click, topic.submit], compare, [places, topic, as_of], shown, **_QUIET)
