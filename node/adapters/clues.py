"""What a citizen remembers, understood with the tables of set-up and the area table."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from threading import Lock

from records.area_table import AreaRow, parse_area_table
from records.entries import CatalogueEntry
from records.exchange import Applicant
from records.jurisdictions import Jurisdictions
from records.kinds import get_kind
from records.own_record import Card, Standing, stands_in
from records.place_facts import OLDER_NAMES, PLACE_FACTS
from records.queries import RecordQuery
from records.refusal import Refusal
from records.route_index import RouteIndex
from records.route_terms import RouteAnswer, RouteQuery, with_notices
from records.routing import route
from records.sought import QueryReader
from trust.identity.directory import DirectorySnapshot

_ENDS = {
    "educated_youth": ("origin_place", "destination_place"),
    "overseas_return": ("from_place", "to_place"),
    "household_migration": ("from_place", "to_place"),
}
"""Categories whose matter has two ends, each with an archive of its own (domain.md §2.3)."""
_OPEN_START = 1800
_OPEN_END = 2100


def load_areas(path: Path | None) -> tuple[AreaRow, ...]:
    """The public area table in `path`, or our own small one. Raises Refusal: as the parser."""
    if path is None:
        return PLACE_FACTS
    return (*parse_area_table(path.read_text("utf-8-sig")), *OLDER_NAMES)


class RememberedClues:
    """`Clues` on the tables in memory."""

    def __init__(self, reader: QueryReader, jurisdictions: Jurisdictions) -> None:
        """Read queries with `reader`, places with `jurisdictions`."""
        self._reader = reader
        self._jurisdictions = jurisdictions
        self._lock = Lock()
        self._index: tuple[tuple[object, ...], RouteIndex] | None = None

    def check(self, query: RecordQuery) -> None:
        """Return only if the query can be searched.

        Raises:
            Refusal: CATEGORY_UNKNOWN, QUERY_MALFORMED, TOO_BROAD and the refusals of names,
                dates and numbers.
        """
        self._reader.read(query)

    def areas(self, query: RecordQuery, year: int | None) -> Sequence[str]:
        """Area codes of today that its places lead to; empty = not known or ambiguous."""
        codes: list[str] = []
        for place in self.places(query):
            found = self._jurisdictions.resolve(place, year)
            if found.reason:
                return ()
            codes += found.codes
        return tuple(dict.fromkeys(codes))

    def places(self, query: RecordQuery) -> Sequence[str]:
        """The places of the matter in today's characters; two for who was sent somewhere."""
        ends = [query.free.get(code, "") for code in _ENDS.get(query.category, ())]
        texts = [self._reader.folding.normal(text) for text in (query.place, *ends)]
        return tuple(dict.fromkeys(text for text in texts if text))

    def years(self, query: RecordQuery) -> tuple[int | None, int | None]:
        """First and last year in question; (None, None) = not said or not understood."""
        try:
            period = self._reader.read(query).period
        except Refusal:
            return None, None
        if period is None:
            return None, None
        first, last = period.earliest.year, period.latest.year
        return (
            None if first <= _OPEN_START else first,
            None if last >= _OPEN_END else last,
        )

    def stands_in(self, applicant: Applicant, entry: CatalogueEntry) -> Standing:
        """Whether the record can be about the applicant, by the document that they showed."""
        return stands_in(
            Card(name=applicant.name, id_no=applicant.id_no),
            get_kind(entry.category),
            entry.values,
            folding=self._reader.folding,
            calendar=self._reader.calendar,
        )

    def route(self, query: RouteQuery, directory: DirectorySnapshot, today: date) -> RouteAnswer:
        """Which archives may hold it, and which of them may be asked."""
        answer = route(
            query,
            index=self._index_of(directory),
            jurisdictions=self._jurisdictions,
            liveness=directory.head.states,
            today=today,
        )
        return with_notices(answer, directory.head.notices)

    def _index_of(self, directory: DirectorySnapshot) -> RouteIndex:
        # A new stamp alone changes nothing that routing asks for.
        named = (directory.head.root, directory.view.version, directory.judged_at, directory.denied)
        with self._lock:
            if self._index is None or self._index[0] != named:
                self._index = (named, _build_index(directory))
            return self._index[1]


def _build_index(directory: DirectorySnapshot) -> RouteIndex:
    members = directory.view.trust_list.members
    return RouteIndex(
        coverage=[part.statement for part in directory.coverage],
        agreements=[part.statement for part in directory.agreements.values()],
        active_nodes=[
            member.participant_id
            for member in members
            if member.state == "active" and member.participant_id not in directory.denied
        ],
        archive_names=[
            (archive.archive_code, archive.name)
            for member in members
            for archive in member.archives
        ],
        ended=directory.ended,
    )
