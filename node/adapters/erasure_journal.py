"""Which copies were erased, in a file outside the database: seen/erased.jsonl, one line each.

A backup from before an erasure still holds what was erased. Whoever restores it erases again what
this file names, and so keeps the file apart from the backups of the database.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from node.adapters.appending import appending
from node.domain.erasure import Copy, EraseOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One erasure, without the words of its reason."""

    copy: Copy
    order: EraseOrder


class FileErasureJournal:
    """`ErasureJournal` in the data folder."""

    def __init__(self, folder: Path) -> None:
        """Keep the journal in `folder`, which is made private."""
        self._path = folder / "erased.jsonl"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def note(self, copy: Copy, order: EraseOrder) -> None:
        """One line, durable."""
        line = msgspec.json.encode(_Line(copy=copy, order=replace(order, words="")))
        with appending(self._path) as file:
            file.write(line + b"\n")

    def noted(self) -> Sequence[tuple[Copy, EraseOrder]]:
        """Every whole line, oldest first."""
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        found = []
        for line in lines:
            try:
                said = msgspec.json.decode(line, type=_Line)
            except msgspec.DecodeError:
                continue
            found.append((said.copy, said.order))
        return found
