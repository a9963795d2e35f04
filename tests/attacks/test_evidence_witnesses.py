"""Evidence packs say how many archives have seen the log; what a list demands is demanded."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from evidence_world import AT, PINNED, WATCHERS, make_case, watch
from pack_mutations import mutations

from records.refusal import Refusal
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.transparency.evidence import CaseFile, make_evidence, verify_evidence
from trust.transparency.note import cosign
from trust.transparency.proof import parse_proof
from trust.transparency.witness import witness_name

SEED = 20261122


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> CaseFile:
    return make_case(tmp_path_factory.mktemp("witnessed"))


def test_both_witnesses_are_counted_with_the_time_of_the_first(case: CaseFile) -> None:
    evidence = verify_evidence(make_evidence(watch(case)), PINNED)
    assert evidence.is_witnessed and evidence.quorum == 2
    for one in evidence.proven:
        assert (one.witnesses, one.witnessed_at) == (2, AT + timedelta(minutes=1))


@pytest.mark.parametrize("nodes", [(), ("jiaxing",), ("pudong",)])
def test_fewer_than_the_list_demands_decide_nothing(case: CaseFile, nodes: tuple[str, ...]) -> None:
    evidence = verify_evidence(make_evidence(watch(case, nodes)), PINNED)
    assert not evidence.is_witnessed
    assert {one.witnesses for one in evidence.proven} == {len(nodes)}


def test_where_nobody_has_to_watch_a_pack_is_what_it_was(case: CaseFile) -> None:
    evidence = verify_evidence(make_evidence(case), PINNED)
    assert evidence.is_witnessed and {one.witnesses for one in evidence.proven} == {0}


def test_a_line_of_nobody_and_a_proof_of_another_leaf_are_refused(case: CaseFile) -> None:
    watched = watch(case)
    stranger = Ed25519Signer(new_ed25519())
    text = parse_proof(case.proofs["answer"]).checkpoint.split("\n\n")[0] + "\n"
    line = cosign(text, witness_name("demo.invalid", "stranger"), stranger, AT)
    swapped = {"answer": watched.witnessed["order"], "order": watched.witnessed["answer"]}
    for changed in (
        replace(
            watched, witnessed=watched.witnessed | {"answer": watched.witnessed["answer"] + line}
        ),
        replace(watched, witnessed=swapped),
        replace(watched, witnessed=watched.witnessed | {"third": watched.witnessed["answer"]}),
        # The key of a witness that said nothing.
        replace(watched, witnessed={}),
    ):
        with pytest.raises(Refusal, match="EVIDENCE_MALFORMED"):
            verify_evidence(make_evidence(changed), PINNED)


def test_a_witness_that_signed_something_else_refuses_the_pack(case: CaseFile) -> None:
    watched = watch(case, ("jiaxing",))
    other = cosign(
        "demo.invalid/log/361100\n9\nAAAA\n",
        witness_name("demo.invalid", "pudong"),
        WATCHERS["pudong"][1],
        AT,
    )
    both = watch(case)
    forged = {name: proof + other for name, proof in watched.witnessed.items()}
    with pytest.raises(Refusal, match="SIGNATURE_INVALID"):
        verify_evidence(make_evidence(replace(both, witnessed=forged)), PINNED)


def test_no_mutation_is_taken_for_a_witnessed_pack(case: CaseFile) -> None:
    """A mutation may take a witness away; it never adds one, and nothing crashes."""
    passed = 0
    for spoilt in mutations(make_evidence(watch(case)), random.Random(SEED), 500):
        try:
            evidence = verify_evidence(spoilt, PINNED)
        except Refusal:
            continue
        assert not evidence.is_witnessed, SEED
        passed += 1
    assert passed < 25
