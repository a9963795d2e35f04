"""Reading a registry as a node, a thief or a clerk would; for the registry's tests."""

import pytest
from registry_world import MARRIAGE, RegistryWorld

from federation_registry.adapters.memory_liveness import MemoryLivenessBook
from federation_registry.services.answer_route import AnswerRoute
from federation_registry.services.sign_head import SignHead, Signing
from records.refusal import Refusal
from records.routing import RouteQuery
from trust.envelope.statement import decode
from trust.identity.directory import DirectorySnapshot, build_snapshot
from trust.identity.statements import DirectoryHead


def head_signer(world: RegistryWorld, liveness: MemoryLivenessBook | None = None) -> SignHead:
    house = world.house
    signing = Signing(registry_id="registry", signer=house.keys.signer())
    book = liveness or MemoryLivenessBook()
    return SignHead(house.store, house.directory, book, signing, world.clock)


def fetch(world: RegistryWorld, previous: DirectorySnapshot | None = None) -> DirectorySnapshot:
    """What a node would build from GetHead and GetParts."""
    head = head_signer(world).head().envelope
    said = decode(head.payload, DirectoryHead)
    parts = world.house.store.get(tuple(part.sha256 for part in said.parts))
    return build_snapshot(head, parts, world.house.council(), previous, world.clock())


def code_of(call: object, *args: object) -> str:
    with pytest.raises(Refusal) as refused:
        call(*args)  # type: ignore[operator]
    return refused.value.code


def route(world: RegistryWorld, **query: object):
    house = world.house
    routes = AnswerRoute(house.directory, house.areas.current, house.last_states, world.clock)
    asked = {"category": MARRIAGE, "place": "上饶县", "year": 1985, "asking_node": "jiaxing"}
    return routes.answer(RouteQuery(**{**asked, **query}))  # type: ignore[arg-type]
