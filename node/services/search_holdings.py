"""The holder's search: what is declared first, then the index, then what may be said.

Runs after the receipt was given, in the worker; a case that was being searched when the process
died is searched again. Nothing that a search finds leaves the archive here: a hit waits for a
person, and only the declared fact "not in our holdings" answers by itself.
"""

from dataclasses import replace
from functools import partial

from node.case_ports import Move
from node.domain.cases import HolderCase
from node.domain.claims import TO_SEARCH
from node.ports import Catalogue, Clues, EventLog
from node.services.answering import Answer, give_answer, request_of
from node.services.house import House
from node.services.worker import guard
from records.case_states import CaseState
from records.coverage_rules import CoverageDecision, evaluate_coverage
from records.entries import Candidate, SearchResult
from records.exchange import Applicant, AssistRequest, SearchedScope
from records.outcomes import Outcome, merge_negative
from records.own_record import ASK, IN_THE_RECORD, Standing
from records.refusal import Refusal

_VOUCHED = frozenset({Outcome.HIT_UNIQUE, Outcome.HIT_SAME_PERSON_MULTI, Outcome.HIT_PARTIAL})


class SearchHoldings:
    """Searches for every request that waits."""

    def __init__(self, house: House, catalogue: Catalogue, clues: Clues, log: EventLog) -> None:
        """Search `catalogue`; `clues` understands places and years as remembered."""
        self._house = house
        self._catalogue = catalogue
        self._clues = clues
        self._log = log

    def run(self, limit: int = 20) -> int:
        """How many cases were searched; each in transactions of its own."""
        with self._house.book.read() as book:
            waiting = book.list_work("", TO_SEARCH, limit)
        done = [guard(partial(self.search, work), self._log, "search") for work in waiting]
        return sum(done)

    def search(self, work: HolderCase) -> HolderCase:
        """The case is past `searching`: candidates, manual search, or answered as not covered."""
        if work.state == CaseState.DISPATCHED:
            with self._house.book.write() as book:
                work = book.move_work(work, self._move(CaseState.SEARCHING, ""))
        request = request_of(work)
        covered = self._judge_coverage(request)
        scope = _scope(request, covered)
        if not covered.covered:
            return self._answer_not_covered(replace(work, scope=scope), covered)
        try:
            result = self._catalogue.search(work.holder_archive, request.query)
        except Refusal:
            return self._to_person(replace(work, scope=scope))
        return self._settle(replace(work, scope=scope), result)

    def _judge_coverage(self, request: AssistRequest) -> CoverageDecision:
        year_from, year_to = self._clues.years(request.query)
        declared = self._house.coverage_of(request.holder_archive)
        areas = self._clues.areas(request.query, year_from)
        return evaluate_coverage(
            declared,
            category=request.query.category,
            areas=areas,
            year_from=year_from,
            year_to=year_to,
        )

    def _answer_not_covered(self, work: HolderCase, covered: CoverageDecision) -> HolderCase:
        answer = Answer(
            outcome=Outcome.NOT_COVERED,
            reason_code=Outcome.NOT_COVERED.value,
            note=covered.rule,
            referral=covered.referral,
        )
        with self._house.book.write() as book:
            return give_answer(self._house, book, work, answer, CaseState.REFERRED)

    def _settle(self, work: HolderCase, result: SearchResult) -> HolderCase:
        result = self._doubt_applicant(work, result)
        outcome = merge_negative(
            Outcome(result.outcome),
            restricted_hit=result.hidden_hit,
            sampled=self._house.is_sample(work.holder_archive, request_of(work).query),
        )
        scope = work.scope
        if scope is not None:
            scope = replace(
                scope,
                tiers=result.tiers,
                variants=result.variants,
                truncated=result.truncated,
                index_version=result.index_version,
            )
        found = replace(
            work,
            scope=scope,
            candidates=result.candidates,
            hidden_hit=result.hidden_hit,
            ask=result.ask,
            outcome=outcome.value,
        )
        # Declared, but not in the index: a person looks at the shelves.
        unindexed = outcome is Outcome.NOT_COVERED
        if unindexed or outcome is Outcome.PENDING_MANUAL or self._is_on_paper(found):
            return self._to_person(found)
        with self._house.book.write() as book:
            return book.move_work(found, self._move(CaseState.CANDIDATES, outcome.value))

    def _is_on_paper(self, work: HolderCase) -> bool:
        """One matter was found, and no page of it has a digital image: it waits for the shelves.

        Nobody needs to open the case to find that out: it takes no clerk's minutes from the cases
        whose clock counts minutes, and the window hears at once (decision 1251).
        """
        if Outcome(work.outcome) not in _VOUCHED:
            return False
        entries = [
            self._catalogue.get_entry(work.holder_archive, one.reference_code)
            for one in work.candidates
        ]
        return bool(entries) and not any(entry.images for entry in entries)

    def _doubt_applicant(self, work: HolderCase, result: SearchResult) -> SearchResult:
        """What may be told by machine: not "unique" to an applicant who is not in the record."""
        applicant = request_of(work).applicant
        if applicant.relation not in IN_THE_RECORD or result.outcome not in _VOUCHED:
            return result
        standings = [self._standing(work, applicant, one) for one in result.candidates]
        candidates = tuple(
            replace(one, releasable=one.releasable and standing is Standing.PROVEN)
            for one, standing in zip(result.candidates, standings, strict=True)
        )
        # A part of a record (a roster page) is never called unique: nothing to take back.
        said_unique = result.outcome == Outcome.HIT_UNIQUE.value
        if not said_unique or set(standings) != {Standing.ABSENT}:
            return replace(result, candidates=candidates)
        return replace(result, candidates=candidates, outcome=Outcome.HIT_AMBIGUOUS.value, ask=ASK)

    def _standing(self, work: HolderCase, applicant: Applicant, candidate: Candidate) -> Standing:
        entry = self._catalogue.get_entry(work.holder_archive, candidate.reference_code)
        return self._clues.stands_in(applicant, entry)

    def _to_person(self, work: HolderCase) -> HolderCase:
        """Manual search; the window learns that a person looks, never why."""
        answer = Answer(outcome=Outcome.PENDING_MANUAL, reason_code=Outcome.PENDING_MANUAL.value)
        with self._house.book.write() as book:
            return give_answer(self._house, book, work, answer, CaseState.MANUAL_SEARCH)

    def _move(self, state: CaseState, code: str) -> Move:
        return Move(to=state, at=self._house.clock(), actor="system", code=code)


def _scope(request: AssistRequest, covered: CoverageDecision) -> SearchedScope:
    declared = covered.coverage
    return SearchedScope(
        archive_code=request.holder_archive,
        category=request.query.category,
        covered_from=declared.covered_from if declared else 0,
        covered_to=declared.covered_to if declared else 0,
        gaps=covered.gaps,
    )
