"""Paths of the published files: the same on the site, in a folder beside a file, in the page."""

BUNDLE = 256
"""Leaves per log file: whoever fetches one shows interest in 256 certificates, not in one."""
KEYS_PATH = "keys.json"
TRUST_PATH = "trust-list.json"
EVIDENCE_SUFFIX = ".evidence.json"
"""Of the file beside a certificate; never on the site."""


def bundle_path(archive_code: str, log_index: int) -> str:
    """Path of the file with the proofs around that index."""
    return f"log/{archive_code}/{log_index // BUNDLE}.json"


def replaced_path(archive_code: str) -> str:
    """Path of the archive's file of replacements."""
    return f"status/{archive_code}-replaced.cwt"


def status_path(archive_code: str) -> str:
    """Path of the archive's status list."""
    return f"status/{archive_code}.cwt"


def past_trust_path(version: int) -> str:
    """A trust list of former days, as carried."""
    return f"trust-lists/{version}.json"
