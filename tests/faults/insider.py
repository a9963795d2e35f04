"""A member with good keys who has no manners: calls put together by hand, over raw gRPC.

The keys are read from the member's own data folder, as a thief of that machine would have them.
"""

import hashlib
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import grpc

from node.adapters.node_folder import NodeFolder
from node.domain.identifiers import new_uuid7
from protos.lantai.v1 import envelope_pb2, exchange_pb2
from records.exchange import AssistRequest, Header
from tests.faults.people import MISS, application_of
from tests.faults.world import ARCHIVES, World
from trust.channel.call import ACT_KEY
from trust.channel.conditions import NOW_KEY
from trust.channel.peer_proof import STATEMENT_KEY
from trust.envelope.act_token import ActClaims, issue_act_token
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.statement import sign_statement
from trust.identity.participant import Participant, ParticipantKind
from trust.wire import envelope_to_proto

_SECONDS = 4.0
Metadata = dict[str, str | bytes]


def wall_clock() -> datetime:
    """Now, aware, UTC."""
    return datetime.now(UTC)


class Insider:
    """One member's machine in the wrong hands."""

    def __init__(self, world: World, slug: str) -> None:
        self.world = world
        self.slug = slug
        folder = NodeFolder(world.data(slug), None)
        self.identity = folder.tls_identity()
        self.signer = folder.sign_signer()
        self.statement = folder.tls_statement()
        self.domain = self.identity.participant.trust_domain
        self.agreement = ("jiaxing-shangrao", 1)
        """Quoted in whatever is sent."""
        self._channels: dict[str, grpc.Channel] = {}

    def channel(self, target: str, identity: Any = None) -> grpc.Channel:
        """A channel to that process; kept open unless another identity is shown."""
        if identity is None and target in self._channels:
            return self._channels[target]
        shown = identity or self.identity
        credentials = grpc.ssl_channel_credentials(
            self.identity.roots_pem, shown.private_key_pem, shown.chain_pem
        )
        kind = {"registry": ParticipantKind.REGISTRY, "certificates": ParticipantKind.CERTSVC}
        expected = Participant(
            kind=kind.get(target, ParticipantKind.NODE), slug=target, trust_domain=self.domain
        )
        options = [
            ("grpc.default_authority", expected.dns_name),
            ("grpc.enable_retries", 0),
            ("grpc.initial_reconnect_backoff_ms", 100),
            ("grpc.max_reconnect_backoff_ms", 500),
            ("grpc.use_local_subchannel_pool", 1),
        ]
        made = grpc.secure_channel(self.world.listens[target], credentials, options)
        if identity is None:
            self._channels[target] = made
        return made

    def close(self) -> None:
        """No channel is open."""
        for channel in self._channels.values():
            channel.close()
        self._channels.clear()

    def call(
        self,
        target: str,
        method: str,
        message: Any,
        metadata: Metadata | None = None,
        channel: grpc.Channel | None = None,
    ) -> bytes:
        """The answer's bytes. Raises grpc.RpcError. `metadata` replaces or (None) drops ours."""
        ours: Metadata = {
            STATEMENT_KEY: self.statement,
            NOW_KEY: str(round(wall_clock().timestamp() * 1000)),
        }
        carried = [(key, value) for key, value in (ours | (metadata or {})).items() if value]
        body = message if isinstance(message, bytes) else message.SerializeToString()
        streams = method.endswith(("FetchPages", "Watch", "GetLists"))
        through = channel or self.channel(target)
        if streams:
            call = through.unary_stream(f"/lantai.v1.{method}")
            return b"".join(call(body, timeout=_SECONDS, metadata=carried))
        unary = through.unary_unary(f"/lantai.v1.{method}")
        answered: bytes = unary(body, timeout=_SECONDS, metadata=carried)
        return answered

    def header(self, recipient: str, case_no: str, **changes: Any) -> Header:
        """Of a statement of ours under the agreement of the window and the holder."""
        now = wall_clock()
        header = Header(
            message_id=new_uuid7(now, secrets.token_bytes(10)),
            case_no=case_no,
            sender=self.slug,
            recipient=recipient,
            created_at=now,
            expires_at=now + timedelta(hours=1),
            agreement_id=self.agreement[0],
            agreement_version=self.agreement[1],
        )
        return replace(header, **changes)

    def request(self, case_no: str, header: Header | None = None, **changes: Any) -> AssistRequest:
        """An assist request of ours to shangrao about a canary."""
        form = application_of(MISS, self.world.seed, 0)
        request = AssistRequest(
            header=header or self.header("shangrao", case_no),
            window_archive=ARCHIVES[self.slug],
            holder_archive=ARCHIVES["shangrao"],
            applicant=form.applicant,
            query=form.query,
            purpose=form.purpose,
            eligibility_rule="D01",
            proofs=form.proofs,
            filed_by=f"{ARCHIVES[self.slug]}/{'c' * 16}",
            reviewed_by=f"{ARCHIVES[self.slug]}/{'d' * 16}",
            deadline=wall_clock() + timedelta(minutes=15),
        )
        return replace(request, **changes)

    def sign(self, statement: Any) -> Envelope:
        """The statement under our sign key."""
        return sign_statement(statement, self.signer)

    def claims(self, to: str, about: str, envelope: Envelope | None, **changes: Any) -> Any:
        """Claims of an act token that says what the request says."""
        now = wall_clock()
        claims = ActClaims(
            issuer=self.slug,
            officer=f"{ARCHIVES[self.slug]}/{'d' * 16}",
            role="window_reviewer",
            audience=to,
            issued_at=now,
            expires_at=now + timedelta(seconds=120),
            token_id=new_uuid7(now, secrets.token_bytes(10)),
            case_no=about,
            purpose="property",
            legal_basis="D01",
            agreement_id=self.agreement[0],
            agreement_version=self.agreement[1],
            category="marriage_registration",
            envelope_id=envelope_id(envelope) if envelope else "",
            certificate_sha256=self.identity.certificate_sha256,
            trust_version=1,
        )
        return replace(claims, **changes)

    def act(
        self, to: str, about: str, envelope: Envelope | None = None, **changes: Any
    ) -> Metadata:
        """Metadata with a token of ours."""
        claims = self.claims(to, about, envelope, **changes)
        return {ACT_KEY: issue_act_token(self.signer, claims)}

    def send(self, method: str, envelope: Envelope, target: str, metadata: Metadata) -> bytes:
        """Submit, Deliver or Locate."""
        return self.call(target, f"Exchange/{method}", to_wire(envelope), metadata)


def to_wire(envelope: Envelope) -> envelope_pb2.Envelope:
    """The envelope as calls carry it."""
    return envelope_to_proto(envelope)


def status_of(case_no: str) -> exchange_pb2.StatusRequest:
    """The question where a case stands."""
    return exchange_pb2.StatusRequest(case_no=case_no)


def pages_of(case_no: str, sha256: str) -> exchange_pb2.FetchPagesRequest:
    """The question for a file."""
    return exchange_pb2.FetchPagesRequest(case_no=case_no, sha256=bytes.fromhex(sha256))


def strange_digest() -> str:
    """Hash of a file that nobody has."""
    return hashlib.sha256(secrets.token_bytes(8)).hexdigest()
