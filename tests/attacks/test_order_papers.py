"""What an order rests on: request, agreement, log, images; none can be swapped or aged."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from certificate_house import World
from certificate_keys import make_officer
from certificate_papers import HOLDER, WINDOW, make_agreement
from order_scene import AT, refusal, world

from deploy.ceremony import sign_agreement, state_key
from records.exchange import AssistRequest, Header
from records.refusal import Refusal
from records.release import ExtractRow
from trust.envelope.dsse import envelope_id
from trust.envelope.statement import decode, sign_statement
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.transparency.leaf import Leaf

__all__ = ["world"]


def test_the_request_must_be_the_one_that_the_window_signed(world: World) -> None:
    request = world.request()
    order = world.order(request)
    other = world.request(purpose="property")
    assert refusal(world, order=order, request=other).code == "REQUEST_MISMATCH"
    assert refusal(world, order=order, request=None).code == "REQUEST_MISSING"


@pytest.mark.parametrize(
    "changes",
    [
        {"case_no": "LT-330400-20261121-9999"},
        {"holder_archive": "361100", "category": "school_record"},
        {"window_archive": "310115"},
    ],
)
def test_an_order_that_answers_another_request_is_refused(
    world: World, changes: dict[str, Any]
) -> None:
    request = world.request()
    order = world.order(request, **changes)
    assert refusal(world, order=order, request=request).code == "REQUEST_MISMATCH"


def test_a_request_signed_by_an_authority_key_asks_nothing(world: World) -> None:
    good = world.request()
    forged = sign_statement(decode(good.payload, AssistRequest), world.window_authority.signer)
    order = world.order(forged)
    assert refusal(world, order=order, request=forged).code == "REQUEST_MISMATCH"


def test_a_request_to_another_node_is_refused(world: World) -> None:
    header = Header(
        message_id="019ddd00-0000-7000-8000-000000000002",
        case_no="LT-330400-20261121-0042",
        sender="jiaxing",
        recipient="pudong",
        created_at=AT,
        expires_at=AT + timedelta(hours=1),
    )
    request = world.request(header=header)
    order = world.order(request)
    assert refusal(world, order=order, request=request).code == "REQUEST_MISMATCH"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"valid_to": date(2026, 11, 20)}, "AGREEMENT_NOT_IN_FORCE"),
        ({"valid_from": date(2026, 11, 22)}, "AGREEMENT_NOT_IN_FORCE"),
        ({"categories": ("school_record",)}, "AGREEMENT_SCOPE"),
        ({"granularity": "count"}, "AGREEMENT_SCOPE"),
        ({"requester_types": ("court",)}, "AGREEMENT_SCOPE"),
        ({"asking_nodes": ("pudong",)}, "AGREEMENT_SCOPE"),
        ({"version": 2}, "AGREEMENT_SCOPE"),
    ],
)
def test_the_agreement_must_be_in_force_and_cover_the_release(
    world: World, changes: dict[str, Any], code: str
) -> None:
    agreement = sign_agreement(make_agreement(AT, **changes), world.jiaxing, world.shangrao)
    assert refusal(world, agreement=agreement).code == code


def test_an_agreement_needs_both_signatures(world: World) -> None:
    for signer in (world.jiaxing, world.shangrao):
        agreement = sign_statement(make_agreement(AT), signer)
        assert refusal(world, agreement=agreement).code == "AGREEMENT_PARTIES"
    assert refusal(world, agreement=None).code == "AGREEMENT_MISSING"


def test_a_release_that_is_not_in_the_log_is_refused(world: World) -> None:
    order_leaf = Leaf(ts_ms=world.ms, kind="state", case="LT-330400-20261121-0042")
    assert refusal(world, release_proof=world.append(order_leaf)).code == "LOG_LEAF"
    other = Leaf(ts_ms=world.ms, kind="release", order="ab" * 32)
    assert refusal(world, release_proof=world.append(other)).code == "LOG_LEAF"
    assert refusal(world, release_proof="nothing").code == "LOG_PROOF"


def test_a_proof_signed_by_another_log_key_is_refused(world: World) -> None:
    thief = Ed25519Signer.from_private(new_ed25519())
    papers = world.papers()
    leaf = Leaf(ts_ms=world.ms, kind="release", order=envelope_id(papers.order))
    forged = replace(papers, release_proof=world.append(leaf, signer=thief))
    with pytest.raises(Refusal) as caught:
        world.issue.prepare(forged, world.images(papers), "shangrao")
    assert caught.value.code == "LOG_PROOF"


def test_a_log_key_stated_by_somebody_else_is_refused(world: World) -> None:
    stated = state_key(
        world.jiaxing,
        "shangrao",
        "log",
        world.log_signer._key.public_key(),
        (AT, timedelta(days=9)),
        archive_code=HOLDER,
    )
    assert refusal(world, log_key=stated).code == "KEY_STATEMENT_INVALID"


def test_stale_and_future_orders_are_refused(world: World) -> None:
    for moment in (AT - timedelta(hours=25), AT + timedelta(minutes=2)):
        request = world.request()
        order = world.order(request, ordered_at=moment)
        assert refusal(world, order=order, request=request).code == "ORDER_STALE"


def test_a_flipped_bit_in_the_order_is_reported(world: World) -> None:
    envelope = world.sign(world.order(world.request()))
    for position in range(0, len(envelope.payload), 97):
        payload = bytearray(envelope.payload)
        payload[position] ^= 1
        changed = replace(envelope, payload=bytes(payload))
        assert refusal(world, order_envelope=changed).code == "SIGNATURE_INVALID"
    signature = envelope.signatures[0]
    forged = replace(signature, value=bytes([signature.value[0] ^ 1]) + signature.value[1:])
    changed = replace(envelope, signatures=(forged, envelope.signatures[1]))
    assert refusal(world, order_envelope=changed).code == "SIGNATURE_INVALID"


def test_images_must_be_those_that_the_order_names(world: World) -> None:
    papers = world.papers()
    for images in ([], [world.image + b"x"], [world.image, world.image]):
        with pytest.raises(Refusal) as caught:
            world.issue.prepare(papers, images, "shangrao")
        assert caught.value.code == "IMAGE_DIFFERENT"


def test_an_image_that_is_none_is_refused(world: World) -> None:
    import hashlib

    from records.release import ReleasedPage

    junk = b"\xff\xd8\xff not a picture"
    page = ReleasedPage(
        page_no=1, sha256=hashlib.sha256(junk).hexdigest(), media_type="image/jpeg", caption="x"
    )
    request = world.request()
    papers = world.papers(request=request, order=world.order(request, pages=(page,)))
    with pytest.raises(Refusal) as caught:
        world.issue.prepare(papers, [junk], "shangrao")
    assert caught.value.code == "IMAGE_UNREADABLE"


def test_a_character_without_glyph_stops_the_issue_and_names_the_code_point(world: World) -> None:
    request = world.request()
    row = ExtractRow(field="x", label="姓名", value="王\U0003fffd", compared="same")
    order = world.order(request, rows=(row,))
    refused = refusal(world, order=order, request=request)
    assert (refused.code, refused.detail) == ("MISSING_GLYPH", "U+3FFFD")


def test_too_many_facts_for_the_qr_code_are_refused(world: World) -> None:
    request = world.request()
    order = world.order(request, sealed_facts=("很长的登记机关名称" * 5,))
    assert refusal(world, order=order, request=request).code == "TOKEN_TOO_LARGE"


def test_an_archive_that_is_not_served_is_refused(world: World, tmp_path: Path) -> None:
    keeper = make_officer(world.window_authority, ("seal_keeper",), world.now)
    dispatcher = make_officer(world.window_authority, ("release_dispatcher",), world.now)
    order = world.order(
        None,
        holder_archive=WINDOW,
        window_archive=WINDOW,
        dispatcher=dispatcher.officer_id,
        seal_keeper=keeper.officer_id,
    )
    refused = refusal(
        world,
        caller="jiaxing",
        request=None,
        agreement=None,
        order=order,
        order_envelope=world.sign(order, dispatcher, keeper),
        appointments=(dispatcher.appointment, keeper.appointment),
    )
    # Its log is another one: nothing about it can be proven with Shangrao's key.
    assert refused.code == "LOG_KEY"
