"""kill -9 at every write of an issuance, one after another; each is taken up by another process."""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from certificate_service.config import default_parts

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def run_issuing_faults() -> tuple[int, list[str]]:
    """How many points were killed at, and every fault that was found afterwards."""
    # The worlds that the tests build lie beside the test folders: the path is set by who starts us.
    from certificate_world import build_world
    from issuing_crashes import crash_once, faults_of, prepare_world

    found: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        world = build_world(Path(folder), default_parts() / "fonts", AT)
        prepare_world(world)
        _killed, points = crash_once(world, 0)
        for point in range(1, points + 1):
            killed, _met = crash_once(world, point)
            if not killed:
                found.append(f"point {point} was not met")
            found += [f"point {point}: {fault}" for fault in faults_of(world)]
            sys.stdout.write(f"\rissuing killed at point {point} of {points}")
            sys.stdout.flush()
        world.engine.dispose()
    sys.stdout.write(f"\nFI    {points} points, {len(found)} faults {found[:3]}\n")
    return points, found
