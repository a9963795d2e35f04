"""Evidence: what was said, by whom, when, shown to somebody who trusts only the council.

A pack carries the trust list of the time, the statements, what their signers' and the log's keys
hang from, and a log proof for what happened. It is verified as of the instants that the log
proves, off line. A statement that was erased stays proven: that it was, when, and that its body
is gone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from records.refusal import Refusal
from trust.envelope.dsse import (
    Envelope,
    envelope_from_json,
    envelope_id,
    envelope_to_json,
    verify_envelope,
)
from trust.envelope.suites import PublicKey
from trust.identity.statements import Appointment, KeyStatement
from trust.identity.trust_view import (
    CouncilKeys,
    TrustView,
    log_key_of,
    officer_key,
    open_past_trust_list,
    verify_appointment,
    verify_key_statement,
)
from trust.transparency import reasons
from trust.transparency.checkpoint import log_origin, parse_checkpoint
from trust.transparency.evidence_pack import ErasedStatement, Manifest, read_pack, write_pack
from trust.transparency.leaf import Leaf, commit_to, decode_leaf
from trust.transparency.note import parse_note
from trust.transparency.proof import ProofEvidence, parse_proof, verify_proof

TRUST = "trust.json"
README = "readme.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """One statement that the evidence proves."""

    name: str
    payload_type: str
    envelope_id: str
    payload: bytes | None
    """None when the body was erased."""
    signers: tuple[str, ...]
    """Participant ids and officer ids, sorted; empty when the body was erased."""
    at: datetime | None
    """Time of its leaf; None for a statement that stands in no log."""
    origin: str
    """Log that it stands in; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The verdict on a pack whose every part was verified."""

    trust_domain: str
    trust_version: int
    made_at: datetime
    proven: tuple[Proven, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """What goes into a pack."""

    trust: Envelope
    """The trust list that was in force."""
    statements: Mapping[str, Envelope]
    """By name, [a-z0-9-]; what the pack is about."""
    support: Mapping[str, Envelope]
    """Log key statements and appointments that signers hang from, by any name."""
    proofs: Mapping[str, str]
    """Log proofs, by the name of the statement that they prove."""
    salts: Mapping[str, bytes]
    """Openings of the leaves' commitments, by the same names."""
    erased: tuple[ErasedStatement, ...] = ()
    """Statements whose bodies are gone; their proofs are in `proofs`."""


def make_evidence(case: CaseFile, *, readme: str, made_at: datetime) -> bytes:
    """The pack; `readme` is for a person who opens it.

    Raises:
        Refusal: EVIDENCE_MALFORMED.
    """
    files = {TRUST: envelope_to_json(case.trust), README: readme.encode()}
    for folder, envelopes in (("statements", case.statements), ("support", case.support)):
        for name, envelope in envelopes.items():
            files[f"{folder}/{name}.json"] = envelope_to_json(envelope)
    for name, proof in case.proofs.items():
        files[f"proofs/{name}.tlog-proof"] = proof.encode()
    return write_pack(files, salts=case.salts, erased=case.erased, made_at=made_at)


def verify_evidence(
    data: bytes, council: CouncilKeys, *, newer: TrustView | None = None
) -> Evidence:
    """Evidence, if every part of the pack is genuine and hangs together.

    Args:
        data: The pack.
        council: The pinned council keys, the only outside input.
        newer: A later trust list: a key that it revoked before the signature was made refuses.

    Raises:
        Refusal: EVIDENCE_MALFORMED, EVIDENCE_INCOMPLETE, and the refusals of what it verifies.
    """
    # 1. One spelling, and the manifest lists exactly what is there.
    manifest, files = read_pack(data)
    # 2. The council signed the trust list.
    if TRUST not in files:
        raise Refusal(reasons.EVIDENCE_INCOMPLETE, "trust list")
    view = open_past_trust_list(envelope_from_json(files[TRUST]), council)
    judge = _Judge(view, _envelopes(files, "support/"), newer)
    # 3. Each proof leads from its statement to a log of that time.
    statements = _envelopes(files, "statements/")
    names = {name: (e.payload_type, envelope_id(e)) for name, e in statements.items()}
    for gone in manifest.erased:
        _unhex(gone.envelope_id)
    names.update({gone.name: (gone.payload_type, gone.envelope_id) for gone in manifest.erased})
    if len(names) != len(statements) + len(manifest.erased):
        raise Refusal(reasons.EVIDENCE_MALFORMED, "erased and present")
    logged = _verify_proofs(judge, files, manifest, names)
    # 4. Each statement is signed by keys that were in force then.
    earliest = min(at for at, _origin in logged.values())
    proven = []
    for name, (payload_type, statement_id) in sorted(names.items()):
        at, origin = logged.get(name, (None, ""))
        envelope = statements.get(name)
        signers = () if envelope is None else judge.verify_signers(envelope, at or earliest)
        if envelope is None and at is None:
            raise Refusal(reasons.EVIDENCE_INCOMPLETE, "erased and in no log")
        proven.append(
            Proven(
                name=name,
                payload_type=payload_type,
                envelope_id=statement_id,
                payload=None if envelope is None else envelope.payload,
                signers=signers,
                at=at,
                origin=origin,
            )
        )
    return Evidence(
        trust_domain=view.trust_domain,
        trust_version=view.version,
        made_at=manifest.made_at,
        proven=tuple(proven),
    )


class _Judge:
    """The trust list and the supporting statements against which a pack is verified."""

    def __init__(
        self, view: TrustView, support: Mapping[str, Envelope], newer: TrustView | None
    ) -> None:
        self._view = view
        self._support = support
        self._newer = newer

    def verify_proof(self, text: str) -> ProofEvidence:
        """The proof, under a log key that the hosting node had stated."""
        checkpoint = parse_checkpoint(parse_note(parse_proof(text).checkpoint))
        for envelope in self._of_type(KeyStatement.PAYLOAD_TYPE):
            # The leaf's own time is known only once the proof holds: verify, then check the time.
            stated = self._open_log_key(envelope, checkpoint.origin, text)
            if stated is not None:
                return stated
        raise Refusal(reasons.EVIDENCE_INCOMPLETE, "no key of this log")

    def _open_log_key(self, envelope: Envelope, origin: str, text: str) -> ProofEvidence | None:
        at = self._time_in(text)
        opened = verify_key_statement(envelope, self._view, use="log", now=at)
        if log_origin(self._view.trust_domain, opened.statement.archive_code) != origin:
            return None
        self._refuse_revoked(opened.kids, at)
        return verify_proof(text, origin=origin, log_key=log_key_of(opened.statement))

    def _time_in(self, text: str) -> datetime:
        """The time that the leaf claims; it counts only because the proof is verified under it."""
        leaf = parse_proof(text).leaf
        if leaf is None:
            raise Refusal(reasons.EVIDENCE_INCOMPLETE, "proof without its leaf")
        return _instant(decode_leaf(leaf))

    def verify_signers(self, envelope: Envelope, at: datetime) -> tuple[str, ...]:
        """Who signed, by keys in force at that time."""
        kids = [signature.kid for signature in envelope.signatures]
        keys = dict(self._view.keys_among(kids, at))
        names: dict[str, str] = {}
        for kid in keys:
            owner = self._view.find_owner(kid)
            if owner is not None:
                names[kid] = owner.archive_code or owner.participant_id
        for officer_id, key in self._officers(at):
            if key.kid in kids:
                keys[key.kid], names[key.kid] = key, officer_id
        verified = verify_envelope(envelope, keys, threshold=len(kids), suites=self._view.suites)
        self._refuse_revoked(verified.kids, at)
        return tuple(sorted(names[kid] for kid in verified.kids))

    def _officers(self, at: datetime) -> list[tuple[str, PublicKey]]:
        found = []
        for envelope in self._of_type(Appointment.PAYLOAD_TYPE):
            opened = verify_appointment(envelope, self._view, at)
            self._refuse_revoked(opened.kids, at)
            found.append((opened.statement.officer_id, officer_key(opened.statement)))
        return found

    def _of_type(self, payload_type: str) -> list[Envelope]:
        return [e for e in self._support.values() if e.payload_type == payload_type]

    def _refuse_revoked(self, kids: tuple[str, ...], at: datetime) -> None:
        for kid in kids if self._newer is not None else ():
            owner = self._newer.find_owner(kid) if self._newer is not None else None
            revoked_at = None if owner is None else owner.listed.revoked_at
            if revoked_at is not None and revoked_at <= at:
                raise Refusal(reasons.EVIDENCE_INCOMPLETE, f"key {kid} was revoked before")


def _envelopes(files: Mapping[str, bytes], folder: str) -> dict[str, Envelope]:
    return {
        path.removeprefix(folder).removesuffix(".json"): envelope_from_json(data)
        for path, data in files.items()
        if path.startswith(folder)
    }


def _verify_proofs(
    judge: _Judge,
    files: Mapping[str, bytes],
    manifest: Manifest,
    names: Mapping[str, tuple[str, str]],
) -> dict[str, tuple[datetime, str]]:
    """Time and log of each statement that has a proof, by name; at least one."""
    salts = {entry.name: _unhex(entry.salt) for entry in manifest.salts}
    logged: dict[str, tuple[datetime, str]] = {}
    for path, data in files.items():
        if not path.startswith("proofs/"):
            continue
        name = path.removeprefix("proofs/").removesuffix(".tlog-proof")
        if name not in names:
            raise Refusal(reasons.EVIDENCE_MALFORMED, "proof of nothing")
        evidence = judge.verify_proof(_text(data))
        leaf = decode_leaf(evidence.leaf)
        statement_id = names[name][1]
        committed = name in salts and leaf.commit == commit_to(statement_id, salts[name])
        if not committed and leaf.order != statement_id:
            raise Refusal(reasons.EVIDENCE_MALFORMED, "leaf is another statement's")
        logged[name] = (_instant(leaf), evidence.checkpoint.origin)
    if not logged:
        raise Refusal(reasons.EVIDENCE_INCOMPLETE, "nothing stands in a log")
    return logged


def _instant(leaf: Leaf) -> datetime:
    try:
        return datetime.fromtimestamp(leaf.ts_ms / 1000, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "time of a leaf") from error


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "a proof is no text") from error


def _unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "hex") from error
