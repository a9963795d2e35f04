"""The log keeps its promises on SQLite and PostgreSQL, with real concurrent writers."""

import threading
from collections.abc import Iterator
from datetime import datetime

import pytest
from log_stand import LOG, ORIGIN, OTHER, append
from sqlalchemy import Engine

from records.refusal import Refusal
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.store.engine import open_engine, transaction
from trust.transparency import merkle
from trust.transparency.audit import verify_log
from trust.transparency.checkpoint import verify_checkpoint
from trust.transparency.log import ensure_log
from trust.transparency.proof import verify_proof


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    ensure_log(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def signer() -> Ed25519Signer:
    return Ed25519Signer(new_ed25519())


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


def test_many_leaves_at_once_make_the_same_tree(engine: Engine) -> None:
    leaves = [b"leaf %d" % n for n in range(100)]
    with transaction(engine) as conn:
        for leaf in leaves:
            LOG.append(conn, OTHER, leaf)
        taken = 0
        for count in (1, 2, 3, 5, 8, 13, 21, 34, 13):
            batch = leaves[taken : taken + count]
            assert LOG.append_all(conn, ORIGIN, batch) == range(taken, taken + count)
            taken += count
        assert LOG.root(conn, ORIGIN, 100) == LOG.root(conn, OTHER, 100)
        assert LOG.logs(conn) == (ORIGIN, OTHER)
    with engine.connect() as conn:
        assert verify_log(conn, ORIGIN).root == verify_log(conn, OTHER).root


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


def test_a_leaf_has_bounds(engine: Engine) -> None:
    for leaf in (b"", b"x" * 2049):
        with pytest.raises(Refusal, match="LOG_LEAF_MALFORMED"), transaction(engine) as conn:
            LOG.append(conn, ORIGIN, leaf)
