"""The processor time that reading one file may take (读入时限).

It stands alone so that a reader can ask for more (a PDF, for each page) without knowing who set the limit. Outside a
reading process (:mod:`corpus.guard`) nothing is limited. The trap: the limit is raised as an exception that no
``except Exception`` catches, and a library may still swallow it, so it is raised again; what runs on in C is ended by
the system ten seconds later.
"""

from __future__ import annotations

import time


class OutOfTime(BaseException):
    """The file has taken its time; no reader may catch it."""


class Clock:
    """Raises :class:`OutOfTime` in the main thread once ``seconds`` of processor time are used up. POSIX only."""

    def __init__(self, seconds: float) -> None:
        import signal

        self._until = time.process_time() + seconds
        signal.signal(signal.SIGPROF, _overstepped)
        self.more(0.0)

    def more(self, seconds: float) -> None:
        """Put the end off by that much."""
        import resource
        import signal

        self._until += seconds
        left = max(self._until - time.process_time(), 0.01)
        signal.setitimer(signal.ITIMER_PROF, left, 0.5)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(self._until + 10), hard))

    def stop(self) -> None:
        """No limit any more, until another clock is made."""
        import signal

        signal.setitimer(signal.ITIMER_PROF, 0.0)


_running: Clock | None = None


def start(seconds: float) -> None:
    """Limit what follows."""
    global _running
    _running = Clock(seconds)


def stop() -> None:
    """End the limit; does nothing where there is none."""
    global _running
    if _running is not None:
        _running.stop()
    _running = None


def allow(seconds: float, more_bytes: int = 0) -> None:
    """Give the file under way that much more time, and memory; does nothing where nothing is limited."""
    if _running is None:
        return
    _running.more(seconds)
    if more_bytes:
        import resource

        most, hard = resource.getrlimit(resource.RLIMIT_AS)
        if most != resource.RLIM_INFINITY:
            resource.setrlimit(resource.RLIMIT_AS, (most + more_bytes, hard))


def _overstepped(*_: object) -> None:
    raise OutOfTime
