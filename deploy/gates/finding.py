"""One thing that a gate found."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGES = (
    "records",
    "trust",
    "node",
    "federation_registry",
    "certificate_service",
    "webui",
    "deploy",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Where, and what is wrong."""

    path: str
    """Relative to the project's root."""
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def hand_written(root: Path, folders: tuple[str, ...] = PACKAGES) -> Iterator[Path]:
    """Python files that a person wrote, beneath the folders, in order."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if not path.stem.endswith(("_pb2", "_pb2_grpc")):
                yield path
