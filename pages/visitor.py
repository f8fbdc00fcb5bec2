"""Who is looking at the page (访客): hands each visitor's calls on to what that visitor may see and owns.

The pages know one assistant and one store; where accounts are on they are given these two instead, and no page has to ask who
somebody is. What a page draws while it is built, before anybody has come, is drawn as for a visitor in no group. The trap:
Gradio runs callbacks in threads of its own, so the visitor is read from its current request, never from a global.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any

from assistant.accounts.identity import NOBODY, Identity, identity_in
from assistant.accounts.viewing import NotAllowedError, Views
from assistant.keeping.conversations import ConversationStore

Who = Callable[[], Identity]


def visitor() -> Identity:
    """The visitor whose request Gradio is working on, where accounts are on; nobody while the page is built."""
    from gradio.context import LocalContext

    found: Any = LocalContext.request.get(None)
    while "request" in getattr(found, "__dict__", {}):  # Gradio's own request turns what it is asked for into objects
        found = found.__dict__["request"]
    return identity_in(found.scope, accounts=True) if hasattr(found, "scope") else NOBODY


class VisitorAssistant:
    """Looks like the live assistant; each call goes to the part of it that the visitor sees."""

    def __init__(self, views: Views, who: Who = visitor) -> None:
        self._views, self._who = views, who

    def __getattr__(self, name: str) -> Any:
        return getattr(self._views.of(self._who()), name)


class VisitorStore:
    """Looks like the store of conversations; what is owned is the visitor's own whatever key the browser names, and what is
    everybody's is for administrators."""

    def __init__(self, store: ConversationStore, who: Who = visitor) -> None:
        self._store, self._who = store, who

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        if not callable(found):
            return found
        owned = next(iter(inspect.signature(found).parameters), "") == "owner"

        @wraps(found)
        def call(*arguments: Any, **named: Any) -> Any:
            identity = self._who()
            if owned and "owner" in named:
                return found(*arguments, **{**named, "owner": owner_of(identity)})
            if owned:
                return found(owner_of(identity), *arguments[1:], **named)
            if not identity.is_admin:
                raise NotAllowedError
            return found(*arguments, **named)

        return call


def owner_of(identity: Identity) -> str:
    """The key under which a user's conversations are kept."""
    return f"user:{identity.id}"
