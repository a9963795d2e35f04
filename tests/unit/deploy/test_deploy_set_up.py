"""Set-up: each failure has a sentence and a remedy, and nothing half done is taken for done."""

from pathlib import Path

import pytest

from deploy import parts as parts_module
from deploy.python_check import complaint
from deploy.system_packages import PARTS, SystemPart, find_missing, install, install_line
from records.refusal import Refusal


@pytest.mark.parametrize(
    ("version", "fits"), [((3, 10), 0), ((3, 11), 1), ((3, 12), 1), ((3, 13), 0)]
)
def test_only_the_supported_pythons_are_taken(version: tuple[int, int], fits: int) -> None:
    said = complaint(version, has_venv=True)
    assert (said == "") is bool(fits)
    assert fits or "→" in said


def test_a_python_without_venv_is_told_what_to_install() -> None:
    assert "python3-venv" in complaint((3, 11), has_venv=False)


def test_a_missing_program_is_named_with_one_command(tmp_path: Path) -> None:
    absent = SystemPart(package="no-such", command="no-such-program-here", why="to prove it")
    font = SystemPart(package="no-font", file_pattern="X*.ttf", folders=(tmp_path,), why="to prove")
    assert find_missing([absent, font]) == (absent, font)
    assert install_line([absent, font]).endswith("no-such no-font")
    (tmp_path / "Xy.ttf").touch()
    assert find_missing([font]) == ()


def test_installing_updates_first_and_stops_when_that_fails() -> None:
    calls: list[list[str]] = []

    def run(command: list[str]) -> int:
        calls.append(command)
        return 100

    assert install(PARTS[:2], run) == 100
    assert calls == [["apt-get", "update", "-q"]]


def test_a_package_without_the_wanted_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        parts_module.place_file(tmp_path / "absent.ttf", tmp_path / "out" / "a.ttf")
    assert refused.value.code == "PARTS_FETCH_FAILED"
    assert not (tmp_path / "out").exists()


def test_complete_packages_are_not_fetched_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "root"
    root.mkdir()
    for name in ("package.json", "package-lock.json"):
        (root / name).write_text("{}")
    work = tmp_path / "npm"
    (work / "node_modules").mkdir(parents=True)
    (work / "complete").write_text(parts_module.lock_digest(root))
    monkeypatch.setattr(parts_module, "find_npm", pytest.fail)
    assert parts_module.fetch_packages(root, work) == work / "node_modules"


def test_an_npm_that_fails_leaves_no_stamp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_text("{}")
    monkeypatch.setattr(parts_module, "find_npm", lambda root: Path("/bin/false"))
    with pytest.raises(Refusal) as refused:
        parts_module.fetch_packages(tmp_path, tmp_path / "npm")
    assert refused.value.code == "PARTS_FETCH_FAILED"
    assert not (tmp_path / "npm" / "complete").exists()
