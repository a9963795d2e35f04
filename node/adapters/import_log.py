"""The leaf that an import leaves in the archive's log: which file, how many rows, who."""

from sqlalchemy import Connection

from node.domain.shelves import Batch
from node.ports import Clock
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import Leaf, encode_leaf
from trust.transparency.log import TransparencyLog


class ImportLog:
    """Writes leaves on the caller's connection."""

    def __init__(self, trust_domain: str, clock: Clock) -> None:
        """Logs of the archives of one federation."""
        self._trust_domain, self._clock = trust_domain, clock
        self._log = TransparencyLog()

    def __call__(self, connection: Connection, batch: Batch) -> None:
        """The completed import is in the log of its archive."""
        leaf = Leaf(
            ts_ms=int(self._clock().timestamp() * 1000),
            kind="import",
            case=batch.batch_id,
            actor=batch.handled_by or "system",
            file_sha256=batch.file_sha256,
            note=f"{batch.category} {batch.accepted}",
        )
        log_id = log_origin(self._trust_domain, batch.archive_code)
        self._log.append(connection, log_id, encode_leaf(leaf))
