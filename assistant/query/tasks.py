"""What a message wants done (任务): an answer, a list of the library, a summary, a draft it cannot write, a greeting.

Learnt (``acts.npz``), because language is open there; shares decide. The trap: a question about a rule may look like a task
(写明什么内容, 怎么总结经验), so a task needs more than half of all shares.
"""

from __future__ import annotations

from collections.abc import Mapping

from assistant.query.types import Task

LEAST = 0.6
"""Share from which a message is a task."""
CIVIL, CIVIL_LENGTH = 0.35, 12
"""A greeting is short and little else."""
_OF_ACT = {
    "library": Task.LIBRARY, "summary": Task.SUMMARY, "collect": Task.COLLECT, "schedule": Task.SCHEDULE,
    "write": Task.WRITE, "translate": Task.TRANSLATE, "action": Task.OUTSIDE, "greeting": Task.GREETING,
    "thanks": Task.THANKS, "farewell": Task.FAREWELL, "help": Task.HELP,
}  # fmt: skip
CIVIL_TASKS = frozenset({Task.GREETING, Task.THANKS, Task.FAREWELL, Task.HELP})


def task_of(question: str, acts: Mapping[str, float] | None) -> Task:
    """The task; ANSWER where no other is clear."""
    if not acts:
        return Task.ANSWER
    act = max(acts, key=lambda a: acts[a])
    task = _OF_ACT.get(act, Task.ANSWER)
    if task in CIVIL_TASKS:
        return task if acts[act] >= CIVIL and len(question.strip()) <= CIVIL_LENGTH else Task.ANSWER
    return task if acts[act] >= LEAST else Task.ANSWER
