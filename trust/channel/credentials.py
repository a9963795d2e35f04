"""What both ends of a connection show, and how it is replaced while calls run.

A process keeps one `TLSIdentity` in an `IdentityHolder`. The server's credentials ask the holder
at every handshake and are given a configuration only when it changed: handing one out every time
kills the process under a flood of half-open handshakes (trust.md finding 1, grpc/grpc#36693).
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import grpc
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import Certificate

from records.refusal import Refusal
from trust.identity.chain import read_certificates, read_participant
from trust.identity.keys import spki_sha256
from trust.identity.participant import Participant
from trust.identity.reasons import CERTIFICATE_MALFORMED

RENEWAL_SHARE = 2 / 3
"""A certificate is renewed when this much of its life is over."""
RENEWAL_JITTER = 0.1
"""± share of the whole life, so that members do not come all at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TLSIdentity:
    """One certificate with its key and the roots that the other end must chain to."""

    chain_pem: bytes
    """Leaf first, then the issuing authority."""
    private_key_pem: bytes = field(repr=False)
    """PKCS#8, not encrypted: it lives seven days and opens nothing without a statement."""
    roots_pem: bytes
    """TLS roots of the federation."""
    leaf: Certificate = field(init=False, repr=False, compare=False)
    participant: Participant = field(init=False)

    def __post_init__(self) -> None:
        """Read the leaf; refuse a key that is not the certificate's."""
        leaf = read_certificates(self.chain_pem)[0]
        key = _read_key(self.private_key_pem)
        if key.public_key() != leaf.public_key():
            raise Refusal(CERTIFICATE_MALFORMED, "the key is not the certificate's")
        object.__setattr__(self, "leaf", leaf)
        object.__setattr__(self, "participant", read_participant(leaf))

    @property
    def spki_sha256(self) -> str:
        """SHA-256 of the leaf's public key, hex: what a key statement names."""
        key = self.leaf.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise Refusal(CERTIFICATE_MALFORMED, "key type")
        return spki_sha256(key)

    @property
    def certificate_sha256(self) -> str:
        """SHA-256 of the leaf, hex: what an act token is bound to."""
        return self.leaf.fingerprint(hashes.SHA256()).hex()


class IdentityHolder:
    """The identity in use; replaced whole, at any moment, from any thread."""

    def __init__(self, identity: TLSIdentity) -> None:
        """Begin with this identity."""
        self._lock = threading.Lock()
        self._identity = identity
        self._version = 1

    @property
    def current(self) -> TLSIdentity:
        """The identity to show now."""
        return self._identity

    @property
    def version(self) -> int:
        """Grows by one with every replacement; begins at 1."""
        return self._version

    def replace(self, identity: TLSIdentity) -> None:
        """New handshakes show the new identity; open connections go on.

        Raises:
            Refusal: CERTIFICATE_MALFORMED where it names another participant.
        """
        with self._lock:
            if identity.participant != self._identity.participant:
                raise Refusal(CERTIFICATE_MALFORMED, "another participant's certificate")
            self._identity = identity
            self._version += 1


def server_credentials(
    holder: IdentityHolder, *, require_client: bool = True
) -> grpc.ServerCredentials:
    """Credentials of a server that shows what the holder holds, without a restart.

    `require_client=False` is for the enrolment listener alone: its callers have no certificate.
    """
    fetcher = _Fetcher(holder, require_client=require_client)
    return grpc.dynamic_ssl_server_credentials(
        fetcher.configuration(),
        fetcher.fetch_if_changed,  # type: ignore[arg-type]  # None = unchanged, by grpc's papers
        require_client_authentication=require_client,
    )


def client_credentials(identity: TLSIdentity, trusted_pem: bytes = b"") -> grpc.ChannelCredentials:
    """Credentials of a client; `trusted_pem` narrows whom it believes to that very certificate."""
    return grpc.ssl_channel_credentials(
        root_certificates=trusted_pem or identity.roots_pem,
        private_key=identity.private_key_pem,
        certificate_chain=identity.chain_pem,
    )


def renewal_due(
    not_before: datetime, not_after: datetime, random: Callable[[int], bytes]
) -> datetime:
    """When to renew: two thirds into the life, give or take a tenth of it.

    `random` is asked for two bytes, so one certificate has one moment only if the caller keeps it.
    """
    life = not_after - not_before
    spread = int.from_bytes(random(2), "big") / 0xFFFF * 2 - 1
    share = RENEWAL_SHARE + RENEWAL_JITTER * spread
    return not_before + timedelta(seconds=life.total_seconds() * share)


class _Fetcher:
    """Hands a prepared configuration out once per change, and `None` otherwise."""

    def __init__(self, holder: IdentityHolder, *, require_client: bool) -> None:
        self._holder = holder
        self._require_client = require_client
        self._lock = threading.Lock()
        self._given = holder.version

    def configuration(self) -> grpc.ServerCertificateConfiguration:
        identity = self._holder.current
        return grpc.ssl_server_certificate_configuration(
            [(identity.private_key_pem, identity.chain_pem)],
            root_certificates=identity.roots_pem if self._require_client else None,
        )

    def fetch_if_changed(self) -> grpc.ServerCertificateConfiguration | None:
        with self._lock:
            version = self._holder.version
            if version == self._given:
                return None
            self._given = version
            return self.configuration()


def _read_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as fault:
        raise Refusal(CERTIFICATE_MALFORMED, "private key") from fault
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Refusal(CERTIFICATE_MALFORMED, "private key type")
    return key
