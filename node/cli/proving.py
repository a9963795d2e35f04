"""Duties that follow a certificate after it was handed out, put together."""

from collections.abc import Callable

from node.adapters.sql_witnessed import SqlWitnessedLeaves
from node.bootstrap import Base
from node.services.log_status_lists import LogStatusLists
from node.services.witnessed_proofs import TellWitnessed
from node.witness_ports import CertificateTidings


def proof_duty(base: Base, tidings: CertificateTidings) -> Callable[[], int]:
    """Witnessed proofs are handed on, status lists get their leaves."""
    shelf = SqlWitnessedLeaves(base.engine, base.config.trust_domain)
    tell = TellWitnessed(base.house, shelf, tidings, base.log)
    lists = LogStatusLists(base.house, shelf, tidings, base.log)

    def run() -> int:
        return tell.run() + lists.run()

    return run


def describe_lists(base: Base) -> dict[str, object]:
    """How far the status lists of our archives stand in our logs, for `status`."""
    shelf = SqlWitnessedLeaves(base.engine, base.config.trust_domain)
    found: dict[str, object] = {}
    for code in base.house.archives:
        last = shelf.last(code)
        found[code] = {
            "sequence": last.sequence if last else 0,
            "alarms": list(shelf.alarms(code)),
        }
    return found
