"""时间戳: the newest checkpoint of each log is stamped by an outside authority (RFC 3161).

The exchange never waits for it. While the authority is silent, what is written is PENDING_TIME;
the first token afterwards covers all of it (F29). After a day of silence it is an alarm.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from node.ports import EventLog
from node.services.house import House
from node.stamp_ports import KeptStamp, StampShelf, TimeStamps
from node.witness_ports import OwnLogs
from records.refusal import Refusal
from trust.transparency.checkpoint import parse_checkpoint
from trust.transparency.note import parse_note
from trust.transparency.time_stamp import (
    NONCE_BYTES,
    make_request,
    open_response,
    roots_from_pem,
    verify_token,
)

PENDING, ALARM, STAMPED, OFF = "PENDING_TIME", "PENDING_TIME_ALARM", "stamped", "off"
ALARM_AFTER = timedelta(hours=24)
RETRY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStanding:
    """How far a log is covered by time-stamps."""

    archive_code: str
    state: str
    """stamped, PENDING_TIME, PENDING_TIME_ALARM (for a day and more), or off."""
    covered: int
    """Leaves under the newest token."""
    at: datetime | None
    """When that was."""
    pending_since: datetime | None


class StampLogs:
    """Asks for tokens, verifies and keeps them."""

    def __init__(
        self,
        house: House,
        logs: OwnLogs,
        shelf: StampShelf,
        authority: TimeStamps | None,
        every: timedelta,
        log: EventLog,
    ) -> None:
        """Of the logs of `house`; `authority` None = none is asked."""
        self._house = house
        self._logs = logs
        self._shelf = shelf
        self._authority = authority
        self._every = every
        self._log = log
        self._due = house.clock()

    def run(self) -> int:
        """How many logs were stamped in this round; a silent authority stops nothing."""
        now = self._house.clock()
        if self._authority is None or now < self._due:
            return 0
        self._due = now + self._every
        done = 0
        for archive_code in self._house.archives:
            if self._shelf.pending_since(archive_code) is None:
                continue
            try:
                self._stamp(archive_code, self._authority)
                done += 1
            except Refusal as refusal:
                self._due = now + min(self._every, RETRY)
                standing = self.standing(archive_code)
                self._log.note(standing.state.lower(), code=refusal.code)
        return done

    def standing(self, archive_code: str) -> TimeStanding:
        """How far that log is covered, for `status` and alarms."""
        newest, since = self._shelf.newest(archive_code), self._shelf.pending_since(archive_code)
        return TimeStanding(
            archive_code=archive_code,
            state=self._state(since),
            covered=newest.size if newest else 0,
            at=newest.at if newest else None,
            pending_since=since,
        )

    def _state(self, since: datetime | None) -> str:
        if self._authority is None:
            return OFF
        if since is None:
            return STAMPED
        late = self._house.clock() - since > ALARM_AFTER
        return ALARM if late else PENDING

    def _stamp(self, archive_code: str, authority: TimeStamps) -> KeptStamp:
        now, nonce = self._house.clock(), self._house.random(NONCE_BYTES)
        note = self._logs.sign(archive_code, now)
        text = parse_checkpoint(parse_note(note)).text()
        token = open_response(authority.stamp(make_request(text, nonce)), nonce)
        roots = roots_from_pem(self._house.directory.current().view.trust_list.seal_roots_pem)
        stamped = verify_token(token, text, roots)
        return self._shelf.keep(archive_code, note, token, stamped.at, self._house.clock())
