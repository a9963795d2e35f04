"""Level T where a time-stamp authority answers, level B where it does not; no bit goes unread."""

import random
import re
import secrets
from dataclasses import replace
from pathlib import Path

import pytest
from certificate_house import World
from certificate_keys import seal_authority_of
from certificate_papers import real_now
from certificate_world import build_world
from cryptography.hazmat.primitives.asymmetric import ec

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.adapters.time_stamps import HTTPTimeStamps
from certificate_service.domain.order_reasons import TSA_UNAVAILABLE
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from certificate_service.services.issue_certificate import IssueCertificate
from deploy.localnet.time_stamp import TimeStampAuthority
from records.refusal import Refusal
from trust.identity.keys import new_p256
from trust.identity.seal_authority import issue_time_stamp_certificate


class LocalStamps:
    """The demo authority's own logic, without a socket."""

    def __init__(self, authority: TimeStampAuthority) -> None:
        self._authority = authority

    def stamp(self, request: bytes) -> bytes:
        return self._authority.answer(request)


class DeadStamps:
    def stamp(self, request: bytes) -> bytes:
        del request
        raise Refusal(TSA_UNAVAILABLE)


class GarbageStamps:
    def stamp(self, request: bytes) -> bytes:
        return request[::-1]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("stamp"), parts / "fonts", real_now())


@pytest.fixture(scope="module")
def stamps(world: World) -> LocalStamps:
    issuing = seal_authority_of(world.folder / "archives" / "361100")
    key = new_p256()
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    certificate = issue_time_stamp_certificate(
        issuing, "样本时间戳", key.public_key(), now=real_now(), random=secrets.token_bytes
    )
    return LocalStamps(
        TimeStampAuthority(
            certificate=certificate,
            issuer=issuing.certificate,
            key=key,
            clock=real_now,
            random=secrets.token_bytes,
        )
    )


def sealed(world: World, stamps: object) -> bytes:
    plain = world.issue
    world.issue = IssueCertificate(replace(plain._parts, stamps=stamps))
    try:
        return world.certify().pdf
    finally:
        world.issue = plain


def examine(world: World, pdf: bytes):
    world.publisher.publish_all()
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    return examiner.examine_file(pdf, Question(now=real_now()))


def test_a_stamped_certificate_is_of_level_t(world: World, stamps: LocalStamps) -> None:
    found = examine(world, sealed(world, stamps))
    assert (found.code, found.level) == ("V00", "T")


@pytest.mark.parametrize("dead", [DeadStamps(), GarbageStamps()])
def test_without_an_answer_the_certificate_is_issued_at_level_b(world: World, dead: object) -> None:
    found = examine(world, sealed(world, dead))
    assert (found.code, found.level) == ("V00", "B")


def test_one_flipped_bit_in_the_time_stamp_is_reported(world: World, stamps: LocalStamps) -> None:
    pdf = sealed(world, stamps)
    world.publisher.publish_all()
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    found = re.search(rb"/ByteRange \[0 (\d+) ", pdf)
    start = int(found[1]) + 1
    end = start + len(pdf[start:].split(b"0" * 64)[0])
    chosen = random.Random(3)
    # The token lies behind the seal's own signature: the second half of the object.
    for position in [chosen.randrange((start + end) // 2, end) for _ in range(120)]:
        bit = chosen.randrange(8)
        changed = bytearray(pdf)
        changed[position] ^= 1 << bit
        verdict = examiner.examine_file(bytes(changed), Question(now=real_now()))
        assert verdict.genuine is False, (position - start, bit, verdict.code)


def test_an_authority_is_asked_over_tls_or_on_this_machine_only() -> None:
    for address in ("http://tsa.example.cn/", "ftp://127.0.0.1/", ""):
        with pytest.raises(Refusal):
            HTTPTimeStamps(address)
    with pytest.raises(Refusal) as caught:
        HTTPTimeStamps("http://127.0.0.1:9/tsa").stamp(b"x")
    assert caught.value.code == "TSA_UNAVAILABLE"
