"""What taking batches in needs from the outside, as protocols."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from node.domain.intake_batches import BatchPaper, IntakeBatch
from node.domain.shelves import Shelf
from node.services.import_holdings import FindingsReport, HoldingsFile
from records.kinds import Kind


class IntakeBook(Protocol):
    """The node's own list of batches; every change leaves a leaf in the same transaction."""

    def add(self, batch: IntakeBatch) -> None:
        """The batch is known."""
        ...

    def decide(self, batch: IntakeBatch, actor: str) -> None:
        """The batch as given, if it still waits. Raises Refusal: BATCH_DECIDED."""
        ...

    def find(self, batch_id: str) -> IntakeBatch | None:
        """A batch that was sent in by page."""
        ...

    def list(self, archive_code: str, limit: int) -> Sequence[IntakeBatch]:
        """Batches of the archive, newest first, imports by command after those by page."""
        ...

    def shelves(self, archive_code: str) -> Sequence[Shelf]:
        """What the index has of that archive, by category."""
        ...


class IntakeFiles(Protocol):
    """Files that wait, and reports; private to the node."""

    def put(self, batch_id: str, data: bytes) -> None:
        """The file waits."""
        ...

    def open(self, batch_id: str, kind: Kind) -> AbstractContextManager[HoldingsFile]:
        """The file, read as whatever it is. Raises Refusal: those of the readers."""
        ...

    def drop(self, batch_id: str) -> None:
        """The file is gone; its report stays."""
        ...

    def report(self, batch_id: str) -> AbstractContextManager[FindingsReport]:
        """A new report of that batch."""
        ...

    def findings(self, batch_id: str) -> Sequence[BatchPaper]:
        """What the report says; empty where there is none."""
        ...

    def alone(self) -> AbstractContextManager[None]:
        """Nobody else imports meanwhile. Raises Refusal: IMPORT_RUNNING."""
        ...
