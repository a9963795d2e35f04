"""How many, how sure, out of what: never who. The count is masked at three.

The same rules run as for a request: window, agreement, quota, eligibility, coverage; a restricted
hit and a share of plain misses read the same. Every question is one use of the agreement and one
leaf of the holder's log, so that nobody browses unseen.
"""

from node.domain.application import eligibility_of_question
from node.ports import Catalogue, Clues
from node.services.arrivals import Arrival
from node.services.house import House
from node.services.receive_request import find_bar, verify_window
from node.services.terms import Terms, count_use, find_terms
from records.agreement_rules import AgreementQuestion
from records.coverage_rules import CoverageDecision, evaluate_coverage
from records.entries import SearchResult
from records.exchange import LocateAnswer, LocateQuestion, SearchedScope
from records.outcomes import Outcome, merge_negative
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened, sign_statement

_MASK = 3
_Years = tuple[int | None, int | None]


class LocateRecords:
    """Answers LocateQuestions."""

    def __init__(self, house: House, catalogue: Catalogue, clues: Clues) -> None:
        """Of the archives of `house`."""
        self._house = house
        self._catalogue = catalogue
        self._clues = clues

    def answer(self, arrival: Arrival, opened: Opened[LocateQuestion]) -> Envelope:
        """The signed answer.

        Raises:
            Refusal: WRONG_RECIPIENT, WRONG_SENDER, TEXT_MALFORMED, ARCHIVE_NOT_HOSTED,
                AGREEMENT_SCOPE, AGREEMENT_EXPIRED, AGREEMENT_QUOTA, DIRECTORY_EXPIRED, the
                eligibility reasons, TOO_BROAD.
        """
        house, question, sender = self._house, opened.statement, arrival.sender
        house.verify_header(question.header, sender)
        house.require_archive(question.holder_archive)
        verify_window(house, question.header, question.window_archive)
        years = self._clues.years(question.query)
        self._admit(arrival, question, years)
        covered = self._judge_coverage(question, years)
        if not covered.covered:
            return self._sign(opened, sender, Outcome.NOT_COVERED, None, covered)
        result = self._catalogue.search(question.holder_archive, question.query)
        outcome = merge_negative(
            Outcome(result.outcome),
            restricted_hit=result.hidden_hit,
            # Every miss draws its lot, hidden hit or not: they take the same time.
            sampled=result.outcome == Outcome.NO_RECORD_COVERED
            and house.is_sample(question.holder_archive, question.query),
        )
        # Waiting for a person reads the same, whatever the index said.
        told = None if outcome is Outcome.PENDING_MANUAL else result
        return self._sign(opened, sender, outcome, told, covered)

    def _admit(self, arrival: Arrival, question: LocateQuestion, years: _Years) -> None:
        """Counted and logged, whether it is answered or refused by our own table."""
        house = self._house
        terms = self._find_terms(question, arrival.sender, years)
        reason = find_bar(house.judge(eligibility_of_question(question)))
        kind = "located" if reason is None else "locate_refused"
        with house.book.write() as book:
            arrival.use_token(book)
            count_use(house, book, arrival.sender, terms)
            case_no = question.header.case_no
            book.note(question.holder_archive, case_no, kind, arrival.sender, house.clock())
        if reason is not None:
            raise Refusal(reason)

    def _find_terms(self, question: LocateQuestion, sender: str, years: _Years) -> Terms | None:
        asked = AgreementQuestion(
            asking_node=sender,
            holding_node=self._house.node_id,
            category=question.query.category,
            requester=question.relation,
            purpose=question.purpose,
            year=years[0],
            year_to=years[1],
            granularity="count",
        )
        return find_terms(self._house, asked, question.header)

    def _judge_coverage(self, question: LocateQuestion, years: _Years) -> CoverageDecision:
        year_from, year_to = years
        return evaluate_coverage(
            self._house.coverage_of(question.holder_archive),
            category=question.query.category,
            areas=self._clues.areas(question.query, year_from),
            year_from=year_from,
            year_to=year_to,
        )

    def _sign(
        self,
        opened: Opened[LocateQuestion],
        sender: str,
        outcome: Outcome,
        result: SearchResult | None,
        covered: CoverageDecision,
    ) -> Envelope:
        question, house = opened.statement, self._house
        candidates = result.candidates if result else ()
        declared = covered.coverage
        scope = SearchedScope(
            archive_code=question.holder_archive,
            category=question.query.category,
            covered_from=declared.covered_from if declared else 0,
            covered_to=declared.covered_to if declared else 0,
            gaps=covered.gaps,
            tiers=result.tiers if result else (),
            variants=result.variants if result else 0,
            truncated=result.truncated if result else False,
            index_version=result.index_version if result else 0,
        )
        header = house.header(
            question.header.case_no, sender, house.clock(), in_reply_to=opened.envelope_id
        )
        answer = LocateAnswer(
            header=header,
            outcome=outcome.value,
            count=min(len(candidates), _MASK),
            tier=candidates[0].tier if candidates else "",
            scope=scope,
        )
        return sign_statement(answer, house.signer)
