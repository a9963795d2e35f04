"""Looking a partner's server in the face before trusting it with a call.

gRPC's Python cannot say which certificate a server showed, so one short handshake of our own asks
first. The leaf must chain to our roots and carry the partner's one name; `opening` compares its
key with what the partner's sign key stated, and tells the channel to believe this leaf alone.
"""

import socket
import ssl
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from records.refusal import Refusal
from trust.channel.reasons import PARTNER_UNAVAILABLE, PARTNER_UNPROVEN
from trust.identity.chain import read_participant, verify_window
from trust.identity.keys import spki_sha256
from trust.identity.participant import Participant

TIMEOUT_SECONDS = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedServer:
    """Whom one expects where."""

    target: str
    """host:port."""
    participant: Participant
    roots_pem: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedLeaf:
    """A server's leaf that carries the partner's name under our roots."""

    pem: bytes
    spki_sha256: str


def fetch_leaf(server: ExpectedServer, now: datetime) -> PinnedLeaf:
    """The leaf that the server shows; its key is not proved yet.

    Raises:
        Refusal: PARTNER_UNAVAILABLE, PARTNER_UNPROVEN.
    """
    # 1. TLS 1.3, a chain to our roots, the partner's DNS name.
    leaf = x509.load_der_x509_certificate(_shown_leaf(server))
    try:
        # 2. One name, the right one, in date.
        if read_participant(leaf) != server.participant:
            raise Refusal(PARTNER_UNPROVEN, "name")
        verify_window(leaf, now)
    except Refusal as fault:
        raise Refusal(PARTNER_UNPROVEN, fault.code) from fault
    key = leaf.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise Refusal(PARTNER_UNPROVEN, "key type")
    pem = leaf.public_bytes(serialization.Encoding.PEM)
    return PinnedLeaf(pem=pem, spki_sha256=spki_sha256(key))


def _shown_leaf(server: ExpectedServer) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=server.roots_pem.decode())
    context.set_alpn_protocols(["h2"])
    host, _, port = server.target.rpartition(":")
    name = server.participant.dns_name
    try:
        address = (host.strip("[]"), int(port))
        with (
            socket.create_connection(address, timeout=TIMEOUT_SECONDS) as connection,
            context.wrap_socket(connection, server_hostname=name) as tls,
        ):
            shown = tls.getpeercert(binary_form=True)
    except ssl.SSLError as fault:
        raise Refusal(PARTNER_UNPROVEN, "TLS") from fault
    except (OSError, ValueError) as fault:
        raise Refusal(PARTNER_UNAVAILABLE) from fault
    if shown is None:
        raise Refusal(PARTNER_UNPROVEN, "no certificate")
    return shown
