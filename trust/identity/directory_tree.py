"""The directory's table of contents: root, groups, sections, parts, each named by its hash.

    head (signed) -> root list -> 256 groups -> one section a participant or archive -> parts

A section lists what concerns one participant: its keys, endpoint and coverage, and the agreements
it is a party of; an archive's own section lists its officers. A change touches one list of each
level, so it costs a node a few kilobytes, and a node reads only the sections of those it deals
with. Lists are not signed: the head's hash names the root, and so everything below it.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from records.refusal import Refusal
from trust.envelope.statement import Statement, decode, encode
from trust.identity import reasons

SECTION_NAME = re.compile(r"(?:[a-z][a-z0-9-]{0,31}|[0-9]{6})\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
L = TypeVar("L", bound=Statement)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPart:
    """One part of the directory, named by its hash."""

    sha256: str
    kind: str
    """agreement, proposal, retirement, coverage, endpoint, key or appointment."""
    owner: str
    """Participant id, archive code, or agreement id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedList:
    """A list below this one."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RootList:
    """All groups that are not empty."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.directory-root.v1+json"

    groups: tuple[ListedList, ...]
    """By name, two hex digits, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupList:
    """The sections of one group."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.directory-group.v1+json"

    group: str
    """First two hex digits of the SHA-256 of each section's name."""
    sections: tuple[ListedList, ...]
    """By name, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionList:
    """What concerns one participant or archive."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.directory-section.v1+json"

    section: str
    """Participant id or archive code."""
    parts: tuple[ListedPart, ...]
    """By kind, owner and hash, ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A whole table of contents."""

    root: str
    lists: Mapping[str, bytes]
    """Every list by its hash, the root among them."""


def group_of(section: str) -> str:
    """Group in which a section is listed."""
    return hashlib.sha256(section.encode()).hexdigest()[:2]


def write_section(section: str, parts: Iterable[ListedPart]) -> bytes:
    """The section's list as it is hashed; empty bytes when nothing is listed."""
    ordered = sorted(set(parts), key=lambda part: (part.kind, part.owner, part.sha256))
    return encode(SectionList(section=section, parts=tuple(ordered))) if ordered else b""


def write_group(group: str, sections: Mapping[str, str]) -> bytes:
    """The group's list; `sections` gives the hash of each section's list by its name."""
    return encode(GroupList(group=group, sections=_listed(sections)))


def write_root(groups: Mapping[str, str]) -> bytes:
    """The root list; `groups` gives the hash of each group's list by its name."""
    return encode(RootList(groups=_listed(groups)))


def list_sha256(data: bytes) -> str:
    """Name of a list: SHA-256 of its bytes, hex."""
    return hashlib.sha256(data).hexdigest()


def grow_tree(sections: Mapping[str, Iterable[ListedPart]]) -> Tree:
    """The table of contents over these sections; the same parts give the same root."""
    lists: dict[str, bytes] = {}

    def keep(data: bytes) -> str:
        lists[list_sha256(data)] = data
        return list_sha256(data)

    grouped: dict[str, dict[str, str]] = defaultdict(dict)
    for section, parts in sections.items():
        data = write_section(section, parts)
        if data:
            grouped[group_of(section)][section] = keep(data)
    groups = {group: keep(write_group(group, named)) for group, named in grouped.items()}
    root = keep(write_root(groups))
    return Tree(root=root, lists=lists)


class Contents:
    """The lists under one root, read as far as they are at hand.

    Raises from every method:
        Refusal: DIRECTORY_INCOMPLETE (a list is not at hand), DIRECTORY_PART_INVALID (a list says
            what it may not), STATEMENT_MALFORMED.
    """

    def __init__(self, root: str, find: Callable[[str], bytes | None]) -> None:
        """`find` gives a list's bytes by hash, or None; whatever it gives is hashed again."""
        self.root = root
        self._find = find
        self._groups: dict[str, str] | None = None
        self._sections: dict[str, dict[str, str]] = {}

    def groups(self) -> Mapping[str, str]:
        """Hash of each group's list by its name."""
        if self._groups is None:
            self._groups = _unique(self._read(self.root, RootList).groups)
        return self._groups

    def sections(self, group: str) -> Mapping[str, str]:
        """Hash of each section's list by its name; empty where the root has no such group."""
        if group not in self._sections:
            sha256 = self.groups().get(group)
            self._sections[group] = self._read_group(group, sha256) if sha256 else {}
        return self._sections[group]

    def section_sha256(self, section: str) -> str:
        """Hash of the section's list; empty where it is not listed."""
        return self.sections(group_of(section)).get(section, "")

    def parts(self, section: str) -> tuple[ListedPart, ...]:
        """What the section lists; empty where it is not listed."""
        sha256 = self.section_sha256(section)
        return self._read_section(sha256, section) if sha256 else ()

    def _read_section(self, sha256: str, section: str) -> tuple[ListedPart, ...]:
        said = self._read(sha256, SectionList)
        if said.section != section:
            raise Refusal(reasons.DIRECTORY_PART_INVALID, "section's name")
        return said.parts

    @staticmethod
    def read_section(data: bytes, sha256: str, section: str) -> tuple[ListedPart, ...]:
        """What a section's list says that was fetched by itself."""
        return Contents(sha256, lambda _: data)._read_section(sha256, section)

    def names(self) -> tuple[str, ...]:
        """Every section that is listed; needs all groups."""
        return tuple(name for group in self.groups() for name in self.sections(group))

    def used(self, sections: Iterable[str]) -> frozenset[str]:
        """Hashes of the lists that lead to these sections, their own among them."""
        found = {self.root}
        for section in sections:
            group = self.groups().get(group_of(section))
            found |= {group, self.section_sha256(section)} if group else set()
        return frozenset(found - {""})

    def _read_group(self, group: str, sha256: str) -> dict[str, str]:
        said = self._read(sha256, GroupList)
        sections = _unique(said.sections)
        if said.group != group or any(group_of(name) != group for name in sections):
            # A section that were listed in two groups could say two things.
            raise Refusal(reasons.DIRECTORY_PART_INVALID, "section in a wrong group")
        return sections

    def _read(self, sha256: str, type_: type[L]) -> L:
        data = self._find(sha256)
        if data is None or list_sha256(data) != sha256:
            raise Refusal(reasons.DIRECTORY_INCOMPLETE, "a list is missing")
        return decode(data, type_)


def _listed(named: Mapping[str, str]) -> tuple[ListedList, ...]:
    return tuple(ListedList(name=name, sha256=named[name]) for name in sorted(named))


def _unique(listed: tuple[ListedList, ...]) -> dict[str, str]:
    found = {one.name: one.sha256 for one in listed}
    if len(found) != len(listed) or not all(_SHA256.match(sha256) for sha256 in found.values()):
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "a list names something twice")
    return found
