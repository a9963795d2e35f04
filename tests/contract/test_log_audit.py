"""fsck names what is wrong, whoever did it, on SQLite and PostgreSQL."""

import threading
from collections.abc import Iterator
from datetime import datetime

import pytest
from log_stand import LOG, ORIGIN, append
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from records.refusal import Refusal
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.store.engine import open_engine, transaction
from trust.transparency.audit import LogDamaged, verify_log, verify_stored_log
from trust.transparency.log import ensure_log


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    ensure_log(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def signer() -> Ed25519Signer:
    return Ed25519Signer(new_ed25519())


def unguard(engine: Engine, *statements: str) -> None:
    """What an attacker with the database's own rights does: drop the triggers, then write."""
    with transaction(engine) as conn:
        for table in ("log_leaf", "log_node", "log_checkpoint", "log_head"):
            for verb in ("update", "delete"):
                name = f"{table}_no_{verb}"
                if engine.dialect.name == "sqlite":
                    conn.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
                else:
                    conn.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
        for statement in statements:
            conn.execute(text(statement))


def findings(engine: Engine, signer: Ed25519Signer) -> list[tuple[str, str]]:
    with engine.connect() as conn, pytest.raises(LogDamaged) as caught:
        verify_log(conn, ORIGIN, keys=[signer.public_key])
    return [(finding.what, finding.where) for finding in caught.value.findings]


def test_the_audit_sees_one_snapshot_while_others_write(engine: Engine) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            append(engine, b"x", b"y", b"z")

    append(engine, b"first")
    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        sizes = [verify_stored_log(engine, ORIGIN).size for _ in range(12)]
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert sizes == sorted(sizes)
    assert sizes[-1] > sizes[0]


@pytest.mark.parametrize("table", ["log_leaf", "log_node", "log_checkpoint"])
@pytest.mark.parametrize("verb", ["DELETE FROM {t}", "UPDATE {t} SET log_id = 'x'"])
def test_the_store_itself_refuses_to_forget(
    engine: Engine, signer: Ed25519Signer, at: datetime, table: str, verb: str
) -> None:
    append(engine, b"a")
    with transaction(engine) as conn:
        LOG.sign_checkpoint(conn, ORIGIN, signer, at)
    with pytest.raises(DBAPIError, match="append only"), transaction(engine) as conn:
        conn.execute(text(verb.format(t=table)))
    with engine.connect() as conn:
        assert verify_log(conn, ORIGIN, keys=[signer.public_key]).checkpoints == 1


def test_truncate_is_refused_where_it_exists(fresh_pg_url: str) -> None:
    engine = open_engine(fresh_pg_url)
    ensure_log(engine)
    for table in ("log_leaf", "log_node", "log_checkpoint", "log_head"):
        with pytest.raises(DBAPIError, match="append only"), transaction(engine) as conn:
            conn.execute(text(f"TRUNCATE {table}"))
    engine.dispose()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "UPDATE log_leaf SET body = CAST('x' AS {blob}) WHERE idx = 3",
            ("leaf_altered", "leaf 3"),
        ),
        ("DELETE FROM log_leaf WHERE idx = 3", ("leaf_missing", "leaf 3")),
        ("DELETE FROM log_node WHERE level = 1 AND idx = 0", ("node_missing", "node 1/0")),
        (
            "UPDATE log_node SET hash = (SELECT hash FROM log_node WHERE level = 0 AND idx = 0) "
            "WHERE level = 2 AND idx = 0",
            ("node_altered", "node 2/0"),
        ),
        (
            "INSERT INTO log_node SELECT log_id, 0, 99, hash FROM log_node "
            "WHERE level = 0 AND idx = 0",
            ("node_extra", "node 0/99"),
        ),
        ("UPDATE log_head SET size = 9", ("head_wrong", "size 9, 7 leaves")),
        ("UPDATE log_checkpoint SET note = 'x'", ("checkpoint_malformed", "checkpoint 7")),
        (
            "UPDATE log_checkpoint SET note = replace(note, '330400', '330401')",
            ("checkpoint_signature", "checkpoint 7"),
        ),
        ("UPDATE log_checkpoint SET size = 5", ("checkpoint_root", "checkpoint 5")),
    ],
)
def test_fsck_names_what_is_wrong(
    engine: Engine,
    signer: Ed25519Signer,
    at: datetime,
    statement: str,
    found: tuple[str, str],
) -> None:
    append(engine, *(f"leaf {n}".encode() for n in range(7)))
    with transaction(engine) as conn:
        LOG.sign_checkpoint(conn, ORIGIN, signer, at)
    blob = "blob" if engine.dialect.name == "sqlite" else "bytea"
    unguard(engine, statement.format(blob=blob))
    assert found in findings(engine, signer)


def test_an_attacker_who_rewrites_all_hashes_is_caught_by_the_signed_checkpoint(
    engine: Engine, signer: Ed25519Signer, at: datetime
) -> None:
    leaves = [f"leaf {n}".encode() for n in range(7)]
    append(engine, *leaves)
    with transaction(engine) as conn:
        LOG.sign_checkpoint(conn, ORIGIN, signer, at)
    unguard(engine, "DELETE FROM log_leaf", "DELETE FROM log_node", "DELETE FROM log_head")
    leaves[2] = b"forged"
    append(engine, *leaves)
    assert findings(engine, signer) == [("checkpoint_root", "checkpoint 7")]
    with pytest.raises(Refusal, match="LOG_FORKED"), transaction(engine) as conn:
        LOG.sign_checkpoint(conn, ORIGIN, signer, at)


def test_a_log_restored_from_yesterday_signs_nothing(
    engine: Engine, signer: Ed25519Signer, at: datetime
) -> None:
    append(engine, b"a", b"b", b"c")
    with transaction(engine) as conn:
        LOG.sign_checkpoint(conn, ORIGIN, signer, at)
    unguard(
        engine,
        "DELETE FROM log_leaf WHERE idx = 2",
        "DELETE FROM log_node WHERE level = 0 AND idx = 2",
        "UPDATE log_head SET size = 2",
    )
    assert findings(engine, signer) == [("checkpoint_beyond", "checkpoint 3")]
    with pytest.raises(Refusal, match="LOG_FORKED"), transaction(engine) as conn:
        LOG.sign_checkpoint(conn, ORIGIN, signer, at)
