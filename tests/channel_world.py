"""A small federation for the channel's tests: real authority, real trust list, real sockets."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import grpc

from protos.lantai.v1 import envelope_pb2, exchange_pb2, exchange_pb2_grpc
from trust.channel.access import NODE, AccessTable
from trust.channel.client import PartnerChannel, PartnerSettings
from trust.channel.credentials import IdentityHolder, TLSIdentity, server_credentials
from trust.channel.gate import Gate
from trust.channel.quota import Limit, MemoryRateLimiter
from trust.channel.server import Server, ServerSettings, ServiceRegistration, build_server
from trust.channel.status import reasons_by_code
from trust.envelope.dsse import envelope_to_json
from trust.envelope.statement import sign_statement
from trust.identity.authority import (
    Authority,
    create_tls_issuing,
    create_tls_root,
    issue_leaf,
    new_root_key,
)
from trust.identity.council import CouncilKeys
from trust.identity.keys import Ed25519Signer, new_ed25519, new_p256, public_key_to_base64
from trust.identity.participant import Participant, ParticipantKind
from trust.identity.statements import KeyStatement
from trust.identity.trust_list import ListedKey, Member, TrustList
from trust.identity.trust_view import TrustView, verify_trust_list

DOMAIN = "demo.invalid"
DAY = timedelta(days=1)
EXCHANGE = exchange_pb2.DESCRIPTOR.services_by_name["Exchange"]
ACCESS = {f"/lantai.v1.Exchange/{method.name}": {NODE} for method in EXCHANGE.methods}


def wall_clock() -> datetime:
    """The real time: TLS knows no other."""
    return datetime.now(UTC)


def to_pem(key: object) -> bytes:
    """PKCS#8 PEM, not encrypted."""
    from cryptography.hazmat.primitives import serialization

    return key.private_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@dataclass
class Someone:
    """A participant with its keys, TLS identity and statement."""

    participant: Participant
    signer: Ed25519Signer
    holder: IdentityHolder
    statement: bytes

    @property
    def slug(self) -> str:
        return self.participant.slug


@dataclass
class World:
    """Authorities, council and members; change `members` and call `publish` to change the list."""

    now: datetime = field(default_factory=wall_clock)
    members: dict[str, Member] = field(default_factory=dict)
    people: dict[str, Someone] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()
    skew: timedelta = timedelta(0)
    """Moves the clock of gates and clients; TLS does not follow."""
    sequence: int = 1
    """Of the newest key statement."""

    def __post_init__(self) -> None:
        self.root, self.issuing = self.new_authority()
        self.council = [Ed25519Signer.from_private(new_ed25519()) for _ in range(3)]
        self.version = 0
        self.view: TrustView | None = None

    def clock(self) -> datetime:
        return wall_clock() + self.skew

    def new_authority(self) -> tuple[Authority, Authority]:
        root = create_tls_root(DOMAIN, new_root_key(), now=self.now, random=secrets.token_bytes)
        issuing = create_tls_issuing(
            root, DOMAIN, new_p256(), now=self.now, random=secrets.token_bytes
        )
        return root, issuing

    def join(self, slug: str, kind: ParticipantKind = ParticipantKind.NODE) -> Someone:
        participant = Participant(kind=kind, slug=slug, trust_domain=DOMAIN)
        signer = Ed25519Signer.from_private(new_ed25519())
        identity = self.issue(participant)
        someone = Someone(
            participant=participant,
            signer=signer,
            holder=IdentityHolder(identity),
            statement=self.state(participant, signer, identity),
        )
        listed = ListedKey(
            kid=signer.kid,
            suite=signer.suite,
            public_key=public_key_to_base64(signer.public_key),
            not_before=self.now - DAY,
            not_after=self.now + 300 * DAY,
        )
        self.members[slug] = Member(
            participant_id=slug,
            kind=kind.listed,
            name=slug,
            state="active",
            since=self.now - DAY,
            sign_keys=(listed,),
        )
        self.people[slug] = someone
        self.publish()
        return someone

    def set_state(self, slug: str, state: str) -> None:
        self.members[slug] = replace(self.members[slug], state=state)
        self.publish()

    def publish(self, life: timedelta = 90 * DAY) -> None:
        self.version += 1
        trust_list = TrustList(
            trust_domain=DOMAIN,
            version=self.version,
            issued_at=self.now - timedelta(minutes=1),
            expires_at=self.now + life,
            previous_sha256=self.view.payload_sha256 if self.view else "",
            suites=("LT-1",),
            tls_roots_pem=self.root.pem.decode(),
            seal_roots_pem=self.root.pem.decode(),
            members=tuple(self.members.values()),
        )
        council = CouncilKeys(
            threshold=2, keys={signer.kid: signer.public_key for signer in self.council}
        )
        envelope = sign_statement(trust_list, *self.council[:2])
        self.view = verify_trust_list(envelope, council, previous=self.view, now=self.now)

    def current_view(self) -> TrustView:
        assert self.view is not None
        return self.view

    def issue(self, participant: Participant, issuing: Authority | None = None) -> TLSIdentity:
        authority = issuing or self.issuing
        key = new_p256()
        leaf = issue_leaf(
            authority, participant, key.public_key(), now=self.now, random=secrets.token_bytes
        )
        return self.identity(leaf, key, authority)

    def identity(self, leaf: object, key: object, authority: Authority) -> TLSIdentity:
        from cryptography.hazmat.primitives import serialization

        leaf_pem = leaf.public_bytes(serialization.Encoding.PEM)  # type: ignore[attr-defined]
        return TLSIdentity(
            chain_pem=leaf_pem + authority.pem,
            private_key_pem=to_pem(key),
            roots_pem=self.root.pem,
        )

    def state(
        self,
        participant: Participant,
        signer: Ed25519Signer,
        identity: TLSIdentity,
        **changes: object,
    ) -> bytes:
        statement = KeyStatement(
            participant_id=participant.slug,
            use="tls",
            sequence=1,
            spki_sha256=identity.spki_sha256,
            not_before=self.now - timedelta(minutes=5),
            not_after=self.now + 8 * DAY,
        )
        return envelope_to_json(sign_statement(replace(statement, **changes), signer))

    def rotate(self, someone: Someone) -> None:
        """A new certificate and its statement, as a renewal would bring them."""
        identity = self.issue(someone.participant)
        self.sequence += 1
        someone.statement = self.state(
            someone.participant, someone.signer, identity, sequence=self.sequence
        )
        someone.holder.replace(identity)

    def gate(self, own: Someone, access: AccessTable | None = None) -> Gate:
        return Gate(
            own=own.participant,
            access=access or AccessTable(ACCESS),
            view=self.current_view,
            denied=lambda: self.denied,
            clock=self.clock,
            limiter=MemoryRateLimiter(),
            calls=Limit(per_minute=600_000, burst=10_000),
            statement=lambda: own.statement,
        )

    def serve(
        self, own: Someone, servicer: object, settings: ServerSettings | None = None
    ) -> tuple[Server, str]:
        registration = ServiceRegistration(
            descriptor=EXCHANGE,
            add=exchange_pb2_grpc.add_ExchangeServicer_to_server,
            servicer=servicer,
        )
        server = build_server(
            listen="127.0.0.1:0",
            credentials=server_credentials(own.holder),
            services=[registration],
            gate=self.gate(own),
            workers=8,
            settings=settings,
        )
        return server, f"127.0.0.1:{server.start()}"

    def call(
        self, own: Someone, target: str, expected: Someone, **settings: object
    ) -> PartnerChannel:
        values = {"known": reasons_by_code(), "timeout": timedelta(seconds=60)} | settings
        return PartnerChannel(
            target,
            expected.participant,
            own.holder,
            lambda: own.statement,
            PartnerSettings(clock=self.clock, **values),
        )

    def raw_channel(self, identity: TLSIdentity, target: str, expected: Someone) -> grpc.Channel:
        """A channel without any of our manners, for attackers."""
        credentials = grpc.ssl_channel_credentials(
            self.root.pem, identity.private_key_pem, identity.chain_pem
        )
        name = expected.participant.dns_name
        return grpc.secure_channel(target, credentials, [("grpc.default_authority", name)])


class EchoExchange(exchange_pb2_grpc.ExchangeServicer):
    """Answers with what it was sent; counts the calls that reached it."""

    def __init__(self, on_locate: Callable[..., envelope_pb2.Envelope] | None = None) -> None:
        self.reached = 0
        self.on_locate = on_locate

    def Locate(self, request, context):
        self.reached += 1
        return self.on_locate(request, context) if self.on_locate else request

    def Submit(self, request, context):
        self.reached += 1
        return request

    def FetchPages(self, request, context):
        self.reached += 1
        for number in range(3):
            yield envelope_pb2.Chunk(data=b"page", offset=4 * number, last=number == 2)
