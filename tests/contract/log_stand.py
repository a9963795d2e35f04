"""What the log's contract suites share: names, one log, and how to append to it."""

from sqlalchemy import Engine

from trust.store.engine import transaction
from trust.transparency.checkpoint import log_origin
from trust.transparency.log import TransparencyLog

ORIGIN = log_origin("demo.invalid", "330400")
OTHER = log_origin("demo.invalid", "361100")
LOG = TransparencyLog()


def append(engine: Engine, *leaves: bytes, log_id: str = ORIGIN) -> list[int]:
    with transaction(engine) as conn:
        return [LOG.append(conn, log_id, leaf) for leaf in leaves]
