"""What the routes work with (服务部件): the live assistant, who sees what of it, and the counts. One object a process.

Kept apart from the routes so that the page, the MCP server and the tests build the same thing the same way.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import BoundedSemaphore

from fastapi import Request, UploadFile

from assistant.accounts.identity import Identity, identity_in
from assistant.accounts.listening import checked_store
from assistant.accounts.store import AccountStore
from assistant.accounts.viewing import NotAllowedError, Views
from assistant.api.errors import ApiError
from assistant.api.metrics import Metrics
from assistant.blocks import Blocks
from assistant.keeping.live import LiveAssistant
from assistant.query.scope import check_profile
from assistant.settings import Settings
from assistant.types import Answer, Profile, Turn

AT_ONCE = 24
"""Questions worked on or waiting over the interfaces; one more is told to come back. Threads are left for the rest."""
_RETRY_SECONDS = 5


@dataclass(slots=True)
class Services:
    """``accounts`` is None where there are none: then a request is the machine's own administrator's, else nobody's until
    the gate has put an identity on it."""

    live: LiveAssistant
    settings: Settings
    views: Views
    accounts: AccountStore | None = None
    metrics: Metrics = field(default_factory=Metrics)
    _places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    @classmethod
    def local(cls, live: LiveAssistant, settings: Settings) -> Services:
        """Without accounts: everybody is the administrator of this machine."""
        return cls(live, settings, Views(live))

    @classmethod
    def of(cls, live: LiveAssistant, settings: Settings) -> Services:
        """As ``settings`` say.

        Raises:
            AssistantError: see :func:`assistant.accounts.listening.checked_store`.
        """
        store = checked_store(settings)
        return cls.local(live, settings) if store is None else cls(live, settings, Views(live, store.limits), store)

    def identity(self, request: Request) -> Identity:
        return identity_in(request.scope, accounts=self.accounts is not None)

    def seen(self, request: Request) -> LiveAssistant:
        """The assistant this request talks to."""
        return self.views.of(self.identity(request))

    def only_admin(self, request: Request) -> Identity:
        """The identity of an administrator.

        Raises:
            NotAllowedError: anybody else's.
        """
        identity = self.identity(request)
        if not identity.is_admin:
            raise NotAllowedError
        return identity

    def stream(
        self, seen: LiveAssistant, question: str, history: Sequence[Turn], profile: Profile
    ) -> Iterator[Blocks | Answer]:
        """Growing blocks, then the answer; counted, and refused where too many are waiting.

        Raises:
            ApiError: ``too_many``.
            QuestionError: the question cannot be taken.
        """
        with self._place():
            began = time.perf_counter()
            done = False
            try:
                for piece in seen.stream(question, history=history, profile=profile):
                    if isinstance(piece, Answer):
                        took = time.perf_counter() - began
                        self.metrics.answered(took, refused=piece.refused, mode=piece.mode)
                        done = True
                    yield piece
            except GeneratorExit:
                if not done:
                    self.metrics.count("stream_left")
                raise

    def ask(self, seen: LiveAssistant, question: str, history: Sequence[Turn], profile: Profile) -> Answer:
        """The whole answer. Raises as :meth:`stream`."""
        pieces = self.stream(seen, question, history, profile)
        return next(piece for piece in list(pieces) if isinstance(piece, Answer))

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            self.metrics.count("limited")
            raise ApiError("too_many", "正在回答的问题太多，请过几秒再问", retry_seconds=_RETRY_SECONDS)
        try:
            yield
        finally:
            self._places.release()


def services_of(request: Request) -> Services:
    """The process's services, for routes."""
    found = request.app.state.services
    assert isinstance(found, Services)
    return found


def profile_of(region: str | None, as_of: str | None) -> Profile:
    """A profile from typed values; raises :class:`ScopeError` in Chinese."""
    return check_profile(region, as_of)


def content_of(file: UploadFile, settings: Settings) -> bytes:
    """An uploaded file's bytes.

    Raises:
        ApiError: it alone is larger than a file may be.
    """
    most = settings.ui.upload_megabytes
    content = file.file.read(most * 1024 * 1024 + 1)
    if len(content) > most * 1024 * 1024:
        raise ApiError("too_large", f"文件超过上限 {most} MB。请拆开或压缩后再传")
    return content


@contextmanager
def uploaded(name: str, content: bytes) -> Iterator[Path]:
    """An uploaded file under its own last name in a folder of its own, gone afterwards."""
    safe = Path(name.replace("\\", "/")).name.strip().lstrip(".")[:120] or "upload"
    safe = "".join(char if char.isprintable() and char not in '/\0:*?"<>|' else "_" for char in safe)
    with tempfile.TemporaryDirectory(prefix="policy-api-") as folder:
        path = Path(folder) / safe
        path.write_bytes(content)
        yield path
