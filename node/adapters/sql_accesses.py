"""Who looked at which record, inside the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, insert, or_, select, update

from node.adapters import rights_tables as t
from node.adapters.person_tables import count_question, person_kids
from node.adapters.row_values import from_ms, to_ms
from node.domain.access_log import AccessRow, PartyRow
from records.eligibility_terms import Requester


class SqlAccesses:
    """`AccessWriter` on one connection."""

    _connection: Connection

    def has_access(self, archive_code: str, reference_code: str, case_no: str, kind: str) -> bool:
        """Whether that look of that case is written down already."""
        c = t.accesses.c
        found = select(
            exists().where(
                c.archive_code == archive_code,
                c.reference_code == reference_code,
                c.case_no == case_no,
                c.kind == kind,
            )
        )
        return bool(self._connection.execute(found).scalar())

    def person_kids(self) -> tuple[int, ...]:
        """Versions of the keys of people's digests in use; the first is the one to write with."""
        return person_kids(self._connection)

    def count_question(self, person_key: str, day: str) -> int:
        """How often that person asked who looked at their records on that day, this time too."""
        return count_question(self._connection, person_key, day)

    def accesses_of(
        self, person_keys: Sequence[str], archive_codes: Sequence[str], until: datetime, limit: int
    ) -> Sequence[tuple[AccessRow, PartyRow]]:
        """Looks until then at records of which that person is a party, newest first."""
        a, p = t.accesses.c, t.parties.c
        query = (
            select(t.accesses, p.person_key, p.role)
            .join(
                t.parties,
                (a.archive_code == p.archive_code) & (a.reference_code == p.reference_code),
            )
            .where(
                p.person_key.in_(list(person_keys)),
                a.archive_code.in_(list(archive_codes)),
                a.at_ms <= to_ms(until),
                # Here, so that what is left unsaid takes no place in the list.
                a.hidden == 0,
                or_(a.requester != Requester.COURT.value, a.released_ms > 0),
            )
            .order_by(a.at_ms.desc(), a.case_no.desc(), a.reference_code, a.kind)
            .limit(limit)
        )
        found = []
        for row in self._connection.execute(query):
            look = AccessRow(
                archive_code=row.archive_code,
                reference_code=row.reference_code,
                category=row.category,
                case_no=row.case_no,
                kind=row.kind,
                requester=row.requester,
                asker_key=row.asker_key,
                at=from_ms(row.at_ms),
                hidden=bool(row.hidden),
                released_at=from_ms(row.released_ms) if row.released_ms else None,
            )
            party = PartyRow(
                archive_code=row.archive_code,
                reference_code=row.reference_code,
                person_key=row.person_key,
                role=row.role,
            )
            found.append((look, party))
        return found

    def note_access(self, row: AccessRow) -> None:
        """The look is written down; once for a record, case and kind."""
        if self.has_access(row.archive_code, row.reference_code, row.case_no, row.kind):
            return
        self._connection.execute(
            insert(t.accesses).values(
                archive_code=row.archive_code,
                reference_code=row.reference_code,
                case_no=row.case_no,
                kind=row.kind,
                category=row.category,
                requester=row.requester,
                asker_key=row.asker_key,
                at_ms=to_ms(row.at),
                hidden=int(row.hidden),
                released_ms=to_ms(row.released_at),
            )
        )

    def note_party(self, row: PartyRow, person_keys: Sequence[str] = ()) -> None:
        """That person, by any of `person_keys`, is known as a party of the record; once."""
        p = t.parties.c
        known = select(
            exists().where(
                p.person_key.in_([row.person_key, *person_keys]),
                p.archive_code == row.archive_code,
                p.reference_code == row.reference_code,
            )
        )
        if not self._connection.execute(known).scalar():
            self._connection.execute(
                insert(t.parties).values(
                    person_key=row.person_key,
                    archive_code=row.archive_code,
                    reference_code=row.reference_code,
                    role=row.role,
                )
            )

    def release_inquiry(self, archive_code: str, case_no: str, at: datetime) -> int:
        """Looks of that case may be told from now on; how many there are."""
        a = t.accesses.c
        told = (
            update(t.accesses)
            .where(
                a.archive_code == archive_code,
                a.case_no == case_no,
                a.requester == Requester.COURT.value,
                a.released_ms == 0,
            )
            .values(released_ms=to_ms(at))
        )
        return self._connection.execute(told).rowcount
