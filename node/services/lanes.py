"""One queue per partner, each on a thread of its own while there is something in it.

A partner that swallows every packet holds its own lane for as long as its calls take to fail, and
nobody else's. There are at most as many lanes as the federation has members.
"""

from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition, Thread

from node.domain.cases import OutboxMessage

Act = Callable[[OutboxMessage], object]


class Lanes:
    """Messages on their way, by recipient and in order."""

    def __init__(self, act: Act) -> None:
        """`act` sends one message and never raises."""
        self._act = act
        self._changed = Condition()
        self._queues: dict[str, deque[OutboxMessage]] = {}

    def put(self, messages: Iterable[OutboxMessage]) -> None:
        """Each message is in its recipient's lane, and every such lane runs."""
        for message in messages:
            with self._changed:
                queue = self._queues.get(message.recipient)
                if queue is not None:
                    queue.append(message)
                    continue
                self._queues[message.recipient] = deque((message,))
            name = f"lane-{message.recipient}"
            Thread(target=self._drain, args=(message.recipient,), name=name, daemon=True).start()

    def wait(self, seconds: float) -> int:
        """How many lanes still run, once none does or after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: not self._queues, seconds)
            return len(self._queues)

    def _drain(self, recipient: str) -> None:
        try:
            while message := self._next(recipient):
                self._act(message)
        except BaseException:
            # Whatever ends the thread closes its lane: what was left is leased again later.
            self._close(recipient)
            raise

    def _next(self, recipient: str) -> OutboxMessage | None:
        with self._changed:
            queue = self._queues[recipient]
            if queue:
                return queue.popleft()
            # Closed here, under the same lock: a message put next opens a lane of its own.
            self._close(recipient)
            return None

    def _close(self, recipient: str) -> None:
        with self._changed:
            del self._queues[recipient]
            self._changed.notify_all()
