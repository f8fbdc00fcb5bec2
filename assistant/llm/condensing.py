"""A follow-up made to stand alone by the model (追问改写), only where the rules carried nothing over from the conversation.

A rewriting may leave out and reorder; it may not bring in. A place, figure or document that nobody in the conversation
mentioned means the model made it up, and the question is taken as typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from assistant.errors import ModelError
from assistant.llm.client import LanguageModel
from assistant.llm.stream import ReasoningFilter
from assistant.types import Turn
from assistant.verification.claims import stray_titles, stray_values
from corpus.masking import masked
from corpus.regions import gazetteer
from corpus.text import fold
from prompts import as_data
from prompts import render as render_prompt

MAX_CONTENT = 8
"""A question with more content than this (characters, question words aside) stands alone."""
_MAX_CHARS = 120
_TURNS = 6


def condensed(model: LanguageModel, question: str, history: Sequence[Turn]) -> str | None:
    """The question in full, or None where the model fails or brings in what nobody said."""
    turns = [t for t in history if t.content.strip()][-_TURNS:]
    said = "\n".join(f"{'问' if t.role == 'user' else '答'}：{as_data(masked(t.content[:300]))}" for t in turns)
    prompt = render_prompt("condense", history=said, question=as_data(masked(question)))
    thoughts, text = ReasoningFilter(), ""
    try:
        with closing(model.complete("", prompt)) as pieces:
            for piece in pieces:
                text += thoughts.feed(piece.text)
                if len(text) > 4 * _MAX_CHARS:
                    return None
    except ModelError:
        return None
    rewritten = next((line.strip() for line in (text + thoughts.end()).splitlines() if line.strip()), "")
    return rewritten if _brings_nothing_in(rewritten, f"{said} {question}") else None


def _brings_nothing_in(rewritten: str, known: str) -> bool:
    if not 2 <= len(rewritten) <= _MAX_CHARS or "\ufffd" in rewritten:
        return False
    if stray_values(rewritten, known) or stray_titles(rewritten, known):
        return False
    places = {m.path for m in gazetteer().find(known)}
    mentioned = [(m.path, m.span.of(rewritten)) for m in gazetteer().find(rewritten)]
    return all(path in places or fold(name) in fold(known) for path, name in mentioned)
