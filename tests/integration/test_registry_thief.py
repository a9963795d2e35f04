"""A thief of the registry's sign key: what he can make, a node does not believe."""

from dataclasses import replace
from pathlib import Path

import pytest
from registry_reading import route
from registry_world import ARCHIVES, DAY, DOMAIN, MovableClock, RegistryWorld


@pytest.fixture
def moving(at):
    return MovableClock(at)


@pytest.fixture
def world(tmp_path: Path, moving: MovableClock) -> RegistryWorld:
    return RegistryWorld(tmp_path, moving).with_members()


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
