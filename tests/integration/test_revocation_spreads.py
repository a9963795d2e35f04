"""The registry is dead: how long the federation works, and how a revocation still spreads.

Nodes of `exchange_world` never had a registry that answers: what they know lies on their disks.
The clock is injected; every call is real.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from exchange_world import Federation, build_federation
from node_acts import file_and_review, progress, wait_for, zhou
from node_places import MARRIAGE

from node.bootstrap import open_office
from node.cli.running import RunningNode
from node.services.hear_partners import HearPartners
from records.refusal import Refusal
from trust.channel.directory_doors import GrpcDirectory
from trust.channel.news import PartnerNews, read_news
from trust.envelope.dsse import Envelope
from trust.envelope.statement import encode, sign_statement
from trust.identity.council import council_from_json
from trust.identity.directory_hearing import hear_head, hear_parts, hear_trust_list
from trust.identity.participant import ParticipantKind
from trust.identity.reasons import DIRECTORY_INCOMPLETE
from trust.identity.trust_list import TrustList


@pytest.fixture(scope="module")
def federation(tmp_path_factory, table_folder) -> Iterator[Federation]:
    made = build_federation(tmp_path_factory.mktemp("dead-registry"), table_folder)
    clock = made.world.clock
    for node_id, house in made.world.nodes.items():
        running = RunningNode(house.data, clock)
        running.start()
        made.running[node_id] = running
        house.office = open_office(house.data, clock)
    yield made
    made.close()


def set_age(federation: Federation, age: timedelta) -> None:
    """The registry's last stamp is that old, by everybody's clock."""
    stamped = federation.running["jiaxing"].base.kept.current().head.issued_at
    channel = federation.world.channel
    channel.skew = timedelta(0)
    channel.skew = stamped + age - channel.clock()


def next_list(federation: Federation, slug: str, state: str) -> Envelope:
    """The council's next list, in which one member's state is another."""
    world = federation.world
    known = federation.running["jiaxing"].base.kept.current().view
    members = tuple(
        replace(one, state=state) if one.participant_id == slug else one
        for one in known.trust_list.members
    )
    newer = replace(
        known.trust_list,
        version=known.version + 1,
        previous_sha256=known.payload_sha256,
        issued_at=world.clock(),
        members=members,
    )
    assert encode(newer)
    return sign_statement(newer, *world.channel.council[:2])


def bring(federation: Federation, node_id: str, envelope: Envelope, now: datetime) -> None:
    """A person gives the node what the council signed, or what a registry stamped last."""
    base = federation.running[node_id].base
    council = council_from_json(base.places.council.read_bytes())
    before = base.kept.current()
    if envelope.payload_type == TrustList.PAYLOAD_TYPE:
        after = hear_trust_list(before, envelope, council, now)
    else:
        after = hear_head(before, envelope, now)
    assert base.kept.replace(after, now, before)


def call(federation: Federation, caller: str, called: str) -> None:
    """Any call of one node to another: here its head."""
    shelf = federation.running[caller]._shelf
    GrpcDirectory(shelf.channel(ParticipantKind.NODE, called)).get_head(0)


def version_of(federation: Federation, node_id: str) -> int:
    return federation.running[node_id].base.kept.current().view.version


def test_a_revocation_spreads_from_node_to_node_with_the_registry_dead(
    federation: Federation,
) -> None:
    world = federation.world
    # The connection of the member that will be revoked is open and good.
    call(federation, "pudong", "shangrao")
    bring(federation, "jiaxing", next_list(federation, "pudong", "left"), world.clock())
    known = version_of(federation, "shangrao")
    # Jiaxing calls Shangrao about anything at all: Shangrao hears of the list and fetches it.
    call(federation, "jiaxing", "shangrao")
    wait_for(lambda: version_of(federation, "shangrao") == known + 1, message="no news")
    with pytest.raises(Refusal) as refused:
        call(federation, "pudong", "shangrao")
    assert refused.value.code == "MEMBER_NOT_ACTIVE"


def test_an_answer_tells_the_caller_as_well(federation: Federation) -> None:
    world = federation.world
    bring(federation, "shangrao", next_list(federation, "pudong", "active"), world.clock())
    known = version_of(federation, "jiaxing")
    call(federation, "jiaxing", "shangrao")
    wait_for(lambda: version_of(federation, "jiaxing") == known + 1, message="no news")
    call(federation, "pudong", "jiaxing")


def test_a_registrys_last_denial_spreads_too(federation: Federation) -> None:
    world = federation.world
    base = federation.running["jiaxing"].base
    known = base.kept.current().head
    last = replace(known, version=known.version + 1, issued_at=world.clock(), denied=("pudong",))
    stamped = sign_statement(last, world.channel.people["registry"].signer)
    bring(federation, "jiaxing", stamped, world.clock())
    call(federation, "jiaxing", "shangrao")
    shangrao = federation.running["shangrao"].base.kept
    wait_for(lambda: "pudong" in shangrao.current().denied, message="no denial")
    with pytest.raises(Refusal) as refused:
        call(federation, "pudong", "shangrao")
    assert refused.value.code == "MEMBER_DENIED"


def test_routes_work_for_72_hours_without_a_registry_and_not_one_second_longer(
    federation: Federation,
) -> None:
    world = federation.world
    set_age(federation, timedelta(hours=72) - timedelta(minutes=2))
    assert federation.running["shangrao"].base.kept.current().freshness(world.clock()) == "degraded"
    first = file_and_review(world, zhou(), key="key-0000-7200")
    federation.fulfil(first, "361100")
    federation.wait_for_state(first, "sealed")
    # Accepted in time, finished after: what was begun may end.
    second = file_and_review(world, zhou(), key="key-0000-7201")
    wait_for(lambda: progress(world, second).legs[0].state == "received")
    set_age(federation, timedelta(hours=72, seconds=1))
    federation.fulfil(second, "361100")
    federation.wait_for_state(second, "sealed")
    with pytest.raises(Refusal) as refused:
        file_and_review(world, zhou(), key="key-0000-7202")
    assert refused.value.code == "DIRECTORY_EXPIRED"
    assert "七十二小时" in refused.value.reason.zh
    assert progress(world, second).summary.state == "sealed"


def test_a_partner_tells_of_its_own_coverage_itself(federation: Federation) -> None:
    """Published after the registry died, or hidden by whoever has its key."""
    world = federation.world
    base = federation.running["shangrao"].base
    before = base.kept.current()
    (known,) = (one for one in before.coverage_of("361100") if one.statement.category == MARRIAGE)
    newer = replace(known.statement, sequence=known.sequence + 1, covered_to=2020)
    signed = sign_statement(newer, world.nodes["shangrao"].signer)
    forged = sign_statement(replace(newer, sequence=99), world.nodes["pudong"].signer)
    after = hear_parts(before, [signed, forged], world.clock())
    assert base.kept.replace(after, world.clock(), before)
    call(federation, "jiaxing", "shangrao")
    jiaxing = federation.running["jiaxing"].base.kept

    def told() -> bool:
        rows = jiaxing.current().coverage_of("361100")
        return any(one.statement.covered_to == 2020 for one in rows)

    wait_for(told, message="nothing was told")
    assert max(one.sequence for one in jiaxing.current().coverage_of("361100")) < 99


@pytest.mark.parametrize(
    "words",
    ["", "t=1", "t=-1 " + "a" * 64 + " h=1 1", "t=1 " + "A" * 64 + " h=1 1", "x" * 9000],
)
def test_news_of_another_form_say_nothing(words: str) -> None:
    assert read_news(words) is None


def test_who_announces_what_it_cannot_show_is_asked_once(federation: Federation) -> None:
    base = federation.running["jiaxing"].base
    asked: list[str] = []

    class Liar:
        def get_trust_list(self, sha256: str, _held: object) -> Envelope:
            asked.append(sha256)
            raise Refusal(DIRECTORY_INCOMPLETE)

    news = PartnerNews("jiaxing", base.kept.find)
    reading = federation.running["jiaxing"]._reading
    hear = HearPartners(
        base.kept, reading, news, lambda _: Liar(), federation.world.clock, base.log
    )
    own = news.own()
    assert own is not None
    for number in range(5):
        news.hear("pudong", replace(own, trust_version=own.trust_version + 1 + number).words())
        assert hear.run() == 0
    assert len(asked) == 1
