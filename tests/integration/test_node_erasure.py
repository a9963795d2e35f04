"""After a whole case: nobody's name in any database file; after its erasure: every proof holds."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from exchange_world import build_federation
from node_acts import file_and_review, zhou
from sqlalchemy import select

from node.adapters.case_tables import SEALED
from node.cli.erasing import make_erasing
from node.cli.field_keys import sealed_rows
from node.domain.commands import CaseCommand, HandOverCommand
from node.domain.complaints import Complaint
from node.domain.erasure import Copy
from node.domain.officers import Actor
from node.services.export_evidence import ExportEvidence, ExportOrder, ExportReason
from node.services.gather_evidence import GatherEvidence
from records.refusal import Refusal
from records.retention import TERMS, Keeping
from tests.faults.canaries import spellings
from tests.pack_mutations import mutations
from trust.transparency.audit import verify_stored_log
from trust.transparency.checkpoint import log_origin
from trust.transparency.evidence import verify_evidence
from trust.transparency.leaf import decode_leaf
from trust.transparency.log import TransparencyLog
from trust.transparency.tables import log_leaf

PEOPLE = ("周金水", "吴桂兰", "361199196211050313", "361199196402090422")
CATALOGUE = ("entry", "name", "name_key", "name_sign", "person", "id_number", "certificate_number")
WINDOW, HOLDER = "330400", "361100"


@pytest.fixture(scope="module")
def federation(tmp_path_factory, table_folder):
    made = build_federation(tmp_path_factory.mktemp("federation"), table_folder)
    made.start("jiaxing")
    made.start("shangrao")
    yield made
    made.close()


@pytest.fixture(scope="module")
def case_no(federation):
    """The main job, from the form to the hand-over."""
    world = federation.world
    made = file_and_review(world, zhou())
    federation.fulfil(made, HOLDER)
    federation.wait_for_state(made, "sealed")
    clerk = world.actor(WINDOW, "clerk")
    office = world.office("jiaxing")
    office.hand_over.hand_over(HandOverCommand(case_no=made), clerk)
    office.hand_over.close(CaseCommand(case_no=made), clerk)
    federation.wait_for_state(made, "closed")
    return made


def base_of(federation, archive):
    return federation.running[federation.world.node_of(archive).node_id].base


def evidence(federation, archive, case_no):
    base = base_of(federation, archive)
    return GatherEvidence(base.house, base.folder).gather(case_no, archive, "operator")


def someone(post, archive=HOLDER):
    return Actor(
        officer_id=f"{archive}/{post}",
        person_id=post,
        archive_code=archive,
        user=post,
        display_name="某",
        posts=(post,),
    )


def export(federation, case_no, officer, witness):
    base = base_of(federation, HOLDER)
    order = ExportOrder(
        case_no=case_no,
        archive_code=HOLDER,
        reason=ExportReason.LAWSUIT,
        officer=officer,
        witness=witness,
    )
    return ExportEvidence(base.house, GatherEvidence(base.house, base.folder)).export(order)


def leaves_of(base, case_no):
    """Kind and actor of the log's leaves about the case, in order."""
    with base.engine.connect() as connection:
        rows = connection.execute(select(log_leaf.c.body).order_by(log_leaf.c.idx)).scalars()
        found = [json.loads(bytes(body)) for body in rows]
    return [(leaf["kind"], leaf.get("actor", "")) for leaf in found if leaf.get("case") == case_no]


def heard(data):
    return [who for who in PEOPLE for spelt in spellings(who) if spelt in data]


def raw_database(base, folder, drop=()):
    """Every byte of the database, its journal too; without the tables of `drop`."""
    source = base.places.data / "lantai.db"
    if not drop:
        return b"".join(p.read_bytes() for p in source.parent.glob("lantai.db*"))
    copy = folder / "copy.db"
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(copy)) as writing:
        reading.backup(writing)
        writing.execute("PRAGMA journal_mode=DELETE")
        for table in drop:
            writing.execute(f"DROP TABLE {table}")
        writing.commit()
        writing.execute("VACUUM")
    return copy.read_bytes()


@pytest.mark.parametrize("words", ["周金水 361199196211050313", "LT-330400-20261122-999999", ""])
def test_words_where_a_case_number_belongs_reach_no_leaf(federation, words):
    base = base_of(federation, HOLDER)
    before = leaves_of(base, words)
    with pytest.raises(Refusal, match=r"TEXT_MALFORMED|NOTHING_KEPT"):
        export(federation, words, someone("auditor"), someone("leader"))
    assert leaves_of(base, words) == before


def test_evidence_leaves_the_house_by_two_persons_and_both_are_on_record(federation, case_no):
    leader, auditor = someone("leader"), someone("auditor")
    for officer, witness, code in (
        (leader, leader, "DUTY_CONFLICT"),
        (leader, someone("window_clerk"), "DUTY_NOT_HELD"),
        (someone("repository_master"), auditor, "DUTY_NOT_HELD"),
        (leader, someone("auditor", WINDOW), "CASE_NOT_FOUND"),
    ):
        with pytest.raises(Refusal, match=code):
            export(federation, case_no, officer, witness)
    assert export(federation, case_no, auditor, leader).startswith(b"PK")
    said = leaves_of(base_of(federation, HOLDER), case_no)[-3:]
    assert said == [
        ("export_lawsuit", auditor.officer_id),
        ("export_witnessed", leader.officer_id),
        ("evidence", auditor.officer_id),
    ]


def test_no_database_file_names_the_people_of_the_case(federation, case_no, tmp_path):
    world = federation.world
    window, holder = base_of(federation, WINDOW), base_of(federation, HOLDER)
    assert case_no.encode() in raw_database(window, tmp_path), "the journal was looked at too"
    assert heard(raw_database(window, tmp_path)) == []
    others = (world.nodes["pudong"].data / "lantai.db").parent.glob("lantai.db*")
    assert heard(b"".join(path.read_bytes() for path in others)) == []
    # The holder's own register names its people; nothing else in its database does.
    assert heard(raw_database(holder, tmp_path)) != []
    assert heard(raw_database(holder, tmp_path, CATALOGUE)) == []
    with sqlite3.connect(holder.places.data / "lantai.db") as rows:
        for table in SEALED:
            bodies = [body for (body,) in rows.execute(f"SELECT body FROM {table.name}") if body]
            assert all(body[:3] == b"\x01\x00\x01" for body in bodies), table.name


def test_erasing_needs_two_people_a_basis_and_an_ended_case(federation, case_no):
    erase = make_erasing(base_of(federation, HOLDER)).erase
    master, leader = someone("repository_master"), someone("leader")
    for args, code in (
        ((case_no, "consent_withdrawn", "申请人要求", master, master), "DUTY_NOT_HELD"),
        ((case_no, "consent_withdrawn", "申请人要求", leader, leader), "DUTY_NOT_HELD"),
        (
            (
                case_no,
                "consent_withdrawn",
                "申请人要求",
                master,
                replace(leader, person_id=master.person_id),
            ),
            "DUTY_CONFLICT",
        ),
        ((case_no, "term_expired", "申请人要求", master, leader), "ERASURE_ARGUMENTS"),
        ((case_no, "because", "申请人要求", master, leader), "ERASURE_ARGUMENTS"),
        ((case_no, "unlawful", " ", master, leader), "ERASURE_ARGUMENTS"),
        (("LT-330400-20260101-9999", "unlawful", "x", master, leader), "CASE_NOT_FOUND"),
    ):
        with pytest.raises(Refusal) as caught:
            erase.erase(*args)
        assert caught.value.code == code
    fresh = file_and_review(federation.world, zhou(), key="key-open-0001")
    with pytest.raises(Refusal) as caught:
        make_erasing(base_of(federation, WINDOW)).erase.erase(
            fresh, "unlawful", "x", someone("repository_master", WINDOW), someone("leader", WINDOW)
        )
    assert caught.value.code == "CASE_NOT_ENDED"


def test_a_case_that_somebody_complains_of_is_held_until_it_is_decided(federation, case_no):
    base = base_of(federation, HOLDER)
    erasing, now = make_erasing(base), base.house.clock()
    complaint = Complaint(
        number="SS-361100-2026-0001",
        case_no=case_no,
        archive_code=HOLDER,
        desk="holder",
        filed_by="361100/leader",
        ground="wrong_record",
        words="周金水说登记有误",
        filed_at=now,
        due_at=now + timedelta(days=15),
    )
    with base.house.book.write() as book:
        book.add_complaint(complaint)
    people = someone("repository_master"), someone("leader")
    with pytest.raises(Refusal, match="CASE_HELD"):
        erasing.erase.erase(case_no, "consent_withdrawn", "周金水要求删除", *people)
    later = now + TERMS[Keeping.HOLDER_CASE] + timedelta(days=30)
    assert case_no not in {copy.case_no for copy in erasing.retain.due(later)}
    # What the complainant said is sealed like everything else, and goes to the newest key.
    rows = sealed_rows(base, base.fields)
    with base.engine.connect() as connection:
        assert rows.uses(connection, base.fields.newest)
        assert not any(True for _ in rows.check(connection))
    assert heard(raw_database(base, base.places.data, CATALOGUE)) == []
    with base.house.book.write() as book:
        book.save_complaint(replace(complaint, state="upheld", version=2), 1)


def test_every_proof_holds_after_the_erasure_at_both_archives(federation, case_no, tmp_path):
    council = federation.world.council()
    before = {archive: evidence(federation, archive, case_no) for archive in (WINDOW, HOLDER)}
    (certificate,) = (
        federation.world.office("jiaxing")
        .cases.progress(case_no, federation.world.actor(WINDOW, "clerk"))
        .certificates
    )
    for archive in (WINDOW, HOLDER):
        base = base_of(federation, archive)
        erasing = make_erasing(base)
        people = someone("repository_master", archive), someone("leader", archive)
        (erased,) = erasing.erase.erase(case_no, "consent_withdrawn", "周金水要求删除", *people)
        assert erased.statements > 0 and erased.files > 0
        with pytest.raises(Refusal) as caught:
            base.images.get(certificate.sha256)
        assert caught.value.code == "IMAGE_NOT_FOUND"
        # The log is whole, and says who erased by which law.
        origin = log_origin(base.config.trust_domain, archive)
        verify_stored_log(base.engine, origin)
        with base.engine.connect() as connection:
            leaf = decode_leaf(TransparencyLog().leaf(connection, origin, erased.leaf))
        assert (leaf.kind, leaf.case, leaf.note) == ("erase", case_no, "consent_withdrawn")
        assert leaf.actor == people[0].officer_id

        old = verify_evidence(before[archive], council)
        new_pack = evidence(federation, archive, case_no)
        new = verify_evidence(new_pack, council)
        gone = {one.name for one in new.proven if one.payload is None}
        assert (
            gone
            == {
                one.name
                for one in old.proven
                if one.name.rpartition("-")[0] in ("request", "answer", "order", "paper")
            }
            and len(gone) >= 2
        )
        assert {(one.name, one.envelope_id, one.at) for one in old.proven} == {
            (one.name, one.envelope_id, one.at) for one in new.proven
        }, "what was said when stays proven, statement by statement"
        assert not heard(new_pack)
        for pack in mutations(new_pack, Random(7), 300):
            with pytest.raises(Refusal):
                verify_evidence(pack, council)
        assert heard(raw_database(base, tmp_path, CATALOGUE)) == []
        assert erasing.erase.delete_files() == 0
        with pytest.raises(Refusal) as caught:
            erasing.erase.erase(case_no, "unlawful", "again", *people)
        assert caught.value.code == "CASE_NOT_FOUND"


def test_a_restored_backup_is_erased_again_from_the_journal(federation):
    world, base = federation.world, base_of(federation, WINDOW)
    erasing = make_erasing(base)
    made = file_and_review(world, zhou(), key="key-restore-0001")
    federation.fulfil(made, HOLDER)
    federation.wait_for_state(made, "sealed")
    clerk = world.actor(WINDOW, "clerk")
    world.office("jiaxing").hand_over.hand_over(HandOverCommand(case_no=made), clerk)
    row = (
        sqlite3.connect(base.places.data / "lantai.db")
        .execute("SELECT * FROM cases WHERE case_no = ?", (made,))
        .fetchone()
    )
    people = someone("repository_master", WINDOW), someone("leader", WINDOW)
    erasing.erase.erase(made, "purpose_achieved", "办结", *people)
    journal = (base.places.data / "seen" / "erased.jsonl").read_text()
    assert made in journal and "办结" not in journal
    with sqlite3.connect(base.places.data / "lantai.db") as connection:
        connection.execute(f"INSERT INTO cases VALUES ({','.join('?' * len(row))})", row)
        connection.execute("DELETE FROM erasures WHERE case_no = ?", (made,))
    assert erasing.book.copies(WINDOW, made) == [
        Copy(archive_code=WINDOW, case_no=made, desk="window")
    ]
    assert erasing.erase.erase_again() == 1
    assert erasing.book.copies(WINDOW, made) == []
    assert erasing.erase.erase_again() == 0


def test_terms_expire_and_holds_stop_them(federation):
    world, base = federation.world, base_of(federation, WINDOW)
    made = file_and_review(world, zhou(), key="key-term-0001")
    federation.fulfil(made, HOLDER)
    federation.wait_for_state(made, "sealed")
    clerk = world.actor(WINDOW, "clerk")
    world.office("jiaxing").hand_over.hand_over(HandOverCommand(case_no=made), clerk)
    retain, holder = make_erasing(base).retain, make_erasing(base_of(federation, HOLDER)).retain
    now = base.house.clock()
    later = now + TERMS[Keeping.WINDOW_COPY] + timedelta(minutes=1)
    assert [copy.case_no for copy in retain.due(now)] == []
    assert made in [copy.case_no for copy in retain.due(later)]
    assert [copy.case_no for copy in holder.due(later)] == [], "the keeper keeps ten years"
    leader = someone("leader", WINDOW)
    retain.hold(made, "lawsuit", leader)
    assert made not in [copy.case_no for copy in retain.due(later)]
    with pytest.raises(Refusal) as caught:
        make_erasing(base).erase.erase(
            made, "unlawful", "x", someone("repository_master", WINDOW), leader
        )
    assert caught.value.code == "CASE_HELD"
    retain.release_hold(made, leader)
    assert retain.erase_due(later) >= 1
    assert retain.due(later) == []
    newest = make_erasing(base).book.erased(WINDOW, 1)[0]
    assert (newest.order.basis, newest.order.ordered_by) == ("term_expired", "system")
    assert holder.erase_due(now + TERMS[Keeping.HOLDER_CASE] + timedelta(minutes=1)) >= 1


def test_the_journal_is_completed_after_a_crash(federation):
    base = base_of(federation, WINDOW)
    path = base.places.data / "seen" / "erased.jsonl"
    kept = path.read_text().splitlines()
    shutil.copy(path, path.with_suffix(".whole"))
    path.write_text("\n".join(kept[:-1]) + '\n{"copy":{"arch')
    make_erasing(base).erase.complete_journal()
    lines = [line for line in path.read_text().splitlines() if line.endswith("}")]
    assert {json.loads(line)["copy"]["case_no"] for line in lines} == {
        json.loads(line)["copy"]["case_no"] for line in kept
    }
