"""F27: yesterday's backup under a node at work. It is noticed, writes nothing, forks nothing."""

import json
import shutil
import sqlite3
from contextlib import closing

import pytest
from exchange_world import build_federation
from node_acts import file_and_review, progress, wait_for, zhou
from node_places import PASSWORD
from node_staff import hire

from node.bootstrap import open_base
from node.cli import main
from node.cli.fsck import check_ledger
from node.store_wiring import make_guard
from records.refusal import Refusal
from trust.transparency.checkpoint import log_origin, parse_checkpoint
from trust.transparency.log import TransparencyLog
from trust.transparency.note import parse_note

HOLDER = "361100"


@pytest.fixture(scope="module")
def federation(tmp_path_factory, table_folder):
    made = build_federation(tmp_path_factory.mktemp("federation"), table_folder)
    hire(made.world, HOLDER, "master", ("repository_master",))
    made.start("jiaxing")
    made.start("shangrao")
    yield made
    made.close()


def backup(data, to):
    with closing(sqlite3.connect(data / "lantai.db")) as source:
        with closing(sqlite3.connect(to)) as target:
            source.backup(target)


def login(world, folder, user):
    path = folder / f"{user}.json"
    uri = world.nodes["shangrao"].logins[HOLDER, user]
    said = {"user": user, "password": PASSWORD + user, "totp_uri": uri, "archive_code": HOLDER}
    path.write_text(json.dumps(said))
    path.chmod(0o600)
    return str(path)


def test_an_old_backup_forks_no_history_and_the_exchange_goes_on(federation, tmp_path, capsys):
    world = federation.world
    data = world.nodes["shangrao"].data
    first = file_and_review(world, zhou())
    federation.fulfil(first, HOLDER)
    federation.wait_for_state(first, "sealed")
    backup(data, tmp_path / "yesterday.db")
    second = file_and_review(world, zhou(), key="key-0000-0002")
    federation.fulfil(second, HOLDER)
    federation.wait_for_state(second, "sealed")

    base = federation.running["shangrao"].base
    origin = log_origin(base.config.trust_domain, HOLDER)
    guard = make_guard(base.engine, base.config, base.places, base.house.clock)
    guard.run()
    note = (data / "seen" / f"{HOLDER}.checkpoint").read_text()
    with base.engine.connect() as connection:
        leaves = TransparencyLog().size(connection, origin)
    numbers = {one.order.number if hasattr(one.order, "number") else key
               for key, one in federation.fake.prepared.items()}  # fmt: skip
    federation.stop("shangrao")
    world.nodes["shangrao"].office = None
    for path in data.glob("lantai.db*"):
        path.unlink()
    shutil.copy(tmp_path / "yesterday.db", data / "lantai.db")

    node = federation.start("shangrao")
    # The node answers, but takes nothing in: the request waits at the window, and is not lost.
    third = file_and_review(world, zhou(), key="key-0000-0003")
    with pytest.raises(Refusal) as caught, node.base.house.book.write():
        pass
    assert caught.value.code == "NODE_RESTORED"
    assert main(["restore", "status", "--data", str(data), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["read_only"] and said["logs"][HOLDER]["have"] < said["logs"][HOLDER]["seen"]
    assert progress(world, third).summary.state == "dispatched"

    refused = [
        "restore",
        "accept",
        "--data",
        str(data),
        "--login",
        login(world, tmp_path, "master"),
    ]
    assert main(refused) == 2, "a second person must agree"
    capsys.readouterr()
    both = [*refused, "--leader-login", login(world, tmp_path, "leader"), "--json"]
    assert main(both) == 0
    (accepted,) = json.loads(capsys.readouterr().out)["accepted"]
    assert accepted["cases"] == [second] and accepted["leaves"] > 5

    federation.fulfil(third, HOLDER)
    federation.wait_for_state(third, "sealed")
    after = open_base(data)
    with after.engine.connect() as connection:
        seen = parse_checkpoint(parse_note(note))
        TransparencyLog().check_continues(connection, origin, seen)
        assert TransparencyLog().size(connection, origin) > leaves
    wait_for(lambda: not [f for f in check_ledger(after).faults if f.what != "case_missing"])
    assert len(federation.fake.prepared) == len(numbers) + 1, "no certificate number came twice"
    after.engine.dispose()
