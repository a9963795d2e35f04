"""What the operator's console reads beside the directory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateRow:
    """A TLS certificate that this registry issued."""

    participant: str
    """SPIFFE id."""
    sha256: str
    not_after: datetime
    revoked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """Who did what to whom."""

    at: datetime
    act: str
    subject: str
    officer: str
    """Pseudonym."""


class ConsoleBook(Protocol):
    """Registers of the registry, for looking only."""

    def certificates(self) -> Sequence[CertificateRow]:
        """Newest certificate of each participant first by end; earliest end first."""
        ...

    def acts(self, limit: int) -> Sequence[ActRow]:
        """Newest first."""
        ...
