"""The full-text index of records about things: FTS5 on SQLite, GIN over tsvector on PostgreSQL.

Both hold the same words, cut by `records.subject_words`; neither store's tokeniser decides
anything. The rows live and die with the import's own transaction.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, Engine, text

from trust.store.engine import transaction

_SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS subject_text USING fts5("
    "words, content='', tokenize='ascii', detail=none, columnsize=0)",
)
_POSTGRESQL = (
    "CREATE TABLE IF NOT EXISTS subject_text (entry_id bigint PRIMARY KEY, words tsvector)",
    "CREATE INDEX IF NOT EXISTS subject_text_words ON subject_text USING gin (words)",
)
_LOCK = 0x1A17A3
FIND_SUBJECTS = {
    "sqlite": text("""
SELECT rowid FROM subject_text WHERE subject_text MATCH :wanted AND rowid <= :last
ORDER BY rowid DESC LIMIT :most
"""),
    "postgresql": text("""
SELECT entry_id FROM subject_text
WHERE words @@ CAST(:wanted AS tsquery) AND entry_id <= :last
ORDER BY entry_id DESC LIMIT :most
"""),
}
"""By dialect: ids of the entries that have `wanted`, none above `last`, newest first."""


def prepare_subjects(engine: Engine) -> None:
    """The index exists; concurrent callers are safe."""
    with transaction(engine, guarded=False) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": _LOCK})
        for statement in _of(connection, _SQLITE, _POSTGRESQL):
            connection.execute(text(statement))


def add_subjects(connection: Connection, shelf_id: int, words: Mapping[int, Sequence[str]]) -> None:
    """The entries are found by these words once the caller's transaction commits.

    Args:
        connection: Inside the import's transaction.
        shelf_id: Shelf of all of them: a word of its own.
        words: Words by entry id; an entry without words is not indexed.
    """
    lexemes = {entry_id: [_shelf_word(shelf_id), *ones] for entry_id, ones in words.items() if ones}
    if not lexemes:
        return
    if connection.dialect.name == "postgresql":
        statement = (
            "INSERT INTO subject_text (entry_id, words) "
            "VALUES (:entry_id, array_to_tsvector(CAST(:words AS text[])))"
        )
        rows = [{"entry_id": one, "words": list(all_)} for one, all_ in lexemes.items()]
    else:
        statement = "INSERT INTO subject_text (rowid, words) VALUES (:entry_id, :words)"
        rows = [{"entry_id": one, "words": " ".join(all_)} for one, all_ in lexemes.items()]
    connection.execute(text(statement), rows)


def remove_subjects(
    connection: Connection, shelf_id: int, entry_id: int, words: Sequence[str]
) -> None:
    """The entry is found by these words, which it was indexed under, no longer."""
    if not words:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(text("DELETE FROM subject_text WHERE entry_id = :id"), {"id": entry_id})
        return
    # An index without content must be told what it held.
    said = " ".join([_shelf_word(shelf_id), *words])
    statement = "INSERT INTO subject_text (subject_text, rowid, words) VALUES ('delete', :id, :w)"
    connection.execute(text(statement), {"id": entry_id, "w": said})


def wanted_words(dialect: str, shelf_id: int, words: Sequence[str]) -> str:
    """What `FIND_SUBJECTS` matches: entries of the shelf that have all the words."""
    wanted = [_shelf_word(shelf_id), *words]
    if dialect == "postgresql":
        return " & ".join(f"'{one}'" for one in wanted)
    return " AND ".join(wanted)


def _shelf_word(shelf_id: int) -> str:
    return f"s{shelf_id}"


def _of(connection: Connection, sqlite: Sequence[str], postgresql: Sequence[str]) -> Sequence[str]:
    return postgresql if connection.dialect.name == "postgresql" else sqlite
