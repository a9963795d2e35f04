"""`lantai demo` as a newcomer runs it, with the registry dead; then the folder comes up again."""

import json
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.desks import run, wait_until

DEMO_SECONDS = 240
"""Generous: the suite shares its machine. The demo says how long it took by itself."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("lt") / "demo"
    yield made
    run("lantai", "down", "--dir", str(made))


@pytest.fixture(scope="module")
def printed(folder: Path) -> str:
    done = run("lantai", "demo", "--dir", str(folder), "--kill-registry", timeout=DEMO_SECONDS)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def test_the_demo_ends_verified_although_the_registry_was_killed(printed: str) -> None:
    lines = printed.strip().splitlines()
    assert lines[-1].endswith("verified")
    assert any("登记处已被杀死" in line for line in lines)
    assert all(line.startswith("[") for line in lines), "each step has its elapsed time"
    assert sum(" s)" in line for line in lines) >= 12


def test_the_document_names_everything_and_is_private(printed: str, folder: Path) -> None:
    path = folder / "federation.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    document = json.loads(path.read_text(encoding="utf-8"))
    assert {node["node_id"] for node in document["nodes"]} == {"jiaxing", "shangrao", "pudong"}
    jiaxing = next(node for node in document["nodes"] if node["node_id"] == "jiaxing")
    assert [archive["archive_code"] for archive in jiaxing["archives"]] == ["330400", "330481"]
    passwords = [login["password"] for node in document["nodes"] for login in node["logins"]]
    assert len(set(passwords)) == len(passwords) == 36
    assert Path(document["case"]["certificate"]).is_file()
    assert document["case"]["case_no"].startswith("LT-330400-")
    assert 0 < document["case"]["seconds"] < DEMO_SECONDS


def test_nothing_runs_after_the_demo(printed: str, folder: Path) -> None:
    done = run("lantai", "status", "--dir", str(folder), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["running"] == []


def test_no_log_names_a_person(printed: str, folder: Path) -> None:
    logs = "".join(path.read_text("utf-8") for path in (folder / "logs").iterdir())
    document = json.loads((folder / "federation.json").read_text("utf-8"))
    for word in ("周金水", "吴桂兰", "361199196211050313", "1962-11-05"):
        assert word not in logs
    for node in document["nodes"]:
        for login in node["logins"]:
            assert login["password"] not in logs


@pytest.mark.parametrize(("node_id", "archive"), [("jiaxing", "330400"), ("shangrao", "361100")])
def test_each_side_takes_out_evidence_that_the_council_keys_alone_verify(
    printed: str, folder: Path, tmp_path: Path, node_id: str, archive: str
) -> None:
    document = json.loads((folder / "federation.json").read_text("utf-8"))
    node = next(node for node in document["nodes"] if node["node_id"] == node_id)
    case_no, pack = document["case"]["case_no"], tmp_path / "case.lantai-evidence.zip"
    whose = ("--data", node["data"], "--archive", archive)
    alone = run("lantai-node", "evidence", case_no, "-o", str(pack), *whose, "--plain")
    assert alone.returncode == 2, alone.stdout
    people = []
    for option, user in (("--login", "auditor"), ("--witness-login", "leader")):
        login = next(
            one for one in node["logins"] if (one["archive_code"], one["user"]) == (archive, user)
        )
        path = tmp_path / f"{user}.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(login), "utf-8")
        people += [option, str(path)]
    why = ("--reason", "audit", "--plain", *people)
    taken = run("lantai-node", "evidence", case_no, "-o", str(pack), *whose, *why)
    assert taken.returncode == 0, taken.stderr
    trusted = ("--trust-list", document["trust_list"], "--council", document["council_keys"])
    verified = run("lantai-node", "evidence", "verify", str(pack), *trusted, "--json")
    assert verified.returncode == 0, verified.stderr
    said = {one["name"]: one["signers"] for one in json.loads(verified.stdout)["statements"]}
    assert said["request-1"] == ["jiaxing"]
    assert said["answer-1"] == ["shangrao"]
    assert sorted(said["receipt-1"] + said["receipt-2"]) == ["jiaxing", "shangrao"]
    if node_id == "shangrao":
        assert said["agreement-1"] == ["jiaxing", "shangrao"]
        assert len(set(said["order-1"])) == 2
    spoilt = bytearray(pack.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    pack.write_bytes(bytes(spoilt))
    refused = run("lantai-node", "evidence", "verify", str(pack), *trusted)
    assert refused.returncode == 3, refused.stdout
    assert "→" in refused.stderr


def test_the_same_folder_comes_up_again_and_goes_down(printed: str, folder: Path) -> None:
    program = str(Path(sys.executable).with_name("lantai"))
    up = subprocess.Popen(
        [program, "up", "--dir", str(folder), "--json"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert up.stdout is not None
        began = time.monotonic()
        document = json.loads(up.stdout.readline())
        assert time.monotonic() - began < DEMO_SECONDS
        done = run("lantai", "status", "--dir", str(folder), "--json")
        assert "registry" in json.loads(done.stdout)["running"]
        code = run("lantai", "totp", "clerk", "--archive", "330400", "--dir", str(folder))
        assert code.stdout.strip().isdigit() and len(code.stdout.strip()) == 6
        assert run("lantai", "up", "--dir", str(folder)).returncode == 3, "it runs already"
        assert document["nodes"][0]["desk"].startswith("http://127.0.0.1:")
    finally:
        down = run("lantai", "down", "--dir", str(folder))
        wait_until(lambda: up.poll() is not None, 90)
    assert down.returncode == 0, down.stderr
    assert up.returncode == 0


@pytest.mark.parametrize("command", ["down", "status", "totp"])
def test_a_folder_without_a_federation_is_said_to_be_one(command: str, tmp_path: Path) -> None:
    extra = ["clerk"] if command == "totp" else []
    done = run("lantai", command, *extra, "--dir", str(tmp_path))
    assert done.returncode == 3
    assert done.stderr.startswith("FEDERATION_MISSING: ") and "Traceback" not in done.stderr


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    done = run("lantai", "demo", "--dir", str(tmp_path))
    assert done.returncode == 3 and done.stderr.startswith("FOLDER_NOT_OURS: ")
    assert (tmp_path / "thesis.txt").read_text() == "years of work"


def test_wrong_options_are_a_usage_error() -> None:
    assert run("lantai", "demo", "--no-such-option").returncode == 2
    assert run("lantai", "fly", "--dir", "x").returncode == 2
