"""Identities are whole, change whole, and are renewed in good time."""

import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from channel_world import World, to_pem

from records.refusal import Refusal
from trust.channel import credentials
from trust.channel.access import ANONYMOUS, CERTSVC, NODE, OWN, REGISTRY, AccessTable
from trust.channel.credentials import IdentityHolder, TLSIdentity, renewal_due
from trust.channel.registrations import register
from trust.identity.keys import new_ed25519, new_p256
from trust.identity.participant import Participant, ParticipantKind

BEGINS = datetime(2026, 11, 21, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def world() -> World:
    world = World()
    world.join("jiaxing")
    world.join("shangrao")
    return world


def test_renewal_falls_two_thirds_into_the_life_give_or_take_a_tenth() -> None:
    chance = random.Random(7)
    due = [renewal_due(BEGINS, BEGINS + WEEK, chance.randbytes) for _ in range(500)]
    shares = [(moment - BEGINS) / WEEK for moment in due]
    assert 0.566 < min(shares) < 0.6
    assert 0.73 < max(shares) < 0.767
    assert abs(sum(shares) / len(shares) - 2 / 3) < 0.01


def test_renewal_depends_on_nothing_but_its_arguments() -> None:
    def lowest(size: int) -> bytes:
        return bytes(size)

    first = renewal_due(BEGINS, BEGINS + WEEK, lowest)
    assert first == renewal_due(BEGINS, BEGINS + WEEK, lowest)
    assert abs(first - (BEGINS + WEEK * (2 / 3 - 0.1))) < timedelta(seconds=1)


def test_a_key_that_is_not_the_certificates_is_refused(world: World) -> None:
    identity = world.people["jiaxing"].holder.current
    for key in [to_pem(new_p256()), to_pem(new_ed25519()), b"", b"garbage"]:
        with pytest.raises(Refusal, match="CERTIFICATE_MALFORMED"):
            TLSIdentity(
                chain_pem=identity.chain_pem, private_key_pem=key, roots_pem=identity.roots_pem
            )


def test_a_holder_never_takes_another_participants_certificate(world: World) -> None:
    holder = IdentityHolder(world.people["jiaxing"].holder.current)
    with pytest.raises(Refusal, match="CERTIFICATE_MALFORMED"):
        holder.replace(world.people["shangrao"].holder.current)
    assert holder.version == 1


def test_the_server_is_given_a_configuration_only_when_it_changed(world: World) -> None:
    someone = world.people["jiaxing"]
    holder = IdentityHolder(someone.holder.current)
    fetcher = credentials._Fetcher(holder, require_client=True)
    assert [fetcher.fetch_if_changed() for _ in range(5)] == [None] * 5
    holder.replace(world.issue(someone.participant))
    holder.replace(world.issue(someone.participant))
    assert fetcher.fetch_if_changed() is not None
    assert [fetcher.fetch_if_changed() for _ in range(5)] == [None] * 5


SERVER = Participant(kind=ParticipantKind.NODE, slug="shangrao", trust_domain="demo.invalid")
CALLER = Participant(kind=ParticipantKind.NODE, slug="jiaxing", trust_domain="demo.invalid")


def test_the_table_denies_what_it_does_not_name() -> None:
    table = AccessTable({"/a.B/C": {REGISTRY, CERTSVC}, "/a.B/D": set(), "/a.B/E": {OWN}})
    assert not table.is_allowed("/a.B/C", CALLER, SERVER)
    assert not table.is_allowed("/a.B/D", CALLER, SERVER)
    assert not table.is_allowed("/a.B/E", CALLER, SERVER)
    assert table.is_allowed("/a.B/E", SERVER, SERVER)
    assert not table.is_allowed("/a.B/X", SERVER, SERVER)
    assert table.find("/a.B/X") is None


def test_own_means_the_same_kind_and_domain_too() -> None:
    table = AccessTable({"/a.B/E": {OWN}})
    registry = Participant(
        kind=ParticipantKind.REGISTRY, slug="shangrao", trust_domain="demo.invalid"
    )
    elsewhere = Participant(
        kind=ParticipantKind.NODE, slug="shangrao", trust_domain="other.invalid"
    )
    assert not table.is_allowed("/a.B/E", registry, SERVER)
    assert not table.is_allowed("/a.B/E", elsewhere, SERVER)


def test_anonymous_is_no_kind_of_member() -> None:
    table = AccessTable({"/a.B/C": {ANONYMOUS}})
    assert not table.is_allowed("/a.B/C", CALLER, SERVER)


def test_a_table_with_an_unknown_kind_or_name_is_a_mistake() -> None:
    for rights in [{"/a.B/C": {"nodes"}}, {"/a.B/C": {"*"}}, {"a.B/C": {NODE}}]:
        with pytest.raises(ValueError, match="access table"):
            AccessTable(rights)


def test_every_service_of_the_contract_can_be_registered() -> None:
    folder = Path(__file__).parents[3] / "protos" / "lantai" / "v1"
    named = {
        name
        for file in folder.glob("*.proto")
        for name in re.findall(r"^service (\w+) \{", file.read_text(), re.MULTILINE)
    }
    assert len(named) == 9
    for name in named:
        registration = register(name, object())
        assert registration.methods
        assert all(method.startswith(f"/lantai.v1.{name}/") for method in registration.methods)
