"""Reads docs/joining.md and does what it says, word for word, in an empty directory."""

import json
import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "joining.md"
_BLOCK = re.compile(r"^```sh ?(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block of commands."""

    kind: str
    """install, wait, serve, propose, sign, check; empty = run it and go on."""
    who: str
    """新馆, 登记处, 理事会 or 对方."""
    text: str


def blocks() -> list[Block]:
    """Every block of the page, in order."""
    found = []
    for kind, text in _BLOCK.findall(PAGE.read_text("utf-8")):
        who = re.match(r"# (\w+?)(：|\n|$)", text)
        assert who, text
        found.append(Block(kind, who[1], text))
    return found


def programs(folder: Path) -> Path:
    """The four commands of this very checkout, on a PATH of their own."""
    bin_folder = folder / "bin"
    bin_folder.mkdir()
    for name, module in (
        ("lantai", "deploy.cli"),
        ("lantai-registry", "federation_registry.cli"),
        ("lantai-node", "node.cli"),
    ):
        program = f"import sys; from {module} import main; sys.exit(main())"
        script = bin_folder / name
        script.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{program}' \"$@\"\n")
        script.chmod(0o755)
    return bin_folder


@dataclass
class Operator:
    """Somebody with an empty directory and the page."""

    folder: Path
    env: dict[str, str]
    running: list[subprocess.Popen[str]] = field(default_factory=list)
    spoken: list[str] = field(default_factory=list)

    def run(self, text: str, expect: tuple[int, ...] = (0,)) -> str:
        """Do the commands of a block; what they said."""
        done = subprocess.run(
            ["bash", "-euc", text],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=240,
        )
        self.spoken.append(done.stdout + done.stderr)
        assert done.returncode in expect, (text, done.returncode, done.stdout, done.stderr)
        return done.stdout

    def start(self, text: str) -> subprocess.Popen[str]:
        """Do a block that goes on by itself."""
        made = subprocess.Popen(
            ["bash", "-euc", "exec " + text.split("\n", 1)[1].strip()],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.running.append(made)
        return made

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(60)


def read_until(process: subprocess.Popen[str], wanted: str, seconds: float = 240) -> str:
    """Lines of a process up to the one with `wanted`."""
    said = ""
    end = time.monotonic() + seconds
    assert process.stdout is not None
    while wanted not in said:
        line = process.stdout.readline()
        assert line and time.monotonic() < end, said
        said += line
    return said


def base_env(bin_folder: Path) -> dict[str, str]:
    """PATH, this checkout, and nothing of what the test suite has set."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "PATH": f"{bin_folder}:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "LANTAI_PARTS": os.environ.get("LANTAI_PARTS", str(ROOT / "var" / "parts")),
    }


def terms(first: str, second: str) -> str:
    """The text of an agreement that two leaders have before them."""
    today = datetime.now(UTC).date()
    content = {
        "agreement_id": f"{first}-{second}-2026",
        "version": 1,
        "asking_nodes": [first, second],
        "holding_nodes": [first, second],
        "categories": ["marriage_registration"],
        "requester_types": ["party"],
        "purposes": [],
        "year_from": 1950,
        "year_to": 2020,
        "granularity": "extract",
        "seal_mode": "HOLDER_ELECTRONIC",
        "minutes": 15,
        "legal_basis": "档案法第二十八条",
        "valid_from": today.isoformat(),
        "valid_to": (today + timedelta(days=365)).isoformat(),
        "daily_quota": 100,
        "contacts": {first: "0573-0001", second: "0573-0002"},
    }
    return json.dumps(content, ensure_ascii=False)
