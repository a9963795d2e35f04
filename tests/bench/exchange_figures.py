"""What trust costs: a partner's signed, logged, authorised question beside a bare call.

In turns, in one run: `Locate` as a partner asks it (pinned mutual TLS, act token, signed envelope,
agreement, eligibility, coverage, search, log leaf, signed answer) and a bare mutual-TLS echo with
one durable commit. Then the log: one leaf a transaction beside fifty in one.
"""

import secrets
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import grpc
from exchange_world import Federation, build_federation
from node_acts import zhou
from partner_calls import act_of, header, partner_of
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, Table, insert

from deploy.tables import write_tables
from node.cli.running import RunningNode
from records.exchange import LocateAnswer, LocateQuestion
from records.queries import RecordQuery
from tests.bench.measuring import Report
from trust.channel.credentials import client_credentials, server_credentials
from trust.envelope.act_token import ActClaims, issue_act_token, verify_act_token
from trust.envelope.dsse import Envelope, envelope_id
from trust.envelope.statement import decode, open_statement, sign_statement
from trust.store.engine import open_engine, transaction
from trust.transparency.leaf import Leaf, encode_leaf
from trust.transparency.log import TransparencyLog, ensure_log

ROUNDS = 300
LEAVES = 50
_ECHO = "/bench.Echo/Echo"
_rows = MetaData()
_echoed = Table(
    "echoed", _rows, Column("n", Integer, primary_key=True), Column("body", LargeBinary)
)


def run(folder: Path, *, full: bool) -> Report:
    """Both calls in turns, the shares of the expensive one, and the log's two ways; one size."""
    tables = folder / "tables"
    tables.mkdir()
    write_tables(tables)
    federation = build_federation(folder / "world", tables)
    # The agreement's daily quota is for people; the bench asks more often.
    old = next(one for one in federation.world.extra_parts if b"daily_quota" in one.payload)
    federation.world.extra_parts.remove(old)
    federation.world.agree("jiaxing", "shangrao", version=2, daily_quota=1_000_000)
    federation.world.publish()
    asker, holder = federation.start("jiaxing"), federation.start("shangrao")
    try:
        with _echo(folder, holder) as bare:
            locate = _Locate(federation, asker)
            times = _in_turns({"locate": locate.ask, "echo + commit": bare}, ROUNDS)
        shares = _shares(locate, holder)
    finally:
        federation.close()
    return _report(times, shares, _leaves(folder))


class _Locate:
    """One question after the other, each with a case and a message of its own."""

    def __init__(self, federation: Federation, asker: RunningNode) -> None:
        self._partner = partner_of(federation, "jiaxing")
        self.signer = asker.base.house.signer
        self.number = 0

    def question(self, query: RecordQuery | None = None) -> LocateQuestion:
        self.number += 1
        return LocateQuestion(
            header=header(self.number % 10_000, ("jiaxing-shangrao", 2)),
            window_archive="330400",
            holder_archive="361100",
            query=query or zhou().query,
            purpose="property",
            eligibility_rule="D01",
            identity_assurance="chip_read",
        )

    def sign(self) -> tuple[LocateQuestion, Envelope]:
        asked = self.question()
        return asked, sign_statement(asked, self.signer)

    def claims(self, asked: LocateQuestion, envelope: Envelope) -> ActClaims:
        now = asked.header.created_at
        return ActClaims(
            issuer="jiaxing",
            officer="system",
            role="system",
            audience="shangrao",
            issued_at=now,
            expires_at=now + timedelta(seconds=120),
            token_id=secrets.token_hex(8),
            case_no=asked.header.case_no,
            purpose=asked.purpose,
            legal_basis="D01",
            agreement_id=asked.header.agreement_id,
            agreement_version=asked.header.agreement_version,
            category=asked.query.category,
            envelope_id=envelope_id(envelope),
            certificate_sha256="",
            trust_version=1,
        )

    def ask_for(self, query: RecordQuery) -> int:
        """How many records the holder says it has."""
        asked = self.question(query)
        envelope = sign_statement(asked, self.signer)
        act = act_of(asked) | {"case_no": asked.header.case_no}
        answer = self._partner.locate("shangrao", envelope, act)
        return decode(answer.payload, LocateAnswer).count

    def ask(self) -> None:
        asked, envelope = self.sign()
        act = act_of(asked) | {"case_no": asked.header.case_no}
        answer = self._partner.locate("shangrao", envelope, act)
        assert decode(answer.payload, LocateAnswer).count == 1


@contextmanager
def _echo(folder: Path, holder: RunningNode) -> Iterator[Callable[[], None]]:
    """A server with the same certificates and nothing of ours, that commits what it echoes."""
    engine = open_engine(f"sqlite:///{folder / 'echo.db'}")
    _rows.create_all(engine)

    def echo(body: bytes, _context: grpc.ServicerContext) -> bytes:
        _commit(engine, body)
        return body

    server = grpc.server(futures.ThreadPoolExecutor(4))
    handler = grpc.unary_unary_rpc_method_handler(echo)
    server.add_generic_rpc_handlers(
        (grpc.method_handlers_generic_handler("bench.Echo", {"Echo": handler}),)
    )
    port = server.add_secure_port("127.0.0.1:0", server_credentials(holder.holder))
    server.start()
    name = holder.holder.current.participant.dns_name
    options = (("grpc.default_authority", name),)
    credentials = client_credentials(holder.holder.current)
    body = secrets.token_bytes(1200)
    with grpc.secure_channel(f"127.0.0.1:{port}", credentials, options) as channel:
        call = channel.unary_unary(_ECHO)
        yield lambda: _check(call(body, timeout=5) == body)
    server.stop(0)
    engine.dispose()


def _check(holds: bool) -> None:
    assert holds


def _commit(engine: Engine, body: bytes) -> None:
    with transaction(engine) as connection:
        connection.execute(insert(_echoed).values(body=body))


def _in_turns(acts: dict[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each act, all acts in every round."""
    times: dict[str, list[float]] = {name: [] for name in acts}
    for number in range(-10, rounds):
        for name, act in acts.items():
            began = time.perf_counter()
            act()
            if number >= 0:
                times[name].append((time.perf_counter() - began) * 1000)
    return times


def _shares(locate: _Locate, holder: RunningNode) -> dict[str, float]:
    """Median milliseconds of the parts, each by itself."""
    base = holder.base
    asked, envelope = locate.sign()
    keys = base.kept.current().view.sign_keys("jiaxing", base.house.clock())
    peer = "ab" * 32
    claims = replace(locate.claims(asked, envelope), certificate_sha256=peer)
    token = issue_act_token(locate.signer, claims)
    parts: dict[str, Callable[[], object]] = {
        "sign the question": locate.sign,
        "verify and parse it": lambda: open_statement(envelope, LocateQuestion, keys),
        "issue the act token": lambda: issue_act_token(locate.signer, claims),
        "verify the act token": lambda: verify_act_token(
            token,
            keys=keys,
            audience="shangrao",
            peer="jiaxing",
            peer_certificate_sha256=peer,
            envelope_id=claims.envelope_id,
            now=base.house.clock(),
        ),
        "search": lambda: base.catalogue.search("361100", asked.query),
        "one log leaf, durable": lambda: _note(holder),
    }
    return {name: _median(act) for name, act in parts.items()}


def _note(holder: RunningNode) -> None:
    house = holder.base.house
    with house.book.write() as book:
        book.note("361100", "", "bench", "bench", house.clock())


def _median(act: Callable[[], object]) -> float:
    return statistics.median(_in_turns({"it": lambda: act() and None}, 100)["it"])


def _leaves(folder: Path) -> tuple[float, float]:
    """Leaves per second: one a transaction, and fifty."""
    engine = open_engine(f"sqlite:///{folder / 'leaves.db'}")
    ensure_log(engine)
    log, rates = TransparencyLog(), []
    leaf = encode_leaf(Leaf(ts_ms=1, kind="state", case="LT-330400-20261122-0001"))
    for size, turns in ((1, 300), (LEAVES, 40)):
        began = time.perf_counter()
        for _ in range(turns):
            with transaction(engine) as connection:
                log.append_all(connection, "bench/log", [leaf] * size)
        rates.append(size * turns / (time.perf_counter() - began))
    engine.dispose()
    return rates[0], rates[1]


def _tenth(seen: list[float]) -> float:
    """What a tenth of the calls stay below: little of it is waiting for the machine."""
    return sorted(seen)[len(seen) // 10]


def _report(
    times: dict[str, list[float]], shares: dict[str, float], leaves: tuple[float, float]
) -> Report:
    rows: list[dict[str, object]] = []
    lines = [f"{'call':<28}{'n':>6}{'p50 ms':>10}{'p95 ms':>10}"]
    for name, seen in times.items():
        ordered = sorted(seen)
        p50, p95 = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
        rows.append({"name": name, "n": len(seen), "p50_ms": p50, "p95_ms": p95})
        lines.append(f"{name:<28}{len(seen):>6}{p50:>10.3f}{p95:>10.3f}")
    ratio = statistics.median(times["locate"]) / statistics.median(times["echo + commit"])
    fastest = min(times["locate"]) / min(times["echo + commit"])
    tenth = _tenth(times["locate"]) / _tenth(times["echo + commit"])
    rows.append(
        {"name": "locate / (echo + commit)", "ratio": ratio, "fastest": fastest, "tenth": tenth}
    )
    lines.append(f"ratio of the medians: {ratio:.2f} (goal 2.5)")
    lines.append(f"  of the fastest tenths: {tenth:.2f}, of the fastest: {fastest:.2f}")
    lines += [f"  {name:<26}{value:>16.3f}" for name, value in shares.items()]
    rows += [{"name": name, "p50_ms": value} for name, value in shares.items()]
    gain = leaves[1] / leaves[0]
    rows.append({"name": "leaves", "one": leaves[0], "fifty": leaves[1], "gain": gain})
    lines.append(
        f"leaves/s: one a transaction {leaves[0]:.0f}, {LEAVES} in one {leaves[1]:.0f}: "
        f"{gain:.1f} times (goal 10)"
    )
    return Report(rows=rows, text="\n".join(lines) + "\n")
