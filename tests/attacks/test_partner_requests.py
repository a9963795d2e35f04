"""What a member with an agreement may not make of it: requests handed to the holder's own rules."""

from dataclasses import replace
from datetime import timedelta

import pytest
from channel_world import wall_clock
from node_acts import confirm_first, release_and_seal, zhou
from node_world import build_node_world
from partner_calls import TERMS, header

from node.bootstrap import make_desks, open_base
from node.domain.cases import Leg
from node.domain.commands import FileRequestCommand, ReturnCommand
from node.services.arrivals import Arrival
from node.services.dispatching import Dispatch
from records.exchange import AssistRequest, Header, Proof, Receipt
from records.refusal import Refusal
from trust.envelope.statement import decode, open_statement, sign_statement

HOLDER = "361100"


@pytest.fixture
def world(tmp_path, table_folder):
    return build_node_world(tmp_path, table_folder)


@pytest.fixture
def base(world):
    return open_base(world.nodes["shangrao"].data)


def request(head: Header, **changes) -> AssistRequest:
    form = zhou()
    fields = {
        "header": head,
        "window_archive": "330400",
        "holder_archive": HOLDER,
        "applicant": form.applicant,
        "query": form.query,
        "purpose": "property",
        "eligibility_rule": "D01",
        "proofs": form.proofs,
        "filed_by": "330400/" + "c" * 16,
        "reviewed_by": "330400/" + "d" * 16,
        "deadline": head.created_at + timedelta(minutes=15),
    }
    return AssistRequest(**(fields | changes))


def hand_in(world, base, statement: AssistRequest) -> Receipt:
    """The holder's receipt, as if the statement had passed the gate."""
    sender = world.nodes[statement.header.sender].signer
    envelope = sign_statement(statement, sender)
    opened = open_statement(envelope, AssistRequest, {sender.kid: sender.public_key})
    arrival = Arrival(sender=statement.header.sender, envelope=envelope)
    receipt = make_desks(base).requests.receive(arrival, opened)
    return decode(receipt.payload, Receipt)


def refusal(world, base, statement: AssistRequest) -> str:
    with pytest.raises(Refusal) as refused:
        hand_in(world, base, statement)
    return refused.value.code


def work_of(base, running=1):
    with base.house.book.read() as book:
        return book.get_work(f"LT-330400-20261121-{running:04d}", HOLDER)


@pytest.mark.parametrize(
    "terms", [("", 0), ("jiaxing-shangrao", 2), ("jiaxing-shangrao-x", 1), ("pudong-shangrao", 1)]
)
def test_request_names_the_agreement_under_which_it_is_counted(world, base, terms):
    world.agree("pudong", "shangrao")
    world.publish()
    assert refusal(world, base, request(header(terms=terms))) == "AGREEMENT_SCOPE"
    assert hand_in(world, base, request(header())).verdict == "ACCEPTED"


def test_quota_cannot_be_left_by_naming_another_agreement(world, base):
    world.agree("jiaxing", "shangrao", version=2, daily_quota=1)
    world.agree("pudong", "shangrao")
    world.publish()
    now = ("jiaxing-shangrao", 2)
    assert hand_in(world, base, request(header(1, now))).verdict == "ACCEPTED"
    assert refusal(world, base, request(header(2, now))) == "AGREEMENT_QUOTA"
    for terms in (("", 0), ("nothing", 7), ("pudong-shangrao", 1), TERMS):
        assert refusal(world, base, request(header(3, terms))) == "AGREEMENT_SCOPE"


def test_agreements_with_like_names_are_counted_apart(world, base):
    """The first 24 signs of both ids are the same."""
    for tail in ("marriage-2026", "marriages-2026"):
        name = f"jiaxing-shangrao-{tail}"
        world.agree("jiaxing", "shangrao", agreement_id=name, daily_quota=1)
    world.publish()
    one, other = ("jiaxing-shangrao-marriage-2026", 1), ("jiaxing-shangrao-marriages-2026", 1)
    assert hand_in(world, base, request(header(1, one))).verdict == "ACCEPTED"
    assert refusal(world, base, request(header(2, one))) == "AGREEMENT_QUOTA"
    assert hand_in(world, base, request(header(3, other))).verdict == "ACCEPTED"


def test_case_number_belongs_to_the_window_that_gives_it(world, base):
    world.agree("pudong", "shangrao")
    world.publish()
    squat = header(1, ("pudong-shangrao", 1), sender="pudong")
    assert refusal(world, base, request(squat, window_archive="310115")) == "WRONG_SENDER"
    crooked = header(case_no="LT-330400-周金水")
    assert refusal(world, base, request(crooked)) == "TEXT_MALFORMED"
    assert hand_in(world, base, request(header(1))).verdict == "ACCEPTED"


def test_holder_takes_nothing_by_a_directory_that_is_too_old(world, base):
    base.house.directory.current().check_usable(base.house.clock())
    moment = wall_clock() + timedelta(hours=73)
    late = replace(base, house=replace(base.house, clock=lambda: moment))
    assert refusal(world, late, request(header())) == "DIRECTORY_EXPIRED"
    inside = wall_clock() + timedelta(hours=71)
    still = replace(base, house=replace(base.house, clock=lambda: inside))
    assert hand_in(world, still, request(header())).verdict == "ACCEPTED"


def test_amended_agreement_leaves_a_case_in_flight_alone(world, base):
    assert hand_in(world, base, request(header())).verdict == "ACCEPTED"
    accepted = work_of(base).agreement
    make_desks(base).search.run()
    world.agree("jiaxing", "shangrao", version=2, seal_mode="HOLDER_ELECTRONIC")
    world.publish()
    case_no = work_of(base).case_no
    confirm_first(world, case_no, HOLDER)
    release_and_seal(world, case_no, HOLDER)
    with base.house.book.read() as book:
        (issuance,) = book.due_issuances(wall_clock(), 10)
    assert issuance.agreement == accepted
    assert b"HOLDER_ELECTRONIC_WINDOW_COUNTERSIGN" in issuance.order.payload


def test_supplement_of_a_case_in_flight_keeps_its_agreement(world, base):
    first = request(header())
    assert hand_in(world, base, first).verdict == "ACCEPTED"
    make_desks(base).search.run()
    case_no = first.header.case_no
    office, dispatcher = world.office("shangrao"), world.actor(HOLDER, "dispatcher")
    confirm_first(world, case_no, HOLDER)
    office.answer.return_request(
        ReturnCommand(
            case_no=case_no, holder_archive=HOLDER, reason="unclear", question="配偶姓名怎么写？"
        ),
        dispatcher,
    )
    world.agree("jiaxing", "shangrao", version=2)
    world.publish()
    assert hand_in(world, base, first).verdict == "DUPLICATE"
    asked = work_of(base).answer_id
    again = header(in_reply_to=asked)
    assert hand_in(world, base, request(again)).verdict == "ACCEPTED"
    assert refusal(world, base, request(header(2))) == "AGREEMENT_SCOPE"


def test_window_sends_nothing_by_a_directory_that_is_too_old(world):
    base = open_base(world.nodes["jiaxing"].data)
    clerk, reviewer = world.actor("330400", "clerk"), world.actor("330400", "reviewer")
    command = FileRequestCommand(client_key="key-stale-000001", application=zhou())
    case_no = world.office("jiaxing").file_request.file(command, clerk).case_no
    moment = wall_clock() + timedelta(hours=73)
    late = Dispatch(replace(base.house, clock=lambda: moment))
    leg = Leg(
        holder_archive=HOLDER, holder_name="上饶", node_id="shangrao", why="", question="配偶姓名？"
    )
    with base.house.book.write() as book:
        case = replace(book.get_case(case_no), legs=(leg,))
        with pytest.raises(Refusal) as refused:
            late.send(book, case, [leg], reviewer)
        assert refused.value.code == "DIRECTORY_EXPIRED"
        with pytest.raises(Refusal) as refused:
            late.supplement(book, case, HOLDER, zhou(), clerk)
        assert refused.value.code == "DIRECTORY_EXPIRED"
        assert not book.lease_messages(moment, moment, 10)


HOSTILE = [
    {"purpose_text": "诉讼\u202e用途"},
    {"purpose_text": "a\x00b"},
    {"filed_by": "周金水 361199196211050313"},
    {"reviewed_by": "x" * 300_000},
    {"eligibility_rule": "周金水"},
    {"eligibility_rule": "D" * 300_000},
    {"requested_fields": ("a_name",) * 61},
    {"applicant": replace(zhou().applicant, mobile="1" * 41)},
    {"applicant": replace(zhou().applicant, id_type="passport", id_no="E12\u200b34567")},
    {"proofs": (Proof(kind="周金水", sha256="0" * 64, media_type="image/jpeg"),)},
    {"proofs": (Proof(kind="id_card", sha256="../../x", media_type="image/jpeg"),)},
    {"proofs": (Proof(kind="id_card", sha256="0" * 64, media_type="text/html"),)},
]


def test_a_request_says_codes_where_codes_belong_and_nothing_unreadable(world, base):
    """What a partner writes is printed, shown to officers and carried back in our own tokens."""
    for changes in HOSTILE:
        code = refusal(world, base, request(header(running=7001), **changes))
        assert code in ("APPLICATION_MALFORMED", "CODE_POINT_FORBIDDEN"), sorted(changes)
    assert hand_in(world, base, request(header(running=7001))).verdict == "ACCEPTED"
