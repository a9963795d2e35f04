"""Founds a sample federation: keys, data directories, trust list, declarations.

Everything is made before the first process starts; what processes do themselves (state their TLS
and log keys, publish, fetch the directory) is left to them. Enrolment comes next, in `joining`.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from deploy.ceremony import (
    TRUST_LIST_LIFE,
    ArchiveAuthority,
    found_authority,
    listed_key,
    seat_council,
    sign_agreement,
    sign_trust_list,
)
from deploy.localnet.addresses import Addresses
from deploy.localnet.certificates_setup import create_certificates
from deploy.localnet.declarations import agreements, coverage
from deploy.localnet.layout import Layout
from deploy.localnet.plan import (
    CERTIFICATE_SERVICE_ID,
    DIRECTORY_SECONDS,
    NODES,
    REGISTRY_ID,
    TRUST_DOMAIN,
    NodePlan,
)
from deploy.localnet.seals import (
    SealAuthority,
    equip_archive,
    found_seal_authority,
    found_time_stamp_authority,
)
from federation_registry.bootstrap import House, init_house
from federation_registry.config import Settings
from federation_registry.folder import Folder
from node.adapters.node_folder import NodeFolder
from node.cli.place import create_node
from node.config import ArchiveConfig, NodeConfig
from records.deadlines import BEIJING
from trust.envelope.statement import sign_statement
from trust.identity.keys import Ed25519Signer
from trust.identity.seal_authority import Publication
from trust.identity.trust_list import Member, TrustList

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded:
    """What the next steps need."""

    layout: Layout
    addresses: Addresses
    registry: House
    authorities: Mapping[str, ArchiveAuthority]


def found(layout: Layout, addresses: Addresses, clock: Clock) -> Founded:
    """Every data directory exists and the trust list is published; nothing runs yet."""
    now = clock()
    layout.create()
    council = seat_council(layout.council, layout.council_file)
    registry = _create_registry(layout, addresses, clock)
    nodes = {plan.node_id: _create_node(layout, addresses, plan) for plan in NODES}
    authorities = {
        archive.archive_code: found_authority(layout.authority, archive.archive_code, plan.node_id)
        for plan in NODES
        for archive in plan.archives
    }
    seals = _found_seals(layout, addresses, now)
    _equip(layout, seals, authorities, nodes)
    certificates_signer = create_certificates(layout, addresses)
    members = (
        _member(REGISTRY_ID, "registry", "联邦登记处（样本）", registry.keys.signer(), now),
        _member(
            CERTIFICATE_SERVICE_ID,
            "certificate_service",
            "出证服务（样本）",
            certificates_signer,
            now,
        ),
        *(_node_member(plan, nodes[plan.node_id], authorities, now) for plan in NODES),
    )
    trust_list = TrustList(
        trust_domain=TRUST_DOMAIN,
        version=1,
        issued_at=now,
        expires_at=now + TRUST_LIST_LIFE,
        previous_sha256="",
        suites=("LT-1",),
        tls_roots_pem=registry.keys.roots_pem().decode(),
        seal_roots_pem=seals.roots_pem,
        members=members,
    )
    envelope = sign_trust_list(council, trust_list, layout.trust_list)
    layout.seal_roots.write_text(seals.roots_pem, encoding="ascii")
    registry.publish.publish_trust_list(envelope, council.keys)
    _declare(nodes, now)
    return Founded(
        layout=layout,
        addresses=addresses,
        registry=registry,
        authorities=authorities,
    )


def _create_registry(layout: Layout, addresses: Addresses, clock: Clock) -> House:
    settings = Settings(
        registry_id=REGISTRY_ID,
        trust_domain=TRUST_DOMAIN,
        listen=addresses.registry,
        enrol_listen=addresses.enrolment,
    )
    house = init_house(Folder(path=layout.registry), settings, clock, secrets.token_bytes)
    house.pin_council(layout.council_file)
    return house


def _create_node(layout: Layout, addresses: Addresses, plan: NodePlan) -> NodeFolder:
    data = layout.node(plan.node_id)
    config = NodeConfig(
        node_id=plan.node_id,
        trust_domain=TRUST_DOMAIN,
        archives=tuple(
            ArchiveConfig(code=archive.archive_code, name=archive.name) for archive in plan.archives
        ),
        listen=addresses.grpc[plan.node_id],
        desk=addresses.desk[plan.node_id],
        registry=addresses.registry,
        registry_id=REGISTRY_ID,
        directory_seconds=DIRECTORY_SECONDS,
        tsa=f"http://{addresses.time_stamp}/tsa",
        tsa_minutes=1,
        dialect=plan.dialect,
        # Nobody answers the telephone in a sample.
        call_back_percent=0,
    )
    create_node(data, config, secrets.token_bytes(32))
    (data / "council.json").write_bytes(layout.council_file.read_bytes())
    return NodeFolder(data, None)


def _found_seals(layout: Layout, addresses: Addresses, now: datetime) -> SealAuthority:
    web = f"http://{addresses.time_stamp}"
    seals = found_seal_authority(
        layout.seals,
        TRUST_DOMAIN,
        Publication(
            crl_url=f"{web}/seal.crl",
            root_crl_url=f"{web}/seal-root.crl",
            issuer_url=f"{web}/seal.cer",
        ),
        now,
        secrets.token_bytes,
    )
    found_time_stamp_authority(layout.time_stamp, seals)
    return seals


def _equip(
    layout: Layout,
    seals: SealAuthority,
    authorities: Mapping[str, ArchiveAuthority],
    nodes: Mapping[str, NodeFolder],
) -> None:
    """Each archive has its seal; the node has the statements for the directory."""
    for plan in NODES:
        for archive in plan.archives:
            code = archive.archive_code
            seal, qr = equip_archive(
                layout.seal_folder(code), seals, authorities[code], archive.name
            )
            nodes[plan.node_id].declare(f"seal-{code}", seal)
            nodes[plan.node_id].declare(f"qr-{code}", qr)


def _member(
    participant_id: str, kind: str, name: str, signer: Ed25519Signer, now: datetime
) -> Member:
    return Member(
        participant_id=participant_id,
        kind=kind,
        name=name,
        state="active",
        since=now,
        sign_keys=(listed_key(signer.public_key, now),),
    )


def _node_member(
    plan: NodePlan,
    folder: NodeFolder,
    authorities: Mapping[str, ArchiveAuthority],
    now: datetime,
) -> Member:
    return Member(
        participant_id=plan.node_id,
        kind="node",
        name=plan.name,
        state="active",
        since=now,
        sign_keys=(listed_key(folder.sign_signer().public_key, now),),
        archives=tuple(
            authorities[archive.archive_code].listed(archive.name, archive.city_code, now)
            for archive in plan.archives
        ),
    )


def _declare(nodes: Mapping[str, NodeFolder], now: datetime) -> None:
    """Coverage and agreements lie with the nodes, signed; they publish them when they start."""
    today = now.astimezone(BEIJING).date()
    for plan in NODES:
        folder = nodes[plan.node_id]
        for archive in plan.archives:
            for declared in coverage(archive.archive_code, plan.node_id, today):
                name = f"coverage-{declared.archive_code}-{declared.category}"
                folder.declare(name, sign_statement(declared, folder.sign_signer()))
    for agreement in agreements(today):
        first, second = (nodes[party] for party in agreement.asking_nodes)
        envelope = sign_agreement(agreement, first.sign_signer(), second.sign_signer())
        first.declare(f"agreement-{agreement.agreement_id}", envelope)
