"""Processes are started, watched and stopped by their own ids, and strangers are left alone."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.localnet.ports import choose_ports, is_free, is_listening, wait_until
from deploy.localnet.processes import ProcessPlan, RunningProcess, Supervisor, is_alive
from records.refusal import Refusal

SERVER = (
    "import socket,sys,time;s=socket.socket();s.setsockopt(1,2,1);"
    "s.bind(('127.0.0.1',int(sys.argv[1])));s.listen();time.sleep(60)"
)


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path)
    yield made
    made.stop(kill=True)


def server(name: str, port: int) -> ProcessPlan:
    return ProcessPlan(
        name=name,
        command=(sys.executable, "-c", SERVER, str(port)),
        listens=(f"127.0.0.1:{port}",),
    )


def test_ports_are_different_and_free() -> None:
    ports = choose_ports(12)
    assert len(set(ports)) == 12
    assert all(is_free(f"127.0.0.1:{port}") for port in ports)


def test_a_started_process_listens_and_a_stopped_one_is_gone(supervisor: Supervisor) -> None:
    ports = choose_ports(2)
    supervisor.start([server("a", ports[0]), server("b", ports[1])])
    assert is_listening(f"127.0.0.1:{ports[0]}") and is_listening(f"127.0.0.1:{ports[1]}")
    assert supervisor.stop(["a"]) == 1
    assert [process.name for process in supervisor.running()] == ["b"]
    assert not is_listening(f"127.0.0.1:{ports[0]}")


def test_another_supervisor_of_the_folder_stops_what_the_first_started(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    (port,) = choose_ports(1)
    supervisor.start([server("a", port)])
    assert Supervisor(tmp_path).stop() == 1
    assert supervisor.running() == []


def test_a_process_that_dies_is_named_with_its_last_words(supervisor: Supervisor) -> None:
    plan = ProcessPlan(
        name="broken",
        command=(sys.executable, "-c", "raise SystemExit('no such key')"),
        listens=("127.0.0.1:1",),
    )
    with pytest.raises(Refusal) as refused:
        supervisor.start([plan])
    assert refused.value.code == "PROCESS_DIED"
    assert "no such key" in refused.value.detail


def test_a_stranger_with_a_reused_id_is_never_stopped(tmp_path: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import time;time.sleep(60)"])
    try:
        entry = {"name": "a", "pid": stranger.pid, "born": "1"}
        (tmp_path / "run.json").write_text(json.dumps([entry]))
        assert Supervisor(tmp_path).stop(kill=True) == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_an_ended_process_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    born = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()[19]
    child.wait()
    assert not is_alive(RunningProcess(name="x", pid=child.pid, born=born))
    assert not is_alive(RunningProcess(name="x", pid=os.getpid(), born="1"))


PARENT = (
    "import subprocess,sys,time;"
    "subprocess.Popen([sys.executable,'-c',sys.argv[1],sys.argv[2]]);time.sleep(60)"
)


def test_what_a_killed_process_started_ends_with_it(supervisor: Supervisor) -> None:
    (port,) = choose_ports(1)
    plan = ProcessPlan(
        name="parent",
        command=(sys.executable, "-c", PARENT, SERVER, str(port)),
        listens=(f"127.0.0.1:{port}",),
    )
    supervisor.start([plan])
    supervisor.stop(kill=True)
    assert wait_until(lambda: not is_listening(f"127.0.0.1:{port}"), 60)
