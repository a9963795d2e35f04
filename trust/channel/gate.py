"""The gate: what a call must pass before any code of ours reads its message (trust.md §2).

    1 TLS 1.3, private and with integrity       5 deadline and clocks
    2 one name, in date                         6 quota
    3 trust list, membership, key statement     7 act token       (call.py)
    4 method table, default deny                8 envelope        (call.py)
                                                9 validation, policy; 10 inbox   (the services)

Steps 1 to 6 run on every call, also on a connection that has been open for long: what TLS found
out at the handshake may have become untrue. The message is parsed after them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import grpc

from records.refusal import Refusal
from trust.channel.access import ANONYMOUS, AccessTable
from trust.channel.caller import Caller, GuardedContext
from trust.channel.conditions import (
    read_peer_pem,
    shave_deadline,
    verify_clock,
    verify_security,
)
from trust.channel.news import NEWS_KEY, PartnerNews
from trust.channel.peer_proof import STATEMENT_KEY, PeerProof
from trust.channel.quota import Limit, RateLimiter
from trust.channel.reasons import MESSAGE_MALFORMED, METHOD_DENIED, METHOD_UNKNOWN
from trust.channel.shapes import Behaviour, Handler, parse_requests, surround
from trust.identity.participant import Participant
from trust.identity.trust_view import TrustView

Clock = Callable[[], datetime]
_HEALTH_CHECK = "/grpc.health.v1.Health/Check"

CALLS = Limit(per_minute=60_000, burst=5000)
"""Per participant and server, against floods; agreements' quotas are counted by the services."""
STRANGERS = Limit(per_minute=30, burst=10)
"""Per network address on the enrolment listener."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """Lets members in whose certificate, membership and key statement agree."""

    own: Participant
    """The participant that serves."""
    access: AccessTable
    view: Callable[[], TrustView]
    """The newest verified trust list."""
    denied: Callable[[], frozenset[str]]
    """What the registry's denial list names; see `PeerProof`."""
    clock: Clock
    limiter: RateLimiter
    calls: Limit = CALLS
    statement: Callable[[], bytes] | None = None
    """Gives the DSSE JSON of our own key statement, which a health check is answered with: a
    caller whose directory is behind learns our new key from us (decision 0880)."""
    news: PartnerNews | None = None
    """Tells callers which directory we have and hears which they have."""
    proof: PeerProof = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the caches of the proof."""
        object.__setattr__(self, "proof", PeerProof(self.view, self.denied))

    def admit(self, method: str, context: grpc.ServicerContext) -> Caller:
        """The caller, after steps 1 to 6.

        Raises:
            Refusal: the first step that failed.
        """
        now = self.clock()
        metadata = dict(context.invocation_metadata())
        # 1. TLS 1.3 with privacy and integrity, and a certificate.
        verify_security(context)
        pem = read_peer_pem(context)
        # 2. Exactly one URI name with the DNS name that belongs to it, in date.
        peer = self.proof.read_peer(pem, now)
        # 3. An active, undenied member of a list in date, whose sign key stated this TLS key.
        view = self.proof.verify_member(peer, now)
        carried = metadata.get(STATEMENT_KEY, b"")
        self.proof.verify_statement(peer, carried if isinstance(carried, bytes) else b"", view, now)
        # 4. The method is there for this kind of participant.
        if not self.access.is_allowed(method, peer.participant, self.own):
            raise Refusal(METHOD_DENIED, peer.participant.kind.value)
        # 5. A deadline that leaves time to answer, and clocks that agree.
        deadline = shave_deadline(context, now)
        verify_clock(metadata, now)
        # 6. Quota.
        self.limiter.take(f"calls/{self.own.slug}/{peer.participant.slug}", self.calls, now)
        return Caller(
            participant=peer.participant,
            certificate_sha256=peer.certificate_sha256,
            spki_sha256=peer.spki_sha256,
            deadline=deadline,
            server_id=self.own.slug,
        )


@dataclass(frozen=True, kw_only=True)
class EnrolmentGate:
    """Lets strangers call what the table gives to ANONYMOUS, a few times a minute."""

    access: AccessTable
    clock: Clock
    limiter: RateLimiter
    calls: Limit = STRANGERS

    def admit(self, method: str, context: grpc.ServicerContext) -> None:
        """Steps 1, 4, 5 and 6; there is no caller to name.

        Raises:
            Refusal: the first step that failed.
        """
        now = self.clock()
        # 1. TLS 1.3; the caller has no certificate yet.
        verify_security(context)
        # 4. The few methods that a stranger may call.
        if ANONYMOUS not in (self.access.find(method) or ()):
            raise Refusal(METHOD_DENIED, ANONYMOUS)
        # 5. Deadline and clock.
        shave_deadline(context, now)
        verify_clock(dict(context.invocation_metadata()), now)
        # 6. Quota by network address.
        address = context.peer().rpartition(":")[0]
        self.limiter.take(f"strangers/{address}", self.calls, now)


class GateInterceptor(grpc.ServerInterceptor):
    """Runs a gate before every handler; unknown methods end here without a word."""

    def __init__(self, gate: Gate | EnrolmentGate) -> None:
        """Guard with this gate."""
        self._gate = gate

    def intercept_service(
        self,
        continuation: Callable[[grpc.HandlerCallDetails], "Handler | None"],
        handler_call_details: grpc.HandlerCallDetails,
    ) -> Handler:
        """The handler behind the gate."""
        method = handler_call_details.method
        handler = continuation(handler_call_details)
        if handler is None or self._gate.access.find(method) is None:
            # The message is not even read: a stream handler that never asks for one.
            return grpc.stream_unary_rpc_method_handler(_refuse_unknown)
        behaviour = parse_requests(handler, _parser(handler.request_deserializer))
        return surround(handler, _Gated(self._gate, method, behaviour), raw=True)


class _Gated:
    def __init__(self, gate: Gate | EnrolmentGate, method: str, behaviour: Behaviour) -> None:
        self._gate = gate
        self._method = method
        self._behaviour = behaviour

    def run(self, behaviour: Behaviour, request: Any, context: grpc.ServicerContext) -> Any:  # noqa: ANN401
        self._admit(context)
        return self._behaviour(request, context)

    def stream(
        self,
        behaviour: Behaviour,
        request: Any,  # noqa: ANN401
        context: grpc.ServicerContext,
    ) -> Iterator[Any]:
        self._admit(context)
        yield from self._behaviour(request, context)

    def _admit(self, context: grpc.ServicerContext) -> None:
        if not isinstance(context, GuardedContext):
            message = "the sanitising interceptor must stand before the gate"
            raise TypeError(message)
        context.caller = self._gate.admit(self._method, context)
        # A health check answers with our key statement in its first metadata, and only that.
        ours = self._method.startswith("/lantai.")
        if ours and isinstance(self._gate, Gate) and self._gate.news is not None:
            _exchange_news(self._gate.news, context, self._gate.clock())
        if self._method == _HEALTH_CHECK and isinstance(self._gate, Gate) and self._gate.statement:
            context.send_initial_metadata(((STATEMENT_KEY, self._gate.statement()),))


def _exchange_news(news: PartnerNews, context: GuardedContext, now: datetime) -> None:
    """Both sides know who has the newer directory; only members come this far."""
    if context.caller is None:
        return
    slug = context.caller.participant_id
    news.hear(slug, dict(context.invocation_metadata()).get(NEWS_KEY))
    # Metadata ahead of the answer is a message of its own: not for who has just heard the same.
    words = news.tell_anew(slug, now)
    if words:
        context.send_initial_metadata(((NEWS_KEY, words),))


def _parser(parse: Callable[[bytes], Any] | None) -> Callable[[bytes], Any]:
    def parsed(data: bytes) -> Any:  # noqa: ANN401
        if parse is None:
            return data
        try:
            return parse(data)
        except Exception as fault:
            raise Refusal(MESSAGE_MALFORMED) from fault

    return parsed


def _refuse_unknown(request: Any, context: grpc.ServicerContext) -> bytes:  # noqa: ANN401
    raise Refusal(METHOD_UNKNOWN)
