"""Shows our logs to their witnesses, and watches the logs of others.

As an owner: every ten seconds a checkpoint of each log that has grown, with the proof that it
continues the last one; then the cosignatures, verified, are kept and shown. As a witness: every
step is verified against what was cosigned last; the new checkpoint is remembered before it is
signed; what does not continue is never signed, kept as an alarm, and reported with both notes.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from node.ports import EventLog, NodeKeys
from node.services.house import House
from node.services.rhythm import Rhythm
from node.witness_ports import Alarm, OwnLogs, Standing, WitnessBook, WitnessDesk
from records.refusal import Reason, Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode
from trust.envelope.suites import Signer
from trust.identity.declared import log_key_of
from trust.identity.statements import KeyStatement
from trust.transparency.checkpoint import Checkpoint, log_origin, parse_checkpoint
from trust.transparency.note import cosign, parse_note
from trust.transparency.reasons import LOG_FORKED, LOG_ROLLED_BACK, LOG_STEP_STALE
from trust.transparency.witness import (
    Step,
    open_step,
    verify_step,
    verify_witnessed,
    witness_name,
    witnesses_of,
)

EVERY = timedelta(seconds=10)
LATE_AFTER = timedelta(minutes=15)
"""A log that stayed unwitnessed for so long is an alarm."""
UNWITNESSED = "LOG_UNWITNESSED"


class ShowLogs:
    """The owner's part."""

    def __init__(
        self, house: House, logs: OwnLogs, keys: NodeKeys, book: WitnessBook, desk: WitnessDesk
    ) -> None:
        """Show the logs of every archive of the house."""
        self._house = house
        self._logs = logs
        self._keys = keys
        self._book = book
        self._desk = desk
        self._rhythm = Rhythm(house.clock, EVERY)

    def run(self) -> int:
        """How many logs were handed in or newly witnessed. Raises Refusal: as answered."""
        now = self._rhythm.find_turn()
        if now is None:
            return 0
        return sum(self._show(code, now) for code in self._house.archives)

    def _show(self, archive_code: str, now: datetime) -> int:
        origin = log_origin(self._house.trust_domain, archive_code)
        before = self._book.standing(origin)
        standing = before
        size = self._logs.size(archive_code)
        if size != standing.sent_size or standing.alarm:
            standing = self._hand_in(archive_code, standing, now)
        if standing.witnessed_size != standing.sent_size:
            standing = self._collect(archive_code, standing, now)
        if standing != before:
            self._book.stand(standing)
        return int(standing != before)

    def _hand_in(self, archive_code: str, standing: Standing, now: datetime) -> Standing:
        """The newest checkpoint is with the registry, or the standing says why not."""
        try:
            note = self._logs.sign(archive_code, now)
        except Refusal as refusal:
            return replace(standing, alarm=refusal.code)
        new = parse_checkpoint(parse_note(note))
        old_size = standing.sent_size
        for _ in range(3):
            if old_size > new.size:
                # Others have seen more leaves than we have: yesterday's backup, or worse.
                return replace(standing, alarm=LOG_ROLLED_BACK.code)
            proof = self._logs.consistency(archive_code, old_size, new.size)
            step = Step(
                old_size=old_size,
                proof=tuple(proof),
                note=note,
                log_key=self._keys.log_key_statement(archive_code),
            )
            try:
                known = self._desk.add(step)
            except Refusal as refusal:
                if refusal.code != LOG_FORKED.code:
                    raise
                return replace(standing, alarm=LOG_FORKED.code)
            if known is None:
                since = standing.sent_at or now
                return replace(standing, sent_size=new.size, sent_at=since, alarm="")
            old_size = known
        return standing

    def _collect(self, archive_code: str, standing: Standing, now: datetime) -> Standing:
        """Cosignatures that came, verified; an alarm when they stay away too long."""
        house = self._house
        view = house.directory.current().view
        quorum = max(1, view.trust_list.witness_quorum)
        found = self._desk.witnessed(standing.origin, quorum)
        if found.contradictions:
            return replace(standing, alarm=LOG_FORKED.code)
        if found.note:
            said = self._keys.log_key_statement(archive_code)
            evidence = verify_witnessed(
                found.note,
                origin=standing.origin,
                log_key=log_key_of(decode(said.payload, KeyStatement)),
                witness_keys=found.witness_keys,
                view=view,
                quorum=quorum,
                now=now,
            )
            size = evidence.checkpoint.size
            if size > standing.witnessed_size:
                at = min(one.at for one in evidence.cosignatures)
                done = size >= standing.sent_size
                return replace(
                    standing,
                    witnessed_size=size,
                    witnessed_at=at,
                    note=found.note,
                    sent_at=None if done else standing.sent_at,
                    alarm="",
                )
        is_watched = bool(witnesses_of(standing.origin, view.trust_list.members))
        late = standing.sent_at is not None and now - standing.sent_at > LATE_AFTER
        return replace(standing, alarm=UNWITNESSED) if late and is_watched else standing


class WatchLogs:
    """The witness's part."""

    def __init__(
        self,
        house: House,
        own: tuple[Signer, Callable[[], Envelope]],
        book: WitnessBook,
        desk: WitnessDesk,
        log: EventLog,
    ) -> None:
        """`own` is the key that cosigns and what gives its statement."""
        self._house = house
        self._signer, self._statement = own
        self._book = book
        self._desk = desk
        self._log = log
        self._rhythm = Rhythm(house.clock, EVERY)

    def run(self) -> int:
        """How many checkpoints were cosigned. Raises Refusal: as the registry answers."""
        now = self._rhythm.find_turn()
        if now is None:
            return 0
        known = self._book.cosigned()
        return sum(self._watch(list(steps), now) for _, steps in self._desk.tasks(known))

    def _watch(self, steps: list[Step], now: datetime) -> int:
        """1 when the newest checkpoint of the log was cosigned."""
        view = self._house.directory.current().view
        newest: Checkpoint | None = None
        for step in steps:
            try:
                new, _ = open_step(step, view, now)
            except Refusal as refusal:
                self._log.note("checkpoint_refused", code=refusal.code)
                return 0
            if self._house.node_id not in witnesses_of(new.origin, view.trust_list.members):
                return 0
            if not self._remember(step, new, now):
                return 0
            newest = new
        if newest is None:
            return 0
        name = witness_name(self._house.trust_domain, self._house.node_id)
        line = cosign(newest.text(), name, self._signer, now)
        self._desk.cosign(newest.origin, newest.size, line, self._statement())
        return 1

    def _remember(self, step: Step, new: Checkpoint, now: datetime) -> bool:
        """Whether the checkpoint continues what we cosigned, and is durable as our newest."""
        known = self._book.cosigned().get(new.origin)
        if known == new:
            return True
        try:
            verify_step(known, step, new)
        except Refusal as refusal:
            self._raise_alarm(refusal.reason, step, new, now)
            return False
        return self._book.advance(known, new, step.note, now)

    def _raise_alarm(self, reason: Reason, step: Step, new: Checkpoint, now: datetime) -> None:
        known = self._book.cosigned().get(new.origin)
        note = self._book.cosigned_note(new.origin)
        if reason is LOG_STEP_STALE and known is not None:
            # What is shown does not begin where we are: smaller, another of the same size, or
            # longer without a proof from ours.
            reasons = {-1: LOG_ROLLED_BACK, 0: LOG_FORKED, 1: LOG_STEP_STALE}
            reason = reasons[(new.size > known.size) - (new.size < known.size)]
        code = reason.code
        alarm = Alarm(origin=new.origin, code=code, known=note, shown=step.note, at=now)
        if self._book.alarm(alarm):
            self._log.note("log_alarm", code=code, peer=new.origin.rpartition("/")[2])
            self._desk.report(new.origin, note, step.note)
