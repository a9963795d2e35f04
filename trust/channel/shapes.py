"""One way to stand before a handler in all four call shapes.

gRPC has a handler class for each of unary and streaming, in and out. A `Step` is written once,
for a request that may be a message or an iterator and a behaviour that may answer or generate.
"""

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeAlias

import grpc

Parse = Callable[[bytes], Any] | None
Behaviour = Callable[[Any, grpc.ServicerContext], Any]
Handler: TypeAlias = "grpc.RpcMethodHandler[Any, Any]"


class Step(Protocol):
    """What happens around a behaviour."""

    def run(self, behaviour: Behaviour, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ANN401
        """The behaviour's answer, or a refusal."""
        ...

    def stream(
        self,
        behaviour: Behaviour,
        request: Any,  # noqa: ANN401
        context: grpc.ServicerContext,
    ) -> Iterator[Any]:
        """The behaviour's answers one by one, or a refusal."""
        ...


def surround(handler: Handler, step: Step, *, raw: bool = False) -> Handler:
    """The handler with `step` around it; `raw` leaves requests as bytes for the step to parse."""
    make, behaviour = _maker_and_behaviour(handler)

    def run(request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ANN401
        return step.run(behaviour, request, context)

    def stream(request: Any, context: grpc.ServicerContext) -> Iterator[Any]:  # noqa: ANN401
        return step.stream(behaviour, request, context)

    return make(
        stream if handler.response_streaming else run,
        request_deserializer=None if raw else handler.request_deserializer,
        response_serializer=handler.response_serializer,
    )


def parse_requests(handler: Handler, parse: Callable[[bytes], Any]) -> Behaviour:
    """The handler's behaviour, given raw bytes (or an iterator of them)."""
    _, behaviour = _maker_and_behaviour(handler)

    def parsed(request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ANN401
        if handler.request_streaming:
            return behaviour((parse(piece) for piece in request), context)
        return behaviour(parse(request), context)

    return parsed


def _maker_and_behaviour(
    handler: Handler,
) -> tuple[Callable[..., Handler], Behaviour]:
    make: Callable[..., Handler]
    behaviour: Behaviour | None
    if handler.request_streaming and handler.response_streaming:
        make, behaviour = grpc.stream_stream_rpc_method_handler, handler.stream_stream
    elif handler.request_streaming:
        make, behaviour = grpc.stream_unary_rpc_method_handler, handler.stream_unary
    elif handler.response_streaming:
        make, behaviour = grpc.unary_stream_rpc_method_handler, handler.unary_stream
    else:
        make, behaviour = grpc.unary_unary_rpc_method_handler, handler.unary_unary
    if behaviour is None:
        message = "a handler without a behaviour"
        raise TypeError(message)
    return make, behaviour
