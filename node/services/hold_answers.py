"""Ten seconds to take an answer back: it is judged at once, and obeyed when they are over.

Nothing is signed, logged or sent while an answer waits, so taking it back leaves no trace to
explain. It waits in the database: a restart obeys it a little later, never twice, for the state of
the case forbids that (records/case_states.py).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from node.case_ports import Casebook, CaseReader, CaseWriter
from node.desk_ports import HeldAnswers
from node.domain.claims import AT_WORK
from node.domain.commands import WorkCommand
from node.domain.desk_reasons import ANSWER_HELD, ANSWER_ON_ITS_WAY
from node.domain.held_answers import PATIENCE, HeldAnswer, HeldCommand
from node.domain.officers import Actor
from node.ports import Catalogue, ImageStore, StaffBook
from node.services.answer_request import AnswerDeskService
from node.services.house import House, require_act
from node.services.sign_in import to_actor
from node.services.work_desk import WorkDeskService
from node.services.work_views import WorkViews
from records.case_states import CaseState
from records.duties import Act
from records.refusal import Kind, Refusal

_AT_ONCE = 20

Act_ = Callable[[HeldCommand, Actor], object]


class HoldAnswers:
    """Holds answers of the partner's desk, and obeys them in time."""

    def __init__(
        self,
        house: House,
        catalogue: Catalogue,
        images: ImageStore,
        staff: StaffBook,
        shelf: HeldAnswers,
        patience: timedelta = PATIENCE,
    ) -> None:
        """Of the archives of `house`; answers wait on `shelf` for `patience`."""
        self._house = house
        self._staff = staff
        self._shelf = shelf
        self._patience = patience
        self._acts = _acts(house, catalogue, images, staff)
        rehearsing = replace(house, book=Rehearsal(house.book))
        self._rehearsals = _acts(rehearsing, catalogue, images, staff)

    def hold(self, kind: str, command: HeldCommand, actor: Actor) -> HeldAnswer:
        """The answer would be accepted, and is given when its seconds are over.

        Raises:
            Refusal: as the act itself; ANSWER_HELD while another answer of the case waits.
        """
        self._rehearsals[kind](command, actor)
        now = self._house.clock()
        waiting = self._shelf.find(command.case_no, command.holder_archive)
        if waiting is not None and not waiting.failed:
            raise Refusal(ANSWER_HELD)
        held = HeldAnswer(
            case_no=command.case_no,
            holder_archive=command.holder_archive,
            officer_id=actor.officer_id,
            kind=kind,
            command=command,
            due_at=now + self._patience,
        )
        self._shelf.put(held)
        return held

    def undo(self, command: WorkCommand, actor: Actor) -> HeldAnswer:
        """The answer is taken back: it will never be given. What was typed comes back with it.

        Raises:
            Refusal: ANSWER_ON_ITS_WAY once its time is over, or where it is not the actor's.
        """
        require_act(actor, command.holder_archive, Act.SEARCH_CATALOGUE)
        held = self._shelf.find(command.case_no, command.holder_archive)
        if held is None or held.officer_id != actor.officer_id:
            raise Refusal(ANSWER_ON_ITS_WAY)
        if not self._shelf.take(command.case_no, command.holder_archive, self._house.clock()):
            raise Refusal(ANSWER_ON_ITS_WAY)
        return held

    def find(self, case_no: str, actor: Actor) -> HeldAnswer | None:
        """What waits, or failed, for a case of the actor's archive."""
        return self._shelf.find(case_no, actor.archive_code)

    def forget(self, case_no: str, actor: Actor) -> None:
        """The officer has read why an answer was not given."""
        held = self._shelf.find(case_no, actor.archive_code)
        if held is not None and held.failed and held.officer_id == actor.officer_id:
            self._shelf.drop(case_no, actor.archive_code)

    def run(self) -> int:
        """Every answer whose time is over is given, or marked with why not; how many."""
        due = self._shelf.due(self._house.clock(), _AT_ONCE)
        return sum(self._obey(held) for held in due)

    def _obey(self, held: HeldAnswer) -> bool:
        try:
            actor = to_actor(self._staff.get(held.officer_id).officer)
            self._acts[held.kind](held.command, actor)
        except Refusal as refusal:
            if refusal.reason.kind is Kind.UNAVAILABLE:
                return False
            self._shelf.settle(held, "" if self._was_obeyed(held) else refusal.code[:40])
            return True
        self._shelf.settle(held, "")
        return True

    def _was_obeyed(self, held: HeldAnswer) -> bool:
        """True where we fell between obeying and forgetting: the case has its answer."""
        with self._house.book.read() as book:
            work = book.find_work(held.case_no, held.holder_archive)
        if work is None:
            return False
        state = CaseState(work.state)
        return state not in AT_WORK or (held.kind == "manual" and state is CaseState.MANUAL_SEARCH)


class Rehearsal:
    """A casebook whose transactions are undone: what may be done is judged, nothing is done."""

    def __init__(self, book: Casebook) -> None:
        """Rehearse on that book."""
        self._book = book

    @contextmanager
    def read(self) -> Iterator[CaseReader]:
        """As the book."""
        with self._book.read() as book:
            yield book

    @contextmanager
    def write(self) -> Iterator[CaseWriter]:
        """A transaction that ends undone."""
        try:
            with self._book.write() as book:
                yield book
                raise _RehearsedError
        except _RehearsedError:
            return


class _RehearsedError(Exception):
    """Leaves a transaction undone."""


def _acts(
    house: House, catalogue: Catalogue, images: ImageStore, staff: StaffBook
) -> dict[str, Act_]:
    """What each kind does, in that house."""
    views = WorkViews(house, catalogue, staff)
    work = WorkDeskService(house, catalogue, images, views)
    answers = AnswerDeskService(house, catalogue, work, views)
    acts: dict[str, object] = {
        "return": answers.return_request,
        "no_record": answers.no_record,
        "refer": answers.refer,
        "refuse": answers.refuse,
        "manual": work.manual_search,
    }
    return acts  # type: ignore[return-value]  # each takes its own kind of command (COMMANDS)
