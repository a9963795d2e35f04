"""What corrections of the index need from the database, as protocols.

The change of the entry, the correction that asked for it, its signed step and its log leaf are one
transaction: the writer is the case writer and the index's writer at once.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from node.case_ports import CaseReader, CaseWriter
from node.domain.cases import Issuance
from node.domain.corrections import Correction
from node.domain.shelves import IndexedEntry
from records.entries import CatalogueEntry


class CorrectionReader(CaseReader, Protocol):
    """Reading corrections."""

    def get_correction(self, archive_code: str, correction_id: str) -> Correction:
        """The correction. Raises Refusal: CORRECTION_UNKNOWN."""
        ...

    def list_corrections(
        self, archive_code: str, states: Sequence[str], limit: int
    ) -> Sequence[Correction]:
        """Newest first; empty `states` = all."""
        ...

    def find_open(self, archive_code: str, reference_code: str, field: str) -> Correction | None:
        """The correction of that field that waits for its decision."""
        ...

    def certified(self, archive_code: str, reference_code: str) -> Sequence[Issuance]:
        """Certificates that were issued from that record, oldest first."""
        ...

    def get_entry(self, archive_code: str, reference_code: str) -> CatalogueEntry:
        """The entry as it stands in this view. Raises Refusal: ENTRY_NOT_FOUND."""
        ...


class CorrectionWriter(CorrectionReader, CaseWriter, Protocol):
    """One transaction."""

    def add_correction(self, correction: Correction) -> None:
        """It waits for its decision. Raises Refusal: CORRECTION_OPEN."""
        ...

    def save_correction(self, correction: Correction) -> Correction:
        """As given, version + 1. Raises Refusal: CASE_CHANGED."""
        ...

    def replace_entry(self, corrected: IndexedEntry) -> int:
        """The index says what `corrected` says; the new version of its part of the index.

        Raises:
            Refusal: CORRECTION_STALE, INDEX_BUSY.
        """
        ...


class CorrectionBook(Protocol):
    """The node's corrections, in the database of its cases and its index."""

    def read(self) -> AbstractContextManager[CorrectionReader]:
        """A consistent view."""
        ...

    def write(self) -> AbstractContextManager[CorrectionWriter]:
        """One transaction, committed at the end unless something was raised."""
        ...
