"""Reading a registry as a node, a thief or a clerk would; for the registry's tests."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from registry_world import MARRIAGE, RegistryWorld

from federation_registry.adapters.memory_liveness import MemoryLivenessBook
from federation_registry.bootstrap import LastHead
from federation_registry.ports import PartStore
from federation_registry.services.answer_route import AnswerRoute
from federation_registry.services.sign_head import SignHead, Signing
from records.refusal import Refusal
from records.route_terms import RouteQuery
from trust.envelope.dsse import Envelope
from trust.identity.directory import DirectorySnapshot
from trust.identity.directory_fetch import fetch_snapshot
from trust.identity.directory_scope import EVERYTHING, Scope


def head_signer(world: RegistryWorld, liveness: MemoryLivenessBook | None = None) -> SignHead:
    house = world.house
    signing = Signing(registry_id="registry", signer=house.keys.signer())
    book = liveness or MemoryLivenessBook()
    return SignHead(house.store, house.directory, book, signing, world.clock)


@dataclass
class StoreSource:
    """`DirectorySource` on a registry's own store; what was asked for is counted."""

    store: PartStore
    lists: int = 0
    parts: int = 0

    def get_lists(self, sha256s: Sequence[str]) -> Sequence[bytes]:
        self.lists += len(sha256s)
        return self.store.get_lists(tuple(sha256s))

    def get_parts(self, sha256s: Sequence[str]) -> Sequence[Envelope]:
        self.parts += len(sha256s)
        return self.store.get(tuple(sha256s))

    def get_trust_list(self, sha256: str, held: Envelope | None) -> Envelope:
        return self.store.get((sha256,))[0]


def fetch(
    world: RegistryWorld, previous: DirectorySnapshot | None = None, scope: Scope = EVERYTHING
) -> DirectorySnapshot:
    """What a node would build from GetHead and GetParts."""
    head = head_signer(world).head().envelope
    source, council = StoreSource(world.house.store), world.house.council()
    return fetch_snapshot(head, source, council, previous, world.clock, scope)


def code_of(call: object, *args: object) -> str:
    with pytest.raises(Refusal) as refused:
        call(*args)  # type: ignore[operator]
    return refused.value.code


def route(world: RegistryWorld, **query: object):
    house = world.house
    routes = AnswerRoute(house.directory, house.areas.current, LastHead(house.store), world.clock)
    asked = {"category": MARRIAGE, "place": "上饶县", "year": 1985, "asking_node": "jiaxing"}
    return routes.answer(RouteQuery(**{**asked, **query}))  # type: ignore[arg-type]
