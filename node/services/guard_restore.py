"""恢复防护: an old backup must not fork history (trust.md §5, F27).

At every start the logs in the database are compared with what was seen of them outside: the copy
in the folder `seen`, and the checkpoints that witnesses signed. A log that is shorter, or another,
shuts the node: it reads and answers what it knows, and writes nothing. Two people open it again,
once the missing leaves stand where they stood: the log goes on, and never a second time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from node.domain.exchange_reasons import RESTORE_DIFFERENT, RESTORE_INCOMPLETE
from node.domain.officers import Actor
from node.ports import Clock, EventLog
from node.restore_ports import GuardDoor, LogCopy, Shut, StoredLogs
from node.services.house import require_act
from records.duties import Act
from records.process_reasons import DUTY_CONFLICT
from records.refusal import Refusal
from trust.transparency.checkpoint import Checkpoint, parse_checkpoint
from trust.transparency.leaf import Leaf, decode_leaf, encode_leaf
from trust.transparency.note import parse_note

COPY, WITNESS = "copy", "witness"
EVERY = timedelta(seconds=5)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What bringing an archive's log back to where it was has shown."""

    archive_code: str
    leaves: int
    """Leaves that the database lacked."""
    cases: tuple[str, ...]
    """Cases that moved in the lost time: what the database says of them is old."""


class GuardRestore:
    """Compares, shuts and opens."""

    def __init__(
        self,
        archives: Sequence[str],
        logs: StoredLogs,
        copy: LogCopy,
        door: GuardDoor,
        clock: Clock,
        log: EventLog,
    ) -> None:
        """Of the archives that the node hosts."""
        self._archives = archives
        self._clock = clock
        self._logs = logs
        self._copy = copy
        self._door = door
        self._log = log
        self._due = clock()

    def compare(self) -> None:
        """The door is shut when the database is behind its copy, or another history."""
        for archive_code in self._archives:
            note = self._copy.note(archive_code)
            if note:
                self.compare_with(archive_code, parse_checkpoint(parse_note(note)), COPY)

    def compare_with(self, archive_code: str, seen: Checkpoint, who: str) -> bool:
        """Whether the log continues what was seen of it; the door is shut where it does not.

        `seen` must be of a note whose signature by this archive's log key was verified, or that
        this node kept itself: nobody else can shut the door.
        """
        if self._logs.continues(archive_code, seen):
            return True
        have = self._logs.size(archive_code)
        found = Shut(
            archive_code=archive_code,
            have=have,
            seen=seen.size,
            who=who,
            is_other=have >= seen.size,
            at=self._clock(),
        )
        self._door.shut(found)
        self._log.note("database_is_old", code="NODE_RESTORED", count=seen.size - have)
        return False

    def run(self) -> int:
        """The worker's duty: new leaves are in the copy; how many there were."""
        now = self._clock()
        if now < self._due or self._door.why():
            return 0
        self._due = now + EVERY
        return sum(self._extend(archive_code) for archive_code in self._archives)

    def accept(self, actor: Actor, leader: Actor) -> Sequence[Accepted]:
        """The door is open again; what was missing stands in the logs where it stood.

        Raises:
            Refusal: DUTY_NOT_HELD, DUTY_CONFLICT; RESTORE_DIFFERENT, RESTORE_INCOMPLETE, and
                then the door stays shut.
        """
        require_act(actor, actor.archive_code, Act.ERASE)
        require_act(leader, actor.archive_code, Act.APPROVE_ERASURE)
        if leader.person_id == actor.person_id:
            raise Refusal(DUTY_CONFLICT, "leader")
        now, shut = self._clock(), self._door.why()
        accepted = [self._catch_up(found, actor, now) for found in shut.values()]
        self._door.open()
        return accepted

    def _catch_up(self, found: Shut, actor: Actor, now: datetime) -> Accepted:
        archive_code, have = found.archive_code, self._logs.size(found.archive_code)
        note = self._copy.note(archive_code)
        known = parse_checkpoint(parse_note(note)) if note else None
        missing = self._copy.leaves(archive_code, have)
        if found.is_other and have >= found.seen:
            raise Refusal(RESTORE_DIFFERENT, archive_code)
        if have + len(missing) < found.seen:
            raise Refusal(RESTORE_INCOMPLETE, f"{archive_code}: {have + len(missing)} {found.seen}")
        said = Leaf(
            ts_ms=int(now.timestamp() * 1000),
            kind="restored",
            actor=actor.officer_id,
            note=f"{have} {have + len(missing)}",
        )
        self._logs.catch_up(archive_code, missing, known, encode_leaf(said))
        cases = {decode_leaf(leaf).case for leaf in missing} - {""}
        return Accepted(archive_code=archive_code, leaves=len(missing), cases=tuple(sorted(cases)))

    def _extend(self, archive_code: str) -> int:
        done, note = 0, self._logs.newest_note(archive_code)
        while True:
            start = self._copy.size(archive_code)
            leaves = self._logs.leaves(archive_code, start, _AT_ONCE)
            # The note last: what it names must be in the copy before it is.
            last = len(leaves) < _AT_ONCE
            if leaves or (last and note != self._copy.note(archive_code)):
                self._copy.extend(archive_code, leaves, note if last else "")
            done += len(leaves)
            if last:
                return done
