"""The seal authority's ceremony: root, issuing, one seal and QR key for each archive, a demo TSA.

The folders are what the certificate service and the time-stamp authority read; the root and the
issuing keys stay in the ceremony's own folder, which no process reads.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from certificate_service.adapters import archive_folder as names
from deploy.ceremony import ArchiveAuthority
from trust.envelope.dsse import Envelope, envelope_to_json
from trust.identity.authority import Authority, new_root_key
from trust.identity.keys import new_p256, write_private_key
from trust.identity.seal_authority import (
    Publication,
    SealHolder,
    create_seal_issuing,
    create_seal_root,
    issue_seal_certificate,
    issue_time_stamp_certificate,
    sign_revocation_list,
)

SEAL_KEY_LIFE = timedelta(days=3 * 365)
ROOT_LIST_LIFE = timedelta(days=180)
"""An offline root signs its list twice a year."""
_DER = serialization.Encoding.DER
_PEM = serialization.Encoding.PEM


@dataclass(frozen=True, slots=True, kw_only=True)
class SealAuthority:
    """The seal hierarchy of one federation."""

    root: Authority
    issuing: Authority
    now: datetime
    random: Callable[[int], bytes]
    publication: Publication
    """Where seal certificates say that the list and the issuer are found."""

    @property
    def roots_pem(self) -> str:
        """The seal root, PEM, as the trust list carries it."""
        return self.root.pem.decode()


def found_seal_authority(
    folder: Path,
    trust_domain: str,
    publication: Publication,
    now: datetime,
    random: Callable[[int], bytes],
) -> SealAuthority:
    """A new root and issuing authority; their keys lie in `folder`, offline."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    root = create_seal_root(trust_domain, new_root_key(), now=now, random=random)
    issuing = create_seal_issuing(
        root, trust_domain, new_p256(), now=now, random=random, publication=publication
    )
    write_private_key(folder / "seal-root.key", root.private_key, None)
    write_private_key(folder / "seal-issuing.key", issuing.private_key, None)
    return SealAuthority(
        root=root, issuing=issuing, now=now, random=random, publication=publication
    )


def equip_archive(
    folder: Path, seals: SealAuthority, authority: ArchiveAuthority, name: str
) -> tuple[Envelope, Envelope]:
    """`folder` holds the archive's seal and QR key; returns both key statements for publication."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    seal_key, qr_key = new_p256(), new_p256()
    certificate = issue_seal_certificate(
        seals.issuing,
        SealHolder(archive_code=authority.archive_code, name=name, sample=True),
        seal_key.public_key(),
        now=seals.now,
        random=seals.random,
        publication=seals.publication,
    )
    seal = authority.state_key("seal", seal_key.public_key(), seals.now, SEAL_KEY_LIFE)
    qr = authority.state_key("qr", qr_key.public_key(), seals.now, SEAL_KEY_LIFE)
    write_private_key(folder / names.SEAL_KEY, seal_key, None)
    write_private_key(folder / names.QR_KEY, qr_key, None)
    chain = certificate.public_bytes(_PEM) + seals.issuing.pem
    (folder / names.SEAL_CERTIFICATES).write_bytes(chain)
    (folder / names.SEAL_STATEMENT).write_bytes(envelope_to_json(seal))
    (folder / names.QR_STATEMENT).write_bytes(envelope_to_json(qr))
    pinned = base64.b64encode(authority.signer.public_raw).decode()
    (folder / names.AUTHORITY).write_text(pinned, encoding="ascii")
    return seal, qr


def found_time_stamp_authority(folder: Path, seals: SealAuthority) -> None:
    """`folder` holds a demo time-stamp key and certificate, the issuer and empty lists."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = new_p256()
    certificate = issue_time_stamp_certificate(
        seals.issuing,
        "兰台互联样本时间戳",
        key.public_key(),
        now=seals.now,
        random=seals.random,
        publication=seals.publication,
    )
    revoked = sign_revocation_list(seals.issuing, (), number=1, now=seals.now)
    write_private_key(folder / "tsa.key", key, None)
    (folder / "tsa.cer").write_bytes(certificate.public_bytes(_DER))
    (folder / "seal.cer").write_bytes(seals.issuing.certificate.public_bytes(_DER))
    (folder / "seal.crl").write_bytes(revoked.public_bytes(_DER))
    roots = sign_revocation_list(seals.root, (), number=1, now=seals.now, life=ROOT_LIST_LIFE)
    (folder / "seal-root.crl").write_bytes(roots.public_bytes(_DER))
