"""Trust lists of many years in a folder, for judging what was signed when.

`trust-lists/<version>.json`, each the signed list as carried. Who collected them is not believed:
the pinned council keys signed each one, and consecutive ones name each other's hash.
"""

from datetime import datetime
from pathlib import Path

from certificate_service.adapters.trust_file import read_trust_list
from certificate_service.ports import Clock, TrustSource
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


class PastRoots:
    """The listed roots of any day, by the lists that the service itself pushed since it exists."""

    def __init__(self, trust: TrustSource, council: CouncilKeys, folder: Path) -> None:
        """Keep where to look."""
        self._trust, self._council, self._folder = trust, council, folder
        self._known: TrustHistory | None = None

    def __call__(self, moment: datetime) -> bytes:
        """Roots of seals and time-stamps that were listed at that instant, PEM.

        Raises:
            Refusal: TRUST_UNAVAILABLE, TRUST_LIST_EXPIRED, TRUST_LIST_FORKED.
        """
        current, known = self._trust.current(), self._known
        if known is None or known.current.payload_sha256 != current.payload_sha256:
            past = [one for one in _past(self._folder, self._council) if _is_older(one, current)]
            known = self._known = TrustHistory(current, past)
        return known.roots_at(moment)


def _is_older(view: TrustView, current: TrustView) -> bool:
    return view.version < current.version and view.trust_domain == current.trust_domain


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
