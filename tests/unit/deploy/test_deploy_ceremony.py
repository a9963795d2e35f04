"""The ceremony makes what the trust rules accept, and nothing that they would not."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from deploy.ceremony import (
    ArchiveAuthority,
    Council,
    found_authority,
    listed_key,
    next_trust_list,
    seat_council,
    sign_agreement,
    sign_trust_list,
)
from deploy.localnet.declarations import agreements
from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json
from trust.identity.council import council_from_json
from trust.identity.keys import Ed25519Signer, new_ed25519, new_p256
from trust.identity.trust_list import Member, TrustList
from trust.identity.trust_view import verify_key_statement, verify_trust_list


@pytest.fixture
def council(tmp_path: Path) -> Council:
    return seat_council(tmp_path / "council", tmp_path / "council.json")


@pytest.fixture
def authority(tmp_path: Path) -> ArchiveAuthority:
    return found_authority(tmp_path / "authority", "361100", "shangrao")


def a_list(authority: ArchiveAuthority, now: datetime) -> TrustList:
    node = Ed25519Signer.from_private(new_ed25519())
    member = Member(
        participant_id="shangrao",
        kind="node",
        name="上饶市档案馆",
        state="active",
        since=now,
        sign_keys=(listed_key(node.public_key, now),),
        archives=(authority.listed("上饶市档案馆", "361100", now),),
    )
    return TrustList(
        trust_domain="demo.invalid",
        version=1,
        issued_at=now,
        expires_at=now + timedelta(days=90),
        previous_sha256="",
        suites=("LT-1",),
        tls_roots_pem="",
        seal_roots_pem="",
        members=(member,),
    )


def test_two_seats_make_a_list_that_everybody_believes(
    council: Council, authority: ArchiveAuthority, tmp_path: Path, at: datetime
) -> None:
    sign_trust_list(council, a_list(authority, at), tmp_path / "list.json")
    pinned = council_from_json((tmp_path / "council.json").read_bytes())
    envelope = envelope_from_json((tmp_path / "list.json").read_bytes())
    assert verify_trust_list(envelope, pinned, previous=None, now=at).version == 1


def test_one_seat_is_not_enough(
    council: Council, authority: ArchiveAuthority, tmp_path: Path, at: datetime
) -> None:
    envelope = sign_trust_list(
        council, a_list(authority, at), tmp_path / "l.json", signers=council.signers(1)
    )
    with pytest.raises(Refusal):
        verify_trust_list(envelope, council.keys, previous=None, now=at)


def test_the_next_list_continues_the_history(
    council: Council, authority: ArchiveAuthority, tmp_path: Path, at: datetime
) -> None:
    first = a_list(authority, at)
    view = verify_trust_list(
        sign_trust_list(council, first, tmp_path / "1.json"), council.keys, previous=None, now=at
    )
    left = tuple(replace(member, state="left") for member in first.members)
    second = next_trust_list(first, left, at)
    newer = verify_trust_list(
        sign_trust_list(council, second, tmp_path / "2.json"), council.keys, previous=view, now=at
    )
    assert newer.version == 2


def test_seats_keep_their_keys_apart_and_to_themselves(council: Council) -> None:
    files = sorted(council.folder.rglob("council.key"))
    assert len({path.parent for path in files}) == 3
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


def test_a_leader_states_the_archives_seal_key(
    council: Council, authority: ArchiveAuthority, tmp_path: Path, at: datetime
) -> None:
    envelope = sign_trust_list(council, a_list(authority, at), tmp_path / "l.json")
    view = verify_trust_list(envelope, council.keys, previous=None, now=at)
    stated = authority.state_key("seal", new_p256().public_key(), at, timedelta(days=365))
    assert verify_key_statement(stated, view, use="seal", now=at).statement.archive_code == "361100"
    stranger = replace(authority, signer=Ed25519Signer.from_private(new_ed25519()))
    with pytest.raises(Refusal):
        verify_key_statement(
            stranger.state_key("seal", new_p256().public_key(), at, timedelta(days=1)),
            view,
            use="seal",
            now=at,
        )


def test_agreements_carry_both_parties_signatures(at: datetime) -> None:
    signers = [Ed25519Signer.from_private(new_ed25519()) for _ in range(2)]
    for agreement in agreements(at.date()):
        envelope = sign_agreement(agreement, *signers)
        assert {s.kid for s in envelope.signatures} == {s.kid for s in signers}


def test_the_sample_agreements_are_what_the_scenarios_need(at: datetime) -> None:
    by_id = {
        agreement.agreement_id.rsplit("-", 1)[0]: agreement for agreement in agreements(at.date())
    }
    assert "only_child" not in by_id["jiaxing-pudong"].categories
    assert by_id["shangrao-pudong"].valid_to == at.date() - timedelta(days=1)
    assert by_id["jiaxing-shangrao"].valid_to > at.date()
