"""Officers' signing keys: officers/<archive>/<user>.key, each under its owner's password."""

from pathlib import Path

from node.domain.exchange_reasons import PASSWORD_WRONG
from records.refusal import Refusal
from trust.envelope.suites import PublicKey, Signer
from trust.identity.keys import Ed25519Signer, new_ed25519, read_signer, write_private_key


class FileOfficerKeys:
    """`OfficerKeys` in a folder; files are 0600 and wrapped by argon2id."""

    def __init__(self, folder: Path) -> None:
        """Keep keys under `folder`."""
        self._folder = folder

    def create(self, archive_code: str, user: str, password: str) -> PublicKey:
        """A new key is on disk. Raises Refusal: KEY_FILE_EXISTS."""
        path = self._path(archive_code, user)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = new_ed25519()
        write_private_key(path, key, password.encode())
        return Ed25519Signer.from_private(key).public_key

    def unlock(self, archive_code: str, user: str, password: str) -> Signer:
        """The officer's signer. Raises Refusal: PASSWORD_WRONG, whatever the cause is."""
        try:
            return read_signer(self._path(archive_code, user), password.encode())
        except Refusal as error:
            raise Refusal(PASSWORD_WRONG) from error

    def _path(self, archive_code: str, user: str) -> Path:
        return self._folder / archive_code / f"{user}.key"
