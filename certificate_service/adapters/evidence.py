"""Where published files are found: a folder, the verify site over HTTP, or several of them."""

import ipaddress
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from certificate_service.domain.reasons import FILE_UNAVAILABLE
from certificate_service.domain.site_paths import EVIDENCE_SUFFIX
from certificate_service.ports import EvidenceSource
from records.refusal import Refusal

_MOST_BYTES = 4 << 20
_TIMEOUT_SECONDS = 5.0


class EvidenceFolder:
    """Files beside a certificate or a trust list, by their site path or by their bare name."""

    def __init__(self, folder: Path) -> None:
        """Look in this folder."""
        self._folder = folder

    def get(self, path: str) -> bytes | None:
        """The file, or None."""
        return next(iter(self.get_all(path)), None)

    def get_all(self, path: str) -> tuple[bytes, ...]:
        """The file by its path and by its name."""
        found: list[bytes] = []
        for candidate in (self._folder / path, self._folder / path.rpartition("/")[2]):
            try:
                if candidate.is_file() and candidate.stat().st_size <= _MOST_BYTES:
                    found.append(candidate.read_bytes())
            except OSError:
                continue
        return tuple(dict.fromkeys(found))


class EvidenceFile:
    """One file that the asker names, whatever it is called: evidence of one certificate."""

    def __init__(self, path: Path) -> None:
        """Read it now.

        Raises:
            Refusal: FILE_UNAVAILABLE.
        """
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise Refusal(FILE_UNAVAILABLE, f"{path.name}: larger than 4 MiB")
            self._data = path.read_bytes()
        except OSError as error:
            raise Refusal(FILE_UNAVAILABLE, path.name) from error

    def get(self, path: str) -> bytes | None:
        """The file where evidence is asked for; whose it is, its leaves say."""
        return self._data if path.endswith(EVIDENCE_SUFFIX) else None

    def get_all(self, path: str) -> tuple[bytes, ...]:
        """The same."""
        data = self.get(path)
        return () if data is None else (data,)


class EvidenceSite:
    """Files of a verify site. They are signed: the site is asked, never believed."""

    def __init__(self, address: str) -> None:
        """`address` is the site's root, e.g. "https://v.example.cn/".

        Anything but HTTPS is asked on this machine only.
        """
        self._address = address if is_allowed(address) else ""

    def get(self, path: str) -> bytes | None:
        """The file, or None when the site does not answer with it."""
        if not self._address:
            return None
        url = f"{self._address.rstrip('/')}/{path}"
        try:
            with urllib.request.urlopen(url, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 -- see is_allowed
                data = bytes(answer.read(_MOST_BYTES + 1))
        except (OSError, ValueError):
            return None
        return data if len(data) <= _MOST_BYTES else None

    def get_all(self, path: str) -> tuple[bytes, ...]:
        """The file, if the site answers with it."""
        data = self.get(path)
        return () if data is None else (data,)


class EvidenceSources:
    """Several sources, each asked: none of them can hide what another one has."""

    def __init__(self, sources: Sequence[EvidenceSource]) -> None:
        """Keep the order."""
        self._sources = tuple(sources)

    def get(self, path: str) -> bytes | None:
        """The first answer."""
        for source in self._sources:
            data = source.get(path)
            if data is not None:
                return data
        return None

    def get_all(self, path: str) -> tuple[bytes, ...]:
        """All answers, each once."""
        answers = (data for source in self._sources for data in source.get_all(path))
        return tuple(dict.fromkeys(answers))


def is_allowed(address: str) -> bool:
    """Whether the address may be asked: HTTPS, or plain HTTP on loopback."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        if host.endswith(".invalid"):
            # RFC 6761: the name resolves nowhere; a sample prints it because nobody can own it.
            return False
        if parts.scheme == "https":
            return bool(host)
        return parts.scheme == "http" and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
