"""A checked draft as HTML (核对结果): each sentence with its verdict, what the notices say, and its clauses as buttons.

Apart from the page so that tests and files need no Gradio. While a draft is being checked only its last sentences are
drawn, because a draft of 200 pages has thousands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.drafting.draft import CheckedDraft, CheckedSentence, Clause
from assistant.types import Citation
from pages.markup import chinese, chip, esc
from pages.words import CHINESE, Words

STATES = ("contradicted", "unsupported", "supported")
_LAST = 30


@dataclass
class Checking:
    """One visitor's check: what has been found of how many sentences; ``run`` tells a newer check from an older one."""

    name: str = ""
    total: int = 0
    found: list[CheckedSentence] = field(default_factory=list)
    stopped: bool = False
    run: int = 0

    @property
    def draft(self) -> CheckedDraft:
        return CheckedDraft(self.name, tuple(self.found))


def _cited(clause: Clause, marker: int) -> Citation:
    return Citation(
        marker, clause.notice, clause.notice_id, clause.notice, clause.path, clause.quote, clause.start, clause.end
    )


def _clauses(clauses: Sequence[Clause], say: Words, nearest: bool = False) -> str:
    rows = "".join(
        f"<li>{chip(_cited(clause, marker), marker, say)}<span{say.native}><q>{esc(' '.join(clause.quote.split()))}</q>"
        f'<span class="path">{esc(clause.notice)} {esc(clause.path)}</span></span></li>'
        for marker, clause in enumerate(clauses, 1)
    )
    head = f'<p class="path">{esc(say("drafts.nearest"))}</p>' if nearest and rows else ""
    return f'{head}<ol class="sources">{rows}</ol>' if rows else ""


def sentence_html(sentence: CheckedSentence, say: Words = CHINESE) -> str:
    """One sentence; what states nothing (a title, a signature) is drawn without a verdict."""
    text = f"<p{say.native}>{esc(sentence.text)}</p>"
    remarks = "".join(f'<p class="remark">{chinese(remark, say)}</p>' for remark in sentence.remarks)
    noted = " noted" if sentence.remarks else ""
    if sentence.status not in STATES:
        return f'<li class="plainly{noted}"><span class="badge"></span><div>{text}{remarks}</div></li>'
    reason = f'<p class="path">{chinese(sentence.reason, say)}</p>' if sentence.reason else ""
    return (
        f'<li class="{sentence.status}{noted} cite-scope"><span class="badge">{esc(say(f"verdict.{sentence.status}"))}</span>'
        f"<div>{text}{remarks}{reason}{_clauses(sentence.clauses, say, sentence.status == 'unsupported')}</div></li>"
    )


def progress_html(checking: Checking, say: Words = CHINESE) -> str:
    """How far it is, and the sentences done last."""
    done = len(checking.found)
    told = esc(say("drafts.progress", done=done, total=checking.total))
    rows = "".join(sentence_html(one, say) for one in checking.found[-_LAST:])
    return (
        f'<div class="progress" role="status"><progress max="{checking.total}" value="{done}" aria-label="{told}"></progress>'
        f"<span>{told}</span></div><ol class=draft>{rows}</ol>"
    )


def _filters(draft: CheckedDraft, say: Words) -> str:
    counts = [(state, draft.count(state)) for state in STATES]
    counts.append(("noted", sum(bool(one.remarks) for one in draft.sentences)))
    shown = [("every", len(draft.sentences) - draft.count("none")), *((name, n) for name, n in counts if n)]
    return "".join(
        f'<button type="button" class="{name}" data-act="sift" data-only="{name}" aria-pressed="{str(name == "every").lower()}">'
        f"{esc(say(f'verdict.{name}'))} {count}</button>"
        for name, count in shown
    )


def checked_html(checking: Checking, key: str, say: Words = CHINESE) -> str:
    """The whole result: counts that sift the list, files under ``key``, and every sentence in the order of the draft."""
    draft = checking.draft
    stopped = ""
    if len(draft.sentences) < checking.total:
        told = say("drafts.stopped", done=len(draft.sentences), total=checking.total)
        stopped = f'<p class="lost" role="status">{esc(told)}</p>'
    files = "".join(
        f'<button type="button" data-act="download" data-kind="{kind}" data-id="{esc(key)}">{esc(say(name))}</button>'
        for kind, name in (("checked-docx", "drafts.word"), ("checked-html", "drafts.web"))
    )
    rows = "".join(sentence_html(one, say) for one in draft.sentences)
    return (
        f'{stopped}<h2 tabindex="-1">{chinese(draft.name, say)}</h2>'
        f'<div class="sift" role="group" aria-label="{esc(say("drafts.sift"))}">{_filters(draft, say)}'
        f'<span class="grow"></span><span class="exports wide">{esc(say("drafts.export"))} {files}</span></div>'
        f'<ol class="draft sifted" data-only="every">{rows}</ol><p class="path">{esc(say("drafts.limits"))}</p>'
    )
