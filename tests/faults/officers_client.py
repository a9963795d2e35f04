"""Telling the officers of an archive what to do, however often their process dies of it."""

import json
import socket
import threading
from collections.abc import Mapping
from typing import Any

from tests.faults.processes import Managed

_SECONDS = 120.0


class OfficersGone(Exception):
    """Their process died before it answered; what they were told may or may not be done."""


class OfficersRefused(Exception):
    """The product refused; `code` says why."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code} {detail}")
        self.code = code


class Officers:
    """The officers' process of one archive; it is started when it is needed."""

    def __init__(self, process: Managed) -> None:
        self.process = process
        self._lock = threading.Lock()

    def tell(self, act: str, **order: Any) -> Mapping[str, Any]:
        """What came of it.

        Raises:
            OfficersGone: The process died meanwhile; the next call starts it anew.
            OfficersRefused: As the product answered.
        """
        with self._lock:
            if not self.process.is_alive():
                self.process.spawn()
                self.process.wait_listening()
        try:
            answer = self._ask({"act": act, **order})
        except (OSError, ValueError) as fault:
            raise OfficersGone(act) from fault
        if "refused" in answer:
            raise OfficersRefused(answer["refused"], answer["detail"])
        done: Mapping[str, Any] = answer["done"]
        return done

    def close(self) -> None:
        """Their process has ended."""
        if self.process.is_alive():
            self.process.kill()

    def _ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        host, _, port = self.process.command.listens.rpartition(":")
        with socket.create_connection((host, int(port)), _SECONDS) as connection:
            connection.sendall(json.dumps(order).encode() + b"\n")
            with connection.makefile("rb") as reader:
                answer: dict[str, Any] = json.loads(reader.readline())
        return answer
