"""Looking a partner's server in the face before trusting it with a call.

gRPC's Python cannot say which certificate a server showed, so one short handshake of our own asks
first. The leaf must chain to our roots, carry the partner's one name, and have a key that the
partner's sign key stated in the directory. The channel is then told to believe this leaf alone.
"""

import socket
import ssl
from collections.abc import Collection
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
    """A server's leaf that proved to be the partner's."""

    pem: bytes
    spki_sha256: str


def fetch_pinned_leaf(server: ExpectedServer, stated: Collection[str], now: datetime) -> PinnedLeaf:
    """The leaf of the server, after it proved to be the partner's.

    `stated` holds the SHA-256 of the public keys that the partner has stated for now, hex.

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
    # 3. A key that the partner stated: the issuing authority alone is not believed.
    key = leaf.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or spki_sha256(key) not in stated:
        raise Refusal(PARTNER_UNPROVEN, "the key is not one that the partner stated")
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
