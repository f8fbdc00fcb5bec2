"""A model whose answers were written down (回放): prompts go out to a file, answers come back from one.

``python -m evals record`` asks every question with :class:`Replay` in the model's place and keeps each prompt it meets;
whoever reads well writes the answers; ``--replay FILE`` gives them back by the hash of the messages, so that a strong
model is measured where none can run. The trap: another prompt, passage or order is another key, so answers are of one
state of the product only; what has no answer is counted, never taken for silence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.llm.client import Delta
from evals.datasets import DatasetError, Fault
from evals.hostile import wilson
from evals.matching import states
from evals.tables import markdown
from evals.types import Question, Respond, Response, Scored

UNKNOWN = "【未找到】"
_PIECE = 6
"""Characters of a piece of the stream: sentences, markers and tags are cut anywhere, as a real endpoint cuts them."""


def key_of(system: str, user: str) -> str:
    """The name of a prompt: the first 16 hex digits of the SHA-256 of ``system NUL user``.

    >>> key_of("", "湛江")
    'f339d6c5839f8f27'
    """
    return hashlib.sha256(f"{system}\0{user}".encode()).hexdigest()[:16]


@dataclass
class Replay:
    """Gives written-down answers (a :class:`~assistant.llm.client.LanguageModel`); unknown prompts go to ``prompts``.

    ``asked`` are the keys of the prompts since it was last emptied, in order.
    """

    answers: dict[str, str] = field(default_factory=dict)
    prompts: Path | None = None
    asked: list[str] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, path: Path | None, prompts: Path | None = None) -> Replay:
        """``path`` holds ``{"key", "answer"}`` a line.

        Raises:
            DatasetError: a line cannot be read; names it.
        """
        answers: dict[str, str] = {}
        try:
            lines = path.read_text(encoding="utf-8").splitlines() if path else []
        except OSError as error:
            raise DatasetError([Fault(str(path), "读不了这个文件")]) from error
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
                answers[str(record["key"])] = str(record["answer"])
            except (ValueError, KeyError, TypeError) as error:
                raise DatasetError([Fault(f"{path}:{number}", "要有 key 和 answer")]) from error
        return cls(answers, prompts)

    def complete(self, system: str, user: str) -> Generator[Delta, None, None]:
        """See :class:`~assistant.llm.client.LanguageModel`."""
        key = key_of(system, user)
        self.asked.append(key)
        if key not in self.answers and key not in self.unknown:
            self.unknown.add(key)
            if self.prompts:
                with self.prompts.open("a", encoding="utf-8") as out:
                    record = {"key": key, "system": system, "user": user}
                    out.write(json.dumps(record, ensure_ascii=False) + "\n")
        text = self.answers.get(key, UNKNOWN)
        for at in range(0, len(text), _PIECE):
            yield Delta(text[at : at + _PIECE])
        yield Delta(finish="stop")


@dataclass
class Watched:
    """A responder over a :class:`Replay` that remembers what the model wrote for each question."""

    respond: Respond
    replay: Replay
    written: dict[str, str] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)

    def __call__(self, question: Question) -> Response:
        self.replay.asked.clear()
        response = self.respond(question)
        known = [self.replay.answers[k] for k in self.replay.asked if k in self.replay.answers]
        if self.replay.asked:
            self.written[question.id] = known[-1] if known else ""
        if any(k in self.replay.unknown for k in self.replay.asked):
            self.unanswered.add(question.id)
        return response


def table(scored: Sequence[Scored], watched: Watched) -> str:
    """How many questions reached the model, what it wrote, what was shown of it."""
    reached = [s for s in scored if s.question.id in watched.written]
    answerable = [s for s in scored if s.question.answerable]
    without = [s for s in answerable if s.question.id not in watched.written]
    told = [s for s in reached if s.question.id not in watched.unanswered and s.question.answerable]
    written = [
        any(states(watched.written[s.question.id], v) for v in variants)
        for s in told
        for variants in s.question.nuggets
    ]
    shown = [found for s in told for found in s.nuggets_found]
    right = [bool(s.measures.get("all_nuggets")) for s in told]
    wrote_right = [
        all(any(states(watched.written[s.question.id], v) for v in variants) for variants in s.question.nuggets)
        for s in told
    ]
    sentences = [s.response.dropped for s in told]
    rows = [["", "比例（95% 区间）"]]
    rows += [["可答的题没有到模型", _rate(len(without), len(answerable))]]
    rows += [["没有写下答案的题", _rate(len(watched.unanswered), len(reached))]]
    rows += [["模型写出的要点", _rate(sum(written), len(written))]]
    rows += [["显示出来的要点", _rate(sum(shown), len(shown))]]
    rows += [["模型写的全对", _rate(sum(wrote_right), len(wrote_right))]]
    rows += [["显示的全对", _rate(sum(right), len(right))]]
    rows += [["有句子被删的题", _rate(sum(map(bool, sentences)), len(sentences))]]
    return f"{markdown(rows)}\n\n被删句子 {sum(sentences)} 句"


def _rate(count: int, total: int) -> str:
    if not total:
        return "–"
    low, high = wilson(count, total)
    return f"{count}/{total} = {count / total:.1%}（{low:.1%}–{high:.1%}）"
