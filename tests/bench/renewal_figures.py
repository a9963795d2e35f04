"""TLS certificates renewed every 100 ms, under load and under 200 half-open connections.

Full: 5 trials of 60 s, then one in which the server is killed by SIGSEGV, as the upstream fault
would. A call that fails is repeated with the same id, as the outbox does; an answered id that the
server's table lacks is lost.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import create_engine, text

from protos.lantai.v1 import envelope_pb2, exchange_pb2_grpc
from records.refusal import Refusal
from tests.bench.measuring import Report
from tests.own_ports import free_port
from trust.channel.client import PartnerChannel, PartnerSettings
from trust.channel.credentials import IdentityHolder, TLSIdentity
from trust.channel.introductions import Introductions
from trust.envelope.dsse import envelope_from_json
from trust.identity.council import council_from_json
from trust.identity.participant import Participant, ParticipantKind
from trust.identity.reasons import KEY_STATEMENT_INVALID
from trust.identity.trust_view import verify_trust_list

SEED = 880
CALLERS = 4
HALF_OPEN = 200
MOST_MORE_SECONDS = 60.0
"""How much longer a trial takes on a machine on which too little happened in its time."""


@dataclass
class Trial:
    """What one trial saw."""

    seconds: float
    killed: bool = False
    calls: int = 0
    failed: int = 0
    lost: int = 0
    rotations: int = 0
    connections: int = 0
    half_open: int = 0
    crashes: int = 0
    back_after_s: float = 0.0
    p50_ms: float = 0.0
    p95_ms: float = 0.0
    max_ms: float = 0.0
    codes: dict[str, int] = field(default_factory=dict)


def run(folder: Path, *, full: bool) -> Report:
    """Five trials of a minute (or one of five seconds), and one with a killed server."""
    plans = [(60.0, False)] * 5 + [(20.0, True)] if full else [(5.0, False), (5.0, True)]
    trials = []
    for number, (seconds, killed) in enumerate(plans):
        place = folder / str(number)
        place.mkdir()
        trials.append(try_once(place, seconds, killed=killed, seed=SEED + number))
    head = (
        f"{'trial':<8}{'s':>4}{'calls':>8}{'failed':>8}{'lost':>6}{'renewals':>10}{'handshakes':>12}"
        f"{'half-open':>11}{'crashes':>9}{'back s':>8}{'p50 ms':>8}{'p95 ms':>8}{'max ms':>9}\n"
    )
    lines = [
        f"{'killed' if t.killed else number + 1!s:<8}{t.seconds:>4.0f}{t.calls:>8}{t.failed:>8}"
        f"{t.lost:>6}{t.rotations:>10}{t.connections:>12}{t.half_open:>11}{t.crashes:>9}"
        f"{t.back_after_s:>8.2f}{t.p50_ms:>8.1f}{t.p95_ms:>8.1f}{t.max_ms:>9.1f}\n"
        for number, t in enumerate(trials)
    ]
    rows = [{"name": "renewal.trial", "seed": SEED + n, **asdict(t)} for n, t in enumerate(trials)]
    return Report(rows=rows, text=f"seed {SEED}\n{head}{''.join(lines)}")


def try_once(folder: Path, seconds: float, *, killed: bool, seed: int) -> Trial:
    """One trial: a fresh federation, server, load, flood, count."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.renewal_server", str(folder), str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(lambda: (folder / "pid").exists(), 120)
        return Load(folder, port, Trial(seconds=seconds, killed=killed), seed).run()
    finally:
        server.terminate()
        server.wait(60)


class Load:
    """Callers, flood and, in one trial, the kill."""

    def __init__(self, folder: Path, port: int, trial: Trial, seed: int) -> None:
        self._folder, self._port, self._trial = folder, port, trial
        self._chance = random.Random(seed)
        self._until = time.monotonic() + trial.seconds
        self._lock = threading.Lock()
        self._answered: list[str] = []
        self._times: list[float] = []
        self._silent: list[tuple[float, float]] = []
        self._caller = Caller(folder, port)

    def run(self) -> Trial:
        jobs: list[Callable[[], None]] = [self._flood]
        jobs += [lambda n=n: self._call(n) for n in range(CALLERS)]  # type: ignore[misc]
        threads = [threading.Thread(target=job) for job in jobs]
        for thread in threads:
            thread.start()
        if self._trial.killed:
            time.sleep(self._trial.seconds * self._chance.uniform(0.3, 0.5))
            os.kill(int((self._folder / "pid").read_text()), signal.SIGSEGV)
        for thread in threads:
            thread.join()
        return self._count()

    def _is_over(self) -> bool:
        """The time is up; on a busy machine later, when enough has happened to be counted."""
        more = time.monotonic() - self._until
        return more > MOST_MORE_SECONDS or (more > 0 and self._is_enough())

    def _is_enough(self) -> bool:
        trial, many = self._trial, len(self._answered) > 20
        return many and trial.half_open > 200 and self._caller.opened > 3 and self._rotations() > 10

    def _rotations(self) -> int:
        return sum(int(p.read_text() or 0) for p in self._folder.glob("rotations-*"))

    def _call(self, number: int) -> None:
        partner = self._caller.open(timedelta(seconds=0.5 if number % 2 else 5))
        stub = exchange_pb2_grpc.ExchangeStub(partner.channel)
        serial = 0
        while not self._is_over():
            serial += 1
            self._until_answered(stub, f"{number}-{serial}")
            time.sleep(0.002)
        partner.close()

    def _until_answered(self, stub: Any, call: str) -> None:
        began = time.monotonic()
        failed_at = 0.0
        while True:
            try:
                stub.Submit(envelope_pb2.Envelope(payload_type="x", payload=call.encode()))
            except Refusal as refusal:
                failed_at = failed_at or time.monotonic()
                with self._lock:
                    self._trial.failed += 1
                    self._trial.codes[refusal.code] = self._trial.codes.get(refusal.code, 0) + 1
                if time.monotonic() > self._until + MOST_MORE_SECONDS + 20:
                    return
                time.sleep(0.05)
                continue
            now = time.monotonic()
            with self._lock:
                self._answered.append(call)
                self._times.append((now - began) * 1000)
                if failed_at:
                    self._silent.append((failed_at, now))
            return

    def _flood(self) -> None:
        """Opens 200 connections, sends three bytes on each, says no more; again and again."""
        while not self._is_over():
            connections = [socket.socket() for _ in range(HALF_OPEN)]
            for connection in connections:
                connection.setblocking(False)
                connection.connect_ex(("127.0.0.1", self._port))
            time.sleep(0.1)
            for connection in connections:
                try:
                    connection.send(b"\x16\x03\x01")
                    self._trial.half_open += 1
                except OSError:
                    continue
            time.sleep(0.25)
            for connection in connections:
                connection.close()

    def _count(self) -> Trial:
        trial = self._trial
        engine = create_engine(f"sqlite:///{self._folder / 'acknowledged.db'}")
        with engine.connect() as connection:
            stored = set(connection.execute(text("SELECT call FROM acknowledged")).scalars())
        engine.dispose()
        ordered = sorted(self._times)
        trial.calls = len(self._answered)
        trial.lost = len(set(self._answered) - stored)
        trial.rotations = self._rotations()
        trial.connections = self._caller.opened
        crashes = self._folder / "crashes"
        said = (
            [json.loads(line) for line in crashes.read_text().splitlines()]
            if crashes.exists()
            else []
        )
        trial.crashes = len(said)
        trial.back_after_s = round(
            max((end - start for start, end in self._silent), default=0.0), 3
        )
        trial.p50_ms = round(ordered[len(ordered) // 2], 2)
        trial.p95_ms = round(ordered[int(len(ordered) * 0.95)], 2)
        trial.max_ms = round(ordered[-1], 2)
        return trial


class Caller:
    """Jiaxing, whose directory never hears of a renewal: keys are introduced by the server."""

    def __init__(self, folder: Path, port: int) -> None:
        self._target = f"127.0.0.1:{port}"
        now = datetime.now(UTC)
        council = council_from_json((folder / "council.json").read_bytes())
        trust = envelope_from_json((folder / "trust.json").read_bytes())
        self._view = verify_trust_list(trust, council, previous=None, now=now)
        identity = TLSIdentity(
            chain_pem=(folder / "chain.pem").read_bytes(),
            private_key_pem=(folder / "key.pem").read_bytes(),
            roots_pem=(folder / "roots.pem").read_bytes(),
        )
        self._holder = IdentityHolder(identity)
        self._statement = (folder / "statement.json").read_bytes()
        self.opened = 0

    def open(self, lane_age: timedelta) -> PartnerChannel:
        """A channel that opens a new connection that often."""
        domain = self._view.trust_domain
        shangrao = Participant(kind=ParticipantKind.NODE, slug="shangrao", trust_domain=domain)
        directory: Any = SimpleNamespace(
            view=self._view, denied=frozenset(), floors={}, get_key=_no_key
        )
        known = Introductions(lambda: directory, lambda: datetime.now(UTC))

        def introduce(statement: bytes, spki: str) -> None:
            known.introduce("shangrao", statement, spki)
            self.opened += 1

        settings = PartnerSettings(
            clock=lambda: datetime.now(UTC),
            pins=lambda: known.pins("shangrao"),
            introduce=introduce,
            lane_age=lane_age,
        )
        return PartnerChannel(
            self._target, shangrao, self._holder, lambda: self._statement, settings
        )


def _no_key(*_: object) -> None:
    raise Refusal(KEY_STATEMENT_INVALID)


def wait_for(look: Callable[[], bool], seconds: float) -> None:
    """Return once `look` says so."""
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            message = "the server never came up"
            raise TimeoutError(message)
        time.sleep(0.05)
