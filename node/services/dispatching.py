"""From registered to dispatched: one signed assist request per archive, all in one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from node.case_ports import CaseWriter, Move
from node.domain.application import Application
from node.domain.cases import Leg, WindowCase
from node.domain.exchange_reasons import ANSWER_UNEXPECTED
from node.domain.kept_statements import REQUEST, WITHDRAWAL, new_statement
from node.domain.officers import Actor
from node.services.arrivals import SUBMIT
from node.services.house import MESSAGE_LIFE, House
from node.services.outgoing import SignedWord, enqueue_for_holder, header_for_holder
from records.case_states import CaseState
from records.deadlines import after_open_time, target_for
from records.exchange import AssistRequest, Withdrawal
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.statement import decode, sign_statement


class Dispatch:
    """Signs requests and puts them into the outbox."""

    def __init__(self, house: House) -> None:
        """Of this house."""
        self._house = house

    def send(
        self, book: CaseWriter, case: WindowCase, legs: Sequence[Leg], actor: Actor
    ) -> WindowCase:
        """The case is dispatched: one envelope per leg is in the outbox.

        Raises:
            Refusal: CASE_MOVE_FORBIDDEN, CASE_CHANGED, DIRECTORY_EXPIRED, TRUST_LIST_EXPIRED.
        """
        now = self._house.clock()
        self._verify_directory([leg.node_id for leg in legs], now)
        case = book.move_case(
            replace(case, registered_at=now), self._move(CaseState.REGISTERED, actor, now)
        )
        deadline = max(self._deadline(case, leg, now) for leg in legs)
        routed = replace(case, legs=tuple(legs), deadline=deadline)
        case = book.move_case(routed, self._move(CaseState.ROUTED, actor, now))
        sent = [self._post(book, case, leg, case.application, actor) for leg in legs]
        dispatched = replace(case, legs=tuple(sent))
        return book.move_case(dispatched, self._move(CaseState.DISPATCHED, actor, now))

    def supplement(
        self,
        book: CaseWriter,
        case: WindowCase,
        holder_archive: str,
        form: Application,
        actor: Actor,
    ) -> WindowCase:
        """The holder that asked gets a second request, in reply to its question.

        Raises:
            Refusal: ANSWER_UNEXPECTED when that archive asked nothing; DIRECTORY_EXPIRED,
                TRUST_LIST_EXPIRED.
        """
        now = self._house.clock()
        asking = next((leg for leg in case.legs if leg.holder_archive == holder_archive), None)
        if asking is None or not asking.question:
            raise Refusal(ANSWER_UNEXPECTED, holder_archive)
        self._verify_directory([asking.node_id], now)
        paused = now - case.paused_at if case.paused_at else timedelta()
        deadline = case.deadline + paused if case.deadline else None
        running = replace(
            case, application=form, deadline=deadline, paused_at=None, paused_reason=""
        )
        sent = self._post(book, running, asking, form, actor)
        legs = tuple(sent if leg is asking else leg for leg in case.legs)
        move = self._move(CaseState.DISPATCHED, actor, now)
        return book.move_case(replace(running, legs=legs), move)

    def _verify_directory(self, recipients: Sequence[str], now: datetime) -> None:
        """Nothing goes to another node by a directory that is too old (architecture.md 4)."""
        if set(recipients) - {self._house.node_id}:
            self._house.directory.current().check_usable(now)

    def withdraw(self, book: CaseWriter, case: WindowCase, actor: Actor) -> None:
        """Every archive that was asked will hear that the citizen withdrew."""
        now = self._house.clock()
        for leg in case.legs:
            if leg.request is None:
                continue
            # A request that never left need not arrive first; one that did is taken back.
            asked = decode(leg.request.payload, AssistRequest)
            book.remove_message(asked.header.message_id)
            said = Withdrawal(
                header=header_for_holder(self._house, case, leg, now, leg.request_id),
                window_archive=case.archive_code,
                holder_archive=leg.holder_archive,
            )
            envelope = sign_statement(said, self._house.signer)
            self._enqueue(book, case, leg, envelope, said.header.message_id, actor)
            book.keep(case.archive_code, new_statement(case.case_no, WITHDRAWAL, envelope, now))

    def _deadline(self, case: WindowCase, leg: Leg, now: datetime) -> datetime:
        view = self._house.directory.current().view
        window = view.get_archive(case.archive_code)[1].city_code
        holder = view.get_archive(leg.holder_archive)[1].city_code
        calendar = self._house.calendar_of(leg.holder_archive)
        return after_open_time(now, target_for(window, holder), calendar)

    def _post(
        self, book: CaseWriter, case: WindowCase, leg: Leg, form: Application, actor: Actor
    ) -> Leg:
        now = self._house.clock()
        statement = self._statement(case, leg, form, now)
        envelope = sign_statement(statement, self._house.signer)
        name = envelope_id(envelope)
        self._enqueue(book, case, leg, envelope, statement.header.message_id, actor)
        book.keep(case.archive_code, new_statement(case.case_no, REQUEST, envelope, now))
        return replace(
            leg,
            state="dispatched",
            request=envelope,
            request_id=name,
            answer=None,
            question="",
            outcome="",
        )

    def _enqueue(
        self,
        book: CaseWriter,
        case: WindowCase,
        leg: Leg,
        envelope: Envelope,
        message_id: str,
        actor: Actor,
    ) -> None:
        now = self._house.clock()
        said = SignedWord(
            kind=SUBMIT,
            message_id=message_id,
            envelope=envelope,
            officer_id=actor.officer_id,
            role="window_reviewer",
            at=now,
            # Tried on after the case's clock ran out: a partner that was away for an hour still
            # answers, late and said so.
            until=now + MESSAGE_LIFE,
        )
        enqueue_for_holder(book, case, leg, said)

    def _statement(
        self, case: WindowCase, leg: Leg, form: Application, now: datetime
    ) -> AssistRequest:
        return AssistRequest(
            header=header_for_holder(
                self._house, case, leg, now, leg.answer_id if leg.question else ""
            ),
            window_archive=case.archive_code,
            holder_archive=leg.holder_archive,
            applicant=form.applicant,
            query=form.query,
            purpose=form.purpose,
            purpose_text=form.purpose_text,
            eligibility_rule=case.eligibility_rule,
            output=form.output,
            delivery=form.agreed_delivery,
            requested_fields=form.requested_fields,
            proofs=form.proofs,
            filed_by=case.filed_by,
            reviewed_by=case.reviewed_by,
            deadline=case.deadline or now,
        )

    def _move(self, state: CaseState, actor: Actor, now: datetime) -> Move:
        return Move(to=state, at=now, actor=actor.officer_id)
