"""Two archives watch each log: what they sign, what they refuse, what everybody then sees."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from node_world import NodeWorld, build_node_world, wall_clock

from federation_registry.adapters.sql_witness import SqlWitnessStore
from federation_registry.services.carry_checkpoints import CarryCheckpoints
from node.adapters.sql_witness import SqlOwnLogs
from node.bootstrap import Base, open_base
from node.cli import main
from node.cli.witnessing import Witnessing, make_witnessing
from node.services.watch_logs import ShowLogs, WatchLogs
from node.witness_ports import Witnessed
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.envelope.statement import decode
from trust.identity.declared import log_key_of
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.statements import KeyStatement
from trust.store.engine import open_engine, transaction
from trust.transparency.checkpoint import Checkpoint, log_origin, parse_checkpoint
from trust.transparency.leaf import Leaf, encode_leaf
from trust.transparency.log import TransparencyLog
from trust.transparency.note import cosign, parse_note
from trust.transparency.witness import (
    Step,
    contradict,
    verify_witnessed,
    witness_name,
    witnesses_of,
)

SHANGRAO = "demo.invalid/log/361100"


@dataclass
class Door:
    """`WitnessDesk` of one node at one registry, without sockets."""

    caller: str
    carry: CarryCheckpoints

    def add(self, step: Step) -> int | None:
        return self.carry.add(self.caller, step)[1]

    def tasks(self, known: Mapping[str, Checkpoint]) -> Iterator[tuple[str, Sequence[Step]]]:
        sizes = {origin: (one.size, one.root) for origin, one in known.items()}
        return self.carry.tasks(self.caller, sizes)

    def cosign(self, origin: str, size: int, line: str, witness_key: Envelope) -> None:
        self.carry.cosign(self.caller, origin, size, line, witness_key)

    def report(self, origin: str, known: str, shown: str) -> None:
        self.carry.report(self.caller, (known, shown))

    def witnessed(self, origin: str, quorum: int) -> Witnessed:
        log = self.carry.witnessed(origin, quorum)
        return Witnessed(
            note=log.note,
            newest_size=log.newest_size,
            contradictions=log.contradictions,
            witness_keys=log.witness_keys,
        )


@dataclass
class Watch:
    """Three nodes, and as many registries as somebody wants them to see."""

    folder: Path
    world: NodeWorld
    bases: dict[str, Base] = field(default_factory=dict)
    parts: dict[str, Witnessing] = field(default_factory=dict)

    def registry(self, name: str) -> CarryCheckpoints:
        view = self.bases["pudong"].kept.current
        directory: Any = SimpleNamespace(
            view=lambda: view().view, state=lambda: SimpleNamespace(view=view().view)
        )
        store = SqlWitnessStore(open_engine(f"sqlite:///{self.folder / name}.db"))
        return CarryCheckpoints(store, directory, wall_clock)

    def append(self, base: Base, archive_code: str, *cases: str) -> None:
        with transaction(base.engine) as connection:
            for case in cases:
                leaf = Leaf(ts_ms=1, kind="state", case=case)
                origin = log_origin("demo.invalid", archive_code)
                TransparencyLog().append(connection, origin, encode_leaf(leaf))

    def show(self, node_id: str, carry: CarryCheckpoints, base: Base | None = None) -> int:
        base = base or self.bases[node_id]
        signers = base.folder.log_signers(tuple(base.house.archives))
        logs = SqlOwnLogs(base.engine, "demo.invalid", signers)
        book = make_witnessing(base).book
        return ShowLogs(base.house, logs, base.folder, book, Door(node_id, carry)).run()

    def watch(self, node_id: str, carry: CarryCheckpoints) -> int:
        base, part = self.bases[node_id], self.parts[node_id]
        key = self.keys[node_id]
        own = (key.signer, lambda: key.keep_stated(base.folder, wall_clock()))
        return WatchLogs(base.house, own, part.book, Door(node_id, carry), base.log).run()

    def standing(self, node_id: str, code: str) -> dict[str, object]:
        return self.parts[node_id].describe()["logs"][code]  # type: ignore[index,no-any-return]

    def copy_of(self, node_id: str, name: str) -> Base:
        """The same node on a copy of its data: another past, or yesterday's backup."""
        folder = self.folder / name
        shutil.copytree(self.world.nodes[node_id].data, folder)
        return open_base(folder)

    def __post_init__(self) -> None:
        from node.adapters.witness_key import WitnessKey

        self.keys = {}
        for node_id, node in self.world.nodes.items():
            self.bases[node_id] = open_base(node.data)
            self.parts[node_id] = make_witnessing(self.bases[node_id])
            self.keys[node_id] = WitnessKey(node.data, None, node_id)
            self.keys[node_id].keep_stated(self.bases[node_id].folder, wall_clock())
        self.world.publish()
        self.append(self.bases["shangrao"], "361100", "c1", "c2", "c3")

    def evidence(self, carry: CarryCheckpoints, quorum: int = 2) -> Any:
        found = carry.witnessed(SHANGRAO, quorum)
        base = self.bases["shangrao"]
        said = decode(base.folder.log_key_statement("361100").payload, KeyStatement)
        return verify_witnessed(
            found.note,
            origin=SHANGRAO,
            log_key=log_key_of(said),
            witness_keys=found.witness_keys,
            view=base.kept.current().view,
            quorum=quorum,
            now=wall_clock(),
        )


@pytest.fixture
def watch(tmp_path: Path, table_folder: Path) -> Watch:
    return Watch(tmp_path, build_node_world(tmp_path / "nodes", table_folder))


def refused(code: str, act: Callable[..., object], *arguments: object) -> None:
    with pytest.raises(Refusal) as caught:
        act(*arguments)
    assert caught.value.code == code


def test_two_other_archives_cosign_every_checkpoint(watch: Watch) -> None:
    carry = watch.registry("registry")
    assert watch.show("shangrao", carry) == 1
    assert watch.standing("shangrao", "361100")["witnessed_size"] == 0
    assert watch.watch("jiaxing", carry) == watch.watch("pudong", carry) == 1
    watch.append(watch.bases["shangrao"], "361100", "c4")
    watch.show("shangrao", carry)
    assert watch.watch("jiaxing", carry) == watch.watch("pudong", carry) == 1
    assert watch.watch("jiaxing", carry) == 0, "nothing new"
    assert watch.show("shangrao", carry) == 1
    standing = watch.standing("shangrao", "361100")
    assert (standing["size"], standing["witnessed_size"], standing["alarm"]) == (4, 4, "")
    assert standing["witnessed_at"]
    evidence = watch.evidence(carry)
    assert {one.name.rpartition("/")[2] for one in evidence.cosignatures} == {"jiaxing", "pudong"}


def test_a_quorum_that_is_not_reached_is_refused(watch: Watch) -> None:
    carry = watch.registry("registry")
    watch.show("shangrao", carry)
    watch.watch("jiaxing", carry)
    assert watch.evidence(carry, quorum=1).checkpoint.size == 3
    log = carry.witnessed(SHANGRAO, 2)
    assert (log.note, log.newest_size) == ("", 3)
    one = carry.witnessed(SHANGRAO, 1)
    refused_with = watch.bases["shangrao"]
    said = decode(refused_with.folder.log_key_statement("361100").payload, KeyStatement)
    with pytest.raises(Refusal, match="LOG_PROOF_INVALID"):
        verify_witnessed(
            one.note,
            origin=SHANGRAO,
            log_key=log_key_of(said),
            witness_keys=(*one.witness_keys, *one.witness_keys),
            view=refused_with.kept.current().view,
            quorum=2,
            now=wall_clock(),
        )


def test_who_watches_a_log_follows_from_the_trust_list(watch: Watch) -> None:
    members = watch.bases["pudong"].kept.current().view.trust_list.members
    assert set(witnesses_of(SHANGRAO, members)) == {"jiaxing", "pudong"}
    assert "jiaxing" not in witnesses_of("demo.invalid/log/330481", members)
    assert witnesses_of(SHANGRAO, members) == witnesses_of(SHANGRAO, reversed(members))


def test_a_forked_log_is_refused_and_shown_with_both_notes(watch: Watch) -> None:
    carry = watch.registry("registry")
    twin = watch.copy_of("shangrao", "twin")
    watch.append(watch.bases["shangrao"], "361100", "released")
    watch.append(twin, "361100", "never happened")
    watch.show("shangrao", carry)
    watch.show("shangrao", carry, twin)
    (pair,) = carry.witnessed(SHANGRAO, 1).contradictions
    one, other = (parse_checkpoint(parse_note(note)) for note in pair)
    assert contradict(one, other)
    assert make_witnessing(twin).describe()["logs"]["361100"]["alarm"] == "LOG_FORKED"  # type: ignore[index]
    (listed,) = [log for log in carry.listing() if log["origin"] == SHANGRAO]
    assert listed["contradictions"] == 1
    # The honest half of the house sees it too.
    watch.show("shangrao", carry)
    assert watch.standing("shangrao", "361100")["alarm"] == "LOG_FORKED"


def test_a_longer_second_past_is_refused_by_witness_and_registry(watch: Watch) -> None:
    carry = watch.registry("registry")
    twin = watch.copy_of("shangrao", "twin")
    watch.append(watch.bases["shangrao"], "361100", "a")
    watch.append(twin, "361100", "b", "c", "d")
    watch.show("shangrao", carry)
    watch.watch("jiaxing", carry)
    watch.show("shangrao", carry, twin)
    assert carry.witnessed(SHANGRAO, 1).newest_size == 4
    assert len(carry.witnessed(SHANGRAO, 1).contradictions) == 1


def test_a_split_view_never_gets_two_cosignatures_and_is_seen_when_halves_meet(
    watch: Watch,
) -> None:
    """Owner and registry conspire: each witness is shown another past."""
    first, second = watch.registry("first"), watch.registry("second")
    twin = watch.copy_of("shangrao", "twin")
    watch.append(watch.bases["shangrao"], "361100", "released")
    watch.append(twin, "361100", "never happened")
    watch.show("shangrao", first)
    watch.show("shangrao", second, twin)
    assert watch.watch("jiaxing", first) == watch.watch("pudong", second) == 1
    for carry in (first, second):
        assert carry.witnessed(SHANGRAO, 2).note == "", "no past has its quorum"
    # The same witness is shown the other past: it signs nothing, keeps and reports both notes.
    assert watch.watch("jiaxing", second) == 0
    (alarm,) = watch.parts["jiaxing"].book.alarms()
    assert (alarm.origin, alarm.code) == (SHANGRAO, "LOG_FORKED")
    known, shown = (parse_checkpoint(parse_note(n)) for n in (alarm.known, alarm.shown))
    assert contradict(known, shown)
    assert second.witnessed(SHANGRAO, 1).contradictions == ((alarm.known, alarm.shown),)
    assert watch.parts["jiaxing"].describe()["alarms"], "status shows it"


def test_a_restored_backup_is_found_out_before_it_signs_a_second_past(watch: Watch) -> None:
    carry = watch.registry("registry")
    backup = watch.copy_of("shangrao", "backup")
    watch.append(watch.bases["shangrao"], "361100", "c4", "c5")
    watch.show("shangrao", carry)
    watch.watch("jiaxing", carry)
    watch.show("shangrao", carry, backup)
    assert make_witnessing(backup).describe()["logs"]["361100"]["alarm"] == "LOG_ROLLED_BACK"  # type: ignore[index]
    assert carry.witnessed(SHANGRAO, 1).newest_size == 5


def test_nobody_hands_in_anothers_log_or_cosigns_what_is_not_his(watch: Watch) -> None:
    carry = watch.registry("registry")
    base = watch.bases["shangrao"]
    logs = SqlOwnLogs(base.engine, "demo.invalid", base.folder.log_signers(("361100",)))
    note = logs.sign("361100", wall_clock())
    step = Step(old_size=0, proof=(), note=note, log_key=base.folder.log_key_statement("361100"))
    refused("WITNESS_NOT_OWNER", carry.add, "pudong", step)
    carry.add("shangrao", step)
    key = watch.keys["pudong"]
    statement = key.keep_stated(watch.bases["pudong"].folder, wall_clock())
    text = parse_checkpoint(parse_note(note)).text()
    good = cosign(text, witness_name("demo.invalid", "pudong"), key.signer, wall_clock())
    refused("WITNESS_NOT_CHOSEN", carry.cosign, "shangrao", SHANGRAO, 3, good, statement)
    refused("WITNESS_NOT_CHOSEN", carry.cosign, "jiaxing", SHANGRAO, 3, good, statement)
    forged = cosign(
        text, witness_name("demo.invalid", "pudong"), watch.keys["jiaxing"].signer, wall_clock()
    )
    refused("LOG_PROOF_INVALID", carry.cosign, "pudong", SHANGRAO, 3, forged, statement)
    refused("LOG_NOTE_MALFORMED", carry.cosign, "pudong", SHANGRAO, 9, good, statement)
    assert carry.cosign("pudong", SHANGRAO, 3, good, statement)
    assert not carry.cosign("pudong", SHANGRAO, 3, good, statement)
    wrong_key = Step(
        old_size=3,
        proof=(),
        note=note,
        log_key=watch.bases["pudong"].folder.log_key_statement("310115"),
    )
    refused("LOG_PROOF_INVALID", carry.add, "pudong", wrong_key)


def test_a_rewritten_log_that_agrees_with_itself_disagrees_with_its_witnesses(
    watch: Watch, capsys: pytest.CaptureFixture[str]
) -> None:
    carry = watch.registry("registry")
    twin = watch.copy_of("shangrao", "twin")
    watch.append(watch.bases["shangrao"], "361100", "released")
    watch.append(twin, "361100", "never happened")
    watch.show("shangrao", carry)
    watch.watch("jiaxing", carry)
    watch.watch("pudong", carry)
    watch.show("shangrao", carry)
    data = ["ledger", "verify", "--data"]
    assert main([*data, str(watch.world.nodes["shangrao"].data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["logs"]["361100"]["witnessed"] == 4
    # Whoever rewrites a database leaves what the witnesses said in it, or takes it away.
    genuine = watch.parts["shangrao"].book.standing(SHANGRAO)
    make_witnessing(twin).book.stand(genuine)
    assert main([*data, str(watch.folder / "twin")]) == 3
    assert "LOG_FORKED" in capsys.readouterr().err


def test_a_thief_of_the_registrys_key_hides_no_checkpoint(watch: Watch) -> None:
    """Kept from the witnesses, its owner sees it; cosigned by himself, nobody counts it."""
    honest, thief = watch.registry("honest"), watch.registry("thief")
    for carry in (honest, thief):
        watch.show("shangrao", carry)
    assert watch.watch("jiaxing", honest) == watch.watch("pudong", honest) == 1
    watch.show("shangrao", honest)
    # From here on he takes what the log's owner hands in, and shows it to nobody.
    watch.append(watch.bases["shangrao"], "361100", "hidden")
    watch.show("shangrao", thief)
    assert watch.watch("jiaxing", honest) == watch.watch("pudong", honest) == 0
    standing = watch.standing("shangrao", "361100")
    assert (standing["size"], standing["witnessed_size"]) == (4, 3)
    with pytest.raises(Refusal):
        watch.evidence(thief, quorum=1)
    # His own signature is no witness's, under whatever name.
    base, forger = watch.bases["shangrao"], Ed25519Signer(new_ed25519())
    logs = SqlOwnLogs(base.engine, "demo.invalid", base.folder.log_signers(("361100",)))
    note = logs.sign("361100", wall_clock())
    text = parse_checkpoint(parse_note(note)).text()
    for name in ("jiaxing", "pudong", "registry"):
        note += cosign(text, witness_name("demo.invalid", name), forger, wall_clock())
    said = decode(base.folder.log_key_statement("361100").payload, KeyStatement)
    true_keys = honest.witnessed(SHANGRAO, 2).witness_keys
    with pytest.raises(Refusal):
        verify_witnessed(
            note,
            origin=SHANGRAO,
            log_key=log_key_of(said),
            witness_keys=true_keys,
            view=base.kept.current().view,
            quorum=1,
            now=wall_clock(),
        )
    # Nor is it gone: what the witnesses see next must contain it.
    watch.append(watch.bases["shangrao"], "361100", "c5")
    watch.show("shangrao", honest)
    assert watch.watch("jiaxing", honest) == watch.watch("pudong", honest) == 1
    assert watch.evidence(honest).checkpoint.size == 5
