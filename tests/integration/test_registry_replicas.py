"""Two replicas of a registry on one PostgreSQL: one directory, one head, one time."""

import secrets
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from registry_reading import code_of, head_signer
from registry_world import RegistryWorld

from federation_registry.adapters.memory_liveness import MemoryLivenessBook
from federation_registry.bootstrap import House, open_house
from federation_registry.folder import Folder
from federation_registry.services.sign_head import SignHead, Signing


def signer_of(house: House) -> SignHead:
    signing = Signing(registry_id="registry", signer=house.keys.signer())
    return SignHead(house.store, house.directory, MemoryLivenessBook(), signing, house.clock)


def test_replicas_share_what_either_collects_and_signs(
    tmp_path: Path, fresh_pg_url: str, clock: Callable[[], datetime]
) -> None:
    world = RegistryWorld(tmp_path, clock, settings={"database": fresh_pg_url}).with_members()
    folder = Folder(path=world.house.folder.path)
    replica = open_house(folder, clock, secrets.token_bytes)
    world.publish(world.coverage("shangrao"), "shangrao")
    first = head_signer(world).head()
    assert signer_of(replica).head() == first
    newer = world.coverage("shangrao", sequence=2)
    assert world.publish(newer, "shangrao")[1] == replica.store.version()
    assert code_of(world.publish, world.coverage("shangrao"), "shangrao") == "PART_OUTDATED"
    second = signer_of(replica).head()
    assert second.version == first.version + 1
    assert head_signer(world).head() == second


def test_heads_asked_for_at_once_are_one_head(
    tmp_path: Path, fresh_pg_url: str, clock: Callable[[], datetime]
) -> None:
    world = RegistryWorld(tmp_path, clock, settings={"database": fresh_pg_url}).with_members()
    replicas = [
        open_house(Folder(path=world.house.folder.path), clock, secrets.token_bytes)
        for _ in range(2)
    ]
    heads: list[object] = []

    def ask(house: House) -> None:
        heads.append(signer_of(house).head())

    threads = [threading.Thread(target=ask, args=(replicas[n % 2],)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert len(heads) == 16
    assert all(head == heads[0] for head in heads)
