"""The statements of an append, built once: building one costs more than running it."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select, update

from trust.transparency import tables

_head = tables.log_head.c
_node = tables.log_node.c

SIZE = select(_head.size).where(_head.log_id == bindparam("log"))
MOVE_HEAD = (
    update(tables.log_head)
    .where(_head.log_id == bindparam("log"))
    .values(size=_head.size + bindparam("leaves"))
    .returning(_head.size)
)
"""Locks the log for the transaction, moves its head, and says where it is now."""
MOVE_HEAD_FROM = MOVE_HEAD.where(_head.size == bindparam("expected"))
ADD_LEAVES = tables.log_leaf.insert()
ADD_NODES = tables.log_node.insert()
MOST_AT_ONCE = 24


@lru_cache(maxsize=MOST_AT_ONCE)
def nodes_statement(count: int) -> Select[Any]:
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
    return select(_node.level, _node.idx, _node.hash).where(or_(*places))
