"""A thief of the registry's sign key: what he can make, a node does not believe."""

from dataclasses import replace
from pathlib import Path

import pytest
from registry_reading import code_of, fetch, head_signer, route
from registry_world import ARCHIVES, DAY, DOMAIN, MovableClock, RegistryWorld

from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode, sign_statement
from trust.identity.directory import build_snapshot
from trust.identity.statements import DirectoryHead, Endpoint


@pytest.fixture
def moving(at):
    return MovableClock(at)


@pytest.fixture
def world(tmp_path: Path, moving: MovableClock) -> RegistryWorld:
    return RegistryWorld(tmp_path, moving).with_members()


def stolen_head(world: RegistryWorld, **changes: object) -> Envelope:
    known = decode(head_signer(world).head().envelope.payload, DirectoryHead)
    forged = replace(known, version=known.version + 1, **changes)  # type: ignore[arg-type]
    return sign_statement(forged, world.house.keys.signer())


def test_a_thief_of_the_registry_key_cannot_add_a_member(world: RegistryWorld) -> None:
    snapshot = fetch(world)
    world.list_member("intruder")
    forged = sign_statement(world.next_list(), world.house.keys.signer())
    parts = (*world.house.store.get(listed(world)), forged)
    with pytest.raises(Refusal):
        build_snapshot(stolen_head(world), parts, world.house.council(), snapshot, world.clock())


def listed(world: RegistryWorld) -> tuple[str, ...]:
    return tuple(part.sha256 for part in world.house.store.listed())


def test_a_thief_of_the_registry_key_cannot_shrink_redirect_or_turn_back_a_part(
    world: RegistryWorld,
) -> None:
    old_sha256, _ = world.publish(world.coverage("shangrao"), "shangrao")
    old = next(part for part in world.house.store.listed() if part.sha256 == old_sha256)
    world.publish(world.coverage("shangrao", sequence=2, covered_to=2020), "shangrao")
    snapshot = fetch(world)
    # 1. An older declaration, listed again.
    head = decode(head_signer(world).head().envelope.payload, DirectoryHead)
    kept = tuple(part for part in head.parts if part.kind != "coverage")
    forged = stolen_head(world, parts=(*kept, old))
    parts = world.house.store.get((*listed(world), old.sha256))
    turned = build_snapshot(forged, parts, world.house.council(), snapshot, world.clock())
    assert [one.statement.covered_to for one in turned.coverage] == [2020]
    assert [one.code for one in turned.rejected] == ["DIRECTORY_ROLLBACK"]
    # 2. An endpoint of his own.
    mine = Endpoint(participant_id="shangrao", sequence=9, grpc="thief.invalid:1")
    redirected = sign_statement(mine, world.house.keys.signer())
    assert code_of(world.house.publish.publish, redirected) == "DIRECTORY_PART_INVALID"


def test_a_member_whose_key_was_revoked_no_longer_counts_in_routing(
    world: RegistryWorld, moving: MovableClock
) -> None:
    world.publish(world.coverage("shangrao"), "shangrao")
    world.publish(world.agreement("jiaxing", "shangrao"), "jiaxing", "shangrao")
    member = world.members["shangrao"]
    revoked = replace(member.sign_keys[0], revoked_at=moving.now - DAY)
    world.members["shangrao"] = replace(member, sign_keys=(revoked,))
    world.publish_list()
    assert route(world).nodes == ()


def test_every_archive_of_the_world_is_hosted(world: RegistryWorld) -> None:
    view = world.house.directory.view()
    assert {view.get_archive(code)[0].participant_id for code in ARCHIVES.values()} == set(ARCHIVES)
    assert view.trust_list.trust_domain == DOMAIN
