"""The area table in use: the imported file, or the built-in facts."""

import threading
from pathlib import Path

from federation_registry.domain.reasons import FILE_UNREADABLE
from records.area_table import LARGEST_TABLE, parse_area_table
from records.jurisdictions import Jurisdictions
from records.place_facts import OLDER_NAMES, PLACE_FACTS
from records.refusal import Refusal
from trust.store.durable_file import write_durably

_MOST_BYTES = 4 * LARGEST_TABLE


class AreaFile:
    """Reads the table once and again when the file changed."""

    def __init__(self, path: Path) -> None:
        """Use `path` when it exists."""
        self._path = path
        self._lock = threading.Lock()
        self._read_as: tuple[int, int] | None = None
        self._jurisdictions: Jurisdictions | None = None

    def current(self) -> Jurisdictions:
        """The table in use.

        Raises:
            Refusal: AREA_TABLE_MALFORMED, FILE_UNREADABLE.
        """
        with self._lock:
            stamp = self._stamp()
            if self._jurisdictions is None or stamp != self._read_as:
                self._jurisdictions = self._load()
                self._read_as = stamp
            return self._jurisdictions

    def replace(self, source: Path) -> Jurisdictions:
        """Take a new table; the old one stays when it cannot be read as a whole.

        Raises:
            Refusal: AREA_TABLE_MALFORMED, FILE_UNREADABLE.
        """
        text = read_text(source)
        table = Jurisdictions(parse_area_table(text) + OLDER_NAMES)
        write_durably(self._path, text.encode())
        return table

    def _stamp(self) -> tuple[int, int] | None:
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return None
        return stat.st_mtime_ns, stat.st_size

    def _load(self) -> Jurisdictions:
        if self._stamp() is None:
            return Jurisdictions(PLACE_FACTS)
        return Jurisdictions(parse_area_table(read_text(self._path)) + OLDER_NAMES)


def read_text(path: Path) -> str:
    """The file as UTF-8 text of bounded size.

    Raises:
        Refusal: FILE_UNREADABLE.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise Refusal(FILE_UNREADABLE, "too large")
        return data.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise Refusal(FILE_UNREADABLE, path.name) from fault
