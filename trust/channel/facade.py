"""A gRPC channel that stays good while the connection behind it is replaced.

Stubs are made once from the facade; every call asks for the lane in use, adds its metadata and a
deadline, and turns a failure into a `PartnerRefusal`. A retired lane closes when its last call
has ended, so no call is lost by a rotation.
"""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc

from records.refusal import Reason
from trust.channel.reasons import PARTNER_TIMEOUT, PARTNER_UNAVAILABLE
from trust.channel.status import PartnerRefusal, restore

Metadata = Sequence[tuple[str, str | bytes]]


class Lane:
    """One connection and the number of its running calls."""

    def __init__(
        self, channel: grpc.Channel, metadata: Metadata = (), certificate_sha256: str = ""
    ) -> None:
        """Use an open channel; `metadata` belongs to its certificate and goes with every call."""
        self.channel = channel
        self.metadata = metadata
        self.certificate_sha256 = certificate_sha256
        self._lock = threading.Lock()
        self._running = 0
        self._retired = False

    def begin(self) -> None:
        """One more call runs."""
        with self._lock:
            self._running += 1

    def end(self) -> None:
        """One call has ended; the last one of a retired lane closes it."""
        with self._lock:
            self._running -= 1
            idle = self._retired and self._running == 0
        if idle:
            self._close()

    def retire(self) -> None:
        """No new calls; closed now or with the last running call."""
        with self._lock:
            idle = not self._retired and self._running == 0
            self._retired = True
        if idle:
            self._close()

    def _close(self) -> None:
        """Close on a thread of its own.

        `end` may run as a callback on the library's polling thread, and closing waits for that
        thread: the connection would stand still for ever.
        """
        threading.Thread(target=self.channel.close, name="close-lane", daemon=True).start()


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """What the facade needs from the partner channel."""

    enter: Callable[[], Lane]
    """The lane in use, already begun."""
    metadata: Callable[[], Metadata]
    """What every call carries, whatever the lane."""
    timeout_seconds: float
    known: Mapping[str, Reason]
    failed: Callable[[Lane, PartnerRefusal], None]
    """Told of every failure, to replace a lane whose connection is bad."""
    heard: Callable[[Any], None] = lambda _: None
    """Told of every answer's call, whose first metadata may say something."""

    def prepare(self, lane: Lane, given: dict[str, Any]) -> dict[str, Any]:
        """The keyword arguments of a call, with our metadata and a deadline."""
        timeout = given.get("timeout")
        metadata = (*lane.metadata, *self.metadata(), *(given.get("metadata") or ()))
        return given | {
            "metadata": metadata,
            "timeout": self.timeout_seconds if timeout is None else timeout,
        }

    @contextmanager
    def restoring(self, lane: Lane) -> Iterator[None]:
        """Failures inside become refusals."""
        try:
            yield
        except grpc.FutureTimeoutError:
            raise PartnerRefusal(PARTNER_TIMEOUT) from None
        except grpc.FutureCancelledError:
            raise PartnerRefusal(PARTNER_UNAVAILABLE, "cancelled") from None
        except grpc.RpcError as fault:
            # The library's text may quote the partner; only what we understood goes on.
            refusal = restore(fault, self.known)
            self.failed(lane, refusal)
            raise refusal from None


class FacadeChannel(grpc.Channel):
    """The channel that stubs are made from."""

    def __init__(self, way: Way) -> None:
        """Go this way at every call."""
        self._way = way

    def unary_unary(self, method: str, *serializers: Any, **named: Any) -> Any:  # noqa: ANN401
        """A message out, a message back."""
        return _OneAnswer(self._way, "unary_unary", method, (serializers, named))

    def stream_unary(self, method: str, *serializers: Any, **named: Any) -> Any:  # noqa: ANN401
        """Messages out, a message back."""
        return _OneAnswer(self._way, "stream_unary", method, (serializers, named))

    def unary_stream(self, method: str, *serializers: Any, **named: Any) -> Any:  # noqa: ANN401
        """A message out, messages back."""
        return _ManyAnswers(self._way, "unary_stream", method, (serializers, named))

    def stream_stream(self, method: str, *serializers: Any, **named: Any) -> Any:  # noqa: ANN401
        """Messages out, messages back."""
        return _ManyAnswers(self._way, "stream_stream", method, (serializers, named))

    def subscribe(self, callback: Callable[..., None], try_to_connect: bool | None = False) -> None:
        """Not offered: the connection behind changes."""
        raise TypeError

    def unsubscribe(self, callback: Callable[..., None]) -> None:
        """Not offered."""
        raise TypeError

    def close(self) -> None:
        """Nothing: `PartnerChannel.close` closes the lane."""

    def __enter__(self) -> "FacadeChannel":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Callable:
    def __init__(
        self, way: Way, shape: str, method: str, serializers: tuple[tuple[Any, ...], dict[str, Any]]
    ) -> None:
        self._way = way
        self._shape = shape
        self._method = method
        self._positional, self._named = serializers
        # A registered handle belongs to one channel, and ours change.
        self._named.pop("_registered_method", None)

    def _on(self, lane: Lane) -> Any:  # noqa: ANN401
        make = getattr(lane.channel, self._shape)
        return make(self._method, *self._positional, **self._named)


class _OneAnswer(_Callable):
    def __call__(self, request: Any, timeout: float | None = None, **given: Any) -> Any:  # noqa: ANN401
        return self.with_call(request, timeout, **given)[0]

    def with_call(self, request: Any, timeout: float | None = None, **given: Any) -> Any:  # noqa: ANN401
        lane = self._way.enter()
        try:
            with self._way.restoring(lane):
                arguments = self._way.prepare(lane, {"timeout": timeout, **given})
                answer, call = self._on(lane).with_call(request, **arguments)
                self._way.heard(call)
                return answer, call
        finally:
            lane.end()

    def future(self, request: Any, timeout: float | None = None, **given: Any) -> "PartnerFuture":  # noqa: ANN401
        lane = self._way.enter()
        try:
            arguments = self._way.prepare(lane, {"timeout": timeout, **given})
            call = self._on(lane).future(request, **arguments)
        except BaseException:
            lane.end()
            raise
        call.add_done_callback(lambda _: lane.end())
        return PartnerFuture(call, self._way, lane)


class _ManyAnswers(_Callable):
    def __call__(
        self,
        request: Any,  # noqa: ANN401
        timeout: float | None = None,
        **given: Any,  # noqa: ANN401
    ) -> "PartnerStream":
        lane = self._way.enter()
        try:
            arguments = self._way.prepare(lane, {"timeout": timeout, **given})
            call = self._on(lane)(request, **arguments)
        except BaseException:
            lane.end()
            raise
        if not call.add_callback(lane.end):
            lane.end()
        return PartnerStream(call, self._way, lane)


class PartnerFuture:
    """An answer on its way; `result` raises a `PartnerRefusal` where there is none."""

    def __init__(self, call: Any, way: Way, lane: Lane) -> None:  # noqa: ANN401
        """Wrap a running call."""
        self._call = call
        self._way = way
        self._lane = lane

    def result(self, timeout: float | None = None) -> Any:  # noqa: ANN401
        """The answer.

        Raises:
            PartnerRefusal: the partner's, or PARTNER_TIMEOUT after `timeout` seconds.
        """
        with self._way.restoring(self._lane):
            return self._call.result(timeout)

    def done(self) -> bool:
        """Whether the call has ended."""
        return bool(self._call.done())

    def cancel(self) -> None:
        """Give the call up."""
        self._call.cancel()

    def add_done_callback(self, callback: Callable[["PartnerFuture"], None]) -> None:
        """Run `callback` when the call has ended."""
        self._call.add_done_callback(lambda _: callback(self))


class PartnerStream:
    """Answers one by one; ends with a `PartnerRefusal` where the call failed."""

    def __init__(self, call: Any, way: Way, lane: Lane) -> None:  # noqa: ANN401
        """Wrap a running call."""
        self._call = call
        self._way = way
        self._lane = lane

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:  # noqa: ANN401
        with self._way.restoring(self._lane):
            return next(self._call)

    def cancel(self) -> None:
        """Give the call up."""
        self._call.cancel()
