"""Generated code is what the generators make today: protobuf modules and the statements' schema."""

import filecmp
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from deploy.gates.finding import Finding

PROTOS = "protos/lantai/v1"
GENERATED_SUFFIXES = ("_pb2.py", "_pb2.pyi", "_pb2_grpc.py", "_pb2_grpc.pyi")


def generate_protos(root: Path, out: Path) -> None:
    """The modules for every .proto file are in `out`, at the same paths as in the project.

    Raises:
        CalledProcessError: a .proto file does not compile.
    """
    sources = sorted(str(path.relative_to(root)) for path in (root / PROTOS).glob("*.proto"))
    outputs = [f"--{kind}_out={out}" for kind in ("python", "grpc_python", "mypy", "mypy_grpc")]
    # protoc finds its mypy plugins on PATH, beside this Python.
    beside = str(Path(sys.executable).parent)
    environment = {**os.environ, "PATH": f"{beside}{os.pathsep}{os.environ.get('PATH', '')}"}
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", "-I", ".", *outputs, *sources],
        cwd=root,
        env=environment,
        check=True,
        capture_output=True,
    )


def check_protos(root: Path) -> Iterator[Finding]:
    """Every committed module that differs from what its .proto file makes, is missing or stray."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        generate_protos(root, out)
        fresh = {path.name for path in (out / PROTOS).iterdir()}
        kept = {
            path.name
            for path in (root / PROTOS).iterdir()
            if path.name.endswith(GENERATED_SUFFIXES)
        }
        for name in sorted(fresh | kept):
            there = name in fresh and name in kept
            same = there and filecmp.cmp(out / PROTOS / name, root / PROTOS / name, shallow=False)
            if not same:
                what = "differs from its .proto file: run python -m deploy.gates.generated"
                yield Finding(path=f"{PROTOS}/{name}", line=1, what=what)


def main() -> int:
    """Writes the generated modules into the project."""
    root = Path(__file__).resolve().parent.parent.parent
    generate_protos(root, root)
    return 0


if __name__ == "__main__":
    sys.exit(main())
