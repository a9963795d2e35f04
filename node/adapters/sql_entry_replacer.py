"""Replaces one entry of the index: the same place, other words, a raised version."""

from collections import Counter

from sqlalchemy import Connection, delete, select, update

from node.adapters import build_tables
from node.adapters.catalogue_rows import read_entry, write_entry
from node.adapters.catalogue_tables import certificate_number, entry, id_number, person, shelf
from node.adapters.sql_catalogue_writer import SqlCatalogueWriter
from node.adapters.sql_subjects import remove_subjects
from node.domain.catalogue_index import index_entry
from node.domain.correction_reasons import CORRECTION_STALE, INDEX_BUSY
from node.domain.shelves import IndexedEntry
from records.id_numbers import number_of
from records.name_keys import count_signs, hash_key
from records.refusal import Refusal
from records.sought import QueryReader


class SqlEntryReplacer(SqlCatalogueWriter):
    """One correction's part in its transaction."""

    def __init__(self, connection: Connection, reader: QueryReader) -> None:
        """Write on this connection; imports wait until its transaction ends."""
        super().__init__(connection, reader.sounds)
        self._reader = reader

    def replace_entry(self, corrected: IndexedEntry) -> int:
        """The entry with that 档号 says what `corrected` says; the shelf's new version.

        It keeps its id and its images; what it was found under before finds it no longer.

        Raises:
            Refusal: INDEX_BUSY while an index is being built beside this one, which would miss
                the change; CORRECTION_STALE unless the stored version is the one before.
        """
        if build_tables.read_current(self._connection) is not None:
            raise Refusal(INDEX_BUSY)
        wanted = corrected.entry
        on = self.find_shelf(wanted.archive_code, wanted.category)
        if on is None:
            raise Refusal(CORRECTION_STALE)
        row = self._connection.execute(
            select(entry.c.entry_id, entry.c.body).where(
                entry.c.reference_code == wanted.reference_code, entry.c.shelf_id == on.shelf_id
            )
        ).one_or_none()
        before = read_entry(row.body) if row is not None else None
        if row is None or before is None or before.index_version + 1 != wanted.index_version:
            raise Refusal(CORRECTION_STALE)
        entry_id = int(row.entry_id)
        known = index_entry(before, self._reader)
        self._forget(on.shelf_id, entry_id, known)
        self._connection.execute(
            update(entry)
            .where(entry.c.entry_id == entry_id)
            .values(body=write_entry(wanted), is_hidden=corrected.is_hidden)
        )
        self._index(on.shelf_id, {entry_id: corrected})
        self._count_signs()
        if corrected.year:
            self._widen_years(on.shelf_id, corrected.year, corrected.year)
        return self._raise_version(on.shelf_id, len(corrected.people) - len(known.people))

    def _forget(self, shelf_id: int, entry_id: int, known: IndexedEntry) -> None:
        """No row of the index leads to the entry; each is found by its own key, never by a scan."""
        names = self.find_names({one.normal for one in known.people})
        found_by = (
            (person, person.c.name_id, sorted(names.values())),
            (id_number, id_number.c.number, [number_of(n) for n, _ in known.id_numbers]),
            (
                certificate_number,
                certificate_number.c.number_key,
                [hash_key(text) for text in known.number_keys],
            ),
        )
        for table, key, values in found_by:
            gone = (table.c.entry_id == entry_id) & (table.c.shelf_id == shelf_id)
            self._connection.execute(delete(table).where(gone & key.in_(values)))
        remove_subjects(self._connection, shelf_id, entry_id, known.words)
        signs: Counter[tuple[int, int]] = Counter()
        for who in known.people:
            signs.update(() if who.is_former_name else count_signs(who.normal))
        self._signs.subtract(signs)

    def _raise_version(self, shelf_id: int, more_people: int) -> int:
        raised = (
            update(shelf)
            .where(shelf.c.shelf_id == shelf_id)
            .values(
                index_version=shelf.c.index_version + 1,
                people=shelf.c.people + more_people,
            )
            .returning(shelf.c.index_version)
        )
        return int(self._connection.execute(raised).scalar_one())
