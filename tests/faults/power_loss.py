"""F36: the power fails. What was written and not made durable is gone, or half there.

Every process runs with a small library (power_loss.c) that journals its writes and syncs below the
world's folder. When the power fails, all processes are killed and the files are rebuilt: from the
image before the start, plus every write that an fsync covered, plus, for a file here and there, a
first part of what was never synced. Renames and removals are taken as done in their order, so a
file that was renamed into place without a sync is there and empty.
"""

import os
import shutil
import struct
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.faults.run import NotHere, Run
from tests.faults.world import Setup, World

_HEAD = struct.Struct("<cIQQ")
_SOURCE = Path(__file__).with_name("power_loss.c")
_TORN = 0.5
_GONE = 2.5


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that a process did to a file."""

    kind: str
    path: str
    data: bytes
    offset: int


class ForgetfulDisk:
    """The image before the start, and the journal since."""

    def __init__(self, folder: Path) -> None:
        """`folder` is beside the world's."""
        self._image = folder.with_name(f"{folder.name}.image")
        self._journal = folder.with_name(f"{folder.name}.journal")
        self._library = _compile(folder.with_name("power_loss.so"))
        self._root = folder.resolve()
        self._journal.unlink(missing_ok=True)
        shutil.rmtree(self._image, ignore_errors=True)

    @property
    def preload(self) -> dict[str, str]:
        """Environment of the processes under test."""
        return {
            "LD_PRELOAD": str(self._library),
            "POWER_JOURNAL": str(self._journal),
            "POWER_ROOT": str(self._root),
        }

    def take_image(self) -> None:
        """Everything in the folder is durable now."""
        shutil.copytree(self._root, self._image)
        self._journal.unlink(missing_ok=True)

    def lose_power(self, rng: Random) -> dict[str, int]:
        """The folder is as it would be after the power failed; how much that cost."""
        files, pending = _Files(self._root, self._image), defaultdict[str, list[Record]](list)
        for record in _read(self._journal):
            files.apply(record, pending)
        lost = torn = 0
        for path, records in pending.items():
            keep = rng.randrange(len(records)) if records and rng.random() < _TORN else 0
            for record in records[:keep]:
                files.write(record)
            torn += bool(keep)
            lost += len(records) - keep
            del path
        files.put_back()
        return {"unsynced_writes_lost": lost, "files_torn": torn}

    def clear(self) -> None:
        """Nothing of it is left."""
        shutil.rmtree(self._image, ignore_errors=True)
        self._journal.unlink(missing_ok=True)


class _Files:
    """Durable contents by path, in memory where they changed."""

    def __init__(self, root: Path, image: Path) -> None:
        self._root = root
        self._image = image
        self._changed: dict[str, bytearray | None] = {}

    def apply(self, record: Record, pending: dict[str, list[Record]]) -> None:
        path = record.path
        match record.kind:
            case "W" | "T":
                pending[path].append(record)
            case "S":
                for waiting in pending.pop(path, []):
                    self.write(waiting)
            case "O":
                pending.pop(path, None)
                self._changed[path] = bytearray()
            case "U":
                pending.pop(path, None)
                self._changed[path] = None
            case "R":
                target = record.data.decode()
                self._changed[target] = bytearray(self._content(path))
                self._changed[path] = None
                pending[target] = [
                    Record(one.kind, target, one.data, one.offset) for one in pending.pop(path, [])
                ]

    def write(self, record: Record) -> None:
        content = self._content(record.path)
        if record.kind == "T":
            del content[record.offset :]
        else:
            missing = record.offset - len(content)
            content.extend(bytes(max(0, missing)))
            content[record.offset : record.offset + len(record.data)] = record.data
        self._changed[record.path] = content

    def put_back(self) -> None:
        """The folder holds what is durable, and nothing else."""
        shutil.rmtree(self._root)
        shutil.copytree(self._image, self._root)
        for path, content in self._changed.items():
            place = Path(path)
            if content is None:
                place.unlink(missing_ok=True)
                continue
            place.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content)

    def _content(self, path: str) -> bytearray:
        if path in self._changed:
            found = self._changed[path]
            return bytearray() if found is None else found
        place = self._image / Path(path).relative_to(self._root)
        return bytearray(place.read_bytes()) if place.is_file() else bytearray()


def _read(journal: Path) -> Iterator[Record]:
    data = journal.read_bytes()
    place = 0
    while place + _HEAD.size <= len(data):
        kind, path_size, data_size, offset = _HEAD.unpack_from(data, place)
        start = place + _HEAD.size
        name = data[start : start + path_size].decode()
        body_size = data_size if kind in (b"W", b"R") else 0
        body = data[start + path_size : start + path_size + body_size]
        yield Record(kind.decode(), name, body, offset)
        place = start + path_size + body_size


def _compile(library: Path) -> Path:
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        message = "no C compiler: the journalling library cannot be built"
        raise NotHere(message)
    library.parent.mkdir(parents=True, exist_ok=True)
    command = [compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(_SOURCE), "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return library


def f36(run: Run) -> None:
    """The power of the whole host fails in the middle of the work, twice."""
    disk = ForgetfulDisk(run.folder)
    rng = Random(f"f36/{run.seed}")
    cost: dict[str, int] = defaultdict(int)
    setup = Setup(preload=disk.preload)
    try:
        with run.world(setup, lambda _world: disk.take_image()) as world:
            for _ in range(2):
                run.file(3)
                run.work(rng.uniform(1.0, _GONE))
                _fail(world)
                for name, count in disk.lose_power(rng).items():
                    cost[name] += count
                disk.clear()
                disk.take_image()
                world.revive(*world.names)
            run.over()
            run.note(**cost)
    finally:
        disk.clear()


def _fail(world: World) -> None:
    for process in world.processes.values():
        process.kill()
