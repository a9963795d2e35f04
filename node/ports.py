"""What the node's use cases need from the outside, as protocols.

One contract test suite per port runs on every adapter (architecture.md, Stores).
"""

from typing import Protocol

from records.entries import CatalogueEntry, SearchResult
from records.queries import RecordQuery


class Catalogue(Protocol):
    """The searchable index of the archives that this node hosts."""

    def search(self, archive_code: str, query: RecordQuery) -> SearchResult:
        """Candidates of one archive, best first.

        Raises:
            Refusal: QUERY_TOO_BROAD, QUERY_UNKNOWN_CATEGORY, QUERY_MALFORMED.
        """
        ...

    def get_entry(self, archive_code: str, reference_code: str) -> CatalogueEntry:
        """The entry with that 档号.

        Raises:
            Refusal: ENTRY_NOT_FOUND.
        """
        ...


class ImageStore(Protocol):
    """Page images, addressed by content."""

    def put(self, data: bytes) -> str:
        """Store durably and return the SHA-256, hex."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes, after their digest was checked again.

        Raises:
            Refusal: IMAGE_NOT_FOUND, IMAGE_DAMAGED.
        """
        ...
