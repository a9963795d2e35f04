"""Participants join through the real enrolment service: token, request, two operators, certificate.

One operator invites, another compares the fingerprint and approves; here both are scripted.
"""

from contextlib import closing

from certificate_service.adapters.service_folder import ServiceFolder
from deploy.localnet.founding import Clock, Founded
from deploy.localnet.plan import CERTIFICATE_SERVICE_ID, NODES
from deploy.reasons import STEP_FAILED
from node.adapters.enrolment_door import EnrolmentDoor
from node.adapters.node_folder import NodeFolder
from records.refusal import Refusal
from trust.channel.credentials import TLSIdentity
from trust.identity.keys import Ed25519Signer
from trust.identity.participant import Participant, ParticipantKind

INVITER, APPROVER = "registry/operator-1", "registry/operator-2"


def join_all(founded: Founded, clock: Clock) -> None:
    """Every node and the certificate service have their certificates.

    Raises:
        Refusal: as the registry answers; STEP_FAILED.
    """
    house = founded.registry
    door = EnrolmentDoor(
        founded.addresses.enrolment, house.participant, house.keys.roots_pem(), clock
    )
    with closing(door):
        for plan in NODES:
            folder = NodeFolder(founded.layout.node(plan.node_id), None)
            identity = _join(
                founded, door, (ParticipantKind.NODE, plan.node_id), folder.sign_signer()
            )
            folder.store_tls(identity.chain_pem, identity.private_key_pem, identity.roots_pem)
        service = ServiceFolder(founded.layout.certificates, None)
        named = (ParticipantKind.CERTSVC, CERTIFICATE_SERVICE_ID)
        service.store_tls(_join(founded, door, named, service.signer()))


def _join(
    founded: Founded,
    door: EnrolmentDoor,
    named: tuple[ParticipantKind, str],
    signer: Ed25519Signer,
) -> TLSIdentity:
    house = founded.registry
    kind, slug = named
    participant = Participant(kind=kind, slug=slug, trust_domain=house.participant.trust_domain)
    invitation = house.enrol.invite(participant, invited_by=INVITER)
    asked = door.ask(invitation.token, signer)
    house.enrol.approve(
        asked.enrolment_id,
        officer=APPROVER,
        # Read out by telephone in real life: what the newcomer shows, not what the registry has.
        fingerprint_heard=asked.fingerprint,
        issuing=house.issuing(),
    )
    collected = door.collect(asked.enrolment_id)
    if collected.state != "approved":
        raise Refusal(STEP_FAILED, f"enrolment of {slug}: {collected.state}")
    return TLSIdentity(
        chain_pem=collected.chain_pem,
        private_key_pem=asked.private_key_pem,
        roots_pem=collected.roots_pem,
    )
