"""What a witness does (C2SP tlog-witness), and what its cosignature proves to others. Pure.

A witness remembers, for each log, the last checkpoint that it cosigned, and cosigns a newer one
only with a proof that the log still begins with the old one. Two archives that watch a third make
a second past of its log visible: no two of them can be shown different ones and both cosign.

Which archives watch a log follows from its name and the trust list alone (rendezvous hashing), so
that neither the log's owner nor the registry can choose them.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.suites import PublicKey
from trust.identity.declared import log_key_of, verify_key_statement
from trust.identity.statements import KeyStatement
from trust.identity.trust_list import Member
from trust.identity.verified_list import TrustView
from trust.transparency import reasons
from trust.transparency.checkpoint import Checkpoint, log_origin, verify_checkpoint
from trust.transparency.merkle import verify_consistency
from trust.transparency.note import (
    Cosignature,
    NoteKey,
    cosigned_at,
    parse_note,
    verify_cosignatures,
)

WITNESSES = 2
"""Archives that watch each log (trust.md §5)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A checkpoint on its way to a witness, with the proof that it continues the one before."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str
    """The signed checkpoint, verbatim."""
    log_key: Envelope
    """KeyStatement of the log's key."""


def witness_name(trust_domain: str, node_id: str) -> str:
    """Key name under which a node cosigns."""
    return f"{trust_domain}/witness/{node_id}"


def witnesses_of(origin: str, members: Iterable[Member], count: int = WITNESSES) -> tuple[str, ...]:
    """Nodes that watch the log, in order of their claim; never the one that hosts it."""
    archive = origin.rpartition("/")[2]
    able = [
        member.participant_id
        for member in members
        if member.kind == "node"
        and member.state == "active"
        and archive not in {one.archive_code for one in member.archives}
    ]
    claims = sorted((hashlib.sha256(f"{origin}|{node}".encode()).digest(), node) for node in able)
    return tuple(node for _, node in claims[:count])


def open_step(step: Step, view: TrustView, now: datetime) -> tuple[Checkpoint, str]:
    """The checkpoint that the step carries, and the node whose log it is.

    Raises:
        Refusal: LOG_NOTE_MALFORMED, LOG_PROOF_INVALID, SIGNATURE_INVALID, KEY_STATEMENT_INVALID,
            ARCHIVE_UNKNOWN and those of members and envelopes.
    """
    opened = verify_key_statement(step.log_key, view, use="log", now=now)
    origin = log_origin(view.trust_domain, opened.statement.archive_code)
    checkpoint, _ = verify_checkpoint(
        step.note, origin=origin, log_key=log_key_of(opened.statement)
    )
    host, _ = view.get_archive(opened.statement.archive_code)
    return checkpoint, host.participant_id


def verify_step(known: Checkpoint | None, step: Step, new: Checkpoint) -> None:
    """Return only if `new` continues what was known.

    Raises:
        Refusal: LOG_STEP_STALE (it continues another size than the known one), LOG_FORKED.
    """
    known_size = known.size if known else 0
    if step.old_size != known_size:
        raise Refusal(reasons.LOG_STEP_STALE, f"{step.old_size}, known {known_size}")
    if known is None or known_size == 0:
        return
    if new.size < known_size:
        raise Refusal(reasons.LOG_FORKED, f"size {new.size} after {known_size}")
    try:
        verify_consistency(known_size, new.size, known.root, new.root, step.proof)
    except Refusal as fault:
        raise Refusal(reasons.LOG_FORKED, f"size {new.size} does not continue {known_size}") from (
            fault
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedEvidence:
    """Evidence that enough of the right witnesses have seen a checkpoint."""

    checkpoint: Checkpoint
    cosignatures: tuple[Cosignature, ...]


def verify_witnessed(  # noqa: PLR0913 -- what is proved, by whom, under which list, how many, when
    note: str,
    *,
    origin: str,
    log_key: PublicKey,
    witness_keys: Sequence[Envelope],
    view: TrustView,
    quorum: int,
    now: datetime,
) -> WitnessedEvidence:
    """Evidence that `quorum` of the archives that watch the log cosigned this checkpoint.

    Raises:
        Refusal: LOG_PROOF_INVALID (too few, or others than those who watch it), and the refusals
            of notes, keys and members.
    """
    # 1. The log's own signature.
    checkpoint, _ = verify_checkpoint(note, origin=origin, log_key=log_key)
    # 2. Keys that those stated who watch this log by the trust list, each once.
    chosen = set(witnesses_of(origin, view.trust_list.members))
    keys: dict[str, NoteKey] = {}
    for envelope in witness_keys:
        said = verify_key_statement(envelope, view, use="witness", now=now).statement
        if said.participant_id in chosen:
            name = witness_name(view.trust_domain, said.participant_id)
            keys[name] = NoteKey(name=name, key=log_key_of(said))
    # 3. Enough of them.
    found = verify_cosignatures(parse_note(note), tuple(keys.values()), quorum=quorum)
    return WitnessedEvidence(checkpoint=checkpoint, cosignatures=found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a checkpoint is known outside its owner's house."""

    seen: tuple[Cosignature, ...]
    """Who of those that watch the log cosigned it, when."""
    watching: int
    """How many archives watch this log by the trust list."""
    quorum: int
    """How many of them the trust list demands; 0 = nobody has to."""

    @property
    def is_enough(self) -> bool:
        """Whether as many cosigned as the trust list demands."""
        return len(self.seen) >= self.quorum


def find_witnesses(
    note: str, *, origin: str, witness_keys: Iterable[Envelope], view: TrustView, now: datetime
) -> Standing:
    """Who of the archives that watch the log cosigned this checkpoint; it may be nobody.

    Args:
        note: The signed checkpoint; its log's own signature was verified before.
        origin: The log.
        witness_keys: KeyStatements that came with it; one that does not hold vouches for nothing.
        view: The trust list by which the log is judged.
        now: When the witnesses' keys were in force, if not when they cosigned.

    Raises:
        Refusal: LOG_NOTE_MALFORMED; SIGNATURE_INVALID, a line of a witness that is not its own.
    """
    chosen = witnesses_of(origin, view.trust_list.members)
    parsed = parse_note(note)
    instants = (*cosigned_at(parsed), now)
    keys: dict[str, NoteKey] = {}
    for envelope in witness_keys:
        said = _witness_key(envelope, view, instants)
        if said is not None and said.participant_id in chosen:
            name = witness_name(view.trust_domain, said.participant_id)
            keys[name] = NoteKey(name=name, key=log_key_of(said))
    seen = verify_cosignatures(parsed, tuple(keys.values()), quorum=0)
    return Standing(seen=seen, watching=len(chosen), quorum=view.trust_list.witness_quorum)


def _witness_key(
    envelope: Envelope, view: TrustView, instants: Iterable[datetime]
) -> KeyStatement | None:
    """The statement, if its key was in force at one of the instants."""
    for at in instants:
        try:
            return verify_key_statement(envelope, view, use="witness", now=at).statement
        except Refusal:
            continue
    return None


def contradict(one: Checkpoint, other: Checkpoint) -> bool:
    """Whether two signed checkpoints prove by themselves that their log has two pasts."""
    return one.origin == other.origin and one.size == other.size and one.root != other.root
