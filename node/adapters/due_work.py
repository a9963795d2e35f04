"""Which of the node's duties have something to do: one statement instead of one look each.

The database is asked on a driver's connection of its own whether anybody has committed (`changes`),
and only then, or four times a second because of what is due by the clock, which tables hold work.
That takes microseconds where five careful looks took five milliseconds (decision 1250).
"""

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import BigInteger, BindParameter, Engine, bindparam, exists, or_, select

from node.adapters import case_tables as t
from node.adapters.asking_tables import askings as a
from node.adapters.row_values import to_ms
from node.adapters.sql_cases import UNFINISHED
from node.domain.asking import ASKING
from node.domain.claims import TO_SEARCH
from trust.store.changes import StoreChanges
from trust.store.prepared import Prepared

_now: BindParameter[int] = bindparam("now_ms", type_=BigInteger)
_DUE = {
    "search": exists().where(or_(*(t.work.c.state == state.value for state in TO_SEARCH))),
    "issue": exists().where(
        or_(*(t.issuances.c.step == step for step in UNFINISHED)), t.issuances.c.due_ms <= _now
    ),
    "deliver": exists().where(
        t.outbox.c.state == "waiting", t.outbox.c.due_ms <= _now, t.outbox.c.lease_ms <= _now
    ),
    "asking": exists().where(a.c.state == ASKING, a.c.lease_ms <= _now),
    "papers": exists().where(t.papers.c.drawn == 0),
}
_LOOK = Prepared(select(*(found.label(name) for name, found in _DUE.items())))
_EVERY_MS = 250


class DueWork:
    """`Board` of one node's database; for one thread."""

    names = frozenset(_DUE)
    """The duties that it knows of."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        """Ask that database; what is due is judged by `clock`."""
        self._changes = StoreChanges(engine)
        self._clock = clock
        self._seen: object = None
        self._looked_ms = 0

    def due(self) -> Collection[str]:
        """Names of the duties that have something to do; all of them where nobody can tell."""
        mark, now = self._changes.mark(), to_ms(self._clock())
        if mark == self._seen and abs(now - self._looked_ms) < _EVERY_MS:
            return ()
        self._seen, self._looked_ms = mark, now
        found = self._changes.row(_LOOK, {"now_ms": now})
        if found is None:
            return self.names
        return [name for name, there in zip(_DUE, found, strict=True) if there]

    def close(self) -> None:
        """No more questions for now."""
        self._changes.close()
