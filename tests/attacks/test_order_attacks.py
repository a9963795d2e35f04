"""Whoever steals part of what an order needs obtains no seal; every refusal has its own code."""

import base64
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from certificate_house import World
from certificate_keys import make_officer
from certificate_papers import HOLDER
from order_scene import AT, refusal, world

from deploy.ceremony import found_authority
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.dsse import envelope_to_json
from trust.envelope.statement import decode, sign_statement
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.statements import Appointment

__all__ = ["world"]


def test_a_good_order_is_prepared(world: World) -> None:
    papers = world.papers()
    assert world.issue.prepare(papers, world.images(papers), "shangrao").state == "prepared"


def test_one_signature_is_not_enough(world: World) -> None:
    order = world.order(world.request())
    for officer in (world.dispatcher, world.keeper):
        envelope = sign_statement(order, officer.signer)
        assert refusal(world, order_envelope=envelope).code == "SIGNATURES_TOO_FEW"


def test_two_keys_of_one_person_are_one_person(world: World) -> None:
    person = "one-person-two-keys"
    first = world.officer(("release_dispatcher",), person_id=person)
    second = world.officer(("seal_keeper",), person_id=person)
    order = world.order(world.request(), dispatcher=first.officer_id, seal_keeper=second.officer_id)
    code = refusal(
        world,
        order_envelope=world.sign(order, first, second),
        appointments=(first.appointment, second.appointment),
    ).code
    assert code == "ORDER_ONE_PERSON"


def test_one_officer_in_both_posts_is_refused(world: World) -> None:
    both = world.officer(("release_dispatcher", "seal_keeper"))
    other = world.officer(("seal_keeper",))
    order = world.order(world.request(), dispatcher=both.officer_id, seal_keeper=both.officer_id)
    code = refusal(
        world,
        order_envelope=world.sign(order, both, other),
        appointments=(both.appointment, other.appointment),
    ).code
    assert code == "ORDER_ONE_PERSON"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"posts": ("window_clerk",)}, "ORDER_POST"),
        ({"revoked": True}, "ORDER_APPOINTMENT_ENDED"),
        ({"not_after": AT - timedelta(seconds=1)}, "ORDER_APPOINTMENT_ENDED"),
        ({"not_before": AT + timedelta(seconds=1)}, "ORDER_APPOINTMENT_ENDED"),
        ({"pledge_expires_on": date(2026, 11, 20)}, "ORDER_PLEDGE"),
        ({"pledge_signed_on": date(2026, 11, 22)}, "ORDER_PLEDGE"),
    ],
)
def test_an_officer_who_may_not_act_is_refused(
    world: World, changes: dict[str, Any], code: str
) -> None:
    posts = changes.pop("posts", ("seal_keeper",))
    keeper = make_officer(world.authority, posts, world.now, **dict(changes))
    order = world.order(world.request(), seal_keeper=keeper.officer_id)
    refused = refusal(
        world,
        order_envelope=world.sign(order, world.dispatcher, keeper),
        appointments=(world.dispatcher.appointment, keeper.appointment),
    )
    assert refused.code == code


def test_a_revoked_officer_cannot_hand_over_the_older_appointment(world: World) -> None:
    keeper = make_officer(world.authority, ("seal_keeper",), world.now)
    said = decode(keeper.appointment.payload, Appointment)
    revoked = replace(said, sequence=said.sequence + 1, revoked=True)
    envelope = sign_statement(revoked, world.authority.signer)
    world.register.remember_appointments([(revoked, envelope_to_json(envelope))])
    order = world.order(world.request(), seal_keeper=keeper.officer_id)
    refused = refusal(
        world,
        order_envelope=world.sign(order, world.dispatcher, keeper),
        appointments=(world.dispatcher.appointment, keeper.appointment),
    )
    assert refused.code == "ORDER_APPOINTMENT_ENDED"


def test_an_officer_of_another_archive_cannot_seal(world: World) -> None:
    stranger = make_officer(world.window_authority, ("seal_keeper",), world.now)
    order = world.order(world.request(), seal_keeper=stranger.officer_id)
    refused = refusal(
        world,
        order_envelope=world.sign(order, world.dispatcher, stranger),
        appointments=(world.dispatcher.appointment, stranger.appointment),
    )
    assert refused.code == "ORDER_OFFICER_ARCHIVE"


def test_an_officer_appointed_by_the_node_key_is_nobody(world: World) -> None:
    """A thief of the node's keys cannot make officers: the authority key is offline."""
    thief = Ed25519Signer.from_private(new_ed25519())
    said = decode(world.keeper.appointment.payload, Appointment)
    forged = replace(
        said, kid=thief.kid, public_key=base64.b64encode(thief.public_raw).decode(), sequence=99
    )
    envelope = sign_statement(forged, world.shangrao)
    order = world.order(world.request())
    refused = refusal(
        world,
        order_envelope=sign_statement(order, world.dispatcher.signer, thief),
        appointments=(world.dispatcher.appointment, envelope),
    )
    assert refused.code == "SIGNATURES_TOO_FEW"


def test_node_tls_and_sign_keys_seal_nothing(world: World) -> None:
    order = world.order(world.request())
    envelope = sign_statement(order, world.shangrao, world.log_signer)
    assert refusal(world, order_envelope=envelope).code == "SIGNER_UNKNOWN"


def test_another_node_may_not_order_this_archives_seal(world: World) -> None:
    assert refusal(world, caller="jiaxing").code == "ORDER_FOREIGN_NODE"


def test_a_signer_that_was_shown_no_order_signs_nothing(world: World) -> None:
    with pytest.raises(Refusal) as caught:
        world.seals.sign(HOLDER, "11111111-2222-4333-8444-000000000000", b"1\x00")
    assert caught.value.code == "SEAL_REFUSED"


def test_the_seal_signs_signed_attributes_and_nothing_else(world: World) -> None:
    papers = world.papers()
    for content in (b"", b"any bytes", b"0\x82\x01\x00", bytes(4096)):
        world.seals.admit(HOLDER, papers.order, papers.appointments)
        release_id = decode(papers.order.payload, ReleaseOrder).release_id
        with pytest.raises(Refusal) as caught:
            world.seals.sign(HOLDER, release_id, content)
        assert caught.value.code == "SEAL_REFUSED"


def test_the_seal_refuses_an_order_that_the_service_would_let_pass(
    world: World, tmp_path: Path
) -> None:
    """The signer is pinned to the archive's authority key: another authority appoints nobody."""
    other = found_authority(tmp_path, HOLDER, "shangrao")
    keeper = make_officer(other, ("seal_keeper",), world.now)
    order = world.order(world.request(), seal_keeper=keeper.officer_id)
    with pytest.raises(Refusal) as caught:
        world.seals.admit(
            HOLDER,
            world.sign(order, world.dispatcher, keeper),
            (world.dispatcher.appointment, keeper.appointment),
        )
    assert caught.value.code == "SEAL_REFUSED"


def test_a_status_order_needs_two_officers_as_well(world: World) -> None:
    made = world.certify()
    single = world.status_order(made.number, "revoked", signers=(world.keeper,))
    for envelope, code in (
        (single, "SIGNATURES_TOO_FEW"),
        (world.status_order(made.number, "superseded"), "ORDER_MALFORMED"),
        (world.status_order("361100-2026-999999", "revoked"), "CERTIFICATE_UNKNOWN"),
        (
            world.status_order(made.number, "revoked", ordered_at=AT - timedelta(days=2)),
            "ORDER_STALE",
        ),
    ):
        with pytest.raises(Refusal) as caught:
            world.status.change(envelope, "shangrao", wanted="revoked")
        assert caught.value.code == code
    with pytest.raises(Refusal) as caught:
        world.status.change(world.status_order(made.number, "revoked"), "jiaxing", wanted="revoked")
    assert caught.value.code == "SIGNER_UNKNOWN"
