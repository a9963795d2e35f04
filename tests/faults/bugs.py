"""The seeded bugs themselves: what a tired programmer could have written.

Each is planted in the process under test after its imports; the product's files never change.
"""

import functools
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any


def plant_no_dedupe() -> None:
    from node.adapters.sql_cases import SqlCaseReader

    SqlCaseReader.find_received = lambda *_key: None  # type: ignore


def plant_deleted_before_send() -> None:
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


def plant_outbox_apart() -> None:
    from node.adapters.sql_mailbox import SqlMailbox

    deferred = _Deferred()
    SqlMailbox.enqueue = deferred.later(SqlMailbox.enqueue)  # type: ignore
    deferred.patch_writes(lambda writer, act, given, named: act(writer, *given[1:], **named))


def plant_leaf_apart() -> None:
    from node.adapters.case_log import CaseLog

    deferred = _Deferred()
    CaseLog.append_move = deferred.later(CaseLog.append_move)  # type: ignore

    def replay(writer: Any, act: Any, given: Any, named: Any) -> None:
        log, _connection, *rest = given
        act(log, writer._connection, *rest, **named)

    deferred.patch_writes(replay)


def plant_token_not_stored() -> None:
    from node.adapters.sql_mailbox import SqlMailbox

    SqlMailbox.use_token = lambda *_token: None  # type: ignore


def plant_answer_not_bound() -> None:
    from node.services.receive_answer import ReceiveAnswer

    def match(_self: Any, book: Any, arrival: Any, answer: Any) -> Any:
        case = book.get_case(answer.header.case_no)
        return case, case.legs[0]

    ReceiveAnswer._match = match  # type: ignore


def plant_number_in_memory() -> None:
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


def plant_receipt_not_kept() -> None:
    from node.adapters.sql_mailbox import SqlMailbox

    SqlMailbox.record_received = lambda *_entry: None  # type: ignore


def plant_breaker_stays_open() -> None:
    from node.services.breaker import Breaker

    failed: dict[str, int] = {}

    def fail(_self: Any, peer: str, _now: datetime) -> None:
        failed[peer] = failed.get(peer, 0) + 1

    Breaker.failed = fail  # type: ignore
    Breaker.may_try = lambda _self, peer, _now: failed.get(peer, 0) < 5  # type: ignore


def plant_deadline_ignored() -> None:
    from dataclasses import replace

    from node.services.deliver_messages import DeliverMessages

    send = DeliverMessages.send
    forever = timedelta(days=3650)

    def sending(self: Any, message: Any) -> None:
        send(self, replace(message, deadline=message.deadline + forever))

    DeliverMessages.send = sending  # type: ignore


def plant_gate_without_statement() -> None:
    from trust.channel.peer_proof import PeerProof

    PeerProof.verify_statement = lambda *_proof: None  # type: ignore


def plant_lease_for_ever() -> None:
    import node.services.deliver_messages as module
    from node.adapters.sql_mailbox import SqlMailbox

    module.LEASE = timedelta(days=3650)
    SqlMailbox.free_leases = lambda _self: None  # type: ignore


def plant_no_sync() -> None:
    import trust.store.engine as module

    off = tuple(one.replace("synchronous=FULL", "synchronous=OFF") for one in _pragmas(module))
    module._SQLITE_PRAGMAS = off


def _pragmas(module: Any) -> tuple[str, ...]:
    pragmas: tuple[str, ...] = module._SQLITE_PRAGMAS
    return pragmas


def plant_client_key_ignored() -> None:
    from node.adapters.sql_cases import SqlCaseReader
    from node.services.file_request import FileRequestService

    SqlCaseReader.find_case = lambda *_key: None  # type: ignore
    opened = FileRequestService._open

    def opening(self: Any, book: Any, command: Any, actor: Any) -> Any:
        import secrets
        from dataclasses import replace

        return opened(self, book, replace(command, client_key=secrets.token_hex(8)), actor)

    FileRequestService._open = opening  # type: ignore


def plant_name_in_log() -> None:
    from node.services.file_request import FileRequestService

    file = FileRequestService.file

    def filing(self: Any, command: Any, actor: Any) -> Any:
        print(f"filed for {command.application.applicant.name}", file=sys.stderr, flush=True)
        return file(self, command, actor)

    FileRequestService.file = filing  # type: ignore


def plant_name_in_refusal() -> None:
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


def plant_no_agreement_asked() -> None:
    import node.services.receive_request as module

    module.find_terms = lambda *_question: None


def plant_standing_for_all() -> None:
    from node.services.case_status import CaseStatus

    of = CaseStatus.of

    def standing(self: Any, case_no: str, _window: str) -> Any:
        with self._house.book.read() as book:
            works = [book.find_work(case_no, archive) for archive in self._house.archives]
        asked_by = next((one.window_node for one in works if one), _window)
        return of(self, case_no, asked_by)

    CaseStatus.of = standing  # type: ignore


def plant_silence_is_a_no() -> None:
    import node.services.deliver_messages as module
    from records.refusal import Kind

    module._DECIDED = module._DECIDED | {Kind.UNAVAILABLE}
