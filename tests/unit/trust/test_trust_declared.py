"""Who may declare what: keys, officers, endpoints, coverage, agreements, the directory head."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from federation_forge import DAY, Federation

from records.refusal import Refusal
from trust.envelope.statement import sign_statement
from trust.identity.agreed import open_agreement
from trust.identity.directory_parts import open_part, read_label
from trust.identity.keys import Ed25519Signer, new_ed25519, spki_der
from trust.identity.trust_view import (
    TrustView,
    hpke_key_of,
    log_key_of,
    officer_key,
    open_head,
    verify_appointment,
    verify_key_statement,
)


@pytest.fixture
def federation(at: datetime) -> Federation:
    return Federation(at)


@pytest.fixture
def view(federation: Federation) -> TrustView:
    return federation.view()


def refused(code: str, ask: Callable[[], Any]) -> None:
    with pytest.raises(Refusal) as caught:
        ask()
    assert caught.value.code == code


def test_a_node_states_its_tls_and_log_keys(
    federation: Federation, view: TrustView, at: datetime
) -> None:
    for use in ("tls", "log"):
        statement = federation.key_statement(use)
        envelope = sign_statement(statement, federation.sign["shangrao"])
        opened = verify_key_statement(envelope, view, use=use, now=at)
        assert opened.statement == statement
    key = log_key_of(opened.statement)
    assert base64.b64decode(statement.public_key).endswith(key.raw)


def test_a_node_states_its_hpke_key_for_itself_and_not_for_an_archive(
    federation: Federation, view: TrustView, at: datetime
) -> None:
    public = X25519PrivateKey.generate().public_key()
    der = spki_der(public)
    statement = replace(
        federation.key_statement("hpke"),
        archive_code="",
        public_key=base64.b64encode(der).decode(),
        spki_sha256=hashlib.sha256(der).hexdigest(),
    )
    envelope = sign_statement(statement, federation.sign["shangrao"])
    opened = verify_key_statement(envelope, view, use="hpke", now=at)
    assert hpke_key_of(opened.statement).public_bytes_raw() == public.public_bytes_raw()
    for wrong in (
        sign_statement(statement, federation.sign["jiaxing"]),
        sign_statement(statement, federation.authority["361100"]),
        sign_statement(replace(statement, archive_code="361100"), federation.sign["shangrao"]),
    ):
        with pytest.raises(Refusal, match="KEY_STATEMENT_INVALID"):
            verify_key_statement(wrong, view, use="hpke", now=at)
    with pytest.raises(Refusal, match="KEY_STATEMENT_INVALID"):
        hpke_key_of(federation.key_statement("log"))


@pytest.mark.parametrize("use", ["qr", "seal"])
def test_only_the_authority_key_states_qr_and_seal_keys(
    federation: Federation, view: TrustView, at: datetime, use: str
) -> None:
    statement = federation.key_statement(use)
    good = sign_statement(statement, federation.authority["361100"])
    assert verify_key_statement(good, view, use=use, now=at).statement == statement
    elsewhere = replace(statement, participant_id="jiaxing")
    moved = sign_statement(elsewhere, federation.authority["361100"])
    refused("KEY_STATEMENT_INVALID", lambda: verify_key_statement(moved, view, use=use, now=at))
    for thief in (
        federation.sign["shangrao"],
        federation.authority["330400"],
        federation.sign["registry"],
    ):
        envelope = sign_statement(statement, thief)
        refused(
            "KEY_STATEMENT_INVALID",
            lambda e=envelope: verify_key_statement(e, view, use=use, now=at),
        )


def test_nobody_states_a_key_for_another(
    federation: Federation, view: TrustView, at: datetime
) -> None:
    for use in ("tls", "log"):
        statement = federation.key_statement(use)
        for thief in (federation.sign["jiaxing"], federation.authority["361100"]):
            envelope = sign_statement(statement, thief)
            refused(
                "KEY_STATEMENT_INVALID",
                lambda e=envelope, u=use: verify_key_statement(e, view, use=u, now=at),
            )
        stranger = sign_statement(statement, Ed25519Signer(new_ed25519()))
        refused(
            "SIGNER_UNKNOWN",
            lambda e=stranger, u=use: verify_key_statement(e, view, use=u, now=at),
        )


def test_a_key_statement_must_fit_its_use_its_time_and_its_key(
    federation: Federation, view: TrustView, at: datetime
) -> None:
    node = federation.sign["shangrao"]
    good = federation.key_statement("log")
    for wrong in (
        replace(good, use="hpke"),
        replace(good, archive_code=""),
        replace(good, archive_code="330400"),
        replace(good, spki_sha256="00" * 32),
        replace(good, spki_sha256="x"),
        replace(good, public_key="!"),
        replace(good, public_key=""),
        replace(good, not_after=good.not_before),
        replace(good, not_after=at),
        replace(good, not_before=at + timedelta(seconds=61)),
        replace(federation.key_statement("tls"), archive_code="361100"),
    ):
        envelope = sign_statement(wrong, node)
        refused(
            "KEY_STATEMENT_INVALID",
            lambda e=envelope: verify_key_statement(e, view, use="log", now=at),
        )
    tls = sign_statement(federation.key_statement("tls"), node)
    refused("KEY_STATEMENT_INVALID", lambda: verify_key_statement(tls, view, use="log", now=at))
    # A clock up to a minute ahead of ours does not lock its node out.
    ahead = replace(good, not_before=at + timedelta(seconds=60))
    verify_key_statement(sign_statement(ahead, node), view, use="log", now=at)


def test_a_log_key_is_an_ed25519_key(federation: Federation) -> None:
    refused(
        "KEY_STATEMENT_INVALID", lambda: log_key_of(federation.key_statement("log", public_key=""))
    )


def test_only_the_archives_authority_appoints(
    federation: Federation, view: TrustView, at: datetime
) -> None:
    appointment = federation.appointment()
    good = sign_statement(appointment, federation.authority["361100"])
    opened = verify_appointment(good, view, at)
    assert officer_key(opened.statement).kid == appointment.kid
    for thief in (federation.sign["shangrao"], federation.authority["330400"]):
        envelope = sign_statement(appointment, thief)
        refused("APPOINTMENT_INVALID", lambda e=envelope: verify_appointment(e, view, at))


def test_an_appointment_must_be_in_force_and_well_formed(
    federation: Federation, view: TrustView, at: datetime
) -> None:
    good = federation.appointment()
    for wrong in (
        replace(good, revoked=True),
        replace(good, not_before=at + timedelta(seconds=1)),
        replace(good, not_after=at),
        replace(good, pledge_signed_on=(at + DAY).date()),
        replace(good, pledge_expires_on=(at - DAY).date()),
        replace(good, officer_id="330400/0123456789abcdef"),
        replace(good, officer_id="周小水"),
        replace(good, posts=()),
        replace(good, person_id=""),
        replace(good, kid="0" * 16),
    ):
        envelope = sign_statement(wrong, federation.authority["361100"])
        refused("APPOINTMENT_INVALID", lambda e=envelope: verify_appointment(e, view, at))
    unsigned = replace(good, kid="", public_key="")
    envelope = sign_statement(unsigned, federation.authority["361100"])
    verify_appointment(envelope, view, at)
    refused("APPOINTMENT_INVALID", lambda: officer_key(unsigned))


def test_nothing_of_a_member_that_left_is_believed(federation: Federation, at: datetime) -> None:
    trust_list = federation.with_member(federation.trust_list(), "shangrao", state="left")
    view = federation.view(trust_list)
    for part in federation.usual_parts():
        with pytest.raises(Refusal) as caught:
            open_part(part, view, at)
        assert caught.value.code in {"MEMBER_NOT_ACTIVE", "SIGNER_UNKNOWN"}


def test_nothing_is_believed_under_an_expired_list(
    federation: Federation, view: TrustView, at: datetime
) -> None:
    for part in (*federation.usual_parts(), federation.head()):
        ask = open_head if kind_of_head(part) else open_part
        refused("TRUST_LIST_EXPIRED", lambda a=ask, p=part: a(p, view, at + 90 * DAY))


def kind_of_head(envelope: object) -> bool:
    return "directory-head" in getattr(envelope, "payload_type", "")


def test_an_agreement_needs_every_party(
    federation: Federation, view: TrustView, at: datetime
) -> None:
    a, b = federation.sign["jiaxing"], federation.sign["shangrao"]
    agreement = federation.agreement()
    agreed = open_part(sign_statement(agreement, a, b), view, at)
    assert (agreed.kind, agreed.subject) == ("agreement", "jiaxing-shangrao-2026")
    assert agreed.sections == ("jiaxing", "shangrao")
    subjects = {agreed.subject}
    for signers in ((a,), (b,), (a, federation.sign["registry"])):
        envelope = sign_statement(agreement, *signers)
        refused("DIRECTORY_PART_INVALID", lambda e=envelope: open_agreement(e, view, at))
        proposed = open_part(envelope, view, at)
        assert proposed.kind == "proposal"
        subjects.add(proposed.subject)
    assert len(subjects) >= 3
    stranger = sign_statement(agreement, federation.sign["registry"])
    refused("DIRECTORY_PART_INVALID", lambda: open_part(stranger, view, at))
    lonely = sign_statement(replace(agreement, holding_nodes=()), a, b)
    refused("DIRECTORY_PART_INVALID", lambda: open_part(lonely, view, at))
    third = sign_statement(replace(agreement, asking_nodes=("jiaxing", "nobody")), a, b)
    refused("MEMBER_UNKNOWN", lambda: open_part(third, view, at))


def test_coverage_and_endpoint_are_their_owners(
    federation: Federation, view: TrustView, at: datetime
) -> None:
    node, other = federation.sign["shangrao"], federation.sign["jiaxing"]
    open_part(sign_statement(federation.coverage(), node), view, at)
    for wrong in (
        sign_statement(federation.coverage(), other),
        sign_statement(federation.coverage(), federation.authority["361100"]),
        sign_statement(federation.coverage(node_id="jiaxing"), other),
        sign_statement(federation.coverage(archive_code="330400"), node),
        sign_statement(federation.endpoint(), other),
        sign_statement(federation.endpoint("jiaxing"), node),
    ):
        refused("DIRECTORY_PART_INVALID", lambda e=wrong: open_part(e, view, at))


def test_only_a_registry_stamps_the_directory(
    federation: Federation, view: TrustView, at: datetime
) -> None:
    head = open_head(federation.head(), view, at).statement
    assert head.registry_id == "registry"
    for wrong in (
        sign_statement(head, federation.sign["jiaxing"]),
        sign_statement(replace(head, registry_id="jiaxing"), federation.sign["jiaxing"]),
    ):
        refused("DIRECTORY_PART_INVALID", lambda e=wrong: open_head(e, view, at))


def test_the_directory_carries_only_its_own_kinds(
    federation: Federation, view: TrustView, at: datetime
) -> None:
    head = federation.head()
    refused("DIRECTORY_PART_INVALID", lambda: open_part(head, view, at))
    refused("DIRECTORY_PART_INVALID", lambda: read_label(head))
    trust = federation.sign_list(federation.trust_list())
    refused("DIRECTORY_PART_INVALID", lambda: read_label(trust))
    assert [read_label(part).kind for part in federation.usual_parts()] == [
        "agreement",
        "coverage",
        "endpoint",
        "key",
        "key",
        "key",
        "appointment",
    ]
