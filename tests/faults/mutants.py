"""C9: bugs that the harness must catch, planted in the processes under test and nowhere else.

Each is a mistake that a tired programmer could make in code that passes its happy path. `plant` is
called in the child process after its imports; the product's files are never changed.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.faults import bugs


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A seeded bug."""

    name: str
    bug: str
    row: str
    """The row of the matrix that must catch it."""
    shown_by: tuple[str, ...]
    """What shows it: patterns of findings' beginnings. Another may be the machine's fault."""
    plant: Callable[[], None]
    moments: tuple[str, ...] = ()
    """Of the row's crash points, those that it takes; empty = all."""

    def find_proof(self, findings: Iterable[str]) -> list[str]:
        """Findings that show this bug; empty = it was not caught."""
        return [one for one in findings if any(re.match(seen, one) for seen in self.shown_by)]


_GONE = r"C1 \S+ was acknowledged and is gone"
_SHORTER = "row: AssertionError nobody answered in 60 tries: OfficersRefused NODE_RESTORED"
"""A node that came back with less than it had said takes itself for an old backup."""

MUTANTS: tuple[Mutant, ...] = (
    Mutant(name="no-dedupe", bug="a request that comes again is taken as new",
           row="F3", shown_by=("C1", "C2", "C8"), plant=bugs.plant_no_dedupe,
           moments=("receive:committed", "submit_reply:end")),
    Mutant(name="deleted-before-send", bug="the outbox row is deleted before the message is sent",
           row="F2", shown_by=("C1",), plant=bugs.plant_deleted_before_send,
           moments=("send:start",)),
    Mutant(name="outbox-apart", bug="the outbox row is written in a transaction of its own",
           row="F1", shown_by=("C1",), plant=bugs.plant_outbox_apart,
           moments=("review:committed",)),
    Mutant(name="leaf-apart", bug="the log leaf is written in a transaction of its own",
           row="F3", shown_by=("C5",), plant=bugs.plant_leaf_apart,
           moments=("receive:committed",)),
    Mutant(name="token-not-stored", bug="used act tokens are not remembered",
           row="F33", shown_by=("C3",), plant=bugs.plant_token_not_stored),
    Mutant(name="answer-not-bound", bug="an answer is taken for whatever the case asked",
           row="F33", shown_by=("C3",), plant=bugs.plant_answer_not_bound),
    Mutant(name="number-in-memory", bug="certificate numbers are counted in memory",
           row="F4", shown_by=("C1", "C2"), plant=bugs.plant_number_in_memory,
           moments=("seal:end", "enter_file:committed")),
    Mutant(name="receipt-not-kept", bug="what was received is not recorded",
           row="F3", shown_by=("C1", "C2", "C8"), plant=bugs.plant_receipt_not_kept,
           moments=("receive:committed", "submit_reply:end")),
    Mutant(name="breaker-stays-open", bug="a partner that failed five times is never tried again",
           row="F7", shown_by=("C1",), plant=bugs.plant_breaker_stays_open),
    Mutant(name="deadline-ignored", bug="messages are sent on after their business deadline",
           row="FD", shown_by=("row: no dead letter",), plant=bugs.plant_deadline_ignored),
    Mutant(name="silence-is-a-no", bug="a partner that does not answer counts as a refusal",
           row="F7", shown_by=("C1",), plant=bugs.plant_silence_is_a_no),
    Mutant(name="gate-without-statement", bug="the gate does not ask for the key statement",
           row="F33", shown_by=("C3",), plant=bugs.plant_gate_without_statement),
    Mutant(name="lease-for-ever", bug="a leased message is never free again",
           row="F2", shown_by=("C1",), plant=bugs.plant_lease_for_ever,
           moments=("lease:committed", "send:start")),
    Mutant(name="no-sync", bug="commits are not synced to the disk",
           row="F36", shown_by=(_GONE, "C4", "C5", _SHORTER), plant=bugs.plant_no_sync),
    Mutant(name="client-key-ignored", bug="each click files a request of its own",
           row="F33", shown_by=("row: ten clicks", "C1", "C2"),
           plant=bugs.plant_client_key_ignored),
    Mutant(name="name-in-log", bug="the applicant's name is in a log line",
           row="F33", shown_by=("C7",), plant=bugs.plant_name_in_log),
    Mutant(name="name-in-refusal", bug="exception text with a name goes to the partner",
           row="F33", shown_by=("C7",), plant=bugs.plant_name_in_refusal),
    Mutant(name="no-agreement-asked", bug="the holder does not check the agreement",
           row="F33", shown_by=("C3",), plant=bugs.plant_no_agreement_asked),
    Mutant(name="standing-for-all", bug="a case's standing is told to any member",
           row="F33", shown_by=("C3",), plant=bugs.plant_standing_for_all),
)  # fmt: skip
"""In the order in which they are tried."""


def find_mutant(name: str) -> Mutant:
    """The mutant of that name; KeyError when there is none."""
    return {mutant.name: mutant for mutant in MUTANTS}[name]


def plant(name: str) -> None:
    """This process has the bug."""
    find_mutant(name).plant()
