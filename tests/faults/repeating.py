"""A sender whose network duplicates and reorders: every message goes out again, later, shuffled.

Patched into a node under test. The copies are made at the level of calls, since TLS lets nobody
else repeat anything (the proxy's `replay` shows that).
"""

import json
import sys
import threading
import time
from random import Random
from typing import Any

from node.adapters.partner_client import GrpcPartner
from records.exchange import Receipt
from records.refusal import Refusal
from trust.envelope.statement import decode

_HELD = 4
_COPIES = 2


class Repeater:
    """Keeps the last messages and sends copies of them, newest first, behind the original."""

    def __init__(self, send: Any, rng: Random) -> None:
        self._send = send
        self._rng = rng
        self._lock = threading.Lock()
        self._held: list[tuple[GrpcPartner, Any]] = []

    def send(self, partner: GrpcPartner, message: Any) -> Any:
        """The receipt of the original; copies follow from another thread."""
        receipt = self._send(partner, message)
        with self._lock:
            self._held = [*self._held, (partner, message)][-_HELD:]
            copies = [*self._held] * _COPIES
        self._rng.shuffle(copies)
        threading.Thread(target=self._repeat, args=(copies,), daemon=True).start()
        return receipt

    def _repeat(self, copies: list[tuple[GrpcPartner, Any]]) -> None:
        for partner, message in copies:
            time.sleep(self._rng.uniform(0.0, 0.2))
            try:
                receipt = decode(self._send(partner, message).payload, Receipt)
            except Refusal as refusal:
                said = refusal.code
            else:
                said = receipt.verdict
            line = {"event": "sent_again", "case": message.case_no, "said": said}
            print(json.dumps(line), file=sys.stderr, flush=True)


def send_twice() -> None:
    """Every `GrpcPartner` of this process repeats itself."""
    repeater = Repeater(GrpcPartner.send, Random(7))
    GrpcPartner.send = lambda partner, message: repeater.send(partner, message)  # type: ignore
