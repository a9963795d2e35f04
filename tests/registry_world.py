"""A registry with real keys, a council and members, for the registry's tests."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from federation_registry.bootstrap import House, init_house
from federation_registry.config import Settings
from federation_registry.folder import Folder
from records.agreements import Agreement
from records.coverage import HoldingsCoverage
from trust.envelope.dsse import Envelope
from trust.envelope.statement import encode, sign_statement
from trust.identity.council import CouncilKeys, council_to_json
from trust.identity.keys import Ed25519Signer, new_ed25519, public_key_to_base64
from trust.identity.participant import Participant, ParticipantKind
from trust.identity.trust_list import ListedArchive, ListedKey, Member, TrustList

DOMAIN = "demo.invalid"
DAY = timedelta(days=1)
MARRIAGE = "marriage_registration"
ARCHIVES = {"jiaxing": "330400", "shangrao": "361100", "pudong": "310115"}


class MovableClock:
    """A clock that moves only when told."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


def wall_clock() -> datetime:
    """The real time: TLS knows no other."""
    return datetime.now(UTC)


def new_signer() -> Ed25519Signer:
    return Ed25519Signer.from_private(new_ed25519())


@dataclass
class RegistryWorld:
    """A registry's house; `list_member` and `publish_list` play the council."""

    folder: Path
    clock: Callable[[], datetime]
    settings: dict[str, object] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    signers: dict[str, Ed25519Signer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = Settings(
            registry_id="registry",
            trust_domain=DOMAIN,
            **{"listen": "127.0.0.1:0", "enrol_listen": "127.0.0.1:0", **self.settings},
        )
        self.house: House = init_house(
            Folder(path=self.folder / "registry"), settings, self.clock, secrets.token_bytes
        )
        self.council = [new_signer() for _ in range(3)]
        keys = CouncilKeys(
            threshold=2, keys={signer.kid: signer.public_key for signer in self.council}
        )
        council_file = self.folder / "council.json"
        council_file.write_bytes(council_to_json(keys))
        self.house.pin_council(council_file)
        self.last: TrustList | None = None
        self.authorities = {node: new_signer() for node in ARCHIVES}
        self.list_member("registry", self.house.keys.signer(), "registry")

    def listed_key(self, signer: Ed25519Signer) -> ListedKey:
        now = self.clock()
        return ListedKey(
            kid=signer.kid,
            suite=signer.suite,
            public_key=public_key_to_base64(signer.public_key),
            not_before=now - DAY,
            not_after=now + 300 * DAY,
        )

    def list_member(
        self, slug: str, signer: Ed25519Signer | None = None, kind: str = "node"
    ) -> None:
        signer = signer or new_signer()
        self.signers[slug] = signer
        code = ARCHIVES.get(slug, "")
        archives = ()
        if code:
            archives = (
                ListedArchive(
                    archive_code=code,
                    name=f"{slug}档案馆",
                    city_code=f"{code[:4]}00",
                    authority_key=self.listed_key(self.authorities[slug]),
                ),
            )
        self.members[slug] = Member(
            participant_id=slug,
            kind=kind,
            name=slug,
            state="active",
            since=self.clock() - DAY,
            sign_keys=(self.listed_key(signer),),
            archives=archives,
        )

    def set_state(self, slug: str, state: str) -> None:
        self.members[slug] = replace(self.members[slug], state=state)

    def next_list(self, **changes: object) -> TrustList:
        now = self.clock()
        known = self.last
        made = TrustList(
            trust_domain=DOMAIN,
            version=known.version + 1 if known else 1,
            issued_at=now - timedelta(minutes=1),
            expires_at=now + 90 * DAY,
            previous_sha256=hashlib.sha256(encode(known)).hexdigest() if known else "",
            suites=("LT-1",),
            tls_roots_pem=self.house.keys.roots_pem().decode(),
            seal_roots_pem="",
            members=tuple(self.members.values()),
        )
        return replace(made, **changes)

    def sign_list(self, trust_list: TrustList, seats: int = 2) -> Envelope:
        return sign_statement(trust_list, *self.council[:seats])

    def publish_list(self) -> int:
        trust_list = self.next_list()
        _, version = self.house.publish.publish_trust_list(
            self.sign_list(trust_list), self.house.council()
        )
        self.last = trust_list
        return version

    def with_members(self, *slugs: str) -> "RegistryWorld":
        for slug in slugs or tuple(ARCHIVES):
            self.list_member(slug)
        self.publish_list()
        return self

    def coverage(self, node: str, **changes: object) -> HoldingsCoverage:
        areas = {"jiaxing": ("330402", "330411"), "shangrao": ("361100",), "pudong": ("310115",)}
        declared = HoldingsCoverage(
            archive_code=ARCHIVES[node],
            node_id=node,
            sequence=1,
            category=MARRIAGE,
            areas=areas[node],
            covered_from=1950,
            covered_to=2013,
            as_of=date(2026, 11, 1),
            referral="2014年起：当地民政局",
        )
        return replace(declared, **changes)

    def agreement(self, one: str, other: str, **changes: object) -> Agreement:
        today = self.clock().date()
        agreed = Agreement(
            agreement_id=f"{one}-{other}",
            version=1,
            asking_nodes=(one, other),
            holding_nodes=(one, other),
            categories=(MARRIAGE,),
            requester_types=("party",),
            purposes=(),
            year_from=1950,
            year_to=2020,
            granularity="extract",
            seal_mode="HOLDER_ELECTRONIC",
            minutes=15,
            legal_basis="档案法第二十八条",
            valid_from=today - 100 * DAY,
            valid_to=today + 100 * DAY,
            daily_quota=100,
            contacts={},
        )
        return replace(agreed, **changes)

    def publish(self, statement: object, *slugs: str) -> tuple[str, int]:
        """Publish a statement under the sign keys of these members."""
        envelope = sign_statement(statement, *(self.signers[slug] for slug in slugs))
        return self.house.publish.publish(envelope)

    def participant(self, slug: str, kind: ParticipantKind = ParticipantKind.NODE) -> Participant:
        return Participant(kind=kind, slug=slug, trust_domain=DOMAIN)
