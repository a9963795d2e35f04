"""Searches one archive's index for the record sought, for whoever may ask."""

from dataclasses import replace
from threading import Lock

from node.catalogue_ports import CatalogueIndex, CatalogueReader
from node.domain.catalogue import Judgement, candidate_of
from node.domain.historic_clues import HistoricClues
from node.domain.shelves import Shelf
from node.services.name_counts import NameCounts
from node.services.person_search import SAFE_TIERS, PersonSearch
from node.services.search_subjects import SubjectSearch
from records.entries import CatalogueEntry, SearchResult
from records.matching import Scales
from records.name_frequency import count_frequency
from records.outcomes import Outcome
from records.queries import RecordQuery
from records.sought import QueryReader, Sought, Wanted


class SearchCatalogue:
    """The node's catalogue as its desks see it."""

    def __init__(
        self, index: CatalogueIndex, reader: QueryReader, clues: HistoricClues | None = None
    ) -> None:
        """Search `index`, reading queries with the tables in `reader`, history with `clues`."""
        self._index = index
        self._reader = reader
        self._clues = clues or HistoricClues()
        self._lock = Lock()
        self._counts: dict[int, tuple[int, NameCounts]] = {}

    def search(self, archive_code: str, query: RecordQuery) -> SearchResult:
        """Candidates of one archive, best first.

        Whether a miss lies inside the declared coverage is the caller's question; here an archive
        that has nothing of the category answers `NOT_COVERED`.

        Raises:
            Refusal: CATEGORY_UNKNOWN, QUERY_MALFORMED, TOO_BROAD, and the refusals of names,
                dates and numbers.
        """
        sought = self._clues.add_names(archive_code, self._reader.read(query))
        with self._index.reading() as index:
            shelf = index.find_shelf(archive_code, query.category)
            if shelf is None:
                return _result(sought, Judgement(outcome=Outcome.NOT_COVERED, shown=()), None)
            if not sought.kind.people:
                search = SubjectSearch(index, shelf, sought, self._scales(shelf))
                found = _result(sought, search.run(), shelf, search)
                return replace(found, variants=0)
            scales, counts = self._scales(shelf), self._counts_of(index, shelf)
            person = PersonSearch(index, shelf, sought, scales, self._reader, counts)
            judged = person.run()
            found = _result(sought, judged, shelf, person)
            return self._clues.ask_for_place(sought, found)

    def _counts_of(self, index: CatalogueReader, shelf: Shelf) -> NameCounts:
        """How common names are; read anew after an import into the shelf."""
        with self._lock:
            version, known = self._counts.get(shelf.shelf_id, (-1, None))
            if known is None or version != shelf.index_version:
                known = NameCounts(count_frequency(index.read_signs()))
                self._counts[shelf.shelf_id] = (shelf.index_version, known)
            return known

    def _scales(self, shelf: Shelf) -> Scales:
        reader, people = self._reader, max(1, shelf.people)
        return Scales(
            reader.folding, reader.calendar, lambda _: 1.0, people, places=self._clues.places
        )

    def find_shelf(self, archive_code: str, category: str) -> Shelf | None:
        """What the index holds of that category, for the statement of coverage."""
        with self._index.reading() as index:
            return index.find_shelf(archive_code, category)

    def get_entry(self, archive_code: str, reference_code: str) -> CatalogueEntry:
        """The entry with that 档号. Raises Refusal: ENTRY_NOT_FOUND."""
        with self._index.reading() as index:
            return index.get_entry(archive_code, reference_code)


def _result(
    sought: Sought,
    found: Judgement,
    shelf: Shelf | None,
    search: PersonSearch | SubjectSearch | None = None,
) -> SearchResult:
    spellings = _spellings(sought.subject) + _spellings(sought.other)
    return SearchResult(
        outcome=found.outcome.value,
        candidates=tuple(candidate_of(match) for match in found.shown[: sought.limit]),
        tiers=search.tiers if isinstance(search, PersonSearch) else SAFE_TIERS,
        variants=spellings,
        truncated=(search is not None and search.truncated) or len(found.shown) > sought.limit,
        ask=found.ask,
        index_version=shelf.index_version if shelf else 0,
        hidden_hit=search is not None and search.hidden_hit,
    )


def _spellings(person: Wanted) -> int:
    return len(person.spellings)
