"""What a case leaves beside itself, and what goes with it: complaints, questions, held answers.

The access log stays (decision 1085): keyed digests, no names; it goes with its own term.
"""

from sqlalchemy import Connection, delete, select

from node.adapters.asking_tables import askings
from node.adapters.desk_tables import held
from node.adapters.duty_tables import alerts, complaints, lookups
from node.adapters.escalation_tables import notices
from node.adapters.rights_tables import accesses
from node.domain.cases import HOLDER, WINDOW
from node.domain.complaints import ASSIGNED, REGISTERED
from node.domain.erasure import Copy

_OPEN = (REGISTERED, ASSIGNED)


def complained_of(connection: Connection, archive_code: str) -> frozenset[str]:
    """Cases of that archive with a complaint that nobody has decided yet: they are held."""
    c = complaints.c
    found = select(c.case_no).where(c.archive_code == archive_code, c.state.in_(_OPEN))
    return frozenset(connection.execute(found).scalars())


def drop_traces(connection: Connection, copy: Copy, *, last: bool, desks: bool) -> None:
    """What was said about the case beside it is gone.

    Args:
        connection: Of the transaction that erases the copy.
        copy: The copy that goes.
        last: The archive has no other copy of the case: what is about the case itself goes too.
        desks: The pages have their tables in this database.
    """
    archive, case_no = copy.archive_code, copy.case_no
    n = notices.c
    connection.execute(delete(notices).where(n.case_no == case_no, n.archive_code == archive))
    if last:
        c = complaints.c
        mine = (c.case_no == case_no) & (c.archive_code == archive)
        connection.execute(delete(complaints).where(mine))
    if copy.desk == WINDOW:
        a = askings.c
        connection.execute(delete(askings).where(a.case_no == case_no, a.archive_code == archive))
    if copy.desk == HOLDER and desks:
        h = held.c
        connection.execute(delete(held).where(h.case_no == case_no, h.holder_archive == archive))


def forget_looks(connection: Connection, before_ms: int) -> int:
    """Looks at records, and what was settled about those who looked, of before that time."""
    gone = (
        delete(accesses).where(accesses.c.at_ms < before_ms),
        delete(lookups).where(lookups.c.at_ms < before_ms),
        delete(alerts).where(alerts.c.at_ms < before_ms, alerts.c.acknowledged_ms > 0),
    )
    return sum(connection.execute(one).rowcount for one in gone)
