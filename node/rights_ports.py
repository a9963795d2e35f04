"""What the rights of citizens and the duties of officers need from the case database.

Part of the same transaction as cases, leaves and events: a look that cannot be written down is
not shown (trust.md §5, "no audit, no action").
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from node.domain.access_log import AccessRow, PartyRow


class AccessReader(Protocol):
    """Reading who looked at which record."""

    def has_access(self, archive_code: str, reference_code: str, case_no: str, kind: str) -> bool:
        """Whether that look of that case is written down already."""
        ...

    def accesses_of(
        self, person_key: str, archive_codes: Sequence[str], until: datetime, limit: int
    ) -> Sequence[tuple[AccessRow, PartyRow]]:
        """Looks until then at records of which that person is a party, newest first."""
        ...


class AccessWriter(AccessReader, Protocol):
    """Writing who looked at which record."""

    def note_access(self, row: AccessRow) -> None:
        """The look is written down; once for a record, case and kind."""
        ...

    def note_party(self, row: PartyRow) -> None:
        """That person is known as a party of the record; once."""
        ...

    def release_inquiry(self, archive_code: str, case_no: str, at: datetime) -> int:
        """Looks of that case may be told from now on; how many there are."""
        ...
