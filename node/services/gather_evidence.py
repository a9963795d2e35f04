"""证据包: what an archive can show of a case to somebody who trusts only the council (trust.md §4).

Every statement sent or received, the receipts both ways, the order and what its signatures hang
from, each with a proof that it stands in the archive's log. Taking a pack out is itself a leaf.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from node.domain.kept_statements import APPOINTMENT, KeptStatement
from node.domain.reasons import NOTHING_KEPT
from node.ports import StatedKeys
from node.services.house import House
from node.services.witnessed_proofs import WitnessedProofs
from node.stamp_ports import KeptStamp, StampShelf
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.statement import decode
from trust.identity.statements import Appointment
from trust.identity.trust_view import officer_key
from trust.transparency.evidence import CaseFile, make_evidence
from trust.transparency.evidence_pack import ErasedStatement
from trust.transparency.evidence_stamp import PackedStamp
from trust.transparency.leaf import decode_leaf
from trust.transparency.proof import parse_proof

_MOST_WITNESSED = 60
"""A pack holds 200 files; of a longer case the plain proofs alone."""


class GatherEvidence:
    """Makes the pack of one case."""

    def __init__(
        self,
        house: House,
        stated: StatedKeys,
        stamps: StampShelf | None = None,
        witnessed: WitnessedProofs | None = None,
    ) -> None:
        """Of this house, whose log keys are in `stated`; `stamps` are over its logs.

        `witnessed` are its leaves as other archives saw them.
        """
        self._witnessed = witnessed
        self._stamps = stamps
        self._house = house
        self._stated = stated

    def gather(self, case_no: str, archive_code: str, actor: str) -> bytes:
        """The pack's bytes; `actor` is who takes it out, for the log.

        Raises:
            Refusal: NOTHING_KEPT, DIRECTORY_MISSING, EVIDENCE_MALFORMED (size).
        """
        now = self._house.clock()
        with self._house.book.write() as book:
            kept = book.list_statements(archive_code, case_no)
            if not any(one.in_log for one in kept):
                raise Refusal(NOTHING_KEPT, case_no)
            book.note(archive_code, case_no, "evidence", actor, now)
        named = _named([one for one in kept if one.name != APPOINTMENT])
        indices = {name: one.index for name, one in named.items() if one.in_log}
        covering = self._covering(archive_code, max(indices.values()))
        proofs, stamp = self._prove(archive_code, indices, covering)
        seen, witness_keys = self._as_witnessed(archive_code, indices)
        case = CaseFile(
            trust=self._house.directory.current().trust_envelope,
            statements={n: one.envelope for n, one in named.items() if one.envelope is not None},
            support=self._support(archive_code, kept, covering) | witness_keys,
            proofs=proofs,
            stamp=stamp,
            witnessed=seen,
            salts={name: one.salt for name, one in named.items() if one.in_log},
            erased=tuple(
                ErasedStatement(
                    name=name, payload_type=_noted(proofs[name]), envelope_id=one.envelope_id
                )
                for name, one in named.items()
                if one.envelope is None
            ),
        )
        return make_evidence(case)

    def _covering(self, archive_code: str, index: int) -> KeptStamp | None:
        return self._stamps.covering(archive_code, index) if self._stamps is not None else None

    def _prove(
        self, archive_code: str, indices: Mapping[str, int], stamp: KeptStamp | None
    ) -> tuple[Mapping[str, str], PackedStamp | None]:
        """Proofs under the oldest stamped checkpoint that has all of them, else under a new one."""
        prover, now = self._house.proofs, self._house.clock()
        if stamp is None or self._stamps is None:
            return {n: prover.make_proof(archive_code, i, now) for n, i in indices.items()}, None
        proofs = {name: self._stamps.prove(stamp, index) for name, index in indices.items()}
        leaf_proof = prover.make_proof(archive_code, stamp.leaf, now)
        return proofs, PackedStamp(token=stamp.token, leaf_proof=leaf_proof)

    def _as_witnessed(
        self, archive_code: str, indices: Mapping[str, int]
    ) -> tuple[dict[str, str], dict[str, Envelope]]:
        """Proofs under what the witnesses cosigned, as far as they have, and their keys."""
        proofs: dict[str, str] = {}
        keys: dict[str, Envelope] = {}
        if self._witnessed is None or len(indices) > _MOST_WITNESSED:
            return proofs, keys
        for name, index in indices.items():
            found = self._witnessed.find(archive_code, index)
            if found is not None:
                proofs[name] = found.proof
                keys.update((envelope_id(one), one) for one in found.keys)
        return proofs, {f"witness-{n}": one for n, one in enumerate(keys.values(), 1)}

    def _support(
        self, archive_code: str, kept: Sequence[KeptStatement], stamp: KeptStamp | None
    ) -> dict[str, Envelope]:
        moments = [one.at for one in kept if one.in_log] + ([stamp.at] if stamp else [])
        stated = self._stated.log_key_statements(archive_code, min(moments), max(moments))
        support = {f"log-key-{n}": envelope for n, envelope in enumerate(stated, 1)}
        # After an erasure some appointments support nothing any more, and nothing idle may travel.
        shown = [one.envelope for one in kept if one.envelope is not None]
        kids = {signature.kid for envelope in shown for signature in envelope.signatures}
        officers = [
            one.envelope
            for one in kept
            if one.name == APPOINTMENT and one.envelope is not None and _kid(one.envelope) in kids
        ]
        return support | {f"officer-{n}": envelope for n, envelope in enumerate(officers, 1)}


def _noted(proof: str) -> str:
    """The type that the statement's leaf notes; empty in leaves from before they did."""
    leaf = parse_proof(proof).leaf
    return decode_leaf(leaf).note if leaf is not None else ""


def _kid(appointment: Envelope) -> str:
    return officer_key(decode(appointment.payload, Appointment)).kid


def _named(kept: Sequence[KeptStatement]) -> Mapping[str, KeptStatement]:
    """By name and number: request-1, receipt-1, answer-1, receipt-2 ..."""
    seen: Counter[str] = Counter()
    named = {}
    for one in kept:
        seen[one.name] += 1
        named[f"{one.name}-{seen[one.name]}"] = one
    return named
