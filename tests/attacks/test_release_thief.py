"""A thief with a node's TLS and sign keys, and a single officer, obtain no seal.

The node's own doors refuse first; the certificate service's own rules refuse again, whatever a
node that fell to the thief sends it.
"""

import base64
from dataclasses import replace
from datetime import timedelta

import pytest
from channel_world import wall_clock
from fake_certificates import FakeCertificates
from node_acts import confirm_first, file_and_review, zhou
from node_places import PASSWORD
from node_staff import hire
from node_world import build_node_world

from deploy.ceremony import Appointee
from node.bootstrap import make_desks, make_worker, open_base
from node.case_ports import Move
from node.domain.commands import ReleaseCommand, SealCommand
from node.ports import PrepareInput
from records.refusal import Refusal
from records.release import ReleaseOrder
from trust.envelope.dsse import add_signature, envelope_id
from trust.envelope.statement import decode, sign_statement
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.statements import Appointment


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    made = build_node_world(tmp_path_factory.mktemp("world"), table_folder)
    hire(made, "361100", "doubledispatch", ("release_dispatcher",), person="one human")
    hire(made, "361100", "doubleseal", ("seal_keeper",), person="one human")
    return made


@pytest.fixture(scope="module")
def holder(world):
    """Shangrao with its keys in hand, as the thief has them."""
    base = open_base(world.nodes["shangrao"].data)
    fake = FakeCertificates(lambda: base.kept.current().view, base.house.clock, caller="shangrao")
    worker = make_worker(base, make_desks(base), partner=None, certificates=fake)
    return base, fake, worker


def confirmed_case(world, worker, key):
    case_no = file_and_review(world, zhou(window_archive="361100"), key=key)
    worker.run_until_idle()
    confirm_first(world, case_no, "361100")
    return case_no


def released_order(world, worker, base, key):
    """A case whose order was signed by the dispatcher alone."""
    case_no = confirmed_case(world, worker, key)
    world.office("shangrao").release.release(
        ReleaseCommand(
            case_no=case_no,
            holder_archive="361100",
            seal_keeper=world.nodes["shangrao"].officers["361100", "sealer"].officer_id,
            password=PASSWORD + "dispatcher",
        ),
        world.actor("361100", "dispatcher"),
    )
    with base.house.book.read() as book:
        return book.get_work(case_no, "361100")


def papers(world, base, order, appointments):
    """What the thief's node would send; it can write its own log."""
    house = base.house
    with house.book.write() as book:
        work = book.list_work("361100", (), 1)[0]
        move = Move(to="released", at=house.clock(), actor="thief", commit=envelope_id(order))
        index = book.append_release(work, envelope_id(order), move)
        size = book.log_size("361100")
    return PrepareInput(
        order=order,
        appointments=appointments,
        request=None,
        agreement=None,
        release_proof=house.book.make_proof("361100", index, house.clock()),
        log_key=base.folder.log_key_statement("361100"),
        leaf_index=size,
        serial=900,
    )


def appointments_of(world, *users):
    return tuple(world.nodes["shangrao"].officers["361100", user].appointment for user in users)


def test_order_signed_by_one_officer_is_refused(world, holder):
    base, fake, worker = holder
    work = released_order(world, worker, base, "key-one-000001")
    head = papers(world, base, work.order, appointments_of(world, "dispatcher", "sealer"))
    with pytest.raises(Refusal) as refused:
        fake.prepare(head, [])
    assert refused.value.code
    assert not fake.prepared


def test_node_keys_sign_no_order(world, holder):
    base, fake, worker = holder
    work = released_order(world, worker, base, "key-node-00001")
    order = decode(work.order.payload, ReleaseOrder)
    forged = sign_statement(order, base.house.signer, base.folder.log_signers(["361100"])["361100"])
    head = papers(world, base, forged, appointments_of(world, "dispatcher", "sealer"))
    with pytest.raises(Refusal):
        fake.prepare(head, [])
    assert not fake.prepared


def test_officers_made_by_the_node_are_nobody(world, holder):
    """The thief makes two officers and appoints them with the node's sign key."""
    base, fake, worker = holder
    work = released_order(world, worker, base, "key-made-00001")
    made = [Ed25519Signer.from_private(new_ed25519()) for _ in range(2)]
    now = wall_clock()
    names = ("361100/" + "a" * 16, "361100/" + "b" * 16)
    order = replace(
        decode(work.order.payload, ReleaseOrder), dispatcher=names[0], seal_keeper=names[1]
    )
    appointments = tuple(
        sign_statement(
            Appointment(
                officer_id=name,
                person_id=name,
                archive_code="361100",
                sequence=1,
                posts=("release_dispatcher",) if name == names[0] else ("seal_keeper",),
                kid=signer.kid,
                public_key=base64.b64encode(signer.public_raw).decode(),
                pledge_signed_on=now.date(),
                pledge_expires_on=now.date() + timedelta(days=100),
                not_before=now - timedelta(hours=1),
                not_after=now + timedelta(days=100),
            ),
            base.house.signer,
        )
        for name, signer in zip(names, made, strict=True)
    )
    head = papers(world, base, sign_statement(order, *made), appointments)
    with pytest.raises(Refusal) as refused:
        fake.prepare(head, [])
    assert refused.value.code in ("APPOINTMENT_INVALID", "SIGNER_UNKNOWN")
    with pytest.raises(Refusal):
        world.office("shangrao").staff.store_appointment(appointments[0])
    assert not fake.prepared


def test_two_posts_of_one_person_are_one_person(world, holder):
    base, fake, worker = holder
    case_no = confirmed_case(world, worker, "key-both-00001")
    office = world.office("shangrao")
    dispatcher = world.nodes["shangrao"].officers["361100", "doubledispatch"]
    keeper = world.nodes["shangrao"].officers["361100", "doubleseal"]
    assert dispatcher.person_id == keeper.person_id
    with base.house.book.write() as book:
        work = book.get_work(case_no, "361100")
        book.save_work(replace(work, claimed_by=dispatcher.officer_id))
    # 1. The node does not let the one person name themselves.
    with pytest.raises(Refusal, match="NO_SEAL_KEEPER"):
        office.release.release(
            ReleaseCommand(
                case_no=case_no,
                holder_archive="361100",
                seal_keeper=keeper.officer_id,
                password=PASSWORD + "doubledispatch",
            ),
            world.actor("361100", "doubledispatch"),
        )
    # 2. With both keys in hand, and the node fallen, the certificate service still refuses.
    work = released_order(world, worker, base, "key-both-00002")
    order = replace(
        decode(work.order.payload, ReleaseOrder),
        dispatcher=dispatcher.officer_id,
        seal_keeper=keeper.officer_id,
    )
    keys = base.officer_keys
    first = keys.unlock("361100", "doubledispatch", PASSWORD + "doubledispatch")
    second = keys.unlock("361100", "doubleseal", PASSWORD + "doubleseal")
    forged = sign_statement(order, first, second)
    head = papers(world, base, forged, appointments_of(world, "doubledispatch", "doubleseal"))
    with pytest.raises(Refusal):
        fake.prepare(head, [])
    assert not fake.prepared


def test_seal_takes_the_named_keepers_own_password(world, holder):
    base, fake, worker = holder
    work = released_order(world, worker, base, "key-pass-00001")
    office = world.office("shangrao")
    seal = SealCommand(case_no=work.case_no, holder_archive="361100", password="a wrong password")
    with pytest.raises(Refusal, match="PASSWORD_WRONG"):
        office.release.seal(seal, world.actor("361100", "sealer"))
    with pytest.raises(Refusal, match="NOT_NAMED_KEEPER"):
        office.release.seal(
            replace(seal, password=PASSWORD + "doubleseal"), world.actor("361100", "doubleseal")
        )
    with pytest.raises(Refusal, match="DUTY_NOT_HELD"):
        office.release.seal(
            replace(seal, password=PASSWORD + "dispatcher"), world.actor("361100", "dispatcher")
        )
    worker.run_until_idle()
    assert not fake.prepared


def test_changed_order_loses_both_signatures(world, holder):
    """The thief swaps a printed name between the officers' signatures and the service."""
    base, fake, worker = holder
    work = released_order(world, worker, base, "key-swap-00001")
    keeper = base.officer_keys.unlock("361100", "sealer", PASSWORD + "sealer")
    sealed = add_signature(work.order, keeper)
    changed = replace(sealed, payload=sealed.payload.replace("吴桂兰".encode(), "吴桂英".encode()))
    assert changed.payload != sealed.payload
    head = papers(world, base, changed, appointments_of(world, "dispatcher", "sealer"))
    with pytest.raises(Refusal) as refused:
        fake.prepare(head, [])
    assert refused.value.code == "SIGNATURE_INVALID"
    assert not fake.prepared


def test_appointee_is_only_what_the_authority_signed(world):
    """An appointment for another key than the officer's is not kept."""
    node = world.nodes["shangrao"]
    officer = node.officers["361100", "sealer"]
    other = node.officers["361100", "dispatcher"]
    now = wall_clock()
    forged = node.authorities["361100"].appoint(
        Appointee(
            officer_id=officer.officer_id,
            person_id=officer.person_id,
            posts=officer.posts,
            kid=other.kid,
            public_key=other.public_key,
        ),
        now,
        now.date(),
    )
    with pytest.raises(Refusal, match="APPOINTMENT_MISMATCH"):
        world.office("shangrao").staff.store_appointment(forged)
