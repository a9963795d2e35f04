"""The directory's table of contents over parts that nobody has verified, as a registry makes it."""

from collections.abc import Iterable

from trust.envelope.dsse import Envelope
from trust.identity.directory_parts import part_sha256, read_label
from trust.identity.directory_tree import ListedPart, Tree, grow_tree


def contents_of(parts: Iterable[Envelope]) -> Tree:
    """The table of contents that lists each part where it says that it belongs."""
    sections: dict[str, list[ListedPart]] = {}
    for part in parts:
        label = read_label(part)
        entry = ListedPart(sha256=part_sha256(part), kind=label.kind, owner=label.owner)
        for section in label.sections:
            sections.setdefault(section, []).append(entry)
    return grow_tree(sections)
