"""Errors of the assistant layer. Every message is Chinese and ends with the remedy.

AssistantError              anything the user can mend; the CLI prints it and exits with 2
├── QuestionError           empty or far too long a question, a bad history
├── ScopeError              a region or date that does not exist
├── AccountError            (accounts.store) a user, key or password that cannot be
├── NotAllowedError         (accounts.viewing) only an administrator may
├── ApiError                (api.errors) a request that cannot be served; names its code
├── DraftError            a draft that cannot be read, or a document that cannot be assembled
├── SettingsError           an unknown key or a bad value in the environment or the settings file
└── ModelError              the configured language model cannot be used (``retryable`` says whether to try again)
"""

from __future__ import annotations


class AssistantError(Exception):
    """Base of all errors a user can mend."""

    exit_code = 2


class QuestionError(AssistantError):
    """The question cannot be taken: empty, too long, or a history that is not one."""


class ScopeError(AssistantError):
    """A region or date that does not exist."""


class DraftError(AssistantError):
    """The draft cannot be checked; the message says why and what to do."""


class SettingsError(AssistantError):
    """An unknown key or a bad value in the environment or the settings file."""


class ModelError(AssistantError):
    """The language model could not be used."""

    def __init__(self, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.retryable = retryable
