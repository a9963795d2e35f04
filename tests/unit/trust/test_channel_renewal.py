"""When a certificate is renewed, in which order, and what a failed try leaves behind."""

import secrets
from datetime import datetime, timedelta

import pytest
from channel_world import World
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from records.refusal import Refusal
from trust.channel.credentials import TLSIdentity
from trust.channel.reasons import PARTNER_UNAVAILABLE
from trust.channel.renewal import AGAIN, Renewal
from trust.identity.authority import issue_leaf

HOUR = timedelta(hours=1)


class Registry:
    """Issues like the registry; may be away."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.away = False
        self.asked: list[str] = []
        self.done: list[str] = []
        self.now = world.now
        self.someone = world.join("shangrao")

    def ask(self, csr_pem: bytes) -> tuple[bytes, bytes]:
        if self.away:
            raise Refusal(PARTNER_UNAVAILABLE)
        request = x509.load_pem_x509_csr(csr_pem)
        leaf = issue_leaf(
            self.world.issuing,
            self.someone.participant,
            request.public_key(),
            now=self.now,
            random=secrets.token_bytes,
        )
        pem = leaf.public_bytes(serialization.Encoding.PEM)
        return pem + self.world.issuing.pem, self.world.root.pem

    def keep(self, identity: TLSIdentity) -> None:
        assert self.someone.holder.current is not identity, "shown before it was kept"
        self.done.append(identity.spki_sha256)

    def clock(self) -> datetime:
        return self.now

    def renewal(self) -> Renewal:
        return Renewal(self.someone.holder, self.ask, self.keep, self.clock, secrets.token_bytes)


@pytest.fixture
def registry() -> Registry:
    return Registry(World())


def test_it_is_due_two_thirds_into_the_life_give_or_take_a_tenth(registry: Registry) -> None:
    life = timedelta(days=7)
    dues = [registry.renewal().due - registry.world.now for _ in range(200)]
    assert min(dues) > life * 0.55
    assert max(dues) < life * 0.78
    assert max(dues) - min(dues) > life * 0.1


def test_it_renews_once_with_a_new_key_and_shows_it_after_it_was_kept(registry: Registry) -> None:
    renewal = registry.renewal()
    before = registry.someone.holder.current
    registry.now = renewal.due - HOUR
    assert renewal.run() == 0
    registry.now = renewal.due
    assert renewal.run() == 1
    assert renewal.run() == 0
    after = registry.someone.holder.current
    assert registry.done == [after.spki_sha256] != [before.spki_sha256]
    assert renewal.due > registry.now + timedelta(days=3)


def test_a_registry_that_is_away_is_asked_again_every_ten_minutes(registry: Registry) -> None:
    renewal = registry.renewal()
    before = registry.someone.holder.current
    registry.now, registry.away = renewal.due, True
    tries = 0
    while registry.now < before.leaf.not_valid_after_utc - HOUR:
        with pytest.raises(Refusal, match="PARTNER_UNAVAILABLE"):
            renewal.run()
        assert renewal.run() == 0
        tries += 1
        registry.now += AGAIN
    assert tries > 200
    assert registry.someone.holder.current is before
    registry.away = False
    assert renewal.run() == 1


def test_what_could_not_be_kept_is_not_shown(registry: Registry) -> None:
    def full(_: TLSIdentity) -> None:
        message = "full"
        raise OSError(message)

    renewal = Renewal(
        registry.someone.holder, registry.ask, full, registry.clock, secrets.token_bytes
    )
    before = registry.someone.holder.current
    registry.now = renewal.due
    with pytest.raises(OSError, match="full"):
        renewal.run()
    assert registry.someone.holder.current is before
