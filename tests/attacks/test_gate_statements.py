"""What does not prove the caller's key to the gate: no call is made, each case has its code."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from channel_world import DAY
from gate_scene import JIAXING_DNS, URI, Scene, forge, scene

from trust.channel.credentials import TLSIdentity
from trust.envelope.dsse import envelope_from_json, envelope_to_json
from trust.identity.authority import create_tls_issuing
from trust.identity.keys import Ed25519Signer, new_ed25519, new_p256

__all__ = ["scene"]


def statements(scene: Scene) -> dict[str, tuple[bytes, str]]:
    """Statements that do not prove Jiaxing's key, and how each is refused."""
    world, jiaxing, shangrao = scene.world, scene.jiaxing, scene.shangrao
    current = jiaxing.holder.current
    other = world.issue(jiaxing.participant)
    stranger = Ed25519Signer.from_private(new_ed25519())
    good = envelope_from_json(jiaxing.statement)
    flipped = replace(good, payload=good.payload.replace(b'"sequence":1', b'"sequence":2'))
    state = world.state

    def by(signer: Ed25519Signer, identity: TLSIdentity = current, **changes: Any) -> bytes:
        return state(jiaxing.participant, signer, identity, **changes)

    past = {"not_before": world.now - 2 * DAY, "not_after": world.now - DAY}
    future = {"not_before": world.now + DAY, "not_after": world.now + 2 * DAY}
    return {
        "of another key": (by(jiaxing.signer, other), "KEY_STATEMENT_INVALID"),
        "of another member": (shangrao.statement, "KEY_STATEMENT_INVALID"),
        "by another member": (by(shangrao.signer), "KEY_STATEMENT_INVALID"),
        "by a stranger": (by(stranger), "SIGNER_UNKNOWN"),
        "for another use": (by(jiaxing.signer, use="log"), "KEY_STATEMENT_INVALID"),
        "of the past": (by(jiaxing.signer, **past), "KEY_STATEMENT_INVALID"),
        "of the future": (by(jiaxing.signer, **future), "KEY_STATEMENT_INVALID"),
        "changed": (envelope_to_json(flipped), "SIGNATURE_INVALID"),
        "missing": (b"", "KEY_STATEMENT_MISSING"),
        "garbage": (b"\x00\xff garbage", "ENVELOPE_MALFORMED"),
        "too long": (b" " * 5000, "KEY_STATEMENT_INVALID"),
    }


@pytest.mark.parametrize(
    "what",
    [
        "of another key",
        "of another member",
        "by another member",
        "by a stranger",
        "for another use",
        "of the past",
        "of the future",
        "changed",
        "missing",
        "garbage",
        "too long",
    ],
)
def test_a_statement_that_does_not_prove_this_key_is_refused(scene: Scene, what: str) -> None:
    statement, code = statements(scene)[what]
    assert scene.attack(statement=statement) == code
    assert scene.echo.reached == 0


def test_a_stolen_issuing_authority_makes_no_call(scene: Scene) -> None:
    thief = scene.world.issue(scene.jiaxing.participant)
    own_key = Ed25519Signer.from_private(new_ed25519())
    own_statement = scene.world.state(scene.jiaxing.participant, own_key, thief)
    seen = [
        scene.attack(thief),  # with the statement that travels in every call of Jiaxing's
        scene.attack(thief, statement=own_statement),
        scene.attack(thief, statement=b""),
    ]
    assert seen == ["KEY_STATEMENT_INVALID", "SIGNER_UNKNOWN", "KEY_STATEMENT_MISSING"]
    assert scene.echo.reached == 0


def test_a_stolen_issuing_authority_is_fenced_into_its_trust_domain(scene: Scene) -> None:
    world = scene.world
    foreign = create_tls_issuing(
        world.root, "other.example", new_p256(), now=world.now, random=secrets.token_bytes
    )
    names = [URI("spiffe://demo.invalid/node/jiaxing"), JIAXING_DNS]
    issuing, world.issuing = world.issuing, foreign
    try:
        identity = forge(scene, list(names))
    finally:
        world.issuing = issuing
    assert scene.attack(identity) == "UNAVAILABLE"
    assert scene.echo.reached == 0


def test_a_statement_ends_with_the_sign_key_that_made_it(scene: Scene) -> None:
    assert scene.attack() == "OK"
    member = scene.world.members["jiaxing"]
    ended = replace(member.sign_keys[0], revoked_at=scene.world.now)
    scene.world.members["jiaxing"] = replace(member, sign_keys=(ended,))
    scene.world.publish()
    assert scene.attack() in {"KEY_STATEMENT_INVALID", "SIGNER_UNKNOWN"}
    assert scene.echo.reached == 1


def test_a_cached_statement_still_ends_on_time(scene: Scene) -> None:
    identity = scene.jiaxing.holder.current
    short = scene.world.state(
        scene.jiaxing.participant,
        scene.jiaxing.signer,
        identity,
        not_after=scene.world.now + timedelta(hours=1),
    )
    assert scene.attack(statement=short) == "OK"
    scene.world.skew = timedelta(hours=2)
    assert scene.attack(statement=short) == "KEY_STATEMENT_INVALID"
