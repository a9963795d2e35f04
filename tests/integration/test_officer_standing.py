"""No work without a pledge: activation, expiry in an open session, and the limit of sessions."""

from dataclasses import replace
from datetime import timedelta

import pytest
from channel_world import wall_clock
from node_houses import totp_secret
from node_places import PASSWORD
from node_world import build_node_world

from node.bootstrap import open_office
from node.domain.commands import AddOfficerCommand, SignInCommand
from node.services.sign_in import MOST_SESSIONS, totp_at
from node.services.standing import verify_standing
from records.refusal import Refusal


@pytest.fixture(scope="module")
def world(tmp_path_factory, table_folder):
    return build_node_world(tmp_path_factory.mktemp("standing"), table_folder)


def sign_in(office, user, uri, now):
    command = SignInCommand(
        archive_code="361100",
        user=user,
        password=PASSWORD + user,
        totp=totp_at(totp_secret(uri), now),
    )
    return office.sign_in.sign_in(command)


def test_nobody_signs_in_before_the_pledge_is_signed(world):
    office = world.office("shangrao")
    command = AddOfficerCommand(
        archive_code="361100", user="early", display_name="早来", posts=("window_clerk",),
        password=PASSWORD + "early", person="early",
    )  # fmt: skip
    _, uri = office.staff.add_officer(command)
    with pytest.raises(Refusal, match="APPOINTMENT_MISSING"):
        sign_in(office, "early", uri, wall_clock())


def test_a_pledge_that_ends_ends_the_open_session(world):
    now = [wall_clock()]
    office = open_office(world.nodes["shangrao"].data, clock=lambda: now[0])
    uri = world.nodes["shangrao"].logins["361100", "clerk"]
    session = sign_in(office, "clerk", uri, now[0])
    assert office.sign_in.open_session(session.token).user == "clerk"
    officer = world.nodes["shangrao"].officers["361100", "clerk"]
    verify_standing(officer, now[0])
    with pytest.raises(Refusal, match="APPOINTMENT_MISSING"):
        verify_standing(officer, now[0] + timedelta(days=366))
    with pytest.raises(Refusal, match="APPOINTMENT_MISSING"):
        verify_standing(replace(officer, appointment=None), now[0])


def test_one_session_too_many_ends_the_oldest(world):
    now = [wall_clock()]
    office = open_office(world.nodes["shangrao"].data, clock=lambda: now[0])
    uri = world.nodes["shangrao"].logins["361100", "reviewer"]
    tokens = []
    for _ in range(MOST_SESSIONS + 1):
        tokens.append(sign_in(office, "reviewer", uri, now[0]).token)
        now[0] += timedelta(seconds=30)
    with pytest.raises(Refusal, match="SESSION_ENDED"):
        office.sign_in.open_session(tokens[0])
    for token in tokens[1:]:
        office.sign_in.open_session(token)
