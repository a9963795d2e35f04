"""What one call costs in trust: sign, verify, token, log."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.localnet.applications import e01_application
from records.exchange import AssistRequest, Header
from tests.bench.measuring import Figure, Report, measure
from trust.envelope.statement import open_statement, sign_statement
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.store.engine import open_engine, transaction
from trust.transparency.leaf import Leaf, encode_leaf
from trust.transparency.log import TransparencyLog, ensure_log

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
LOG_ID = "demo.invalid/log/361100"


def a_request(number: int) -> AssistRequest:
    """The request of scenario E01 as a statement."""
    form = e01_application()
    return AssistRequest(
        header=Header(
            message_id=f"0192f0c1-0000-7000-8000-{abs(number):012d}",
            case_no=f"LT-330400-20261121-{abs(number) % 10000:04d}",
            sender="jiaxing",
            recipient="shangrao",
            created_at=AT,
            expires_at=AT + timedelta(days=7),
        ),
        window_archive="330400",
        holder_archive="361100",
        applicant=form.applicant,
        query=form.query,
        purpose=form.purpose,
        eligibility_rule="D01",
        filed_by="330400/0000000000000001",
        reviewed_by="330400/0000000000000002",
        deadline=AT + timedelta(minutes=15),
    )


def run(folder: Path, *, full: bool) -> Report:
    """The figures of the trust core."""
    return Report.of_figures(list(figures(folder)))


def figures(folder: Path) -> Iterator[Figure]:
    """Envelope, log append, proof."""
    signer = Ed25519Signer.from_private(new_ed25519())
    keys = {signer.kid: signer.public_key}
    sealed = sign_statement(a_request(1), signer)
    yield measure(
        "envelope.sign",
        "encode and sign one assist request",
        lambda i: sign_statement(a_request(i), signer),
        1000,
    )
    yield measure(
        "envelope.open",
        "verify and parse one assist request",
        lambda _: open_statement(sealed, AssistRequest, keys),
        1000,
    )
    engine = open_engine(f"sqlite:///{folder / 'log.db'}")
    ensure_log(engine)
    log = TransparencyLog()

    def append(number: int) -> None:
        leaf = Leaf(
            ts_ms=number + 1000, kind="state", case=f"c{abs(number)}", commit=os.urandom(32).hex()
        )
        with transaction(engine) as connection:
            log.append(connection, LOG_ID, encode_leaf(leaf))

    def prove(number: int) -> None:
        with transaction(engine) as connection:
            log.make_proof(connection, LOG_ID, abs(number) % 400, signer, AT)

    yield measure("log.append", "one leaf in one durable SQLite transaction", append, 500)
    yield measure("log.proof", "checkpoint and inclusion proof of one leaf", prove, 200)
    engine.dispose()
