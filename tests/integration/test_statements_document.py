"""docs/statements.md keeps its word: its commands verify our files without our code."""

import base64
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from trust.envelope.dsse import envelope_id, envelope_to_json
from trust.envelope.statement import sign_statement
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.statements import Endpoint
from trust.store.engine import open_engine, transaction
from trust.transparency.leaf import Leaf, encode_leaf
from trust.transparency.log import TransparencyLog, ensure_log

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "statements.md").read_text(encoding="utf-8")
ORIGIN = "demo.invalid/log/361100"


def commands(name: str) -> str:
    found = re.search(rf"<!-- test: {name} -->\n```sh\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found is not None, name
    return found[1]


def run(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    assert shutil.which("openssl"), "install openssl"
    script = f"set -e\n{commands(name)}"
    return subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def flip(path: Path, position: int) -> None:
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(bytes(data))


@pytest.fixture
def signer() -> Ed25519Signer:
    return Ed25519Signer(new_ed25519())


def write_key(path: Path, signer: Ed25519Signer) -> None:
    path.write_text(base64.b64encode(signer.public_raw).decode(), encoding="ascii")


def test_openssl_verifies_a_statement_and_names_it(tmp_path: Path, signer: Ed25519Signer) -> None:
    endpoint = Endpoint(participant_id="shangrao", sequence=1, grpc="127.0.0.1:7001")
    envelope = sign_statement(endpoint, signer)
    (tmp_path / "statement.json").write_bytes(envelope_to_json(envelope))
    write_key(tmp_path / "key.b64", signer)
    done = run("statement", tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Signature Verified Successfully" in done.stdout
    assert envelope_id(envelope) in done.stdout
    assert '"participant_id":"shangrao"' in done.stdout
    write_key(tmp_path / "key.b64", Ed25519Signer(new_ed25519()))
    assert run("statement", tmp_path).returncode != 0


@pytest.fixture
def database(tmp_path: Path, signer: Ed25519Signer, at: datetime) -> Path:
    engine = open_engine(f"sqlite:///{tmp_path / 'lantai.db'}")
    ensure_log(engine)
    log = TransparencyLog()
    for n in range(11):
        leaf = Leaf(ts_ms=int(at.timestamp() * 1000) + n, kind="state", case=f"LT-{n}")
        with transaction(engine) as conn:
            log.append(conn, ORIGIN, encode_leaf(leaf))
            log.sign_checkpoint(conn, ORIGIN, signer, at)
    with transaction(engine) as conn:
        proof = log.make_proof(conn, ORIGIN, 6, signer, at)
    (tmp_path / "leaf.tlog-proof").write_text(proof, encoding="utf-8")
    write_key(tmp_path / "log-key.b64", signer)
    engine.dispose()
    return tmp_path


def test_openssl_and_twenty_lines_verify_a_proof(database: Path) -> None:
    done = run("proof", database)
    assert done.returncode == 0, done.stderr
    assert "Signature Verified Successfully" in done.stdout
    assert '"case":"LT-6"' in done.stdout
    flip(database / "leaf.tlog-proof", 40)
    assert run("proof", database).returncode != 0


def test_a_stranger_recomputes_the_log_and_sees_a_change(database: Path) -> None:
    done = run("log", database)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [f"{ORIGIN} {n} ok" for n in range(1, 12)]
    import sqlite3

    with sqlite3.connect(database / "lantai.db") as db:
        db.execute("DROP TRIGGER log_leaf_no_update")
        db.execute("UPDATE log_leaf SET body = CAST('x' AS BLOB) WHERE idx = 4")
    db.close()
    told = run("log", database).stdout.splitlines()
    assert [line.rsplit(" ", 1)[1] for line in told] == ["ok"] * 4 + ["DIFFERS"] * 7
