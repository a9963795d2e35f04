"""The file's own leaf: proof that these bytes were in the log when witnesses saw it.

A PDF cannot carry a proof of its own digest, so this one is published beside it: in the log bundle
of the verify site, or as `<number>.evidence.json`. It hangs on the log's and the witnesses' keys
only: where the seal's algorithm is broken one day, this still says since when the file exists.
"""

import hashlib
from datetime import datetime

from certificate_service.domain.existence import Proof
from certificate_service.domain.release_rules import check_file_leaf
from certificate_service.domain.token import Token
from certificate_service.services.authorise import open_log_key, open_proof
from certificate_service.services.published_proofs import LeafProof
from trust.envelope.suites import ALGORITHMS
from trust.identity.trust_view import TrustView
from trust.transparency.checkpoint import log_origin
from trust.transparency.proof import parse_proof
from trust.transparency.witness import verify_witnessed


def prove_file(
    evidence: LeafProof, token: Token, issued: bytes, view: TrustView, moment: datetime
) -> Proof:
    """Since when the file as issued stood in the log, by the first witness that saw it there.

    Args:
        evidence: As published.
        token: Believed.
        issued: The file as issued.
        view: The trust list of that time.
        moment: When the token says that it was issued.

    Raises:
        Refusal: LOG_*, KEY_STATEMENT_INVALID, and what witnesses' keys raise.
    """
    code = token.number.archive_code
    origin = log_origin(view.trust_domain, code)
    log_key = open_log_key(evidence.log_key, code, view, moment)
    leaf, _found = open_proof(evidence.proof, origin, log_key)
    check_file_leaf(leaf, str(token.number), hashlib.sha256(issued).digest())
    witnessed = verify_witnessed(
        parse_proof(evidence.proof).checkpoint,
        origin=origin,
        log_key=log_key,
        witness_keys=evidence.witness_keys,
        view=view,
        quorum=max(1, view.trust_list.witness_quorum),
        now=moment,
    )
    # A log vouches for its contents, never for its own clock: the witnesses do that.
    seen = max(one.at for one in witnessed.cosignatures)
    return Proof(at=seen, algorithms=ALGORITHMS[log_key.suite] | {"SHA-256"})
