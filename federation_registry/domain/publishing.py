"""When a part may enter the directory: never an older one, never two with one number."""

from dataclasses import dataclass

from federation_registry.domain.reasons import PART_OUTDATED
from records.refusal import Refusal
from trust.identity.reasons import DIRECTORY_FORKED

KEEP_DAYS: tuple[tuple[str, str, int], ...] = (
    ("key", "/tls/", 30),
    ("key", "/hpke/", 120),
    ("endpoint", "", 30),
    ("proposal", "", 30),
    ("coverage", "", 400),
)
"""(kind, end of the subject, days): how long a part that was replaced can still be fetched by its
address. Trust lists, agreements, appointments and the keys of logs, seals and QR codes prove the
past: they stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPart:
    """What the directory has for one (kind, subject)."""

    sha256: str
    sequence: int
    envelope_id: str


def is_new(kept: KeptPart | None, sequence: int, envelope_id: str) -> bool:
    """Whether the part replaces what is kept; False when it is the very same one.

    Raises:
        Refusal: PART_OUTDATED for a lower sequence, DIRECTORY_FORKED for another part with the
            same sequence.
    """
    if kept is None or sequence > kept.sequence:
        return True
    if sequence < kept.sequence:
        detail = f"{sequence} after {kept.sequence}"
        raise Refusal(PART_OUTDATED, detail)
    if envelope_id != kept.envelope_id:
        detail = f"sequence {sequence}"
        raise Refusal(DIRECTORY_FORKED, detail)
    return False
