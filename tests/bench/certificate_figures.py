"""What a certificate costs: our issuing against the bare sum of its three unavoidable steps.

Ours: prepare, leaf, issue, leaf, as a node calls it, with the seal in a process of its own, the
register and the log in SQLite with `synchronous=FULL`. Bare: the same page drawn by reportlab, the
same PDF/A step, one pyHanko signature with the key in memory. Both in one run, turn by turn.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from authorities_world import connect, own_authorities
from certificate_house import World
from certificate_papers import HOLDER, real_now
from certificate_world import build_world
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from certificate_service.adapters.seal_process import SealProcesses
from certificate_service.config import default_parts
from certificate_service.document.archival import About, drawing_of, to_archival
from certificate_service.document.paper import Printed
from certificate_service.document.pdf_signature import SealRequest, seal_pdf
from certificate_service.document.qr import qr_matrix
from certificate_service.domain.digits import to_digits
from certificate_service.domain.fingerprint import fingerprints
from certificate_service.domain.verification_code import grouped
from certificate_service.ports import Release
from records.release import ReleaseOrder
from tests.bench.measuring import Report
from trust.envelope.dsse import envelope_from_json
from trust.envelope.statement import decode
from trust.identity.keys import read_private_key

ROUNDS = 30
_WARM = 4


class Bare:
    """The three steps on parts that are already there: everything before them is not timed."""

    def __init__(self, world: World) -> None:
        self.world = world
        folder = world.folder / "archives" / HOLDER
        key = read_private_key(folder / "seal.key", None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        self.key = key
        self.seal = world.seals.certificates(HOLDER)
        self.maker = world.issue._parts.documents

    def run(self, release: Release, images: tuple[bytes, ...]) -> dict[str, float]:
        order = decode(envelope_from_json(release.order).payload, ReleaseOrder)
        paper = self.maker._paper
        began = time.perf_counter()
        pages = paper.compose(order)
        printed = Printed(
            number=release.number,
            symbol="上饶档证〔2026〕第000001号",
            code=grouped(release.code),
            site=self.maker.place.site,
            # Without the cache: the symbol is on the page, so drawing the page makes it once.
            qr=qr_matrix.__wrapped__(self.maker.place.verify_url + to_digits(release.token)),
            fingerprints=fingerprints(release.number, pages.words),
            sample=True,
        )
        drawn = paper.draw(order, pages, images, printed)
        drawing = time.perf_counter()
        about = About(
            title=order.title,
            author=order.holder_name,
            subject=release.number,
            document_id=release.release_id,
            made_at=release.issued_at,
        )
        pdf = to_archival(drawn.pdf, about, ())
        archival = time.perf_counter()
        self._sign(pdf, drawn, release.issued_at)
        done = time.perf_counter()
        return {
            "draw": drawing - began,
            "pdfa": archival - drawing,
            "sign": done - archival,
            "bare": done - began,
        }

    def _sign(self, pdf: bytes, drawn: Any, moment: datetime) -> bytes:
        content, side = drawing_of(drawn.seal_pdf)
        request = SealRequest(
            certificate=self.seal.leaf,
            chain=self.seal.chain,
            appearance=content,
            side=side,
            page=drawn.seal_page,
            box=drawn.seal_box,
            archive_name=drawn.archive_name,
            moment=moment,
        )
        return seal_pdf(pdf, request, lambda data: self.key.sign(data, ec.ECDSA(hashes.SHA256())))


def issue_one(
    world: World, papers: Any, images: list[bytes]
) -> tuple[float, dict[str, float], str]:
    """Seconds from the order to the sealed, logged file, and where they went."""
    began = time.perf_counter()
    release = world.issue.prepare(papers, images, "shangrao")
    prepared = time.perf_counter()
    proof = world.certificate_leaf(release.number, release.token)
    logged = time.perf_counter()
    pdf = world.issue.issue(release.release_id, proof, "shangrao")
    issued = time.perf_counter()
    world.file_leaf(release.number, pdf)
    done = time.perf_counter()
    steps = {
        "prepare": prepared - began,
        "leaves": logged - prepared + done - issued,
        "issue": issued - logged,
    }
    return done - began, steps, release.release_id


def run(folder: Path, *, full: bool) -> Report:
    """Medians of B-B against the bare sum, then B-T and LTA beside them."""
    world = build_world(folder, default_parts() / "fonts", real_now(), clock=real_now)
    seals = SealProcesses(folder / "archives", {})
    try:
        return _measure(world, seals, ROUNDS * (5 if full else 1))
    finally:
        seals.close()


def _measure(world: World, seals: SealProcesses, rounds: int) -> Report:
    from dataclasses import replace

    from certificate_service.services.issue_certificate import IssueCertificate

    world.issue = IssueCertificate(replace(world.issue._parts, seals=seals))
    plain = world.issue
    bare = Bare(world)
    authorities = own_authorities(world, real_now)
    connect(world, authorities, real_now)
    lta = world.issue
    stamped = IssueCertificate(replace(plain._parts, stamps=authorities))
    found: dict[str, list[float]] = {}

    def keep(**seconds: float) -> None:
        for name, value in seconds.items():
            found.setdefault(name, []).append(value * 1000)

    spent = {"B-B": 0.0, "bare": 0.0}
    for turn in range(-_WARM, rounds):
        if turn == 0:
            found, spent = {}, {"B-B": 0.0, "bare": 0.0}
        for name, service in (("B-B", plain), ("B-T", stamped), ("LTA", lta)):
            world.issue = service
            papers = world.papers()
            images = world.images(papers)
            before = time.process_time() + _signer_seconds(seals)
            seconds, steps, release_id = issue_one(world, papers, images)
            after = time.process_time()
            keep(**{name: seconds})
            if name == "B-B":
                keep(**steps)
                release = world.register.find(release_id)
                assert release is not None
                spent["B-B"] += after + _signer_seconds(seals) - before
                began = time.process_time()
                keep(**bare.run(release, tuple(images)))
                spent["bare"] += time.process_time() - began
    return _report(found, spent["B-B"] / spent["bare"])


def _signer_seconds(seals: SealProcesses) -> float:
    """Processor time of the seal signer's process so far; it starts with its first order."""
    child = seals._signers[HOLDER]._child if HOLDER in seals._signers else None
    if child is None:
        return 0.0
    words = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _report(found: dict[str, list[float]], cpu: float) -> Report:
    median: Callable[[str], float] = lambda name: statistics.median(found[name])  # noqa: E731
    names = ("draw", "pdfa", "sign", "bare", "prepare", "leaves", "issue", "B-B", "B-T", "LTA")
    each = sorted(ours / theirs for ours, theirs in zip(found["B-B"], found["bare"], strict=True))
    ratio = median("B-B") / median("bare")
    rows: list[dict[str, object]] = [
        {"name": name, "n": len(found[name]), "p50_ms": round(median(name), 2)} for name in names
    ]
    rows.append({"name": "B-B / bare", "ratio": round(ratio, 3), "bound": 1.3})
    rows.append({"name": "B-B / bare, processor time", "ratio": round(cpu, 3), "bound": 1.3})
    lines = [f"{name:<12}{median(name):>9.2f} ms" for name in names]
    lines += [
        f"B-B / bare  {ratio:>9.3f}   (bound 1.3; turn by turn "
        f"{each[len(each) // 10]:.3f} … {each[len(each) * 9 // 10]:.3f})",
        f"processor   {cpu:>9.3f}   (processor time, seal signer's process included)",
        f"B-T / bare  {median('B-T') / median('bare'):>9.3f}",
        f"LTA / bare  {median('LTA') / median('bare'):>9.3f}",
    ]
    return Report(rows=rows, text="\n".join(lines) + "\n")
