"""One visitor's conversation in memory, and how an answer is streamed into it. Free of Gradio."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.types import Answer, Profile, Turn
from corpus.errors import CorpusError
from pages.answers import TurnView, turn_html

if TYPE_CHECKING:
    from assistant.service import Assistant

_LOG = logging.getLogger(__name__)
_HISTORY_TURNS = 6


class Session:
    """One visitor's conversation. ``rendered`` caches the HTML of finished turns, by position.

    Not a dataclass: Gradio writes a dataclass held by ``gr.State`` into the page's public configuration.
    """

    def __init__(self) -> None:
        self.turns: list[TurnView] = []
        self.rendered: list[str] = []
        self.conversation_id = ""

    def history(self) -> tuple[Turn, ...]:
        """What was said so far, oldest first; unfinished and failed turns are left out."""
        said = [turn for turn in self.turns if turn.answer is not None][-_HISTORY_TURNS:]
        pairs = [(Turn("user", t.question), Turn("assistant", t.answer.text)) for t in said if t.answer is not None]
        return tuple(turn for pair in pairs for turn in pair)

    def cut(self, at: int) -> None:
        """Forget the turns from position ``at`` on."""
        del self.turns[at:]
        del self.rendered[at:]

    def to_html(self) -> str:
        parts = []
        for position, turn in enumerate(self.turns):
            if position < len(self.rendered):
                parts.append(self.rendered[position])
                continue
            turn.turn_id = position
            parts.append(turn_html(turn))
            if turn.done and position == len(self.rendered):
                self.rendered.append(parts[-1])
        return "".join(parts)

    def stop(self) -> None:
        """Mark an unfinished last turn as stopped by the visitor."""
        if self.turns and not self.turns[-1].done:
            self.turns[-1].stopped = True


def stream_turn(assistant: Assistant, session: Session, question: str, profile: Profile) -> Iterator[None]:
    """Answer ``question`` as the last turn of ``session``, yielding whenever there is something new to draw.

    Errors a user can mend become the text of the turn; anything else is logged and told in general terms.
    """
    history = session.history()
    turn = TurnView(question, profile)
    session.turns.append(turn)
    yield
    try:
        for piece in assistant.stream(question, history=history, profile=profile):
            if turn.stopped:
                return
            if isinstance(piece, Answer):
                turn.answer = piece
            else:
                turn.partial = piece
            yield
    except (AssistantError, CorpusError) as error:
        turn.error = str(error)
        yield
    except Exception:
        _LOG.exception("answering failed")
        turn.error = "回答时出了意外，问题没有丢失。请稍后重新回答；若反复出现，请把日志交给管理员。"
        yield
