"""Kept forms in the pages, in the addresses and in the store: nothing tells what they are about."""

import hashlib
import re
import secrets

import pytest
from desk_client import Client
from desk_server import NAMES, desk_of
from desk_world import CASE, file_one, url, world
from fake_office import World
from sqlalchemy import insert, text

from node.adapters import desk_tables as t
from node.desk_wiring import drafts_in
from trust.store.engine import open_engine
from trust.store.schema import ensure_schema

__all__ = ["url", "world"]
KEPT = re.compile(r'data-keep="/keep/([^"]+)"')


def ids(world: World) -> list[str]:
    with world.engine.connect() as connection:
        return list(connection.execute(text("SELECT draft_id FROM desk_drafts")).scalars())


def test_a_typed_record_is_named_by_digest_in_page_and_store(world: World) -> None:
    reference = world.entry.reference_code
    with desk_of(world) as url:
        clerk = Client(url).sign_in("huangying")
        path = f"/corrections/new?reference={reference}"
        (name,) = KEPT.findall(clerk.get(path).text)
        sent = {"reference": reference, "reason": "页面上写的是另一个字"}
        assert clerk.post(f"/keep/{name}", sent).status == 204
    with desk_of(world) as url:
        page = Client(url, clerk.cookies).get(path).text
        assert "页面上写的是另一个字" in page, "and found again after a restart"
    assert ids(world) == [name] == [NAMES.newest("propose", reference)]
    for guess in (reference, f"propose-{reference}"):
        digest = hashlib.sha256(guess.encode()).hexdigest()
        assert not [one for one in (guess, digest[:16]) if one in name]


def test_no_form_of_a_case_is_kept_under_its_number(world: World) -> None:
    with desk_of(world) as url:
        file_one(Client(url).sign_in("zhoumin"))
        reviewer = Client(url).sign_in("linyan")
        found = KEPT.findall(reviewer.get(f"/review?id={CASE}").text)
        reviewer.post(f"/review/{CASE}", {"decision": "accept"})
        partner = Client(url).sign_in("wangmin")
        partner.post(f"/fulfil/{CASE}/claim")
        found += KEPT.findall(partner.get(f"/fulfil?id={CASE}").text)
        assert len(found) >= 5, found
        for name in found:
            assert CASE not in name and CASE[-4:] not in name.partition(".")[0]
            assert partner.post(f"/keep/{name}", {"note": "词"}).status == 204
    assert set(ids(world)) >= set(found) and CASE not in repr(ids(world))


@pytest.mark.parametrize("kind", ["work", "return", "letter", "propose"])
def test_the_readable_names_of_before_are_refused(world: World, kind: str) -> None:
    with desk_of(world) as url:
        partner = Client(url).sign_in("wangmin")
        assert partner.post(f"/keep/{kind}-{CASE}", {"note": "词"}).status == 404
    assert ids(world) == []


def test_an_older_store_forgets_readable_names_and_keeps_applications(database_url: str) -> None:
    engine = open_engine(database_url)
    ensure_schema(engine, t.metadata, t.SCHEMA_NAME, 1)
    before = ["propose-J107-9-0133-017", f"work-{CASE}", f"clear/{CASE}", "draft-" + "0" * 24]
    before.append("terms-" + hashlib.sha256(b"330400-361100").hexdigest()[:32])
    with engine.begin() as connection:
        for name in before:
            row = {"officer_id": "330400/a", "draft_id": name, "saved_ms": 1, "body": b"sealed"}
            connection.execute(insert(t.drafts).values(**row))
    drafts_in(engine, bytes(32), secrets.token_bytes)
    with engine.connect() as connection:
        left = list(connection.execute(text("SELECT draft_id FROM desk_drafts")).scalars())
    assert left == ["draft-" + "0" * 24]
    engine.dispose()
