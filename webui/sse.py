"""Server-sent events: small notices that something changed; the page then reads it again.

A notice carries no content: after an outage notices are lost anyway, so the only safe answer to
one is to fetch the list, which masks names for the officer who asks (console.md §10.4).
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

from starlette.responses import StreamingResponse

HEARTBEAT_SECONDS = 15.0
"""Silence after which a comment is sent, so that a dead line is noticed."""

RETRY_MS = 1000
"""How long a browser waits before it connects again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One event of the stream."""

    id: str
    topic: str
    """What changed, e.g. "holder"; pages refresh the parts that name the topic."""

    def encode(self) -> str:
        """The lines on the wire."""
        return f"id: {self.id}\nevent: change\ndata: {self.topic}\n\n"


class Subscription:
    """Notices waiting for one browser; merged where it is slow, for each means "look again"."""

    def __init__(self) -> None:
        """Start empty."""
        self._waiting: dict[str, Notice] = {}
        self._woken = asyncio.Event()
        self._ended = False

    def end(self) -> None:
        """The stream ends after what is waiting. Called on the event loop only."""
        self._ended = True
        self._woken.set()

    @property
    def is_ended(self) -> bool:
        """True once nothing more will come."""
        return self._ended

    def put(self, notice: Notice) -> None:
        """Keep the newest notice of each topic. Called on the event loop only."""
        self._waiting[notice.topic] = notice
        self._woken.set()

    async def take(self) -> list[Notice]:
        """Wait for notices, at most `HEARTBEAT_SECONDS`; an empty list means silence."""
        try:
            await asyncio.wait_for(self._woken.wait(), HEARTBEAT_SECONDS)
        except TimeoutError:
            return []
        self._woken.clear()
        taken = list(self._waiting.values())
        self._waiting.clear()
        return taken


async def lines(subscription: Subscription) -> AsyncIterator[str]:
    """The stream of one browser: a greeting, then notices, then heartbeats in silence."""
    yield f"retry: {RETRY_MS}\nevent: hello\ndata: 1\n\n"
    while not subscription.is_ended:
        notices = await subscription.take()
        if not notices and not subscription.is_ended:
            yield ": still here\n\n"
        for notice in notices:
            yield notice.encode()


def event_stream(body: AsyncIterator[str]) -> StreamingResponse:
    """An answer that stays open; proxies are asked not to hold it back."""
    return StreamingResponse(
        body,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )
