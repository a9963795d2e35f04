"""PDF/A-3u as far as any checker that can be had from a registry tells.

Ours at B, T and LTA, and whatever `make test` left in var/documents, shown to `pdf_oxide` (PyPI; it
knows 3u) and to Apache Preflight (Debian; it knows 1b alone, so a file of part 3 must fail in the
points in which part 3 allows more, and in no other). The rules themselves are asserted one by one
in tests/integration/test_certificate_document.py; these are other people's eyes.
"""

import json
import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

from authorities_world import connect, own_authorities
from certificate_papers import real_now
from certificate_world import build_world

from certificate_service.config import default_parts
from certificate_service.services.issue_certificate import IssueCertificate
from tests.bench.measuring import Report
from tests.bench.search.peers.absent import PeerAbsentError
from tests.bench.search.peers.processes import LOCK, bench_python

DOCUMENTS = Path("var/documents")
JARS = Path("var/bench/preflight")
DEBIAN = (
    "libpdfbox2-java", "libfontbox2-java", "libcommons-logging-java", "libcommons-io-java",
    "libbcprov-java", "libbcpkix-java", "libbcutil-java", "libactivation-java",
    "libjaxb-api-java",
)  # fmt: skip
ALLOWED = {
    "7.11.1": "level u is not of part 1",
    "7.11.2": "part 3 is not part 1",
    "1.2.9": "embedded files (part 3)",
    "1.4.7": "embedded files by name (part 3)",
    "2.1.6": "ICC profile of version 4 (part 2 and later)",
    "5.3.1": "a time-stamp's widget without area needs no appearance (part 2 and later)",
}
"""Preflight's codes for what PDF/A-1 forbids and PDF/A-3 allows."""
_CODE = re.compile(r"^(\d+(?:\.\d+)+) :")
_OXIDE = """
import json, sys, pdf_oxide
for path in sys.argv[1:]:
    found = pdf_oxide.PdfDocument(path).validate_pdf_a("3u")
    print(json.dumps({"valid": found["valid"], "errors": found["errors"]}))
"""


def run(folder: Path, *, full: bool) -> Report:
    """How many files each checker has nothing against."""
    files = _made(folder) + (sorted(DOCUMENTS.glob("*.pdf")) if DOCUMENTS.is_dir() else [])
    rows: list[dict[str, object]] = []
    lines = [f"{len(files)} files, of them 3 at B, T and LTA made here"]
    for name, check in (("pdf_oxide 3u", _oxide), ("preflight 1b", _preflight)):
        try:
            faults = check(files)
        except PeerAbsentError as absent:
            rows.append({"name": name, "absent": str(absent)})
            lines.append(f"{name:<14} not here: {absent}")
            continue
        bad = {path.name: said for path, said in zip(files, faults, strict=True) if said}
        rows.append({"name": name, "files": len(files), "faults": bad})
        lines.append(f"{name:<14} {len(files) - len(bad)} of {len(files)} without a fault {bad}")
    return Report(rows=rows, text="\n".join(lines) + "\n")


def _made(folder: Path) -> list[Path]:
    """One certificate of each level."""
    world = build_world(folder / "world", default_parts() / "fonts", real_now(), clock=real_now)
    plain = world.issue
    authorities = own_authorities(world, real_now)
    connect(world, authorities, real_now)
    levels = {
        "B": plain,
        "T": IssueCertificate(replace(plain._parts, stamps=authorities)),
        "LTA": world.issue,
    }
    made = []
    for level, service in levels.items():
        world.issue = service
        path = folder / f"{level}.pdf"
        path.write_bytes(world.certify().pdf)
        made.append(path)
    return made


def _oxide(files: list[Path]) -> list[list[str]]:
    python = bench_python()
    known = subprocess.run([python, "-c", "import pdf_oxide"], capture_output=True)
    if known.returncode:
        pip = [str(python), "-m", "pip", "install", "-q", "--require-hashes", "-r", str(LOCK)]
        if subprocess.run(pip, capture_output=True).returncode:
            message = f"{LOCK} could not be installed"
            raise PeerAbsentError(message)
    done = subprocess.run(
        [str(python), "-c", _OXIDE, *map(str, files)], capture_output=True, text=True, check=True
    )
    said = [json.loads(line) for line in done.stdout.splitlines()]
    return [one["errors"] or ([] if one["valid"] else ["invalid"]) for one in said]


def _preflight(files: list[Path]) -> list[list[str]]:
    """Codes that nothing in ALLOWED explains."""
    classes = ":".join(map(str, _jars()))
    found = []
    for path in files:
        done = subprocess.run(
            ["java", "-cp", classes, "org.apache.pdfbox.preflight.Validator_A1b", str(path)],
            capture_output=True,
            text=True,
        )
        codes = Counter(
            match[1] for line in done.stdout.splitlines() if (match := _CODE.match(line))
        )
        if not codes and "is a valid" not in done.stdout:
            message = f"it does not run: {done.stderr[:120]}"
            raise PeerAbsentError(message)
        found.append(sorted(codes.keys() - ALLOWED.keys()))
    return found


def _jars() -> list[Path]:
    """Preflight and what it needs: installed, or unpacked from Debian's packages."""
    if shutil.which("java") is None:
        message = "no java"
        raise PeerAbsentError(message)
    installed = Path("/usr/share/java/preflight.jar")
    if installed.exists():
        return sorted(Path("/usr/share/java").glob("*.jar"))
    if not list(JARS.rglob("preflight*.jar")):
        if shutil.which("apt-get") is None:
            message = "no apt-get"
            raise PeerAbsentError(message)
        JARS.mkdir(parents=True, exist_ok=True)
        fetch = ["apt-get", "download", *DEBIAN]
        if subprocess.run(fetch, cwd=JARS, capture_output=True).returncode:
            message = "apt-get download " + " ".join(DEBIAN)
            raise PeerAbsentError(message)
        for package in JARS.glob("*.deb"):
            subprocess.run(["dpkg", "-x", str(package), str(JARS)], check=True)
    return sorted(JARS.rglob("*.jar"))
