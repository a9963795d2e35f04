"""Asking how many is no door for browsing: counted, logged, judged, and one answer per question."""

from dataclasses import replace

import pytest
from node_acts import zhou
from node_world import build_node_world
from partner_calls import TERMS, header
from sqlalchemy import select

from node.bootstrap import make_desks, open_base
from node.services.arrivals import Arrival
from records.exchange import LocateAnswer, LocateQuestion, Proof
from records.queries import SoughtPerson
from records.refusal import Refusal
from trust.envelope.statement import decode, open_statement, sign_statement
from trust.transparency.leaf import decode_leaf
from trust.transparency.tables import log_leaf

HOLDER = "361100"


@pytest.fixture
def world(tmp_path, table_folder):
    return build_node_world(tmp_path, table_folder)


@pytest.fixture
def base(world):
    return open_base(world.nodes["shangrao"].data)


def question(running=1, terms=TERMS, **changes) -> LocateQuestion:
    fields = {
        "header": header(running, terms),
        "window_archive": "330400",
        "holder_archive": HOLDER,
        "query": zhou().query,
        "purpose": "property",
        "eligibility_rule": "D01",
        "identity_assurance": "chip_read",
    }
    return LocateQuestion(**(fields | changes))


def ask(world, base, asked: LocateQuestion) -> LocateAnswer:
    """The holder's answer, as if the question had passed the gate."""
    sender = world.nodes[asked.header.sender].signer
    envelope = sign_statement(asked, sender)
    opened = open_statement(envelope, LocateQuestion, {sender.kid: sender.public_key})
    arrival = Arrival(sender=asked.header.sender, envelope=envelope)
    return decode(make_desks(base).locate.answer(arrival, opened).payload, LocateAnswer)


def refusal(world, base, asked: LocateQuestion) -> str:
    with pytest.raises(Refusal) as refused:
        ask(world, base, asked)
    return refused.value.code


def kinds(base) -> list[str]:
    with base.engine.connect() as connection:
        rows = connection.execute(select(log_leaf.c.body).order_by(log_leaf.c.idx)).scalars()
        return [decode_leaf(row).kind for row in rows]


def test_every_question_is_counted_with_the_requests(world, base):
    world.agree("jiaxing", "shangrao", version=2, daily_quota=2)
    world.publish()
    now = ("jiaxing-shangrao", 2)
    assert ask(world, base, question(1, now)).count == 1
    assert ask(world, base, question(2, now)).count == 1
    assert refusal(world, base, question(3, now)) == "AGREEMENT_QUOTA"
    assert refusal(world, base, question(3)) == "AGREEMENT_SCOPE"


def test_every_question_is_a_leaf_of_the_log(world, base):
    ask(world, base, question())
    assert kinds(base) == ["located"]
    assert refusal(world, base, question(2, identity_assurance="asserted")) == "IDENTITY_TOO_WEAK"
    assert kinds(base) == ["located", "locate_refused"]


def test_holder_judges_who_asks(world, base):
    assert refusal(world, base, question(relation="commercial")) == "AGREEMENT_SCOPE"
    assert refusal(world, base, question(relation="agent")) == "AGENT_NOT_NOTARISED"
    paper = Proof(kind="id_card", sha256="0" * 64, media_type="image/jpeg")
    weak = question(identity_assurance="asserted", proofs=(paper,))
    assert refusal(world, base, weak) == "IDENTITY_TOO_WEAK"


def test_window_and_case_number_are_the_askers_own(world, base):
    assert refusal(world, base, question(window_archive="310115")) == "WRONG_SENDER"
    odd = replace(question(), header=header(case_no="周金水"))
    assert refusal(world, base, odd) == "TEXT_MALFORMED"


def test_sampled_miss_shows_nothing_and_is_drawn_once(world, base):
    policy = replace(base.house.policy, manual_sample_percent=50)
    half = replace(base, house=replace(base.house, policy=policy))
    outcomes = {}
    for number, name in enumerate("一二三四五六七八九十百千甲乙丙丁戊己庚辛壬癸"):
        nobody = replace(
            zhou().query, subject=SoughtPerson(name=f"欧阳静{name}"), other_party=SoughtPerson()
        )
        told = [ask(world, half, question(number, query=nobody)) for _ in range(2)]
        assert told[0].outcome == told[1].outcome
        outcomes.setdefault(told[0].outcome, told[0])
    assert set(outcomes) == {"NO_RECORD_COVERED", "PENDING_MANUAL"}
    scope = outcomes["PENDING_MANUAL"].scope
    assert (scope.tiers, scope.variants, scope.index_version) == ((), 0, 0)


def test_counting_needs_a_directory_of_these_days(world, base):
    moment = base.house.directory.current().head.issued_at.replace(year=2027)
    late = replace(base, house=replace(base.house, clock=lambda: moment))
    assert refusal(world, late, question()) in ("DIRECTORY_EXPIRED", "TRUST_LIST_EXPIRED")
