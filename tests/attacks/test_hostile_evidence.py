"""Bent certificates and revocation lists inside a file: a code, never a crash.

Anybody may append a security store to a sealed file, under a true time-stamp even; and a time-stamp
authority may send any certificate. What cannot be read refuses the file; what can be read and
proves nothing changes nothing.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import cms, tsp
from authorities_world import Authorities, connect, own_authorities
from certificate_house import World
from certificate_world import build_world
from cryptography.hazmat.primitives.serialization import Encoding
from hostile_certificates import (
    UNREADABLE,
    bent_certificates,
    bent_lists,
    bent_stores,
    parse,
    write,
)
from pyhanko.pdf_utils.reader import PdfFileReader

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.document.pdf_longterm import add_evidence, add_time_stamp
from certificate_service.document.pdf_signature import RemoteStamper
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from certificate_service.services.long_term import LongTerm, check_list
from records.refusal import Refusal
from trust.transparency.time_stamp import make_request, open_response, verify_token

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("hostile"), parts / "fonts", AT)


@pytest.fixture(scope="module")
def authorities(world: World) -> Authorities:
    return own_authorities(world)


@pytest.fixture(scope="module")
def issued(world: World, authorities: Authorities) -> bytes:
    """At level T: a security store names each certificate once, so a true one would stay."""
    authorities.listing = False
    connect(world, authorities)
    pdf = world.certify().pdf
    world.publisher.publish_all()
    authorities.listing = True
    return pdf


def test_a_bent_member_of_the_security_store_gives_a_code(
    world: World, authorities: Authorities, issued: bytes
) -> None:
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    count = len(PdfFileReader(io.BytesIO(issued)).embedded_timestamp_signatures)
    for number, (name, material) in enumerate(bent_stores(authorities, AT)):
        # Without a time-stamp over it, whatever no issuer signed is refused, readable or not.
        verdict = examiner.examine_file(add_evidence(issued, material), Question(now=AT))
        assert verdict.genuine is False, (name, verdict.code)
        if number % 3 and name not in UNREADABLE:
            continue
        stamped = add_time_stamp(issued, count, RemoteStamper(authorities.stamp), material)
        verdict = examiner.examine_file(stamped, Question(now=AT))
        assert verdict.genuine is not None, (name, verdict.code)
        if name in UNREADABLE:
            assert verdict.genuine is False, (name, verdict.code)


def test_the_service_lengthens_no_such_file(
    world: World, authorities: Authorities, issued: bytes
) -> None:
    long_term = LongTerm(
        lambda _at: world.trust.current().trust_list.seal_roots_pem.encode(),
        authorities,
        authorities,
        lambda: AT,
    )
    for name, material in bent_stores(authorities, AT)[::5]:
        with pytest.raises(Refusal) as refused:
            long_term.renew(add_evidence(issued, material))
        assert refused.value.code in {"FILE_ALTERED", "SEAL_FORGED"}, name


def test_a_list_that_cannot_be_read_is_no_list(authorities: Authorities) -> None:
    der = authorities.fetch(authorities.publication.crl_url, AT)
    issuer = authorities.issuing.certificate
    check_list(der, issuer, AT)
    for _name, bent in bent_lists(der):
        with pytest.raises(Refusal, match="REVOCATION_UNAVAILABLE"):
            check_list(bent, issuer, AT)


def test_a_token_with_bent_certificates_says_nothing(authorities: Authorities) -> None:
    nonce, text = b"\x07" * 16, "log.invalid/log/330400\n1\nAAAA\n"
    token = open_response(authorities.stamp(make_request(text, nonce)), nonce)
    roots = [authorities.root.certificate]
    assert verify_token(token, text, roots).at == AT
    held = [one.dump() for one in cms.ContentInfo.load(token)["content"]["certificates"]]
    tried = 0
    for carried in held:
        for name, bent in bent_certificates(carried):
            with pytest.raises(Refusal) as refused:
                verify_token(_with(token, carried, bent), text, roots)
            assert refused.value.code == "TIME_STAMP_INVALID", name
            tried += 1
    assert tried == 16 * len(held)


def test_an_authority_that_sends_bent_certificates_leaves_the_file_at_level_b(
    world: World, authorities: Authorities
) -> None:
    """The seal does not wait for it, and nobody crashes over it."""
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    own = authorities.tsa.certificate.public_bytes(Encoding.DER)
    for name, bent in list(bent_certificates(own))[3::3]:
        connect(world, _Bending(authorities, own, bent))
        verdict = examiner.examine_file(world.certify().pdf, Question(now=AT))
        assert verdict.level == "B", name


class _Bending:
    """A time-stamp authority whose tokens carry a bent certificate."""

    def __init__(self, behind: Authorities, own: bytes, bent: bytes) -> None:
        self._behind, self._own, self._bent = behind, own, bent
        self.fetch = behind.fetch

    def stamp(self, request: bytes) -> bytes:
        said = tsp.TimeStampResp.load(self._behind.stamp(request))
        altered = _with(said["time_stamp_token"].dump(), self._own, self._bent)
        return write([0x30, [*parse(said["status"].dump()), *parse(altered)]])


def _with(token: bytes, carried: bytes, bent: bytes) -> bytes:
    """The token with one certificate exchanged, lengths anew."""

    def exchange(node: list) -> None:  # type: ignore[type-arg]
        if isinstance(node[1], list):
            for place, one in enumerate(node[1]):
                if write(one) == carried:
                    node[1][place] = parse(bent)[0]
                else:
                    exchange(one)

    content = parse(token)[0]
    assert write(content) == token
    exchange(content)
    return write(content)
