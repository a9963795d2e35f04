"""A new issuing authority under the offline root: nobody restarts, nobody is cut off."""

import secrets
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from registry_door import Running, head_of
from registry_world import MovableClock, RegistryWorld, wall_clock

from federation_registry.serving import Serving
from protos.lantai.v1 import enrolment_pb2, enrolment_pb2_grpc
from records.refusal import Refusal
from trust.identity.authority import create_tls_root, new_root_key
from trust.identity.enrolment import create_signing_request
from trust.identity.keys import new_p256, write_private_key


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    world = RegistryWorld(tmp_path, wall_clock)
    world.publish_list()
    serving = Serving(world.house)
    members, strangers = serving.start()
    yield Running(world, serving, members, strangers)
    serving.stop(0.2)


def test_members_of_the_old_and_of_the_new_authority_are_served(running: Running) -> None:
    house = running.world.house
    early = running.newcomer("shangrao").join()
    head_of(early.channel())
    away = house.folder.offline.parent.parent / "carried-away"
    shutil.move(house.folder.offline, away)
    house.keys.renew_issuing(
        "demo.invalid", away / "tls_root.key", now=wall_clock(), random=secrets.token_bytes
    )
    # A certificate of the old authority goes on, and its renewal comes from the new one.
    head_of(early.channel())
    fresh = new_p256()
    request = enrolment_pb2.RenewRequest(csr_pem=create_signing_request(fresh).decode())
    renewed = enrolment_pb2_grpc.EnrolmentStub(early.channel()).Renew(request)
    early.key = fresh
    early.take(renewed)
    head_of(early.channel())
    late = running.newcomer("pudong").join()
    head_of(late.channel())
    issued = {node.holder.current.leaf.issuer for node in (early, late) if node.holder}
    assert len(issued) == 1
    chains = [node.holder.current.chain_pem for node in (early, late) if node.holder]
    assert chains[0].split(b"-----END")[1] == chains[1].split(b"-----END")[1]


def test_a_key_that_is_not_the_roots_makes_no_authority(running: Running, tmp_path: Path) -> None:
    house = running.world.house
    foreign = create_tls_root(
        "demo.invalid", new_root_key(), now=wall_clock(), random=secrets.token_bytes
    )
    write_private_key(tmp_path / "foreign.key", foreign.private_key, None)
    before = house.keys.authorities()
    for key, code in (("foreign.key", "CERTIFICATE_CHAIN"), ("none.key", "KEY_FILE_MISSING")):
        with pytest.raises(Refusal, match=code):
            house.keys.renew_issuing(
                "demo.invalid", tmp_path / key, now=wall_clock(), random=secrets.token_bytes
            )
    assert house.keys.authorities() == before


def test_the_registry_says_what_ends(tmp_path: Path) -> None:
    clock = MovableClock(wall_clock())
    world = RegistryWorld(tmp_path, clock).with_members("shangrao")
    assert world.house.notices() == []
    clock.now += timedelta(days=31)
    said = {(one.expiry.what, one.within_days) for one in world.house.notices()}
    assert said == {("trust_list", 60)}
    clock.now += timedelta(days=275)
    found = {one.expiry.what: one.within_days for one in world.house.notices()}
    assert found["issuing_authority"] == 60
    assert found["trust_list"] == 0
