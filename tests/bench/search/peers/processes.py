"""Peers as other processes: answered line by line, or over HTTP."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from math import nan
from pathlib import Path
from urllib.parse import quote, urlencode

from tests.bench.search.peers.absent import PeerAbsentError
from tests.bench.search.peers.zebra import prepare

VENV = Path("var/bench/venv")
LOCK = Path("requirements-bench.lock")
_SERVE = Path(__file__).with_name("serve.py")


def bench_python() -> Path:
    """The Python that has the peers, installed from the lock on first use.

    Raises:
        PeerAbsentError: where it cannot be installed.
    """
    python = VENV / "bin/python"
    if not python.exists():
        subprocess.run(["python3", "-m", "venv", str(VENV)], check=True)
        pip = [str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(LOCK)]
        if subprocess.run(pip, capture_output=True).returncode:
            shutil.rmtree(VENV)
            message = f"{LOCK} could not be installed"
            raise PeerAbsentError(message)
    return python


class LinePeer:
    """A peer behind `serve.py`."""

    def __init__(self, which: str, source: Path, folder: Path) -> None:
        """Build it; raises PeerAbsentError."""
        self._process = subprocess.Popen(
            [str(bench_python()), str(_SERVE), which, str(source), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.about = self._read()

    def search(self, name: str, other: str, year: int) -> tuple[float, float, Sequence[str]]:
        """Milliseconds inside the peer, and the codes that it found."""
        assert self._process.stdin is not None
        line = json.dumps({"name": name, "other": other, "year": year})
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._read()
        return float(answer["millis"]), float(answer["cpu"]), answer["codes"]

    def close(self) -> None:
        """The process has ended."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def _read(self) -> dict:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            message = "the peer's process ended"
            raise PeerAbsentError(message)
        return json.loads(line)


class Datasette:
    """Datasette over the B-tree database: SQL as JSON over plain HTTP, no security."""

    def __init__(self, folder: Path) -> None:
        """Serve `btree.db` of that folder."""
        self._port = free_port()
        self._process = subprocess.Popen(
            [str(bench_python().with_name("datasette")), "serve", str(folder / "btree.db"),
             "-p", str(self._port)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for_port(self._port)
        self._http = http.client.HTTPConnection("127.0.0.1", self._port)

    def search(self, name: str, other: str, year: int) -> tuple[float, float, Sequence[str]]:
        """Milliseconds of the request, and the codes."""
        sql = (
            "select code from records where a = :n and b = :o union "
            "select code from records where b = :n and a = :o limit 5"
        )
        asked = urlencode({"sql": sql, "n": name, "o": other, "_shape": "arrays"})
        began = time.perf_counter()
        self._http.request("GET", f"/btree.json?{asked}")
        data = self._http.getresponse().read()
        millis = (time.perf_counter() - began) * 1000
        return millis, nan, [row[0] for row in json.loads(data)["rows"]]

    def close(self) -> None:
        """The server has ended."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)


class Zebra:
    """Zebra 2 over SRU: exact terms of both names, plain HTTP, no security."""

    def __init__(self, records: Path, folder: Path) -> None:
        """Index that CSV and serve it; raises PeerAbsentError."""
        if not shutil.which("zebraidx"):
            message = "not installed: apt-get install idzebra-2.0 yaz"
            raise PeerAbsentError(message)
        self.about = prepare(records, folder)
        self._port = free_port()
        self._process = subprocess.Popen(
            ["zebrasrv", "-c", str(folder / "zebra.cfg"), f"tcp:127.0.0.1:{self._port}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
            preexec_fn=os.setsid,
        )  # fmt: skip
        wait_for_port(self._port)
        self._http = http.client.HTTPConnection("127.0.0.1", self._port)

    def search(self, name: str, other: str, year: int) -> tuple[float, float, Sequence[str]]:
        """Milliseconds of the request, and the codes."""
        term = "@attr 1=1 @attr 4=3 "
        asked = quote(f'@and {term}"{name}" {term}"{other}"')
        path = (
            "/Default?version=1.1&operation=searchRetrieve&maximumRecords=5&recordSchema=plain"
            f"&x-pquery={asked}"
        )
        began = time.perf_counter()
        self._http.request("GET", path)
        response = self._http.getresponse()
        data = response.read().decode("utf-8", "replace")
        millis = (time.perf_counter() - began) * 1000
        codes = [part.partition("</code>")[0] for part in data.split("<code>")[1:]]
        return millis, nan, codes

    def close(self) -> None:
        """The server and its children have ended."""
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int, seconds: float = 60.0) -> None:
    """Somebody listens there. Raises PeerAbsentError."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    message = "its server did not start"
    raise PeerAbsentError(message)
