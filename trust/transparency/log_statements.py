"""The statements of an append, built once: building one costs more than running it."""

from functools import lru_cache

from sqlalchemy import and_, bindparam, or_, select, update

from trust.store.prepared import Prepared
from trust.transparency import tables

_head = tables.log_head.c
_node = tables.log_node.c

SIZE = select(_head.size).where(_head.log_id == bindparam("log"))
_MOVE_HEAD = (
    update(tables.log_head)
    .where(_head.log_id == bindparam("log"))
    .values(size=_head.size + bindparam("leaves"))
    .returning(_head.size)
)
MOVE_HEAD = Prepared(_MOVE_HEAD)
"""Locks the log for the transaction, moves its head, and says where it is now."""
MOVE_HEAD_FROM = Prepared(_MOVE_HEAD.where(_head.size == bindparam("expected")))
ADD_LEAVES = Prepared(tables.log_leaf.insert())
ADD_NODES = Prepared(tables.log_node.insert())
MOST_AT_ONCE = 24


@lru_cache(maxsize=MOST_AT_ONCE)
def nodes_statement(count: int) -> Prepared:
    """Reads `count` nodes of one log, whose places are `level_0`, `idx_0`, `level_1` ...

    Spelled out one by one: a list of pairs makes SQLite walk through the table.
    """
    places = [
        and_(
            _node.log_id == bindparam("log"),
            _node.level == bindparam(f"level_{number}"),
            _node.idx == bindparam(f"idx_{number}"),
        )
        for number in range(count)
    ]
    return Prepared(select(_node.level, _node.idx, _node.hash).where(or_(*places)))
