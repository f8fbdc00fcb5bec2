"""What the page keeps of one turn, and the line of buttons under its answer: copy, link, edit, retry, feedback."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from assistant.blocks import Blocks
from assistant.query.orders import asks_to_write
from assistant.types import Answer, Profile
from pages.markup import chinese, esc
from pages.words import CHINESE, Words

MODES = ("extractive", "llm", "fallback")
REASONS = ("figure", "citation", "scope", "missing", "refusal", "beside")
"""Why an answer is bad; what is kept is the Chinese wording (``reason.*``) whatever the page's language."""


@dataclass(slots=True)
class TurnView:
    """A question and what came back. ``partial`` is what was streamed so far; ``answer`` is None until complete."""

    question: str
    profile: Profile = field(default_factory=Profile)
    partial: Blocks = ()
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    vote: int = 0
    reason: str = ""
    turn_id: int = 0

    @property
    def done(self) -> bool:
        return self.answer is not None or bool(self.error) or self.stopped


def mode_name(mode: str, say: Words = CHINESE) -> str:
    """What a way of answering is called."""
    return say(f"mode.{mode}") if mode in MODES else mode


def reference_text(question: str, answer: Answer, say: Words = CHINESE) -> str:
    """Plain text for the clipboard: the question, the answer with its markers, then the references with quotes."""
    parts = [say("copy.question", text=question), say("copy.answer", text=answer.text)]
    if answer.citations and not answer.refused:
        lines = [say("copy.citations")]
        for citation in answer.citations:
            source = f"《{citation.title}》" + (f"（{citation.notice}）" if citation.notice != citation.title else "")
            lines.append(f"[{citation.marker}] {source}{citation.path}：“{citation.quote.strip()}”")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _complaint(turn: TurnView, say: Words) -> str:
    """The small form under an answer marked 有误: a reason, and the right passage picked in the source panel."""
    if turn.vote >= 0:
        return ""
    kept = {reason: CHINESE(f"reason.{reason}") for reason in REASONS}
    reasons = "".join(
        f'<button type="button" data-act="reason" data-turn="{turn.turn_id}" data-reason="{esc(kept[reason])}" '
        f'aria-pressed="{str(kept[reason] == turn.reason).lower()}">{esc(say(f"reason.{reason}"))}</button>'
        for reason in REASONS
    )
    return (
        f'<div class="complaint"><p>{esc(say("complaint.ask"))}</p><div class="reasons">{reasons}</div>'
        f'<label>{esc(say("complaint.note"))}<input type="text" maxlength="500" placeholder="{esc(say("complaint.optional"))}">'
        "</label>"
        f'<button type="button" data-act="pick" data-turn="{turn.turn_id}" data-reason="{esc(turn.reason)}" '
        f'title="{esc(say("complaint.pick_hint"))}">{esc(say("complaint.pick"))}</button></div>'
    )


def offers_html(turn: TurnView, answer: Answer, say: Words = CHINESE) -> str:
    """What the answer leaves to the visitor: take back a correction, write a document, say which hospital it is."""
    parts = []
    if answer.slips and not turn.profile.literal:
        told = "".join(chinese(one, say) for one in answer.slips)
        parts.append(
            f'<p class="offer">{told}<button type="button" data-act="literal">{esc(say("offer.literal"))}</button></p>'
        )
    if answer.task == "write" or asks_to_write(turn.question):
        parts.append(
            f'<p class="offer">{esc(say("offer.write_why"))}<button type="button" data-act="write" '
            f'data-subject="{esc(turn.question)}">{esc(say("offer.write"))}</button></p>'
        )
    if (
        not turn.profile.region
        and not answer.scope.region
        and (answer.citations or answer.refused)
        and not answer.scope.regions
    ):
        parts.append(
            f'<div class="ask-once"><span>{esc(say("hospital.ask"))}</span>'
            f'<button type="button" data-act="hospital">{esc(say("hospital.set"))}</button>'
            f'<button type="button" data-act="hospital-later">{esc(say("hospital.later"))}</button></div>'
        )
    return "".join(parts)


def asked_alone(turn: TurnView, answer: Answer) -> tuple[str, str, date | None]:
    """Question, place and day that give this answer outside the conversation: a follow-up as it was understood."""
    region, as_of = turn.profile.region or "", turn.profile.as_of
    if not turn.turn_id:
        return turn.question, region, as_of
    scope = answer.scope
    return answer.question_understood or turn.question, region or scope.region or "", as_of or scope.as_of


def footer_html(turn: TurnView, answer: Answer, say: Words = CHINESE) -> str:
    """What was hidden and why, how the answer was made, and what can be done with it."""
    said = answer.text
    notes = "".join(
        f"<li>{chinese(note, say)}</li>"
        for note in answer.notes
        if note.rstrip("。") not in said and note not in answer.slips
    )
    dropped = ""
    if answer.dropped:
        hidden = "".join(f"<li>{chinese(text, say)}</li>" for text in answer.dropped)
        dropped = (
            f'<details class="dropped"><summary>{esc(say("answer.dropped", count=len(answer.dropped)))}</summary>'
            f"<p>{esc(say('answer.dropped_why'))}</p><ul>{hidden}</ul></details>"
        )
    hint = say(f"mode_hint.{answer.mode}") if answer.mode in MODES else ""
    badge = f'<span class="mode" title="{esc(hint)}">{esc(mode_name(answer.mode, say))}</span>'
    took = ""
    if answer.latency_ms >= 1:
        took = f'<span class="took">{esc(say("answer.took", ms=f"{answer.latency_ms:.0f}"))}</span>'
    copy = esc(reference_text(turn.question, answer, say))
    up, down = ("true" if turn.vote > 0 else "false"), ("true" if turn.vote < 0 else "false")
    asked, region, as_of = asked_alone(turn, answer)
    question, position = f'data-q="{esc(turn.question)}"', f'data-turn="{turn.turn_id}"'
    link = (
        f'data-q="{esc(asked)}" data-region="{esc(region)}" data-asof="{as_of.isoformat() if as_of else ""}" '
        f'data-corpus="{esc(answer.corpus_hash[:12])}" data-settings="{esc(answer.settings_hash[:12])}"'
    )
    buttons = "".join(
        (
            _action("copy", say, f'data-copy="{copy}"'),
            _action("link", say, link),
            _action("edit", say, question),
            _action("retry", say, question),
            _action("up", say, f'{position} aria-pressed="{up}"'),
            _action("down", say, f'{position} aria-pressed="{down}"'),
        )
    )
    return (
        f"{dropped}{f'<ul class=notes>{notes}</ul>' if notes else ''}"
        f'<div class="actions">{badge}{took}<span class="grow"></span>'
        f"{buttons}</div>{_complaint(turn, say)}"
    )


def _action(act: str, say: Words, attributes: str) -> str:
    return (
        f'<button type="button" data-act="{act}" {attributes} title="{esc(say(f"act.{act}_hint"))}">'
        f"{esc(say(f'act.{act}'))}</button>"
    )


def again_html(turn: TurnView, say: Words = CHINESE) -> str:
    """What can be done with a turn that has no answer."""
    question = f'data-q="{esc(turn.question)}"'
    edit, retry = _action("edit", say, question), _action("retry", say, question)
    return f'<div class="actions"><span class="grow"></span>{edit}{retry}</div>'
