"""The directory of the whole country: how large, what one node and one change cost, how fast.

4,000 members, 40,000 agreements, 120,000 coverage rows in 4,000 lists, all signed by whoever may;
about two minutes.
"""

import lzma
import random
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from federation_registry.adapters.sql_parts import SqlPartStore, prepare_directory
from federation_registry.adapters.tables import (
    SCHEMA,
    VERSION,
    listings,
    metadata,
    parts,
    touched,
)
from federation_registry.domain.publishing import is_new
from federation_registry.ports import Contents, NewPart, StoredHead
from federation_registry.services.current_directory import CurrentDirectory
from records.route_terms import RouteQuery
from records.routing import route
from tests.bench.large_federation import AREAS, AT, CATEGORIES, LargeFederation
from tests.bench.measuring import Report, measure
from trust.channel.directory_doors import pack_difference, pack_lists, pack_part
from trust.envelope.dsse import Envelope, envelope_to_json
from trust.envelope.statement import sign_statement
from trust.identity.directory import DirectorySnapshot
from trust.identity.directory_fetch import fetch_snapshot
from trust.identity.directory_parts import part_sha256, read_label
from trust.identity.directory_scope import Scope
from trust.identity.statements import DirectoryHead
from trust.store.engine import open_engine, transaction
from trust.store.schema import ensure_schema
from trust.wire import envelope_to_proto

SEED = 20261122
ROUTES = 5000
CHANGES = 40


@dataclass
class Counted:
    """A registry's Directory service that counts the bytes of its answers."""

    store: SqlPartStore
    sent: int = 0

    def get_lists(self, sha256s: Sequence[str]) -> Sequence[bytes]:
        found = self.store.get_lists(tuple(sha256s))
        self.sent += sum(one.ByteSize() for one in pack_lists(sha256s, found))
        return found

    def get_parts(self, sha256s: Sequence[str]) -> Sequence[Envelope]:
        found = self.store.get(tuple(sha256s))
        packed = (pack_part(*pair) for pair in zip(sha256s, found, strict=True))
        self.sent += sum(one.ByteSize() for one in packed)
        return found

    def get_trust_list(self, sha256: str, held: Envelope | None) -> Envelope:
        from protos.lantai.v1 import directory_pb2

        base = bytes.fromhex(part_sha256(held)) if held is not None else bytes(32)
        request = directory_pb2.GetPartsRequest(sha256=[bytes.fromhex(sha256)], base=base)
        part = pack_difference(request, lambda one: self.store.get((one,))[0])
        self.sent += part.ByteSize()
        return self.store.get((sha256,))[0]


@dataclass
class Bench:
    """The federation in a registry's store."""

    large: LargeFederation
    store: SqlPartStore
    rows: list[dict[str, object]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    now = AT

    def note(self, name: str, value: float, unit: str, bound: str = "") -> None:
        self.rows.append({"name": name, "value": round(value, 4), "unit": unit, "bound": bound})
        self.lines.append(f"{name:<44}{value:>14,.3f} {unit:<6}{bound}")
        sys.stderr.write(self.lines[-1] + "\n")

    def head(self) -> Envelope:
        return self.stamp().envelope

    def stamp(self) -> StoredHead:
        self.now += timedelta(seconds=1)

        def make(contents: Contents) -> StoredHead:
            head = DirectoryHead(
                registry_id="registry",
                version=contents.version,
                issued_at=self.now,
                trust_list=contents.trust_list,
                root=contents.root,
                states={self.large.slug(number): "slow" for number in range(40)},
            )
            signed = sign_statement(head, self.large.registry)
            return StoredHead(version=contents.version, issued_at=self.now, envelope=signed)

        return self.store.renew_head(make, self.now)

    def put(self, envelope: Envelope) -> None:
        label = read_label(envelope)
        new = NewPart(
            kind=label.kind,
            subject=label.subject,
            sequence=label.sequence,
            owner=label.owner,
            sha256=part_sha256(envelope),
            envelope_id=part_sha256(envelope),
            envelope=envelope,
            sections=label.sections,
        )
        self.store.put(new, lambda kept: is_new(kept, new.sequence, new.envelope_id), self.now)

    def put_trust_list(self, envelope: Envelope, version: int) -> None:
        new = NewPart(
            kind="trust_list",
            subject="bench.invalid",
            sequence=version,
            owner="bench.invalid",
            sha256=part_sha256(envelope),
            envelope_id=part_sha256(envelope),
            envelope=envelope,
            sections=(),
        )
        self.store.put(new, lambda kept: is_new(kept, new.sequence, new.envelope_id), self.now)

    def fetch(
        self, number: int, previous: DirectorySnapshot | None
    ) -> tuple[DirectorySnapshot, int, float]:
        """(snapshot, bytes sent to the node, seconds) for the node of that number."""
        head, source = self.head(), Counted(self.store)
        scope = Scope(own=self.large.slug(number))
        began = time.perf_counter()
        council = self.large.council_keys()
        snapshot = fetch_snapshot(head, source, council, previous, lambda: self.now, scope)
        seconds = time.perf_counter() - began
        return snapshot, source.sent + envelope_to_proto(head).ByteSize(), seconds


def run(folder: Path, *, full: bool) -> Report:
    """All figures of the registry."""
    large = LargeFederation(seed=SEED, members=4000, agreements=40_000, rows=120_000)
    engine = open_engine(f"sqlite:///{folder / 'registry.db'}")
    ensure_schema(engine, metadata, SCHEMA, VERSION)
    prepare_directory(engine)
    bench = Bench(large, SqlPartStore(engine))
    bench.note("seed", SEED, "")
    bench.note("area rows", len(large.jurisdictions.table), "rows", str(AREAS.name))
    began = time.perf_counter()
    trust = large.trust_list()
    signed_list = sign_statement(trust, *large.council[:2])
    statements = list(large.statements())
    bench.note("signing everything", time.perf_counter() - began, "s")
    _fill(bench, signed_list, statements)
    _sizes(bench, signed_list, statements)
    del statements
    _node_costs(bench, trust)
    _registry_costs(bench)
    _routes(bench)
    engine.dispose()
    return Report(rows=bench.rows, text="\n".join(bench.lines) + "\n")


def _fill(bench: Bench, trust: Envelope, statements: list[Envelope]) -> None:
    """Everything lies in the store as if it had been published one by one."""
    bench.put_trust_list(trust, 1)
    rows, sections, changed = [], [], set()
    for envelope in statements:
        label, sha256 = read_label(envelope), part_sha256(envelope)
        rows.append(
            {
                "sha256": sha256,
                "kind": label.kind,
                "subject": label.subject,
                "sequence": label.sequence,
                "owner": label.owner,
                "envelope_id": sha256,
                "envelope": envelope_to_json(envelope),
                "in_force": True,
                "published_at": AT,
                "version": 1,
            }
        )
        sections += [{"section": section, "sha256": sha256} for section in label.sections]
        changed |= set(label.sections)
    with transaction(bench.store._engine) as connection:
        connection.execute(insert(parts), rows)
        connection.execute(insert(listings), sections)
        connection.execute(insert(touched), [{"section": section} for section in sorted(changed)])
    began = time.perf_counter()
    bench.head()
    bench.note("contents written for the first time", time.perf_counter() - began, "s")


def _sizes(bench: Bench, trust: Envelope, statements: list[Envelope]) -> None:
    """The whole signed directory in one stream of `Envelope` messages."""
    bench.note("parts", len(statements), "parts")
    bench.note("coverage rows", bench.large.rows, "rows")
    bench.note("trust list", len(trust.payload) / 1e6, "MB", "<= 8.389 (limit of a statement)")
    bench.note("trust list packed", len(zlib.compress(trust.payload, 6)) / 1e6, "MB")
    raw = 0
    zipped, squeezed = zlib.compressobj(6), lzma.LZMACompressor(preset=1)
    totals = [0, 0]
    for envelope in (bench.head(), trust, *statements):
        message = envelope_to_proto(envelope).SerializeToString()
        data = len(message).to_bytes(4, "big") + message
        raw += len(data)
        totals[0] += len(zipped.compress(data))
        totals[1] += len(squeezed.compress(data))
    totals[0] += len(zipped.flush())
    totals[1] += len(squeezed.flush())
    bench.note("whole directory", raw / 1e6, "MB")
    bench.note("whole directory, zlib", totals[0] / 1e6, "MB", "<= 20")
    bench.note("whole directory, xz", totals[1] / 1e6, "MB", "<= 20")


def _node_costs(bench: Bench, trust: object) -> None:
    """What one node fetches: everything it needs at first, then one change of each kind."""
    large = bench.large
    degree = [0] * large.members
    for one, other in large.pairs:
        degree[one] += 1
        degree[other] += 1
    ordered = sorted(range(large.members), key=degree.__getitem__)
    for name, number in (("median", ordered[large.members // 2]), ("largest", ordered[-1])):
        snapshot, sent, seconds = bench.fetch(number, None)
        assert not snapshot.rejected, snapshot.rejected[:3]
        assert len(snapshot.agreements) == degree[number]
        bench.note(f"{name} node: agreements", degree[number], "")
        bench.note(f"{name} node: first fetch", sent / 1e6, "MB", "<= 1")
        bench.note(f"{name} node: first fetch and verification", seconds, "s")
    _, sent, seconds = bench.fetch(number, snapshot)
    bench.note("stamp alone", sent / 1e3, "kB", "<= 100")
    bench.note("stamp alone, verified", seconds * 1e3, "ms")
    partner = next(pair for pair in large.pairs if number in pair)
    other = partner[0] if partner[1] == number else partner[1]
    bench.put(large.sign_coverage(other, sequence=2, last=2015))
    snapshot, sent, seconds = bench.fetch(number, snapshot)
    bench.note("a partner's coverage changes", sent / 1e3, "kB", "<= 100")
    bench.note("a partner's coverage changes, verified", seconds * 1e3, "ms")
    bench.put(large.sign_agreement(partner, version=2))
    snapshot, sent, seconds = bench.fetch(number, snapshot)
    assert snapshot.agreements[f"{large.agreement(partner).agreement_id}"].sequence == 2
    bench.note("an own agreement is amended", sent / 1e3, "kB", "<= 100")
    stranger = next(n for n in range(large.members) if n not in partner)
    bench.put(large.sign_coverage(stranger, sequence=2, last=2015))
    snapshot, sent, _ = bench.fetch(number, snapshot)
    bench.note("a stranger's coverage changes", sent / 1e3, "kB", "<= 100")
    _change_list(bench, trust, number, snapshot)


def _change_list(bench: Bench, trust, number: int, snapshot: DirectorySnapshot) -> None:
    """One member is suspended: the trust list itself changes."""
    members = tuple(
        replace(one, state="suspended") if one.participant_id == "n0007" else one
        for one in trust.members
    )
    newer = replace(trust, version=2, members=members, previous_sha256=snapshot.view.payload_sha256)
    bench.put_trust_list(sign_statement(newer, *bench.large.council[:2]), 2)
    snapshot, sent, seconds = bench.fetch(number, snapshot)
    assert snapshot.view.version == 2
    bench.note("a member is suspended (trust list)", sent / 1e3, "kB", "<= 100")
    bench.note("a member is suspended, verified", seconds * 1e3, "ms")


def _registry_costs(bench: Bench) -> None:
    """A change at the registry: one transaction for the part, one for the new head."""
    large, rng = bench.large, random.Random(SEED)
    pairs = rng.sample(large.pairs, CHANGES)
    signed = [large.sign_agreement(pair, version=7) for pair in pairs]

    def change(index: int) -> None:
        bench.put(signed[index])
        bench.head()

    what = "publish an agreement, write the contents, sign the head"
    figure = measure("registry.change", what, change, CHANGES, warm=0)
    bench.note("registry: change to new head, p50", figure.p50_ms, "ms")
    bench.note("registry: change to new head, p95", figure.p95_ms, "ms")


def _routes(bench: Bench) -> None:
    """Route decisions over the whole country."""
    large = bench.large
    directory = CurrentDirectory(bench.store, large.council_keys, lambda: bench.now)
    began = time.perf_counter()
    index = directory.index()
    bench.note("registry: everything verified and indexed", time.perf_counter() - began, "s")
    questions = list(_questions(large))
    chosen = 0

    def decide(number: int) -> None:
        nonlocal chosen
        answer = route(
            questions[number],
            index=index,
            jurisdictions=large.jurisdictions,
            liveness={},
            today=AT.date(),
        )
        chosen += len(answer.nodes) + len(answer.refused)

    figure = measure("route", "one question over everything", decide, ROUTES)
    bench.note("route decision, p50", figure.p50_ms, "ms")
    bench.note("route decision, p95", figure.p95_ms, "ms", "<= 5")
    bench.note("route decision, max", figure.max_ms, "ms")
    bench.note("archives judged in all", chosen, "")


def _questions(large: LargeFederation) -> Iterator[RouteQuery]:
    """Half the places in use, half of then; a tenth cities; pairs with and without agreement."""
    rng = random.Random(SEED + 1)
    rows = large.jurisdictions.table.rows
    for _ in range(ROUTES):
        row = rng.choice(rows)
        named = f"{row.province}{row.name}" if rng.random() < 0.7 else row.name
        yield RouteQuery(
            category=rng.choice(CATEGORIES),
            place=named,
            year=rng.choice((None, rng.randint(1949, 2024))),
            asking_node=large.slug(rng.randrange(large.members)),
            requester="party",
        )
