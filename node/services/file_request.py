"""提交申请: the form is checked, numbered and durable; nothing leaves the archive yet.

One request per `client_key`, whatever is clicked twice or sent again (E30).
"""

from dataclasses import replace

from node.case_ports import CaseWriter, Move
from node.domain.application import Application, verify_application
from node.domain.cases import WindowCase
from node.domain.commands import AnswerQuestionCommand, FileRequestCommand
from node.domain.identifiers import case_number, day_text
from node.domain.officers import Actor
from node.domain.reasons import APPLICATION_MALFORMED, CLIENT_KEY_REUSED
from node.domain.supplements import add_facts
from node.domain.views import CaseSummary, RoutePreview
from node.ports import Clues
from node.services.case_views import summarise
from node.services.dispatching import Dispatch
from node.services.house import House, require_act
from node.services.routing import RouteCase
from records.case_states import CaseState
from records.duties import Act
from records.refusal import Refusal

_SHORTEST_KEY = 8
_LONGEST_KEY = 64


class FileRequestService:
    """Takes requests in at the window."""

    def __init__(self, house: House, routes: RouteCase, clues: Clues, dispatch: Dispatch) -> None:
        """At the windows of `house`."""
        self._house = house
        self._routes = routes
        self._clues = clues
        self._dispatch = dispatch

    def preview(self, application: Application, actor: Actor) -> RoutePreview:
        """Where this would be asked and why; stores nothing.

        Raises:
            Refusal: APPLICATION_MALFORMED and the query reasons, DIRECTORY_MISSING.
        """
        require_act(actor, application.window_archive, Act.FILE_REQUEST)
        return self._routes.preview(application)

    def file(self, command: FileRequestCommand, actor: Actor) -> CaseSummary:
        """The request is submitted and durable; the same client_key gives the same case.

        Raises:
            Refusal: APPLICATION_MALFORMED, CLIENT_KEY_REUSED, query reasons, DUTY_NOT_HELD.
        """
        form = command.application
        require_act(actor, form.window_archive, Act.FILE_REQUEST)
        self._house.require_archive(form.window_archive)
        if not _SHORTEST_KEY <= len(command.client_key) <= _LONGEST_KEY:
            raise Refusal(APPLICATION_MALFORMED, "client_key: 8-64 characters")
        verify_application(form)
        self._clues.check(form.query)
        with self._house.book.write() as book:
            case = book.find_case(form.window_archive, command.client_key)
            if case is None:
                case = self._open(book, command, actor)
            elif case.application != form:
                raise Refusal(CLIENT_KEY_REUSED)
        return summarise(case, self._house.clock())

    def resubmit(self, case_no: str, application: Application, actor: Actor) -> CaseSummary:
        """A request that the reviewer returned is submitted again with the corrected form."""
        require_act(actor, application.window_archive, Act.FILE_REQUEST)
        verify_application(application)
        self._clues.check(application.query)
        with self._house.book.write() as book:
            case = book.get_case(case_no)
            require_act(actor, case.archive_code, Act.FILE_REQUEST)
            # Whoever wrote the form that is reviewed is its filer: not the reviewer of it.
            changed = replace(
                case, application=application, filed_by=actor.officer_id, review_note=""
            )
            case = book.move_case(changed, self._move(CaseState.SUBMITTED, actor))
        return summarise(case, self._house.clock())

    def answer_question(self, command: AnswerQuestionCommand, actor: Actor) -> CaseSummary:
        """The added fact is on its way to the holder; the clock runs again.

        Raises:
            Refusal: APPLICATION_MALFORMED when the answer replaces what was reviewed,
                CASE_NOT_FOUND, CASE_MOVE_FORBIDDEN.
        """
        form = command.application
        require_act(actor, form.window_archive, Act.FILE_REQUEST)
        with self._house.book.write() as book:
            case = book.get_case(command.case_no)
            require_act(actor, case.archive_code, Act.FILE_REQUEST)
            more = add_facts(case.application, form)
            verify_application(more)
            self._clues.check(more.query)
            case = self._dispatch.supplement(book, case, command.holder_archive, more, actor)
        return summarise(case, self._house.clock())

    def _open(self, book: CaseWriter, command: FileRequestCommand, actor: Actor) -> WindowCase:
        now = self._house.clock()
        form = command.application
        running = book.next_number(f"case/{form.window_archive}/{day_text(now)}")
        draft = WindowCase(
            case_no=case_number(form.window_archive, now, running),
            archive_code=form.window_archive,
            client_key=command.client_key,
            state=CaseState.DRAFT,
            application=form,
            filed_by=actor.officer_id,
            submitted_at=now,
        )
        draft = book.add_case(draft, self._move(CaseState.DRAFT, actor))
        return book.move_case(draft, self._move(CaseState.SUBMITTED, actor))

    def _move(self, state: CaseState, actor: Actor) -> Move:
        return Move(to=state, at=self._house.clock(), actor=actor.officer_id)
