"""Two archives watch each log: what they sign, what they refuse, what everybody then sees."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from channel_world import wall_clock
from node_world import build_node_world
from witness_world import SHANGRAO, Watch

from node.adapters.sql_witness import SqlOwnLogs
from node.cli import main
from node.cli.witnessing import make_witnessing
from records.refusal import Refusal
from trust.envelope.statement import decode
from trust.identity.declared import log_key_of
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.statements import KeyStatement
from trust.transparency.checkpoint import parse_checkpoint
from trust.transparency.note import cosign, parse_note
from trust.transparency.witness import (
    Step,
    contradict,
    verify_witnessed,
    witness_name,
    witnesses_of,
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
