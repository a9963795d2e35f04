"""Several publish at once: serving, its keeper of the site, a command. The newest reading stays."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from certificate_house import World
from certificate_papers import HOLDER
from certificate_world import build_world
from sqlalchemy import inspect, text

from certificate_service.adapters import tables
from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.adapters.site_folder import SiteFolder
from certificate_service.adapters.sql_register import SQLRegister
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from certificate_service.services.publish import Publisher
from tests.field_keys import memory_fields
from trust.store.engine import open_engine, transaction

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
PATIENCE = 1.5


@pytest.fixture
def world(tmp_path: Path, parts: Path) -> World:
    return build_world(tmp_path, parts / "fonts", AT)


class SlowRegister:
    """The real register, read by somebody who is held up between reading and putting."""

    def __init__(self, register: SQLRegister) -> None:
        self._register = register
        self.read, self.go_on = threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._register, name)

    def _held_up(self, found: list[Any]) -> Iterator[Any]:
        self.read.set()
        self.go_on.wait(120)
        return iter(found)

    def statuses(self, archive_code: str) -> Iterator[tuple[int, str]]:
        return self._held_up(list(self._register.statuses(archive_code)))

    def published(self, archive_code: str, **limits: int) -> Iterator[Any]:
        return self._held_up(list(self._register.published(archive_code, **limits)))


def overtake(world: World, slow_work: Any, quick_work: Any) -> None:
    """`quick_work` begins while `slow_work` has read and not yet put."""
    slow = SlowRegister(world.register)
    # As another process would: a site object of its own on the same folder.
    publisher = Publisher(
        register=slow,  # type: ignore[arg-type]
        qr_keys=world.qr_keys,
        trust=world.trust,
        site=SiteFolder(world.folder / "site"),
        clock=lambda: AT,
    )
    first = threading.Thread(target=slow_work, args=(publisher,))
    second = threading.Thread(target=quick_work)
    first.start()
    assert slow.read.wait(60)
    second.start()
    second.join(PATIENCE)
    slow.go_on.set()
    first.join(120)
    second.join(120)


def test_an_older_reading_of_the_statuses_is_never_put_last(world: World) -> None:
    made = world.certify()
    order = world.status_order(made.number, "revoked")
    world.publisher.publish_all()
    overtake(
        world,
        lambda publisher: publisher.publish_status(HOLDER),
        lambda: world.status.change(order, "shangrao", wanted="revoked"),
    )
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))
    assert examiner.examine_file(made.pdf, Question(now=AT)).code == "V04"


def test_an_older_reading_of_the_proofs_is_never_put_last(world: World) -> None:
    first = world.certify()
    release = world.register.find_number(first.number)
    overtake(
        world, lambda publisher: publisher.publish_certificate(release), lambda: world.certify()
    )
    bundle = json.loads((world.folder / "site" / "log" / HOLDER / "0.json").read_bytes())
    assert len(bundle["proofs"]) == 2


def test_keys_name_the_site_to_ask(world: World, tmp_path: Path) -> None:
    publisher = Publisher(
        register=world.register,
        qr_keys=world.qr_keys,
        trust=world.trust,
        site=SiteFolder(tmp_path / "pushed"),
        clock=lambda: AT,
        verify_url="https://v.example.cn/v#",
    )
    publisher.publish_all()
    keys = json.loads((tmp_path / "pushed" / "keys.json").read_bytes())
    assert keys["verify_url"] == "https://v.example.cn/v#"


def test_a_register_of_the_first_version_gets_the_index(database_url: str) -> None:
    engine = open_engine(database_url)
    fields = memory_fields()
    SQLRegister(engine, fields)
    with transaction(engine) as connection:
        connection.execute(text("DROP INDEX certificate_release_leaf"))
        versions = text("UPDATE lantai_schema SET version = 1 WHERE name = :name")
        connection.execute(versions, {"name": tables.SCHEMA_NAME})
    SQLRegister(engine, fields)
    found = inspect(engine).get_indexes(tables.release.name)
    assert ["archive_code", "leaf_index"] in [one["column_names"] for one in found]
    engine.dispose()
