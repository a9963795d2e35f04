"""Step 7, second half: who outside the archive's house has seen the log that the leaf stands in.

The file carries the proof as it was when it was sealed; the log bundle of the site carries it again
under the checkpoint that the witnesses cosigned since. Any of them counts, the best one decides.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product

from certificate_service.domain.verdict import NOT_WITNESSED, Finding
from certificate_service.long_term_ports import WitnessedProof
from certificate_service.services.published_proofs import LeafProof
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_to_json
from trust.identity.trust_view import TrustView
from trust.transparency.proof import parse_proof
from trust.transparency.reasons import LOG_PROOF_INVALID
from trust.transparency.witness import Standing, find_witnesses, witnesses_of

USE = "witness-"
"""How `evidence.keys.json` names the statements of witnesses: witness-1, witness-2."""


Holds = Callable[[LeafProof], object]
"""Raises Refusal unless the proof is of this certificate's leaf under its log's key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """What a node hands in when its log was cosigned, besides the file's own proof."""

    certificate_proof: str
    witness_keys: tuple[Envelope, ...]


def witnessed_proof(
    file_proof: str, witnessed: Witnessed, origin: str, view: TrustView, now: datetime
) -> WitnessedProof:
    """Both proofs to keep, with the number of witnesses behind the weaker one; they hold already.

    Raises:
        Refusal: LOG_PROOF_INVALID, nobody or too few; SIGNATURE_INVALID.
    """
    found = [
        find_witnesses(
            parse_proof(proof).checkpoint,
            origin=origin,
            witness_keys=witnessed.witness_keys,
            view=view,
            now=now,
        )
        for proof in (witnessed.certificate_proof, file_proof)
    ]
    weaker = min(found, key=_rank)
    if not weaker.seen or not weaker.is_enough:
        raise Refusal(LOG_PROOF_INVALID, f"{len(weaker.seen)} of {weaker.quorum} witnesses")
    return WitnessedProof(
        certificate_proof=witnessed.certificate_proof,
        file_proof=file_proof,
        witness_keys=tuple(envelope_to_json(one) for one in witnessed.witness_keys),
        cosignatures=len(weaker.seen),
    )


def best_standing(
    proofs: Iterable[LeafProof],
    holds: Holds,
    origin: str,
    views: Sequence[TrustView],
    moment: datetime,
) -> Standing:
    """The standing of the proof that most witnesses have seen; nobody's where none holds.

    Args:
        proofs: Of the certificate's leaf.
        holds: Whether a proof is of this leaf at all.
        origin: The archive's log.
        views: The trust list of the time of issue, then today's: who watches a log changes with
            its members, and either pair of witnesses was chosen by nobody. How many are demanded
            is what the first one says.
        moment: When the certificate was issued.
    """
    trust = views[0].trust_list
    watching = len(witnesses_of(origin, trust.members))
    best = Standing(seen=(), watching=watching, quorum=trust.witness_quorum)
    known = {view.payload_sha256: view for view in views}
    for one, view in product(proofs, known.values()):
        try:
            holds(one)
            note, keys = parse_proof(one.proof).checkpoint, one.witness_keys
            found = find_witnesses(note, origin=origin, witness_keys=keys, view=view, now=moment)
        except Refusal:
            # A line that its witness did not sign: then nobody has seen this proof.
            continue
        if len(found.seen) > len(best.seen):
            best = replace(found, quorum=trust.witness_quorum)
    return best


def finding_of(standing: Standing, log_index: int) -> Finding:
    """What step 7 says: never green where the trust list demands witnesses that are not there."""
    where = f"位置 {log_index}"
    seen, of = len(standing.seen), max(standing.watching, standing.quorum)
    if not standing.is_enough:
        words = f"{where}，{NOT_WITNESSED}：{seen}/{of}，名单要求 {standing.quorum}"
        return Finding(None, "V10", words)
    if not standing.watching:
        return Finding(True, "", where)
    if not seen:
        return Finding(True, "", f"{where}，{NOT_WITNESSED}：0/{of}")
    first = min(one.at for one in standing.seen)
    return Finding(True, "", f"{where}，{seen}/{of} 馆见证，{first:%Y-%m-%d %H:%M} UTC")


def _rank(standing: Standing) -> tuple[bool, int]:
    return standing.is_enough, len(standing.seen)
