"""F26: one changed byte anywhere in the database is found, and said where."""

import json
import shutil
import sqlite3
from contextlib import closing
from random import Random

import pytest
from fake_certificates import FakeCertificates
from node_acts import confirm_first, file_and_review, release_and_seal, zhou
from node_world import build_node_world

from node.adapters.case_tables import SEALED
from node.adapters.correction_tables import corrections
from node.adapters.erasure_tables import ensure_erasure_tables, erasures
from node.adapters.ledger_check import LedgerCheck
from node.adapters.sql_casebook import case_rows
from node.bootstrap import make_desks, make_worker, open_base
from node.cli import main
from node.cli.fsck import check_ledger
from node.domain.commands import HandOverCommand
from trust.store.engine import open_engine
from trust.store.scrubbing import empty_journal


@pytest.fixture(scope="module")
def stand(tmp_path_factory, table_folder):
    """A node that carried one case at its own window to the end; a copy for each damage."""
    world = build_node_world(tmp_path_factory.mktemp("world"), table_folder)
    base = open_base(world.nodes["shangrao"].data)
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, caller="shangrao")
    worker = make_worker(base, make_desks(base), partner=None, certificates=fake)
    case_no = file_and_review(world, zhou(window_archive="361100"))
    worker.run_until_idle()
    confirm_first(world, case_no, "361100")
    release_and_seal(world, case_no, "361100")
    worker.run_until_idle()
    office = world.office("shangrao")
    office.hand_over.hand_over(HandOverCommand(case_no=case_no), world.actor("361100", "clerk"))
    ensure_erasure_tables(base.engine)
    empty_journal(base.engine)
    yield base
    base.engine.dispose()


def faults_of(stand, database):
    """What the check finds in that copy of the stand's database."""
    engine = open_engine(f"sqlite:///{database}")
    signers = stand.folder.log_signers(tuple(stand.house.archives))
    keys = {code: signer.public_key for code, signer in signers.items()}
    rows = case_rows(stand.fields, corrections, erasures)
    try:
        return LedgerCheck(engine, stand.config.trust_domain, keys, rows).run().faults
    finally:
        engine.dispose()


@pytest.fixture
def damaged(stand, tmp_path):
    """Runs statements on a copy of the database, and says what the check finds."""
    copy = tmp_path / "lantai.db"
    shutil.copy(stand.places.data / "lantai.db", copy)

    def damage(*statements):
        with closing(sqlite3.connect(copy)) as connection:
            for statement in statements:
                assert connection.execute(statement).rowcount != 0 or "TRIGGER" in statement
            connection.commit()
        return {(one.what, one.where.split(" ")[0]) for one in faults_of(stand, copy)}

    return damage


FLIP = "CAST(substr({0},1,20)||x'00'||substr({0},22) AS BLOB)"


def test_a_whole_database_is_whole(stand, capsys):
    report = check_ledger(stand)
    assert report.faults == ()
    assert report.leaves > report.events > 5 and report.statements > 3 and report.bodies > 8
    assert main(["fsck", "--data", str(stand.places.data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["whole"] is True


@pytest.mark.parametrize("table", [t.name for t in SEALED if t.name not in ("outbox", "papers")])
def test_a_changed_byte_of_a_body_is_found(damaged, table):
    found = damaged(f"UPDATE {table} SET body = {FLIP.format('body')}")
    assert ("body_damaged", table) in found


DROP = "DROP TRIGGER log_leaf_no_update"
CHANGES = [
    ("event_differs", "UPDATE events SET state='closed' WHERE sequence=3"),
    ("event_differs", "UPDATE events SET actor='x' WHERE sequence=2"),
    ("event_differs", "UPDATE events SET at_ms=at_ms+1 WHERE sequence=4"),
    ("leaf_without_event", "DELETE FROM events WHERE sequence=(SELECT max(sequence) FROM events)"),
    ("event_without_leaf",
     "INSERT INTO events SELECT sequence+100,case_no,archive_code,desk,state,at_ms,actor,code "
     "FROM events WHERE sequence=1"),
    ("state_differs", "UPDATE cases SET state='closed'"),
    ("case_missing", "DELETE FROM work"),
    ("statement_differs", "UPDATE statements SET salt=zeroblob(16) WHERE idx>=0"),
    ("statement_differs", "UPDATE statements SET case_no='LT-361100-20200101-0001' WHERE idx>=0"),
    ("statement_missing", "DELETE FROM statements WHERE idx=(SELECT max(idx) FROM statements)"),
    ("commitment_differs", "UPDATE log_commitments SET salt=zeroblob(16)"),
    ("head_wrong", "UPDATE log_head SET size=size-1 WHERE size>3"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "statement"), CHANGES)
def test_tables_that_differ_from_the_log_are_found(damaged, what, statement):
    assert what in {found for found, _ in damaged(statement)}


def test_a_changed_leaf_is_found_even_with_its_hash(damaged):
    body = "CAST(replace(CAST(body AS TEXT),'sealed','closed') AS BLOB)"
    found = damaged(
        DROP, f"UPDATE log_leaf SET body = {body} WHERE CAST(body AS TEXT) LIKE '%sealed%'"
    )
    assert {"leaf_altered"} <= {what for what, _ in found}


def test_random_flips_of_the_file_never_go_unseen_in_sealed_or_logged_data(stand, tmp_path):
    """Flip one byte of each kind of stored value in the raw file; the check must not say whole."""
    source = stand.places.data / "lantai.db"
    with closing(sqlite3.connect(source)) as connection:
        values = [
            bytes(value)
            for query in (
                "SELECT body FROM work",
                "SELECT body FROM statements WHERE body IS NOT NULL",
                "SELECT body FROM log_leaf",
                "SELECT hash FROM log_node",
            )
            for (value,) in connection.execute(query)
        ]
    chance, raw = Random(20261122), source.read_bytes()
    tried = 0
    for value in chance.sample(values, 12):
        # Long values are spread over pages: their beginning lies in one.
        place = raw.find(value[:24])
        if place < 0:
            continue
        tried += 1
        changed = bytearray(raw)
        changed[place + chance.randrange(16, 24)] ^= 1 << chance.randrange(8)
        copy = tmp_path / f"{tried}.db"
        copy.write_bytes(changed)
        assert faults_of(stand, copy), tried
        copy.unlink()
    assert tried >= 6


def test_the_command_names_the_places_and_ends_with_refused(stand, tmp_path, capsys):
    data = tmp_path / "node"
    shutil.copytree(stand.places.data, data)
    with closing(sqlite3.connect(data / "lantai.db")) as connection:
        connection.execute("UPDATE cases SET state='closed'")
        connection.commit()
    assert main(["fsck", "--data", str(data), "--json"]) == 3
    said = json.loads(capsys.readouterr().out)
    assert said["whole"] is False
    assert {"archive_code", "what", "where"} == set(said["faults"][0])
