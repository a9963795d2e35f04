"""Notices to somebody who is not looking at a page: a command of the archive's own, or a webhook.

What is told is a case number, a code and an officer's pseudonym: no person of the case is in it.
"""

import hmac
import http.client
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from node.domain.escalation import Notice
from node.domain.rights_reasons import NOTIFIER_FAILED
from node.ports import EventLog
from node.rights_ports import Notifier
from records.refusal import Refusal

SECONDS = 5.0
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def notice_json(notice: Notice) -> bytes:
    """The notice as others read it."""
    said = {
        "notice_id": notice.notice_id,
        "archive_code": notice.archive_code,
        "case_no": notice.case_no,
        "code": notice.code,
        "at": notice.at.isoformat(),
        "officer_id": notice.target,
    }
    return json.dumps(said, ensure_ascii=True, sort_keys=True).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class LogNotifier:
    """A line for the operator; always there, never fails."""

    log: EventLog

    def tell(self, notice: Notice) -> None:
        """The line is written."""
        self.log.note("notice", case_no=notice.case_no, code=notice.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandNotifier:
    """Runs a command of the archive's own; the notice is JSON on its standard input."""

    command: Sequence[str]
    seconds: float = SECONDS

    def tell(self, notice: Notice) -> None:
        """The command has ended well. Raises Refusal: NOTIFIER_FAILED."""
        try:
            done = subprocess.run(  # noqa: S603 -- the operator's own command, no shell
                list(self.command),
                input=notice_json(notice),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=self.seconds,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Refusal(NOTIFIER_FAILED, type(error).__name__) from None
        if done.returncode:
            raise Refusal(NOTIFIER_FAILED, f"exit {done.returncode}")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookNotifier:
    """Posts the notice to an HTTPS address, signed; follows no redirect."""

    url: str
    secret: bytes = b""
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        """Refuse addresses on which somebody could read along."""
        parts = urlsplit(self.url)
        plain = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if not (parts.scheme == "https" or plain) or not parts.hostname:
            raise Refusal(NOTIFIER_FAILED, "https address needed")

    def tell(self, notice: Notice) -> None:
        """The address answered with 2xx. Raises Refusal: NOTIFIER_FAILED."""
        parts, body = urlsplit(self.url), notice_json(notice)
        kind = http.client.HTTPSConnection
        if parts.scheme == "http":
            kind = http.client.HTTPConnection  # type: ignore[assignment]
        headers = {"Content-Type": "application/json"}
        if self.secret:
            headers["Lantai-Signature"] = hmac.digest(self.secret, body, "sha256").hex()
        connection = kind(parts.hostname or "", parts.port, timeout=self.seconds)
        try:
            path = parts.path or "/"
            connection.request(
                "POST", f"{path}?{parts.query}" if parts.query else path, body, headers
            )
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise Refusal(NOTIFIER_FAILED, type(error).__name__) from None
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise Refusal(NOTIFIER_FAILED, f"status {status}")


@dataclass(frozen=True, slots=True, kw_only=True)
class AllNotifiers:
    """Every configured one; the notice is out when all of them took it."""

    notifiers: tuple[Notifier, ...]

    def tell(self, notice: Notice) -> None:
        """All were told. Raises Refusal: NOTIFIER_FAILED of the last that failed."""
        failed: Refusal | None = None
        for one in self.notifiers:
            try:
                one.tell(notice)
            except Refusal as refusal:
                failed = refusal
        if failed is not None:
            raise failed
