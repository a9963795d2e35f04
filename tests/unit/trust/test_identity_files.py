"""A TLS identity changes whole: whatever step the process dies at, the next one can start."""

from pathlib import Path

import pytest
from channel_world import World

from trust.channel.credentials import TLSIdentity
from trust.channel.identity_files import load_identity, store_identity


@pytest.fixture(scope="module")
def identities() -> tuple[TLSIdentity, TLSIdentity]:
    world = World()
    someone = world.join("jiaxing")
    return someone.holder.current, world.issue(someone.participant)


def store(folder: Path, identity: TLSIdentity) -> None:
    store_identity(
        folder,
        private_key_pem=identity.private_key_pem,
        chain_pem=identity.chain_pem,
        roots_pem=identity.roots_pem,
    )


class Killed(BaseException):
    """The process is gone."""


def test_a_death_at_any_rename_leaves_the_old_or_the_new(tmp_path, identities, monkeypatch) -> None:
    old, new = identities
    for dies_at in range(4):
        folder = tmp_path / str(dies_at)
        folder.mkdir()
        store(folder, old)
        renamed = []
        replace = Path.replace

        def dying(path: Path, target: Path, at=dies_at, done=renamed, really=replace) -> Path:
            if len(done) == at:
                raise Killed
            done.append(path)
            return really(path, target)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "replace", dying)
            if dies_at < 3:
                with pytest.raises(Killed):
                    store(folder, new)
            else:
                store(folder, new)
        expected = old if dies_at == 0 else new
        assert load_identity(folder).certificate_sha256 == expected.certificate_sha256, dies_at
        store(folder, old)
        assert load_identity(folder).certificate_sha256 == old.certificate_sha256


def test_half_written_copies_are_not_taken(tmp_path, identities) -> None:
    old, new = identities
    store(tmp_path, old)
    (tmp_path / ".tls.key.new").write_bytes(new.private_key_pem)
    (tmp_path / ".tls.pem.new").write_bytes(new.chain_pem[:100])
    assert load_identity(tmp_path).certificate_sha256 == old.certificate_sha256
