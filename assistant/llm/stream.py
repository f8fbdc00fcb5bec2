"""Reading a model's stream (流式读取): reasoning taken out, sentences cut as soon as they end, markers read.

It stands alone because it must work piece by piece, whatever the pieces are: a tag, a marker or a sentence may be cut
anywhere. The trap: some models end their reasoning with ``</think>`` without ever opening it; text before that tag is
reasoning too, so for such a model nothing is let out until the tag has come (:class:`ReasoningFilter`).
"""

from __future__ import annotations

from dataclasses import dataclass

from corpus.grammar import form, split_at

_OPEN = form("model.think_open")
_CLOSE = form("model.think_close")
_LONGEST_TAG = len("</scratchpad>")
_REASONS = form("model.reasons")
_MARKER = form("model.marker")
_ENDS = "。！？!?"
_CLOSERS = "”’」』）)】》\"'"
_PAIRS = {"“": "”", "《": "》", "（": "）", "「": "」", "『": "』"}
_ITEM = form("model.item")
_MARKDOWN = form("model.markdown")
_RANGE, _BETWEEN = "-–—", ",，、;；-–— \t"


def usually_reasons(model: str) -> bool:
    """Whether a model of this name is known to think aloud before answering.

    >>> usually_reasons("deepseek-r1:7b"), usually_reasons("qwen2.5-72b-instruct")
    (True, False)
    """
    return bool(_REASONS.search(model))


class ReasoningFilter:
    """Lets only the answer through. ``hold`` keeps all text back until the reasoning has visibly ended."""

    def __init__(self, *, hold: bool = False) -> None:
        self._buffer = ""
        self._inside = False
        self._hold = hold
        self.orphan_close = False

    def feed(self, text: str) -> str:
        """The part of the answer that is certain after ``text``."""
        self._buffer += text
        out = ""
        while True:
            if self._inside:
                close = _CLOSE.search(self._buffer)
                if close is None:
                    self._buffer = self._buffer[-_LONGEST_TAG:]
                    return out
                self._buffer, self._inside, self._hold = self._buffer[close.end() :], False, False
                continue
            opened, closed = _OPEN.search(self._buffer), _CLOSE.search(self._buffer)
            if closed and (opened is None or closed.start() < opened.start()):
                self._buffer, self._hold, self.orphan_close = self._buffer[closed.end() :], False, True
                out = ""  # what came before was reasoning
                continue
            if opened:
                if not self._hold:
                    out += self._buffer[: opened.start()]
                self._buffer, self._inside = self._buffer[opened.end() :], True
                continue
            if self._hold:
                return out
            keep = self._tail()
            out += self._buffer[: len(self._buffer) - keep]
            self._buffer = self._buffer[len(self._buffer) - keep :]
            return out

    def separated(self) -> None:
        """The endpoint sends reasoning in a field of its own: nothing needs to be held."""
        self._hold = False

    def end(self) -> str:
        """What is left when the stream ends; an unclosed tag leaves nothing."""
        rest, self._buffer = ("" if self._inside else self._buffer), ""
        return rest

    def _tail(self) -> int:
        """How many last characters may be the start of a tag."""
        at = max(self._buffer.rfind("<"), self._buffer.rfind("◁"))
        return len(self._buffer) - at if at >= 0 and len(self._buffer) - at < _LONGEST_TAG else 0


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence a model wrote: ``segments`` are its parts with the markers each ends in; ``item`` for a list line."""

    segments: tuple[tuple[str, tuple[int, ...]], ...]
    item: bool = False

    @property
    def text(self) -> str:
        return "".join(text for text, _ in self.segments)

    @property
    def markers(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(m for _, markers in self.segments for m in markers))


class SentenceReader:
    """Cuts a growing text into sentences; each is given out as soon as it has ended and its markers have come."""

    def __init__(self) -> None:
        self._buffer = ""
        self._item = False

    def feed(self, text: str) -> list[Written]:
        self._buffer += text
        return self._cut(final=False)

    def end(self) -> list[Written]:
        return self._cut(final=True)

    @property
    def broken_off(self) -> bool:
        """Whether what is left stops in the middle of a sentence."""
        rest = self._buffer.rstrip()
        return bool(rest) and not rest.endswith(tuple(_ENDS + _CLOSERS + ".：:；;]］】"))

    def _cut(self, *, final: bool) -> list[Written]:
        found: list[Written] = []
        while True:
            end = self._sentence_end(final=final)
            if end is None:
                return found
            raw, self._buffer = self._buffer[:end], self._buffer[end:]
            starts_item = bool(_ITEM.match(raw))
            self._item = self._item or starts_item
            sentence = read_sentence(raw, item=self._item)
            if raw.endswith("\n"):
                self._item = False
            if sentence is not None:
                found.append(sentence)

    def _sentence_end(self, *, final: bool) -> int | None:
        """Where the first sentence of the buffer ends; None while that is not known."""
        text = self._buffer
        waiting: list[str] = []
        for at, char in enumerate(text):
            if char == "\n":
                return at + 1
            if char in _PAIRS:
                waiting.append(_PAIRS[char])
            elif waiting and char == waiting[-1]:
                waiting.pop()
            elif char in _ENDS and not waiting:
                return self._after_markers(at + 1, final=final)
        return len(text) if final and text else None

    def _after_markers(self, at: int, *, final: bool) -> int | None:
        text = self._buffer
        marked = bool(_MARKER.search(text[:at]))
        while True:
            while at < len(text) and text[at] in _CLOSERS + _ENDS + " ":
                at += 1
            marker = _MARKER.match(text, at)
            if marker:
                at, marked = marker.end(), True
                continue
            undecided = at == len(text) or (text[at] in "[［【" and len(text) - at < 12)
            return None if undecided and not marked and not final else at


def read_sentence(raw: str, *, item: bool = False) -> Written | None:
    """The sentence with its markers read and Markdown taken out; None where nothing is said.

    >>> read_sentence("建成80%[1][2]。").segments
    (('建成80%。', (1, 2)),)
    """
    text = _MARKDOWN.sub("", _ITEM.sub("", raw) if item else raw).strip()
    segments: list[tuple[str, tuple[int, ...]]] = []
    position = 0
    for match in _MARKER.finditer(text):
        piece = text[position : match.start()]
        markers = _numbers(match["body"])
        if segments and not piece.strip(" ，。；、,;"):
            segments[-1] = (segments[-1][0] + piece.strip(), segments[-1][1] + markers)
        elif piece.strip():
            segments.append((piece.strip(), markers))
        position = match.end()
    tail = text[position:].strip()
    if segments and tail:
        segments[-1] = (segments[-1][0] + tail, segments[-1][1])
    elif tail:
        segments.append((tail, ()))
    if not any(char.isalnum() for piece, _ in segments for char in piece):
        return None
    return Written(tuple(segments), item)


def _numbers(body: str) -> tuple[int, ...]:
    """``1,3`` -> (1, 3); ``2-4`` -> (2, 3, 4)."""
    ends = [part.strip() for part in split_at(_RANGE, body)]
    if len(ends) == 2 and all(part.isdecimal() for part in ends):
        first, last = int(ends[0]), int(ends[1])
        return tuple(range(first, min(last, first + 9) + 1)) if first <= last else (first,)
    return tuple(int(part) for part in split_at(_BETWEEN, body) if part)
