"""One node of the small federation and all of them: their keys, their directory, their officers.

The directory is signed here by a registry of the tests; nodes read it from disk, so that every test
is also one with a dead registry.
"""

import base64
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from channel_world import DOMAIN, World, wall_clock
from node_places import AREAS, MARRIAGE, PASSWORD

from deploy.ceremony import ArchiveAuthority, sign_agreement
from node.adapters.node_folder import NodeFolder
from node.bootstrap import open_office
from node.domain.commands import SignInCommand
from node.domain.officers import Actor, Officer
from node.services.office import Office
from node.services.sign_in import totp_at
from records.agreements import Agreement
from records.coverage import HoldingsCoverage
from trust.envelope.dsse import Envelope, envelope_from_json
from trust.envelope.statement import sign_statement
from trust.identity.council import CouncilKeys
from trust.identity.directory import build_snapshot
from trust.identity.directory_files import save_snapshot
from trust.identity.directory_parts import contents_of, part_sha256
from trust.identity.keys import Ed25519Signer
from trust.identity.statements import DirectoryHead, Endpoint
from trust.identity.trust_list import TrustList


@dataclass
class NodeHouse:
    """One node of the test federation."""

    node_id: str
    data: Path
    archives: dict[str, str]
    address: str
    signer: Ed25519Signer
    authorities: dict[str, ArchiveAuthority]
    logins: dict[tuple[str, str], str] = field(default_factory=dict)
    """(archive, user) → TOTP URI."""
    officers: dict[tuple[str, str], Officer] = field(default_factory=dict)
    office: Office | None = None


@dataclass
class NodeWorld:
    """All nodes, the registry's key and the directory."""

    folder: Path
    parts: Path
    channel: World
    nodes: dict[str, NodeHouse] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    """Certificate service slug → address."""
    extra_parts: list[Envelope] = field(default_factory=list)
    head_version: int = 0
    witness_quorum: int = 0

    def clock(self) -> datetime:
        return self.channel.clock()

    def publish(self) -> None:
        """A directory with everything that is declared is on every node's disk."""
        now = wall_clock()
        self.head_version += 1
        parts = [self._trust_list(now), *self._declared(now), *self.extra_parts]
        registry, tree = self.channel.people["registry"], contents_of(parts[1:])
        head = DirectoryHead(
            registry_id="registry",
            version=self.head_version,
            issued_at=now,
            trust_list=part_sha256(parts[0]),
            root=tree.root,
            states={},
        )
        envelope = sign_statement(head, registry.signer)
        lists, council = tree.lists.values(), self.council()
        snapshot = build_snapshot(envelope, parts, council, None, now, lists=lists)
        assert not snapshot.rejected, snapshot.rejected
        for node in self.nodes.values():
            save_snapshot(node.data / "directory", snapshot, now)

    def council(self) -> CouncilKeys:
        signers = self.channel.council
        return CouncilKeys(threshold=2, keys={one.kid: one.public_key for one in signers})

    def _trust_list(self, now: datetime) -> Envelope:
        world = self.channel
        trust_list = TrustList(
            trust_domain=DOMAIN,
            version=1,
            issued_at=now - timedelta(minutes=1),
            expires_at=now + timedelta(days=90),
            previous_sha256="",
            suites=("LT-1",),
            tls_roots_pem=world.root.pem.decode(),
            seal_roots_pem=world.root.pem.decode(),
            members=tuple(world.members.values()),
            witness_quorum=self.witness_quorum,
        )
        return sign_statement(trust_list, *world.council[:2])

    def _declared(self, now: datetime) -> list[Envelope]:
        found = []
        for node in self.nodes.values():
            folder = NodeFolder(node.data, None)
            folder.state_tls(node.node_id, folder.tls_identity(), now)
            for code in node.archives:
                folder.state_log(node.node_id, code, now)
            folder.state_endpoint(node.node_id, node.address, now)
            found += folder.declared()
        for slug, address in self.services.items():
            someone = self.channel.people[slug]
            endpoint = Endpoint(participant_id=slug, sequence=1, grpc=address)
            found += [
                sign_statement(endpoint, someone.signer),
                envelope_from_json(someone.statement),
            ]
        return found

    def agree(self, first: str, second: str, **changes: object) -> None:
        """Both nodes signed an agreement in both directions."""
        terms: dict[str, object] = {
            "agreement_id": f"{first}-{second}",
            "version": 1,
            "asking_nodes": (first, second),
            "holding_nodes": (first, second),
            "categories": (MARRIAGE, "school_record", "educated_youth"),
            "requester_types": ("party", "spouse", "agent"),
            "purposes": (),
            "year_from": 1949,
            "year_to": 2030,
            "granularity": "extract",
            "seal_mode": "HOLDER_ELECTRONIC_WINDOW_COUNTERSIGN",
            "minutes": 15,
            "legal_basis": "档案法第二十八条",
            "valid_from": date(2020, 1, 1),
            "valid_to": date(2099, 12, 31),
            "daily_quota": 1000,
            "contacts": {first: "0573-0000", second: "0793-0000"},
        }
        agreement = Agreement(**(terms | changes))  # type: ignore[arg-type]
        one, other = self.nodes[first].signer, self.nodes[second].signer
        self.extra_parts.append(sign_agreement(agreement, one, other))

    def declare(
        self,
        archive_code: str,
        covered_to: int = 2013,
        referral: str = "",
        category: str = MARRIAGE,
    ) -> None:
        """The archive declares its registers of the category from 1950 on."""
        node = self.node_of(archive_code)
        coverage = HoldingsCoverage(
            archive_code=archive_code,
            node_id=node.node_id,
            sequence=1,
            category=category,
            areas=(AREAS[archive_code],),
            covered_from=1950,
            covered_to=covered_to,
            as_of=date(2026, 1, 1),
            referral=referral,
        )
        self.extra_parts.append(sign_statement(coverage, node.signer))

    def node_of(self, archive_code: str) -> NodeHouse:
        return next(node for node in self.nodes.values() if archive_code in node.archives)

    def office(self, node_id: str) -> Office:
        node = self.nodes[node_id]
        if node.office is None:
            node.office = open_office(node.data)
        return node.office

    def sign_in(self, archive_code: str, user: str) -> Actor:
        """The officer with an open session; waits where the code of this moment was used."""
        node = self.node_of(archive_code)
        office = self.office(node.node_id)
        secret = totp_secret(node.logins[archive_code, user])
        session = office.sign_in.sign_in(
            SignInCommand(
                archive_code=archive_code,
                user=user,
                password=PASSWORD + user,
                totp=totp_at(secret, wall_clock()),
            )
        )
        return office.sign_in.open_session(session.token)

    def actor(self, archive_code: str, user: str) -> Actor:
        """The officer, without the ceremony of signing in."""
        officer = self.node_of(archive_code).officers[archive_code, user]
        return Actor(
            officer_id=officer.officer_id,
            person_id=officer.person_id,
            archive_code=officer.archive_code,
            user=officer.user,
            display_name=officer.display_name,
            posts=officer.posts,
        )


def totp_secret(uri: str) -> bytes:
    text = parse_qs(urlsplit(uri).query)["secret"][0]
    return base64.b32decode(text + "=" * (-len(text) % 8))
