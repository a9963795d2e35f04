"""Keys and certificates of a registry in files: made once, read at every start.

The root's private key is written to `offline/`: it signs one issuing authority a year and is to be
carried away. Sign and issuing keys are encrypted under the passphrase where there is one; the TLS
key is not: it lives seven days and opens nothing without a statement.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from records.refusal import Refusal
from trust.envelope.reasons import KEY_FILE_MISSING, KEY_MALFORMED
from trust.identity.authority import (
    Authority,
    create_tls_issuing,
    create_tls_root,
    issue_leaf,
    new_root_key,
)
from trust.identity.keys import (
    Ed25519Signer,
    new_ed25519,
    new_p256,
    read_private_key,
    read_signer,
    write_private_key,
)
from trust.identity.participant import Participant
from trust.identity.reasons import CERTIFICATE_CHAIN
from trust.store.durable_file import write_durably


@dataclass(frozen=True, slots=True, kw_only=True)
class TLSFiles:
    """What a `TLSIdentity` is made of; this module does not import gRPC for it."""

    chain_pem: bytes
    private_key_pem: bytes = field(repr=False)
    roots_pem: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFiles:
    """The keys folder of one registry."""

    folder: Path
    offline: Path
    passphrase: bytes | None = field(repr=False)

    def create(
        self, participant: Participant, *, now: datetime, random: Callable[[int], bytes]
    ) -> None:
        """Root, issuing authority, sign key and first certificate lie in the folder.

        Raises:
            Refusal: KEY_FILE_EXISTS.
        """
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.offline.mkdir(parents=True, exist_ok=True, mode=0o700)
        domain = participant.trust_domain
        root = create_tls_root(domain, new_root_key(), now=now, random=random)
        write_private_key(self.offline / "tls_root.key", root.private_key, self.passphrase)
        issuing = create_tls_issuing(root, domain, new_p256(), now=now, random=random)
        write_private_key(self.folder / "tls_issuing.key", issuing.private_key, self.passphrase)
        write_private_key(self.folder / "sign.key", new_ed25519(), self.passphrase)
        (self.folder / "tls_roots.pem").write_bytes(root.pem)
        (self.folder / "tls_issuing.pem").write_bytes(issuing.pem)
        self.renew_identity(participant, now=now, random=random)

    def signer(self) -> Ed25519Signer:
        """The key that signs heads and our own parts."""
        return read_signer(self.folder / "sign.key", self.passphrase)

    def roots_pem(self) -> bytes:
        """TLS roots of the federation."""
        return self._read("tls_roots.pem")

    def issuing(self) -> Authority:
        """The authority that issues members' certificates."""
        key = read_private_key(self.folder / "tls_issuing.key", self.passphrase)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise Refusal(KEY_MALFORMED, "tls_issuing.key")
        certificate = x509.load_pem_x509_certificate(self._read("tls_issuing.pem"))
        return Authority(certificate=certificate, private_key=key)

    def issuing_changed_at(self) -> int:
        """Changes whenever the issuing authority was replaced."""
        return (self.folder / "tls_issuing.pem").stat().st_mtime_ns

    def authorities(self) -> tuple[x509.Certificate, x509.Certificate]:
        """Certificates of root and issuing authority; no key is read."""
        root = x509.load_pem_x509_certificate(self._read("tls_roots.pem"))
        return root, x509.load_pem_x509_certificate(self._read("tls_issuing.pem"))

    def renew_issuing(
        self,
        trust_domain: str,
        root_key: Path,
        *,
        now: datetime,
        random: Callable[[int], bytes],
    ) -> x509.Certificate:
        """A new issuing authority under the offline root, stored and returned.

        Certificates of the old one stay good until they end: each is shown with its own chain.

        Raises:
            Refusal: KEY_FILE_MISSING, PASSPHRASE_WRONG, KEY_MALFORMED, CERTIFICATE_CHAIN where
                the key is not the root's.
        """
        certificate, _ = self.authorities()
        key = read_private_key(root_key, self.passphrase)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise Refusal(KEY_MALFORMED, root_key.name)
        if key.public_key() != certificate.public_key():
            raise Refusal(CERTIFICATE_CHAIN, "the key is not the root's")
        root = Authority(certificate=certificate, private_key=key)
        issuing = create_tls_issuing(root, trust_domain, new_p256(), now=now, random=random)
        write_private_key(
            self.folder / "tls_issuing.key", issuing.private_key, self.passphrase, replace=True
        )
        write_durably(self.folder / "tls_issuing.pem", issuing.pem)
        return issuing.certificate

    def identity(self) -> TLSFiles:
        """The certificate that this registry shows."""
        key = read_private_key(self.folder / "tls.key", None)
        return TLSFiles(
            chain_pem=self._read("tls.pem"),
            private_key_pem=_pem(key),
            roots_pem=self.roots_pem(),
        )

    def renew_identity(
        self, participant: Participant, *, now: datetime, random: Callable[[int], bytes]
    ) -> TLSFiles:
        """A new key and certificate for this registry itself, stored and returned."""
        key = new_p256()
        issuing = self.issuing()
        leaf = issue_leaf(issuing, participant, key.public_key(), now=now, random=random)
        chain = leaf.public_bytes(serialization.Encoding.PEM) + issuing.pem
        write_private_key(self.folder / "tls.key", key, None, replace=True)
        write_durably(self.folder / "tls.pem", chain)
        return self.identity()

    def _read(self, name: str) -> bytes:
        try:
            return (self.folder / name).read_bytes()
        except OSError as fault:
            raise Refusal(KEY_FILE_MISSING, name) from fault


def _pem(key: object) -> bytes:
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Refusal(KEY_MALFORMED, "tls.key")
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
