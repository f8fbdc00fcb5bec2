"""One turn of a conversation as HTML: the question, the scope it was understood in, the answer, its sources.

Kept apart from the chat page so that exports and tests can render an answer without Gradio.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.types import Answer, Binding, Profile, Verdict
from corpus.regions import display
from pages.markup import blocks, chip, esc

MODES = {"extractive": "摘录", "llm": "模型", "fallback": "回退"}
MODE_HINTS = {
    "extractive": "答案由原文语句摘录而成，未使用语言模型",
    "llm": "答案由语言模型撰写，逐句与原文核对后显示",
    "fallback": "语言模型未能给出可核实的答案，已改用原文摘录",
}
BINDING_CLASS = {Binding.BINDS: "binds", Binding.REFERENCE: "refers", Binding.DOES_NOT_BIND: "apart"}


@dataclass(slots=True)
class TurnView:
    """A question and what came back. ``partial`` is the text streamed so far; ``answer`` is None until complete."""

    question: str
    profile: Profile = field(default_factory=Profile)
    partial: str = ""
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    vote: int = 0
    reason: str = ""
    turn_id: int = 0

    @property
    def done(self) -> bool:
        return self.answer is not None or bool(self.error) or self.stopped


def reference_text(question: str, answer: Answer) -> str:
    """Plain text for the clipboard: the question, the answer with its markers, then the references with quotes."""
    parts = [f"问：{question}", f"答：{answer.text}"]
    if answer.citations and not answer.refused:
        lines = ["引注："]
        for citation in answer.citations:
            source = f"《{citation.title}》" + (f"（{citation.notice}）" if citation.notice != citation.title else "")
            lines.append(f"[{citation.marker}] {source}{citation.path}：“{citation.quote.strip()}”")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


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


REASONS = ("数字不对", "引文不支持", "地区或时效不对", "遗漏内容", "不该拒答", "答非所问")


def _complaint(turn: TurnView) -> str:
    """The small form under an answer marked 有误: a reason, and the right passage picked in the source panel."""
    if turn.vote >= 0:
        return ""
    reasons = "".join(
        f'<button type="button" data-act="reason" data-turn="{turn.turn_id}" data-reason="{esc(reason)}" '
        f'aria-pressed="{str(reason == turn.reason).lower()}">{esc(reason)}</button>'
        for reason in REASONS
    )
    return (
        f'<div class="complaint"><p>谢谢，已记下。哪里不对？</p><div class="reasons">{reasons}</div>'
        f'<label>补充说明<input type="text" maxlength="500" placeholder="可不填"></label>'
        f'<button type="button" data-act="pick" data-turn="{turn.turn_id}" data-reason="{esc(turn.reason)}" '
        f'title="先在右侧原文中选中文字">把原文中选中的文字作为正确出处</button></div>'
    )


def _footer(turn: TurnView, answer: Answer) -> str:
    notes = "".join(f"<li>{esc(note)}</li>" for note in answer.notes)
    dropped = ""
    if answer.dropped:
        hidden = "".join(f"<li>{esc(text)}</li>" for text in answer.dropped)
        dropped = (
            f'<details class="dropped"><summary>已隐去 {len(answer.dropped)} 句未能核实的内容</summary>'
            f"<p>下列语句未能在所引原文中找到依据，不作为答案：</p><ul>{hidden}</ul></details>"
        )
    mode = MODES.get(answer.mode, answer.mode)
    badge = f'<span class="mode" title="{esc(MODE_HINTS.get(answer.mode, ""))}">{esc(mode)}</span>'
    took = f'<span class="took">{answer.latency_ms:.0f} 毫秒</span>' if answer.latency_ms else ""
    copy = esc(reference_text(turn.question, answer))
    up, down = ("true" if turn.vote > 0 else "false"), ("true" if turn.vote < 0 else "false")
    profile = turn.profile
    link = (
        f'data-q="{esc(turn.question)}" data-region="{esc(profile.region or "")}" '
        f'data-asof="{profile.as_of.isoformat() if profile.as_of else ""}" '
        f'data-corpus="{esc(answer.corpus_hash[:12])}" data-settings="{esc(answer.settings_hash[:12])}"'
    )
    return (
        f"{dropped}{f'<ul class=notes>{notes}</ul>' if notes else ''}"
        f'<div class="actions">{badge}{took}<span class="grow"></span>'
        f'<button type="button" data-act="copy" data-copy="{copy}" title="复制回答和引注">复制含引注</button>'
        f'<button type="button" data-act="link" {link} title="复制可重现此回答的链接">复制链接</button>'
        f'<button type="button" data-act="edit" data-q="{esc(turn.question)}">修改问题</button>'
        f'<button type="button" data-act="retry" data-q="{esc(turn.question)}">重新回答</button>'
        f'<button type="button" data-act="up" data-turn="{turn.turn_id}" aria-pressed="{up}">有用</button>'
        f'<button type="button" data-act="down" data-turn="{turn.turn_id}" aria-pressed="{down}">有误</button></div>'
        f"{_complaint(turn)}"
    )


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
        body = answer_card(turn, answer, footer=_footer(turn, answer) + more)
    return f'<article class="turn" data-turn="{turn.turn_id}">{asked}{body}</article>'
