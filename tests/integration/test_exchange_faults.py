"""A partner that is away, comes back, or lies about a file: nothing lost, nothing believed."""

import json
import threading
import time

import pytest
from channel_world import wall_clock
from exchange_world import build_federation
from node_acts import file_and_review, progress, wait_for, zhou
from node_houses import totp_secret
from node_places import PASSWORD

from node.adapters.image_files import ImageFiles
from node.domain.commands import SignInCommand
from node.services.sign_in import totp_at
from protos.lantai.v1 import desk_pb2, desk_pb2_grpc
from records.refusal import Refusal
from trust.channel.client import PartnerChannel, PartnerSettings


@pytest.fixture(scope="module")
def federation(tmp_path_factory, table_folder):
    made = build_federation(tmp_path_factory.mktemp("federation"), table_folder)
    made.start("jiaxing")
    yield made
    made.close()


def test_a_partner_that_was_away_gets_the_request_when_it_is_back(federation):
    world = federation.world
    case_no = file_and_review(world, zhou(), key="key-away-00001")
    federation.wait_for_state(case_no, "node_unavailable")
    (leg,) = progress(world, case_no).legs
    assert leg.state == "silent" and leg.outcome == ""
    assert leg.reason_code.startswith("PARTNER_")

    federation.start("shangrao")
    wait_for(lambda: progress(world, case_no).legs[0].state == "received", 120.0)
    assert progress(world, case_no).summary.state == "dispatched"
    federation.fulfil(case_no, "361100")
    wait_for(lambda: progress(world, case_no).summary.state == "sealed", 120.0)


def test_a_file_that_is_not_what_was_signed_is_not_kept(federation, monkeypatch):
    world = federation.world
    if "shangrao" not in federation.running:
        federation.start("shangrao")
    honest = ImageFiles.get

    def lying(self, sha256):
        data = honest(self, sha256)
        return data.replace(b"%PDF-fake", b"%PDF-lies") if data.startswith(b"%PDF") else data

    monkeypatch.setattr(ImageFiles, "get", lying)
    case_no = file_and_review(world, zhou(), key="key-lies-00001")
    federation.fulfil(case_no, "361100")
    wait_for(lambda: progress(world, case_no).legs[0].state == "answered")
    book = federation.running["jiaxing"].base.house.book

    def tried() -> bool:
        with book.read() as reader:
            waiting = reader.list_messages("waiting", 50)
        return any(one.case_no == case_no and one.last_code == "FILE_DAMAGED" for one in waiting)

    wait_for(tried)
    assert progress(world, case_no).certificates == ()
    monkeypatch.undo()
    wait_for(lambda: progress(world, case_no).summary.state == "sealed", 120.0)


def test_an_own_program_files_and_watches(federation):
    world = federation.world
    node = federation.running["jiaxing"]
    channel = PartnerChannel(
        node.address,
        node.holder.current.participant,
        node.holder,
        node.base.folder.tls_statement,
        PartnerSettings(clock=wall_clock),
    )
    stub = desk_pb2_grpc.DeskStub(channel.channel)
    secret = totp_secret(world.nodes["jiaxing"].logins["330400", "clerk"])
    session = node.office.sign_in.sign_in(
        SignInCommand(
            archive_code="330400",
            user="clerk",
            password=PASSWORD + "clerk",
            totp=totp_at(secret, wall_clock()),
        )
    )
    seen = []

    def collect() -> None:
        try:
            for event in stub.Watch(desk_pb2.WatchRequest(after=0), timeout=120.0):
                seen.append(event)
        except Refusal:
            return

    thread = threading.Thread(target=collect, daemon=True)
    thread.start()
    wait_for(lambda: thread.is_alive())
    time.sleep(0.5)
    body = {
        "window_archive": "330400",
        "applicant": {
            "name": "周金水",
            "id_type": "resident_id",
            "id_no": "361199196211050313",
            "identity_assurance": "chip_read",
        },
        "query": {
            "category": "marriage_registration",
            "subject": {"name": "周金水", "birth": "1962-11-05"},
            "place": "上饶县",
        },
        "purpose": "property",
        "consent": True,
    }
    request = desk_pb2.FileRequestRequest(
        client_key="program-000001",
        request_json=json.dumps(body).encode(),
        session=session.token,
    )
    filed = stub.FileRequest(request, timeout=60.0)
    assert filed.state == "submitted" and filed.case_no.startswith("LT-330400-")
    assert stub.FileRequest(request, timeout=60.0).case_no == filed.case_no
    again = stub.GetCase(
        desk_pb2.GetCaseRequest(case_no=filed.case_no, session=session.token), timeout=60.0
    )
    assert again.state == "submitted"
    wait_for(lambda: any(event.case_no == filed.case_no for event in seen))
    sequences = [event.sequence for event in seen]
    assert sequences == sorted(sequences)
    with pytest.raises(Refusal) as refused:
        stub.GetCase(desk_pb2.GetCaseRequest(case_no=filed.case_no, session="x"), timeout=60.0)
    assert refused.value.code == "SESSION_ENDED"
    channel.close()


def test_a_partner_may_not_use_the_desk(federation):
    if "shangrao" not in federation.running:
        federation.start("shangrao")
    thief, node = federation.running["shangrao"], federation.running["jiaxing"]
    channel = PartnerChannel(
        node.address,
        node.holder.current.participant,
        thief.holder,
        thief.base.folder.tls_statement,
        PartnerSettings(clock=wall_clock),
    )
    with pytest.raises(Refusal) as refused:
        desk_pb2_grpc.DeskStub(channel.channel).GetCase(
            desk_pb2.GetCaseRequest(case_no="x", session="y"), timeout=60.0
        )
    assert refused.value.code == "METHOD_DENIED"
    channel.close()
