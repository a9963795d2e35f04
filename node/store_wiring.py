"""The node's database opened: its tables, its field keys, and the guard against an old backup."""

import hmac

from sqlalchemy import Engine

from node.adapters.event_lines import EventLines
from node.adapters.log_copy import FileGuardDoor, FileLogCopy
from node.adapters.node_folder import NodeFolder
from node.adapters.person_tables import open_digests
from node.adapters.sql_casebook import ensure_case_tables
from node.adapters.sql_stored_logs import SqlStoredLogs
from node.config import NodeConfig, Places
from node.ports import Clock, Random
from node.services.guard_restore import GuardRestore
from trust.identity.field_register import open_fields
from trust.store.engine import guard_writes, open_engine
from trust.store.person_digests import PersonDigests
from trust.store.sealed_fields import SealedFields

SEEN = "seen"
"""Folder of what must be known apart from the database, in the data folder."""


def open_store(
    config: NodeConfig, places: Places, folder: NodeFolder, clock: Clock, random: Random
) -> tuple[Engine, SealedFields, PersonDigests]:
    """The database, what seals its fields, and what makes digests of its people.

    It is read-only where it is older than its logs' copy.

    Raises:
        Refusal: those of keys and stores.
    """
    engine = open_engine(places.database)
    fields = open_fields(engine, folder.field_keys(), random)
    ensure_case_tables(engine, fields)
    people = open_digests(engine, folder.person_keys(), sample_key_of(folder))
    guard_writes(engine, guard_door(places).check)
    make_guard(engine, config, places, clock).compare()
    return engine, fields, people


def sample_key_of(folder: NodeFolder) -> bytes:
    """The node's own secret for lots and digests, 32 bytes; it is never changed."""
    return hmac.digest(folder.secret(), b"manual sample", "sha256")


def make_guard(engine: Engine, config: NodeConfig, places: Places, clock: Clock) -> GuardRestore:
    """The restore guard of that database."""
    return GuardRestore(
        tuple(archive.code for archive in config.archives),
        SqlStoredLogs(engine, config.trust_domain),
        FileLogCopy(places.data / SEEN),
        guard_door(places),
        clock,
        EventLines(config.node_id, clock),
    )


def guard_door(places: Places) -> FileGuardDoor:
    """Whether the node may write, for every process of it."""
    return FileGuardDoor(places.data / SEEN)
