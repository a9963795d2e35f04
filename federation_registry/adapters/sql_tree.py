"""The directory's table of contents on SQL: only what changed is written again.

Called inside the transaction that holds the directory's row, so that a root never covers half a
change and all replicas write the same one.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from federation_registry.adapters.tables import listings, lists, parts, touched, tree
from trust.envelope.dsse import envelope_from_json
from trust.identity.directory_parts import read_label
from trust.identity.directory_tree import (
    ListedPart,
    group_of,
    list_sha256,
    write_group,
    write_root,
    write_section,
)
from trust.store.schema import Migration

KEEP_LISTS = timedelta(hours=1)
"""How long an outdated list can still be fetched."""
_AT_ONCE = 500
_ROOT = ("root", "", "")


def list_part(connection: Connection, sha256: str, sections: Iterable[str]) -> None:
    """The part stands in these sections."""
    for section in sections:
        connection.execute(insert(listings).values(section=section, sha256=sha256))
        touch(connection, section)


def unlist_part(connection: Connection, sha256: str) -> None:
    """The part stands in no section any more."""
    where = listings.c.sha256 == sha256
    for (section,) in connection.execute(select(listings.c.section).where(where)).all():
        touch(connection, section)
    connection.execute(delete(listings).where(where))


def touch(connection: Connection, section: str) -> None:
    """The section's list is to be written again."""
    known = select(touched.c.section).where(touched.c.section == section)
    if connection.execute(known).first() is None:
        connection.execute(insert(touched).values(section=section))


def write_contents(connection: Connection, now: datetime) -> str:
    """Hash of the root over all listings, every list of it written."""
    changed = connection.execute(select(touched.c.section).order_by(touched.c.section)).all()
    sections = [row.section for row in changed]
    groups = {group_of(section) for section in sections}
    for start in range(0, len(sections), _AT_ONCE):
        batch = sections[start : start + _AT_ONCE]
        for section, found in _parts_of(connection, batch).items():
            _put(connection, ("section", section, group_of(section)), found, now)
    for group in sorted(groups):
        named = _hashes(connection, "section", group)
        data = write_group(group, named) if named else b""
        _put(connection, ("group", group, ""), data, now)
    known = connection.execute(_entry(_ROOT)).scalar_one_or_none()
    if known is None or groups:
        connection.execute(delete(touched))
        return _put(connection, _ROOT, write_root(_hashes(connection, "group", "")), now)
    return str(known)


def prune_lists(connection: Connection, now: datetime) -> int:
    """Lists outdated for more than an hour are gone; how many."""
    old = lists.c.outdated_at < now - KEEP_LISTS
    return int(connection.execute(delete(lists).where(old)).rowcount)


def _parts_of(connection: Connection, sections: list[str]) -> dict[str, bytes]:
    """The list of each section as it is now; empty bytes where nothing is listed."""
    found: dict[str, list[ListedPart]] = defaultdict(list)
    wanted = (
        select(listings.c.section, parts.c.sha256, parts.c.kind, parts.c.owner)
        .join(parts, parts.c.sha256 == listings.c.sha256)
        .where(listings.c.section.in_(sections))
    )
    for row in connection.execute(wanted):
        entry = ListedPart(sha256=row.sha256, kind=row.kind, owner=row.owner)
        found[row.section].append(entry)
    return {section: write_section(section, found.get(section, ())) for section in sections}


def _hashes(connection: Connection, level: str, group: str) -> dict[str, str]:
    wanted = select(tree.c.entry, tree.c.sha256).where(
        (tree.c.level == level) & (tree.c.group == group)
    )
    return {row.entry: row.sha256 for row in connection.execute(wanted)}


def _entry(place: tuple[str, str, str]) -> Select[Any]:
    return select(tree.c.sha256).where((tree.c.level == place[0]) & (tree.c.entry == place[1]))


def _put(connection: Connection, place: tuple[str, str, str], data: bytes, now: datetime) -> str:
    """The list stands in its place of the tree; `place` is (level, name, group)."""
    level, name, group = place
    sha256 = list_sha256(data) if data else ""
    known = connection.execute(_entry(place)).scalar_one_or_none()
    if known == sha256:
        return sha256
    here = (tree.c.level == level) & (tree.c.entry == name)
    if known:
        connection.execute(update(lists).where(lists.c.sha256 == known).values(outdated_at=now))
        connection.execute(delete(tree).where(here))
    if data:
        # The same list may have been there before and be outdated only.
        connection.execute(delete(lists).where(lists.c.sha256 == sha256))
        connection.execute(insert(lists).values(sha256=sha256, body=data, outdated_at=None))
        connection.execute(insert(tree).values(level=level, entry=name, group=group, sha256=sha256))
    return sha256


def _to_version_2(connection: Connection) -> None:
    """Tables of the contents; every part in force is listed where it belongs."""
    for table in (listings, tree, touched, lists):
        table.create(connection, checkfirst=True)
    wanted = select(parts.c.sha256, parts.c.envelope).where(
        parts.c.in_force & (parts.c.kind != "trust_list")
    )
    for row in connection.execute(wanted).all():
        list_part(connection, row.sha256, read_label(envelope_from_json(row.envelope)).sections)


MIGRATIONS: Mapping[int, Migration] = {1: _to_version_2}
