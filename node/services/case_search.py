"""Many questions for one case: an agency's list of ninety people, say (domain.md C59).

There is no browse door: a batch needs a case that the archive works on, an officer who may search,
another person who leads the archive and agrees, and it is short. Both stand in the log, with how
many questions were asked, before the first one is answered; what comes back is masked.
"""

from node.domain.catalogue_reasons import CASE_SEARCH_NOT_APPROVED
from node.domain.masked_results import mask_result
from node.domain.officers import Actor
from node.ports import Catalogue
from node.services.house import House, require_act
from records.duties import Act
from records.entries import SearchResult
from records.process_reasons import DUTY_CONFLICT
from records.queries import RecordQuery
from records.reasons import QUERY_MALFORMED
from records.refusal import Refusal

MOST_QUERIES = 50


class CaseSearch:
    """Searches in a batch, each batch for one case."""

    def __init__(self, house: House, catalogue: Catalogue) -> None:
        """In the holdings of `house`."""
        self._house = house
        self._catalogue = catalogue

    def approve(self, case_no: str, searcher: Actor, leader: Actor | None, queries: int) -> None:
        """Who searches and who agreed stand in the log of the case.

        Raises:
            Refusal: CASE_SEARCH_NOT_APPROVED without a leader, DUTY_CONFLICT when the two are one
                person, DUTY_NOT_HELD, CASE_NOT_FOUND, QUERY_MALFORMED above 50 questions.
        """
        archive_code = searcher.archive_code
        require_act(searcher, archive_code, Act.SEARCH_CATALOGUE)
        if leader is None:
            raise Refusal(CASE_SEARCH_NOT_APPROVED, case_no)
        require_act(leader, archive_code, Act.APPROVE_BY_LEADER)
        if leader.person_id == searcher.person_id:
            raise Refusal(DUTY_CONFLICT, "leader")
        if not 1 <= queries <= MOST_QUERIES:
            detail = f"{queries} questions, at most {MOST_QUERIES}"
            raise Refusal(QUERY_MALFORMED, detail)
        now = self._house.clock()
        with self._house.book.write() as book:
            work = book.get_work(case_no, archive_code)
            book.note(archive_code, work.case_no, "batch_approved", leader.officer_id, now)
            kind = f"batch_searched_{queries}"
            book.note(archive_code, work.case_no, kind, searcher.officer_id, now)

    def search(self, searcher: Actor, query: RecordQuery) -> SearchResult:
        """The masked answer to one question of an approved batch.

        Raises:
            Refusal: TOO_BROAD, QUERY_MALFORMED and the others of a search.
        """
        require_act(searcher, searcher.archive_code, Act.SEARCH_CATALOGUE)
        return mask_result(self._catalogue.search(searcher.archive_code, query))
