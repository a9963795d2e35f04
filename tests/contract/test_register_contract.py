"""One suite for every store of the register: SQLite and PostgreSQL; and for every site."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.adapters.site_folder import MemorySite, SiteFolder
from certificate_service.adapters.sql_register import SQLRegister
from certificate_service.ports import Register, Release
from records.refusal import Refusal
from tests.field_keys import memory_fields
from trust.store.engine import open_engine

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


@pytest.fixture
def register(database_url: str) -> Register:
    return SQLRegister(open_engine(database_url), memory_fields())


def a_release(serial: int = 1, **changes) -> Release:
    fields = {
        "release_id": f"11111111-2222-4333-8444-{serial:012d}",
        "order_id": "ab" * 32,
        "archive_code": "361100",
        "number": f"361100-2026-{serial:06d}",
        "order": b"{}",
        "appointments": (b"{}", b"[]"),
        "log_key": b"{}",
        "code": "K7M29QXD4T",
        "certificate_id": bytes(10),
        "leaf_index": serial * 3,
        "status_index": serial,
        "token": b"token",
        "issued_at": AT,
        "state": "prepared",
    }
    return Release(**(fields | changes))


def code(call) -> str:
    with pytest.raises(Refusal) as caught:
        call()
    return caught.value.code


def test_a_prepared_release_is_found_as_it_was(register: Register) -> None:
    release = a_release()
    register.prepare(release, [b"one", b"two"])
    assert register.find(release.release_id) == release
    assert register.find_number(release.number) == release
    assert register.images(release.release_id) == (b"one", b"two")
    assert register.find("nothing") is None
    assert register.find_number("nothing") is None


def test_preparing_again_replaces_until_it_is_issued(register: Register) -> None:
    release = a_release()
    register.prepare(release, [b"one"])
    other = replace(release, token=b"other", leaf_index=9)
    register.prepare(other, [b"two"])
    assert register.find(release.release_id) == other
    assert register.images(release.release_id) == (b"two",)
    assert register.hold_proof(release.release_id, b"other", "p") == "p"
    assert register.hold_proof(release.release_id, b"other", "q") == "p"
    assert code(lambda: register.prepare(release, [])) == "RELEASE_OUT_OF_ORDER"
    register.issue(release.release_id, token=b"other", proof="p", pdf=b"pdf", file_sha256=bytes(32))
    assert code(lambda: register.prepare(release, [])) == "RELEASE_OUT_OF_ORDER"


def test_a_file_is_kept_for_the_token_that_it_was_made_with(register: Register) -> None:
    release = a_release()
    register.prepare(replace(release, token=b"later", leaf_index=9, status_index=9), [])
    kept = {"token": b"token", "proof": "p", "pdf": b"pdf", "file_sha256": bytes(32)}
    assert code(lambda: register.issue(release.release_id, **kept)) == "RELEASE_OUT_OF_ORDER"
    held = code(lambda: register.hold_proof(release.release_id, b"token", "p"))
    assert held == "RELEASE_OUT_OF_ORDER"
    assert register.find(release.release_id).state == "prepared"
    assert code(lambda: register.hold_proof("nothing", b"token", "p")) == "RELEASE_UNKNOWN"


def test_a_number_belongs_to_one_release(register: Register) -> None:
    register.prepare(a_release(1), [])
    other = a_release(2, number="361100-2026-000001")
    assert code(lambda: register.prepare(other, [])) == "NUMBER_TAKEN"
    assert register.find(other.release_id) is None


def test_a_place_in_the_status_list_belongs_to_one_release(register: Register) -> None:
    register.prepare(a_release(1), [])
    assert register.is_status_index_taken("361100", 1)
    assert not register.is_status_index_taken("361100", 2)
    assert not register.is_status_index_taken("330400", 1)


def test_the_first_file_is_the_certificate_and_images_are_gone(register: Register) -> None:
    release = a_release()
    register.prepare(release, [b"one"])
    for proof, pdf, digest in (("p", b"first", b"1" * 32), ("q", b"second", b"2" * 32)):
        register.issue(release.release_id, token=b"token", proof=proof, pdf=pdf, file_sha256=digest)
    assert register.file(release.release_id) == b"first"
    found = register.find(release.release_id)
    assert (found.state, found.certificate_proof, found.file_sha256) == ("issued", "p", b"1" * 32)
    assert register.images(release.release_id) == ()
    assert code(lambda: register.file("nothing")) == "RELEASE_UNKNOWN"
    assert (
        code(lambda: register.issue("nothing", token=b"", proof="", pdf=b"", file_sha256=b""))
        == "RELEASE_UNKNOWN"
    )


def test_only_confirmed_releases_are_published_by_log_index(register: Register) -> None:
    for serial in (3, 1, 2):
        release = a_release(serial)
        register.prepare(release, [])
        if serial != 2:
            register.issue(
                release.release_id, token=b"token", proof="p", pdf=b"x", file_sha256=bytes(32)
            )
            register.confirm(release.release_id)
    assert [one.leaf_index for one in register.published("361100")] == [3, 9]
    assert [one.leaf_index for one in register.published("361100", log_from=4)] == [9]
    assert list(register.published("361100", log_from=4, log_below=9)) == []
    assert list(register.published("330400")) == []


def test_revoked_and_superseded_are_final(register: Register) -> None:
    for serial in (1, 2):
        register.prepare(a_release(serial), [])
    number, other = "361100-2026-000001", "361100-2026-000002"
    register.change_status(number, "superseded", other, b"order")
    register.change_status(number, "superseded", other, b"order")
    assert code(lambda: register.change_status(number, "revoked", "", b"o")) == "STATUS_FINAL"
    assert code(lambda: register.change_status("x", "revoked", "", b"o")) == "CERTIFICATE_UNKNOWN"
    assert list(register.statuses("361100")) == [(1, "superseded")]
    assert register.find_number(number).replaced_by == other


def test_the_newest_appointment_of_an_officer_is_kept(register: Register) -> None:
    from datetime import date

    from trust.identity.statements import Appointment

    def appointment(sequence: int) -> Appointment:
        return Appointment(
            officer_id="361100/" + "a" * 16,
            person_id="p",
            archive_code="361100",
            sequence=sequence,
            posts=("seal_keeper",),
            kid="0" * 16,
            public_key="",
            pledge_signed_on=date(2026, 1, 1),
            pledge_expires_on=date(2027, 1, 1),
            not_before=AT,
            not_after=AT,
        )

    for sequence, envelope in ((2, b"two"), (1, b"one"), (3, b"three")):
        register.remember_appointments([(appointment(sequence), envelope)])
    assert register.appointments("361100") == (b"three",)
    assert register.appointments("330400") == ()


@pytest.mark.parametrize("path", ["keys.json", "status/361100.cwt", "lookup/ab/abcd"])
def test_a_site_keeps_whole_files_by_path(path: str, tmp_path: Path) -> None:
    memory, folder = MemorySite(), SiteFolder(tmp_path)
    for site in (memory, folder):
        site.put(path, b"old")
        site.put(path, b"new")
    assert memory.files == {path: b"new"}
    assert EvidenceFolder(tmp_path).get(path) == b"new"
    assert [one.name for one in tmp_path.rglob("*") if one.name.startswith(".")] == []


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a//../b", "", ".hidden", "名", "A.json"])
def test_a_site_takes_no_path_that_could_leave_it(path: str, tmp_path: Path) -> None:
    for site in (MemorySite(), SiteFolder(tmp_path)):
        with pytest.raises(ValueError, match="path"):
            site.put(path, b"x")
