"""The trust list: who may make one, what it must be, and what hangs from it."""

import base64
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from federation_forge import DAY, Federation

from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import sign_statement
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.trust_list import TrustList
from trust.identity.trust_view import (
    CouncilKeys,
    TrustView,
    council_from_json,
    council_to_json,
    verify_trust_list,
)


@pytest.fixture
def federation(at: datetime) -> Federation:
    return Federation(at)


def verify(
    federation: Federation,
    envelope: Envelope,
    previous: TrustView | TrustList | None = None,
    now: datetime | None = None,
) -> TrustView:
    return verify_trust_list(
        envelope, federation.council, previous=previous, now=now or federation.at
    )


def test_two_of_three_different_council_keys_make_a_list(federation: Federation) -> None:
    trust_list = federation.trust_list()
    a, b, c = federation.council_signers
    for signers in ((a, b), (b, c), (c, a), (a, b, c)):
        assert verify(federation, sign_statement(trust_list, *signers)).version == 1
    with pytest.raises(Refusal, match="SIGNATURES_TOO_FEW"):
        verify(federation, sign_statement(trust_list, a))
    stranger = Ed25519Signer(new_ed25519())
    with pytest.raises(Refusal, match="SIGNATURES_TOO_FEW"):
        verify(federation, sign_statement(trust_list, a, stranger))
    with pytest.raises(Refusal, match="SIGNER_UNKNOWN"):
        verify(federation, sign_statement(trust_list, federation.sign["registry"]))
    good = sign_statement(trust_list, a, b)
    twice = replace(good, signatures=(good.signatures[0], good.signatures[0]))
    with pytest.raises(Refusal, match="ENVELOPE_MALFORMED"):
        verify(federation, twice)


def test_an_older_list_is_a_rollback_and_another_of_the_same_version_a_fork(
    federation: Federation,
) -> None:
    first = federation.trust_list()
    second = federation.with_member(first, "jiaxing", state="left")
    view = verify(
        federation, federation.sign_list(second), verify(federation, federation.sign_list(first))
    )
    for previous in (view, second):
        with pytest.raises(Refusal, match="TRUST_LIST_ROLLBACK"):
            verify(federation, federation.sign_list(first), previous)
        other = federation.with_member(first, "shangrao", state="left")
        with pytest.raises(Refusal, match="TRUST_LIST_FORKED"):
            verify(federation, federation.sign_list(other), previous)
        assert verify(federation, federation.sign_list(second, 3), previous).version == 2


def test_a_list_must_continue_the_history_that_was_known(federation: Federation) -> None:
    first = federation.trust_list()
    second = federation.after(first)
    for wrong in (
        replace(second, previous_sha256=""),
        replace(second, previous_sha256="00" * 32),
        replace(second, trust_domain="other.invalid"),
        replace(second, issued_at=first.issued_at - DAY),
    ):
        with pytest.raises(Refusal, match="TRUST_LIST_FORKED"):
            verify(federation, federation.sign_list(wrong), first)
    # A node that missed versions cannot check the chain, only that it goes forward.
    assert verify(federation, federation.sign_list(replace(second, version=9)), first).version == 9


def test_an_expired_or_future_list_is_refused(federation: Federation, at: datetime) -> None:
    envelope = federation.sign_list(federation.trust_list())
    with pytest.raises(Refusal, match="TRUST_LIST_EXPIRED"):
        verify(federation, envelope, now=at + 90 * DAY)
    with pytest.raises(Refusal, match="TRUST_LIST_INVALID"):
        verify(federation, envelope, now=at - DAY)


def test_a_list_that_went_stale_fails_closed(federation: Federation, at: datetime) -> None:
    view = federation.view()
    view.get_member("jiaxing", at + 90 * DAY - timedelta(seconds=1))
    for ask in (
        lambda now: view.get_member("jiaxing", now),
        lambda now: view.sign_keys("jiaxing", now),
        lambda now: view.authority_keys("330400", now),
        view.check_fresh,
    ):
        with pytest.raises(Refusal, match="TRUST_LIST_EXPIRED"):
            ask(at + 90 * DAY)


def spoil(federation: Federation) -> dict[str, TrustList]:
    good = federation.trust_list()
    registry, jiaxing, shangrao = (
        federation.member(name) for name in ("registry", "jiaxing", "shangrao")
    )
    key = jiaxing.sign_keys[0]
    archive = shangrao.archives[0]
    return {
        "version": replace(good, version=0),
        "dates": replace(good, issued_at=good.expires_at),
        "domain": replace(good, trust_domain=""),
        "suites": replace(good, suites=("LT-9",)),
        "member twice": replace(good, members=(jiaxing, shangrao, jiaxing)),
        "archive twice": replace(
            good,
            members=(jiaxing, replace(shangrao, archives=(archive, archive))),
        ),
        "key twice": replace(good, members=(jiaxing, replace(shangrao, sign_keys=(key,)))),
        "sign key is authority key": replace(
            good, members=(replace(shangrao, sign_keys=(archive.authority_key,)),)
        ),
        "kid of another": replace(
            good, members=(replace(jiaxing, sign_keys=(replace(key, kid="0" * 16),)),)
        ),
        "key dates": replace(
            good,
            members=(replace(jiaxing, sign_keys=(replace(key, not_after=key.not_before),)),),
        ),
        "state": replace(good, members=(replace(jiaxing, state="ACTIVE"),)),
        "kind": replace(good, members=(replace(jiaxing, kind="king"),)),
        "id": replace(good, members=(replace(jiaxing, participant_id="Jia Xing"),)),
        "archive code": replace(
            good,
            members=(replace(shangrao, archives=(replace(archive, archive_code="36110"),)),),
        ),
        "archives of a registry": replace(good, members=(replace(registry, archives=(archive,)),)),
    }


def test_a_list_that_contradicts_itself_is_refused(federation: Federation) -> None:
    for name, wrong in spoil(federation).items():
        with pytest.raises(Refusal) as caught:
            verify(federation, federation.sign_list(wrong))
        assert caught.value.code == "TRUST_LIST_INVALID", name
    jiaxing = federation.member("jiaxing")
    for public_key in ("", "AAAA", base64.b64encode(bytes(32)).decode()):
        key = replace(jiaxing.sign_keys[0], public_key=public_key)
        wrong = federation.trust_list(members=(replace(jiaxing, sign_keys=(key,)),))
        with pytest.raises(Refusal, match="KEY_MALFORMED"):
            verify(federation, federation.sign_list(wrong))


@pytest.mark.parametrize("state", ["suspended", "left"])
def test_a_member_that_left_has_no_keys_and_no_archives(
    federation: Federation, state: str, at: datetime
) -> None:
    first = federation.trust_list()
    view = federation.view(federation.with_member(first, "shangrao", state=state))
    for ask in (
        lambda: view.get_member("shangrao", at),
        lambda: view.sign_keys("shangrao", at),
        lambda: view.authority_keys("361100", at),
    ):
        with pytest.raises(Refusal, match="MEMBER_NOT_ACTIVE"):
            ask()
    kid = federation.sign["shangrao"].kid
    assert view.keys_among([kid, federation.sign["jiaxing"].kid], at).keys() == {
        federation.sign["jiaxing"].kid
    }
    with pytest.raises(Refusal, match="MEMBER_UNKNOWN"):
        view.get_member("nobody", at)
    with pytest.raises(Refusal, match="ARCHIVE_UNKNOWN"):
        view.get_archive("999999")


def test_a_key_counts_only_in_its_time_and_until_it_is_revoked(
    federation: Federation, at: datetime
) -> None:
    member = federation.member("jiaxing")
    key = member.sign_keys[0]
    for changed in (
        replace(key, revoked_at=at),
        replace(key, revoked_at=at - DAY),
        replace(key, not_before=at + timedelta(seconds=1)),
        replace(key, not_after=at),
    ):
        trust_list = federation.trust_list(members=(replace(member, sign_keys=(changed,)),))
        assert federation.view(trust_list).sign_keys("jiaxing", at) == {}
    later = replace(key, revoked_at=at + DAY)
    view = federation.view(federation.trust_list(members=(replace(member, sign_keys=(later,)),)))
    assert view.sign_keys("jiaxing", at).keys() == {key.kid}
    assert view.sign_keys("jiaxing", at + DAY) == {}


def test_the_view_names_hosts_owners_and_suites(federation: Federation, at: datetime) -> None:
    view = federation.view(federation.trust_list(suites=("LT-1", "LT-9")))
    member, archive = view.get_archive("330481")
    assert (member.participant_id, archive.city_code) == ("jiaxing", "330400")
    assert view.suites == ("LT-1",)
    assert view.trust_domain == "demo.invalid"
    owner = view.find_owner(federation.authority["361100"].kid)
    assert owner is not None
    assert (owner.participant_id, owner.archive_code) == ("shangrao", "361100")
    assert view.find_owner("0" * 16) is None
    assert view.authority_keys("361100", at).keys() == {federation.authority["361100"].kid}


def test_the_council_file_is_read_as_written_and_refused_when_spoilt(
    federation: Federation,
) -> None:
    data = council_to_json(federation.council)
    assert council_from_json(data) == federation.council
    kid = federation.council_signers[0].kid.encode()
    for spoilt in (
        data.replace(b'"threshold": 2', b'"threshold": 0'),
        data.replace(b'"threshold": 2', b'"threshold": 4'),
        data.replace(kid, b"0" * 16),
        b"{}",
        b"",
    ):
        with pytest.raises(Refusal, match=r"COUNCIL_INVALID|STATEMENT_MALFORMED"):
            council_from_json(spoilt)
    with pytest.raises(Refusal, match="COUNCIL_INVALID"):
        CouncilKeys(threshold=1, keys={"0" * 16: federation.council_signers[0].public_key})


def test_days_of_a_pledge_are_days_in_china() -> None:
    # Kept beside the list: an appointment whose pledge ends today is good until midnight there.
    from datetime import UTC

    from trust.identity.trust_view import check_appointment_in_force

    federation = Federation(datetime(2026, 11, 21, 15, 59, tzinfo=UTC))
    appointment = federation.appointment(pledge_expires_on=date(2026, 11, 21))
    check_appointment_in_force(appointment, federation.at)
    with pytest.raises(Refusal, match="confidentiality pledge"):
        check_appointment_in_force(appointment, federation.at + timedelta(minutes=1))
