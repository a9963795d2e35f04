"""Carries checkpoints to the archives that watch a log, and their cosignatures back.

The registry verifies what it can, so that nobody's nonsense reaches a witness, but nothing depends
on it: witnesses verify every step themselves, owners verify every cosignature, and whoever watches
a log follows from the trust list. It can only withhold, and that is seen by the log's owner.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from federation_registry.domain.witness_reasons import WITNESS_NOT_CHOSEN, WITNESS_NOT_OWNER
from federation_registry.ports import Clock
from federation_registry.services.current_directory import CurrentDirectory
from federation_registry.witness_ports import KeptCosignature, KeptStep, WitnessStore
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.identity.declared import log_key_of, verify_key_statement
from trust.transparency.checkpoint import Checkpoint, parse_checkpoint
from trust.transparency.note import (
    NoteKey,
    parse_note,
    verify_cosignatures,
)
from trust.transparency.reasons import LOG_FORKED, LOG_NOTE_MALFORMED
from trust.transparency.witness import Step, open_step, verify_step, witness_name, witnesses_of

MOST_STEPS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedLog:
    """What is known about one log."""

    note: str
    """Newest checkpoint with enough cosignatures, the lines appended; empty = none."""
    received_at: datetime | None
    newest_size: int
    contradictions: tuple[tuple[str, str], ...]
    witness_keys: tuple[Envelope, ...]


class CarryCheckpoints:
    """The registry's part in witnessing."""

    def __init__(self, store: WitnessStore, directory: CurrentDirectory, clock: Clock) -> None:
        """Keep in `store`; members and quorum are those of `directory`."""
        self._store = store
        self._directory = directory
        self._clock = clock

    def add(self, caller: str, step: Step) -> tuple[str, int | None]:
        """(cosignature lines so far, the size that is known instead).

        Raises:
            Refusal: WITNESS_NOT_OWNER, LOG_FORKED (kept as a contradiction), and those of notes,
                keys and members.
        """
        now = self._clock()
        new, owner = open_step(step, self._directory.view(), now)
        if owner != caller:
            raise Refusal(WITNESS_NOT_OWNER, new.origin)
        newest = self._store.newest(new.origin)
        known = _checkpoint(newest) if newest else None
        if known is not None and new == known:
            return self._lines(new.origin, new.size), None
        if step.old_size != (known.size if known else 0):
            self._compare(new, step.note, caller, now)
            return "", known.size if known else 0
        self._verify(newest, known, step, new, caller)
        kept = KeptStep(origin=new.origin, size=new.size, step=step, received_at=now)
        if new.size == (known.size if known else 0) or not self._store.add(kept):
            current = self._store.newest(new.origin)
            return "", current.size if current else 0
        return "", None

    def tasks(
        self, caller: str, known: Mapping[str, tuple[int, bytes]]
    ) -> Iterator[tuple[str, list[Step]]]:
        """For each log that the caller watches: the steps from the (size, root) that it knows on.

        Where that checkpoint is not among ours, the newest one of ours: the caller compares.
        """
        members = self._directory.view().trust_list.members
        for origin in self._store.origins():
            if caller not in witnesses_of(origin, members):
                continue
            size, root = known.get(origin, (0, b""))
            seen = self._store.find(origin, size) if size else None
            if size and (seen is None or _checkpoint(seen).root != root):
                other = seen or self._store.newest(origin)
                kept = [other] if other else []
            else:
                kept = list(self._store.steps_from(origin, size, MOST_STEPS))
            if kept:
                yield origin, [one.step for one in kept]

    def cosign(self, caller: str, origin: str, size: int, line: str, witness_key: Envelope) -> bool:
        """The caller's cosignature is kept; False when it was before.

        Raises:
            Refusal: WITNESS_NOT_CHOSEN, LOG_NOTE_MALFORMED, SIGNATURE_INVALID, LOG_PROOF_INVALID
                and those of keys and members.
        """
        view, now = self._directory.view(), self._clock()
        if caller not in witnesses_of(origin, view.trust_list.members):
            raise Refusal(WITNESS_NOT_CHOSEN, origin)
        kept = self._store.find(origin, size)
        if kept is None:
            raise Refusal(LOG_NOTE_MALFORMED, "no checkpoint of that size")
        said = verify_key_statement(witness_key, view, use="witness", now=now).statement
        if said.participant_id != caller:
            raise Refusal(WITNESS_NOT_CHOSEN, said.participant_id)
        key = NoteKey(name=witness_name(view.trust_domain, caller), key=log_key_of(said))
        verify_cosignatures(parse_note(kept.step.note + line), (key,), quorum=1)
        cosignature = KeptCosignature(witness=caller, line=line, witness_key=witness_key)
        return self._store.cosign(origin, size, cosignature, now)

    def report(self, caller: str, notes: tuple[str, str]) -> None:
        """Two notes of one log that contradict each other, both signed by the log, are kept.

        Raises:
            Refusal: LOG_NOTE_MALFORMED where they are not of one log.
        """
        known, other = (parse_checkpoint(parse_note(note)) for note in notes)
        if known.origin != other.origin:
            raise Refusal(LOG_NOTE_MALFORMED, "two logs")
        self._store.contradict(known.origin, notes, caller, self._clock())

    def witnessed(self, origin: str, quorum: int) -> WitnessedLog:
        """What is known about the log; the note has at least `quorum` cosignatures."""
        newest = self._store.newest(origin)
        best = self._store.newest_cosigned(origin, max(quorum, 1))
        signed = self._store.cosignatures(origin, best.size) if best else ()
        return WitnessedLog(
            note=best.step.note + "".join(one.line for one in signed) if best else "",
            received_at=best.received_at if best else None,
            newest_size=newest.size if newest else 0,
            contradictions=tuple(self._store.contradictions(origin)),
            witness_keys=tuple(one.witness_key for one in signed),
        )

    def listing(self) -> list[dict[str, object]]:
        """Every log with its sizes, witnesses and contradictions, for an operator."""
        view = self._directory.state().view
        members = view.trust_list.members if view else ()
        found = []
        for origin in self._store.origins():
            log = self.witnessed(origin, len(witnesses_of(origin, members)))
            size = parse_checkpoint(parse_note(log.note)).size if log.note else 0
            found.append(
                {
                    "origin": origin,
                    "size": log.newest_size,
                    "witnessed_size": size,
                    "witnessed_at": log.received_at.isoformat() if log.received_at else "",
                    "witnesses": witnesses_of(origin, members),
                    "contradictions": len(log.contradictions),
                }
            )
        return found

    def _verify(
        self,
        newest: KeptStep | None,
        known: Checkpoint | None,
        step: Step,
        new: Checkpoint,
        caller: str,
    ) -> None:
        try:
            verify_step(known, step, new)
        except Refusal as refusal:
            if refusal.reason is LOG_FORKED and newest is not None:
                self._store.contradict(
                    new.origin, (newest.step.note, step.note), caller, self._clock()
                )
            raise

    def _compare(self, new: Checkpoint, note: str, caller: str, now: datetime) -> None:
        """A checkpoint of a size that was seen before must be the same one."""
        seen = self._store.find(new.origin, new.size)
        if seen is not None and _checkpoint(seen) != new:
            self._store.contradict(new.origin, (seen.step.note, note), caller, now)
            raise Refusal(LOG_FORKED, f"another log of size {new.size}")

    def _lines(self, origin: str, size: int) -> str:
        return "".join(one.line for one in self._store.cosignatures(origin, size))


def _checkpoint(kept: KeptStep) -> Checkpoint:
    return parse_checkpoint(parse_note(kept.step.note))
