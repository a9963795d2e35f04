"""A server that is back after its process was killed: a parent without gRPC forks it again.

gRPC can end a process before anybody has authenticated (trust.md finding 1, grpc/grpc#36693), and
no handler of ours runs then. The parent has imported everything and opened nothing, so the next
child listens within a moment. A child that ends by itself, with whatever code, stays ended.
"""

import ctypes
import os
import signal
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

_PR_SET_PDEATHSIG = 1
_MOST_CRASHES = 10
_WITHIN_SECONDS = 60.0
GAVE_UP = 5
"""Exit code after ten crashes within a minute: unavailable."""

Report = Callable[[int, int], None]
"""Told the signal that ended a child, and how many have ended so."""


def serve_supervised(
    serve: Callable[[], int], report: Report, clock: Callable[[], float] = time.monotonic
) -> int:
    """Exit code of `serve`, which runs in a child and again in another when a signal killed it.

    Call it before the process has threads; `serve` installs its own handlers for SIGTERM. In the
    child this function returns what `serve` returns, so that the caller's stack ends as usual.
    """
    recent: deque[float] = deque(maxlen=_MOST_CRASHES)
    parent, crashes = _Parent(), 0
    while True:
        if parent.fork():
            return serve()
        status = parent.wait()
        if not os.WIFSIGNALED(status):
            return os.waitstatus_to_exitcode(status)
        if parent.is_stopping:
            return 0
        crashes += 1
        report(os.WTERMSIG(status), crashes)
        recent.append(clock())
        if len(recent) == _MOST_CRASHES and recent[-1] - recent[0] < _WITHIN_SECONDS:
            return GAVE_UP


class _Parent:
    """The process that forks, and passes SIGTERM and SIGINT on."""

    def __init__(self) -> None:
        self.is_stopping = False
        self._child = 0

    def fork(self) -> bool:
        """Whether this is the child."""
        asked = {signal.SIGTERM, signal.SIGINT}
        # A signal that comes now waits until it is clear who handles it.
        signal.pthread_sigmask(signal.SIG_BLOCK, asked)
        own = os.getpid()
        self._child = os.fork()
        if self._child == 0:
            die_with_parent(own)
        for number in asked:
            signal.signal(number, self._forward if self._child else signal.SIG_DFL)
        if self._child == 0:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, asked)
        return self._child == 0

    def wait(self) -> int:
        """How the child ended, as `os.waitpid` says it."""
        return os.waitpid(self._child, 0)[1]

    def _forward(self, number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True
        with suppress(ProcessLookupError):
            os.kill(self._child, number)


def die_with_parent(parent: int) -> None:
    """This process is killed when its parent dies; at once where it has died already (Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
