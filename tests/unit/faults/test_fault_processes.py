"""A process that never ran has nothing to be killed: session 0 belongs to the kernel."""

import os

from tests.faults.child import Plan
from tests.faults.processes import Command, Managed


def test_what_was_never_started_kills_and_stops_nobody(tmp_path, monkeypatch) -> None:
    sent = []
    monkeypatch.setattr(os, "kill", lambda pid, number: sent.append((pid, number)))
    process = Managed(Command(name="x", arguments=(), listens=""), tmp_path, Plan())
    process.kill()
    process.halt()
    process.resume()
    process.stop()
    assert process.members() == []
    assert process.serving() == 0
    assert not process.kill_serving()
    assert sent == []
