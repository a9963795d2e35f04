"""Seals have an authority of their own, and OpenSSL agrees with its certificates."""

import secrets
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from records.refusal import Refusal
from trust.identity.authority import Authority, new_root_key
from trust.identity.keys import new_p256
from trust.identity.seal_authority import (
    Publication,
    Revocation,
    SealHolder,
    create_seal_issuing,
    create_seal_root,
    issue_seal_certificate,
    issue_time_stamp_certificate,
    sign_revocation_list,
)

NOW = datetime.now(UTC)
ISSUE = {"now": NOW, "random": secrets.token_bytes}
HOLDER = SealHolder(archive_code="361100", name="上饶市档案馆", sample=True)


@pytest.fixture(scope="module")
def authorities() -> tuple[Authority, Authority]:
    root = create_seal_root("demo.invalid", new_root_key(), **ISSUE)
    return root, create_seal_issuing(root, "demo.invalid", new_p256(), **ISSUE)


def test_seal_certificate_names_the_archive_and_signs_documents_only(
    authorities: tuple[Authority, Authority],
) -> None:
    _, issuing = authorities
    seal = issue_seal_certificate(issuing, HOLDER, new_p256().public_key(), **ISSUE)
    said = {entry.oid: entry.value for entry in seal.subject}
    assert said[NameOID.ORGANIZATION_NAME] == said[NameOID.COMMON_NAME] == "上饶市档案馆"
    assert said[NameOID.SERIAL_NUMBER] == "361100"
    assert said[NameOID.ORGANIZATIONAL_UNIT_NAME] == "样本·无效"
    usage = seal.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.content_commitment
    assert not usage.value.digital_signature
    assert timedelta(days=1094) < seal.not_valid_after_utc - NOW <= timedelta(days=1095)


def test_openssl_verifies_seal_time_stamp_and_revocation(
    authorities: tuple[Authority, Authority], tmp_path: Path
) -> None:
    root, issuing = authorities
    where = Publication(crl_url="http://127.0.0.1:1/crl", issuer_url="http://127.0.0.1:1/ca")
    seal = issue_seal_certificate(
        issuing, HOLDER, new_p256().public_key(), publication=where, **ISSUE
    )
    stamp = issue_time_stamp_certificate(issuing, "演示时间戳", new_p256().public_key(), **ISSUE)
    empty = sign_revocation_list(issuing, [], number=1, now=NOW)
    full = sign_revocation_list(
        issuing,
        [
            Revocation(
                serial=seal.serial_number,
                revoked_at=NOW,
                reason=x509.ReasonFlags.key_compromise,
            )
        ],
        number=2,
        now=NOW,
    )
    for name, thing in [("root", root.certificate), ("issuing", issuing.certificate)]:
        (tmp_path / name).write_bytes(thing.public_bytes(Encoding.PEM))
    for name, thing in [("seal", seal), ("stamp", stamp), ("empty", empty), ("full", full)]:
        (tmp_path / name).write_bytes(thing.public_bytes(Encoding.PEM))

    def verify(name: str, *options: str) -> tuple[bool, str]:
        command = ["openssl", "verify", "-x509_strict", "-CAfile", "root", "-untrusted", "issuing"]
        done = subprocess.run(
            [*command, *options, name], cwd=tmp_path, capture_output=True, check=False
        )
        return done.returncode == 0, (done.stdout + done.stderr).decode()

    assert verify("seal") == (True, "seal: OK\n")
    assert verify("stamp", "-purpose", "timestampsign") == (True, "stamp: OK\n")
    assert verify("seal", "-crl_check", "-CRLfile", "empty")[0]
    revoked, said = verify("seal", "-crl_check", "-CRLfile", "full")
    assert not revoked
    assert "certificate revoked" in said
    assert not verify("seal", "-purpose", "sslserver")[0]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("", "馆"),
        ("36110", "馆"),
        ("3611000", "馆"),
        ("36110a", "馆"),
        ("３６１１００", "馆"),
        ("361100", ""),
        ("361100", "馆" * 65),
    ],
)
def test_a_holder_that_no_certificate_can_name_is_refused(code: str, name: str) -> None:
    with pytest.raises(Refusal, match="PROFILE_VIOLATION"):
        SealHolder(archive_code=code, name=name, sample=False)


def test_production_seals_do_not_say_sample(authorities: tuple[Authority, Authority]) -> None:
    _, issuing = authorities
    holder = SealHolder(archive_code="361100", name="上饶市档案馆", sample=False)
    seal = issue_seal_certificate(issuing, holder, new_p256().public_key(), **ISSUE)
    assert "样本" not in seal.subject.rfc4514_string()
