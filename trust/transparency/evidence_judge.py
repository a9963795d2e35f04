"""Who may have signed what a pack holds, as of the instants that the log proves."""

from collections.abc import Mapping
from datetime import UTC, datetime

from records.refusal import Refusal
from trust.envelope.dsse import Envelope, verify_envelope
from trust.envelope.suites import PublicKey
from trust.identity.statements import Appointment, KeyStatement
from trust.identity.trust_view import (
    TrustView,
    log_key_of,
    officer_key,
    verify_appointment,
    verify_key_statement,
)
from trust.transparency import reasons
from trust.transparency.checkpoint import log_origin, parse_checkpoint
from trust.transparency.leaf import Leaf, decode_leaf
from trust.transparency.note import Cosignature, parse_note
from trust.transparency.proof import ProofEvidence, parse_proof, verify_proof
from trust.transparency.witness import find_witnesses


class Judge:
    """The trust list and the supporting statements against which a pack is verified.

    A supporting statement counts only for an instant at which it was in force; one that nothing
    hangs from is refused in the end, so that no byte of a pack is left unverified.
    """

    def __init__(
        self, view: TrustView, support: Mapping[str, Envelope], newer: TrustView | None
    ) -> None:
        """Judge by `view`; `newer` is a later list whose revocations count too."""
        self._view = view
        self._support = support
        self._newer = newer
        self._used: set[str] = set()

    def verify_proof(self, text: str) -> ProofEvidence:
        """The proof, under a log key that the hosting node had stated.

        Raises:
            Refusal: EVIDENCE_INCOMPLETE, and the refusals of key statements and proofs.
        """
        origin = parse_checkpoint(parse_note(parse_proof(text).checkpoint)).origin
        fault = Refusal(reasons.EVIDENCE_INCOMPLETE, "no key of this log")
        for name, envelope in self._of_type(KeyStatement.PAYLOAD_TYPE):
            # The leaf's own time is known only once the proof holds: it is verified under it.
            at = _time_in(text)
            try:
                opened = verify_key_statement(envelope, self._view, use="log", now=at)
            except Refusal as refusal:
                fault = refusal
                continue
            if log_origin(self._view.trust_domain, opened.statement.archive_code) != origin:
                continue
            self._refuse_revoked(opened.kids, at)
            evidence = verify_proof(text, origin=origin, log_key=log_key_of(opened.statement))
            self._used.add(name)
            return evidence
        raise fault

    def verify_witnessed(self, text: str) -> tuple[ProofEvidence, tuple[Cosignature, ...]]:
        """The proof, and who of the archives that watch its log cosigned the checkpoint.

        Every line of the checkpoint is the log's or one of theirs: in a pack nothing is idle.

        Raises:
            Refusal: EVIDENCE_MALFORMED, and as `verify_proof`.
        """
        evidence = self.verify_proof(text)
        note, at = parse_proof(text).checkpoint, _time_in(text)
        origin = evidence.checkpoint.origin
        seen: dict[str, Cosignature] = {}
        for name, envelope in self._of_type(KeyStatement.PAYLOAD_TYPE):
            standing = find_witnesses(
                note, origin=origin, witness_keys=(envelope,), view=self._view, now=at
            )
            if standing.seen:
                self._used.add(name)
                seen.update((one.name, one) for one in standing.seen)
        if len(parse_note(note).signatures) != 1 + len(seen):
            raise Refusal(reasons.EVIDENCE_MALFORMED, "cosignature of nobody")
        return evidence, tuple(seen.values())

    def verify_signers(self, envelope: Envelope, at: datetime) -> tuple[str, ...]:
        """Who signed, by keys in force at that time.

        Raises:
            Refusal: SIGNATURES_TOO_FEW, SIGNATURE_INVALID, EVIDENCE_INCOMPLETE, and the refusals
                of appointments.
        """
        kids = [signature.kid for signature in envelope.signatures]
        keys = dict(self._view.keys_among(kids, at))
        names: dict[str, str] = {}
        for kid in keys:
            owner = self._view.find_owner(kid)
            if owner is not None:
                names[kid] = owner.archive_code or owner.participant_id
        if set(kids) - set(keys):
            for name, officer_id, key in self._officers(at):
                if key.kid in kids:
                    keys[key.kid], names[key.kid] = key, officer_id
                    self._used.add(name)
        verified = verify_envelope(envelope, keys, threshold=len(kids), suites=self._view.suites)
        self._refuse_revoked(verified.kids, at)
        return tuple(sorted(names[kid] for kid in verified.kids))

    def refuse_unused(self) -> None:
        """Return only if something hangs from every supporting statement.

        Raises:
            Refusal: EVIDENCE_MALFORMED.
        """
        if self._support.keys() - self._used:
            raise Refusal(reasons.EVIDENCE_MALFORMED, "support of nothing")

    def _officers(self, at: datetime) -> list[tuple[str, str, PublicKey]]:
        found = []
        for name, envelope in self._of_type(Appointment.PAYLOAD_TYPE):
            opened = verify_appointment(envelope, self._view, at)
            self._refuse_revoked(opened.kids, at)
            found.append((name, opened.statement.officer_id, officer_key(opened.statement)))
        return found

    def _of_type(self, payload_type: str) -> list[tuple[str, Envelope]]:
        return [(n, e) for n, e in self._support.items() if e.payload_type == payload_type]

    def _refuse_revoked(self, kids: tuple[str, ...], at: datetime) -> None:
        for kid in kids if self._newer is not None else ():
            owner = self._newer.find_owner(kid) if self._newer is not None else None
            revoked_at = None if owner is None else owner.listed.revoked_at
            if revoked_at is not None and revoked_at <= at:
                raise Refusal(reasons.EVIDENCE_INCOMPLETE, f"key {kid} was revoked before")


def instant_of(leaf: Leaf) -> datetime:
    """When the leaf says it was written.

    Raises:
        Refusal: EVIDENCE_MALFORMED.
    """
    try:
        return datetime.fromtimestamp(leaf.ts_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "time of a leaf") from error


def _time_in(text: str) -> datetime:
    """The time that the leaf claims; it counts only because the proof is verified under it."""
    leaf = parse_proof(text).leaf
    if leaf is None:
        raise Refusal(reasons.EVIDENCE_INCOMPLETE, "proof without its leaf")
    return instant_of(decode_leaf(leaf))
