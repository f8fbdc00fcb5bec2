"""One visitor's conversation in memory, how an answer is streamed into it, and how it is kept. Free of Gradio."""

from __future__ import annotations

import logging
import time
from collections.abc import Container, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.blocks import prose
from assistant.errors import AssistantError
from assistant.keeping.conversations import ConversationStore, UnknownConversationError
from assistant.keeping.withdrawal import WITHDRAWN
from assistant.types import Answer, Profile, Turn
from corpus.errors import CorpusError
from index.errors import StoreUnavailable
from pages.answers import PASTED, turn_html
from pages.pump import read_apart
from pages.scope import Hospital
from pages.turn import TurnView
from pages.words import Words, words

if TYPE_CHECKING:
    from assistant.keeping.live import LiveAssistant

_LOG = logging.getLogger(__name__)
DRAW_SECONDS = 0.05  # an extract comes in one go: drawing each of its sentences would cost more than finding them


def _title(question: str) -> str:
    """What a conversation is found by: its first question, of a pasted page the line at its end."""
    return question.strip().splitlines()[-1] if len(question.strip()) > PASTED else question


class Session:
    """One visitor's conversation. ``rendered`` caches the HTML of finished turns, by position.

    ``owner`` is the browser's own key, "" until the page has loaded. Not a dataclass: Gradio writes a dataclass held
    by ``gr.State`` into the page's public configuration. ``wanted`` is what the list of conversations is searched for.
    """

    def __init__(
        self, owner: str = "", language: str = "zh", hospital: Hospital | None = None, wanted: str = ""
    ) -> None:
        self.owner = owner
        self.wanted = wanted
        self.hospital = hospital or Hospital()
        self.language = language
        self.turns: list[TurnView] = []
        self.rendered: list[str] = []
        self.conversation_id = ""
        self.successor: Session | None = None

    def latest(self) -> Session:
        """The conversation begun anew out of this one, which the page may not hold yet; this one where none was."""
        return self.successor.latest() if self.successor else self

    @property
    def say(self) -> Words:
        """The words of the page this conversation is on."""
        return words(self.language)

    def history(self) -> tuple[Turn, ...]:
        """What was said so far, oldest first; unfinished and failed turns are left out. All of it: a place that was said in the
        first turn holds until another is."""
        pairs = [
            (Turn("user", t.question, t.profile.region or ""), Turn("assistant", t.answer.text))
            for t in self.turns
            if t.answer is not None
        ]
        return tuple(turn for pair in pairs for turn in pair)

    def cut(self, at: int) -> None:
        """Forget the turns from position ``at`` on."""
        del self.turns[at:]
        del self.rendered[at:]

    def stored_position(self, at: int) -> int:
        """Position in the store of the turn at ``at``: only answered turns are kept."""
        return sum(turn.answer is not None for turn in self.turns[:at])

    def to_html(self) -> str:
        parts = []
        for position, turn in enumerate(self.turns):
            if position < len(self.rendered):
                parts.append(self.rendered[position])
                continue
            turn.turn_id = position
            parts.append(turn_html(turn, self.say))
            if turn.done and position == len(self.rendered):
                self.rendered.append(parts[-1])
        return "".join(parts)

    def redraw(self, at: int) -> None:
        """Render the turn at ``at`` anew: something about it changed."""
        if at < len(self.rendered):
            self.rendered[at] = turn_html(self.turns[at], self.say)

    def withdraw(self, corpus: Container[str]) -> None:
        """Take back what quotes a notice that is in the library no more; the store does the same with what is kept."""
        for at, turn in enumerate(self.turns):
            answer = turn.answer
            if answer is None:
                continue
            left = tuple(v for v in answer.applicable if v.notice_id in corpus)
            if any(c.notice_id not in corpus for c in answer.citations):
                turn.answer = replace(
                    answer, blocks=prose(WITHDRAWN), citations=(), applicable=left, dropped=(), suggestions=()
                )
            elif len(left) < len(answer.applicable):
                turn.answer = replace(answer, applicable=left)
            else:
                continue
            self.redraw(at)

    def stop(self) -> None:
        """Mark an unfinished last turn as stopped by the visitor."""
        if self.turns and not self.turns[-1].done:
            self.turns[-1].stopped = True

    def keep(self, store: ConversationStore | None) -> None:
        """Save the last turn if it was answered; a conversation deleted meanwhile is begun anew."""
        if store is None or not self.owner or not self.turns or self.turns[-1].answer is None:
            return
        if not self.conversation_id:
            self.conversation_id = store.start(self.owner, _title(self.turns[0].question))
        last = self.turns[-1]
        position = self.stored_position(len(self.turns) - 1)
        try:
            store.save_turn(
                self.owner, self.conversation_id, position, last.question, last.profile, self.turns[-1].answer
            )
        except UnknownConversationError:
            self.conversation_id = store.start(self.owner, _title(self.turns[0].question))
            store.save_turn(self.owner, self.conversation_id, 0, last.question, last.profile, self.turns[-1].answer)

    @classmethod
    def from_store(cls, store: ConversationStore, owner: str, conversation_id: str, language: str = "zh") -> Session:
        """A kept conversation, ready to go on.

        Raises:
            UnknownConversationError: deleted, or not this owner's.
        """
        session = cls(owner, language)
        session.conversation_id = conversation_id
        session.turns = [
            TurnView(kept.question, kept.profile, answer=kept.answer, vote=kept.vote)
            for kept in store.turns(owner, conversation_id)
        ]
        return session


def stream_turn(assistant: LiveAssistant, session: Session, question: str, profile: Profile) -> Iterator[None]:
    """Answer ``question`` as the last turn of ``session``, yielding whenever there is something new to draw.

    Errors a user can mend become the text of the turn; anything else is logged and told in general terms.
    """
    history = session.history()
    turn = TurnView(question, profile)
    session.turns.append(turn)
    try:
        turn.answer = assistant.known(question, history=history, profile=profile)
    except AssistantError as error:
        turn.error = str(error)
    yield
    if turn.answer is not None or turn.error:
        return
    drawn = time.monotonic()
    try:
        answering = assistant.stream(question, history=history, profile=profile)
        for piece in read_apart(answering, lambda: turn.stopped):
            if isinstance(piece, Answer):
                turn.answer = piece
            else:
                turn.partial = piece
                if time.monotonic() - drawn < DRAW_SECONDS:
                    continue
            yield
            drawn = time.monotonic()
    except (AssistantError, CorpusError) as error:
        turn.error = str(error)
        yield
    except StoreUnavailable:
        _LOG.warning("the vector store does not answer", exc_info=True)
        turn.error = session.say("chat.store_down")
        yield
    except Exception:
        _LOG.exception("answering failed")
        turn.error = session.say("chat.failed")
        yield
