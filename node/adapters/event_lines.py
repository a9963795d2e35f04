"""Structured lines for the operator, one JSON object each, with allowed fields only.

There is no free text and no way to add a field: a name cannot get in (architecture.md 7).
"""

import json
import logging

from node.ports import Clock

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
            "event": event,
        }
        optional: dict[str, str | int] = {
            "case": case_no,
            "code": code,
            "peer": peer,
            "count": count,
        }
        fields.update({name: value for name, value in optional.items() if value})
        self._logger.info(json.dumps(fields, ensure_ascii=True))
