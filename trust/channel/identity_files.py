"""A participant's TLS identity on disk: three files that change together, whatever dies meanwhile.

tls.key, tls.pem and roots.pem are written beside themselves and then renamed, the key first. Where
a process died between two renames, the next one to read finishes them: a key without its
certificate would keep a member out until it was enrolled anew.
"""

import os
from pathlib import Path

from trust.channel.credentials import TLSIdentity

_KEY, _REST = "tls.key", ("tls.pem", "roots.pem")


def store_identity(
    folder: Path, *, private_key_pem: bytes, chain_pem: bytes, roots_pem: bytes
) -> None:
    """The identity is on disk, every file with mode 0600.

    Raises:
        OSError: Then the one before is still there, or will be finished by `load_identity`.
    """
    contents = {_KEY: private_key_pem, _REST[0]: chain_pem, _REST[1]: roots_pem}
    # The key's copy is the first to be written and the first to be renamed: where the others wait
    # without it, the renames had begun.
    for name, content in contents.items():
        _write(_partial(folder, name), content)
    for name in contents:
        _partial(folder, name).replace(folder / name)
    _sync(folder)


def load_identity(folder: Path) -> TLSIdentity:
    """The identity in use.

    Raises:
        OSError: There is none yet.
        Refusal: CERTIFICATE_MALFORMED.
    """
    if not _partial(folder, _KEY).exists():
        for name in _REST:
            waiting = _partial(folder, name)
            if waiting.exists():
                waiting.replace(folder / name)
    return TLSIdentity(
        chain_pem=(folder / "tls.pem").read_bytes(),
        private_key_pem=(folder / "tls.key").read_bytes(),
        roots_pem=(folder / "roots.pem").read_bytes(),
    )


def _partial(folder: Path, name: str) -> Path:
    return folder / f".{name}.new"


def _write(path: Path, content: bytes) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
