"""What erasing needs from outside: the case database, the folders of files, a journal."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from node.domain.erasure import Copy, Erased, EraseOrder
from records.retention import Held, Keeping


class ErasureBook(Protocol):
    """Copies of cases that are due, held, or gone. Every method is one transaction."""

    def copies(self, archive_code: str, case_no: str) -> Sequence[Copy]:
        """The copies of that case which the archive still has: window, holder, or both."""
        ...

    def due(
        self, archive_code: str, before: Mapping[Keeping, datetime], limit: int
    ) -> Sequence[Copy]:
        """Copies that ended before their keeping's instant and are not held, oldest first."""
        ...

    def erase(self, copy: Copy, order: EraseOrder) -> Erased:
        """The copy is gone, with its leaf; its files wait in `files_to_delete`.

        Raises:
            Refusal: CASE_NOT_FOUND, CASE_NOT_ENDED, CASE_HELD.
        """
        ...

    def erased(self, archive_code: str, limit: int) -> Sequence[Erased]:
        """What was erased, newest first."""
        ...

    def files_to_delete(self) -> Sequence[str]:
        """SHA-256 of files that only erased copies named."""
        ...

    def deleted(self, sha256: str) -> None:
        """The file is gone."""
        ...

    def hold(self, held: Held) -> None:
        """The case is not erased before `release_hold`."""
        ...

    def release_hold(self, archive_code: str, case_no: str) -> bool:
        """Whether there was a hold; there is none now."""
        ...

    def holds(self, archive_code: str) -> Sequence[Held]:
        """Cases that are held, oldest first."""
        ...

    def forget_messages(self, before: datetime) -> int:
        """Settled letters, replies and used tokens from before then are gone; how many."""
        ...

    def forget_looks(self, before: datetime) -> int:
        """Lines of the access log and settled alerts from before then are gone; how many."""
        ...


class FileShelf(Protocol):
    """A folder of files by their SHA-256."""

    def remove(self, sha256: str) -> bool:
        """Whether the file was there; it is not now."""
        ...


class ErasureJournal(Protocol):
    """Which copies were erased, kept outside the database: a backup must not bring them back."""

    def note(self, copy: Copy, order: EraseOrder) -> None:
        """One line; no word about a person."""
        ...

    def noted(self) -> Sequence[tuple[Copy, EraseOrder]]:
        """Every line, oldest first."""
        ...
