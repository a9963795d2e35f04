"""Counts of a day in the letter box: they grow with what they count, or nothing does."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from node.adapters.citizen_tables import counts as t
from node.domain.citizen_limits import Tally
from records.refusal import Refusal

KEPT = timedelta(days=1)
"""A count of a day before yesterday is thrown away when a new one begins."""


def take_tallies(connection: Connection, tallies: Sequence[Tally]) -> None:
    """Everything is counted, in the caller's transaction; two at once wait for each other.

    Raises:
        Refusal: The tally's own reason where it is more than its most; the caller rolls back.
    """
    for tally in tallies:
        _add(connection, tally)
        c = t.c
        counted = select(func.sum(c.amount)).where(c.day == tally.day, c.mark.in_(tally.marks))
        if int(connection.execute(counted).scalar_one()) > tally.most:
            raise Refusal(tally.reason)


def _add(connection: Connection, tally: Tally) -> None:
    make = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    row = make(t).values(day=tally.day, mark=tally.marks[0], amount=tally.amount)
    grown = row.on_conflict_do_update(
        index_elements=[t.c.day, t.c.mark], set_={"amount": t.c.amount + tally.amount}
    ).returning(t.c.amount)
    if connection.execute(grown).scalar_one() == tally.amount:
        last = date.fromisoformat(tally.day) - KEPT
        connection.execute(delete(t).where(t.c.day < last.isoformat()))
