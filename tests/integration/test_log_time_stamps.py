"""F29: a silent time-stamp authority stops nothing; the first token afterwards covers all of it."""

import secrets
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from cryptography.hazmat.primitives import serialization
from node_acts import file_and_review, zhou
from node_world import build_node_world

from deploy.localnet.time_stamp import TimeStampAuthority
from node.adapters.sql_stamps import SqlStamps
from node.adapters.sql_witness import SqlOwnLogs
from node.bootstrap import open_base
from node.domain.reasons import TSA_SILENT
from node.services.gather_evidence import GatherEvidence
from node.services.stamp_logs import ALARM, PENDING, STAMPED, StampLogs
from records.refusal import Refusal
from tests.pack_mutations import mutations
from trust.identity.keys import new_p256
from trust.identity.seal_authority import (
    create_seal_issuing,
    create_seal_root,
    issue_time_stamp_certificate,
)
from trust.transparency.audit import verify_stored_log
from trust.transparency.checkpoint import log_origin, parse_checkpoint
from trust.transparency.evidence import verify_evidence
from trust.transparency.note import parse_note
from trust.transparency.time_stamp import make_request, open_response, verify_token

ARCHIVE = "330400"


class Authority:
    """A time-stamp authority that can fall silent, lie, or be somebody else's."""

    def __init__(self, world):
        self.world = world
        self.mode = "honest"
        now = world.channel.now
        self.root = create_seal_root(
            "demo.invalid", new_p256(), now=now, random=secrets.token_bytes
        )
        issuing = create_seal_issuing(
            self.root, "demo.invalid", new_p256(), now=now, random=secrets.token_bytes
        )
        key = new_p256()
        certificate = issue_time_stamp_certificate(
            issuing, "样本时间戳", key.public_key(), now=now, random=secrets.token_bytes
        )
        self.authority = TimeStampAuthority(
            certificate=certificate,
            issuer=issuing.certificate,
            key=key,
            clock=world.clock,
            random=secrets.token_bytes,
        )

    def stamp(self, request):
        if self.mode == "silent":
            raise Refusal(TSA_SILENT)
        if self.mode == "garbage":
            return b"<html>please sign in</html>"
        if self.mode == "replayed":
            request = make_request("demo.invalid/log/330400\n1\nAAAA\n", b"n" * 16)
        return self.authority.answer(request)


@pytest.fixture(scope="module")
def stand(tmp_path_factory, table_folder):
    world = build_node_world(tmp_path_factory.mktemp("world"), table_folder)
    authority = Authority(world)
    pem = authority.root.certificate.public_bytes(serialization.Encoding.PEM).decode()
    trust_list = world._trust_list

    def with_seal_root(now):
        from trust.envelope.statement import decode, sign_statement
        from trust.identity.trust_list import TrustList

        said = replace(decode(trust_list(now).payload, TrustList), seal_roots_pem=pem)
        return sign_statement(said, *world.channel.council[:2])

    world._trust_list = with_seal_root
    world.publish()
    base = open_base(world.nodes["jiaxing"].data)
    shelf = SqlStamps(base.engine, base.config.trust_domain)
    signers = base.folder.log_signers(tuple(base.house.archives))
    logs = SqlOwnLogs(base.engine, base.config.trust_domain, signers)
    clock = {"ahead": timedelta()}
    house = replace(base.house, clock=lambda: world.clock() + clock["ahead"])
    duty = StampLogs(house, logs, shelf, authority, timedelta(minutes=10), base.log)
    yield world, base, shelf, duty, authority, clock
    base.engine.dispose()


def test_a_silent_authority_stops_nothing_and_one_token_covers_all_of_it(stand):
    world, base, shelf, duty, authority, clock = stand
    for mode, code in (("silent", PENDING), ("garbage", PENDING), ("replayed", PENDING)):
        authority.mode = mode
        file_and_review(world, zhou(), key=f"key-{mode}-0001")
        clock["ahead"] += timedelta(minutes=11)
        assert duty.run() == 0
        assert duty.standing(ARCHIVE).state == code
        assert shelf.newest(ARCHIVE) is None, "nothing unverified is kept"
    clock["ahead"] += timedelta(hours=25)
    assert duty.standing(ARCHIVE).state == ALARM
    clock["ahead"] = timedelta(hours=26)
    case_no = file_and_review(world, zhou(), key="key-pending-0001")
    early = GatherEvidence(base.house, base.folder, shelf).gather(case_no, ARCHIVE, "operator")
    council = world.council()
    assert verify_evidence(early, council).authority == "", "PENDING_TIME"

    authority.mode = "honest"
    assert duty.run() >= 1
    standing = duty.standing(ARCHIVE)
    assert standing.state == STAMPED and standing.pending_since is None
    stamp = shelf.newest(ARCHIVE)
    assert stamp.size == standing.covered and stamp.leaf == stamp.size
    clock["ahead"] += timedelta(minutes=11)
    assert duty.run() == 0, "a leaf about a token asks for no token"
    verify_stored_log(base.engine, log_origin(base.config.trust_domain, ARCHIVE))

    pack = GatherEvidence(base.house, base.folder, shelf).gather(case_no, ARCHIVE, "operator")
    evidence = verify_evidence(pack, council)
    assert "样本时间戳" in evidence.authority
    logged = [one for one in evidence.proven if one.at is not None]
    assert logged and all(one.stamped_at == stamp.at for one in logged)
    for changed in mutations(pack, Random(11), 400):
        with pytest.raises(Refusal):
            verify_evidence(changed, council)
    assert verify_evidence(early, council).proven, "a pack from before stays valid"


def test_openssl_verifies_the_token_too(stand, tmp_path):
    _world, _base, shelf, _duty, authority, _clock = stand
    stamp = shelf.newest(ARCHIVE)
    text = parse_checkpoint(parse_note(stamp.note)).text()
    (tmp_path / "checkpoint").write_text(text)
    (tmp_path / "token.tsr").write_bytes(stamp.token)
    root = authority.root.certificate.public_bytes(serialization.Encoding.PEM)
    (tmp_path / "root.pem").write_bytes(root)
    openssl = shutil.which("openssl")
    assert openssl
    said = subprocess.run(
        [openssl, "ts", "-verify", "-data", "checkpoint", "-in", "token.tsr", "-token_in",
         "-CAfile", "root.pem"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Verification: OK" in said.stdout, said.stderr


def test_what_a_token_does_not_prove_is_refused(stand):
    world, _base, shelf, _duty, authority, _clock = stand
    stamp = shelf.newest(ARCHIVE)
    text = parse_checkpoint(parse_note(stamp.note)).text()
    roots = [authority.root.certificate]
    assert verify_token(stamp.token, text, roots).at == stamp.at
    stranger = Authority(world)
    answer = stranger.stamp(make_request(text, b"n" * 16))
    theirs = open_response(answer, b"n" * 16)
    for token, said, trusted in (
        (stamp.token, text + "x", roots),
        (stamp.token, text, [stranger.root.certificate]),
        (theirs, text, roots),
        (stamp.token, text, []),
        (b"\x30\x00", text, roots),
        (stamp.token + b"\x00", text, roots),
        (bytes(40_000), text, roots),
    ):
        with pytest.raises(Refusal) as caught:
            verify_token(token, said, trusted)
        assert caught.value.code == "TIME_STAMP_INVALID"
    with pytest.raises(Refusal) as caught:
        open_response(answer, b"m" * 16)
    assert caught.value.code == "TIME_STAMP_INVALID"
    chance = Random(3)
    for _ in range(400):
        changed = bytearray(stamp.token)
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        try:
            assert verify_token(bytes(changed), text, roots).at == stamp.at
        except Refusal as refusal:
            assert refusal.code == "TIME_STAMP_INVALID"
