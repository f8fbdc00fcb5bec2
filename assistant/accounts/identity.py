"""Who is asking (身份), as a value that is handed on; nothing below this layer decides by it.

Without accounts everybody is :data:`LOCAL`, the administrator of a machine that only listens to itself. The trap: a
request that was never authenticated has no identity at all; only :func:`identity_in` turns that into one, and
what it turns it into is decided once, when the service starts.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SCOPE_KEY = "assistant.identity"


class Role(StrEnum):
    """What a user may do: a reader asks, an administrator also keeps the library and reads the dashboard."""

    READER = "读者"
    ADMIN = "管理员"


@dataclass(frozen=True, slots=True)
class Identity:
    """``id`` never changes and owns conversations; ``groups`` open the notices limited to them; ``via`` is ``local``,
    ``session``, ``key`` or ``nobody``."""

    id: str
    name: str
    role: Role
    groups: frozenset[str] = frozenset()
    via: str = "session"

    @property
    def is_admin(self) -> bool:
        return self.role is Role.ADMIN


LOCAL = Identity("local", "本机", Role.ADMIN, via="local")
NOBODY = Identity("", "未登录", Role.READER, via="nobody")
"""Sees what everybody may see; never gets past the door where accounts are on."""


def identity_in(scope: MutableMapping[str, Any], *, accounts: bool) -> Identity:
    """The identity the door wrote into an ASGI scope; without accounts everybody is local."""
    found = scope.get(SCOPE_KEY)
    if isinstance(found, Identity):
        return found
    return NOBODY if accounts else LOCAL
