"""The operator's console over a registry with members, an agreement and declared holdings."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from desk_server import PARTS, serving
from registry_world import RegistryWorld
from starlette.applications import Starlette

from federation_registry.web.app import ConsoleConfig, create_app


def populated(world: RegistryWorld) -> RegistryWorld:
    """The world with four members, one agreement, one declaration of coverage."""
    made = world.with_members()
    made.publish(made.coverage("shangrao"), "shangrao")
    made.publish(made.agreement("jiaxing", "shangrao"), "jiaxing", "shangrao")
    return made


def console_app(world: RegistryWorld) -> Starlette:
    """Its console."""
    house = world.house
    config = ConsoleConfig(
        web_parts=PARTS / "web", clock=world.clock, random=secrets.token_bytes, sample=True
    )
    return create_app(house.oversee, house.routes, config)


@contextmanager
def console_of(world: RegistryWorld) -> Iterator[str]:
    """The address of the console."""
    with serving(console_app(world), []) as url:
        yield url
