"""A log key is stated again before its statement ends, so that no archive stops issuing."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from node.adapters.node_folder import NodeFolder
from node.cli.rhythms import restates
from trust.envelope.statement import decode
from trust.identity.statements import KeyStatement

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
ARCHIVE = "361100"


@pytest.fixture
def folder(tmp_path):
    made = NodeFolder(tmp_path, None)
    made.create((ARCHIVE,), b"s" * 32)
    return made


def stated(folder) -> KeyStatement:
    return decode(folder.log_key_statement(ARCHIVE).payload, KeyStatement)


def test_a_statement_in_its_first_two_thirds_stays_the_same_bytes(folder):
    folder.state_log("shangrao", ARCHIVE, AT)
    first = folder.log_key_statement(ARCHIVE)
    folder.state_log("shangrao", ARCHIVE, AT + timedelta(days=240))
    assert folder.log_key_statement(ARCHIVE) == first
    assert stated(folder).sequence == 1


def test_a_log_key_never_goes_out_of_force(folder):
    keys = set()
    for day in range(0, 3 * 365, 30):
        now = AT + timedelta(days=day)
        folder.state_log("shangrao", ARCHIVE, now)
        said = stated(folder)
        assert said.not_before <= now
        assert said.not_after >= now + timedelta(days=90)
        keys.add(said.spki_sha256)
    assert len(keys) == 1, "the key itself stays: proofs of last year are under it"
    assert stated(folder).sequence > 3


def test_a_running_node_restates_without_a_restart(folder):
    now = [AT]
    base = SimpleNamespace(
        house=SimpleNamespace(archives=(ARCHIVE,), clock=lambda: now[0]),
        config=SimpleNamespace(node_id="shangrao"),
        folder=folder,
    )
    restate = restates(base)
    restate()
    assert stated(folder).sequence == 1
    now[0] += timedelta(days=300)
    restate()
    assert stated(folder).sequence == 2
