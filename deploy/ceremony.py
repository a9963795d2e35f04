"""The acts that people do with offline keys, scripted for a sample federation.

Council members keep one key each in a folder of their own and two of three sign the trust list; an
archive's leader keeps the authority key and appoints officers and names QR and seal keys with it;
both parties sign an agreement. In production every folder is on another table, and every key is
encrypted under its keeper's passphrase; the keys of a sample live for one run.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from records.agreements import Agreement
from records.seal_artwork import SealArtwork
from trust.envelope.dsse import Envelope, envelope_to_json
from trust.envelope.statement import encode, sign_statement
from trust.envelope.suites import PublicKey
from trust.identity.council import CouncilKeys, council_to_json
from trust.identity.keys import (
    Ed25519Signer,
    new_ed25519,
    public_key_to_base64,
    read_signer,
    spki_der,
    write_private_key,
)
from trust.identity.statements import Appointment, KeyStatement
from trust.identity.trust_list import ListedArchive, ListedKey, Member, TrustList

THRESHOLD = 2
COUNCIL_SEATS = ("seat-1", "seat-2", "seat-3")
TRUST_LIST_LIFE = timedelta(days=90)
SIGN_KEY_LIFE = timedelta(days=365)
AUTHORITY_KEY_LIFE = timedelta(days=365 * 5)
APPOINTMENT_LIFE = timedelta(days=365)
_BACKDATE = timedelta(minutes=5)
"""Statements begin a little earlier, for clocks that are a little slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Council:
    """Three seats and the file that everybody pins."""

    folder: Path
    keys: CouncilKeys

    def signers(self, count: int = THRESHOLD) -> tuple[Ed25519Signer, ...]:
        """The first `count` seats, reading each key from its own folder."""
        return tuple(
            read_signer(self.folder / seat / "council.key", None) for seat in COUNCIL_SEATS[:count]
        )


def seat_council(folder: Path, council_file: Path) -> Council:
    """Three keys lie in three folders; `council_file` holds their public halves, threshold two."""
    keys: dict[str, PublicKey] = {}
    for seat in COUNCIL_SEATS:
        signer = _new_signer(folder / seat / "council.key")
        keys[signer.kid] = signer.public_key
    council = CouncilKeys(threshold=THRESHOLD, keys=keys)
    council_file.write_bytes(council_to_json(council))
    return Council(folder=folder, keys=council)


def _new_signer(path: Path) -> Ed25519Signer:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = new_ed25519()
    write_private_key(path, key, None)
    return Ed25519Signer.from_private(key)


def listed_key(key: PublicKey, now: datetime, life: timedelta = SIGN_KEY_LIFE) -> ListedKey:
    """The key as the trust list carries it, in force from now for `life`."""
    return ListedKey(
        kid=key.kid,
        suite=key.suite,
        public_key=public_key_to_base64(key),
        not_before=now - _BACKDATE,
        not_after=now + life,
    )


def sign_trust_list(
    council: Council, trust_list: TrustList, path: Path, *, signers: Sequence[Ed25519Signer] = ()
) -> Envelope:
    """The list, signed by two seats (or the signers given), is in `path` as DSSE JSON."""
    envelope = sign_statement(trust_list, *(signers or council.signers()))
    path.write_bytes(envelope_to_json(envelope))
    return envelope


def next_trust_list(previous: TrustList, members: tuple[Member, ...], now: datetime) -> TrustList:
    """Version n + 1 with other members, continuing the history of `previous`."""
    return TrustList(
        trust_domain=previous.trust_domain,
        version=previous.version + 1,
        issued_at=now,
        expires_at=now + TRUST_LIST_LIFE,
        previous_sha256=hashlib.sha256(encode(previous)).hexdigest(),
        suites=previous.suites,
        tls_roots_pem=previous.tls_roots_pem,
        seal_roots_pem=previous.seal_roots_pem,
        members=members,
        witness_quorum=previous.witness_quorum,
        broken=previous.broken,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveAuthority:
    """The leader's offline key of one archive, and what it signs."""

    archive_code: str
    node_id: str
    signer: Ed25519Signer

    def listed(self, name: str, city_code: str, now: datetime) -> ListedArchive:
        """The archive as the trust list carries it."""
        return ListedArchive(
            archive_code=self.archive_code,
            name=name,
            city_code=city_code,
            authority_key=listed_key(self.signer.public_key, now, AUTHORITY_KEY_LIFE),
        )

    def appoint(
        self,
        officer: "Appointee",
        now: datetime,
        pledged: date,
        *,
        sequence: int = 1,
        revoked: bool = False,
    ) -> Envelope:
        """The officer holds the posts from now for a year, under a pledge of that day.

        A higher `sequence` replaces what was said before; `revoked` ends it.
        """
        return sign_statement(
            Appointment(
                officer_id=officer.officer_id,
                person_id=officer.person_id,
                archive_code=self.archive_code,
                sequence=sequence,
                posts=officer.posts,
                kid=officer.kid,
                public_key=officer.public_key,
                pledge_signed_on=pledged,
                pledge_expires_on=pledged + APPOINTMENT_LIFE + timedelta(days=30),
                not_before=now - _BACKDATE,
                not_after=now + APPOINTMENT_LIFE,
                revoked=revoked,
            ),
            self.signer,
        )

    def state_key(
        self,
        use: str,
        key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey,
        now: datetime,
        life: timedelta,
    ) -> Envelope:
        """The archive's QR or seal key (use "qr" or "seal") is this one, from now for `life`."""
        return state_key(
            self.signer, self.node_id, use, key, (now, life), archive_code=self.archive_code
        )

    def state_seal_image(
        self, image_sha256: str, diameter_um: int, approval: tuple[str, str, date], now: datetime
    ) -> Envelope:
        """This picture is the archive's seal; `approval` = office, number and day."""
        office, number, day = approval
        said = SealArtwork(
            archive_code=self.archive_code,
            sequence=int(now.timestamp()),
            image_sha256=image_sha256,
            diameter_um=diameter_um,
            approved_by=office,
            approval_no=number,
            approved_on=day,
            stated_at=now,
        )
        return sign_statement(said, self.signer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointee:
    """What an appointment says about an officer; nothing that names a person."""

    officer_id: str
    person_id: str
    posts: tuple[str, ...]
    kid: str
    public_key: str


def found_authority(folder: Path, archive_code: str, node_id: str) -> ArchiveAuthority:
    """A new authority key for the archive lies in a folder of its own."""
    signer = _new_signer(folder / archive_code / "authority.key")
    return ArchiveAuthority(archive_code=archive_code, node_id=node_id, signer=signer)


def open_authority(folder: Path, archive_code: str, node_id: str) -> ArchiveAuthority:
    """The authority whose key `found_authority` made."""
    signer = read_signer(folder / archive_code / "authority.key", None)
    return ArchiveAuthority(archive_code=archive_code, node_id=node_id, signer=signer)


def state_key(
    signer: Ed25519Signer,
    participant_id: str,
    use: str,
    key: ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey,
    term: tuple[datetime, timedelta],
    *,
    archive_code: str = "",
) -> Envelope:
    """A key statement; `term` is when it begins and for how long it holds."""
    der = spki_der(key)
    now, life = term
    return sign_statement(
        KeyStatement(
            participant_id=participant_id,
            archive_code=archive_code,
            use=use,
            sequence=1,
            spki_sha256=hashlib.sha256(der).hexdigest(),
            public_key="" if use == "tls" else base64.b64encode(der).decode(),
            not_before=now - _BACKDATE,
            not_after=now + life,
        ),
        signer,
    )


def sign_agreement(agreement: Agreement, first: Ed25519Signer, second: Ed25519Signer) -> Envelope:
    """The agreement under the sign keys of both parties."""
    return sign_statement(agreement, first, second)
