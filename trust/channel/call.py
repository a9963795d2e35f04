"""Steps 7 and 8 of the gate: the officer's act token, and the statement that the call carries.

They need the message, so the servicer asks for them. The order is fixed: the envelope's id comes
from the bytes as carried, the token must name that id and the certificate of this connection, the
envelope must be signed by the caller's own sign key, and only then is the payload parsed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import grpc

from protos.lantai.v1 import envelope_pb2
from records.exchange import Header
from records.refusal import Refusal
from trust.channel.caller import Caller, current
from trust.channel.reasons import ACT_TOKEN_MISSING, STATEMENT_EXPIRED, STATEMENT_MISADDRESSED
from trust.envelope.act_token import ActClaims, verify_act_token
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.reasons import ACT_TOKEN_MISBOUND
from trust.envelope.statement import Opened, Statement, open_statement
from trust.identity.trust_view import TrustView
from trust.wire import envelope_from_proto

ACT_KEY = "lantai-act"
MAX_AHEAD = timedelta(seconds=60)
"""A statement may be made this much in our future: the skew that the gate allows."""

Replay = Callable[[ActClaims], None]
"""Raises ACT_TOKEN_REPLAYED where (issuer, token_id) was seen before, else notes it."""
S = TypeVar("S", bound=Statement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[S]):
    """A call that has passed steps 1 to 8."""

    caller: Caller
    claims: ActClaims
    """Who acts, and why. Insert (issuer, token_id) in the transaction of the effect."""
    opened: Opened[S]
    """The statement, verified."""
    envelope: Envelope
    """As carried: this is what is kept."""


def open_call(
    context: grpc.ServicerContext,
    message: envelope_pb2.Envelope,
    type_: type[S],
    view: TrustView,
    clock: Callable[[], datetime],
    replay: Replay | None = None,
) -> Call[S]:
    """The verified call. `replay` is for servicers whose service does not insert the token itself.

    Raises:
        Refusal: ACT_TOKEN_MISSING and those of act tokens, envelopes and statements;
            STATEMENT_MISADDRESSED, STATEMENT_EXPIRED.
    """
    now = clock()
    caller = current(context)
    envelope = envelope_from_proto(message)
    keys = view.sign_keys(caller.participant_id, now)
    # 7. The token names this envelope and the certificate of this connection.
    claims = _verify_token(context, view, envelope_id(envelope), now)
    # 8. The caller's own key signed the envelope; then the payload is parsed.
    opened = open_statement(envelope, type_, keys, suites=view.suites)
    header = getattr(opened.statement, "header", None)
    if isinstance(header, Header):
        verify_header(header, caller, now)
        if claims.case_no != header.case_no:
            raise Refusal(ACT_TOKEN_MISBOUND, "case")
    if replay is not None:
        replay(claims)
    return Call(caller=caller, claims=claims, opened=opened, envelope=envelope)


def open_bare_call(
    context: grpc.ServicerContext,
    view: TrustView,
    clock: Callable[[], datetime],
    replay: Replay | None = None,
) -> ActClaims:
    """The claims of a call that carries no envelope (Status, FetchPages): step 7 alone.

    Raises:
        Refusal: ACT_TOKEN_MISSING and those of act tokens.
    """
    claims = _verify_token(context, view, "", clock())
    if replay is not None:
        replay(claims)
    return claims


def verify_header(header: Header, caller: Caller, now: datetime) -> None:
    """The statement is the caller's own, meant for this server, and in time.

    Raises:
        Refusal: STATEMENT_MISADDRESSED, STATEMENT_EXPIRED.
    """
    if header.sender != caller.participant_id:
        raise Refusal(STATEMENT_MISADDRESSED, "sender")
    if header.recipient != caller.server_id:
        raise Refusal(STATEMENT_MISADDRESSED, "recipient")
    if not header.created_at - MAX_AHEAD <= now < header.expires_at:
        raise Refusal(STATEMENT_EXPIRED)


def _verify_token(
    context: grpc.ServicerContext, view: TrustView, bound_to: str, now: datetime
) -> ActClaims:
    caller = current(context)
    tokens = [value for key, value in context.invocation_metadata() if key == ACT_KEY]
    if len(tokens) != 1 or not isinstance(tokens[0], str):
        raise Refusal(ACT_TOKEN_MISSING)
    return verify_act_token(
        tokens[0],
        keys=view.sign_keys(caller.participant_id, now),
        audience=caller.server_id,
        peer=caller.participant_id,
        peer_certificate_sha256=caller.certificate_sha256,
        envelope_id=bound_to,
        now=now,
    )
