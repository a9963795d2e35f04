import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from holdings_world import HEADER, ROW

from node.adapters.passwords import Argon2Passwords
from node.cli import main
from node.cli.place import open_place
from node.domain.officers import Officer
from node.ports import Credentials
from node.services.sign_in import totp_at

TOTP_SECRET = b"0123456789abcdefghij"


@pytest.fixture
def staffed(tmp_path: Path, table_folder: Path) -> tuple[list[str], Path]:
    """A node with a repository master and a submission reviewer, and a file with a warning."""
    parts = tmp_path / "parts"
    parts.mkdir()
    (parts / "tables").symlink_to(table_folder)
    place = ["--data", str(tmp_path / "node"), "--parts", str(parts)]
    init = ["init", *place, "--node-id", "shangrao", "--trust-domain", "demo.invalid"]
    assert main([*init, "--archive", "361100=上饶市档案馆"]) == 0
    opened = open_place(tmp_path / "node", parts)
    assert opened.staff is not None
    for user, post in (("master", "repository_master"), ("reviewer", "submission_reviewer")):
        officer = Officer(
            officer_id=f"361100/{user:0<16}",
            person_id=user,
            archive_code="361100",
            user=user,
            display_name=user,
            posts=(post,),
            kid="",
            public_key="",
        )
        hashed = Argon2Passwords(memory_kib=64, passes=1).hash(f"{user}-secret")
        opened.staff.add(
            Credentials(officer=officer, password_hash=hashed, totp_secret=TOTP_SECRET)
        )
        (tmp_path / f"{user}.txt").write_text(f"{user}-secret\n", "utf-8")
    rows = tmp_path / "rows.csv"
    rows.write_text(HEADER + ROW.replace("1964-02-09", "1984"), "utf-8")
    return ["import", *place, "--category", "marriage_registration", str(rows), "--json"], tmp_path


def as_officer(folder: Path, user: str, prefix: str = "") -> list[str]:
    return [
        f"--{prefix}user", user,
        f"--{prefix}password-file", str(folder / f"{user}.txt"),
        f"--{prefix}totp", totp_at(TOTP_SECRET, datetime.now(UTC)),
    ]  # fmt: skip


def test_a_staffed_node_imports_for_a_signed_in_repository_master_only(
    staffed: tuple[list[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    command, folder = staffed
    for more, code in (
        ([], "OFFICER_NEEDED"),
        (["--user", "master"], "OFFICER_NEEDED"),
        ([*as_officer(folder, "master")[:4], "--totp", "000000"], "SIGN_IN_REFUSED"),
        (as_officer(folder, "reviewer"), "DUTY_NOT_HELD"),
    ):
        assert main([*command, *more]) == 3
        assert capsys.readouterr().err.startswith(f"{code}: ")


def test_warnings_are_accepted_by_a_second_officer(
    staffed: tuple[list[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    command, folder = staffed
    master = as_officer(folder, "master")
    assert main([*command, "--accept-warnings", *master]) == 3
    assert capsys.readouterr().err.startswith("OFFICER_NEEDED: ")
    reviewer = as_officer(folder, "reviewer", "reviewer-")
    later = totp_at(TOTP_SECRET, datetime.now(UTC) + timedelta(seconds=30))
    again = [*master[:-1], later]
    assert main([*command, "--accept-warnings", *again, *reviewer]) == 0
    assert json.loads(capsys.readouterr().out)["accepted"] == 1


def test_a_real_node_has_no_browse_door(
    staffed: tuple[list[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    _, folder = staffed
    place = ["--data", str(folder / "node"), "--parts", str(folder / "parts")]
    (folder / "q.jsonl").write_text("{}\n", "utf-8")
    command = ["search", *place, "--batch", str(folder / "q.jsonl")]
    assert main(command) == 3
    assert capsys.readouterr().err.startswith("BENCH_ONLY: ")
    assert main([*command, "--case", "LT-361100-20261121-0001"]) == 3
    assert capsys.readouterr().err.startswith("CASE_SEARCH_NOT_APPROVED: ")


def test_settings_are_required_and_an_unknown_archive_is_refused(
    staffed: tuple[list[str], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "--data", str(tmp_path / "other")]) == 2
    assert capsys.readouterr().err.startswith("CONFIG_MALFORMED: ")
    sample = ["--node-id", "x", "--trust-domain", "demo.invalid", "--archive", "361100=上饶"]
    assert main(["init", "--production", "--data", str(tmp_path / "other"), *sample]) == 2
    assert not (tmp_path / "other" / "node.toml").exists()
    command, _ = staffed
    assert main([*command, "--archive", "330400"]) != 0
    assert capsys.readouterr().err.splitlines()[-1].startswith("ARCHIVE_NOT_HOSTED: ")
