"""A killed server is forked again; one that ends by itself stays ended."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SCRIPT = """
import os, signal, sys, time
from pathlib import Path
from trust.channel.supervised import serve_supervised
folder = Path(sys.argv[1])

def serve():
    runs = len(list(folder.glob("run-*")))
    (folder / f"run-{runs}").write_text(str(os.getpid()))
    %s

def report(number, crashes):
    (folder / f"crash-{crashes}").write_text(str(number))

sys.exit(serve_supervised(serve, report))
"""


def start(folder: Path, body: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", SCRIPT % body, str(folder)])


def wait_for(path: Path) -> str:
    end = time.monotonic() + 60
    while not (path.exists() and path.read_text()):
        assert time.monotonic() < end, path.name
        time.sleep(0.01)
    return path.read_text()


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL])
def test_a_killed_server_is_back_and_the_kill_is_reported(tmp_path: Path, number: int) -> None:
    parent = start(tmp_path, "time.sleep(60)")
    os.kill(int(wait_for(tmp_path / "run-0")), number)
    second = int(wait_for(tmp_path / "run-1"))
    assert wait_for(tmp_path / "crash-1") == str(int(number))
    parent.terminate()
    assert parent.wait(60) == 0
    assert not is_alive(second)


@pytest.mark.parametrize("code", [0, 2, 5])
def test_a_server_that_ends_by_itself_stays_ended(tmp_path: Path, code: int) -> None:
    assert start(tmp_path, f"return {code}").wait(60) == code
    assert len(list(tmp_path.glob("run-*"))) == 1


def test_a_server_that_dies_again_and_again_is_given_up(tmp_path: Path) -> None:
    assert start(tmp_path, "os.kill(os.getpid(), signal.SIGSEGV)").wait(120) == 5
    assert len(list(tmp_path.glob("run-*"))) == 10


def test_the_server_dies_with_its_parent(tmp_path: Path) -> None:
    parent = start(tmp_path, "time.sleep(60)")
    child = int(wait_for(tmp_path / "run-0"))
    parent.kill()
    parent.wait(60)
    end = time.monotonic() + 60
    while is_alive(child):
        assert time.monotonic() < end
        time.sleep(0.01)
