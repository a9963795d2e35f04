"""What the use cases need from the case database, as protocols.

One transaction holds the state edge, its log leaf, its event and the message that it sends
(architecture.md 5); the writer gives no way to do one without the others.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from node.domain.cases import (
    Event,
    HolderCase,
    InboxEntry,
    Issuance,
    OutboxMessage,
    WindowCase,
)
from node.domain.kept_statements import KeptStatement
from node.domain.office_papers import CasePaper
from node.rights_ports import RightsReader, RightsWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Why and by whom a case moves: what the log leaf and the event of the move say."""

    to: str
    """State code of records/case_states.py."""
    at: datetime
    actor: str
    """officer_id, node slug or "system"; never a name."""
    commit: str = ""
    """Envelope id of the statement that caused or accompanies the move; empty = none."""
    code: str = ""
    """Outcome or reason code."""


class CaseReader(RightsReader, Protocol):
    """Reading cases; every answer is of one moment."""

    def get_case(self, case_no: str) -> WindowCase:
        """The window's copy. Raises Refusal: CASE_NOT_FOUND."""
        ...

    def find_case(self, archive_code: str, client_key: str) -> WindowCase | None:
        """The case that was filed under that key, if any."""
        ...

    def list_cases(
        self, archive_code: str, states: Sequence[str], limit: int
    ) -> Sequence[WindowCase]:
        """Newest first; empty `archive_code` or `states` = all."""
        ...

    def get_work(self, case_no: str, holder_archive: str) -> HolderCase:
        """The holder's copy. Raises Refusal: CASE_NOT_FOUND."""
        ...

    def find_work(self, case_no: str, holder_archive: str) -> HolderCase | None:
        """The holder's copy, if there is one."""
        ...

    def list_work(
        self, archive_code: str, states: Sequence[str], limit: int
    ) -> Sequence[HolderCase]:
        """Earliest deadline first; empty `archive_code` or `states` = all."""
        ...

    def get_issuance(self, release_id: str) -> Issuance:
        """A certificate on its way. Raises Refusal: CASE_NOT_FOUND."""
        ...

    def case_issuances(self, case_no: str, holder_archive: str) -> Sequence[Issuance]:
        """Certificates of that case, whatever became of them."""
        ...

    def due_issuances(self, now: datetime, limit: int) -> Sequence[Issuance]:
        """Unfinished ones whose time has come, oldest first."""
        ...

    def find_received(
        self, sender: str, kind: str, case_no: str, holder_archive: str, in_reply_to: str
    ) -> InboxEntry | None:
        """What was accepted under that key."""
        ...

    def list_messages(self, state: str, limit: int) -> Sequence[OutboxMessage]:
        """Messages that are "waiting" or "dead", oldest due first."""
        ...

    def find_release(self, sha256: str, case_no: str, node_id: str) -> str:
        """The archive that lets that node fetch that file for that case; empty = none does."""
        ...

    def events_after(self, after: int, limit: int) -> Sequence[Event]:
        """In order of sequence."""
        ...

    def case_events(self, case_no: str, desk: str, archive_code: str) -> Sequence[Event]:
        """All events of one copy of one case, in order."""
        ...

    def last_event(self) -> int:
        """Newest sequence number, 0 = none."""
        ...

    def get_paper(self, paper_id: str) -> CasePaper:
        """An office paper. Raises Refusal: CASE_NOT_FOUND."""
        ...

    def list_papers(self, case_no: str) -> Sequence[CasePaper]:
        """Office papers of a case, oldest first."""
        ...

    def undrawn_papers(self, limit: int) -> Sequence[CasePaper]:
        """Office papers that wait to be drawn, oldest first."""
        ...

    def posted_papers(self, archive_code: str, limit: int) -> Sequence[CasePaper]:
        """寄送登记: what the archive posted, newest entry first."""
        ...

    def list_statements(self, archive_code: str, case_no: str) -> Sequence[KeptStatement]:
        """Signed statements of the case that the archive keeps, oldest first."""
        ...

    def counts(self) -> Mapping[str, int]:
        """How many rows wait where: cases, work, outbox, dead, issuing, log leaves."""
        ...


class CaseWriter(CaseReader, RightsWriter, Protocol):
    """One transaction: all of it is durable together, or none of it."""

    def next_number(self, name: str) -> int:
        """1, 2, 3 ... without gaps, per name."""
        ...

    def add_case(self, case: WindowCase, move: Move) -> WindowCase:
        """A new case, with its leaf and event."""
        ...

    def move_case(self, case: WindowCase, move: Move) -> WindowCase:
        """The case as given, in state `move.to`, version + 1, with its leaf and event.

        Raises:
            Refusal: CASE_MOVE_FORBIDDEN, CASE_CHANGED when `case.version` is not the stored one.
        """
        ...

    def save_case(self, case: WindowCase) -> WindowCase:
        """The case as given, same state, version + 1. Raises Refusal: CASE_CHANGED."""
        ...

    def add_work(self, work: HolderCase, move: Move) -> HolderCase:
        """A new case at the holder, with its leaf and event."""
        ...

    def move_work(self, work: HolderCase, move: Move) -> HolderCase:
        """As `move_case`, at the holder."""
        ...

    def save_work(self, work: HolderCase) -> HolderCase:
        """As `save_case`, at the holder."""
        ...

    def add_paper(self, paper: CasePaper) -> None:
        """An office paper waits to be drawn."""
        ...

    def save_paper(self, paper: CasePaper) -> CasePaper:
        """As given, version + 1. Raises Refusal: CASE_CHANGED."""
        ...

    def add_issuance(self, issuance: Issuance) -> None:
        """A certificate is on its way."""
        ...

    def save_issuance(self, issuance: Issuance) -> Issuance:
        """As given, version + 1. Raises Refusal: CASE_CHANGED."""
        ...

    def note(self, archive_code: str, case_no: str, kind: str, actor: str, at: datetime) -> int:
        """A leaf without a move (a look at an image, a refusal at the door); its index."""
        ...

    def tell(self, case: WindowCase, move: Move) -> None:
        """A leaf and an event of a case that stays in its state; `move.to` names the leaf."""
        ...

    def tell_work(self, work: HolderCase, move: Move) -> None:
        """As `tell`, at the holder."""
        ...

    def keep(self, archive_code: str, kept: KeptStatement) -> None:
        """The signed statement is kept by that archive, with a leaf that commits to it; once."""
        ...

    def append_release(self, work: HolderCase, order_id: str, move: Move) -> int:
        """The leaf that names the order which two officers signed; its index."""
        ...

    def append_certificate(
        self, issuance: Issuance, at: datetime, *, expected_index: int | None
    ) -> int:
        """The leaf {number, token_sha256}, or {number, file_sha256} once the file is known.

        Raises:
            Refusal: LOG_INDEX_TAKEN when another leaf took `expected_index`.
        """
        ...

    def append_void(self, issuance: Issuance, at: datetime) -> int:
        """The leaf that says that this running number prints nothing, ever; its index."""
        ...

    def log_size(self, archive_code: str) -> int:
        """Leaves in that archive's log: the index that the next one will have."""
        ...

    def enqueue(self, message: OutboxMessage) -> None:
        """The message will be sent until it arrives or its deadline passes."""
        ...

    def lease_messages(self, now: datetime, until: datetime, limit: int) -> Sequence[OutboxMessage]:
        """Due messages that nobody else sends before `until`."""
        ...

    def free_leases(self) -> None:
        """Whatever a process that is gone was sending may be sent again at once."""
        ...

    def save_message(self, message: OutboxMessage) -> None:
        """New due time, attempts, state; ignored when the message is gone."""
        ...

    def remove_message(self, message_id: str) -> bool:
        """Delivered: the message is gone. False when it was gone already."""
        ...

    def record_received(self, entry: InboxEntry) -> None:
        """What arrived, and its receipt."""
        ...

    def use_token(self, issuer: str, jti: str, expires_at: datetime) -> None:
        """The act token is used up. Raises Refusal: ACT_TOKEN_REPLAYED."""
        ...

    def release_file(self, sha256: str, case_no: str, holder_archive: str, node_id: str) -> None:
        """That node may fetch that file for that case."""
        ...


class Prover(Protocol):
    """Proves what the logs hold; every proof signs and keeps a checkpoint."""

    def make_proof(self, archive_code: str, index: int, now: datetime) -> str:
        """C2SP tlog-proof that the leaf is in the archive's log; forces a checkpoint."""
        ...


class Casebook(Protocol):
    """The node's case database."""

    def read(self) -> AbstractContextManager[CaseReader]:
        """A consistent view."""
        ...

    def write(self) -> AbstractContextManager[CaseWriter]:
        """One transaction, committed at the end unless something was raised."""
        ...
