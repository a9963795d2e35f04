"""C9: bugs that the harness must catch, planted in the processes under test and nowhere else.

Each is a mistake that a tired programmer could make in code that passes its happy path. `plant` is
called in the child process after its imports; the product's files are never changed.
"""

import functools
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A seeded bug."""

    name: str
    bug: str
    row: str
    """The row of the matrix that must catch it."""
    plant: Callable[[], None]


def _no_dedupe() -> None:
    from node.adapters.sql_cases import SqlCaseReader

    SqlCaseReader.find_received = lambda *_key: None  # type: ignore


def _deleted_before_send() -> None:
    from node.adapters.sql_mailbox import SqlMailbox
    from node.services.deliver_messages import DeliverMessages

    send = DeliverMessages.send
    remove = SqlMailbox.remove_message

    def sending(self: Any, message: Any) -> None:
        with self._house.book.write() as book:
            remove(book, message.message_id)
        send(self, message)

    DeliverMessages.send = sending  # type: ignore
    SqlMailbox.remove_message = lambda *_row: True  # type: ignore


class _Deferred:
    """Work of a transaction that is done after it, in another: whatever dies between, loses it."""

    def __init__(self) -> None:
        self._local = threading.local()

    def later(self, act: Callable[..., Any]) -> Callable[..., Any]:
        """The act is kept for after the commit."""

        @functools.wraps(act)
        def kept(*arguments: Any, **named: Any) -> int:
            self._acts().append((act, arguments, named))
            return 0

        return kept

    def patch_writes(self, replay: Callable[[Any, Any, Any, Any], None]) -> None:
        """Every write of a case book does the kept acts afterwards, through `replay`."""
        from node.adapters.sql_casebook import SqlCasebook

        write = SqlCasebook.write

        @contextmanager
        def writing(book: Any) -> Iterator[Any]:
            self._local.acts = []
            with write(book) as writer:
                yield writer
            kept, self._local.acts = self._local.acts, []
            for act, arguments, named in kept:
                with write(book) as writer:
                    replay(writer, act, arguments, named)

        SqlCasebook.write = writing  # type: ignore

    def _acts(self) -> list[Any]:
        if not hasattr(self._local, "acts"):
            self._local.acts = []
        acts: list[Any] = self._local.acts
        return acts


def _outbox_apart() -> None:
    from node.adapters.sql_mailbox import SqlMailbox

    deferred = _Deferred()
    SqlMailbox.enqueue = deferred.later(SqlMailbox.enqueue)  # type: ignore
    deferred.patch_writes(lambda writer, act, given, named: act(writer, *given[1:], **named))


def _leaf_apart() -> None:
    from node.adapters.case_log import CaseLog

    deferred = _Deferred()
    CaseLog.append_move = deferred.later(CaseLog.append_move)  # type: ignore

    def replay(writer: Any, act: Any, given: Any, named: Any) -> None:
        log, _connection, *rest = given
        act(log, writer._connection, *rest, **named)

    deferred.patch_writes(replay)


def _token_not_stored() -> None:
    from node.adapters.sql_mailbox import SqlMailbox

    SqlMailbox.use_token = lambda *_token: None  # type: ignore


def _answer_not_bound() -> None:
    from node.services.receive_answer import ReceiveAnswer

    def match(_self: Any, book: Any, arrival: Any, answer: Any) -> Any:
        case = book.get_case(answer.header.case_no)
        return case, case.legs[0]

    ReceiveAnswer._match = match  # type: ignore


def _number_in_memory() -> None:
    from node.adapters.sql_case_writer import SqlCaseWriter

    following: dict[str, int] = {}
    following_lock = threading.Lock()
    stored = SqlCaseWriter.next_number

    def next_number(self: Any, name: str) -> int:
        if not name.startswith("serial/"):
            return stored(self, name)
        with following_lock:
            following[name] = following.get(name, 0) + 1
            return following[name]

    SqlCaseWriter.next_number = next_number  # type: ignore


def _receipt_not_kept() -> None:
    from node.adapters.sql_mailbox import SqlMailbox

    SqlMailbox.record_received = lambda *_entry: None  # type: ignore


def _breaker_stays_open() -> None:
    from node.services.breaker import Breaker

    failed: dict[str, int] = {}

    def fail(_self: Any, peer: str, _now: datetime) -> None:
        failed[peer] = failed.get(peer, 0) + 1

    Breaker.failed = fail  # type: ignore
    Breaker.may_try = lambda _self, peer, _now: failed.get(peer, 0) < 5  # type: ignore


def _deadline_ignored() -> None:
    from dataclasses import replace

    from node.services.deliver_messages import DeliverMessages

    send = DeliverMessages.send
    forever = timedelta(days=3650)

    def sending(self: Any, message: Any) -> None:
        send(self, replace(message, deadline=message.deadline + forever))

    DeliverMessages.send = sending  # type: ignore


def _gate_without_statement() -> None:
    from trust.channel.peer_proof import PeerProof

    PeerProof.verify_statement = lambda *_proof: None  # type: ignore


def _lease_for_ever() -> None:
    import node.services.deliver_messages as module

    module.LEASE = timedelta(days=3650)


def _no_sync() -> None:
    import trust.store.engine as module

    off = tuple(one.replace("synchronous=FULL", "synchronous=OFF") for one in _pragmas(module))
    module._SQLITE_PRAGMAS = off


def _pragmas(module: Any) -> tuple[str, ...]:
    pragmas: tuple[str, ...] = module._SQLITE_PRAGMAS
    return pragmas


def _client_key_ignored() -> None:
    from node.adapters.sql_cases import SqlCaseReader
    from node.services.file_request import FileRequestService

    SqlCaseReader.find_case = lambda *_key: None  # type: ignore
    opened = FileRequestService._open

    def opening(self: Any, book: Any, command: Any, actor: Any) -> Any:
        import secrets
        from dataclasses import replace

        return opened(self, book, replace(command, client_key=secrets.token_hex(8)), actor)

    FileRequestService._open = opening  # type: ignore


def _name_in_log() -> None:
    from node.services.file_request import FileRequestService

    file = FileRequestService.file

    def filing(self: Any, command: Any, actor: Any) -> Any:
        print(f"filed for {command.application.applicant.name}", file=sys.stderr, flush=True)
        return file(self, command, actor)

    FileRequestService.file = filing  # type: ignore


def _name_in_refusal() -> None:
    import trust.channel.sanitising as module
    from node.services.receive_request import ReceiveRequest
    from records.refusal import Refusal
    from trust.channel.status import status_of, trailing_metadata

    receive = ReceiveRequest.receive

    def receiving(self: Any, arrival: Any, opened: Any) -> Any:
        try:
            return receive(self, arrival, opened)
        except Refusal as refusal:
            raise Refusal(refusal.reason, opened.statement.applicant.name) from refusal

    def abort(context: Any, refusal: Refusal, incident: str = "") -> None:
        context.set_trailing_metadata(trailing_metadata(refusal, incident))
        context.abort(status_of(refusal.reason), f"{refusal.code}: {refusal.detail}")

    ReceiveRequest.receive = receiving  # type: ignore
    module._abort = abort  # type: ignore


def _no_agreement_asked() -> None:
    import node.services.receive_request as module

    module.find_terms = lambda *_question: None


def _standing_for_all() -> None:
    from node.services.case_status import CaseStatus

    of = CaseStatus.of

    def standing(self: Any, case_no: str, _window: str) -> Any:
        with self._house.book.read() as book:
            works = [book.find_work(case_no, archive) for archive in self._house.archives]
        asked_by = next((one.window_node for one in works if one), _window)
        return of(self, case_no, asked_by)

    CaseStatus.of = standing  # type: ignore


def _silence_is_a_no() -> None:
    import node.services.deliver_messages as module
    from records.refusal import Kind

    module._DECIDED = module._DECIDED | {Kind.UNAVAILABLE}


MUTANTS: tuple[Mutant, ...] = (
    Mutant(name="no-dedupe", bug="a request that comes again is taken as new",
           row="F3", plant=_no_dedupe),
    Mutant(name="deleted-before-send", bug="the outbox row is deleted before the message is sent",
           row="F2", plant=_deleted_before_send),
    Mutant(name="outbox-apart", bug="the outbox row is written in a transaction of its own",
           row="F1", plant=_outbox_apart),
    Mutant(name="leaf-apart", bug="the log leaf is written in a transaction of its own",
           row="F3", plant=_leaf_apart),
    Mutant(name="token-not-stored", bug="used act tokens are not remembered",
           row="F33", plant=_token_not_stored),
    Mutant(name="answer-not-bound", bug="an answer is taken for whatever the case asked",
           row="F33", plant=_answer_not_bound),
    Mutant(name="number-in-memory", bug="certificate numbers are counted in memory",
           row="F4", plant=_number_in_memory),
    Mutant(name="receipt-not-kept", bug="what was received is not recorded",
           row="F3", plant=_receipt_not_kept),
    Mutant(name="breaker-stays-open", bug="a partner that failed five times is never tried again",
           row="F7", plant=_breaker_stays_open),
    Mutant(name="deadline-ignored", bug="messages are sent on after their business deadline",
           row="FD", plant=_deadline_ignored),
    Mutant(name="silence-is-a-no", bug="a partner that does not answer counts as a refusal",
           row="F7", plant=_silence_is_a_no),
    Mutant(name="gate-without-statement", bug="the gate does not ask for the key statement",
           row="F33", plant=_gate_without_statement),
    Mutant(name="lease-for-ever", bug="a leased message is never free again",
           row="F2", plant=_lease_for_ever),
    Mutant(name="no-sync", bug="commits are not synced to the disk",
           row="F36", plant=_no_sync),
    Mutant(name="client-key-ignored", bug="each click files a request of its own",
           row="F33", plant=_client_key_ignored),
    Mutant(name="name-in-log", bug="the applicant's name is in a log line",
           row="F33", plant=_name_in_log),
    Mutant(name="name-in-refusal", bug="exception text with a name goes to the partner",
           row="F33", plant=_name_in_refusal),
    Mutant(name="no-agreement-asked", bug="the holder does not check the agreement",
           row="F33", plant=_no_agreement_asked),
    Mutant(name="standing-for-all", bug="a case's standing is told to any member",
           row="F33", plant=_standing_for_all),
)  # fmt: skip
"""In the order in which they are tried."""


def find_mutant(name: str) -> Mutant:
    """The mutant of that name; KeyError when there is none."""
    return {mutant.name: mutant for mutant in MUTANTS}[name]


def plant(name: str) -> None:
    """This process has the bug."""
    find_mutant(name).plant()
