"""F1 to F36 of trust.md §7: what goes wrong, and which run or which tests try it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.faults import (
    power_loss,
    rows_backup,
    rows_crash,
    rows_deadline,
    rows_network,
    rows_people,
    rows_stores,
    rows_time,
)
from tests.faults.run import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the matrix: tried on a world of processes, by tests of the suite, or not."""

    id: str
    fault: str
    expected: str
    run: Callable[[Run], None] | None = None
    """On a running world."""
    tests: tuple[str, ...] = ()
    """Node ids of the suite, for what is decided within one process."""
    reason: str = ""
    """What is not tried, and why."""


_GATE = "tests/attacks/test_gate_attacks.py::"
_CONDITIONS = "tests/attacks/test_gate_conditions.py::"
_VIEW = "tests/unit/trust/test_trust_list_view.py::"
_WITNESS = "tests/integration/test_witness_logs.py::"
_ROTATION = "tests/integration/test_channel_rotation.py::"

ROWS: tuple[Row, ...] = (
    Row(
        id="F0",
        fault="none: the control run",
        expected="every criterion holds without a fault",
        run=rows_crash.f00,
    ),
    Row(
        id="F1",
        fault="kill -9 of the window before and after the commits of filing and review",
        expected="not acknowledged: absent or filed again under its key; acknowledged: completes",
        run=rows_crash.f01,
    ),
    Row(
        id="F2",
        fault="kill -9 of the window's node before sending, after the reply, before it is kept",
        expected="sent again, DUPLICATE receipt, one effect",
        run=rows_crash.f02,
    ),
    Row(
        id="F3",
        fault="kill -9 of the holder before and after the inbox commit, and before its reply",
        expected="sent again, DUPLICATE receipt, one effect",
        run=rows_crash.f03,
    ),
    Row(
        id="F4",
        fault="kill -9 of holder, officers and issuer around order, leaf, seal and push",
        expected="one certificate, answer delivered",
        run=rows_crash.f04,
    ),
    Row(
        id="F5",
        fault="kill -9 of the window around keeping and fetching the answer",
        expected="answer stored once",
        run=rows_crash.f05,
    ),
    Row(
        id="F6",
        fault="kill -9 of random processes with their supervisors, eight times",
        expected="nothing lost, nothing twice",
        run=rows_crash.f06,
    ),
    Row(
        id="F7",
        fault="connections refused: 40 %, then all of them until the window is told",
        expected="retried; silence shown; completes",
        run=rows_network.f07,
    ),
    Row(
        id="F8",
        fault="replies lost after the call was executed",
        expected="DUPLICATE receipt, one effect",
        run=rows_network.f08,
    ),
    Row(
        id="F9",
        fault="streams cut in the middle of a message, bits flipped on the line",
        expected="retried, completes",
        run=rows_network.f09,
    ),
    Row(
        id="F10",
        fault="one-way partition; twenty minutes pass on every clock",
        expected="window told, overdue shown truthfully, completes after it heals",
        run=rows_network.f10,
    ),
    Row(
        id="F11",
        fault="round trips of 2 s with jitter, then a line of 1 kB/s",
        expected="a slow line still carries; threads do not pile up",
        run=rows_network.f11,
    ),
    Row(
        id="F12",
        fault="every message duplicated and out of order; recorded bytes played back",
        expected="one effect each",
        run=rows_network.f12,
        tests=("tests/properties/test_exchange_machine.py",),
    ),
    Row(
        id="F13",
        fault="registry killed and never back; the window's node starts without it",
        expected="cached directory and direct calls go on",
        run=rows_network.f13,
    ),
    Row(
        id="F14",
        fault="registry away for 73 hours",
        expected="new requests refused with DIRECTORY_EXPIRED, nothing lost, goes on afterwards",
        run=rows_time.f14,
        tests=(
            "tests/integration/test_revocation_spreads.py::"
            "test_routes_work_for_72_hours_without_a_registry_and_not_one_second_longer",
        ),
    ),
    Row(
        id="F15",
        fault="registry serves an old or a forked trust list",
        expected="rollback and equivocation refused",
        tests=(
            f"{_VIEW}test_an_older_list_is_a_rollback_and_another_of_the_same_version_a_fork",
            f"{_VIEW}test_a_list_must_continue_the_history_that_was_known",
        ),
    ),
    Row(
        id="F16",
        fault="a member leaves while its connection is open",
        expected="its next call is refused",
        tests=(
            f"{_GATE}test_a_member_that_left_is_stopped_on_an_open_connection",
            f"{_GATE}test_a_denied_member_leaf_or_key_is_stopped_on_an_open_connection",
        ),
    ),
    Row(
        id="F17",
        fault="a certificate expires on an open connection",
        expected="the next call is refused",
        tests=(f"{_GATE}test_a_leaf_that_runs_out_stops_an_open_connection",),
    ),
    Row(
        id="F18",
        fault="both ends rotate their certificates under load",
        expected="no call lost",
        tests=(
            f"{_ROTATION}test_both_ends_rotate_without_a_lost_call",
            f"{_ROTATION}test_our_own_rotation_may_be_half_done",
        ),
    ),
    Row(
        id="F19",
        fault="the root of the TLS authority changes: old, both, new",
        expected="no outage; the old one is refused once it is removed",
        tests=("tests/integration/test_channel_root_change.py",),
    ),
    Row(
        id="F20",
        fault="Redis flushed, evicting, killed",
        expected="a used token stays used (SQL decides); a call costs at most 50 ms more",
        run=rows_stores.f20,
    ),
    Row(
        id="F21",
        fault="PostgreSQL killed twice under the window's node",
        expected="nothing lost, log gapless",
        run=rows_stores.f21,
    ),
    Row(
        id="F22",
        fault="the window's disk is full",
        expected="STORE_FULL, reads go on, resumes",
        run=rows_stores.f22,
    ),
    Row(
        id="F23",
        fault="the window's database is locked for 13 s",
        expected="STORE_BUSY, health NOT_SERVING, resumes",
        run=rows_stores.f23,
    ),
    Row(
        id="F24",
        fault="the holder's clock is ten minutes ahead, then behind",
        expected="CLOCK_SKEW named, nothing lost, goes on when it is right",
        run=rows_time.f24,
        tests=(
            f"{_CONDITIONS}test_a_clock_that_is_a_minute_off_is_refused",
            f"{_CONDITIONS}test_a_clock_that_is_a_little_off_is_borne",
        ),
    ),
    Row(
        id="F25",
        fault="two hundred half-open TLS connections at once, again and again",
        expected="the process lives, others are served",
        run=rows_network.f25,
    ),
    Row(
        id="F26",
        fault="single bits turned in the holder's database",
        expected="found by SQLite, fsck or a seal, or nothing that is protected changed",
        run=rows_stores.f26,
    ),
    Row(
        id="F27",
        fault="yesterday's backup is restored",
        expected="read-only, witnesses' proof shown; history is not forked",
        run=rows_backup.f27,
        tests=(
            f"{_WITNESS}test_a_restored_backup_is_found_out_before_it_signs_a_second_past",
            "tests/contract/test_restore_guard.py",
        ),
    ),
    Row(
        id="F28",
        fault="a witness is away; a witness or the log lies",
        expected="the exchange goes on; a lie is an alarm with both signed notes",
        run=rows_time.f28,
        tests=(
            f"{_WITNESS}test_a_forked_log_is_refused_and_shown_with_both_notes",
            f"{_WITNESS}test_a_quorum_that_is_not_reached_is_refused",
        ),
    ),
    Row(
        id="F29",
        fault="the time-stamp authority does not answer",
        expected="the exchange goes on at level B; stamped later",
        run=rows_time.f29,
        tests=(
            "tests/integration/test_certificate_time_stamp.py::"
            "test_without_an_answer_the_certificate_is_issued_at_level_b",
            "tests/integration/test_certificate_long_term_commands.py::"
            "test_waiting_certificates_are_listed_lengthened_and_handed_out",
        ),
    ),
    Row(
        id="F30",
        fault="a sign key is stolen, revoked as of t",
        expected="what was signed and logged before t stays valid, later is refused",
        tests=(
            f"{_VIEW}test_a_key_counts_only_in_its_time_and_until_it_is_revoked",
            "tests/attacks/test_evidence_attacks.py::"
            "test_a_key_that_was_revoked_before_the_signature_proves_nothing",
        ),
    ),
    Row(
        id="F31",
        fault="the letter key changes while sealed letters are on their way",
        expected="the old key opens them; an unknown one is refused",
        tests=("tests/unit/node/test_letter_key_change.py",),
    ),
    Row(
        id="F32",
        fault="a node of the version before",
        expected="works; below the least version it is refused",
        reason="there is no version before: 0.1.0 is the first. Statements carry their version in "
        "their type, unknown members are refused, and data folders of every schema so far are "
        "opened by the migration tests; a mixed run begins with 0.2.",
    ),
    Row(
        id="F33",
        fault="ten clicks, four reviews and three rounds at one moment",
        expected="one request, one move, one certificate",
        run=rows_people.f33,
    ),
    Row(
        id="F34",
        fault="issuer and holder stand still (SIGSTOP); a file that hangs its reader",
        expected="others wait no longer than their deadline; goes on; bombs are refused",
        run=rows_people.f34,
        tests=("tests/attacks/test_pdf_attacks.py",),
    ),
    Row(
        id="F35",
        fault="the holder runs out of file descriptors",
        expected="sheds, recovers, loses nothing",
        run=rows_stores.f35,
        reason="RLIMIT_AS is not tried: gRPC reserves address space by the gigabyte and ends the "
        "process at its own will; the memory of single inputs is bounded by size limits instead.",
    ),
    Row(
        id="F36",
        fault="the power fails twice: kill -9 of all, unsynced writes dropped or torn",
        expected="nothing acknowledged is lost, nothing twice",
        run=power_loss.f36,
    ),
    Row(
        id="FD",
        fault="the holder is away until the business deadline has passed",
        expected="a dead letter that the window shows; other cases go on",
        run=rows_deadline.fd,
    ),
)
"""In the order of the matrix; F0 and FD are ours."""


def find_row(name: str) -> Row:
    """The row of that id, whatever its case; KeyError when there is none."""
    return {row.id.upper(): row for row in ROWS}[name.upper()]
