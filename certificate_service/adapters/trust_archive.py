"""Trust lists of many years in a folder, for judging what was signed when.

`trust-lists/<version>.json`, each the signed list as carried. Who collected them is not believed:
the pinned council keys signed each one, and consecutive ones name each other's hash.
"""

from pathlib import Path

from certificate_service.adapters.trust_file import read_trust_list
from certificate_service.ports import Clock
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json
from trust.identity.council import CouncilKeys, council_from_json
from trust.identity.past_lists import TrustHistory
from trust.identity.reasons import TRUST_LIST_EXPIRED
from trust.identity.trust_view import TrustView, open_past_trust_list

FOLDER = "trust-lists"
_MOST_LISTS = 4096
_MOST_BYTES = 16 << 20


def read_trust_history(path: Path, council: Path, folder: Path, clock: Clock) -> TrustHistory:
    """The list in `path` and those in `folder`, verified against the council.

    A list that has expired still judges what was signed while it was in force; what it cannot
    vouch for any more is today, and so no status list either.

    Raises:
        Refusal: TRUST_UNAVAILABLE, TRUST_LIST_FORKED, and refusals of `open_past_trust_list`.
    """
    try:
        current = read_trust_list(path, council, clock())
        keys = council_from_json(council.read_bytes())
    except Refusal as refusal:
        if refusal.reason is not TRUST_LIST_EXPIRED:
            raise
        keys = council_from_json(council.read_bytes())
        current = open_past_trust_list(envelope_from_json(path.read_bytes()), keys)
    return TrustHistory(current, _past(folder, keys))


def _past(folder: Path, keys: CouncilKeys) -> list[TrustView]:
    """Every list of the folder that the council signed; others are not lists."""
    found: list[TrustView] = []
    for path in sorted(folder.glob("*.json"))[:_MOST_LISTS] if folder.is_dir() else ():
        if path.stat().st_size > _MOST_BYTES:
            continue
        try:
            found.append(open_past_trust_list(envelope_from_json(path.read_bytes()), keys))
        except Refusal:
            continue
    return found
