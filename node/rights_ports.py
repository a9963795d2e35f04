"""What the rights of citizens and the duties of officers need from the case database.

Part of the same transaction as cases, leaves and events: a look that cannot be written down is
not shown (trust.md §5, "no audit, no action").
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from node.domain.access_log import AccessRow, PartyRow
from node.domain.complaints import Complaint
from node.domain.escalation import Escalation, Notice
from node.domain.misuse import Alert, Lookup


class AccessReader(Protocol):
    """Reading who looked at which record."""

    def has_access(self, archive_code: str, reference_code: str, case_no: str, kind: str) -> bool:
        """Whether that look of that case is written down already."""
        ...

    def person_kids(self) -> tuple[int, ...]:
        """Versions of the keys of people's digests in use; the first is the one to write with."""
        ...

    def accesses_of(
        self, person_keys: Sequence[str], archive_codes: Sequence[str], until: datetime, limit: int
    ) -> Sequence[tuple[AccessRow, PartyRow]]:
        """Looks until then at records of which that person is a party, newest first."""
        ...


class AccessWriter(AccessReader, Protocol):
    """Writing who looked at which record."""

    def note_access(self, row: AccessRow) -> None:
        """The look is written down; once for a record, case and kind."""
        ...

    def note_party(self, row: PartyRow, person_keys: Sequence[str] = ()) -> None:
        """That person, by any of `person_keys`, is known as a party of the record; once."""
        ...

    def count_question(self, person_key: str, day: str) -> int:
        """How often that person asked who looked at their records on that day, this time too."""
        ...

    def release_inquiry(self, archive_code: str, case_no: str, at: datetime) -> int:
        """Looks of that case may be told from now on; how many there are."""
        ...


class EscalationReader(Protocol):
    """Reading which steps were taken."""

    def has_step(self, step: Escalation) -> bool:
        """Whether that step of that stretch was taken."""
        ...

    def recent_steps(
        self, archive_code: str, since: datetime, limit: int
    ) -> Sequence[tuple[Escalation, datetime, str]]:
        """Steps taken since then, newest first: the step, when, and who was meant."""
        ...

    def due_notices(self, now: datetime, limit: int) -> Sequence[Notice]:
        """Notices whose time has come, oldest first."""
        ...


class EscalationWriter(EscalationReader, Protocol):
    """Writing steps and notices."""

    def take_step(self, step: Escalation, at: datetime, target: str) -> None:
        """The step was taken; `target` is whom it called."""
        ...

    def escalate(self, step: Escalation, state: str, at: datetime) -> None:
        """The leaf of the step, and the event that pages hear of; the case stays in `state`."""
        ...

    def add_notice(self, notice: Notice) -> None:
        """The notice will be given to the notification port."""
        ...

    def postpone_notice(self, notice: Notice, due_at: datetime) -> None:
        """Tried once more, later."""
        ...

    def remove_notice(self, notice_id: str) -> None:
        """It is out, or was given up."""
        ...


class Notifier(Protocol):
    """Tells somebody who is not looking at a page: a pager, a chat, a mail gateway."""

    def tell(self, notice: Notice) -> None:
        """The notice is out.

        Raises:
            Refusal: NOTIFIER_FAILED.
        """
        ...


class DutyReader(Protocol):
    """Reading lookups, alerts and complaints."""

    def lookups_of(self, officer_id: str, since: datetime) -> Sequence[Lookup]:
        """What the officer dealt with since then, newest first; the last 500 at most."""
        ...

    def open_alerts(self, officer_id: str) -> Sequence[Alert]:
        """Alerts about the officer that nobody has acknowledged."""
        ...

    def list_alerts(self, archive_code: str, limit: int) -> Sequence[Alert]:
        """Alerts at the archive, open ones first, then newest first."""
        ...

    def get_complaint(self, number: str) -> Complaint:
        """The complaint. Raises Refusal: COMPLAINT_UNKNOWN."""
        ...

    def list_complaints(
        self, archive_code: str, states: Sequence[str], case_no: str, limit: int
    ) -> Sequence[Complaint]:
        """Earliest due first; empty `states` or `case_no` = all."""
        ...


class DutyWriter(DutyReader, Protocol):
    """Writing lookups, alerts and complaints."""

    def add_lookup(self, lookup_id: str, lookup: Lookup, keep_since: datetime) -> None:
        """One more name; what lies before `keep_since` is forgotten."""
        ...

    def forget_lookups(self, officer_id: str) -> None:
        """The officer's count begins anew."""
        ...

    def save_alert(self, alert: Alert) -> None:
        """The alert as given; a new one or a known one."""
        ...

    def add_complaint(self, complaint: Complaint) -> None:
        """A complaint is registered."""
        ...

    def save_complaint(self, complaint: Complaint, version: int) -> None:
        """As given, where it still stands at that version. Raises Refusal: CASE_CHANGED."""
        ...


class RightsReader(AccessReader, EscalationReader, DutyReader, Protocol):
    """What every reader of the case database can tell of rights and duties."""


class RightsWriter(AccessWriter, EscalationWriter, DutyWriter, Protocol):
    """What every writer of the case database can write of rights and duties."""
