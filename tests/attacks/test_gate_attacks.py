"""Who is kept out by the gate, over real connections: each case makes no call and has its code."""

from dataclasses import replace
from datetime import timedelta

import pytest
from channel_world import DAY, DOMAIN
from cryptography import x509
from gate_scene import DNS, JIAXING_DNS, JIAXING_URI, URI, Scene, forge, scene

from trust.identity.participant import Participant, ParticipantKind

__all__ = ["scene"]


def test_a_member_with_its_statement_comes_in(scene: Scene) -> None:
    assert scene.attack() == "OK"
    assert scene.echo.reached == 1


@pytest.mark.parametrize(
    ("names", "code"),
    [
        ([JIAXING_URI, URI("spiffe://demo.invalid/node/shangrao"), JIAXING_DNS], "two URIs"),
        ([JIAXING_URI, JIAXING_URI, JIAXING_DNS], "the same URI twice"),
        ([JIAXING_DNS], "no URI"),
        (None, "no names at all"),
        ([JIAXING_URI], "no DNS name"),
        ([JIAXING_URI, DNS("shangrao.node.demo.invalid")], "another's DNS name"),
        ([JIAXING_URI, JIAXING_DNS, DNS("shangrao.node.demo.invalid")], "two DNS names"),
        ([URI("https://demo.invalid/node/jiaxing"), JIAXING_DNS], "not SPIFFE"),
        ([URI("spiffe://demo.invalid/node/JIAXING"), JIAXING_DNS], "other spelling"),
        ([URI("spiffe://other.invalid/node/jiaxing"), JIAXING_DNS], "other trust domain"),
    ],
)
def test_a_leaf_with_other_names_than_its_one_is_refused(
    scene: Scene, names: list[x509.GeneralName] | None, code: str
) -> None:
    seen = scene.attack(forge(scene, names))
    assert seen in {"CERTIFICATE_MALFORMED", "IDENTITY_MALFORMED"}, code
    assert scene.echo.reached == 0


def test_a_leaf_that_runs_out_stops_an_open_connection(scene: Scene) -> None:
    with scene.world.raw_channel(
        scene.jiaxing.holder.current, scene.target, scene.shangrao
    ) as channel:
        assert scene.attack_on(channel) == "OK"
        scene.world.skew = 7 * DAY
        assert scene.attack_on(channel) == "CERTIFICATE_EXPIRED"
        scene.world.skew = timedelta(0)
        assert scene.attack_on(channel) == "OK"
    assert scene.echo.reached == 2


@pytest.mark.parametrize("state", ["left", "suspended"])
def test_a_member_that_left_is_stopped_on_an_open_connection(scene: Scene, state: str) -> None:
    with scene.world.raw_channel(
        scene.jiaxing.holder.current, scene.target, scene.shangrao
    ) as channel:
        assert scene.attack_on(channel) == "OK"
        scene.world.set_state("jiaxing", state)
        assert scene.attack_on(channel) == "MEMBER_NOT_ACTIVE"
    assert scene.echo.reached == 1


def test_a_denied_member_leaf_or_key_is_stopped_on_an_open_connection(scene: Scene) -> None:
    identity = scene.jiaxing.holder.current
    with scene.world.raw_channel(identity, scene.target, scene.shangrao) as channel:
        for entry in ["jiaxing", identity.spki_sha256, identity.certificate_sha256]:
            scene.world.denied = frozenset({entry})
            assert scene.attack_on(channel) == "MEMBER_DENIED"
        scene.world.denied = frozenset({"shangrao", "x"})
        assert scene.attack_on(channel) == "OK"
    assert scene.echo.reached == 1


def test_nobody_comes_in_under_a_trust_list_out_of_date(scene: Scene) -> None:
    scene.world.publish(life=timedelta(milliseconds=1))
    assert scene.attack() == "TRUST_LIST_EXPIRED"
    assert scene.echo.reached == 0


def test_a_leaf_for_a_name_that_is_not_listed_is_refused(scene: Scene) -> None:
    nobody = Participant(kind=ParticipantKind.NODE, slug="nobody", trust_domain=DOMAIN)
    identity = scene.world.issue(nobody)
    statement = scene.world.state(nobody, scene.jiaxing.signer, identity)
    assert scene.attack(identity, statement=statement) == "MEMBER_UNKNOWN"
    assert scene.echo.reached == 0


def test_a_node_does_not_become_a_registry_by_its_leaf(scene: Scene) -> None:
    registry = replace(scene.jiaxing.participant, kind=ParticipantKind.REGISTRY)
    identity = scene.world.issue(registry)
    statement = scene.world.state(registry, scene.jiaxing.signer, identity)
    assert scene.attack(identity, statement=statement) == "MEMBER_NOT_ACTIVE"
