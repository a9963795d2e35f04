"""Which of the archives that may hold it has it? One question to each, one deadline for all.

A case with several possible holders (E09, E11, E20) is asked for before it is sent: every archive
that the route names is in the answer exactly once, with a signed count, a signed negative, or the
word that it did not answer; those that the route refuses are there with their code. Silence is
never "no record". A partner that is dead costs nobody more than the deadline, and after five
silences in a row nobody waits for it at all until it answered a probe (decision 1058).
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from time import monotonic

from node.domain.application import Application
from node.domain.cases import Leg
from node.domain.exchange_reasons import ANSWER_UNEXPECTED
from node.domain.officers import Actor
from node.domain.reasons import TEXT_MALFORMED
from node.domain.views import RoutePreview
from node.ports import Partner
from node.services.breaker import Breaker
from node.services.house import House, require_act
from node.services.routing import RouteCase
from records.duties import Act
from records.exchange import LocateAnswer, LocateQuestion, SearchedScope
from records.outcomes import Outcome
from records.refusal import Kind, Refusal
from trust.channel.reasons import PARTNER_TIMEOUT
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.statement import open_statement, sign_statement
from trust.identity.reasons import DIRECTORY_EXPIRED

SECONDS = 2.0
"""The shared deadline where none is given: a citizen stands at the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerOutcome:
    """What one archive said, or that it said nothing."""

    node_id: str
    archive_code: str
    name: str
    outcome: str
    """Code of records/outcomes.py; NODE_UNAVAILABLE for silence, REFUSED with `code`."""
    code: str = ""
    """Why not, where it was refused or did not come."""
    count: int = 0
    """Candidates, masked at three."""
    tier: str = ""
    scope: SearchedScope | None = None
    """What was searched; only of who answered."""
    answer: Envelope | None = None
    """Signed by the archive: also every negative."""
    answer_id: str = ""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question on its way."""

    leg: Leg
    question: Envelope
    question_id: str
    act: Mapping[str, str]


class AskPartners:
    """Asks all archives of a route at once."""

    def __init__(
        self,
        house: House,
        routes: RouteCase,
        partner: Callable[[str], Partner],
        threads: Executor,
    ) -> None:
        """Ask through `partner`, given a node id; each call takes one of `threads`."""
        self._house = house
        self._routes = routes
        self._partner = partner
        self._threads = threads
        self._breaker = Breaker()

    def ask(
        self, case_no: str, actor: Actor, seconds: float = SECONDS
    ) -> tuple[PartnerOutcome, ...]:
        """Every routed archive exactly once, those that were asked first, within `seconds`.

        Each question is one use of its agreement and one leaf at the holder; that they were asked
        is one leaf in our own log.

        Raises:
            Refusal: CASE_NOT_FOUND, DUTY_NOT_HELD, DIRECTORY_EXPIRED, and why the applicant may
                not ask.
        """
        house = self._house
        with house.book.read() as book:
            case = book.get_case(case_no)
        require_act(actor, case.archive_code, Act.REVIEW_REQUEST)
        preview = self._routes.preview(case.application)
        reason = self._routes.reason(case.application)
        if reason is not None:
            raise Refusal(reason, preview.eligibility_rule)
        if preview.directory == "expired":
            raise Refusal(DIRECTORY_EXPIRED)
        now = house.clock()
        with house.book.write() as writer:
            writer.note(case.archive_code, case_no, "partners_asked", actor.officer_id, now)
        asked = [
            self._question(case_no, case.application, leg, preview, actor) for leg in preview.legs
        ]
        return (*self._gather(asked, seconds), *_refused(preview))

    def _gather(self, asked: Sequence[_Asked], seconds: float) -> list[PartnerOutcome]:
        end = monotonic() + seconds
        calls: dict[int, Future[PartnerOutcome]] = {
            number: self._threads.submit(self._call, one, end) for number, one in enumerate(asked)
        }
        wait(calls.values(), timeout=max(0.0, end - monotonic()))
        found = []
        for number, call in calls.items():
            # Who has not answered by now is not waited for; what still comes is dropped.
            late = not call.done()
            if late:
                call.cancel()
                self._failed(asked[number].leg.node_id)
            found.append(
                _silent(asked[number].leg, PARTNER_TIMEOUT.code) if late else call.result()
            )
        return found

    def _call(self, asked: _Asked, end: float) -> PartnerOutcome:
        leg, left = asked.leg, end - monotonic()
        if left <= 0 or not self._breaker.may_try(leg.node_id, self._house.clock()):
            return _silent(leg, PARTNER_TIMEOUT.code)
        try:
            answer = self._partner(leg.node_id).locate(
                leg.node_id, asked.question, asked.act, seconds=left
            )
            outcome = self._open(asked, answer)
        except Refusal as refusal:
            if refusal.reason.kind is Kind.UNAVAILABLE:
                self._failed(leg.node_id)
                return _silent(leg, refusal.code)
            return _said_no(leg, refusal.code)
        self._breaker.succeeded(leg.node_id)
        return outcome

    def _failed(self, node_id: str) -> None:
        self._breaker.failed(node_id, self._house.clock())

    def _open(self, asked: _Asked, answer: Envelope) -> PartnerOutcome:
        """The answer, signed by the archive's node, to exactly this question.

        Raises:
            Refusal: the trust reasons, WRONG_SENDER, WRONG_RECIPIENT, ANSWER_UNEXPECTED,
                TEXT_MALFORMED.
        """
        leg, house = asked.leg, self._house
        view = house.directory.current().view
        keys = view.sign_keys(leg.node_id, house.clock())
        opened = open_statement(answer, LocateAnswer, keys, suites=view.suites)
        said = opened.statement
        house.verify_header(said.header, leg.node_id)
        same = said.header.in_reply_to == asked.question_id
        searched = said.scope.archive_code if said.scope is not None else ""
        if not same or searched != leg.holder_archive:
            raise Refusal(ANSWER_UNEXPECTED, said.header.case_no)
        if said.outcome not in set(Outcome):
            raise Refusal(TEXT_MALFORMED, "outcome")
        return PartnerOutcome(
            node_id=leg.node_id,
            archive_code=leg.holder_archive,
            name=leg.holder_name,
            outcome=said.outcome,
            count=said.count,
            tier=said.tier,
            scope=said.scope,
            answer=answer,
            answer_id=opened.envelope_id,
        )

    def _question(
        self, case_no: str, form: Application, leg: Leg, preview: RoutePreview, actor: Actor
    ) -> _Asked:
        house = self._house
        terms = (leg.agreement_id, leg.agreement_version)
        question = LocateQuestion(
            header=house.header(case_no, leg.node_id, house.clock(), agreement=terms),
            window_archive=form.window_archive,
            holder_archive=leg.holder_archive,
            query=form.query,
            purpose=form.purpose,
            eligibility_rule=preview.eligibility_rule,
            relation=form.applicant.relation,
            identity_assurance=form.applicant.identity_assurance,
            proofs=form.proofs,
        )
        envelope = sign_statement(question, house.signer)
        act = {
            "officer": actor.officer_id,
            "role": "window_reviewer",
            "case_no": case_no,
            "purpose": form.purpose,
            "category": form.query.category,
            "agreement_id": leg.agreement_id,
            "agreement_version": str(leg.agreement_version),
            "legal_basis": preview.eligibility_rule,
        }
        return _Asked(leg, envelope, envelope_id(envelope), act)


def _refused(preview: RoutePreview) -> list[PartnerOutcome]:
    """Archives that may hold it and may not be asked, and that were not asked."""
    asked = {leg.holder_archive for leg in preview.legs}
    by_archive = {route.archive_code: route for route in preview.refused_routes}
    return [
        PartnerOutcome(
            node_id=route.node_id,
            archive_code=code,
            name=route.name,
            outcome=Outcome.REFUSED.value,
            code=route.code,
        )
        for code, route in by_archive.items()
        if code not in asked
    ]


def _silent(leg: Leg, code: str) -> PartnerOutcome:
    return PartnerOutcome(
        node_id=leg.node_id,
        archive_code=leg.holder_archive,
        name=leg.holder_name,
        outcome=Outcome.NODE_UNAVAILABLE.value,
        code=code,
    )


def _said_no(leg: Leg, code: str) -> PartnerOutcome:
    return PartnerOutcome(
        node_id=leg.node_id,
        archive_code=leg.holder_archive,
        name=leg.holder_name,
        outcome=Outcome.REFUSED.value,
        code=code,
    )
