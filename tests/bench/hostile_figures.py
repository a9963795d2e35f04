"""Every family of forged PDF, replayed on our own extract at B and at LTA: what the verifier said.

Counted: forgeries called genuine, exceptions that escaped, and the slowest answer.
"""

import time
from pathlib import Path

from authorities_world import connect, own_authorities
from certificate_house import World
from certificate_papers import real_now
from certificate_world import build_world
from hostile_certificates import bent_files
from pdf_forge import FAMILIES, Forged, flips

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.config import default_parts
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from tests.bench.measuring import Report

SEED = 20261121
FLIPS = 400


def run(folder: Path, *, full: bool) -> Report:
    """One row a family and level."""
    world = build_world(folder, default_parts() / "fonts", real_now(), clock=real_now)
    plain = world.certify().pdf
    authorities = own_authorities(world, real_now)
    connect(world, authorities, real_now)
    lta = world.certify().pdf
    world.publisher.publish_all()
    rows: list[dict[str, object]] = []
    authorities.listing = False
    stamped = world.certify().pdf
    authorities.listing = True
    bent = bent_files(stamped, authorities, real_now())
    rows.append(_replay(world, ("T", "unreadable certificates and lists"), bent))
    for level, pdf in (("B", plain), ("LTA", lta)):
        for family, forge in FAMILIES.items():
            rows.append(_replay(world, (level, family), forge(pdf, authorities.stamp)))
        count = FLIPS * (10 if full else 1)
        rows.append(_replay(world, (level, "one flipped bit"), flips(pdf, count, SEED)))
    return Report(rows=rows, text=_table(rows))


def _replay(world: World, about: tuple[str, str], forged: Forged) -> dict[str, object]:
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    tried = genuine = undecided = crashes = 0
    slowest = slowest_cpu = 0.0
    for _name, pdf in forged:
        began, began_cpu = time.perf_counter(), time.process_time()
        try:
            verdict = examiner.examine_file(pdf, Question(now=real_now()))
            genuine += verdict.genuine is True
            undecided += verdict.genuine is None
        except Exception:  # noqa: BLE001 -- an escaped exception is what is counted
            crashes += 1
        slowest = max(slowest, time.perf_counter() - began)
        slowest_cpu = max(slowest_cpu, time.process_time() - began_cpu)
        tried += 1
    level, family = about
    return {
        "level": level,
        "family": family,
        "tried": tried,
        "genuine": genuine,
        "undecided": undecided,
        "crashes": crashes,
        "slowest_ms": round(slowest * 1000, 1),
        "slowest_cpu_ms": round(slowest_cpu * 1000, 1),
        "seed": SEED,
    }


def _table(rows: list[dict[str, object]]) -> str:
    columns = ("tried", "genuine", "undecided", "crashes", "slowest_ms", "slowest_cpu_ms")
    lines = ["level " + "".join(f"{name:>15}" for name in columns) + "  family\n"]
    for row in rows:
        figures = "".join(f"{row[name]:>15}" for name in columns)
        lines.append(f"{row['level']:<6}{figures}  {row['family']}\n")
    return "".join(lines) + f"seed {SEED}\n"
