"""An agreement from proposal to end, through both nodes' commands and a registry's directory."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from registry_reading import code_of, fetch, route
from registry_world import ARCHIVES, DAY, MARRIAGE, MovableClock, RegistryWorld

from node.domain.officers import Actor
from node.services.agreeing import Agreeing
from records.agreements import AgreementRetirement
from records.deadlines import BEIJING
from records.duties import Post
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.identity.directory import DirectorySnapshot


class House:
    """As much of a node's house as agreements need; its directory is fetched on demand."""

    def __init__(self, world: RegistryWorld, node_id: str) -> None:
        self.world = world
        self.node_id = node_id
        self.signer = world.signers[node_id]
        self.directory = self
        self.declared: dict[str, Envelope] = {}
        self.agreeing = Agreeing(self, self.declare)
        self._snapshot: DirectorySnapshot | None = None

    def current(self) -> DirectorySnapshot:
        self._snapshot = fetch(self.world, self._snapshot)
        return self._snapshot

    def today(self):
        return self.world.clock().astimezone(BEIJING).date()

    def declare(self, name: str, envelope: Envelope) -> None:
        """Kept and published, as the follower does."""
        self.declared[name] = envelope
        self.world.house.publish.publish(envelope)

    def standings(self) -> list[tuple[int, str, bool]]:
        return [
            (one.agreement.version, one.standing, one.waits_for_us) for one in self.agreeing.list()
        ]


def leader(node_id: str, *posts: str) -> Actor:
    return Actor(
        officer_id=f"{ARCHIVES[node_id]}/{'a' * 16}",
        person_id="p",
        archive_code=ARCHIVES[node_id],
        user="leader",
        display_name="-",
        posts=posts or (Post.LEADER,),
    )


@pytest.fixture
def moving(at: datetime) -> MovableClock:
    return MovableClock(at)


@pytest.fixture
def world(tmp_path: Path, moving: MovableClock) -> RegistryWorld:
    made = RegistryWorld(tmp_path, moving).with_members()
    made.publish(made.coverage("shangrao"), "shangrao")
    return made


def terms(world: RegistryWorld, **changes: object) -> bytes:
    today = world.clock().date()
    said = {
        "agreement_id": "jiaxing-shangrao-2026",
        "version": 1,
        "asking_nodes": ["jiaxing", "shangrao"],
        "holding_nodes": ["jiaxing", "shangrao"],
        "categories": [MARRIAGE],
        "requester_types": ["party"],
        "purposes": [],
        "year_from": 1950,
        "year_to": 2020,
        "granularity": "extract",
        "seal_mode": "HOLDER_ELECTRONIC",
        "minutes": 15,
        "legal_basis": "档案法第二十八条",
        "valid_from": today.isoformat(),
        "valid_to": (today + 100 * DAY).isoformat(),
        "daily_quota": 100,
        "contacts": {"jiaxing": "0573-0000"},
        "delivery": ["window"],
        "redactions": ["residence"],
        "notice_days": 20,
    }
    return json.dumps(said | changes).encode()


def test_an_agreement_lives_from_proposal_to_its_announced_end(
    world: RegistryWorld, moving: MovableClock
) -> None:
    jiaxing, shangrao = House(world, "jiaxing"), House(world, "shangrao")
    # 1. Proposed: both see it, nobody may ask under it.
    jiaxing.agreeing.propose(terms(world), leader("jiaxing"))
    assert jiaxing.standings() == [(1, "proposed", False)]
    assert shangrao.standings() == [(1, "proposed", True)]
    assert House(world, "pudong").standings() == []
    assert [one.rule for one in route(world).refused] == ["missing"]
    # 2. Countersigned over the same bytes: in force.
    shangrao.agreeing.sign("jiaxing-shangrao-2026", 1, leader("shangrao"))
    assert jiaxing.standings() == shangrao.standings() == [(1, "in_force", False)]
    assert [one.agreement_version for one in route(world).nodes] == [1]
    # 3. Amended: the old version holds until both have signed the new one.
    shangrao.agreeing.propose(terms(world, version=2, minutes=30), leader("shangrao"))
    assert jiaxing.standings() == [(1, "in_force", False), (2, "proposed", True)]
    assert [one.agreement_version for one in route(world).nodes] == [1]
    jiaxing.agreeing.sign("jiaxing-shangrao-2026", 2, leader("jiaxing"))
    assert jiaxing.standings() == [(2, "in_force", False)]
    # 4. Expiring: said thirty days before.
    moving.advance(days=75)
    world.publish_list()
    assert jiaxing.standings() == [(2, "expiring", False)]
    # 5. Ended by one party, not before the notice that both had agreed on.
    today = jiaxing.today()
    last = jiaxing.agreeing.retire(
        "jiaxing-shangrao-2026", today + 3 * DAY, "馆藏移交", leader("jiaxing")
    )
    assert last == today + 20 * DAY
    assert shangrao.standings() == [(2, "retiring", False)]
    assert len(route(world).nodes) == 1
    moving.advance(days=21)
    assert shangrao.standings() == [(2, "retired", False)]
    (refused,) = route(world).refused
    assert (refused.code, refused.rule) == ("AGREEMENT_EXPIRED", "retired")
    # 6. Agreed anew.
    shangrao.agreeing.propose(terms(world, version=3), leader("shangrao"))
    jiaxing.agreeing.sign("jiaxing-shangrao-2026", 3, leader("jiaxing"))
    assert [one.agreement_version for one in route(world).nodes] == [3]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"granularity": "everything"}, "granularity"),
        ({"seal_mode": "RUBBER"}, "seal_mode"),
        ({"minutes": 0}, "minutes"),
        ({"delivery": ["pigeon"]}, "delivery"),
        ({"delivery": []}, "delivery"),
        ({"redactions": ["everything"]}, "redactions"),
        ({"categories": ["gossip"]}, "categories"),
        ({"categories": []}, "categories"),
        ({"requester_types": []}, "requester_types"),
        ({"daily_quota": 0}, "daily_quota"),
        ({"notice_days": 0}, "notice_days"),
        ({"year_from": 2021}, "years"),
        ({"version": 0}, "version"),
        ({"unknown": 1}, "form"),
    ],
)
def test_a_text_that_cannot_be_kept_is_refused_by_its_field(
    world: RegistryWorld, change: dict[str, object], field: str
) -> None:
    house = House(world, "jiaxing")
    with pytest.raises(Refusal) as refused:
        house.agreeing.propose(terms(world, **change), leader("jiaxing"))
    assert (refused.value.code, refused.value.detail) == ("AGREEMENT_TERMS", field)
    assert house.declared == {}


def refusals(world: RegistryWorld) -> dict[str, Callable[[], object]]:
    jiaxing, pudong = House(world, "jiaxing").agreeing, House(world, "pudong").agreeing
    known, soon = "jiaxing-shangrao-2026", world.clock().date() + timedelta(days=30)
    clerk, boss = leader("jiaxing", Post.WINDOW_CLERK), leader("jiaxing")
    return {
        "DUTY_NOT_HELD": lambda: jiaxing.propose(terms(world), clerk),
        "AGREEMENT_NOT_OURS": lambda: pudong.propose(terms(world), leader("pudong")),
        "AGREEMENT_UNKNOWN": lambda: jiaxing.sign(known, 9, boss),
        "AGREEMENT_UNKNOWN ": lambda: pudong.retire(known, soon, "x", leader("pudong")),
        "DUTY_NOT_HELD ": lambda: jiaxing.retire(known, soon, "x", clerk),
    }


def test_only_a_leader_of_a_party_acts(world: RegistryWorld) -> None:
    for code, act in refusals(world).items():
        assert code_of(act) == code.strip()


def test_a_stranger_ends_nothing_and_nobody_backdates_a_notice(world: RegistryWorld) -> None:
    world.publish(world.agreement("jiaxing", "shangrao"), "jiaxing", "shangrao")
    today = world.clock().date()
    said = AgreementRetirement(
        agreement_id="jiaxing-shangrao",
        version=1,
        parties=("jiaxing", "shangrao"),
        retired_by="jiaxing",
        sequence=1,
        announced_on=today,
        last_day=today + 30 * DAY,
        reason="移交",
    )
    for wrong, signer in (
        (said, "pudong"),
        (replace(said, retired_by="pudong"), "pudong"),
        (replace(said, parties=("jiaxing", "pudong"), retired_by="pudong"), "pudong"),
        (replace(said, announced_on=today - 40 * DAY, last_day=today), "jiaxing"),
        (replace(said, last_day=today - DAY), "jiaxing"),
    ):
        assert code_of(world.publish, wrong, signer) == "DIRECTORY_PART_INVALID"
    assert world.house.directory.index().ended == {}
