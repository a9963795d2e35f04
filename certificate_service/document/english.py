"""The bilingual option: titles and cautions once more in English.

Only our own fixed words are translated. What the record says, and who it is about, is never
translated by a machine: a sworn translator does that from the original wording.
"""

from records.search_notices import SEARCH_REPORT
from records.templates import TITLES

_TITLES = {
    TITLES["T1"]: "CERTIFICATE OF ARCHIVAL RECORD (EXTRACT)",
    TITLES["T2"]: "CERTIFIED COPY OF ARCHIVAL RECORD",
    TITLES["T3"]: "CERTIFICATE OF NO RECORD FOUND IN THE HOLDINGS SEARCHED",
    SEARCH_REPORT: "STATEMENT OF SEARCH",
    TITLES["T4"]: "STATEMENT ON DIFFERING ENTRIES",
}
ENGLISH_HINT = (
    "Scan the QR code to verify; compare every item on the screen with the paper. "
    "The Chinese text is the original."
)
ENGLISH_LIMIT = "This document states only what the holdings record, as of their making."


def english_title(title: str) -> str:
    """English of a printed title; empty for titles that are not ours."""
    return _TITLES.get(title, "")
