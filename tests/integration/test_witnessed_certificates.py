"""A certificate says by how many other archives its log was seen; a demanded quorum is demanded."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cosigning
import pytest
from certificate_house import World
from certificate_papers import CASE, HOLDER
from certificate_world import build_world
from cosigning import Watching, hand_on, new_member

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.domain.digits import to_digits
from certificate_service.domain.verdict import UNWITNESSED, Step, Verdict
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from certificate_service.services.witness_evidence import Witnessed
from deploy.ceremony import Council, sign_trust_list
from records.refusal import Refusal
from trust.identity.council import council_from_json
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.past_lists import TrustHistory
from trust.identity.trust_list import Member
from trust.identity.trust_view import open_past_trust_list
from trust.transparency.leaf import Leaf

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@dataclass
class Made:
    number: str
    code: str
    token: bytes
    pdf: bytes
    release_id: str
    digest: bytes
    index: int


@pytest.fixture(scope="module")
def pudong() -> tuple[Ed25519Signer, Member]:
    return new_member(AT)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    parts: Path,
    pudong: tuple[Ed25519Signer, Member],
) -> World:
    folder = tmp_path_factory.mktemp(request.param)
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("new_pg_database")()
    world = build_world(
        folder, parts / "fonts", AT, url, extra_members=(pudong[1],), witness_quorum=2
    )
    world.publisher.publish_all()
    return world


@pytest.fixture(scope="module")
def watching(world: World, pudong: tuple[Ed25519Signer, Member]) -> Watching:
    # Their keys are stated after the seal: what counts is when they cosigned.
    return cosigning.watching(world, pudong[0], AT + timedelta(seconds=30))


def certify(world: World, watching: Watching, before: Sequence[str] = ()) -> Made:
    """The whole way; `before` cosigned the leaf before the seal."""
    papers = world.papers()
    release = world.issue.prepare(papers, world.images(papers), "shangrao")
    index = world.size()
    proof = world.certificate_leaf(release.number, release.token)
    keys = watching.stated if before else ()
    proof = watching.sign(proof, before)
    pdf = world.issue.issue(release.release_id, proof, "shangrao", keys)
    assert world.issue.issue(release.release_id, proof, "shangrao") == pdf
    digest = hashlib.sha256(pdf).digest()
    file_proof = world.file_leaf(release.number, pdf)
    world.issue.confirm(release.release_id, digest, file_proof, "shangrao")
    return Made(
        number=release.number,
        code=release.code,
        token=release.token,
        pdf=pdf,
        release_id=release.release_id,
        digest=digest,
        index=index,
    )


def verdict(world: World, what: Made, *, text: bool = False) -> tuple[Verdict, str]:
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    question = Question(now=AT + timedelta(minutes=1), code=what.code)
    if text:
        found = examiner.examine_text(to_digits(what.token), question)
    else:
        found = examiner.examine_file(what.pdf, question)
    return found, next(step.detail for step in found.steps if step.n == Step.LOG)


def test_without_the_quorum_nothing_is_green_and_with_it_everything(
    world: World, watching: Watching
) -> None:
    made = certify(world, watching)
    for text in (False, True):
        found, said = verdict(world, made, text=text)
        assert (found.code, found.genuine) == ("V10", True)
        assert "尚未见证：0/2，名单要求 2" in said
    hand_on(world, watching, made.release_id, ["jiaxing", "pudong"])
    for text in (False, True):
        found, said = verdict(world, made, text=text)
        assert found.code == "V00", found
        assert "2/2 馆见证，2026-11-21 02:30 UTC" in said


def test_what_was_cosigned_before_the_seal_travels_in_the_file(
    world: World, watching: Watching
) -> None:
    made = certify(world, watching, before=["jiaxing", "pudong"])
    path = world.folder / "site" / "log" / HOLDER / f"{made.index // 256}.json"
    bundle = json.loads(path.read_bytes())
    # The file alone, with the status list and nothing about the log beside it.
    del bundle["proofs"][str(made.index)]
    path.write_bytes(json.dumps(bundle).encode())
    found, said = verdict(world, made)
    assert found.code == "V00" and "2/2 馆见证" in said
    world.publisher.publish_all()


def test_one_of_two_is_too_few_and_is_not_published_as_enough(
    world: World, watching: Watching
) -> None:
    made = certify(world, watching, before=["pudong"])
    found, said = verdict(world, made)
    assert found.code == "V10" and "尚未见证：1/2" in said
    with pytest.raises(Refusal, match="LOG_PROOF_INVALID"):
        hand_on(world, watching, made.release_id, ["pudong"])
    hand_on(world, watching, made.release_id, ["jiaxing", "pudong"])
    assert verdict(world, made)[0].code == "V00"


def test_a_strangers_cosignature_counts_for_nothing(world: World, watching: Watching) -> None:
    stranger = replace(
        watching, keys={node: Ed25519Signer.from_private(new_ed25519()) for node in watching.keys}
    )
    made = certify(world, stranger, before=["jiaxing", "pudong"])
    found, said = verdict(world, made)
    assert found.code == "V10" and "尚未见证：0/2" in said


def test_a_line_that_its_witness_did_not_sign_makes_nothing_green(
    world: World, watching: Watching
) -> None:
    """Under the witness's true key, stated and all: only the signature is another's."""
    made = certify(world, watching)
    hand_on(world, watching, made.release_id, ["jiaxing", "pudong"])
    path = world.folder / "site" / "log" / HOLDER / f"{made.index // 256}.json"
    kept = path.read_text("utf-8")
    line = re.compile(r"(— demo.invalid/witness/pudong [A-Za-z0-9+/]{60})(.)")
    path.write_text(line.sub(lambda m: m[1] + ("A" if m[2] != "A" else "B"), kept), "utf-8")
    for text in (False, True):
        found, said = verdict(world, made, text=text)
        assert (found.code, "尚未见证：0/2" in said) == ("V10", True)
    path.write_text(kept, "utf-8")
    assert verdict(world, made, text=True)[0].code == "V00"


def test_a_later_list_that_demands_less_waives_nothing(world: World, watching: Watching) -> None:
    made = certify(world, watching)
    first = world.trust.current()
    later = replace(
        first.trust_list,
        version=2,
        issued_at=AT + timedelta(hours=1),
        previous_sha256=first.payload_sha256,
        witness_quorum=0,
    )
    keys = council_from_json((world.folder / "council.json").read_bytes())
    seats = Council(folder=world.folder / "seats", keys=keys)
    envelope = sign_trust_list(seats, later, world.folder / "later.json")
    history = TrustHistory(open_past_trust_list(envelope, keys), [first])
    examiner = Examiner(history, EvidenceFolder(world.folder / "site"))
    found = examiner.examine_file(made.pdf, Question(now=AT + timedelta(hours=2)))
    assert (found.code, found.banner) == ("V10", UNWITNESSED)


def test_a_witnessed_proof_of_another_leaf_is_refused(world: World, watching: Watching) -> None:
    made = certify(world, watching)
    other = watching.sign(
        world.append(Leaf(ts_ms=world.ms, kind="state", case=CASE)), ["jiaxing", "pudong"]
    )
    witnessed = Witnessed(certificate_proof=other, witness_keys=watching.stated)
    with world.engine.begin() as connection:
        file_proof = world.log.make_proof(
            connection, world.origin, made.index + 1, world.log_signer, AT
        )
    with pytest.raises(Refusal, match="LOG_LEAF"):
        world.issue.confirm(made.release_id, made.digest, file_proof, "shangrao", witnessed)
    assert verdict(world, made)[0].code == "V10"


def test_the_archive_reads_its_own_lists_and_no_other_does(
    world: World, watching: Watching
) -> None:
    certify(world, watching)
    lists, newest = world.status.signed_lists(HOLDER, 0, "shangrao")
    assert [one.sequence for one in lists] == list(range(1, len(lists) + 1))
    assert newest == lists[-1]
    assert world.status.signed_lists(HOLDER, newest.sequence, "shangrao") == ((), newest)
    with pytest.raises(Refusal, match="ORDER_FOREIGN_NODE"):
        world.status.signed_lists(HOLDER, 0, "jiaxing")
