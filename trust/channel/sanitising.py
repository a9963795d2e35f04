"""The outermost interceptor: refusals leave in one form, and nothing else leaves at all.

By itself gRPC sends the text of an exception to the peer, and that text may carry a name
(trust.md finding 6). Here a `Refusal` becomes its status and code; anything else becomes
INTERNAL_FAULT with an incident number, and only the kind of exception and the places in the code
are logged, never its text.
"""

import logging
import traceback
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import grpc

from records.refusal import Refusal
from trust.channel.caller import GuardedContext
from trust.channel.reasons import INTERNAL_FAULT, METHOD_UNKNOWN
from trust.channel.shapes import Behaviour, Handler, surround
from trust.channel.status import status_of, trailing_metadata

_LOG = logging.getLogger(__name__)


class SanitisingInterceptor(grpc.ServerInterceptor):
    """Stands before everything, also before the gate."""

    def __init__(self, random: Callable[[int], bytes]) -> None:
        """`random` makes incident numbers."""
        self._random = random

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], "Handler | None"],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> "Handler | None":
        """The handler, guarded."""
        handler = continuation(handler_call_details)
        if handler is None:
            return None
        return surround(handler, _Guard(handler_call_details.method, self._random))


class _Guard:
    def __init__(self, method: str, random: Callable[[int], bytes]) -> None:
        self._method = method
        self._random = random

    def run(self, behaviour: Behaviour, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ANN401
        guarded = GuardedContext(context)
        try:
            return behaviour(request, guarded)
        except Exception as fault:  # noqa: BLE001 (the last line of defence)
            self._end(guarded, context, fault)

    def stream(
        self,
        behaviour: Behaviour,
        request: Any,  # noqa: ANN401
        context: grpc.ServicerContext,
    ) -> Iterator[Any]:
        guarded = GuardedContext(context)
        try:
            yield from behaviour(request, guarded)
        except Exception as fault:  # noqa: BLE001 (the last line of defence)
            self._end(guarded, context, fault)

    def _end(
        self, guarded: GuardedContext, context: grpc.ServicerContext, fault: Exception
    ) -> NoReturn:
        if guarded.aborted:
            raise fault
        if isinstance(fault, Refusal):
            _LOG.info("refused %s %s", self._method, fault.code)
            _abort(context, fault)
        if isinstance(fault, NotImplementedError):
            # A method of the contract that this servicer does not have.
            _abort(context, Refusal(METHOD_UNKNOWN))
        incident = self._random(8).hex()
        _LOG.error("incident %s in %s: %s", incident, self._method, _places(fault))
        _abort(context, Refusal(INTERNAL_FAULT), incident)


def _abort(context: grpc.ServicerContext, refusal: Refusal, incident: str = "") -> NoReturn:
    context.set_trailing_metadata(trailing_metadata(refusal, incident))
    # The sentence is one of our constants: no detail, no text of an exception.
    context.abort(status_of(refusal.reason), f"{refusal.code}: {refusal.reason.en}")
    raise AssertionError


def _places(fault: Exception) -> str:
    """Kind of exception and where it came from, without its text."""
    frames = traceback.extract_tb(fault.__traceback__)[-4:]
    where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(fault).__name__} at {where}"
