"""Other nodes over gRPC: one warmed, pinned channel each; every call carries its own act token."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Lock

from node.domain.cases import OutboxMessage
from node.domain.identifiers import new_uuid7
from node.ports import Clock, DirectoryCache, Random
from node.wire import join_chunks
from protos.lantai.v1 import exchange_pb2, exchange_pb2_grpc
from records.refusal import Reason
from trust.channel.client import PartnerChannel, PartnerSettings, act_metadata
from trust.channel.credentials import IdentityHolder
from trust.channel.introductions import Introductions
from trust.channel.news import PartnerNews
from trust.envelope.act_token import ActClaims, issue_act_token
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.suites import Signer
from trust.identity.participant import Participant, ParticipantKind
from trust.wire import envelope_from_proto, envelope_to_proto

_TOKEN_LIFE = timedelta(seconds=120)
_SUBMIT = "submit"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelParts:
    """What every channel of one participant shares."""

    own: Participant
    holder: IdentityHolder
    key_statement: Callable[[], bytes]
    """DSSE JSON of the statement for the TLS key in use."""
    directory: DirectoryCache
    known: Mapping[str, Reason]
    clock: Clock
    news: PartnerNews | None = None
    """Told with every call, heard with every answer."""


class ChannelShelf:
    """One channel per participant and address."""

    def __init__(self, parts: ChannelParts) -> None:
        """Nothing is connected yet."""
        self._parts = parts
        self._introductions = Introductions(parts.directory.current, parts.clock)
        self._lock = Lock()
        self._open: dict[tuple[Participant, str], PartnerChannel] = {}

    def channel(self, kind: ParticipantKind, slug: str) -> PartnerChannel:
        """The channel to where the directory says that the participant listens.

        Raises:
            Refusal: MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, DIRECTORY_INCOMPLETE, DIRECTORY_MISSING.
        """
        parts = self._parts
        endpoint = parts.directory.current().get_endpoint(slug, parts.clock())
        expected = Participant(kind=kind, slug=slug, trust_domain=parts.own.trust_domain)
        key = (expected, endpoint.grpc)
        with self._lock:
            found = self._open.get(key)
            if found is None:
                found = self._open[key] = self._connect(expected, endpoint.grpc)
        return found

    def close(self) -> None:
        """No new calls on any channel."""
        with self._lock:
            for channel in self._open.values():
                channel.close()
            self._open.clear()

    def _connect(self, expected: Participant, target: str) -> PartnerChannel:
        parts, slug = self._parts, expected.slug
        settings = PartnerSettings(
            clock=parts.clock,
            pins=lambda: self._introductions.pins(slug),
            introduce=lambda said, spki: self._introductions.introduce(slug, said, spki),
            known=parts.known,
            news=parts.news,
        )
        return PartnerChannel(target, expected, parts.holder, parts.key_statement, settings)


class GrpcPartner:
    """`Partner` over gRPC."""

    def __init__(
        self,
        shelf: ChannelShelf,
        signer: Signer,
        parts: ChannelParts,
        random: Random,
    ) -> None:
        """Sign act tokens with the node's sign key."""
        self._shelf = shelf
        self._signer = signer
        self._parts = parts
        self._random = random
        self._stubs: dict[PartnerChannel, exchange_pb2_grpc.ExchangeStub] = {}

    def send(self, message: OutboxMessage) -> Envelope:
        """The receipt as it came. Raises Refusal: as the partner answered, or did not."""
        channel = self._channel(message.recipient)
        stub = self._stub(channel)
        call = stub.Submit if message.kind == _SUBMIT else stub.Deliver
        token = self._token(channel, message.case_no, message.envelope_id, message.act)
        reply = call(envelope_to_proto(message.envelope), metadata=act_metadata(token))
        return envelope_from_proto(reply)

    def fetch_file(self, node_id: str, case_no: str, sha256: str) -> Iterator[bytes]:
        """The file's bytes in order. Raises Refusal: FILE_DAMAGED on a gap, and as answered."""
        channel = self._channel(node_id)
        token = self._token(channel, case_no, "", {})
        wanted = exchange_pb2.FetchPagesRequest(case_no=case_no, sha256=bytes.fromhex(sha256))
        stream = self._stub(channel).FetchPages(wanted, metadata=act_metadata(token))
        yield from join_chunks(stream)

    def locate(
        self, node_id: str, question: Envelope, act: Mapping[str, str], seconds: float = 10.0
    ) -> Envelope:
        """The signed LocateAnswer as it came, within so many seconds."""
        channel = self._channel(node_id)
        token = self._token(channel, act.get("case_no", ""), envelope_id(question), act)
        reply = self._stub(channel).Locate(
            envelope_to_proto(question), metadata=act_metadata(token), timeout=seconds
        )
        return envelope_from_proto(reply)

    def _channel(self, node_id: str) -> PartnerChannel:
        return self._shelf.channel(ParticipantKind.NODE, node_id)

    def _stub(self, channel: PartnerChannel) -> exchange_pb2_grpc.ExchangeStub:
        """One for each channel: it stays good through every rotation."""
        found = self._stubs.get(channel)
        if found is None:
            found = self._stubs[channel] = exchange_pb2_grpc.ExchangeStub(channel.channel)
        return found

    def _token(
        self, channel: PartnerChannel, case_no: str, bound_to: str, act: Mapping[str, str]
    ) -> str:
        now = self._parts.clock()
        claims = ActClaims(
            issuer=self._parts.own.slug,
            officer=act.get("officer", "system"),
            role=act.get("role", "system"),
            audience=channel.expected.slug,
            issued_at=now,
            expires_at=now + _TOKEN_LIFE,
            token_id=new_uuid7(now, self._random(10)),
            case_no=case_no,
            purpose=act.get("purpose", ""),
            legal_basis=act.get("legal_basis", ""),
            agreement_id=act.get("agreement_id", ""),
            agreement_version=int(act.get("agreement_version", "0")),
            category=act.get("category", ""),
            envelope_id=bound_to,
            # Of this very connection: during a rotation it may still be the old one.
            certificate_sha256=channel.certificate_sha256(),
            trust_version=self._parts.directory.current().view.version,
        )
        return issue_act_token(self._signer, claims)
