"""Prepare, issue, confirm: repeated, interrupted, raced; with a seal signer in its own process."""

import hashlib
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from certificate_house import World
from certificate_papers import HOLDER, real_now
from certificate_world import build_world

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.adapters.seal_process import SealProcesses
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from records.refusal import Refusal

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path, parts: Path) -> World:
    return build_world(tmp_path, parts / "fonts", AT)


def prepared(world: World, **changes: Any) -> Any:
    papers = world.papers(**changes)
    return papers, world.issue.prepare(papers, world.images(papers), "shangrao")


def test_every_step_repeated_gives_the_same_answer(world: World) -> None:
    papers, release = prepared(world)
    again = world.issue.prepare(papers, world.images(papers), "shangrao")
    assert again == release
    proof = world.certificate_leaf(release.number, release.token)
    pdf = world.issue.issue(release.release_id, proof, "shangrao")
    assert world.issue.issue(release.release_id, proof, "shangrao") == pdf
    assert world.issue.prepare(papers, world.images(papers), "shangrao").token == release.token
    digest = hashlib.sha256(pdf).digest()
    file_proof = world.file_leaf(release.number, pdf)
    for _ in range(2):
        world.issue.confirm(release.release_id, digest, file_proof, "shangrao")
    assert world.register.find(release.release_id).state == "confirmed"


def test_nothing_is_sealed_before_its_leaf_is_in_the_log(world: World) -> None:
    _papers, release = prepared(world)
    other = world.certificate_leaf(release.number, b"another token")
    for proof, code in ((other, "LOG_LEAF"), ("", "LOG_PROOF")):
        with pytest.raises(Refusal) as caught:
            world.issue.issue(release.release_id, proof, "shangrao")
        assert caught.value.code == code
    assert world.register.find(release.release_id).state == "prepared"


def test_a_leaf_at_another_index_than_the_tokens_is_refused(world: World) -> None:
    from trust.transparency.leaf import Leaf

    _papers, release = prepared(world)
    world.append(Leaf(ts_ms=world.ms, kind="state", case="x"))
    proof = world.certificate_leaf(release.number, release.token)
    with pytest.raises(Refusal) as caught:
        world.issue.issue(release.release_id, proof, "shangrao")
    assert (caught.value.code, caught.value.detail) == ("LOG_LEAF", "index")


def test_a_taken_index_means_preparing_again_with_the_same_number(world: World) -> None:
    papers, release = prepared(world)
    from trust.transparency.leaf import Leaf

    world.append(Leaf(ts_ms=world.ms, kind="state", case="x"))
    again = replace(papers, leaf_index=world.size())
    second = world.issue.prepare(again, world.images(papers), "shangrao")
    assert second.number == release.number
    assert second.token != release.token
    proof = world.certificate_leaf(second.number, second.token)
    assert world.issue.issue(second.release_id, proof, "shangrao").startswith(b"%PDF")


def test_another_order_under_the_same_release_id_is_refused(world: World) -> None:
    papers, release = prepared(world)
    del papers
    request = world.request()
    other = world.order(request, release_id=release.release_id, title="别的证明")
    with pytest.raises(Refusal) as caught:
        prepared(world, request=request, order=other)
    assert caught.value.code == "ORDER_DIFFERENT"


def test_a_number_is_never_used_twice(world: World) -> None:
    papers, _release = prepared(world)
    other = replace(world.papers(), serial=papers.serial)
    with pytest.raises(Refusal) as caught:
        world.issue.prepare(other, world.images(other), "shangrao")
    assert caught.value.code == "NUMBER_TAKEN"


def test_racing_issues_hand_out_one_file(world: World) -> None:
    _papers, release = prepared(world)
    proof = world.certificate_leaf(release.number, release.token)
    with ThreadPoolExecutor(4) as pool:
        files = list(pool.map(lambda _: _attempt(world, release.release_id, proof), range(4)))
    sealed = {file for file in files if isinstance(file, bytes)}
    assert len(sealed) == 1
    assert world.register.file(release.release_id) in sealed


def _attempt(world: World, release_id: str, proof: str) -> Any:
    try:
        return world.issue.issue(release_id, proof, "shangrao")
    except Refusal as refusal:
        # The signer signs once for each admission: a racing call may find it used.
        assert refusal.code == "SEAL_REFUSED"
        return None


def test_confirm_wants_the_file_that_was_issued(world: World) -> None:
    _papers, release = prepared(world)
    with pytest.raises(Refusal) as caught:
        world.issue.confirm(release.release_id, bytes(32), "", "shangrao")
    assert caught.value.code == "RELEASE_OUT_OF_ORDER"
    proof = world.certificate_leaf(release.number, release.token)
    pdf = world.issue.issue(release.release_id, proof, "shangrao")
    with pytest.raises(Refusal) as caught:
        world.issue.confirm(release.release_id, bytes(32), "", "shangrao")
    assert caught.value.code == "FILE_DIFFERENT"
    wrong = world.file_leaf(release.number, pdf + b"x")
    digest = hashlib.sha256(pdf).digest()
    with pytest.raises(Refusal) as caught:
        world.issue.confirm(release.release_id, digest, wrong, "shangrao")
    assert caught.value.code == "LOG_LEAF"


def test_another_node_gets_nothing(world: World) -> None:
    _papers, release = prepared(world)
    for step in (
        lambda: world.issue.issue(release.release_id, "", "jiaxing"),
        lambda: world.issue.confirm(release.release_id, b"", "", "jiaxing"),
    ):
        with pytest.raises(Refusal) as caught:
            step()
        assert caught.value.code == "ORDER_FOREIGN_NODE"
    with pytest.raises(Refusal) as caught:
        world.issue.issue("no-such-release", "", "shangrao")
    assert caught.value.code == "RELEASE_UNKNOWN"


def test_an_expired_seal_certificate_refuses(tmp_path: Path, parts: Path) -> None:
    """E29."""
    now = [AT]
    world = build_world(tmp_path, parts / "fonts", AT, clock=lambda: now[0])
    papers = world.papers()
    now[0] = datetime(2029, 11, 22, tzinfo=UTC)
    with pytest.raises(Refusal) as caught:
        world.issue.prepare(papers, world.images(papers), "shangrao")
    assert caught.value.code in ("TRUST_LIST_EXPIRED", "SEAL_EXPIRED")


def test_revoked_and_superseded_are_final_and_shown_at_once(world: World) -> None:
    first, second = world.certify(), world.certify()
    world.publisher.publish_all()
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    order = world.status_order(first.number, "superseded", replaced_by=second.number)
    changed = world.status.change(order, "shangrao", wanted="superseded")
    assert (changed.status, changed.replaced_by) == ("superseded", second.number)
    assert world.status.change(order, "shangrao", wanted="superseded") == changed
    assert examiner.examine_file(first.pdf, Question(now=AT)).code == "V05"
    assert examiner.examine_file(second.pdf, Question(now=AT)).code == "V00"
    with pytest.raises(Refusal) as caught:
        world.status.change(
            world.status_order(first.number, "revoked"), "shangrao", wanted="revoked"
        )
    assert caught.value.code == "STATUS_FINAL"


def test_age_and_purpose_give_a_yellow_notice(world: World) -> None:
    from datetime import timedelta

    made = world.certify()
    world.publisher.publish_all()
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    question = Question(now=AT + timedelta(hours=2), oldest=timedelta(hours=1))
    found = examiner.examine_file(made.pdf, question)
    assert (found.code, found.genuine, found.exit_code) == ("V07", True, 0)


def test_the_seal_signer_is_a_process_of_its_own_and_comes_back(
    tmp_path: Path, parts: Path
) -> None:
    now = real_now()
    world = build_world(tmp_path, parts / "fonts", now)
    seals = SealProcesses(tmp_path / "archives", {})
    try:
        papers = world.papers()
        assert not any(signer._child for signer in seals._signers.values())
        seals.admit(HOLDER, papers.order, papers.appointments)
        # Only where there is something to sign: a service of thirty archives is back at once.
        assert [code for code, one in seals._signers.items() if one._child] == [HOLDER]
        child = seals._signers[HOLDER]._child
        assert child.poll() is None
        child.send_signal(signal.SIGKILL)
        child.wait()
        with pytest.raises(Refusal) as caught:
            seals.sign(HOLDER, "11111111-2222-4333-8444-000000000000", b"")
        # A fresh process knows no order: what was admitted is forgotten, not remembered wrongly.
        assert caught.value.code in ("SEAL_REFUSED", "SEAL_UNAVAILABLE")
        seals.admit(HOLDER, papers.order, papers.appointments)
        assert seals._signers[HOLDER]._child.pid != child.pid
        with pytest.raises(Refusal) as caught:
            seals.admit("110000", papers.order, papers.appointments)
        assert caught.value.code == "ARCHIVE_NOT_SERVED"
    finally:
        seals.close()


def test_a_signer_whose_service_was_killed_ends_without_a_word(tmp_path: Path, parts: Path) -> None:
    build_world(tmp_path, parts / "fonts", real_now())
    command = [sys.executable, "-m", "certificate_service.adapters.seal_signer"]
    signer = subprocess.Popen(
        [*command, str(tmp_path / "archives" / HOLDER)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    # The service is gone before it hears the answer, and its end of the pipe with it.
    signer.stdout.close()
    signer.stdin.write(b"\n" + b'{"sign": {"release_id": "r1", "attributes": ""}}\n')
    signer.stdin.close()
    said = signer.stderr.read()
    signer.stderr.close()
    assert (signer.wait(60), said) == (0, b"")


@pytest.mark.parametrize("point", ["before_issue", "after_issue", "before_confirm", "before_site"])
def test_a_kill_at_any_write_loses_and_doubles_nothing(
    tmp_path: Path, parts: Path, point: str
) -> None:
    """A child walks the way and is killed at the point; the parent goes on with its database."""
    now = real_now()
    world = build_world(tmp_path, parts / "fonts", now)
    papers, release = prepared(world)
    proof = world.certificate_leaf(release.number, release.token)
    (tmp_path / "proof").write_text(proof)
    script = textwrap.dedent(
        f"""
        import os, signal, sys
        sys.path[:0] = [{str(Path(__file__).parents[1])!r}]
        import hashlib
        from pathlib import Path
        from certificate_world import reopen
        world = reopen(Path({str(tmp_path)!r}), Path({str(parts / "fonts")!r}))
        die = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
        register = world["register"]
        if {point!r} == "before_issue":
            register.issue = die
        if {point!r} == "after_issue":
            kept = register.issue
            register.issue = lambda *a, **k: (kept(*a, **k), die())
        if {point!r} == "before_confirm":
            register.confirm = die
        if {point!r} == "before_site":
            world["publisher"].publish_certificate = die
        proof = Path({str(tmp_path / "proof")!r}).read_text()
        pdf = world["issue"].issue({release.release_id!r}, proof, "shangrao")
        Path({str(tmp_path / "handed.pdf")!r}).write_bytes(pdf)
        digest = hashlib.sha256(pdf).digest()
        world["register"].confirm({release.release_id!r})
        world["publisher"].publish_certificate(register.find({release.release_id!r}))
        """
    )
    done = subprocess.run([sys.executable, "-c", script], timeout=120, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()[-2000:]
    pdf = world.issue.issue(release.release_id, proof, "shangrao")
    handed = tmp_path / "handed.pdf"
    if handed.exists():
        assert handed.read_bytes() == pdf
    digest = hashlib.sha256(pdf).digest()
    file_proof = world.file_leaf(release.number, pdf)
    world.issue.confirm(release.release_id, digest, file_proof, "shangrao")
    world.publisher.publish_all()
    examiner = Examiner(world.trust.current(), EvidenceFolder(tmp_path / "site"))
    assert examiner.examine_file(pdf, Question(now=now)).code == "V00"
    assert world.issue.prepare(papers, world.images(papers), "shangrao").number == release.number
