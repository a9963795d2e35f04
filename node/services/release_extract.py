"""出证: two people order one extract, word for word.

The release_dispatcher writes and signs the order; the seal_keeper, another person whom the order
names, signs the same bytes. Only then does the certificate service hear of it, and it checks all
of this again. Both type their own password: it opens a key that the node itself cannot open.
"""

from dataclasses import replace
from uuid import UUID

from node.case_ports import CaseWriter, Move
from node.domain.application import eligibility_of_request
from node.domain.cases import HolderCase, Issuance
from node.domain.commands import ReleaseCommand, SealCommand
from node.domain.exchange_reasons import (
    APPOINTMENT_MISSING,
    LEADER_NEEDED,
    NO_SEAL_KEEPER,
    NOT_NAMED_KEEPER,
)
from node.domain.kept_statements import AGREEMENT, APPOINTMENT, ORDER, new_statement
from node.domain.officers import Actor, Officer
from node.domain.release_order import OrderParts
from node.domain.views import WorkDetail
from node.ports import OfficerKeys, StaffBook
from node.services.answering import Answer, give_answer, request_of
from node.services.draw_call_back import verify_called_back
from node.services.house import House, require_act
from node.services.note_accesses import note_released
from node.services.work_desk import WorkDeskService
from node.services.work_views import WorkViews
from node.services.write_orders import OrderWriter
from records import field_answers
from records.agreements import Agreement
from records.case_states import CaseState, verify_holder_move
from records.duties import Act, PerformedAct, verify_separation
from records.outcomes import Outcome
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.dsse import Envelope, add_signature, envelope_id
from trust.envelope.statement import decode, sign_statement
from trust.identity.trust_view import check_appointment_in_force, verify_appointment


class ReleaseDeskService:
    """Release and seal."""

    def __init__(
        self,
        house: House,
        orders: OrderWriter,
        staff: StaffBook,
        keys: OfficerKeys,
        desk: WorkDeskService,
        views: WorkViews,
    ) -> None:
        """Of the archives of `house`; `orders` says what is printed."""
        self._house = house
        self._orders = orders
        self._staff = staff
        self._keys = keys
        self._desk = desk
        self._views = views

    def release(self, command: ReleaseCommand, actor: Actor) -> WorkDetail:
        """The order is written and signed by the release_dispatcher.

        Raises:
            Refusal: PASSWORD_WRONG, NO_SEAL_KEEPER, NOT_ASKED, APPOINTMENT_MISSING, NOT_CLAIMED,
                CASE_MOVE_FORBIDDEN.
        """
        require_act(actor, command.holder_archive, Act.RELEASE)
        dispatcher = self._appointed(actor.officer_id)
        keeper = self._find_keeper(command, actor)
        signer = self._keys.unlock(actor.archive_code, actor.user, command.password)
        with self._house.book.write() as book:
            work = self._desk.require_claim(book, command.case_no, command.holder_archive, actor)
            self._verify_approved(work, dispatcher)
            verify_called_back(work)
            self._verify_not_proposed(work, dispatcher)
            order = self._write(work, command, dispatcher, keeper)
            envelope = sign_statement(order, signer)
            released = replace(
                work,
                order=envelope,
                release_id=order.release_id,
                dispatcher=actor.officer_id,
                seal_keeper=keeper.officer_id,
            )
            move = self._move(CaseState.RELEASED, actor, envelope_id(envelope))
            work = book.move_work(released, move)
        return self._views.detail(work, actor)

    def seal(self, command: SealCommand, actor: Actor) -> WorkDetail:
        """The same order is signed by the seal_keeper and handed to the certificate service.

        Raises:
            Refusal: DUTY_CONFLICT, NOT_NAMED_KEEPER, PASSWORD_WRONG, APPOINTMENT_MISSING,
                CASE_NOT_FOUND, CASE_MOVE_FORBIDDEN.
        """
        require_act(actor, command.holder_archive, Act.SEAL)
        keeper = self._appointed(actor.officer_id)
        signer = self._keys.unlock(actor.archive_code, actor.user, command.password)
        with self._house.book.write() as book:
            work = book.get_work(command.case_no, command.holder_archive)
            if work.order is None or work.seal_keeper != actor.officer_id:
                raise Refusal(NOT_NAMED_KEEPER)
            self._verify_other_person(work, keeper)
            if len(work.order.signatures) == 1:
                # Only what stands released may be sealed; twice signed, it stays so until it is.
                verify_holder_move(CaseState(work.state), CaseState.SEALED)
                order = add_signature(work.order, signer)
                work = book.save_work(replace(work, order=order))
                if decode(order.payload, ReleaseOrder).template == field_answers.TEMPLATE:
                    work = self._answer_fields(book, work, order, actor)
                else:
                    self._order_issue(book, work, order, actor)
                note_released(self._house, book, work, self._views.released_entries(work))
        return self._views.detail(work, actor)

    def _order_issue(
        self, book: CaseWriter, work: HolderCase, order: Envelope, actor: Actor
    ) -> None:
        """The release leaf, the running number and the issuance exist from now on."""
        order_id = envelope_id(order)
        own_window = work.window_archive == work.holder_archive
        self._keep(book, work, order)
        index = book.append_release(work, order_id, self._move(work.state, actor, order_id))
        # The year that the number prints is the order's, also when the seal comes after midnight.
        year = decode(order.payload, ReleaseOrder).issued_on.year
        book.add_issuance(
            Issuance(
                release_id=work.release_id,
                case_no=work.case_no,
                holder_archive=work.holder_archive,
                serial=book.next_number(f"serial/{work.holder_archive}/{year}"),
                order=order,
                request=None if own_window else work.request,
                agreement=None if own_window else work.agreement,
                release_index=index,
                due_at=self._house.clock(),
            )
        )

    def _answer_fields(
        self, book: CaseWriter, work: HolderCase, order: Envelope, actor: Actor
    ) -> HolderCase:
        """What both signed is a leaf and goes to the window: no number, no seal, no file."""
        order_id, said = envelope_id(order), decode(order.payload, ReleaseOrder)
        self._keep(book, work, order)
        book.append_release(work, order_id, self._move(work.state, actor, order_id))
        # By our own table: what the window claims is no word of our log.
        rule = self._house.judge(eligibility_of_request(request_of(work))).rule
        archive, kind = work.holder_archive, f"fields_given_{rule}"
        book.note(archive, work.case_no, kind, work.dispatcher, self._house.clock())
        answer = Answer(
            outcome=Outcome(work.outcome),
            handled_by=work.dispatcher,
            extra=(
                (field_answers.FIELDS, field_answers.write_fields(said.rows)),
                (field_answers.ORDER, order_id),
            ),
        )
        return give_answer(self._house, book, work, answer, CaseState.SEALED)

    def _keep(self, book: CaseWriter, work: HolderCase, order: Envelope) -> None:
        """The order, and what its signatures hang from, are kept as evidence."""
        now = self._house.clock()
        book.keep(work.holder_archive, new_statement(work.case_no, ORDER, order, now))
        supports = [
            (APPOINTMENT, self._staff.get(officer).officer.appointment)
            for officer in (work.dispatcher, work.seal_keeper)
        ]
        for name, support in [*supports, (AGREEMENT, work.agreement)]:
            if support is not None:
                kept = new_statement(work.case_no, name, support, now, in_log=False)
                book.keep(work.holder_archive, kept)

    def _write(
        self, work: HolderCase, command: ReleaseCommand, dispatcher: Officer, keeper: Officer
    ) -> ReleaseOrder:
        """The order for the confirmed record, or for the confirmed miss."""
        request = request_of(work)
        parts = OrderParts(
            work=work,
            request=request,
            pages=command.pages,
            release_id=str(UUID(bytes=self._house.random(16), version=4)),
            holder_name=self._house.require_archive(work.holder_archive),
            seal_mode=_seal_mode(work),
            redactions=_redactions(work),
            dispatcher=dispatcher,
            seal_keeper=keeper,
            now=self._house.clock(),
        )
        return self._orders.write(parts, work, command)

    def _verify_approved(self, work: HolderCase, dispatcher: Officer) -> None:
        """A purpose that needs the leader was approved by one, and not by the dispatcher."""
        if not work.needs_leader:
            return
        if not work.approved_by:
            raise Refusal(LEADER_NEEDED)
        leader = self._staff.get(work.approved_by).officer.person_id
        done = (PerformedAct(act=Act.APPROVE_BY_LEADER, person_id=leader),)
        verify_separation(Act.RELEASE, dispatcher.person_id, done)

    def _find_keeper(self, command: ReleaseCommand, actor: Actor) -> Officer:
        """The seal keeper named, or the first one who is another person."""
        for officer in self._staff.list(command.holder_archive):
            wanted = command.seal_keeper in ("", officer.officer_id)
            if not wanted or "seal_keeper" not in officer.posts or not officer.active:
                continue
            if officer.person_id != actor.person_id and officer.appointment is not None:
                return officer
        raise Refusal(NO_SEAL_KEEPER)

    def _appointed(self, officer_id: str) -> Officer:
        """The officer with an appointment in force, by what is kept and by what is published.

        Raises:
            Refusal: APPOINTMENT_MISSING, APPOINTMENT_INVALID.
        """
        officer = self._staff.get(officer_id).officer
        if officer.appointment is None or not officer.active:
            raise Refusal(APPOINTMENT_MISSING)
        directory, now = self._house.directory.current(), self._house.clock()
        kept = verify_appointment(officer.appointment, directory.view, now).statement
        published = directory.appointments.get(officer_id)
        if published is not None and published.statement.sequence > kept.sequence:
            check_appointment_in_force(published.statement, now)
        return officer

    def _verify_not_proposed(self, work: HolderCase, dispatcher: Officer) -> None:
        """Who proposed the correction of the index does not release what follows from it."""
        if work.corrected_by:
            proposer = self._staff.get(work.corrected_by).officer.person_id
            done = (PerformedAct(act=Act.PROPOSE_CORRECTION, person_id=proposer),)
            verify_separation(Act.RELEASE, dispatcher.person_id, done)

    def _verify_other_person(self, work: HolderCase, keeper: Officer) -> None:
        dispatcher = self._staff.get(work.dispatcher).officer.person_id
        done = (PerformedAct(act=Act.RELEASE, person_id=dispatcher),)
        verify_separation(Act.SEAL, keeper.person_id, done)

    def _move(self, state: str, actor: Actor, commit: str) -> Move:
        return Move(to=state, at=self._house.clock(), actor=actor.officer_id, commit=commit)


def _seal_mode(work: HolderCase) -> str:
    """As agreed when the request was accepted; our own seal alone within one node."""
    if work.agreement is None:
        return "HOLDER_ELECTRONIC"
    return decode(work.agreement.payload, Agreement).seal_mode


def _redactions(work: HolderCase) -> tuple[str, ...]:
    """What the agreement has left out; nothing within one node."""
    if work.agreement is None:
        return ()
    return decode(work.agreement.payload, Agreement).redactions
