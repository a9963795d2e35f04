"""Where things lie in the data directory of a registry."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """Where things lie in a data directory."""

    path: Path

    @property
    def settings_file(self) -> Path:
        """registry.toml."""
        return self.path / "registry.toml"

    @property
    def keys(self) -> Path:
        """Private keys and certificates, mode 0700."""
        return self.path / "keys"

    @property
    def offline(self) -> Path:
        """The root's private key: to be carried away and kept offline."""
        return self.keys / "offline"

    @property
    def council_file(self) -> Path:
        """The council's public keys, pinned by a person."""
        return self.path / "council" / "council.json"

    @property
    def areas_file(self) -> Path:
        """The imported area table; absent = the built-in one."""
        return self.path / "jurisdictions.csv"

    @property
    def database_file(self) -> Path:
        """The embedded database."""
        return self.path / "lantai.db"
