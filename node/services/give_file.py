"""A released file goes to the window for which it was made: each time a leaf of our log."""

from collections.abc import Callable

from node.case_ports import CaseWriter
from node.domain.exchange_reasons import FILE_NOT_RELEASED
from node.ports import ImageStore
from node.services.house import House
from records.refusal import Refusal


class GiveFile:
    """Hands out sealed files."""

    def __init__(self, house: House, files: ImageStore) -> None:
        """Of the archives of `house`."""
        self._house = house
        self._files = files

    def give(
        self,
        sender: str,
        case_no: str,
        sha256: str,
        use_token: Callable[[CaseWriter], None] | None = None,
    ) -> bytes:
        """The file; that it was given stands in the log, in the transaction of the token.

        Raises:
            Refusal: FILE_NOT_RELEASED to that node for that case, ACT_TOKEN_REPLAYED,
                IMAGE_NOT_FOUND, IMAGE_DAMAGED.
        """
        with self._house.book.write() as book:
            if use_token is not None:
                use_token(book)
            archive = book.find_release(sha256, case_no, sender)
            if archive:
                book.note(archive, case_no, "file_given", sender, self._house.clock())
        if not archive:
            raise Refusal(FILE_NOT_RELEASED)
        return self._files.get(sha256)
