"""Evidence: what was said, by whom, when, shown to somebody who trusts only the council.

A pack carries the trust list of the time, the statements, what their signers' and the log's keys
hang from, and a log proof for what happened. It is verified as of the instants that the log
proves, off line. A statement that was erased stays proven: that it was, when, and that its body
is gone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_from_json, envelope_id, envelope_to_json
from trust.identity.trust_view import CouncilKeys, TrustView, open_past_trust_list
from trust.transparency import reasons
from trust.transparency.evidence_judge import Judge, instant_of
from trust.transparency.evidence_pack import ErasedStatement, Manifest, read_pack, write_pack
from trust.transparency.evidence_page import PAGES, README_TEXT
from trust.transparency.evidence_stamp import FILES as STAMP_FILES
from trust.transparency.evidence_stamp import PackedStamp, files_of, verify_stamp
from trust.transparency.leaf import commit_to, decode_leaf
from trust.transparency.note import Cosignature
from trust.transparency.time_stamp import Stamped

TRUST = "trust.json"
README = "readme.txt"
_FOLDERS = ("statements/", "support/", "proofs/", "witnessed/")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Logged:
    """What the log proves of one statement."""

    at: datetime
    origin: str
    checkpoint: str
    leaf: tuple[int, bytes]
    """Index and bytes."""


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
    witnesses: int = 0
    """How many of the archives that watch the log cosigned a checkpoint that covers it."""
    witnessed_at: datetime | None = None
    """When the first of them did."""
    stamped_at: datetime | None = None
    """It existed then, says the time-stamp authority; None = nobody outside has said so yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The verdict on a pack whose every part was verified."""

    trust_domain: str
    trust_version: int
    authority: str
    """Who says when: the time-stamp authority's name; empty = the logs alone."""
    proven: tuple[Proven, ...]
    quorum: int = 0
    """How many witnesses the trust list demands."""

    @property
    def is_witnessed(self) -> bool:
        """Whether everything that stands in a log was seen by as many as are demanded."""
        return all(one.witnesses >= self.quorum for one in self.proven if one.at is not None)


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
    witnessed: Mapping[str, str] = field(default_factory=dict)
    """The same under a checkpoint that witnesses cosigned, for as many as there are."""
    salts: Mapping[str, bytes]
    """Openings of the leaves' commitments, by the same names."""
    erased: tuple[ErasedStatement, ...] = ()
    """Statements whose bodies are gone; their proofs are in `proofs`."""
    stamp: PackedStamp | None = None
    """Over the checkpoint of `proofs`; None where the log was not stamped yet."""


def make_evidence(case: CaseFile) -> bytes:
    """The pack, with a page for the person who opens it.

    Raises:
        Refusal: EVIDENCE_MALFORMED.
    """
    files = {TRUST: envelope_to_json(case.trust), README: README_TEXT.encode()}
    for folder, envelopes in (("statements", case.statements), ("support", case.support)):
        for name, envelope in envelopes.items():
            files[f"{folder}/{name}.json"] = envelope_to_json(envelope)
    for name, proof in case.proofs.items():
        files[f"proofs/{name}.tlog-proof"] = proof.encode()
    for name, proof in case.witnessed.items():
        files[f"witnessed/{name}.tlog-proof"] = proof.encode()
    files.update(files_of(case.stamp))
    return write_pack(files, salts=case.salts, erased=case.erased)


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
    _refuse_strays(files)
    # 2. The council signed the trust list.
    if TRUST not in files:
        raise Refusal(reasons.EVIDENCE_INCOMPLETE, "trust list")
    # Nobody signs the page for a person, so it may say only what it always says.
    if files.get(README) not in PAGES:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "readme")
    view = open_past_trust_list(envelope_from_json(files[TRUST]), council)
    judge = Judge(view, _envelopes(files, "support/"), newer)
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
    stamp = verify_stamp(
        files, judge, {one.checkpoint for one in logged.values()}, view.trust_list.seal_roots_pem
    )
    seen = _verify_witnessed(judge, files, logged)
    proven = tuple(_prove(judge, names, statements, logged, stamp, seen))
    # 5. Nothing lies in the pack that nothing hangs from.
    judge.refuse_unused()
    return Evidence(
        trust_domain=view.trust_domain,
        trust_version=view.version,
        authority="" if stamp is None else stamp[1].authority,
        proven=proven,
        quorum=view.trust_list.witness_quorum,
    )


def _prove(
    judge: Judge,
    names: Mapping[str, tuple[str, str]],
    statements: Mapping[str, Envelope],
    logged: Mapping[str, _Logged],
    stamp: tuple[str, Stamped] | None,
    seen: Mapping[str, tuple[Cosignature, ...]],
) -> Iterator[Proven]:
    """Each statement with its signers, who had to be in force when its leaf was written."""
    earliest = min(one.at for one in logged.values())
    for name, (payload_type, statement_id) in sorted(names.items()):
        leaf, envelope = logged.get(name), statements.get(name)
        if envelope is None and leaf is None:
            raise Refusal(reasons.EVIDENCE_INCOMPLETE, "erased and in no log")
        at = leaf.at if leaf else earliest
        is_stamped = leaf is not None and stamp is not None and stamp[0] == leaf.checkpoint
        yield Proven(
            name=name,
            payload_type=payload_type,
            envelope_id=statement_id,
            payload=None if envelope is None else envelope.payload,
            signers=() if envelope is None else judge.verify_signers(envelope, at),
            at=leaf.at if leaf else None,
            origin=leaf.origin if leaf else "",
            witnesses=len(seen.get(name, ())),
            witnessed_at=min((one.at for one in seen.get(name, ())), default=None),
            stamped_at=stamp[1].at if stamp is not None and is_stamped else None,
        )


def _refuse_strays(files: Mapping[str, bytes]) -> None:
    """Return only if every file is one that a verifier reads."""
    known = {TRUST, README, *STAMP_FILES}
    if any(path not in known and not path.startswith(_FOLDERS) for path in files):
        raise Refusal(reasons.EVIDENCE_MALFORMED, "a file that proves nothing")


def _envelopes(files: Mapping[str, bytes], folder: str) -> dict[str, Envelope]:
    return {
        path.removeprefix(folder).removesuffix(".json"): envelope_from_json(data)
        for path, data in files.items()
        if path.startswith(folder)
    }


def _verify_proofs(
    judge: Judge,
    files: Mapping[str, bytes],
    manifest: Manifest,
    names: Mapping[str, tuple[str, str]],
) -> dict[str, _Logged]:
    """What the log says of each statement that has a proof, by name; at least one."""
    salts = {entry.name: _unhex(entry.salt) for entry in manifest.salts}
    logged: dict[str, _Logged] = {}
    erased = {gone.name for gone in manifest.erased}
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
        if name in erased and leaf.note != names[name][0]:
            # Of a body that is gone, its leaf alone can say of which type it was.
            raise Refusal(reasons.EVIDENCE_MALFORMED, "type of what was erased")
        checkpoint = evidence.checkpoint
        logged[name] = _Logged(
            at=instant_of(leaf),
            origin=checkpoint.origin,
            checkpoint=checkpoint.text(),
            leaf=(evidence.index, evidence.leaf),
        )
    if not logged:
        raise Refusal(reasons.EVIDENCE_INCOMPLETE, "nothing stands in a log")
    return logged


def _verify_witnessed(
    judge: Judge, files: Mapping[str, bytes], logged: Mapping[str, _Logged]
) -> dict[str, tuple[Cosignature, ...]]:
    """Who cosigned a checkpoint over each statement's leaf, by the statement's name."""
    found: dict[str, tuple[Cosignature, ...]] = {}
    for path, data in files.items():
        if not path.startswith("witnessed/"):
            continue
        name = path.removeprefix("witnessed/").removesuffix(".tlog-proof")
        evidence, seen = judge.verify_witnessed(_text(data))
        known = logged.get(name)
        same = known is not None and known.origin == evidence.checkpoint.origin
        if known is None or not same or known.leaf != (evidence.index, evidence.leaf):
            raise Refusal(reasons.EVIDENCE_MALFORMED, "witnessed proof of another leaf")
        found[name] = seen
    return found


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "a proof is no text") from error


def _unhex(text: str) -> bytes:
    try:
        value = bytes.fromhex(text)
    except ValueError as error:
        raise Refusal(reasons.EVIDENCE_MALFORMED, "hex") from error
    if value.hex() != text:
        # One spelling: upper case or blanks would be other bytes with the same meaning.
        raise Refusal(reasons.EVIDENCE_MALFORMED, "hex")
    return value
