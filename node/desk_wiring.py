"""The pages put together: which adapter stands behind which port of theirs."""

from sqlalchemy import Engine

from node.adapters.desk_keys import DeskKeys
from node.adapters.desk_tables import ensure_desk_tables
from node.adapters.sql_drafts import SqlDrafts
from node.bootstrap import Base
from node.ports import Random
from trust.store.sealed_fields import SealedFields


def open_drafts(base: Base) -> SqlDrafts:
    """Where the pages of this node keep what is typed."""
    return drafts_in(base.engine, base.folder.secret(), base.house.random)


def drafts_in(engine: Engine, secret: bytes, random: Random) -> SqlDrafts:
    """Drafts in a database, sealed under a key made of `secret` (32 bytes)."""
    ensure_desk_tables(engine)
    return SqlDrafts(engine, SealedFields(DeskKeys(secret), random))
