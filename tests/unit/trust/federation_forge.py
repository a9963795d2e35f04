"""A small federation whose every key is at hand: signs lists, heads and parts for the suites."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from records.agreements import Agreement
from records.coverage import HoldingsCoverage
from trust.envelope.dsse import Envelope
from trust.envelope.statement import encode, sign_statement
from trust.identity.council import CouncilKeys
from trust.identity.directory import DirectorySnapshot, build_snapshot, part_sha256
from trust.identity.directory_parts import contents_of
from trust.identity.keys import Ed25519Signer, new_ed25519, spki_der
from trust.identity.statements import (
    Appointment,
    DirectoryHead,
    Endpoint,
    KeyStatement,
)
from trust.identity.trust_list import ListedArchive, ListedKey, Member, TrustList
from trust.identity.trust_view import TrustView, verify_trust_list

DAY = timedelta(days=1)
ARCHIVES = {"jiaxing": ("330400", "330481"), "shangrao": ("361100",), "registry": ()}


class Federation:
    """Three council keys, a registry, two nodes, three archives."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.council_signers = [Ed25519Signer(new_ed25519()) for _ in range(3)]
        self.council = CouncilKeys(
            threshold=2, keys={s.kid: s.public_key for s in self.council_signers}
        )
        self.sign = {name: Ed25519Signer(new_ed25519()) for name in ARCHIVES}
        codes = [code for archives in ARCHIVES.values() for code in archives]
        self.lists: dict[str, bytes] = {}
        self.authority = {code: Ed25519Signer(new_ed25519()) for code in codes}

    def listed(self, signer: Ed25519Signer, **changes: object) -> ListedKey:
        key = ListedKey(
            kid=signer.kid,
            suite="LT-1",
            public_key=base64.b64encode(signer.public_raw).decode(),
            not_before=self.at - DAY,
            not_after=self.at + 365 * DAY,
        )
        return replace(key, **changes)  # type: ignore[arg-type]

    def member(self, name: str, **changes: object) -> Member:
        member = Member(
            participant_id=name,
            kind="registry" if name == "registry" else "node",
            name=name,
            state="active",
            since=self.at - DAY,
            sign_keys=(self.listed(self.sign[name]),),
            archives=tuple(
                ListedArchive(
                    archive_code=code,
                    name=f"{code}档案馆",
                    city_code=code[:4] + "00",
                    authority_key=self.listed(self.authority[code]),
                )
                for code in ARCHIVES[name]
            ),
        )
        return replace(member, **changes)  # type: ignore[arg-type]

    def trust_list(self, **changes: object) -> TrustList:
        trust_list = TrustList(
            trust_domain="demo.invalid",
            version=1,
            issued_at=self.at - timedelta(hours=1),
            expires_at=self.at + 90 * DAY,
            previous_sha256="",
            suites=("LT-1",),
            tls_roots_pem="-",
            seal_roots_pem="-",
            members=tuple(self.member(name) for name in ARCHIVES),
        )
        return replace(trust_list, **changes)  # type: ignore[arg-type]

    def after(self, previous: TrustList, **changes: object) -> TrustList:
        """The next version of a list."""
        sha256 = hashlib.sha256(encode(previous)).hexdigest()
        changes = {"version": previous.version + 1, "previous_sha256": sha256, **changes}
        return replace(previous, **changes)  # type: ignore[arg-type]

    def with_member(self, trust_list: TrustList, name: str, **changes: object) -> TrustList:
        """The next version, with one member changed."""
        members = tuple(
            replace(m, **changes) if m.participant_id == name else m  # type: ignore[arg-type]
            for m in trust_list.members
        )
        return self.after(trust_list, members=members)

    def sign_list(self, trust_list: TrustList, signers: int = 2) -> Envelope:
        return sign_statement(trust_list, *self.council_signers[:signers])

    def view(self, trust_list: TrustList | None = None) -> TrustView:
        envelope = self.sign_list(trust_list or self.trust_list())
        return verify_trust_list(envelope, self.council, previous=None, now=self.at)

    def key_statement(self, use: str = "tls", **changes: object) -> KeyStatement:
        public = Ed25519Signer(new_ed25519()).public_key.to_ed25519()
        der = spki_der(public)
        statement = KeyStatement(
            participant_id="shangrao",
            archive_code="" if use == "tls" else "361100",
            use=use,
            sequence=1,
            spki_sha256=hashlib.sha256(der).hexdigest(),
            public_key="" if use == "tls" else base64.b64encode(der).decode(),
            not_before=self.at - timedelta(hours=1),
            not_after=self.at + 7 * DAY,
        )
        return replace(statement, **changes)  # type: ignore[arg-type]

    def appointment(self, **changes: object) -> Appointment:
        officer = Ed25519Signer(new_ed25519())
        appointment = Appointment(
            officer_id="361100/0123456789abcdef",
            person_id="ab" * 32,
            archive_code="361100",
            sequence=1,
            posts=("release_dispatcher",),
            kid=officer.kid,
            public_key=base64.b64encode(officer.public_raw).decode(),
            pledge_signed_on=date(2026, 1, 5),
            pledge_expires_on=date(2027, 1, 4),
            not_before=self.at - DAY,
            not_after=self.at + 365 * DAY,
        )
        return replace(appointment, **changes)  # type: ignore[arg-type]

    def endpoint(self, name: str = "shangrao", **changes: object) -> Endpoint:
        endpoint = Endpoint(participant_id=name, sequence=1, grpc="127.0.0.1:7001")
        return replace(endpoint, **changes)  # type: ignore[arg-type]

    def coverage(self, **changes: object) -> HoldingsCoverage:
        coverage = HoldingsCoverage(
            archive_code="361100",
            node_id="shangrao",
            sequence=1,
            category="marriage_registration",
            areas=("361100",),
            covered_from=1950,
            covered_to=2012,
            as_of=date(2026, 6, 30),
        )
        return replace(coverage, **changes)  # type: ignore[arg-type]

    def agreement(self, **changes: object) -> Agreement:
        agreement = Agreement(
            agreement_id="jiaxing-shangrao-2026",
            version=1,
            asking_nodes=("jiaxing", "shangrao"),
            holding_nodes=("jiaxing", "shangrao"),
            categories=("marriage_registration",),
            requester_types=("party",),
            purposes=(),
            year_from=1949,
            year_to=2026,
            granularity="extract",
            seal_mode="HOLDER_ELECTRONIC",
            minutes=15,
            legal_basis="档案法第二十八条",
            valid_from=date(2026, 1, 1),
            valid_to=date(2026, 12, 31),
            daily_quota=200,
            contacts={"jiaxing": "0573-00000000"},
        )
        return replace(agreement, **changes)  # type: ignore[arg-type]

    def usual_parts(self) -> list[Envelope]:
        """One of each kind, signed by whoever may."""
        node = self.sign["shangrao"]
        return [
            sign_statement(self.agreement(), node, self.sign["jiaxing"]),
            sign_statement(self.coverage(), node),
            sign_statement(self.endpoint(), node),
            sign_statement(self.key_statement("tls"), node),
            sign_statement(self.key_statement("log"), node),
            sign_statement(self.key_statement("qr"), self.authority["361100"]),
            sign_statement(self.appointment(), self.authority["361100"]),
        ]

    def head(self, *parts: Envelope, **changes: object) -> Envelope:
        """A head over these parts, the trust list among them; its lists are kept for `build`."""
        lists = [part for part in parts if part.payload_type == TrustList.PAYLOAD_TYPE]
        tree = contents_of(part for part in parts if part not in lists)
        self.lists |= tree.lists
        head = DirectoryHead(
            registry_id="registry",
            version=1,
            issued_at=self.at - timedelta(seconds=5),
            trust_list=part_sha256(lists[0]) if lists else "0" * 64,
            root=tree.root,
            states={"shangrao": "slow"},
        )
        head = replace(head, **changes)  # type: ignore[arg-type]
        return sign_statement(head, self.sign["registry"])

    def build(
        self,
        head: Envelope,
        parts: Iterable[Envelope],
        previous: DirectorySnapshot | None = None,
        **more: object,
    ) -> DirectorySnapshot:
        """What somebody builds who is given these parts and any list."""
        return build_snapshot(
            head, parts, self.council, previous, self.at, lists=self.lists.values(), **more
        )


class Registry:
    """Publishes what it is given, under ever newer heads."""

    def __init__(self, federation: Federation) -> None:
        self.federation = federation
        self.trust = federation.sign_list(federation.trust_list())
        self.parts = federation.usual_parts()
        self.version = 0

    def head(self, **changes: object) -> Envelope:
        self.version += 1
        changes = {"version": self.version, **changes}
        return self.federation.head(self.trust, *self.parts, **changes)

    def snapshot(
        self, previous: DirectorySnapshot | None = None, **changes: object
    ) -> DirectorySnapshot:
        head = self.head(**changes)
        return self.federation.build(head, [self.trust, *self.parts], previous)
