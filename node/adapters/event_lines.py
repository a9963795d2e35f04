"""Structured lines for the operator, one JSON object each, with allowed fields only.

There is no free text and no way to add a field, and a value that does not look like a code, a slug
or a case number is written as `?`: a name cannot get in (architecture.md 7).
"""

import json
import logging

from node.ports import Clock
from trust.channel.log_lines import allowed

_LOGGER = "lantai.node"


class EventLines:
    """`EventLog` on the standard logging of the process."""

    def __init__(self, node_id: str, clock: Clock) -> None:
        """Lines of this node."""
        self._node_id = node_id
        self._clock = clock
        self._logger = logging.getLogger(_LOGGER)

    def note(
        self, event: str, *, case_no: str = "", code: str = "", peer: str = "", count: int = 0
    ) -> None:
        """One line; empty fields are left out."""
        fields: dict[str, str | int] = {
            "at": self._clock().isoformat(timespec="milliseconds"),
            "node": self._node_id,
            "event": allowed(event),
        }
        optional: dict[str, str | int] = {
            "case": allowed(case_no) if case_no else "",
            "code": allowed(code) if code else "",
            "peer": allowed(peer) if peer else "",
            "count": count,
        }
        fields.update({name: value for name, value in optional.items() if value})
        self._logger.info(json.dumps(fields, ensure_ascii=True), extra={"fields": True})
