"""The directory: the registry can withhold and deny; it cannot invent, alter or turn back."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from federation_forge import DAY, Federation, Registry

from records.refusal import Refusal
from trust.envelope.statement import sign_statement
from trust.identity.directory import DirectorySnapshot, part_sha256
from trust.identity.directory_tree import ListedPart, grow_tree


@pytest.fixture
def registry(at: datetime) -> Registry:
    return Registry(Federation(at))


def codes(snapshot: DirectorySnapshot) -> list[tuple[str, str]]:
    return sorted((part.kind, part.code) for part in snapshot.rejected)


def test_a_directory_offers_every_part_by_its_owner(registry: Registry, at: datetime) -> None:
    snapshot = registry.snapshot()
    assert snapshot.rejected == ()
    assert snapshot.agreements.keys() == {"jiaxing-shangrao-2026"}
    assert [part.statement.archive_code for part in snapshot.coverage] == ["361100"]
    assert snapshot.get_endpoint("shangrao", at).grpc == "127.0.0.1:7001"
    assert snapshot.get_key("shangrao", "tls", "", at).kind == "key"
    assert snapshot.get_key("shangrao", "qr", "361100", at).statement.use == "qr"
    officer = snapshot.get_appointment("361100/0123456789abcdef", at)
    assert officer.envelope in registry.parts
    assert officer.sha256 == part_sha256(officer.envelope)
    assert len(snapshot.parts()) == 7


def test_what_is_not_there_is_refused_by_name(registry: Registry, at: datetime) -> None:
    snapshot = registry.snapshot()
    with pytest.raises(Refusal, match="DIRECTORY_INCOMPLETE"):
        snapshot.get_endpoint("jiaxing", at)
    with pytest.raises(Refusal, match="MEMBER_UNKNOWN"):
        snapshot.get_endpoint("nobody", at)
    with pytest.raises(Refusal, match="KEY_STATEMENT_INVALID"):
        snapshot.get_key("jiaxing", "tls", "", at)
    with pytest.raises(Refusal, match="KEY_STATEMENT_INVALID"):
        snapshot.get_key("shangrao", "tls", "", at + 7 * DAY)
    with pytest.raises(Refusal, match="APPOINTMENT_INVALID"):
        snapshot.get_appointment("361100/0000000000000000", at)


@pytest.mark.parametrize(
    ("age", "freshness"),
    [
        (timedelta(0), "normal"),
        (timedelta(minutes=10), "normal"),
        (timedelta(minutes=10, seconds=1), "degraded"),
        (timedelta(hours=72), "degraded"),
        (timedelta(hours=72, seconds=1), "expired"),
    ],
)
def test_age_counts_from_the_registrys_stamp(
    registry: Registry, age: timedelta, freshness: str
) -> None:
    snapshot = registry.snapshot()
    now = snapshot.head.issued_at + age
    assert snapshot.freshness(now) == freshness
    if freshness == "expired":
        with pytest.raises(Refusal, match="DIRECTORY_EXPIRED"):
            snapshot.check_usable(now)
    else:
        assert snapshot.check_usable(now) == freshness


def test_every_listed_part_must_be_there(registry: Registry, at: datetime) -> None:
    head, federation = registry.head(), registry.federation
    everything = [registry.trust, *registry.parts]
    with pytest.raises(Refusal, match="DIRECTORY_INCOMPLETE"):
        federation.build(head, [registry.trust, *registry.parts[1:]])
    with pytest.raises(Refusal, match="DIRECTORY_INCOMPLETE"):
        federation.build(head, registry.parts)
    unlisted = federation.head(*registry.parts)
    with pytest.raises(Refusal, match="DIRECTORY_INCOMPLETE"):
        federation.build(unlisted, everything)
    for sha256 in list(federation.lists):
        data = federation.lists.pop(sha256)
        with pytest.raises(Refusal, match="DIRECTORY_INCOMPLETE"):
            federation.build(head, everything)
        federation.lists[sha256] = data
    assert len(federation.build(head, everything).parts()) == 7


def test_parts_known_before_need_not_be_fetched_again(registry: Registry, at: datetime) -> None:
    first = registry.snapshot()
    second = registry.federation.build(registry.head(), [], first)
    assert second.parts() == first.parts()
    assert second.view == first.view


def test_parts_that_the_head_does_not_list_are_ignored(registry: Registry, at: datetime) -> None:
    head = registry.federation.head(registry.trust, *registry.parts[:2])
    parts = [registry.trust, *registry.parts]
    snapshot = registry.federation.build(head, parts)
    assert [part.kind for part in snapshot.parts()] == ["agreement", "coverage"]


def test_a_forged_part_is_set_aside_and_the_rest_serves(registry: Registry, at: datetime) -> None:
    federation = registry.federation
    thief = federation.sign["registry"]
    registry.parts += [
        sign_statement(federation.endpoint("jiaxing", grpc="evil.invalid:1"), thief),
        sign_statement(federation.appointment(officer_id="361100/" + "e" * 16), thief),
        sign_statement(federation.coverage(category="school_record"), thief),
        sign_statement(federation.agreement(agreement_id="free-for-all"), thief),
    ]
    snapshot = registry.snapshot()
    assert codes(snapshot) == [
        ("appointment", "APPOINTMENT_INVALID"),
        ("coverage", "DIRECTORY_PART_INVALID"),
        ("endpoint", "DIRECTORY_PART_INVALID"),
        ("proposal", "DIRECTORY_PART_INVALID"),
    ]
    assert len(snapshot.parts()) == 7
    with pytest.raises(Refusal):
        snapshot.get_endpoint("jiaxing", at)


def test_a_part_listed_as_another_kind_is_set_aside(registry: Registry, at: datetime) -> None:
    wrong = ListedPart(sha256=part_sha256(registry.parts[1]), kind="endpoint", owner="x")
    tree = grow_tree({"shangrao": [wrong]})
    registry.federation.lists |= tree.lists
    head = registry.federation.head(registry.trust, root=tree.root)
    snapshot = registry.federation.build(head, [registry.trust, *registry.parts])
    assert codes(snapshot) == [("endpoint", "DIRECTORY_PART_INVALID")]
    assert snapshot.parts() == ()


def test_the_highest_sequence_wins_in_any_order(registry: Registry, at: datetime) -> None:
    federation = registry.federation
    newer = sign_statement(
        federation.endpoint(sequence=2, grpc="127.0.0.1:7002"), federation.sign["shangrao"]
    )
    for parts in ([*registry.parts, newer], [newer, *registry.parts]):
        registry.parts = parts
        snapshot = registry.snapshot()
        assert snapshot.get_endpoint("shangrao", at).grpc == "127.0.0.1:7002"


def test_the_registry_cannot_turn_a_part_back(registry: Registry, at: datetime) -> None:
    federation = registry.federation
    old = list(registry.parts)
    gone = federation.appointment(sequence=2, revoked=True)
    registry.parts = [*old[:-1], sign_statement(gone, federation.authority["361100"])]
    first = registry.snapshot()
    registry.parts = old
    second = registry.snapshot(first)
    assert codes(second) == [("appointment", "DIRECTORY_ROLLBACK")]
    with pytest.raises(Refusal, match="APPOINTMENT_INVALID"):
        second.get_appointment(gone.officer_id, at)
    # Nor by hiding it for a while first: hidden, it stays in use.
    registry.parts = old[:-1]
    third = registry.snapshot(second)
    assert codes(third) == [("appointment", "DIRECTORY_PART_HIDDEN")]
    assert third.appointments[gone.officer_id].statement.revoked
    registry.parts = old
    fourth = registry.snapshot(third)
    assert codes(fourth) == [("appointment", "DIRECTORY_ROLLBACK")]
    with pytest.raises(Refusal, match="APPOINTMENT_INVALID"):
        fourth.get_appointment(gone.officer_id, at)


def test_two_parts_with_one_number_are_a_fork_and_neither_is_used(
    registry: Registry, at: datetime
) -> None:
    federation = registry.federation
    honest = list(registry.parts)
    other = sign_statement(federation.endpoint(grpc="127.0.0.1:9999"), federation.sign["shangrao"])
    registry.parts = [*honest, other]
    at_once = registry.snapshot()
    registry.parts = honest
    before = registry.snapshot()
    registry.parts = [*(p for p in honest if p.payload_type != other.payload_type), other]
    later = registry.snapshot(before)
    registry.parts = [other, *honest]
    both = registry.snapshot(before)
    for snapshot in (at_once, both, later, registry.snapshot(later)):
        assert {code for _, code in codes(snapshot)} <= {"DIRECTORY_FORKED", "DIRECTORY_ROLLBACK"}
        assert snapshot.rejected
        with pytest.raises(Refusal, match="DIRECTORY_INCOMPLETE"):
            snapshot.get_endpoint("shangrao", at)
    healed = sign_statement(
        federation.endpoint(sequence=2, grpc="127.0.0.1:7001"), federation.sign["shangrao"]
    )
    registry.parts = [*honest, healed]
    assert registry.snapshot(later).get_endpoint("shangrao", at).sequence == 2


def test_an_older_or_forked_head_is_refused(registry: Registry, at: datetime) -> None:
    first = registry.snapshot()
    second = registry.snapshot(first)
    stamp = second.head.issued_at
    for code, changes in (
        ("DIRECTORY_ROLLBACK", {"version": 1}),
        ("DIRECTORY_ROLLBACK", {"version": 9, "issued_at": stamp - timedelta(seconds=1)}),
        ("DIRECTORY_FORKED", {"version": 2, "root": "f" * 64}),
        ("DIRECTORY_PART_INVALID", {"version": 9, "issued_at": at + timedelta(seconds=61)}),
    ):
        with pytest.raises(Refusal, match=code):
            registry.snapshot(second, **changes)
    again = registry.snapshot(second, version=2, issued_at=at)
    assert again.freshness(at) == "normal"


def test_an_older_trust_list_is_refused_and_a_newer_one_taken(
    registry: Registry, at: datetime
) -> None:
    federation = registry.federation
    old = registry.trust
    registry.trust = federation.sign_list(
        federation.with_member(federation.trust_list(), "jiaxing", state="suspended")
    )
    first = registry.snapshot()
    assert first.view.version == 2
    with pytest.raises(Refusal, match="MEMBER_NOT_ACTIVE"):
        first.view.get_member("jiaxing", at)
    assert codes(first) == [("agreement", "MEMBER_NOT_ACTIVE")]
    registry.trust = old
    second = registry.snapshot(first)
    assert second.view == first.view
    assert ("trust_list", "TRUST_LIST_ROLLBACK") in codes(second)
    assert second.freshness(at) == "normal"


def test_a_part_kept_from_before_is_verified_under_the_new_list(
    registry: Registry, at: datetime
) -> None:
    federation = registry.federation
    first = registry.snapshot()
    registry.trust = federation.sign_list(
        federation.with_member(federation.trust_list(), "shangrao", state="left")
    )
    second = registry.snapshot(first)
    assert second.parts() == ()
    assert len(second.rejected) == 7


def test_denial_only_takes_rights_away(registry: Registry, at: datetime) -> None:
    snapshot = registry.snapshot(denied=("shangrao", "nobody"))
    assert snapshot.denied == {"shangrao", "nobody"}
    with pytest.raises(Refusal, match="MEMBER_NOT_ACTIVE"):
        snapshot.get_endpoint("shangrao", at)


def test_replaced_statements_of_one_officer_keep_their_floor(
    registry: Registry, at: datetime
) -> None:
    federation = registry.federation
    appointment = federation.appointment(sequence=5)
    registry.parts[-1] = sign_statement(appointment, federation.authority["361100"])
    snapshot = registry.snapshot()
    assert snapshot.floors["appointment", appointment.officer_id] == 5
    lower = replace(appointment, sequence=4, posts=("archive_leader",))
    registry.parts[-1] = sign_statement(lower, federation.authority["361100"])
    kept = registry.snapshot(snapshot).get_appointment(appointment.officer_id, at)
    assert kept.statement.posts == ("release_dispatcher",)
