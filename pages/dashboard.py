"""The dashboard (看板): what was asked, refused, removed, how fast, and what the corpus lacks; charts are HTML."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from assistant.errors import AssistantError
from assistant.keeping.conversations import ConversationStore, Feedback, Usage
from assistant.types import RefusalReason
from corpus.text import fold
from pages.markup import chinese, esc, fault
from pages.turn import REASONS, mode_name
from pages.words import CHINESE, Words

# Reasons that say the corpus should grow, as against questions that do not belong here.
_LACKS = {"wrong_region", "outside_dates", "silent", "lost_in_capture", "unknown_notice"}
_DAYS, _TOPICS = 30, 12
_ENDS = "?\uff1f\u3002"  # question marks and the full stop


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile of ``values`` (not empty); ``share`` in (0, 1]."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]


def _card(name: str, value: str, note: str = "") -> str:
    return f'<div class="kpi"><b>{esc(value)}</b><span>{esc(name)}</span><small>{esc(note)}</small></div>'


def _bars(title: str, counts: Sequence[tuple[str, int]], native: str = "") -> str:
    """A horizontal bar chart that is also readable as a list."""
    if not counts:
        return ""
    most = max(count for _, count in counts)
    rows = "".join(
        f'<li><span class="name"{native}>{esc(name)}</span><span class="track"><i style="width:{count / most * 100:.1f}%"></i>'
        f"</span><b>{count}</b></li>"
        for name, count in counts
    )
    return f'<section class="chart"><h2>{esc(title)}</h2><ul class="bars">{rows}</ul></section>'


def lacking_topics(usage: Sequence[Usage]) -> list[tuple[str, int]]:
    """Refused questions that the corpus might have answered, most asked first; the same wording counts as one."""
    counts: Counter[str] = Counter()
    wording: dict[str, str] = {}
    for asked in usage:
        if asked.refused and asked.refusal in _LACKS:
            key = fold(asked.question).rstrip(_ENDS)
            counts[key] += 1
            wording.setdefault(key, asked.question)
    return [(wording[key], count) for key, count in counts.most_common(_TOPICS)]


def _refusal(reason: str, say: Words) -> str:
    return say(f"refusal.{reason}" if reason in set(RefusalReason) else "refusal.other")


def _reason(kept: str, say: Words) -> str:
    """A complaint's reason in the page's language; it is kept in Chinese."""
    return next((say(f"reason.{name}") for name in REASONS if CHINESE(f"reason.{name}") == kept), kept)


def feedback_html(feedback: Sequence[Feedback], say: Words = CHINESE) -> str:
    """The newest complaints and thanks, each convertible into a line for the evaluation set."""
    if not feedback:
        return f'<p class="none">{esc(say("board.no_feedback"))}</p>'
    rows = "".join(
        f"<tr><th scope=row>{chinese(said.question, say)}</th><td>{esc(say('act.up' if said.vote > 0 else 'act.down'))}"
        f"</td><td>{esc(_reason(said.reason, say))} {chinese(said.note, say) if said.note else ''}</td>"
        f"<td>{chinese(said.quote, say) if said.quote else ''}</td><td><button type=button class=link "
        f'data-act=download data-kind=eval data-id="{said.id}">{esc(say("board.to_eval"))}</button></td></tr>'
        for said in feedback[:50]
    )
    columns = ("question", "vote", "reason", "passage", "action")
    head = "".join(f"<th scope=col>{esc(say(f'board.{name}'))}</th>" for name in columns)
    return (
        f'<div class="table-wrap" tabindex="0" role="region" aria-label="{esc(say("board.feedback"))}"><table><thead><tr>'
        f"{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        f'<p><button type="button" class="link" data-act="download" data-kind="eval">{esc(say("board.all_to_eval"))}'
        "</button></p>"
    )


def board_html(store: ConversationStore | None, say: Words = CHINESE) -> str:
    """The whole page for whoever may see it, what is wrong for anybody else."""
    try:
        return dashboard_html(store, say)
    except AssistantError as error:
        return fault(error, say)


def dashboard_html(store: ConversationStore | None, say: Words = CHINESE) -> str:
    """The whole page; questions of deleted conversations are not counted."""
    usage = store.usage() if store is not None else []
    feedback = store.feedback() if store is not None else []
    told = f"<h2>{esc(say('board.feedback'))}</h2>{feedback_html(feedback, say)}"
    if not usage:
        return f'<p class="none">{esc(say("board.empty"))}</p>{told}'
    refused = sum(asked.refused for asked in usage)
    dropped = sum(asked.dropped > 0 for asked in usage)
    latencies = [asked.latency_ms for asked in usage]
    good = sum(said.vote > 0 for said in feedback)
    days = Counter(asked.asked_at[:10] for asked in usage)
    p50, p95 = (say("answer.took", ms=f"{percentile(latencies, share):.0f}") for share in (0.5, 0.95))
    cards = "".join(
        (
            _card(say("board.asked"), str(len(usage))),
            _card(say("board.refused"), f"{refused / len(usage):.0%}", say("board.times", count=refused)),
            _card(say("board.dropped"), f"{dropped / len(usage):.0%}", say("board.dropped_note", count=dropped)),
            _card(say("board.latency"), p50, f"P95 {p95}"),
            _card(
                say("board.feedback"),
                str(len(feedback)),
                say("board.votes", good=good, bad=len(feedback) - good) if feedback else "",
            ),
        )
    )
    reasons = Counter(_refusal(asked.refusal, say) for asked in usage if asked.refused)
    modes = Counter(mode_name(asked.mode, say) for asked in usage)
    return (
        f'<div class="kpis" tabindex="0" role="region" aria-label="{esc(say("page.board"))}">{cards}</div><div class="charts">'
        f"{_bars(say('board.daily', count=_DAYS), sorted(days.items())[-_DAYS:])}"
        f"{_bars(say('board.why_refused'), reasons.most_common())}{_bars(say('board.modes'), modes.most_common())}"
        f"{_bars(say('board.lacking'), lacking_topics(usage), say.native)}</div>{told}"
    )
