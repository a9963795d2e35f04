"""An officer who was dismissed stays dismissed: no sign-in, no key, no older appointment."""

from dataclasses import replace

import pytest
from channel_world import wall_clock
from node_acts import wait_for
from node_houses import totp_secret
from node_places import PASSWORD
from node_staff import hire
from node_world import build_node_world

from deploy.ceremony import Appointee
from node.bootstrap import open_base
from node.domain.commands import SealCommand, SignInCommand
from node.services.password_tries import GuardedKeys, PasswordTries
from node.services.sign_in import totp_at
from records.refusal import Refusal
from trust.envelope.statement import decode
from trust.identity.statements import Appointment

HOLDER = "361100"


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    return build_node_world(tmp_path_factory.mktemp("world"), table_folder)


def said(world, officer, **changes):
    now = wall_clock()
    appointee = Appointee(
        officer_id=officer.officer_id,
        person_id=officer.person_id,
        posts=officer.posts,
        kid=officer.kid,
        public_key=officer.public_key,
    )
    authority = world.nodes["shangrao"].authorities[HOLDER]
    return authority.appoint(appointee, now, now.date(), **changes)


def sign_in(world, user):
    secret = totp_secret(world.nodes["shangrao"].logins[HOLDER, user])
    return world.office("shangrao").sign_in.sign_in(
        SignInCommand(
            archive_code=HOLDER,
            user=user,
            password=PASSWORD + user,
            totp=totp_at(secret, wall_clock()),
        )
    )


def test_a_revoked_officer_neither_signs_in_nor_opens_the_key(world):
    officer = hire(world, HOLDER, "dismissed", ("seal_keeper",))
    office = world.office("shangrao")
    session = sign_in(world, "dismissed")
    kept = office.staff.store_appointment(said(world, officer, sequence=2, revoked=True))
    assert not kept.active
    with pytest.raises(Refusal, match="SESSION_ENDED"):
        office.sign_in.open_session(session.token)
    with pytest.raises(Refusal, match="SIGN_IN_REFUSED"):
        sign_in(world, "dismissed")
    base = open_base(world.nodes["shangrao"].data)
    keys = GuardedKeys(base.officer_keys, base.staff, PasswordTries(base.staff, base.house.clock))
    with pytest.raises(Refusal, match="APPOINTMENT_MISSING"):
        keys.unlock(HOLDER, "dismissed", PASSWORD + "dismissed")


def test_what_was_said_before_does_not_come_back(world):
    officer = hire(world, HOLDER, "demoted", ("seal_keeper",))
    staff = world.office("shangrao").staff
    tenth = said(world, officer, sequence=10)
    staff.store_appointment(tenth)
    staff.store_appointment(tenth)
    for older in (said(world, officer), said(world, officer, sequence=10, revoked=True)):
        with pytest.raises(Refusal, match="APPOINTMENT_MISMATCH"):
            staff.store_appointment(older)
    staff.store_appointment(said(world, officer, sequence=11, revoked=True))
    with pytest.raises(Refusal, match="APPOINTMENT_MISMATCH"):
        staff.store_appointment(tenth)
    assert staff.store_appointment(said(world, officer, sequence=12)).active


def test_the_directory_is_told_and_believed(world):
    officer = hire(world, HOLDER, "published", ("seal_keeper",))
    base = open_base(world.nodes["shangrao"].data)
    staff = world.office("shangrao").staff
    staff.store_appointment(said(world, officer, sequence=3, revoked=True))
    declared = [
        decode(one.payload, Appointment)
        for one in base.folder.declared()
        if one.payload_type == Appointment.PAYLOAD_TYPE
    ]
    assert (officer.officer_id, 3, True) in [
        (one.officer_id, one.sequence, one.revoked) for one in declared
    ]
    world.publish()
    other = open_base(world.nodes["jiaxing"].data)
    wait_for(lambda: officer.officer_id in other.kept.current().appointments)
    assert other.kept.current().appointments[officer.officer_id].statement.revoked
    # Somebody sets the node's own database back: the directory still knows.
    kept = base.staff.get(officer.officer_id)
    base.staff.save(replace(kept, officer=replace(officer, active=True)))
    with pytest.raises(Refusal, match="APPOINTMENT_MISMATCH"):
        staff.store_appointment(said(world, officer, sequence=2))


def test_nobody_but_the_authority_revokes(world):
    officer = hire(world, HOLDER, "envied", ("seal_keeper",))
    stranger = world.nodes["jiaxing"].authorities["330400"]
    now = wall_clock()
    forged = stranger.appoint(
        Appointee(
            officer_id=officer.officer_id,
            person_id=officer.person_id,
            posts=officer.posts,
            kid=officer.kid,
            public_key=officer.public_key,
        ),
        now,
        now.date(),
        sequence=9,
        revoked=True,
    )
    with pytest.raises(Refusal, match="APPOINTMENT_INVALID"):
        world.office("shangrao").staff.store_appointment(forged)


def test_a_revocation_that_is_only_published_stops_the_officer(world):
    officer = hire(world, HOLDER, "faraway", ("seal_keeper",))
    office, actor = world.office("shangrao"), world.actor(HOLDER, "faraway")
    command = SealCommand(
        case_no="LT-361100-20261121-9999", holder_archive=HOLDER, password=PASSWORD + "faraway"
    )
    with pytest.raises(Refusal, match="CASE_NOT_FOUND"):
        office.release.seal(command, actor)
    world.extra_parts.append(said(world, officer, sequence=2, revoked=True))
    world.publish()
    with pytest.raises(Refusal, match="APPOINTMENT_INVALID"):
        office.release.seal(command, actor)
