"""Building the index beside the one that answers: equal, resumed after a kill, not in its way."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from index_world import AT, MARRIAGE, contents, couples, new_bench, take, write_rows
from sqlalchemy import Connection, inspect

from node.adapters.import_log import ImportLog
from node.adapters.sql_builds import SqlBuilds
from node.adapters.sql_catalogue import SqlCatalogue
from node.cli.building import alone, make_build
from node.cli.place import BENCH_ARCHIVE, Place, open_place
from node.domain.index_builds import Stage
from node.domain.shelves import Batch
from node.services.search_catalogue import SearchCatalogue
from records.queries import RecordQuery, SoughtPerson
from records.refusal import Refusal
from trust.store.engine import open_engine
from trust.transparency.checkpoint import log_origin
from trust.transparency.leaf import decode_leaf
from trust.transparency.log import TransparencyLog, ensure_log

ROOT = Path(__file__).resolve().parents[2]
_KILLED = """
    import os, signal, sys
    from pathlib import Path
    sys.path.insert(0, "tests")
    from index_world import take
    from node.cli.place import open_place

    if __name__ == "__main__":
        folder, parts, file, phase, count = sys.argv[1:]
        left = int(count)

        def die(what, done, total):
            global left
            left -= what == phase
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

        take(open_place(Path(folder), Path(parts)), Path(file), in_bulk=True, progress=die)
"""


def test_bulk_and_row_by_row_make_the_same_index(
    tmp_path: Path, parts: Path, database_url: str
) -> None:
    file = write_rows(tmp_path / "rows.csv", couples(900))
    one_by_one = f"sqlite:///{tmp_path / 'slow.db'}"
    take(new_bench(tmp_path / "slow", one_by_one, parts), file, in_bulk=False)
    done = take(new_bench(tmp_path / "bulk", database_url, parts), file, in_bulk=True)
    assert (done.batch.rows, done.batch.accepted, done.has_failed) == (900, 900, False)
    expected, found = contents(one_by_one), contents(database_url)
    expected["shelf"] = {row[1:] for row in expected["shelf"]}
    found["shelf"] = {row[1:] for row in found["shelf"]}
    for table in expected:
        assert found[table] == expected[table], table
    left = [name for name in inspect(open_engine(database_url)).get_table_names() if "_g" in name]
    assert left == []


def test_bulk_joins_what_was_there_before_and_rebuilding_changes_nothing(
    tmp_path: Path, parts: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'lantai.db'}"
    place = new_bench(tmp_path / "node", url, parts)
    take(place, write_rows(tmp_path / "first.csv", couples(200)), in_bulk=False)
    take(place, write_rows(tmp_path / "more.csv", couples(300, first=200)), in_bulk=True)
    take(place, write_rows(tmp_path / "last.csv", couples(40, first=500)), in_bulk=False)
    before = contents(url)
    assert len(before["entry"]) == 540
    make_build(place, lambda *_: None).rebuild()
    after = contents(url)
    assert after == before
    assert [one.stage for one in place.builds.history()] == [Stage.DONE, Stage.DONE]


@pytest.mark.parametrize(("phase", "count"), [("load", 1), ("name", 1), ("fill", 5)])
def test_a_killed_import_goes_on_where_it_stood(
    tmp_path: Path, parts: Path, phase: str, count: int
) -> None:
    url = f"sqlite:///{tmp_path / 'node' / 'lantai.db'}"
    place = new_bench(tmp_path / "node", url, parts)
    take(place, write_rows(tmp_path / "first.csv", couples(50)), in_bulk=False)
    file = write_rows(tmp_path / "more.csv", couples(400, first=50))
    before = contents(url)
    script = tmp_path / "killed.py"
    script.write_text(textwrap.dedent(_KILLED), "utf-8")
    arguments = [str(tmp_path / "node"), str(parts), str(file), phase, str(count)]
    died = subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}"},
        capture_output=True,
        timeout=120,
    )
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-500:]
    seen = contents(url)
    assert (seen["shelf"], seen["people"]) == (before["shelf"], before["people"])
    with pytest.raises(Refusal, match="IMPORT_RUNNING"):
        take(place, write_rows(tmp_path / "other.csv", couples(5, first=900)), in_bulk=False)
    loaded_before = place.builds.current()
    done = take(open_place(tmp_path / "node", parts), file, in_bulk=False)
    assert (done.batch.accepted, done.is_new) == (400, True)
    assert loaded_before is not None and done.batch.batch_id == loaded_before.batch_id
    whole = f"sqlite:///{tmp_path / 'whole.db'}"
    fresh = new_bench(tmp_path / "whole", whole, parts)
    take(fresh, tmp_path / "first.csv", in_bulk=False)
    take(fresh, file, in_bulk=False)
    assert contents(url) == contents(whole)


def test_searches_are_answered_while_the_index_is_rebuilt(
    tmp_path: Path, parts: Path, database_url: str
) -> None:
    place = new_bench(tmp_path / "node", database_url, parts)
    rows = couples(1500)
    take(place, write_rows(tmp_path / "rows.csv", rows), in_bulk=False)
    catalogue = SearchCatalogue(place.catalogue, place.reader)
    wanted = [row for row in rows[:40] if row["open_status"] == "open"]
    answers: list[bool] = []
    stopped = threading.Event()

    def ask() -> None:
        while not stopped.is_set():
            for row in wanted:
                query = RecordQuery(
                    category="marriage_registration",
                    subject=SoughtPerson(name=row["b_name"], birth=row["b_birth"]),
                    other_party=SoughtPerson(name=row["a_name"]),
                )
                found = catalogue.search(BENCH_ARCHIVE, query).candidates
                answers.append(row["reference_code"] in {one.reference_code for one in found})

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        builder = make_build(open_place(tmp_path / "node", parts), lambda *_: None)
        rounds = 0
        while rounds < 2 or (len(answers) <= 50 and rounds < 100):
            builder.rebuild()
            rounds += 1
    finally:
        stopped.set()
        asking.join()
    assert len(answers) > 50
    assert all(answers)


def test_a_file_that_fails_leaves_nothing_and_the_report_names_its_lines(
    tmp_path: Path, parts: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'lantai.db'}"
    place = new_bench(tmp_path / "node", url, parts)
    take(place, write_rows(tmp_path / "first.csv", couples(20)), in_bulk=False)
    before = contents(url)
    bad = couples(60, first=15)
    bad[30]["event_type"] = "party"
    bad[40]["reference_code"] = bad[39]["reference_code"]
    done = take(place, write_rows(tmp_path / "bad.csv", bad), in_bulk=True)
    assert (done.has_failed, done.batch.accepted, done.batch.rejected) == (True, 0, 7)
    assert contents(url) == before
    report = (tmp_path / "node" / "reports" / "batch-bad.csv").read_text("utf-8-sig")
    failed = [line for line in report.splitlines() if ",不通过," in line]
    lines = sorted(int(line.split(",")[0]) for line in failed)
    assert lines == [2, 3, 4, 5, 6, 32, 42]
    good = take(place, write_rows(tmp_path / "good.csv", couples(30, first=20)), in_bulk=True)
    assert good.batch.accepted == 30
    assert not (tmp_path / "node" / "build" / "1").exists()


def test_one_import_at_a_time(tmp_path: Path, parts: Path) -> None:
    place = new_bench(tmp_path / "node", f"sqlite:///{tmp_path / 'lantai.db'}", parts)
    with alone(place.folder), pytest.raises(Refusal, match="IMPORT_RUNNING"), alone(place.folder):
        pass


@pytest.mark.parametrize("in_bulk", [False, True])
def test_an_import_and_its_leaf_are_one_transaction(
    tmp_path: Path, parts: Path, in_bulk: bool
) -> None:
    url = f"sqlite:///{tmp_path / 'lantai.db'}"
    place = new_bench(tmp_path / "node", url, parts)
    engine = open_engine(url)
    file = write_rows(tmp_path / "rows.csv", couples(30))
    log_id = log_origin("lantai.example", BENCH_ARCHIVE)

    class Unwritable(ImportLog):
        def __call__(self, connection: Connection, batch: Batch) -> None:
            super().__call__(connection, batch)
            raise RuntimeError

    def with_log(log: ImportLog) -> Place:
        sounds = place.reader.sounds
        return replace(
            place, catalogue=SqlCatalogue(engine, sounds, log), builds=SqlBuilds(engine, log)
        )

    ensure_log(engine)
    with pytest.raises(RuntimeError):
        take(with_log(Unwritable("lantai.example", lambda: AT)), file, in_bulk=in_bulk)
    assert contents(url)["people"] == set()
    with engine.connect() as connection:
        assert TransparencyLog().size(connection, log_id) == 0
    done = take(with_log(ImportLog("lantai.example", lambda: AT)), file, in_bulk=in_bulk)
    assert len(contents(url)["entry"]) == 30
    with engine.connect() as connection:
        assert TransparencyLog().size(connection, log_id) == 1
        leaf = decode_leaf(TransparencyLog().leaf(connection, log_id, 0))
    assert (leaf.kind, leaf.case, leaf.note) == ("import", done.batch.batch_id, f"{MARRIAGE} 30")
    assert leaf.file_sha256 == done.batch.file_sha256
