"""The node's officers: taken on with a key of their own, appointed by the archive's authority.

The node can add people but cannot make officers: what they sign counts elsewhere only with an
appointment by the archive's offline authority key (architecture.md, "Decided").
"""

import base64
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import quote

from node.domain.commands import AddOfficerCommand
from node.domain.officers import Officer
from node.domain.reasons import APPOINTMENT_MISMATCH, OFFICER_MALFORMED
from node.ports import Credentials, OfficerKeys, StaffBook
from node.services.house import House
from node.services.sign_in import PasswordHasher
from records.duties import Post, verify_posts
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.statement import Opened, decode
from trust.identity.statements import Appointment
from trust.identity.trust_view import check_appointment_in_force, open_appointment

_USER = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}\Z")
_SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 128
_LONGEST_NAME = 50
_SIGNING = frozenset({Post.RELEASE_DISPATCHER, Post.SEAL_KEEPER, Post.LEADER})
"""Posts whose holders sign with a key of their own: orders, seals, agreements."""


class StaffService:
    """Adds officers and keeps their appointments."""

    def __init__(
        self,
        house: House,
        book: StaffBook,
        keys: OfficerKeys,
        passwords: PasswordHasher,
        person_salt: bytes,
        declare: Callable[[str, Envelope], None],
    ) -> None:
        """Officers of the archives of `house`.

        Args:
            house: The node.
            book: Its officers.
            keys: Their signing keys.
            passwords: How their passwords are hashed.
            person_salt: The node's own, 32 bytes.
            declare: Lays a named statement out for the directory.
        """
        self._house = house
        self._book = book
        self._keys = keys
        self._passwords = passwords
        self._salt = person_salt
        self._declare = declare

    def add_officer(self, command: AddOfficerCommand) -> tuple[Officer, str]:
        """The officer is on the staff; returns them and the TOTP provisioning URI, shown once.

        Raises:
            Refusal: OFFICER_EXISTS, OFFICER_MALFORMED, ARCHIVE_NOT_HOSTED, POST_CONFLICT.
        """
        self._check(command)
        posts = verify_posts(command.posts)
        kid, public = "", ""
        if _SIGNING & set(posts):
            key = self._keys.create(command.archive_code, command.user, command.password)
            kid, public = key.kid, base64.b64encode(key.raw).decode()
        officer = Officer(
            officer_id=f"{command.archive_code}/{self._house.random(8).hex()}",
            person_id=self._person_id(command),
            archive_code=command.archive_code,
            user=command.user,
            display_name=command.display_name,
            posts=tuple(post.value for post in posts),
            kid=kid,
            public_key=public,
        )
        secret = self._house.random(20)
        self._book.add(
            Credentials(
                officer=officer,
                password_hash=self._passwords.hash(command.password),
                totp_secret=secret,
            )
        )
        return officer, _totp_uri(officer, secret)

    def store_appointment(self, envelope: Envelope) -> Officer:
        """What the archive's authority key says last about the officer is in force here.

        It is kept and goes into the directory; a revoked officer signs in no more and opens no key.

        Raises:
            Refusal: APPOINTMENT_MISMATCH (another's, or older than what is known),
                OFFICER_NOT_FOUND and the trust reasons.
        """
        view, now = self._house.directory.current().view, self._house.clock()
        opened = open_appointment(envelope, view, now)
        said = opened.statement
        if not said.revoked:
            check_appointment_in_force(said, now)
        kept = self._book.get(said.officer_id)
        officer = kept.officer
        _verify_fits(said, officer)
        self._verify_newer(opened, officer)
        # Told to the others first: a crash in between is repaired by saying it again.
        self._declare(f"appointment-{said.officer_id.replace('/', '-')}", envelope)
        appointed = replace(officer, appointment=envelope, active=not said.revoked)
        self._book.save(replace(kept, officer=appointed))
        return appointed

    def list_officers(self, archive_code: str = "") -> Sequence[Officer]:
        """Officers by archive and user; empty = all archives of the node."""
        return self._book.list(archive_code)

    def _verify_newer(self, opened: Opened[Appointment], officer: Officer) -> None:
        """Return only if nothing newer is known of the officer, here or in the directory.

        Raises:
            Refusal: APPOINTMENT_MISMATCH.
        """
        said = opened.statement
        known = [
            (part.statement.sequence, part.envelope_id)
            for part in (self._house.directory.current().appointments.get(said.officer_id),)
            if part is not None
        ]
        if officer.appointment is not None:
            before = decode(officer.appointment.payload, Appointment)
            known.append((before.sequence, envelope_id(officer.appointment)))
        for sequence, name in known:
            # The same once more is no news and no harm; another with its number is a fork.
            if said.sequence < sequence or (
                said.sequence == sequence and opened.envelope_id != name
            ):
                detail = f"sequence {said.sequence}, known is {sequence}"
                raise Refusal(APPOINTMENT_MISMATCH, detail)

    def _check(self, command: AddOfficerCommand) -> None:
        self._house.require_archive(command.archive_code)
        if not _USER.match(command.user):
            raise Refusal(OFFICER_MALFORMED, "user: 2-32 characters of a-z 0-9 . _ -")
        if not 1 <= len(command.display_name) <= _LONGEST_NAME:
            raise Refusal(OFFICER_MALFORMED, "name: 1-50 characters")
        if not _SHORTEST_PASSWORD <= len(command.password) <= _LONGEST_PASSWORD:
            raise Refusal(OFFICER_MALFORMED, "password: 10-128 characters")
        if not command.person or not command.posts:
            raise Refusal(OFFICER_MALFORMED, "person and posts are needed")

    def _person_id(self, command: AddOfficerCommand) -> str:
        said = f"{command.archive_code}\n{command.person}".encode()
        return hashlib.scrypt(said, salt=self._salt, n=2**14, r=8, p=1, dklen=16).hex()


def _verify_fits(said: Appointment, officer: Officer) -> None:
    """Return only if the appointment is of this officer, with this key, for posts held here.

    Raises:
        Refusal: APPOINTMENT_MISMATCH.
    """
    same = (
        said.archive_code == officer.archive_code
        and said.person_id == officer.person_id
        and said.kid == officer.kid
        and said.public_key == officer.public_key
        and set(said.posts) <= set(officer.posts)
    )
    if not same:
        raise Refusal(APPOINTMENT_MISMATCH, officer.user)


def _totp_uri(officer: Officer, secret: bytes) -> str:
    """Otpauth URI as authenticator apps read it."""
    encoded = base64.b32encode(secret).decode().rstrip("=")
    label = quote(f"兰台互联:{officer.archive_code}/{officer.user}", safe="")
    return f"otpauth://totp/{label}?secret={encoded}&issuer=Lantai&digits=6&period=30"
