"""Whether anybody has written: one question, the same answer on both kinds of store."""

import pytest
from sqlalchemy import bindparam, column, select, table, text

from trust.store.changes import StoreChanges
from trust.store.engine import open_engine, transaction
from trust.store.prepared import Prepared


@pytest.fixture
def engines(database_url):
    """Two as two processes have them, and a table."""
    mine, theirs = open_engine(database_url), open_engine(database_url)
    with transaction(theirs) as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS seen_changes (n INTEGER)"))
    yield mine, theirs
    mine.dispose()
    theirs.dispose()


def test_a_commit_of_anybody_is_a_change_and_looking_is_none(engines) -> None:
    mine, theirs = engines
    changes = StoreChanges(mine)
    first = changes.mark()
    with theirs.connect() as connection:
        connection.execute(text("SELECT count(*) FROM seen_changes"))
    with transaction(mine):
        pass
    assert changes.mark() == first
    for writer in (theirs, mine):
        before = changes.mark()
        with transaction(writer) as connection:
            connection.execute(text("INSERT INTO seen_changes VALUES (1)"))
        assert changes.mark() != before
    changes.close()


def test_what_was_undone_is_seen_by_nobody(engines) -> None:
    mine, theirs = engines
    changes = StoreChanges(mine)

    def count() -> int:
        with mine.connect() as connection:
            return connection.execute(text("SELECT count(*) FROM seen_changes")).scalar_one()

    before = count()
    changes.mark()
    with pytest.raises(ZeroDivisionError), transaction(theirs) as connection:
        connection.execute(text("INSERT INTO seen_changes VALUES (2)"))
        raise ZeroDivisionError
    # PostgreSQL may call it a change: then one look finds nothing.
    changes.mark()
    assert count() == before
    assert changes.mark() == changes.mark()
    changes.close()


def test_a_connection_that_broke_counts_as_news_and_is_opened_again(engines) -> None:
    mine, _ = engines
    changes = StoreChanges(mine)
    first = changes.mark()
    changes._connection.dbapi_connection.close()
    assert changes.mark() != first
    assert changes.mark() == changes.mark()
    changes.close()


def test_a_statement_is_asked_on_the_same_connection(engines) -> None:
    mine, theirs = engines
    changes, seen = StoreChanges(mine), table("seen_changes", column("n"))
    with transaction(theirs) as connection:
        connection.execute(text("INSERT INTO seen_changes VALUES (77)"))
    asked = Prepared(select(seen.c.n).where(seen.c.n == bindparam("wanted")))
    assert changes.row(asked, {"wanted": 77}) == (77,)
    with transaction(theirs) as connection:
        connection.execute(text("DROP TABLE seen_changes"))
    assert changes.row(asked, {"wanted": 77}) is None
    changes.close()
