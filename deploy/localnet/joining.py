"""Participants join through the real enrolment service: token, request, two operators, certificate.

One operator invites, another compares the fingerprint and approves; here both are scripted.
"""

from deploy.localnet.founding import Clock, Founded
from deploy.localnet.plan import CERTIFICATE_SERVICE_ID, NODES
from deploy.wire import RegistryDoor, enrol
from node.adapters.node_folder import NodeFolder
from trust.channel.credentials import TLSIdentity
from trust.identity.keys import Ed25519Signer
from trust.identity.participant import Participant, ParticipantKind

INVITER, APPROVER = "registry/operator-1", "registry/operator-2"


def join_all(founded: Founded, clock: Clock) -> TLSIdentity:
    """Every node has its certificate; returns that of the certificate service.

    Raises:
        Refusal: as the registry answers.
    """
    for plan in NODES:
        folder = NodeFolder(founded.layout.node(plan.node_id), None)
        identity = _join(founded, ParticipantKind.NODE, plan.node_id, folder.sign_signer(), clock)
        folder.store_tls(identity.chain_pem, identity.private_key_pem, identity.roots_pem)
    return _join(
        founded,
        ParticipantKind.CERTSVC,
        CERTIFICATE_SERVICE_ID,
        founded.certificates_signer,
        clock,
    )


def _join(
    founded: Founded, kind: ParticipantKind, slug: str, signer: Ed25519Signer, clock: Clock
) -> TLSIdentity:
    house = founded.registry
    participant = Participant(kind=kind, slug=slug, trust_domain=house.participant.trust_domain)
    invitation = house.enrol.invite(participant, invited_by=INVITER)
    door = RegistryDoor(
        address=founded.addresses.enrolment,
        registry=house.participant,
        roots_pem=house.keys.roots_pem(),
        clock=clock,
    )

    def approve(enrolment_id: str, fingerprint: str) -> None:
        house.enrol.approve(
            enrolment_id,
            officer=APPROVER,
            fingerprint_heard=fingerprint,
            issuing=house.issuing(),
        )

    return enrol(door, invitation.token, signer, approve)
