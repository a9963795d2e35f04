"""The programs and fonts that the test suite needs from the operating system.

As root on Debian or Ubuntu they are installed; everybody else is told the one command to run.
A part that is still missing afterwards ends the run: a suite that skips proves nothing.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemPart:
    """One Debian package and how to see that it is there."""

    package: str
    command: str = ""
    """A program on PATH that the package brings; empty for fonts and libraries."""
    file_pattern: str = ""
    """Or a file name pattern beneath the folders in `folders`."""
    folders: tuple[Path, ...] = FONT_FOLDERS
    why: str


PARTS = (
    SystemPart(package="chromium", command="chromium", why="drives the pages as a person would"),
    SystemPart(
        package="fonts-noto-cjk", file_pattern="NotoSansCJK*.ttc", why="the browser's Chinese font"
    ),
    SystemPart(
        package="fonts-hanazono", file_pattern="HanaMin*.ttf", why="rare characters on extracts"
    ),
    SystemPart(package="poppler-utils", command="pdfsig", why="a PDF validator not written here"),
    SystemPart(package="zbar-tools", command="zbarimg", why="a QR reader not written here"),
    SystemPart(package="openssl", command="openssl", why="attacks the running federation"),
    SystemPart(package="softhsm2", command="softhsm2-util", why="seal keys in a PKCS#11 token"),
    SystemPart(package="faketime", command="faketime", why="wrong clocks"),
)


def is_present(part: SystemPart) -> bool:
    """True when the command is on PATH, or a file of that name is in one of the folders."""
    if part.command:
        return shutil.which(part.command) is not None
    return any(
        next(folder.rglob(part.file_pattern), None) is not None
        for folder in part.folders
        if folder.is_dir()
    )


def find_missing(parts: Sequence[SystemPart]) -> tuple[SystemPart, ...]:
    """The parts that are not there, in the order given."""
    return tuple(part for part in parts if not is_present(part))


def install_line(missing: Sequence[SystemPart]) -> str:
    """The one command that a person must run."""
    return "apt-get install -y --no-install-recommends " + " ".join(p.package for p in missing)


def install(missing: Sequence[SystemPart], run: Callable[[list[str]], int]) -> int:
    """Exit code of the package manager after it was asked for every missing part."""
    updated = run(["apt-get", "update", "-q"])
    return updated or run(install_line(missing).replace("-y", "-y -q", 1).split())


def _run(command: list[str]) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, check=False
    ).returncode


def main() -> int:
    """Exit code 0 when every part is there, 5 with the remedy on stderr otherwise."""
    missing = find_missing(PARTS)
    may_install = os.geteuid() == 0 and shutil.which("apt-get") is not None
    if missing and may_install:
        names = " ".join(part.package for part in missing)
        sys.stdout.write(f"安装系统软件包 · installing system packages: {names}\n")
        sys.stdout.flush()
        install(missing, _run)
        missing = find_missing(PARTS)
    if not missing:
        return 0
    for part in missing:
        sys.stderr.write(f"  {part.package}: {part.why}\n")
    sys.stderr.write(
        "SYSTEM_PACKAGES: 测试所需的系统软件包不全 · system packages are missing → "
        f"sudo {install_line(missing)}\n"
    )
    return 5


if __name__ == "__main__":
    sys.exit(main())
