"""SealProvider on child processes: one per archive, spoken to over pipes."""

import base64
import json
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from certificate_service.adapters.archive_folder import archive_folders, read_seal_certificates
from certificate_service.domain.order_reasons import (
    ARCHIVE_NOT_SERVED,
    SEAL_REFUSED,
    SEAL_UNAVAILABLE,
)
from certificate_service.ports import SealCertificates
from records.refusal import Refusal
from trust.envelope.dsse import Envelope, envelope_to_json

_PATIENCE_SECONDS = 30.0
"""A signer that is silent for longer hangs: it is ended, and the next question starts another."""
_ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1"}


class SealProcesses:
    """Starts the signer of each archive when it is first needed, and again when it has died."""

    def __init__(
        self,
        root: Path,
        passphrases: Mapping[str, bytes],
        patience_seconds: float = _PATIENCE_SECONDS,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Read certificates; no process is started yet.

        Args:
            root: Folder of the archives' folders.
            passphrases: Of each archive's key, by archive code.
            patience_seconds: How long a signer may be silent.
            environment: What a token's library needs to be told, e.g. SOFTHSM2_CONF.

        Raises:
            Refusal: CONFIG_INVALID.
        """
        self._folders = archive_folders(root)
        self._certificates = {
            code: read_seal_certificates(folder) for code, folder in self._folders.items()
        }
        self._signers = {
            code: _SignerProcess(
                folder, passphrases.get(code, b""), patience_seconds, environment or {}
            )
            for code, folder in self._folders.items()
        }

    def certificates(self, archive_code: str) -> SealCertificates:
        """Public part of the archive's seal."""
        if archive_code not in self._certificates:
            raise Refusal(ARCHIVE_NOT_SERVED, archive_code)
        return self._certificates[archive_code]

    def admit(self, archive_code: str, order: Envelope, appointments: Sequence[Envelope]) -> None:
        """Show the signer the order that it will be asked to sign for."""
        request = {
            "order": _base64(envelope_to_json(order)),
            "appointments": [_base64(envelope_to_json(one)) for one in appointments],
        }
        self._signer(archive_code).ask({"admit": request})

    def sign(self, archive_code: str, release_id: str, signed_attributes: bytes) -> bytes:
        """DER ECDSA signature over CMS signed attributes, for an admitted release only."""
        request = {"release_id": release_id, "attributes": _base64(signed_attributes)}
        answer = self._signer(archive_code).ask({"sign": request})
        return base64.b64decode(answer["signature"])

    def close(self) -> None:
        """All signers have ended."""
        for signer in self._signers.values():
            signer.close()

    def _signer(self, archive_code: str) -> "_SignerProcess":
        if archive_code not in self._signers:
            raise Refusal(ARCHIVE_NOT_SERVED, archive_code)
        return self._signers[archive_code]


class _SignerProcess:
    """One child; one question at a time."""

    def __init__(
        self,
        folder: Path,
        passphrase: bytes,
        patience_seconds: float,
        environment: Mapping[str, str],
    ) -> None:
        self._folder = folder
        self._environment = {**_ENVIRONMENT, **environment}
        self._patience = patience_seconds
        self._passphrase = passphrase
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def ask(self, request: Mapping[str, object]) -> dict[str, str]:
        line = json.dumps(request).encode() + b"\n"
        with self._lock:
            answer = self._exchange(line)
        if answer.get("code") == SEAL_UNAVAILABLE.code:
            raise Refusal(SEAL_UNAVAILABLE, answer.get("detail", ""))
        if "code" in answer:
            raise Refusal(SEAL_REFUSED, f"{answer['code']} {answer.get('detail', '')}".strip())
        return answer

    def close(self) -> None:
        with self._lock:
            if self._child is not None and self._child.stdin is not None:
                self._child.stdin.close()
                try:
                    self._child.wait(timeout=5)
                except subprocess.TimeoutExpired:
                    self._child.kill()
                    self._child.wait()
            self._child = None

    def _exchange(self, line: bytes) -> dict[str, str]:
        child = self._running()
        if child.stdin is None or child.stdout is None:
            raise Refusal(SEAL_UNAVAILABLE, self._folder.name)
        # Ends the child, and with it whatever of the exchange is blocked on its pipes.
        watch = threading.Timer(self._patience, child.kill)
        watch.start()
        try:
            child.stdin.write(line)
            child.stdin.flush()
            answer = json.loads(child.stdout.readline())
        except (OSError, ValueError) as error:
            child.kill()
            child.wait()
            self._child = None
            raise Refusal(SEAL_UNAVAILABLE, self._folder.name) from error
        finally:
            watch.cancel()
        if not isinstance(answer, dict):
            raise Refusal(SEAL_UNAVAILABLE, self._folder.name)
        return answer

    def _running(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            module = "certificate_service.adapters.seal_signer"
            self._child = subprocess.Popen(  # noqa: S603 -- our own module, no shell
                [sys.executable, "-m", module, str(self._folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=Path(__file__).resolve().parents[2],
                env=self._environment,
            )
            if self._child.stdin is not None:
                self._child.stdin.write(self._passphrase + b"\n")
        return self._child


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
