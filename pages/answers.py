"""One turn of a conversation as HTML: the question, the scope it was understood in, the answer, its sources.

Kept apart from the chat page so that exports and tests can render an answer without Gradio.
"""

from __future__ import annotations

from assistant.types import Answer, Binding, Verdict
from corpus.regions import display
from pages.markup import blocks, chip, esc
from pages.turn import TurnView, footer_html

BINDING_CLASS = {Binding.BINDS: "binds", Binding.REFERENCE: "refers", Binding.DOES_NOT_BIND: "apart"}


def _scope(answer: Answer) -> str:
    scope, chips = answer.scope, []
    regions = scope.regions or ((scope.region,) if scope.region else ())
    carried = ' <span class="carried">沿用上文</span>'
    for region in regions:
        note = carried if {"region", "regions"} & set(scope.carried) else ""
        chips.append(f'<li><span class="k">地区</span>{esc(display(region))}{note}</li>')
    if scope.as_of:
        note = carried if "as_of" in scope.carried else ""
        chips.append(f'<li><span class="k">截至</span>{scope.as_of.isoformat()}{note}</li>')
    if 0 < len(scope.notice_ids) <= 3:
        names = {verdict.notice_id: verdict.notice for verdict in answer.applicable}
        names |= {citation.notice_id: citation.notice for citation in answer.citations}
        chips += [
            f'<li><span class="k">文件</span>{esc(names[notice_id])}</li>'
            for notice_id in scope.notice_ids
            if notice_id in names
        ]
    understood = ""
    if answer.question_understood:
        understood = f'<span class="understood">问题理解为：{esc(answer.question_understood)}</span>'
    if not chips and not understood:
        return ""
    return f'<div class="scope">{understood}<ul class="chips" aria-label="回答的范围">{"".join(chips)}</ul></div>'


def verdict_row(verdict: Verdict) -> str:
    """One notice's verdict (适用/参照/不适用) with its reason and, where there is one, the clause as a link."""
    clause = ""
    if verdict.clause is not None:
        cited = verdict.clause
        clause = (
            f' <button type="button" class="link" data-cite="{cited.marker}" data-notice="{esc(cited.notice_id)}" '
            f'data-start="{cited.start}" data-end="{cited.end}">看原文</button>'
        )
    return (
        f'<li class="{BINDING_CLASS[verdict.binding]}"><span class="badge">{esc(verdict.binding.value)}</span>'
        f'<span class="what"><button type="button" class="link title" data-notice="{esc(verdict.notice_id)}">'
        f"{esc(verdict.notice)}</button><span>{esc(verdict.reason)}{clause}</span></span></li>"
    )


def verdict_strip(verdicts: tuple[Verdict, ...]) -> str:
    """The strip under an answer: counts first, reasons when opened."""
    if not verdicts:
        return ""
    counts = []
    for binding in Binding:
        found = sum(verdict.binding is binding for verdict in verdicts)
        if found:
            counts.append(f'<span class="{BINDING_CLASS[binding]}"><b>{binding.value}</b> {found}</span>')
    rows = "".join(verdict_row(verdict) for verdict in verdicts)
    return f'<details class="verdicts"><summary>文件适用性 {" ".join(counts)}</summary><ul>{rows}</ul></details>'


def _sources(answer: Answer) -> str:
    if answer.refused or not answer.citations:
        return ""
    rows = []
    for citation in answer.citations:
        name = citation.title + (f"（{citation.notice}）" if citation.notice != citation.title else "")
        rows.append(
            f"<li>{chip(citation, citation.marker)}<span><b>{esc(name)}</b>"
            f'<span class="path">{esc(citation.path)}</span></span></li>'
        )
    return f'<details class="sources"><summary>引用来源 {len(rows)} 处</summary><ol>{"".join(rows)}</ol></details>'


def answer_card(turn: TurnView, answer: Answer, *, footer: str = "") -> str:
    """The answer itself: scope, text, verdicts, sources; a refusal is drawn apart and never lists sources."""
    refused = " refused" if answer.refused else ""
    head = '<p class="refusal">政策库不能回答这个问题</p>' if answer.refused else ""
    text = blocks(answer.text, answer.citations)
    return (
        f'<div class="a{refused}">{_scope(answer)}{head}<div class="text">{text}</div>'
        f"{verdict_strip(answer.applicable)}{_sources(answer)}{footer}</div>"
    )


def turn_html(turn: TurnView) -> str:
    """The whole turn: the question, then the answer, what is written so far, or what went wrong."""
    question = esc(turn.question).replace("\n", "<br>")
    asked = f'<div class="q"><span class="sr">问题：</span>{question}</div>'
    answer = turn.answer
    again = (
        f'<div class="actions"><span class="grow"></span><button type="button" data-act="edit" '
        f'data-q="{esc(turn.question)}">修改问题</button><button type="button" data-act="retry" '
        f'data-q="{esc(turn.question)}">重新回答</button></div>'
    )
    if turn.error:
        body = f'<div class="a failed" role="alert"><p>{esc(turn.error)}</p>{again}</div>'
    elif answer is None:
        text = blocks(turn.partial) if turn.partial else '<p class="wait">正在查阅政策文件</p>'
        state = '<p class="state">已停止生成，以上内容未经核实。</p>' + again if turn.stopped else ""
        body = f'<div class="a{" stopped" if turn.stopped else " writing"}"><div class="text">{text}</div>{state}</div>'
    else:
        asks = "".join(
            f'<button type="button" data-act="ask" data-q="{esc(text)}">{esc(text)}</button>'
            for text in answer.suggestions
        )
        more = f'<div class="suggest" aria-label="可以接着问">{asks}</div>' if asks else ""
        body = answer_card(turn, answer, footer=footer_html(turn, answer) + more)
    return f'<article class="turn" data-turn="{turn.turn_id}">{asked}{body}</article>'
