"""What the page keeps of one turn, and the line of buttons under its answer: copy, link, edit, retry, feedback."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.types import Answer, Profile
from pages.markup import esc

MODES = {"extractive": "摘录", "llm": "模型", "fallback": "回退"}
MODE_HINTS = {
    "extractive": "答案由原文语句摘录而成，未使用语言模型",
    "llm": "答案由语言模型撰写，逐句与原文核对后显示",
    "fallback": "语言模型未能给出可核实的答案，已改用原文摘录",
}


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


def footer_html(turn: TurnView, answer: Answer) -> str:
    """What was hidden and why, how the answer was made, and what can be done with it."""
    notes = "".join(f"<li>{esc(note)}</li>" for note in answer.notes if note.rstrip("。") not in answer.text)
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
