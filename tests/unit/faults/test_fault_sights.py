"""The fault harness's own eyes: what it must see, and what it must not take for a sight."""

import base64
import hashlib
import hmac
import sqlite3

import pytest

from tests.faults.canaries import find_canaries
from tests.faults.matrix import ROWS
from tests.faults.mutants import MUTANTS
from tests.faults.report import draw_document, read_page, read_results

NAME, NUMBER = "訾鸢翎", "361199195001010016"


def seen_in(tmp_path, write):
    world = tmp_path / "world"
    world.mkdir()
    write(world)
    return find_canaries([world], (NAME, NUMBER), lambda path: tmp_path / "before" / path.name)


def into_a_table(world):
    with sqlite3.connect(world / "lantai.db") as database:
        database.execute("create table notes (body)")
        database.execute("insert into notes values (?)", (f"asked by {NAME}",))


@pytest.mark.parametrize(
    "write",
    [
        into_a_table,
        lambda world: (world / "trace.json").write_text(f'{{"name": "{NAME}"}}', "utf-8"),
        lambda world: (world / "metrics").write_text(f'asked{{id="{NUMBER}"}} 1', "utf-8"),
        lambda world: (world / f"{NAME}.pdf").touch(),
        lambda world: (world / "key").write_text(hashlib.sha256(NUMBER.encode()).hexdigest()),
        lambda world: (world / "key").write_bytes(b"x" + hashlib.sha256(NAME.encode()).digest()),
        lambda world: (world / hashlib.md5(NUMBER.encode()).hexdigest()).touch(),
        lambda world: (world / "tag").write_bytes(
            base64.b64encode(hashlib.blake2b(NAME.encode(), digest_size=16).digest())
        ),
    ],
)
def test_a_name_is_found_wherever_it_was_written(tmp_path, write):
    assert seen_in(tmp_path, write)


def test_a_keyed_digest_is_no_sight(tmp_path):
    keyed = hmac.digest(b"k" * 32, NUMBER.encode(), "sha256").hex()
    assert not seen_in(tmp_path, lambda world: (world / "key").write_text(keyed))


def test_every_seeded_bug_has_a_row_and_is_shown_by_its_own_finding_only():
    rows = {row.id for row in ROWS}
    for mutant in MUTANTS:
        assert mutant.row in rows
        assert not mutant.find_proof(["C6 not at rest 31.0 s after the fault"]), mutant.name
        shown = mutant.shown_by[0].replace(r"\S+", "LT-330400-20261122-0001")
        assert mutant.find_proof([f"{shown} and more"]), mutant.name


def test_the_page_keeps_what_was_not_run_anew(tmp_path):
    results = read_results(tmp_path)
    row = {"outcome": "held", "seed": 5, "at": "2026-11-22 09:00", "figures": {"requests": 4}}
    results["rows"]["F1"] = row
    before = read_page(draw_document(results))
    assert before["F1"][3:5] == ["held", "5"]
    results["rows"] = {"F2": {**row, "seed": 6}}
    after = read_page(draw_document(results, before))
    assert after["F1"] == before["F1"]
    assert after["F2"][3:5] == ["held", "6"]
    assert after["F3"][3] == "not run"
