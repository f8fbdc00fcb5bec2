"""Question in, cited answer out. The public surface of the layer, loaded on first use so that importing is free.

- service: ``Assistant.from_settings(...).ask(question, history=, profile=)`` → ``Answer``
- values: ``Answer``, ``Citation``, ``Verdict``, ``Profile``, ``Turn``, ``Scope``, ``Kind``, ``Binding``,
  ``RefusalReason``; what an answer is made of (paragraphs, lists, tables) is in ``assistant.blocks``
- settings: ``Settings.load()``
- errors: ``AssistantError`` and its children (``assistant.errors``)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant.errors import AssistantError, ModelError, QuestionError, ScopeError, SettingsError
    from assistant.service import Assistant
    from assistant.settings import Settings
    from assistant.types import Answer, Binding, Citation, Kind, Profile, RefusalReason, Scope, Turn, Verdict

_HOMES = {
    "Assistant": "service", "Settings": "settings",
    "Answer": "types", "Binding": "types", "Citation": "types", "Kind": "types", "Profile": "types",
    "RefusalReason": "types", "Scope": "types", "Turn": "types", "Verdict": "types",
    "AssistantError": "errors", "ModelError": "errors", "QuestionError": "errors", "ScopeError": "errors",
    "SettingsError": "errors",
}  # fmt: skip

__all__ = [  # noqa: RUF022 (in the order of the docstring)
    "Assistant",
    "Answer", "Citation", "Verdict", "Profile", "Turn", "Scope", "Kind", "Binding", "RefusalReason",
    "Settings",
    "AssistantError", "QuestionError", "ScopeError", "SettingsError", "ModelError",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'assistant' has no attribute {name!r}")
    return getattr(import_module(f"assistant.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
