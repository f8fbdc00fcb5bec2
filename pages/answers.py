"""One turn of a conversation as HTML: the question, the scope it was understood in, the answer, its sources.

Kept apart from the chat page so that exports and tests can render an answer without Gradio.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.hospitals import meant_kinds
from assistant.types import Answer, Binding, Verdict
from corpus.regions import display
from corpus.text import fold
from pages.markup import blocks_html, chinese, chip, esc, place_name
from pages.scope import own_kind
from pages.turn import TurnView, again_html, footer_html, offers_html
from pages.words import CHINESE, Words, only_chinese

if TYPE_CHECKING:
    from assistant.duties.extraction import Duty

PASTED, _ENDING = 600, 120
BINDING_CLASS = {
    Binding.BINDS: "binds",
    Binding.REFERENCE: "refers",
    Binding.MAY_BIND: "refers",
    Binding.DOES_NOT_BIND: "apart",
}


def binding_name(binding: Binding, say: Words = CHINESE) -> str:
    """What a verdict is called: 适用, 参照, 不适用."""
    return say(f"binding.{binding.name.lower()}")


def applies_name(duty: Duty, say: Words = CHINESE) -> str:
    """What the notice of a duty is called: 适用, 参照, 尚未施行."""
    return say("status.pending") if duty.not_yet else binding_name(duty.binding, say)


def _says_more(understood: str, question: str, places: str = "") -> bool:
    """Whether the reading tells a visitor anything that neither the question did nor the chip of its places does."""
    bare = re.compile(r"[\s\W_]+")
    said, asked = bare.sub("", fold(understood)), bare.sub("", fold(question))
    return bool(understood) and said not in (asked, bare.sub("", fold(places)) + asked)


def _scope(answer: Answer, turn: TurnView, say: Words) -> str:
    question = turn.question
    scope, chips = answer.scope, []
    of_region, of_date, of_notice = only_chinese("carried")  # as the understanding names them

    def add(name: str, value: str, carried: bool) -> None:
        note = f' <span class="carried">{esc(say("scope.carried"))}</span>' if carried else ""
        chips.append(f'<li><span class="k">{esc(say(name))}</span>{value}{note}</li>')

    for region in scope.regions or ((scope.region,) if scope.region else ()):
        add("scope.region", place_name(region, say), of_region in scope.carried)
    if scope.as_of:
        add("scope.as_of_short", scope.as_of.isoformat(), of_date in scope.carried)
    asked = answer.question_understood if len(question) > PASTED else question  # of a pasted page what is asked
    kinds = meant_kinds(turn.profile.kinds, asked) if answer.applicable else ()
    if kinds:
        add("scope.hospital", " · ".join(esc(own_kind(kind, say)) for kind in kinds), False)
    if 0 < len(scope.notice_ids) <= 3:
        names = {verdict.notice_id: verdict.notice for verdict in answer.applicable}
        names |= {citation.notice_id: citation.notice for citation in answer.citations}
        for notice_id in scope.notice_ids:
            if notice_id in names:
                add("scope.notice", chinese(names[notice_id], say), of_notice in scope.carried)
    understood = ""
    if _says_more(answer.question_understood, question, "".join(map(display, scope.regions))):
        understood = (
            f'<span class="understood">{esc(say("answer.understood"))}{chinese(answer.question_understood, say)}</span>'
        )
    if not chips and not understood:
        return ""
    return f'<div class="scope">{understood}<ul class="chips" aria-label="{esc(say("answer.scope"))}">{"".join(chips)}</ul></div>'


def verdict_row(verdict: Verdict, say: Words = CHINESE, *, titled: bool = False) -> str:
    """One notice's verdict (适用/参照/不适用) with its reason and, where there is one, the clause as a link.

    ``titled`` adds the title after the document number.
    """
    title = ""
    if titled and verdict.title != verdict.notice:
        title = f'<span class="path">{chinese(verdict.title, say)}</span>'
    clause = ""
    if verdict.clause is not None:
        cited = verdict.clause
        clause = (
            f' <button type="button" class="link" data-cite="{cited.marker}" data-notice="{esc(cited.notice_id)}" '
            f'data-start="{cited.start}" data-end="{cited.end}">{esc(say("source.see"))}</button>'
        )
    return (
        f'<li class="{BINDING_CLASS[verdict.binding]}"><span class="badge">{esc(binding_name(verdict.binding, say))}</span>'
        f'<span class="what"><button type="button" class="link title" data-notice="{esc(verdict.notice_id)}">'
        f"{chinese(verdict.notice, say)}</button>{title}<span>{chinese(verdict.reason, say)}{clause}</span>"
        f"{_mentions(verdict, say)}</span></li>"
    )


def _mentions(verdict: Verdict, say: Words) -> str:
    """The clauses that a reason counts, to be opened one by one; "" where it counts none."""
    if not verdict.mentions:
        return ""
    rows = "".join(
        f'<li><button type="button" class="link" data-cite="{one.marker}" data-notice="{esc(one.notice_id)}" '
        f'data-start="{one.start}" data-end="{one.end}"{say.native}>{esc(one.path.rsplit(" › ", 1)[-1] or one.title)}</button> '
        f"<q{say.native}>{esc(_short(one.quote))}</q></li>"
        for one in verdict.mentions
    )
    head = esc(say("answer.mentions", count=len(verdict.mentions)))
    return f'<details class="mentions"><summary>{head}</summary><ol>{rows}</ol></details>'


def _short(quote: str, most: int = 90) -> str:
    text = " ".join(quote.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def verdict_strip(verdicts: tuple[Verdict, ...], say: Words = CHINESE) -> str:
    """The strip under an answer: counts first, reasons when opened."""
    if not verdicts:
        return ""
    counts = []
    for binding in Binding:
        found = sum(verdict.binding is binding for verdict in verdicts)
        if found:
            counts.append(
                f'<span class="{BINDING_CLASS[binding]}"><b>{esc(binding_name(binding, say))}</b> {found}</span>'
            )
    rows = "".join(verdict_row(verdict, say) for verdict in verdicts)
    head = f"{esc(say('answer.verdicts'))} {' '.join(counts)}"
    return f'<details class="verdicts"><summary>{head}</summary><ul>{rows}</ul></details>'


def _sources(answer: Answer, say: Words) -> str:
    if answer.refused or not answer.citations:
        return ""
    rows = []
    for citation in answer.citations:
        name = citation.title + (f"（{citation.notice}）" if citation.notice != citation.title else "")
        rows.append(
            f"<li>{chip(citation, citation.marker, say)}<span{say.native}><b>{esc(name)}</b>"
            f'<span class="path">{esc(citation.path)}</span></span></li>'
        )
    head = esc(say("answer.sources", count=len(rows)))
    return f'<details class="sources"><summary>{head}</summary><ol>{"".join(rows)}</ol></details>'


def answer_card(turn: TurnView, answer: Answer, say: Words = CHINESE, *, footer: str = "") -> str:
    """The answer itself: scope, text, verdicts, sources; a refusal is drawn apart and never lists sources."""
    refused = " refused" if answer.refused else ""
    head = f'<p class="refusal">{esc(say("answer.refused"))}</p>' if answer.refused else ""
    text = blocks_html(answer.blocks, answer.citations, say)
    return (
        f'<div class="a{refused}">{_scope(answer, turn, say)}{head}<div class="text"{say.native}>{text}</div>'
        f"{verdict_strip(answer.applicable, say)}{_sources(answer, say)}{footer}</div>"
    )


def _question(turn: TurnView, say: Words) -> str:
    """The message; of a pasted page the end, where the question stands, and the whole when it is opened."""
    text = turn.question
    drawn = esc(text).replace("\n", "<br>")
    if len(text) <= PASTED:
        return drawn
    end = esc(text.strip()[-_ENDING:]).replace("\n", "<br>")
    head = esc(say("answer.pasted", count=len(text)))
    return f'…{end}<details class="pasted"><summary>{head}</summary>{drawn}</details>'


def turn_html(turn: TurnView, say: Words = CHINESE) -> str:
    """The whole turn: the question, then the answer, what is written so far, or what went wrong."""
    asked = f'<div class="q"><span class="sr">{esc(say("answer.question"))}</span><span{say.native}>{_question(turn, say)}</span></div>'
    answer = turn.answer
    again = again_html(turn, say)
    if turn.error:
        body = f'<div class="a failed" role="alert"><p>{chinese(turn.error, say)}</p>{again}</div>'
    elif answer is None:
        text = blocks_html(turn.partial, (), say) if turn.partial else f'<p class="wait">{esc(say("answer.wait"))}</p>'
        state = f'<p class="state">{esc(say("answer.stopped"))}</p>{again}' if turn.stopped else ""
        body = f'<div class="a{" stopped" if turn.stopped else " writing"}"><div class="text"{"" if not turn.partial else say.native}>{text}</div>{state}</div>'
    else:
        asks = "".join(
            f'<button type="button" data-act="ask" data-q="{esc(text)}"{say.native}>{esc(text)}</button>'
            for text in answer.suggestions
        )
        more = f'<div class="suggest" role="group" aria-label="{esc(say("answer.next"))}">{asks}</div>' if asks else ""
        footer = offers_html(turn, answer, say) + footer_html(turn, answer, say) + more
        body = answer_card(turn, answer, say, footer=footer)
    return f'<article class="turn" data-turn="{turn.turn_id}">{asked}{body}</article>'
