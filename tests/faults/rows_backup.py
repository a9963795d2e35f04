"""F27: yesterday's backup is put in the place of the holder's database."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.faults.processes import ROOT
from tests.faults.run import Run
from tests.faults.world import ARCHIVES, HOLDER, NODES, Setup, World

_OFFICERS = f"officers-{HOLDER}"
_COPIED_SECONDS = 7.0
"""The copy of the log is extended every five."""


def f27(run: Run) -> None:
    """The node notices at its start, writes nothing, and two people open it again."""
    with run.world(Setup(nodes=NODES)) as world:
        database = world.data(HOLDER) / "lantai.db"
        run.file(1)
        run.driver.carry(30 * run.patience)
        # Beside the world, whose files are searched for names afterwards.
        backup, newest, old = (
            run.folder.with_name(f"{run.folder.name}-{name}.db")
            for name in ("yesterday", "newest", "old")
        )
        _copy(database, backup)
        run.file(2)
        run.driver.carry(40 * run.patience)
        run.work(_COPIED_SECONDS)
        _swap(world, database, newest, backup)
        before = _leaves(database)
        run.file(1)
        run.work(6)
        status = json.loads(_command(world, "status", "--json").stdout)
        run.expect(status["read_only"], "an old backup was taken for the present")
        run.expect(_leaves(database) == before, "the log grew on an old backup")
        code = _said_of_writing(run)
        run.expect("NODE_RESTORED" in code, f"writing to an old backup said {code or 'nothing'}")
        # The newest database is found again; the door stays shut until two people open it.
        _swap(world, database, old, newest)
        logins = _logins(world)
        done = _command(world, "accept", *logins)
        run.expect(done.returncode == 0, f"accept: {done.stderr.strip()[:120]}")
        run.over()
        seen = status["logs"][ARCHIVES[HOLDER]]
        for path in (backup, newest, old):
            path.unlink()
        run.note(leaves_in_backup=seen["have"], leaves_seen=seen["seen"], refused_with=code)


def _copy(database: Path, target: Path) -> None:
    with sqlite3.connect(database) as source, sqlite3.connect(target) as copy:
        source.backup(copy)


def _swap(world: World, database: Path, aside: Path, taken: Path) -> None:
    """The holder runs on another database file; the one that was there lies aside."""
    world.kill(HOLDER, _OFFICERS)
    _copy(database, aside)
    for path in database.parent.glob("lantai.db*"):
        path.unlink()
    shutil.copyfile(taken, database)
    database.chmod(0o600)
    world.revive(HOLDER)


def _leaves(database: Path) -> int:
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as opened:
        ((count,),) = opened.execute("select count(*) from log_leaf")
    return int(count)


def _said_of_writing(run: Run) -> str:
    """What the holder's log and officers say about a write that was tried."""
    lines = run.driver.world.processes[HOLDER].lines()
    window = run.driver.world.processes["jiaxing"].lines()
    return "NODE_RESTORED" if "NODE_RESTORED" in lines + window else ""


def _logins(world: World) -> list[str]:
    """Login files of the repository's master and of the leader."""
    named = []
    for option, user in (("--login", "master"), ("--leader-login", "leader")):
        login = world.federation.login(user, ARCHIVES[HOLDER])
        path = world.folder / f"{user}.json"
        content = {"user": login.user, "password": login.password, "totp_uri": login.totp_uri}
        path.write_text(json.dumps(content), encoding="utf-8")
        path.chmod(0o600)
        named += [option, str(path)]
    return [*named, "--archive", ARCHIVES[HOLDER]]


def _command(world: World, step: str, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "node.cli", "restore", step, "--data"]
    return subprocess.run(
        [*command, str(world.data(HOLDER)), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
