"""Keys of the small world of certificates: officers, seal authorities, the signer of the seal."""

import base64
import json
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from certificate_papers import DOMAIN, HOLDER_NAME
from cryptography.hazmat.primitives.serialization import Encoding

from certificate_service.adapters.archive_folder import (
    AUTHORITY,
    QR_KEY,
    QR_STATEMENT,
    SEAL_CERTIFICATES,
    SEAL_KEY,
    SEAL_STATEMENT,
    read_seal_certificates,
)
from certificate_service.adapters.seal_signer import SealSigner
from certificate_service.domain.order_reasons import SEAL_REFUSED
from deploy.ceremony import Appointee, ArchiveAuthority
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_to_json
from trust.envelope.statement import decode, sign_statement
from trust.identity.authority import Authority, new_root_key
from trust.identity.keys import Ed25519Signer, new_ed25519, new_p256, write_private_key
from trust.identity.seal_authority import (
    Publication,
    SealHolder,
    create_seal_issuing,
    create_seal_root,
    issue_seal_certificate,
)
from trust.identity.statements import Appointment

_YEAR = timedelta(days=365)


@dataclass
class Officer:
    officer_id: str
    signer: Ed25519Signer
    appointment: Envelope


def make_officer(
    authority: ArchiveAuthority, posts: tuple[str, ...], now: datetime, **changes: Any
) -> Officer:
    signer = changes.pop("signer", None) or Ed25519Signer.from_private(new_ed25519())
    officer_id = f"{authority.archive_code}/{secrets.token_hex(8)}"
    appointee = Appointee(
        officer_id=officer_id,
        person_id=changes.pop("person_id", secrets.token_hex(16)),
        posts=posts,
        kid=signer.kid,
        public_key=base64.b64encode(signer.public_raw).decode(),
    )
    envelope = authority.appoint(appointee, now, date(now.year, 1, 2))
    if changes:
        said = replace(decode(envelope.payload, Appointment), **changes)
        envelope = sign_statement(said, authority.signer)
        officer_id = said.officer_id
    return Officer(officer_id, signer, envelope)


class InProcessSeals:
    """The real signer's logic without a process around it, on the test's clock."""

    def __init__(self, root: Path, clock: Any) -> None:
        self._root, self._clock = root, clock
        self._signers: dict[str, SealSigner] = {}

    def certificates(self, archive_code: str) -> Any:
        return read_seal_certificates(self._root / archive_code)

    def admit(self, archive_code: str, order: Envelope, appointments: Any) -> None:
        request = {
            "order": _b64(envelope_to_json(order)),
            "appointments": [_b64(envelope_to_json(one)) for one in appointments],
        }
        self._ask(archive_code, {"admit": request})

    def sign(self, archive_code: str, release_id: str, signed_attributes: bytes) -> bytes:
        request = {"release_id": release_id, "attributes": _b64(signed_attributes)}
        return base64.b64decode(self._ask(archive_code, {"sign": request})["signature"])

    def _ask(self, archive_code: str, request: Any) -> Any:
        signer = self._signers.get(archive_code)
        if signer is None:
            signer = SealSigner(self._root / archive_code, self._clock, None)
            self._signers[archive_code] = signer
        answer = signer.answer(json.dumps(request).encode())
        if "code" in answer:
            raise Refusal(SEAL_REFUSED, f"{answer['code']} {answer['detail']}")
        return answer


_ISSUING: dict[Path, Authority] = {}
_ROOTS: dict[Path, Authority] = {}
_AT = "http://lists.invalid"
LISTS = Publication(crl_url=f"{_AT}/seal.crl", root_crl_url=f"{_AT}/root.crl")


def seal_authority_of(folder: Path) -> Authority:
    """The issuing authority of the seal in that archive's folder."""
    return _ISSUING[folder]


def seal_root_of(folder: Path) -> Authority:
    """The root above it."""
    return _ROOTS[folder]


def write_archive(folder: Path, authority: ArchiveAuthority, now: datetime) -> tuple[bytes, Any]:
    """The archive's folder as the ceremony leaves it; the seal root's PEM."""
    root = create_seal_root(DOMAIN, new_root_key(), now=now, random=secrets.token_bytes)
    issuing = create_seal_issuing(
        root, DOMAIN, new_p256(), now=now, random=secrets.token_bytes, publication=LISTS
    )
    _ISSUING[folder], _ROOTS[folder] = issuing, root
    seal_key, qr_key = new_p256(), new_p256()
    holder = SealHolder(archive_code=authority.archive_code, name=HOLDER_NAME, sample=True)
    drawn = {"now": now, "random": secrets.token_bytes, "publication": LISTS}
    seal = issue_seal_certificate(issuing, holder, seal_key.public_key(), **drawn)
    folder.mkdir(parents=True)
    chain = seal.public_bytes(Encoding.PEM) + issuing.certificate.public_bytes(Encoding.PEM)
    (folder / SEAL_CERTIFICATES).write_bytes(chain)
    write_private_key(folder / SEAL_KEY, seal_key, None)
    write_private_key(folder / QR_KEY, qr_key, None)
    for name, use, key in ((SEAL_STATEMENT, "seal", seal_key), (QR_STATEMENT, "qr", qr_key)):
        statement = authority.state_key(use, key.public_key(), now, 3 * _YEAR)
        (folder / name).write_bytes(envelope_to_json(statement))
    (folder / AUTHORITY).write_text(base64.b64encode(authority.signer.public_raw).decode())
    return root.certificate.public_bytes(Encoding.PEM), issuing


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()
