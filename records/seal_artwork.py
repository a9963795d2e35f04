"""印模: an archive's own approved seal image, as its authority key vouches for it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class SealArtwork:
    """This picture is our seal for archival certificates; signed by the archive's authority key.

    A higher `sequence` replaces what was said before. Without one the seal is drawn from the
    archive's name.
    """

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.seal-artwork.v1+json"

    archive_code: str
    sequence: int
    image_sha256: str
    """Of the PNG file, hex."""
    diameter_um: int
    """Outer diameter as approved, in thousandths of a millimetre, e.g. 42000."""
    approved_by: str
    """Office that approved the carving, e.g. 「上饶市公安局」."""
    approval_no: str
    approved_on: date
    stated_at: datetime
