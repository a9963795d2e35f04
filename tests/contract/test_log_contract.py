"""The log keeps its promises on SQLite and PostgreSQL, with real concurrent writers."""

import threading
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from records.refusal import Refusal
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.store.engine import open_engine, transaction
from trust.transparency import merkle
from trust.transparency.audit import LogDamaged, verify_log
from trust.transparency.checkpoint import log_origin, verify_checkpoint
from trust.transparency.log import TransparencyLog, ensure_log
from trust.transparency.proof import verify_proof

ORIGIN = log_origin("demo.invalid", "330400")
OTHER = log_origin("demo.invalid", "361100")
LOG = TransparencyLog()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    ensure_log(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def signer() -> Ed25519Signer:
    return Ed25519Signer(new_ed25519())


def append(engine: Engine, *leaves: bytes, log_id: str = ORIGIN) -> list[int]:
    with transaction(engine) as conn:
        return [LOG.append(conn, log_id, leaf) for leaf in leaves]


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


def test_a_leaf_exists_only_if_the_callers_transaction_commits(engine: Engine) -> None:
    append(engine, b"one")
    with pytest.raises(ZeroDivisionError), transaction(engine) as conn:
        assert LOG.append(conn, ORIGIN, b"two") == 1
        raise ZeroDivisionError
    with engine.connect() as conn:
        assert LOG.size(conn, ORIGIN) == 1
        assert verify_log(conn, ORIGIN).size == 1
    assert append(engine, b"three") == [1]


def test_logs_of_two_archives_in_one_database_are_apart(engine: Engine) -> None:
    assert append(engine, b"a", b"b") == [0, 1]
    assert append(engine, b"c", log_id=OTHER) == [0]
    with engine.connect() as conn:
        assert (LOG.size(conn, ORIGIN), LOG.size(conn, OTHER)) == (2, 1)
        assert LOG.root(conn, OTHER, 1) == merkle.leaf_hash(b"c")


def test_a_reserved_index_is_taken_once(engine: Engine) -> None:
    append(engine, b"a")
    with transaction(engine) as conn:
        assert LOG.append(conn, ORIGIN, b"b", expected_index=1) == 1
    with pytest.raises(Refusal, match="LOG_INDEX_TAKEN"), transaction(engine) as conn:
        LOG.append(conn, ORIGIN, b"c", expected_index=1)
    with engine.connect() as conn:
        assert LOG.size(conn, ORIGIN) == 2


def test_concurrent_writers_leave_no_gap_and_no_duplicate(engine: Engine) -> None:
    writers, each = 5, 12
    indices: list[int] = []
    errors: list[Exception] = []

    def write(writer: int) -> None:
        try:
            for turn in range(each):
                with transaction(engine) as conn:
                    index = LOG.append(conn, ORIGIN, f"{writer}/{turn}".encode())
                indices.append(index)
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(indices) == list(range(writers * each))
    with engine.connect() as conn:
        assert verify_log(conn, ORIGIN).size == writers * each
        leaves = {LOG.leaf(conn, ORIGIN, index) for index in range(writers * each)}
    assert len(leaves) == writers * each


def test_a_writer_that_rolls_back_among_others_leaves_no_gap(engine: Engine) -> None:
    done: list[int] = []

    def write(spoil: bool) -> None:
        for _ in range(10):
            try:
                with transaction(engine) as conn:
                    index = LOG.append(conn, ORIGIN, b"x")
                    if spoil:
                        raise ZeroDivisionError
                    done.append(index)
            except ZeroDivisionError:
                pass

    threads = [threading.Thread(target=write, args=(n % 2 == 0,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == list(range(20))
    with engine.connect() as conn:
        assert verify_log(conn, ORIGIN).size == 20


def test_proof_of_every_leaf_verifies_and_carries_the_leaf(
    engine: Engine, signer: Ed25519Signer, at: datetime
) -> None:
    leaves = [f"leaf {n}".encode() for n in range(21)]
    append(engine, *leaves)
    with transaction(engine) as conn:
        for index, leaf in enumerate(leaves):
            proof = LOG.make_proof(conn, ORIGIN, index, signer, at)
            evidence = verify_proof(proof, origin=ORIGIN, log_key=signer.public_key)
            assert (evidence.leaf, evidence.index, evidence.checkpoint.size) == (leaf, index, 21)
        with pytest.raises(Refusal, match="LOG_ENTRY_MISSING"):
            LOG.make_proof(conn, ORIGIN, 21, signer, at)


def test_checkpoints_are_consistent_with_each_other(
    engine: Engine, signer: Ed25519Signer, at: datetime
) -> None:
    notes = []
    for turn in range(9):
        append(engine, f"leaf {turn}".encode())
        with transaction(engine) as conn:
            notes.append(LOG.sign_checkpoint(conn, ORIGIN, signer, at))
            assert LOG.sign_checkpoint(conn, ORIGIN, signer, at) == notes[-1]
    heads = [verify_checkpoint(n, origin=ORIGIN, log_key=signer.public_key)[0] for n in notes]
    with engine.connect() as conn:
        for old in heads:
            for new in heads[old.size - 1 :]:
                proof = LOG.consistency_proof(conn, ORIGIN, old.size, new.size)
                merkle.verify_consistency(old.size, new.size, old.root, new.root, proof)
        audit = verify_log(conn, ORIGIN, keys=[signer.public_key])
    assert (audit.size, audit.checkpoints, audit.root) == (9, 9, heads[-1].root)


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


def test_a_leaf_has_bounds(engine: Engine) -> None:
    for leaf in (b"", b"x" * 2049):
        with pytest.raises(Refusal, match="LOG_LEAF_MALFORMED"), transaction(engine) as conn:
            LOG.append(conn, ORIGIN, leaf)
