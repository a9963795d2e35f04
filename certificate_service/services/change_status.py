"""Revoke and supersede: two officers of the holder order it, and both are final."""

from certificate_service.domain.numbering import parse_number
from certificate_service.domain.officers import open_status_order
from certificate_service.domain.order_reasons import ORDER_MALFORMED, ORDER_STALE
from certificate_service.domain.reasons import CERTIFICATE_UNKNOWN
from certificate_service.domain.release_rules import CLOCK_SKEW, MOST_AGE, check_caller
from certificate_service.ports import Clock, Register, Release, SignedList, TrustSource
from certificate_service.services.appointments import KnownAppointments
from certificate_service.services.authorise import open_appointments
from certificate_service.services.publish import Publisher
from records.refusal import Refusal
from records.release import StatusOrder
from trust.envelope.dsse import Envelope, envelope_to_json

MOST_LISTS = 256
"""In one answer."""
_REASONS = ("error_in_record", "error_in_extract", "leaked", "obtained_unlawfully")


class ChangeStatus:
    """Obeys status orders."""

    def __init__(
        self, *, register: Register, trust: TrustSource, publisher: Publisher, clock: Clock
    ) -> None:
        """Keep the ports."""
        self._register = register
        self._appointments = KnownAppointments(register, trust)
        self._trust = trust
        self._publisher = publisher
        self._clock = clock

    def change(self, envelope: Envelope, caller: str, *, wanted: str) -> Release:
        """The certificate with its new status, which the verify site shows from now on.

        `wanted` is the status that the method called stands for. A repeated order is answered
        with the status that it has brought about.

        Raises:
            Refusal: ORDER_*, CERTIFICATE_UNKNOWN, STATUS_FINAL.
        """
        now = self._clock()
        view = self._trust.current()
        # 1. Who the officers of the caller's archives are.
        known = self._appointments.gather((), caller, view)
        appointments = open_appointments(known, view, now)
        # 2. Two officers of that archive signed it.
        opened, _officers = open_status_order(envelope, appointments, now)
        order = opened.statement
        host, _archive = view.get_archive(order.holder_archive)
        check_caller(host.participant_id, caller)
        # 3. It is whole, fresh, and about a certificate of theirs.
        _check_form(order, wanted)
        if not now - MOST_AGE <= order.ordered_at <= now + CLOCK_SKEW:
            raise Refusal(ORDER_STALE)
        self._check_certificates(order)
        # 4. Kept first, then shown.
        self._register.change_status(
            order.number, order.status, order.replaced_by, envelope_to_json(envelope)
        )
        self._publisher.publish_status(order.holder_archive)
        if order.replaced_by:
            self._publisher.publish_replacements(order.holder_archive)
        changed = self._register.find_number(order.number)
        if changed is None:
            raise Refusal(CERTIFICATE_UNKNOWN)
        return changed

    def signed_lists(
        self, archive_code: str, after: int, caller: str
    ) -> tuple[tuple[SignedList, ...], SignedList | None]:
        """The archive's status lists with higher numbers, and the newest one.

        Raises:
            Refusal: ARCHIVE_UNKNOWN, ORDER_FOREIGN_NODE.
        """
        host, _archive = self._trust.current().get_archive(archive_code)
        check_caller(host.participant_id, caller)
        journal = self._register.journal
        return journal.since(archive_code, after, MOST_LISTS), journal.last(archive_code)

    def _check_certificates(self, order: StatusOrder) -> None:
        for number in filter(None, (order.number, order.replaced_by)):
            found = self._register.find_number(number)
            if found is None or found.state != "confirmed":
                raise Refusal(CERTIFICATE_UNKNOWN, number)


def _check_form(order: StatusOrder, wanted: str) -> None:
    checks = (
        ("status", order.status == wanted),
        ("reason_class", order.reason_class in _REASONS),
        ("number", parse_number(order.number).archive_code == order.holder_archive),
        ("replaced_by", bool(order.replaced_by) == (order.status == "superseded")),
        ("replaced_by", order.replaced_by != order.number),
    )
    for field, holds in checks:
        if not holds:
            raise Refusal(ORDER_MALFORMED, field)
    if order.replaced_by:
        parse_number(order.replaced_by)
