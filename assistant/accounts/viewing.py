"""What each may see (可见范围): the library without the notices limited to groups somebody is not in.

The one place where that is decided. Nothing is filtered afterwards: a reader is answered by an assistant whose corpus never
held the hidden notices, so answers, citations, lists, counts, search, suggestions, relations and error texts obey by
construction, and answers remembered for one part are never given in another. Parts are few (one for each set of groups that
differ in what they open), share rows, stores and models with the whole, and are made when first asked for.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from functools import partial
from inspect import signature
from threading import Lock
from typing import Any, cast

from assistant.accounts.identity import Identity
from assistant.errors import AssistantError
from assistant.keeping.live import LiveAssistant
from assistant.keeping.recent import RecentAnswers
from assistant.service import Assistant
from corpus.library import Corpus

_PARTS = 16
"""Parts kept ready; one that is asked for again after that is made anew."""
READS = frozenset(
    {
        "ask", "stream", "known", "applicable", "duties", "preview", "corpus", "settings", "current", "today",
        "check", "compose", "notice", "editions", "difference", "verifier",
    }
)  # fmt: skip
"""What a reader may use of an assistant: nothing of it changes the library."""
Limits = Callable[[], Mapping[str, frozenset[str]]]
"""Gives, for each limited notice by id, the groups that may see it."""


class NotAllowedError(AssistantError):
    """A reader asked for what only an administrator may do."""

    def __init__(self) -> None:
        super().__init__("这项操作只有管理员能做。请联系管理员")


class LimitedAssistant(LiveAssistant):
    """Answers like the live assistant without the notices of ``hidden``, and follows it; changes nothing."""

    def __init__(self, whole: LiveAssistant, hidden: frozenset[str]) -> None:
        self._whole, self._hidden = whole, hidden
        self._of = whole.current
        super().__init__(self._part(self._of))
        self._turning = Lock()

    def _part(self, whole: Assistant) -> Assistant:
        return whole.without(self._hidden) if self._hidden else whole

    def _follow(self) -> None:
        now = self._whole.current
        if now is self._of:
            return
        with self._turning:
            if now is not self._of:
                self._now, self._recent = self._part(now), RecentAnswers()
                self._of = now

    @property
    def corpus(self) -> Corpus:
        self._follow()
        return self._now.corpus

    def _swap(self) -> None:
        """Nothing that writes gets here; were it to, the whole library would be served as the part."""
        raise NotAllowedError


class AskedBy:
    """An assistant as one identity may use it. A reader reaches only what :data:`READS` names, so a new method is closed until
    it is opened; and on every act stands who did it: what takes a name for the record (``who``) is given this one."""

    def __init__(self, assistant: LiveAssistant, identity: Identity) -> None:
        self._assistant, self._identity = assistant, identity

    def __getattr__(self, name: str) -> Any:
        if not self._identity.is_admin and name not in READS:
            raise NotAllowedError
        found = getattr(self._assistant, name)
        named = callable(found) and "who" in signature(found).parameters
        return partial(found, who=self._identity.name) if named else found


class Views:
    """The assistant each identity talks to."""

    def __init__(self, live: LiveAssistant, limits: Limits | None = None) -> None:
        """``limits`` is None where there are no accounts: everybody talks to the whole."""
        self._live, self._limits = live, limits
        self._parts: OrderedDict[frozenset[str], LimitedAssistant] = OrderedDict()
        self._making: dict[frozenset[str], Lock] = {}
        self._lock = Lock()

    def of(self, identity: Identity) -> LiveAssistant:
        """The whole for an administrator, the part without what is hidden from them for anybody else."""
        if self._limits is None:
            return self._live
        return cast(LiveAssistant, AskedBy(self._seen(identity, self._limits()), identity))

    def _seen(self, identity: Identity, limits: Mapping[str, frozenset[str]]) -> LiveAssistant:
        if identity.is_admin:
            return self._live
        hidden = frozenset(one for one, groups in limits.items() if not groups & identity.groups)
        with self._lock:
            part = self._parts.get(hidden)
            making = self._making.setdefault(hidden, Lock())
        if part is None:
            with making:  # those who see another part need not wait for this one
                part = self._parts.get(hidden) or LimitedAssistant(self._live, hidden)
                self._parts[hidden] = part
        with self._lock:
            self._parts[hidden] = part
            self._parts.move_to_end(hidden)
            while len(self._parts) > _PARTS:
                self._making.pop(self._parts.popitem(last=False)[0], None)
            return part
