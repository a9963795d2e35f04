"""An act token serves the act that it names: one case, one purpose, one category, one agreement."""

import pytest
from exchange_world import build_federation
from node_acts import file_and_review, progress, zhou
from partner_calls import act_of, partner_of, request
from sqlalchemy import select

from protos.lantai.v1 import exchange_pb2, exchange_pb2_grpc
from records.refusal import Refusal
from trust.channel.client import act_metadata
from trust.envelope.dsse import envelope_id
from trust.envelope.statement import sign_statement
from trust.identity.participant import ParticipantKind
from trust.transparency.leaf import decode_leaf
from trust.transparency.tables import log_leaf
from trust.wire import envelope_to_proto

HOLDER = "361100"


@pytest.fixture(scope="module")
def federation(tmp_path_factory, table_folder):
    made = build_federation(tmp_path_factory.mktemp("federation"), table_folder)
    for node_id in ("jiaxing", "shangrao"):
        made.start(node_id)
    yield made
    made.close()


@pytest.fixture(scope="module")
def sealed(federation):
    """A case whose file is at the window, and the digest of the file."""
    case_no = file_and_review(federation.world, zhou(), key="key-bound-00001")
    federation.fulfil(case_no, HOLDER)
    federation.wait_for_state(case_no, "sealed")
    return case_no, progress(federation.world, case_no).certificates[0].sha256


def stub_of(federation):
    channel = federation.running["jiaxing"]._shelf.channel(ParticipantKind.NODE, "shangrao")
    return exchange_pb2_grpc.ExchangeStub(channel.channel)


def token_of(federation, case_no, bound_to="", act=None):
    partner = partner_of(federation, "jiaxing")
    channel = partner._channel("shangrao")
    return act_metadata(partner._token(channel, case_no, bound_to, act or {}))


def kinds(federation, case_no):
    """Kinds of all leaves of that case in the holder's log, in order."""
    engine = federation.running["shangrao"].base.engine
    with engine.connect() as connection:
        rows = connection.execute(select(log_leaf.c.body).order_by(log_leaf.c.idx)).scalars()
        leaves = [decode_leaf(row) for row in rows]
    return [leaf.kind for leaf in leaves if leaf.case == case_no]


@pytest.mark.parametrize(
    "change",
    [
        {"purpose": "pension"},
        {"category": "school_record"},
        {"agreement_id": "another"},
        {"agreement_version": "2"},
    ],
)
def test_token_of_another_act_opens_no_request(federation, change):
    statement = request(federation, "jiaxing")
    envelope = sign_statement(statement, federation.world.nodes["jiaxing"].signer)
    act = act_of(statement) | change
    token = token_of(federation, statement.header.case_no, envelope_id(envelope), act)
    with pytest.raises(Refusal) as refused:
        stub_of(federation).Submit(envelope_to_proto(envelope), metadata=token)
    assert refused.value.code == "ACT_TOKEN_MISBOUND"


def test_token_of_another_case_shows_no_standing(federation, sealed):
    asked = exchange_pb2.StatusRequest(case_no=sealed[0])
    with pytest.raises(Refusal) as refused:
        other = token_of(federation, "LT-330400-20261121-9999")
        stub_of(federation).Status(asked, metadata=other)
    assert refused.value.code == "ACT_TOKEN_MISBOUND"
    assert stub_of(federation).Status(asked, metadata=token_of(federation, sealed[0])).state


def test_token_of_another_case_fetches_no_file(federation, sealed):
    case_no, digest = sealed
    wanted = exchange_pb2.FetchPagesRequest(case_no=case_no, sha256=bytes.fromhex(digest))
    with pytest.raises(Refusal) as refused:
        other = token_of(federation, "LT-330400-20261121-9999")
        list(stub_of(federation).FetchPages(wanted, metadata=other))
    assert refused.value.code == "ACT_TOKEN_MISBOUND"


def test_each_time_a_file_is_given_the_log_says_so(federation, sealed):
    case_no, digest = sealed
    before = kinds(federation, case_no).count("file_given")
    assert before >= 1
    partner = partner_of(federation, "jiaxing")
    assert b"".join(partner.fetch_file("shangrao", case_no, digest))
    assert kinds(federation, case_no).count("file_given") == before + 1
    with pytest.raises(Refusal):
        list(partner.fetch_file("shangrao", case_no, "0" * 64))
    assert kinds(federation, case_no).count("file_given") == before + 1
