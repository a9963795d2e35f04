"""Is the certificate known to be older than the end of its algorithms?

While nothing is broken the answer is free. Where something is, the skins of time-stamps count
first, then the log's leaf of the file as issued, as its witnesses saw it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from certificate_service.document.pdf_check import SealedFile
from certificate_service.document.seal_check import SealEvidence
from certificate_service.domain.existence import Broken, is_whole, proven_since, require_whole
from certificate_service.domain.token import Token
from certificate_service.ports import EvidenceSource
from certificate_service.services.file_evidence import prove_file
from certificate_service.services.published_proofs import FILE, find_published
from records.refusal import Refusal
from trust.identity.trust_view import TrustView

TOKEN_ALGORITHMS = frozenset({"P-256", "SHA-256"})
"""ES256."""
STATEMENT_ALGORITHMS = frozenset({"Ed25519", "SHA-256"})
"""Trust list, key statements and log: suite LT-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the verifier has besides the file."""

    view: TrustView
    """The trust list of the time of issue."""
    source: EvidenceSource
    broken: Broken


def require_age(
    file: SealedFile, evidence: SealEvidence, token: Token, known: Known, now: datetime
) -> datetime:
    """Since when the file is known to exist: before each of its algorithms was broken.

    Raises:
        Refusal: ALGORITHM_BROKEN.
    """
    broken, used = known.broken, evidence.algorithms | TOKEN_ALGORITHMS
    since = proven_since(evidence.stamps, broken, now)
    require_whole(STATEMENT_ALGORITHMS, broken, since)
    if not is_whole(used, broken, since):
        since = min(since, _logged_since(file, token, known, now))
    require_whole(used, broken, since)
    return since


def require_token_age(token: Token, broken: Broken, now: datetime, *, logged: bool) -> None:
    """Return only if a token without its file can still be believed.

    Args:
        token: Its signature is right.
        broken: From when which algorithm counts no more.
        now: The verifier's clock.
        logged: Whether the log has its hash: then it is as old as it says.

    Raises:
        Refusal: ALGORITHM_BROKEN.
    """
    issued = datetime.fromtimestamp(token.issued_at, UTC)
    require_whole(TOKEN_ALGORITHMS, broken, issued if logged else now)
    require_whole(STATEMENT_ALGORITHMS, broken, now)


def _logged_since(file: SealedFile, token: Token, known: Known, now: datetime) -> datetime:
    """What the log and its witnesses say of the file as issued; `now` when they say nothing."""
    issued = file.pdf[: file.issued_bytes]
    moment = datetime.fromtimestamp(token.issued_at, UTC)
    for one in find_published(token, known.source, FILE):
        try:
            proof = prove_file(one, token, issued, known.view, moment)
        except Refusal:
            continue
        if is_whole(proof.algorithms, known.broken, now):
            return proof.at
    return now
