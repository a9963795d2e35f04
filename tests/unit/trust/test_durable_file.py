"""A small file is replaced whole: synced before it gets its name, and the name after it."""

import os
import stat

import pytest

from trust.store.durable_file import write_durably


def test_content_and_name_are_synced_in_that_order(tmp_path, monkeypatch) -> None:
    done = []
    sync, replace = os.fsync, type(tmp_path).replace
    monkeypatch.setattr(
        os, "fsync", lambda fd: (done.append(os.readlink(f"/proc/self/fd/{fd}")), sync(fd))[1]
    )
    monkeypatch.setattr(
        type(tmp_path), "replace", lambda old, new: (done.append("renamed"), replace(old, new))[1]
    )
    path = tmp_path / "tls.json"
    write_durably(path, b"{}")
    assert path.read_bytes() == b"{}"
    assert done == [str(tmp_path / ".tls.json.new"), "renamed", str(tmp_path)]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch) -> None:
    path = tmp_path / "tls.json"
    write_durably(path, b"old")

    def full(_fd: int) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        write_durably(path, b"new")
    assert path.read_bytes() == b"old"
