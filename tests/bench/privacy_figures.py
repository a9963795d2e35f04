"""Privacy at rest: what sealing a field costs; no mutation of an erased pack is believed."""

import secrets
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time

from node.adapters import case_tables as t
from node.adapters.sealed_rows import SealedRows
from node.adapters.sql_casebook import SqlCasebook, ensure_case_tables
from node.case_ports import Move
from node.domain.application import Application
from node.domain.cases import WindowCase
from node.domain.kept_statements import REQUEST, new_statement
from records.exchange import Applicant
from records.queries import RecordQuery
from records.refusal import Refusal
from tests.bench.measuring import Report, measure
from tests.evidence_world import PINNED, make_case
from tests.field_keys import memory_fields
from tests.pack_mutations import mutations
from trust.envelope.dsse import envelope_id, seal
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.store.engine import open_engine
from trust.transparency.evidence import make_evidence, verify_evidence
from trust.transparency.evidence_pack import ErasedStatement

SEED = 20261122
MUTATIONS = 20_000
AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
ROUNDS = 400


class PlainColumn:
    """A column that is not sealed, for comparison only."""

    def seal(self, value, *_row):
        return value

    def open(self, sealed, *_row):
        return sealed


class PlainFields:
    """What the database had before its fields were sealed."""

    def column(self, _table, _column):
        return PlainColumn()


def run(folder: Path, *, full: bool) -> Report:
    """Cost per field, the share of a whole transaction, and the fate of 20,000 mutations."""
    body = memory_fields().column("cases", "body")
    figures = []
    for size in (18, 3_000, 20_000):
        value = secrets.token_bytes(size)
        sealed = body.seal(value, "LT-330400-20261121-0001")
        what = f"{size} bytes, AES-256-GCM bound to its row"
        figures.append(
            measure("field.seal", what, lambda n, v=value: body.seal(v, "LT-330400", n), 5000)
        )
        figures.append(
            measure(
                "field.open",
                what,
                lambda _n, s=sealed: body.open(s, "LT-330400-20261121-0001"),
                5000,
            )
        )
    report = Report.of_figures(figures)
    share = _transactions(folder)
    fate = _mutations(folder)
    lines = [
        f"a case filed, kept and moved (3 bodies, SQLite FULL): plain {share['plain_us']:.0f} "
        f"µs, sealed {share['sealed_us']:.0f} µs, ratio {share['ratio']:.3f} of the medians, "
        f"CPU {share['cpu_ratio']:.3f}, {ROUNDS} interleaved pairs",
        f"pack after erasure: {fate['bytes']} bytes, verified in {fate['p50_ms']:.2f} ms (p50)",
        f"{MUTATIONS} mutations of it, seed {SEED}: {fate['codes'].get('ACCEPTED', 0)} accepted",
        *(f"  {code:<24}{number:>8}" for code, number in fate["codes"].items()),
    ]
    return Report(rows=[*report.rows, share, fate], text=report.text + "\n".join(lines) + "\n")


def _transactions(folder: Path) -> dict[str, object]:
    """The same work with and without sealing, in turn, on two databases of one folder."""
    books = {
        name: _book(folder / f"{name}.db", fields)
        for name, fields in (("plain", PlainFields()), ("sealed", memory_fields()))
    }
    times: dict[str, list[float]] = {name: [] for name in books}
    processor: dict[str, list[float]] = {name: [] for name in books}

    for number in range(ROUNDS + 5):
        for name in ("plain", "sealed") if number % 2 else ("sealed", "plain"):
            began, cpu = perf_counter(), process_time()
            _carry(books[name], number)
            if number >= 5:
                times[name].append((perf_counter() - began) * 1e6)
                processor[name].append((process_time() - cpu) * 1e6)
    plain, sealed = median(times["plain"]), median(times["sealed"])
    return {
        "name": "field.transaction",
        "n": ROUNDS,
        "plain_us": plain,
        "sealed_us": sealed,
        "ratio": sealed / plain,
        "cpu_ratio": median(processor["sealed"]) / median(processor["plain"]),
    }


def _book(path: Path, fields) -> SqlCasebook:
    engine = open_engine(f"sqlite:///{path}")
    ensure_case_tables(engine, memory_fields())
    book = SqlCasebook(engine, "demo.invalid", {}, memory_fields(), secrets.token_bytes)
    book._rows = SealedRows(fields, t.SEALED)
    return book


_SIGNER = Ed25519Signer.from_private(new_ed25519())
_ENVELOPE = seal("application/vnd.lantai.assist-request.v1+json", b"x" * 2_500, [_SIGNER])


def _carry(book: SqlCasebook, number: int) -> None:
    case_no = f"LT-361100-20261121-{number:06}"
    form = Application(
        window_archive="361100",
        applicant=Applicant(name="张三", id_type="passport", id_no="E47110815"),
        query=RecordQuery(category="marriage_registration"),
        purpose="notary",
    )
    case = WindowCase(
        case_no=case_no,
        archive_code="361100",
        client_key=f"key-{number}",
        state="draft",
        application=form,
        filed_by="361100/aa",
    )
    message = seal("application/x", secrets.token_bytes(2_500), [_SIGNER])
    with book.write() as writer:
        added = writer.add_case(case, Move(to="draft", at=AT, actor="x"))
        writer.keep("361100", new_statement(case_no, REQUEST, message, AT))
        writer.move_case(added, Move(to="submitted", at=AT, actor="x"))


def _mutations(folder: Path) -> dict[str, object]:
    case = make_case(folder)
    answer = case.statements["answer"]
    gone = ErasedStatement(
        name="answer", payload_type=answer.payload_type, envelope_id=envelope_id(answer)
    )
    good = make_evidence(
        replace(case, statements={"order": case.statements["order"]}, erased=(gone,))
    )
    timed = measure("evidence.erased", "verify", lambda _n: verify_evidence(good, PINNED), 500)
    codes: Counter[str] = Counter()
    for pack in mutations(good, Random(SEED), MUTATIONS):
        try:
            verify_evidence(pack, PINNED)
            codes["ACCEPTED"] += 1
        except Refusal as refusal:
            codes[refusal.code] += 1
    return {
        "name": "evidence.erased",
        "n": MUTATIONS,
        "seed": SEED,
        "bytes": len(good),
        "p50_ms": timed.p50_ms,
        "p95_ms": timed.p95_ms,
        "codes": dict(codes.most_common()),
    }
