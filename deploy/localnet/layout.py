"""The folders of one sample federation."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from deploy.reasons import FOLDER_NOT_OURS
from records.refusal import Refusal

_MARK = ".lantai-federation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where things lie beneath the working folder."""

    root: Path

    @property
    def council(self) -> Path:
        """Three seats, one key each: nobody's process reads it."""
        return self.root / "offline" / "council"

    @property
    def authority(self) -> Path:
        """The archives' authority keys, each in its leader's folder."""
        return self.root / "offline" / "authority"

    @property
    def seals(self) -> Path:
        """Root and issuing key of the seal authority."""
        return self.root / "offline" / "seals"

    @property
    def public(self) -> Path:
        """What anybody may have: council keys, trust list, seal roots."""
        return self.root / "public"

    @property
    def council_file(self) -> Path:
        """Public halves of the council's keys."""
        return self.public / "council.json"

    @property
    def trust_list(self) -> Path:
        """The newest trust list, DSSE JSON."""
        return self.public / "trust-list.json"

    @property
    def seal_roots(self) -> Path:
        """Roots of the seal certificates, PEM."""
        return self.public / "seal-roots.pem"

    @property
    def registry(self) -> Path:
        """Data directory of the registry."""
        return self.root / "registry"

    @property
    def certificates(self) -> Path:
        """Data directory of the certificate service."""
        return self.root / "certificates"

    @property
    def time_stamp(self) -> Path:
        """Data directory of the demonstration's time-stamp authority."""
        return self.root / "time-stamp"

    def node(self, node_id: str) -> Path:
        """Data directory of a node."""
        return self.root / "nodes" / node_id

    def seal_folder(self, archive_code: str) -> Path:
        """Where the certificate service finds the archive's seal."""
        return self.certificates / "archives" / archive_code

    def create(self) -> None:
        """The folder is empty but for our mark; what an earlier federation left is gone.

        Raises:
            Refusal: FOLDER_NOT_OURS when somebody else's files lie there.
        """
        if self.root.is_dir() and any(self.root.iterdir()):
            if not (self.root / _MARK).is_file():
                raise Refusal(FOLDER_NOT_OURS, self.root.name)
            for path in self.root.iterdir():
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
        self.public.mkdir(parents=True)
        self.root.chmod(0o700)
        (self.root / _MARK).touch()
