"""The directory end to end without a network: what is collected, signed, and believed by a node."""

import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from registry_reading import code_of, fetch, head_signer, route
from registry_world import MovableClock, RegistryWorld, new_signer

from federation_registry.adapters.memory_liveness import MemoryLivenessBook
from federation_registry.bootstrap import open_house
from federation_registry.domain.standing import Beat
from federation_registry.folder import Folder
from federation_registry.ports import Denial
from federation_registry.services.sign_head import SignHead, Signing
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode, sign_statement
from trust.identity.statements import DirectoryHead


@pytest.fixture
def moving(at):
    return MovableClock(at)


@pytest.fixture
def world(tmp_path: Path, moving: MovableClock) -> RegistryWorld:
    return RegistryWorld(tmp_path, moving).with_members()


def test_a_node_believes_what_was_collected(world: RegistryWorld) -> None:
    world.publish(world.coverage("shangrao"), "shangrao")
    world.publish(world.agreement("jiaxing", "shangrao"), "jiaxing", "shangrao")
    snapshot = fetch(world)
    assert snapshot.rejected == ()
    assert set(snapshot.agreements) == {"jiaxing-shangrao"}
    assert [one.statement.archive_code for one in snapshot.coverage] == ["361100"]
    assert snapshot.freshness(world.clock()) == "normal"


def test_one_council_key_makes_no_trust_list(world: RegistryWorld) -> None:
    world.list_member("intruder")
    envelope = world.sign_list(world.next_list(), seats=1)
    publish = world.house.publish.publish_trust_list
    assert code_of(publish, envelope, world.house.council()) == "SIGNATURES_TOO_FEW"
    assert "intruder" not in str(world.house.directory.reload().view)


def test_an_older_or_another_list_of_the_same_version_is_refused(world: RegistryWorld) -> None:
    first = world.last
    assert first is not None
    world.set_state("pudong", "left")
    world.publish_list()
    publish = world.house.publish.publish_trust_list
    council = world.house.council()
    assert code_of(publish, world.sign_list(first), council) == "TRUST_LIST_ROLLBACK"
    other = replace(world.last, issued_at=world.clock())
    assert code_of(publish, world.sign_list(other), council) == "TRUST_LIST_FORKED"
    assert world.house.directory.view().version == 2


def test_an_expired_list_stops_everything_and_can_be_replaced(
    world: RegistryWorld, moving: MovableClock
) -> None:
    moving.advance(days=91)
    assert code_of(head_signer(world).head) == "TRUST_LIST_EXPIRED"
    world.publish_list()
    assert head_signer(world).head().version == world.house.store.version()


def test_coverage_is_declared_by_the_node_that_hosts_the_archive(world: RegistryWorld) -> None:
    theirs = world.coverage("shangrao")
    assert code_of(world.publish, theirs, "jiaxing") == "DIRECTORY_PART_INVALID"
    registry = sign_statement(theirs, world.house.keys.signer())
    assert code_of(world.house.publish.publish, registry) == "DIRECTORY_PART_INVALID"
    stranger = sign_statement(theirs, new_signer())
    assert code_of(world.house.publish.publish, stranger) == "SIGNER_UNKNOWN"
    assert world.house.store.of_kind("coverage") == ()


def test_an_agreement_needs_both_parties(world: RegistryWorld) -> None:
    agreed = world.agreement("jiaxing", "shangrao")
    world.publish(agreed, "jiaxing")
    snapshot = fetch(world)
    assert (dict(snapshot.agreements), [one.owner for one in snapshot.proposals]) == (
        {},
        [agreed.agreement_id],
    )
    assert route(world).nodes == ()
    assert code_of(world.publish, agreed, "pudong") == "DIRECTORY_PART_INVALID"
    wider = replace(agreed, asking_nodes=("jiaxing", "pudong", "shangrao"))
    assert code_of(world.publish, wider, "jiaxing", "shangrao") == "DIRECTORY_PART_INVALID"
    _, version = world.publish(agreed, "jiaxing", "shangrao")
    assert version == world.house.store.version()
    agreed_upon = fetch(world, snapshot)
    assert (set(agreed_upon.agreements), agreed_upon.proposals) == ({agreed.agreement_id}, ())


def test_nobody_else_can_replace_an_agreement(world: RegistryWorld) -> None:
    world.publish(world.agreement("jiaxing", "shangrao"), "jiaxing", "shangrao")
    stolen = world.agreement("pudong", "shangrao", agreement_id="jiaxing-shangrao", version=2)
    assert code_of(world.publish, stolen, "pudong", "shangrao") == "DIRECTORY_PART_INVALID"


def test_sequences_only_rise(world: RegistryWorld) -> None:
    second = world.coverage("shangrao", sequence=2)
    sha256, version = world.publish(second, "shangrao")
    assert world.publish(second, "shangrao") == (sha256, version)
    assert code_of(world.publish, world.coverage("shangrao"), "shangrao") == "PART_OUTDATED"
    other = replace(second, covered_to=1990)
    assert code_of(world.publish, other, "shangrao") == "DIRECTORY_FORKED"
    world.publish(replace(other, sequence=3), "shangrao")
    assert fetch(world).coverage[0].statement.covered_to == 1990


@pytest.mark.parametrize(
    ("sequence", "code"), [(-1, "DIRECTORY_PART_INVALID"), (2**53, "STATEMENT_MALFORMED")]
)
def test_a_sequence_out_of_bounds_is_refused(
    world: RegistryWorld, sequence: int, code: str
) -> None:
    part = world.coverage("shangrao", sequence=sequence)
    assert code_of(world.publish, part, "shangrao") == code


def test_an_endless_name_is_refused(world: RegistryWorld) -> None:
    part = world.coverage("shangrao", category="x" * 500)
    assert code_of(world.publish, part, "shangrao") == "DIRECTORY_PART_INVALID"


def test_a_bit_flipped_anywhere_is_refused(world: RegistryWorld) -> None:
    good = sign_statement(world.coverage("shangrao"), world.signers["shangrao"])
    payload = bytearray(good.payload)
    payload[len(payload) // 2] ^= 1
    bad = Envelope(
        payload_type=good.payload_type, payload=bytes(payload), signatures=good.signatures
    )
    assert code_of(world.house.publish.publish, bad) == "SIGNATURE_INVALID"


def test_a_member_brings_a_newer_trust_list_but_makes_none(world: RegistryWorld) -> None:
    newer = world.next_list()
    for wrong, code in (
        (world.sign_list(newer, seats=1), "SIGNATURES_TOO_FEW"),
        (sign_statement(newer, world.signers["jiaxing"]), "SIGNER_UNKNOWN"),
    ):
        assert code_of(world.house.publish.publish, wrong) == code
    world.house.publish.publish(world.sign_list(newer))
    assert world.house.directory.view().version == newer.version


def test_the_stamp_is_renewed_when_it_is_old_or_something_changed(
    world: RegistryWorld, moving: MovableClock
) -> None:
    signer = head_signer(world)
    first = signer.head()
    moving.advance(seconds=29)
    assert signer.head() == first
    moving.advance(seconds=1)
    second = signer.head()
    assert (second.version, second.issued_at) == (first.version, moving.now)
    world.publish(world.coverage("shangrao"), "shangrao")
    assert signer.head().version == first.version + 1


def test_time_never_runs_backwards_from_one_replica_to_another(
    world: RegistryWorld, moving: MovableClock
) -> None:
    house = world.house
    slow_clock = MovableClock(moving.now - timedelta(seconds=45))
    folder = Folder(path=house.folder.path)
    replica = open_house(folder, slow_clock, secrets.token_bytes)
    other = SignHead(
        replica.store,
        replica.directory,
        MemoryLivenessBook(),
        Signing(registry_id="registry", signer=replica.keys.signer()),
        slow_clock,
    )
    first = head_signer(world).head()
    world.publish(world.coverage("shangrao"), "shangrao")
    slow_clock.advance(seconds=1)
    second = other.head()
    assert second.version == first.version + 1
    assert second.issued_at >= first.issued_at


def test_a_replica_follows_what_another_process_published(
    world: RegistryWorld, moving: MovableClock
) -> None:
    replica = open_house(Folder(path=world.house.folder.path), moving, secrets.token_bytes)
    assert "pudong" not in replica.directory.denied()
    world.house.store.deny(
        Denial(participant_id="pudong", reason="退出", ordered_by="o1", ordered_at=moving.now)
    )
    moving.advance(seconds=1)
    assert replica.directory.denied() == {"pudong"}


def test_a_denied_member_is_denied_in_the_head_and_in_routing(world: RegistryWorld) -> None:
    world.publish(world.coverage("shangrao"), "shangrao")
    world.publish(world.agreement("jiaxing", "shangrao"), "jiaxing", "shangrao")
    house = world.house
    house.store.deny(
        Denial(participant_id="shangrao", reason="x", ordered_by="o1", ordered_at=world.clock())
    )
    house.directory.reload()
    snapshot = fetch(world)
    assert snapshot.denied == {"shangrao"}
    with pytest.raises(Refusal):
        snapshot.get_endpoint("shangrao", world.clock())
    assert [one.code for one in route(world).refused] == ["NODE_NOT_ACTIVE"]


def test_routing_follows_the_directory(world: RegistryWorld) -> None:
    assert route(world).nodes == ()
    world.publish(world.coverage("shangrao"), "shangrao")
    assert [one.code for one in route(world).refused] == ["AGREEMENT_SCOPE"]
    world.publish(world.agreement("jiaxing", "shangrao"), "jiaxing", "shangrao")
    answer = route(world)
    assert [(one.node_id, one.agreement_id) for one in answer.nodes] == [
        ("shangrao", "jiaxing-shangrao")
    ]
    assert "shangrao档案馆" in answer.nodes[0].why


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"category": "no_such_kind"}, "CATEGORY_UNKNOWN"),
        ({"place": "嘉" * 101}, "ROUTE_MALFORMED"),
        ({"place": "嘉\n兴"}, "ROUTE_MALFORMED"),
        ({"year": 1800}, "ROUTE_MALFORMED"),
        ({"number": "1" * 61}, "ROUTE_MALFORMED"),
    ],
)
def test_a_malformed_question_is_refused(
    world: RegistryWorld, change: dict[str, object], code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        route(world, **change)
    assert refused.value.code == code


def test_states_of_the_nodes_stand_in_the_head(world: RegistryWorld, moving: MovableClock) -> None:
    liveness = MemoryLivenessBook()
    liveness.hear("shangrao", Beat(heard_at=moving.now, in_work=1))
    liveness.hear("pudong", Beat(heard_at=moving.now - timedelta(minutes=5), in_work=1))
    head = head_signer(world, liveness).head()
    assert decode(head.envelope.payload, DirectoryHead).states == {
        "pudong": "silent",
    }
    assert world.house.last_states() == {"pudong": "silent"}


def test_a_registry_that_the_list_does_not_name_signs_nothing(tmp_path: Path, at) -> None:
    world = RegistryWorld(tmp_path, lambda: at)
    world.list_member("registry", new_signer(), "registry")
    world.publish_list()
    assert code_of(head_signer(world).head) == "SIGN_KEY_NOT_LISTED"


def test_without_a_trust_list_there_is_no_head(tmp_path: Path, at) -> None:
    world = RegistryWorld(tmp_path, lambda: at)
    assert code_of(head_signer(world).head) == "DIRECTORY_INCOMPLETE"
