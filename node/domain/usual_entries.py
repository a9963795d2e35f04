"""What the index keeps of a usual row, made of its cells without an entry in between.

The same as `entry_of_row`, `index_entry` and `IndexRows.add` make of such a row, in half the
time; rows that are not usual go that way.
"""

from collections.abc import Sequence

from node.domain.catalogue_index import LONGEST_NORMAL, NOT_REVIEWED
from node.domain.disclosure import may_not_show
from node.domain.four_checks import Row
from node.domain.index_rows import MOST_BORN_DAYS, IndexRows
from node.domain.usual_rows import UsualRow, only_year
from records.fields import ARCHIVE_FIELDS
from records.kinds import Kind
from records.name_keys import hash_key
from records.person_names import NameFolding

_OPEN_STATUS, _IMAGES = "open_status", "images"


class UsualEntries:
    """Entries of the usual rows of one file."""

    def __init__(self, archive_code: str, kind: Kind, folding: NameFolding) -> None:
        """Entries of that archive and category; names are folded by that table."""
        self._head = {"archive_code": archive_code, "category": kind.code}
        self._folding = folding
        # An entry has the archive block in its own order; its images are no text.
        self._plain = tuple(one.code for one in ARCHIVE_FIELDS if one.code != _IMAGES)
        self._own = kind.codes
        names = {place: who.name for place, who in enumerate(kind.people) if not who.is_roster}
        self._names = tuple(names.values())
        self._people = tuple(
            (place, name, tuple(one for at, one in names.items() if at != place))
            for place, name in names.items()
            if kind.people[place].is_sought
        )
        self._has_one_event = len(kind.event_dates) < 2

    def fit(self, columns: Sequence[str]) -> None:
        """Rows have these columns and no others."""
        self._plain = tuple(c for c in self._plain if c in columns or c == _OPEN_STATUS)
        self._own = tuple(code for code in self._own if code in columns)

    def content(self, row: Row, seen: UsualRow) -> dict[str, object]:
        """The fields of the entry that are not empty, in the order of an entry."""
        content: dict[str, object] = dict(self._head)
        for code in self._plain:
            if cell := row.get(code):
                content[code] = cell
            elif code == _OPEN_STATUS:
                content[code] = NOT_REVIEWED
        if seen.year:
            content["year"] = seen.year
        content["index_version"] = 1
        content["values"] = {code: cell for code in self._own if (cell := row[code])}
        return content

    def is_hidden(self, row: Row) -> bool:
        """It must not show in the federation."""
        return may_not_show(row.get("secrecy_level", ""), row.get(_OPEN_STATUS, ""))

    def add(
        self, row: Row, seen: UsualRow, at: tuple[int, int], rows: IndexRows
    ) -> tuple[int, int]:
        """The facts of the entry at that id and shelf are among the rows; its people and year."""
        entry_id, shelf_id = at
        year = only_year(seen.event) or seen.year
        people_year = year if self._has_one_event or not _spans_years(seen) else 0
        fold = self._folding.normal
        texts = {name: text for name in self._names if (text := row.get(name))}
        normals = {name: fold(text) for name, text in texts.items()}
        count = 0
        for place, name, others in self._people:
            normal = normals.get(name, "")
            if not normal or "□" in normal or len(normal) > LONGEST_NORMAL:
                continue
            other = ""
            for one in others:
                if one in normals:
                    other = normals[one][:LONGEST_NORMAL]
                    break
            first, last, *_ = seen.births[place]
            days = min(last - first, MOST_BORN_DAYS)
            rows.people.append((normal, shelf_id, first, entry_id, place, other, days, people_year))
            count += 1
        keys = [(hash_key(key), shelf_id, entry_id) for key in seen.keys]
        rows.certificates += dict.fromkeys(keys) if len(keys) > 1 else keys
        return count, year


def _spans_years(seen: UsualRow) -> bool:
    years = {day[2] for day in seen.events}
    return len(years | {seen.year} if seen.year else years) > 1
