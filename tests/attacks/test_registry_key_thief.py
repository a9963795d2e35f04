"""A thief of the registry's sign key: one test for each thing that he would like to do.

He signs any head and any list of contents, drops what he likes and answers whom he likes. What he
makes goes to a node that knew the directory before, and to one that is new.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from registry_reading import StoreSource, code_of, fetch, head_signer
from registry_world import MARRIAGE, MovableClock, RegistryWorld, new_signer

from records.agreement_rules import AgreementQuestion, evaluate_agreements
from records.refusal import Refusal
from records.route_index import RouteIndex
from trust.channel.introductions import Introductions
from trust.envelope.dsse import Envelope, add_signature, envelope_to_json
from trust.envelope.statement import decode, sign_statement
from trust.identity.directory import DirectorySnapshot
from trust.identity.directory_fetch import fetch_snapshot
from trust.identity.directory_parts import contents_of, part_sha256
from trust.identity.directory_scope import EVERYTHING
from trust.identity.statements import DirectoryHead, Endpoint, KeyStatement
from trust.identity.trust_list import TrustList


@pytest.fixture
def moving(at) -> MovableClock:
    return MovableClock(at)


@pytest.fixture
def world(tmp_path: Path, moving: MovableClock) -> RegistryWorld:
    made = RegistryWorld(tmp_path, moving).with_members()
    made.publish(made.agreement("jiaxing", "shangrao"), "jiaxing", "shangrao")
    made.publish(made.coverage("shangrao"), "shangrao")
    for slug in ("jiaxing", "shangrao"):
        endpoint = Endpoint(participant_id=slug, sequence=1, grpc=f"{slug}.invalid:7001")
        made.publish(endpoint, slug)
        made.publish(tls_key(made, slug, "aa" * 32), slug)
    return made


def tls_key(world: RegistryWorld, slug: str, spki: str, **changes: object) -> KeyStatement:
    now = world.clock()
    statement = KeyStatement(
        participant_id=slug,
        use="tls",
        sequence=1,
        spki_sha256=spki,
        not_before=now,
        not_after=now.replace(year=now.year + 1),
    )
    return replace(statement, **changes)


@dataclass
class Thief:
    """Serves what he likes under heads that the registry's own key signs."""

    world: RegistryWorld
    made: dict[str, Envelope] = field(default_factory=dict)
    lists: dict[str, bytes] = field(default_factory=dict)
    trust: Envelope | None = None
    heads: int = 0

    def parts(self) -> list[Envelope]:
        store = self.world.house.store
        found = [one.envelope for one in store.changed_since(0)]
        return [one for one in found if one.payload_type != TrustList.PAYLOAD_TYPE]

    def sign(self, statement: object) -> Envelope:
        return sign_statement(statement, self.world.house.keys.signer())

    def head(self, parts: Sequence[Envelope], **changes: object) -> Envelope:
        """A newer head over exactly these parts."""
        self.heads += 1
        tree = contents_of(parts)
        self.lists |= tree.lists
        self.made |= {part_sha256(one): one for one in parts}
        known = decode(head_signer(self.world).head().envelope.payload, DirectoryHead)
        trust = part_sha256(self.trust) if self.trust else known.trust_list
        forged = replace(
            known,
            version=known.version + 9 + self.heads,
            root=tree.root,
            trust_list=trust,
            **changes,
        )
        return self.sign(forged)

    def get_lists(self, sha256s: Sequence[str]) -> Sequence[bytes]:
        return [self.lists[one] for one in sha256s]

    def get_parts(self, sha256s: Sequence[str]) -> Sequence[Envelope]:
        return [self.made[one] for one in sha256s]

    def get_trust_list(self, sha256: str, held: Envelope | None) -> Envelope:
        return self.trust or StoreSource(self.world.house.store).get_trust_list(sha256, held)

    def show(self, head: Envelope, previous: DirectorySnapshot | None) -> DirectorySnapshot:
        """What a node makes of it."""
        world = self.world
        return fetch_snapshot(head, self, world.house.council(), previous, world.clock, EVERYTHING)


@pytest.fixture
def thief(world: RegistryWorld) -> Thief:
    return Thief(world)


def test_he_cannot_add_a_member(world: RegistryWorld, thief: Thief) -> None:
    knowing = fetch(world)
    world.list_member("intruder")
    forged = thief.sign(world.next_list())
    one_seat = add_signature(world.sign_list(world.next_list(), seats=1), world.house.keys.signer())
    for thief.trust in (forged, one_seat):
        for previous in (knowing, None):
            with pytest.raises(Refusal) as refused:
                thief.show(thief.head(thief.parts()), previous)
            assert refused.value.code in ("SIGNER_UNKNOWN", "SIGNATURES_TOO_FEW")
    assert code_of(world.house.publish.publish, forged) == "SIGNER_UNKNOWN"
    with pytest.raises(Refusal, match="MEMBER_UNKNOWN"):
        knowing.view.get_member("intruder", world.clock())


def test_he_cannot_widen_an_agreement(world: RegistryWorld, thief: Thief) -> None:
    wider = world.agreement("jiaxing", "shangrao", version=2, categories=(MARRIAGE, "adoption"))
    half = add_signature(sign_statement(wider, world.signers["jiaxing"]), world.house.keys.signer())
    question = AgreementQuestion(
        asking_node="jiaxing", holding_node="shangrao", category="adoption", requester="party"
    )
    for forged in (thief.sign(wider), half):
        for previous in (fetch(world), None):
            seen = thief.show(thief.head([*thief.parts(), forged]), previous)
            agreements = [part.statement for part in seen.agreements.values()]
            assert [one.version for one in agreements] == [1]
            decision = evaluate_agreements(agreements, question, world.clock().date())
            assert (decision.code, decision.rule) == ("AGREEMENT_SCOPE", "category")


def test_he_cannot_read_a_query(world: RegistryWorld, thief: Thief) -> None:
    """A query goes to where its holder listens, over a key that its holder stated."""
    mine = Endpoint(participant_id="shangrao", sequence=9, grpc="thief.invalid:1")
    key = tls_key(world, "shangrao", "bb" * 32, sequence=9)
    forged = [thief.sign(mine), thief.sign(key)]
    seen = thief.show(thief.head([*thief.parts(), *forged]), fetch(world))
    assert seen.get_endpoint("shangrao", world.clock()).grpc == "shangrao.invalid:7001"
    pins = Introductions(lambda: seen, world.clock)
    assert pins.pins("shangrao") == {"aa" * 32}
    with pytest.raises(Refusal):
        # Nor does his key come in as a partner's newer one.
        pins.introduce("shangrao", envelope_to_json(thief.sign(key)), "bb" * 32)
    # To a node that has never seen the true ones he can show none, and then nothing is sent.
    hidden = [one for one in thief.parts() if one.payload_type != Endpoint.PAYLOAD_TYPE]
    fresh = thief.show(thief.head([*hidden, *forged]), None)
    with pytest.raises(Refusal, match="DIRECTORY_INCOMPLETE"):
        fresh.get_endpoint("shangrao", world.clock())


def test_he_cannot_hide_a_coverage_entry(world: RegistryWorld, thief: Thief) -> None:
    knowing, coverage = fetch(world), world.coverage("shangrao")
    hidden = [one for one in thief.parts() if b'"covered_from"' not in one.payload]
    assert len(hidden) == len(thief.parts()) - 1
    seen = thief.show(thief.head(hidden), knowing)
    assert [one.statement for one in seen.coverage] == [coverage]
    assert [one.code for one in seen.rejected] == ["DIRECTORY_PART_HIDDEN"]
    # The whole section of the archive's node as well; and again after a restart of his.
    gone = [one for one in hidden if b"shangrao" not in one.payload]
    again = thief.show(thief.head(gone), seen)
    assert [one.statement for one in again.coverage] == [coverage]
    # A new node knows from the council which archives there are, and says which has told nothing.
    fresh = thief.show(thief.head(gone), None)
    assert fresh.undeclared() == {"330400": "jiaxing", "310115": "pudong", "361100": "shangrao"}
    assert "361100" not in knowing.undeclared()


def test_he_cannot_shrink_a_coverage_entry(world: RegistryWorld, thief: Thief) -> None:
    old = world.publish(world.coverage("shangrao", sequence=2, covered_to=2000), "shangrao")[0]
    world.publish(world.coverage("shangrao", sequence=3), "shangrao")
    knowing = fetch(world)
    smaller = thief.sign(world.coverage("shangrao", sequence=9, covered_to=1960))
    older = world.house.store.get((old,))[0]
    others = [one for one in thief.parts() if b'"covered_from"' not in one.payload]
    for forged, code in ((smaller, "DIRECTORY_PART_INVALID"), (older, "DIRECTORY_ROLLBACK")):
        seen = thief.show(thief.head([*others, forged]), knowing)
        assert [one.statement.covered_to for one in seen.coverage] == [2013]
        assert code in [one.code for one in seen.rejected]
    assert thief.show(thief.head([*others, smaller]), None).coverage == ()


def test_he_cannot_redirect_a_coverage_entry(world: RegistryWorld, thief: Thief) -> None:
    elsewhere = world.coverage("shangrao", sequence=9, node_id="pudong")
    pudong = world.signers["pudong"]
    knowing = fetch(world)
    for forged in (thief.sign(elsewhere), sign_statement(elsewhere, pudong)):
        seen = thief.show(thief.head([*thief.parts(), forged]), knowing)
        index = RouteIndex(
            coverage=[one.statement for one in seen.coverage],
            agreements=(),
            active_nodes=("jiaxing", "shangrao", "pudong"),
        )
        found = index.find_coverage(MARRIAGE, ("361100",))
        assert [one.node_id for one in found] == ["shangrao"]


def test_he_cannot_turn_back_time_or_let_a_denied_member_in_by_an_older_head(
    world: RegistryWorld, thief: Thief
) -> None:
    old = head_signer(world).head().envelope
    world.house.denial.deny("pudong", reason="退出", officer="o-1")
    knowing = fetch(world)
    assert "pudong" in knowing.denied
    with pytest.raises(Refusal, match="DIRECTORY_ROLLBACK"):
        thief.show(old, knowing)


def test_another_key_of_the_same_name_signs_no_head(world: RegistryWorld, thief: Thief) -> None:
    known = decode(head_signer(world).head().envelope.payload, DirectoryHead)
    stranger = sign_statement(replace(known, version=known.version + 1), new_signer())
    with pytest.raises(Refusal, match="SIGNER_UNKNOWN"):
        thief.show(stranger, fetch(world))
