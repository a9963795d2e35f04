"""The holder waits a little for its witnesses, seals, and hands on what they said afterwards."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from fake_certificates import FakeCertificates
from node_acts import confirm_first, file_and_review, progress, release_and_seal, zhou
from node_world import build_node_world
from witness_world import SHANGRAO, Watch

from node.adapters.sql_witnessed import SqlWitnessedLeaves
from node.bootstrap import make_desks, make_worker
from node.cli.proving import describe_lists
from node.services.gather_evidence import GatherEvidence
from node.services.log_status_lists import ROLLED_BACK, LogStatusLists
from node.services.witnessed_proofs import PATIENCE, TellWitnessed, WitnessedProofs
from node.witness_ports import ListHead, ListHeads, WitnessedLeaf
from trust.envelope.statement import decode
from trust.identity.declared import log_key_of
from trust.identity.statements import KeyStatement
from trust.transparency.evidence import verify_evidence
from trust.transparency.leaf import decode_leaf
from trust.transparency.log import TransparencyLog
from trust.transparency.proof import parse_proof
from trust.transparency.witness import verify_witnessed


@dataclass
class Tidings:
    """What the certificate service is told, and what it says of its lists."""

    heard: dict[str, tuple[str, WitnessedLeaf]] = field(default_factory=dict)
    lists: list[ListHead] = field(default_factory=list)

    def tell_witnessed(
        self, release_id: str, file_sha256: str, file_proof: str, certificate: WitnessedLeaf
    ) -> None:
        assert len(file_sha256) == 64
        self.heard[release_id] = (file_proof, certificate)

    def status_lists(self, archive_code: str, after: int) -> ListHeads:
        assert archive_code == "361100"
        newest = self.lists[-1] if self.lists else None
        return ListHeads(
            lists=tuple(one for one in self.lists if one.sequence > after), newest=newest
        )

    def sign(self, sequence: int, content: str) -> None:
        digest = hashlib.sha256(content.encode()).hexdigest()
        self.lists.append(ListHead(sequence=sequence, sha256=digest))


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory, table_folder: Path) -> Watch:
    folder = tmp_path_factory.mktemp("witnessed")
    world = build_node_world(folder / "nodes", table_folder)
    world.witness_quorum = 2
    return Watch(folder, world)


def cosigned(watch: Watch, name: str) -> None:
    """Both witnesses saw the log as it is now, and the owner knows."""
    carry = watch.registry(name)
    watch.show("shangrao", carry)
    assert watch.watch("jiaxing", carry) == watch.watch("pudong", carry) == 1
    watch.show("shangrao", carry)


def test_the_quorum_is_waited_for_and_travels_with_the_order_to_seal(watch: Watch) -> None:
    base = watch.bases["shangrao"]
    late = [timedelta(0)]
    house = replace(base.house, clock=lambda: watch.world.clock() + late[0])
    base = replace(base, house=house)
    fake = FakeCertificates(lambda: base.kept.current().view, house.clock, caller="shangrao")
    worker = make_worker(base, make_desks(base), partner=None, certificates=fake)

    def seal() -> str:
        case_no = file_and_review(watch.world, zhou(window_archive="361100"), f"key-{late[0]}-0001")
        worker.run_until_idle()
        confirm_first(watch.world, case_no, "361100")
        release_and_seal(watch.world, case_no, "361100")
        worker.run_until_idle()
        return case_no

    # 1. Its leaf is there, the witnesses are not: nothing is sealed yet.
    first = seal()
    assert progress(watch.world, first, "361100").summary.state != "sealed" and not fake.keys
    # 2. They cosign: sealed with their words.
    cosigned(watch, "first")
    late[0] += timedelta(seconds=1)
    worker.run_until_idle()
    assert progress(watch.world, first, "361100").summary.state == "sealed"
    ((proof, keys),) = fake.keys.values()
    said = decode(base.folder.log_key_statement("361100").payload, KeyStatement)
    evidence = verify_witnessed(
        parse_proof(proof).checkpoint,
        origin=SHANGRAO,
        log_key=log_key_of(said),
        witness_keys=keys,
        view=base.kept.current().view,
        quorum=2,
        now=house.clock(),
    )
    assert len(evidence.cosignatures) == 2
    # 3. The file's own leaf came later; when it was seen too, both are handed on, once.
    tidings = Tidings()
    shelf = SqlWitnessedLeaves(base.engine, "demo.invalid")
    tell = TellWitnessed(house, shelf, tidings, base.log)
    assert tell.run() == 0 and not tidings.heard, "not seen by anybody yet"
    cosigned(watch, "first")
    late[0] += timedelta(seconds=10)
    assert tell.run() == 1
    ((file_proof, certificate),) = tidings.heard.values()
    leaves = [decode_leaf(parse_proof(p).leaf or b"").kind for p in (certificate.proof, file_proof)]
    assert leaves == ["certificate", "certificate_file"] and len(certificate.keys) == 2
    # The case's evidence says so too.
    gather = GatherEvidence(house, base.folder, None, WitnessedProofs(house, shelf))
    pack = verify_evidence(gather.gather(first, "361100", "operator"), watch.world.council())
    assert pack.is_witnessed and {one.witnesses for one in pack.proven if one.at} == {2}
    tidings.heard.clear()
    late[0] += timedelta(seconds=10)
    assert tell.run() == 0 and not tidings.heard
    # 4. Nobody answers: half a minute later the citizen has the certificate all the same.
    second = seal()
    late[0] += PATIENCE
    worker.run_until_idle()
    assert progress(watch.world, second, "361100").summary.state == "sealed"
    plain, none = list(fake.keys.values())[-1]
    assert none == () and plain.count("—") == 1


def test_every_status_list_is_a_leaf_and_a_number_used_again_is_an_alarm(watch: Watch) -> None:
    base, tidings, late = watch.bases["shangrao"], Tidings(), [timedelta(0)]
    house = replace(base.house, clock=lambda: watch.world.clock() + late[0])
    duty = LogStatusLists(house, SqlWitnessedLeaves(base.engine, "demo.invalid"), tidings, base.log)

    def look() -> dict[str, object]:
        duty.run()
        late[0] += timedelta(minutes=2)
        return describe_lists(base)["361100"]  # type: ignore[return-value]

    assert look() == {"sequence": 0, "alarms": []}
    tidings.sign(1, "first")
    tidings.sign(2, "second")
    assert look() == {"sequence": 2, "alarms": []}
    tidings.sign(3, "third")
    assert look() == look() == {"sequence": 3, "alarms": []}
    with base.engine.connect() as connection:
        log = TransparencyLog()
        size = log.size(connection, SHANGRAO)
        leaves = [decode_leaf(log.leaf(connection, SHANGRAO, at)) for at in range(size)]
    logged = [(one.note, one.file_sha256) for one in leaves if one.kind == "status_list"]
    assert logged == [(str(one.sequence), one.sha256) for one in tidings.lists]
    # The service was restored from yesterday's backup and goes on counting from there.
    del tidings.lists[1:]
    assert look() == {"sequence": 3, "alarms": [ROLLED_BACK]}
    tidings.sign(2, "another second")
    tidings.sign(3, "another third")
    tidings.sign(4, "fourth")
    assert look() == {"sequence": 4, "alarms": [ROLLED_BACK]}
