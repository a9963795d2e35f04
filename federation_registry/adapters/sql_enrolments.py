"""Invitations and certificates on SQL. A state moves by one conditional update, or not at all."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from federation_registry.adapters.sql_parts import as_utc, note_act
from federation_registry.adapters.tables import certificates, enrolments
from federation_registry.domain.reasons import ALREADY_INVITED, ENROLMENT_UNKNOWN
from federation_registry.ports import Clock, Enrolment
from records.refusal import Refusal
from trust.identity.enrolment import EnrolmentState, Invitation, IssuedCertificate
from trust.identity.participant import Participant
from trust.identity.reasons import ENROLMENT_STATE, KEY_REUSED
from trust.store.engine import transaction


class SqlEnrolmentBook:
    """`EnrolmentBook` on SQL."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        """Use tables that `ensure_schema` made; `clock` dates the acts."""
        self._engine = engine
        self._clock = clock

    def add(self, enrolment: Enrolment) -> None:
        """See `EnrolmentBook.add`."""
        try:
            with transaction(self._engine) as connection:
                connection.execute(insert(enrolments).values(**_values(enrolment)))
                self._note(connection, "invite", enrolment, enrolment.invitation.invited_by)
        except IntegrityError as fault:
            raise Refusal(ALREADY_INVITED, enrolment.invitation.participant.slug) from fault

    def find_token(self, token_sha256: str) -> Enrolment | None:
        """See `EnrolmentBook.find_token`."""
        wanted = select(enrolments).where(enrolments.c.token_sha256 == token_sha256)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).mappings().first()
        return _enrolment(row) if row else None

    def get(self, enrolment_id: str) -> Enrolment:
        """See `EnrolmentBook.get`."""
        wanted = select(enrolments).where(enrolments.c.enrolment_id == enrolment_id)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).mappings().first()
        if row is None:
            raise Refusal(ENROLMENT_UNKNOWN)
        return _enrolment(row)

    def list(self) -> tuple[Enrolment, ...]:
        """See `EnrolmentBook.list`."""
        wanted = select(enrolments).order_by(enrolments.c.expires_at.desc())
        with self._engine.connect() as connection:
            return tuple(_enrolment(row) for row in connection.execute(wanted).mappings())

    def move(self, enrolment: Enrolment, expected: EnrolmentState) -> None:
        """See `EnrolmentBook.move`."""
        with transaction(self._engine) as connection:
            self._move(connection, enrolment, expected)

    def approve(
        self, enrolment: Enrolment, certificate_sha256: str, issued: IssuedCertificate
    ) -> None:
        """See `EnrolmentBook.approve`."""
        try:
            with transaction(self._engine) as connection:
                self._move(connection, enrolment, EnrolmentState.PENDING)
                _add_certificate(connection, certificate_sha256, issued)
        except IntegrityError as fault:
            raise Refusal(KEY_REUSED) from fault

    def add_certificate(self, certificate_sha256: str, issued: IssuedCertificate) -> None:
        """See `EnrolmentBook.add_certificate`."""
        try:
            with transaction(self._engine) as connection:
                _add_certificate(connection, certificate_sha256, issued)
        except IntegrityError as fault:
            raise Refusal(KEY_REUSED) from fault

    def find_certificate(self, certificate_sha256: str) -> IssuedCertificate | None:
        """See `EnrolmentBook.find_certificate`."""
        wanted = select(certificates).where(certificates.c.certificate_sha256 == certificate_sha256)
        with self._engine.connect() as connection:
            row = connection.execute(wanted).mappings().first()
        if row is None:
            return None
        return IssuedCertificate(
            participant=Participant.parse_uri(row["participant"]),
            spki_sha256=row["spki_sha256"],
            not_after=as_utc(row["not_after"]),
            revoked=row["revoked"],
        )

    def is_key_known(self, spki_sha256: str) -> bool:
        """See `EnrolmentBook.is_key_known`."""
        wanted = select(certificates.c.spki_sha256).where(certificates.c.spki_sha256 == spki_sha256)
        with self._engine.connect() as connection:
            return connection.execute(wanted).first() is not None

    def revoke_certificates(self, participant: Participant) -> int:
        """See `EnrolmentBook.revoke_certificates`."""
        theirs = (certificates.c.participant == participant.uri) & ~certificates.c.revoked
        with transaction(self._engine) as connection:
            return connection.execute(
                update(certificates).where(theirs).values(revoked=True)
            ).rowcount

    def _move(self, connection: Connection, enrolment: Enrolment, expected: EnrolmentState) -> None:
        same = enrolments.c.enrolment_id == enrolment.enrolment_id
        changed = connection.execute(
            update(enrolments)
            .where(same & (enrolments.c.state == expected.value))
            .values(**_values(enrolment))
        )
        if changed.rowcount != 1:
            raise Refusal(ENROLMENT_STATE, expected.value)
        invitation = enrolment.invitation
        self._note(connection, invitation.state.value, enrolment, invitation.decided_by)

    def _note(self, connection: Connection, act: str, enrolment: Enrolment, officer: str) -> None:
        note_act(connection, (act, enrolment.invitation.participant.uri, officer), self._clock())


def _add_certificate(
    connection: Connection, certificate_sha256: str, issued: IssuedCertificate
) -> None:
    connection.execute(
        insert(certificates).values(
            certificate_sha256=certificate_sha256,
            spki_sha256=issued.spki_sha256,
            participant=issued.participant.uri,
            not_after=issued.not_after,
            revoked=issued.revoked,
        )
    )


def _values(enrolment: Enrolment) -> Mapping[str, Any]:
    invitation = enrolment.invitation
    return {
        "enrolment_id": enrolment.enrolment_id,
        "token_sha256": invitation.token_sha256,
        "participant": invitation.participant.uri,
        "invited_by": invitation.invited_by,
        "expires_at": invitation.expires_at,
        "state": invitation.state.value,
        "fingerprint": invitation.fingerprint,
        "sign_public_key": invitation.sign_public_key,
        "decided_by": invitation.decided_by,
        "csr_pem": enrolment.csr_pem,
        "chain_pem": enrolment.chain_pem,
        "received_at": enrolment.received_at,
    }


def _enrolment(row: RowMapping) -> Enrolment:
    return Enrolment(
        enrolment_id=row["enrolment_id"],
        invitation=Invitation(
            participant=Participant.parse_uri(row["participant"]),
            token_sha256=row["token_sha256"],
            invited_by=row["invited_by"],
            expires_at=as_utc(row["expires_at"]),
            state=EnrolmentState(row["state"]),
            fingerprint=row["fingerprint"],
            sign_public_key=bytes(row["sign_public_key"]),
            decided_by=row["decided_by"],
        ),
        csr_pem=bytes(row["csr_pem"]),
        chain_pem=bytes(row["chain_pem"]),
        received_at=as_utc(row["received_at"]) if row["received_at"] else None,
    )
