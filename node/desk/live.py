"""/events: tells open pages which of their lists to read again.

One task per process reads the events of the node and wakes the browsers; a browser hears only of
cases of its own archive, and hears no content (webui/sse.py).
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from node.desk.desk import Desk
from node.domain.cases import Event
from node.domain.officers import Actor
from records.refusal import Refusal
from webui.cookies import session_cookie
from webui.sse import Notice, Subscription, event_stream, lines

POLL_SECONDS = 0.05
_BATCH = 500
_AFTER_FAULT_SECONDS = 1.0
_LOG = logging.getLogger(__name__)


class LiveEvents:
    """Fans the node's events out to the browsers that listen."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk; `run` starts reading."""
        self._desk = desk
        self._listeners: dict[Subscription, str] = {}

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Events are read while the context is open."""
        reader = asyncio.create_task(self._read())
        try:
            yield
        finally:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader

    async def serve(self, request: Request) -> Response:
        """The stream of one browser, for the officer who is signed in there."""
        token = request.cookies.get(session_cookie(secure=self._desk.config.secure), "")
        try:
            actor = await run_in_threadpool(self._desk.office.sign_in.open_session, token)
        except Refusal:
            return Response(status_code=401)
        return event_stream(self._listen(actor))

    async def _listen(self, actor: Actor) -> AsyncIterator[str]:
        subscription = Subscription()
        self._listeners[subscription] = actor.archive_code
        try:
            async for line in lines(subscription):
                yield line
        finally:
            del self._listeners[subscription]

    async def _read(self) -> None:
        last: int | None = None
        seen: object = None
        while not self._desk.config.stopping():
            try:
                mark = await run_in_threadpool(self._desk.config.changes)
                if last is None or mark is None or mark != seen:
                    last = await self._read_once(last)
                seen = mark
            except Exception as error:  # noqa: BLE001 - the reader outlives a store that is away
                _LOG.warning("events are not read: %s", type(error).__name__)
                await asyncio.sleep(_AFTER_FAULT_SECONDS)
            await asyncio.sleep(POLL_SECONDS)
        for subscription in self._listeners:
            subscription.end()

    async def _read_once(self, last: int | None) -> int:
        cases = self._desk.office.cases
        if last is None:
            return await run_in_threadpool(cases.last_event)
        if not self._listeners:
            return await run_in_threadpool(cases.last_event)
        while events := await run_in_threadpool(cases.events, last, _BATCH):
            for event in events:
                self._tell(event)
            last = events[-1].sequence
            if len(events) < _BATCH:
                break
        return last

    def _tell(self, event: Event) -> None:
        notice = Notice(id=str(event.sequence), topic=event.desk)
        for subscription, archive_code in self._listeners.items():
            if archive_code == event.archive_code:
                subscription.put(notice)
