"""Processes beside this one, started fresh, that all know one object."""

import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, TypeVar

T = TypeVar("T")
U = TypeVar("U")
_AHEAD = 2
"""Jobs that wait for each process."""

_known: object = None


class ProcessPool:
    """A pool that takes its jobs as it needs them."""

    def __init__(self, executor: ProcessPoolExecutor, processes: int) -> None:
        """Hand jobs to that executor."""
        self._executor, self._ahead = executor, processes * _AHEAD

    def map(self, act: Callable[[Any, T], U], jobs: Iterable[T]) -> Iterator[U]:
        """`act(known, job)` of each, in the order of the jobs; few jobs are taken ahead."""
        waiting: deque[Future[U]] = deque()
        for job in jobs:
            waiting.append(self._executor.submit(_run, act, job))
            if len(waiting) > self._ahead:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def open_pool(known: object, processes: int = 0) -> Iterator[ProcessPool]:
    """One process for each core, unless told otherwise; gone at the end of the block."""
    count = processes or os.cpu_count() or 1
    # Not forked: this process may have threads and open databases.
    context = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(count, context, initializer=_start, initargs=(known,))
    try:
        yield ProcessPool(executor, count)
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _start(known: object) -> None:
    global _known
    _known = known
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for jobs for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _run(act: Callable[[Any, T], U], job: T) -> U:
    return act(_known, job)
