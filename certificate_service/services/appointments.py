"""All appointments that are known of the caller's archives: handed over, remembered, published.

An officer whose appointment was revoked could hand over the older one; the newest known counts.
"""

from collections.abc import Iterator, Sequence

from certificate_service.ports import Register, TrustSource
from trust.envelope.dsse import Envelope, envelope_from_json, envelope_id, envelope_to_json
from trust.envelope.statement import encode
from trust.identity.statements import Appointment
from trust.identity.trust_view import TrustView


class KnownAppointments:
    """Gathers appointments."""

    def __init__(self, register: Register, trust: TrustSource) -> None:
        """Keep both places where appointments are known from."""
        self._register = register
        self._trust = trust

    def gather(
        self, given: Sequence[Envelope], caller: str, view: TrustView
    ) -> tuple[Envelope, ...]:
        """The given ones first, then whatever else is known; each once."""
        found = {envelope_id(one): one for one in given}
        for code in _archives_of(view, caller):
            kept = (envelope_from_json(one) for one in self._register.appointments(code))
            for envelope in (*kept, *self._trust.appointments(code)):
                found.setdefault(envelope_id(envelope), envelope)
        return tuple(found.values())


def worth_keeping(
    envelopes: Sequence[Envelope], appointments: Sequence[Appointment]
) -> tuple[tuple[Appointment, bytes], ...]:
    """The verified appointments of the archive, to be remembered for status orders."""
    verified = {encode(said): said for said in appointments}
    return tuple(
        (verified[one.payload], envelope_to_json(one))
        for one in envelopes
        if one.payload in verified
    )


def _archives_of(view: TrustView, node: str) -> Iterator[str]:
    for member in view.trust_list.members:
        if member.participant_id == node:
            yield from (archive.archive_code for archive in member.archives)
