"""Evidence packs: whole, or refused; a mutated pack never passes and never crashes the reader."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from evidence_world import (
    AT,
    AUTHORITY,
    COUNCIL,
    DAY,
    NODE,
    ORIGIN,
    PINNED,
    SECOND,
    make_case,
    trust_list,
)
from pack_mutations import mutations

from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json, envelope_id, envelope_to_json
from trust.envelope.statement import sign_statement
from trust.identity.council import CouncilKeys
from trust.identity.keys import Ed25519Signer, new_ed25519
from trust.identity.trust_view import open_past_trust_list
from trust.transparency.evidence import (
    CaseFile,
    ErasedStatement,
    make_evidence,
    verify_evidence,
)
from trust.transparency.evidence_pack import read_pack

SEED = 20261121


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> CaseFile:
    """A statement by the node and one by node and officer, both in the log."""
    return make_case(tmp_path_factory.mktemp("evidence"))


def pack(case: CaseFile) -> bytes:
    return make_evidence(case)


def test_a_pack_proves_who_said_what_and_when(case: CaseFile, at: datetime) -> None:
    data = pack(case)
    assert pack(case) == data
    evidence = verify_evidence(data, PINNED)
    (answer, order) = evidence.proven
    assert (evidence.trust_domain, evidence.trust_version) == ("demo.invalid", 1)
    assert (answer.name, answer.signers, answer.at) == ("answer", ("shangrao",), at)
    assert answer.payload == case.statements["answer"].payload
    assert order.signers == ("361100/0123456789abcdef", "shangrao")
    assert order.at == at + timedelta(seconds=1)
    assert {answer.origin, order.origin} == {ORIGIN}


def test_what_was_erased_stays_proven(case: CaseFile, at: datetime) -> None:
    answer = case.statements["answer"]
    gone = ErasedStatement(
        name="answer", payload_type=answer.payload_type, envelope_id=envelope_id(answer)
    )
    left = replace(case, statements={"order": case.statements["order"]}, erased=(gone,))
    data = pack(left)
    assert answer.payload not in data
    proven = verify_evidence(data, PINNED).proven[0]
    assert (proven.payload, proven.signers, proven.at) == (None, (), at)
    assert proven.envelope_id == envelope_id(answer)
    other = replace(left, erased=(replace(gone, envelope_id="ab" * 32),))
    with pytest.raises(Refusal, match="EVIDENCE_MALFORMED"):
        verify_evidence(pack(other), PINNED)
    renamed = replace(left, erased=(replace(gone, payload_type="application/x"),))
    with pytest.raises(Refusal, match="EVIDENCE_MALFORMED"):
        verify_evidence(pack(renamed), PINNED)
    unproven = replace(left, proofs={"order": case.proofs["order"]})
    with pytest.raises(Refusal, match="EVIDENCE_INCOMPLETE"):
        verify_evidence(pack(unproven), PINNED)


def without(case: CaseFile, field: str, name: str) -> CaseFile:
    kept = {key: value for key, value in getattr(case, field).items() if key != name}
    return replace(case, **{field: kept})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda c: without(c, "support", "log-key"), "EVIDENCE_INCOMPLETE"),
        (lambda c: without(c, "support", "officer"), "SIGNATURES_TOO_FEW"),
        (lambda c: without(c, "salts", "answer"), "EVIDENCE_MALFORMED"),
        (lambda c: without(c, "statements", "answer"), "EVIDENCE_MALFORMED"),
        (lambda c: replace(c, proofs={}), "EVIDENCE_INCOMPLETE"),
        (lambda c: replace(c, salts={"answer": bytes(16)}), "EVIDENCE_MALFORMED"),
        (lambda c: replace(c, salts={"answer": b"x"}), "LOG_LEAF_MALFORMED"),
        (
            lambda c: replace(c, proofs={"answer": c.proofs["order"], "order": c.proofs["answer"]}),
            "EVIDENCE_MALFORMED",
        ),
        (
            lambda c: replace(c, trust=sign_statement(trust_list(AT), COUNCIL[0])),
            "SIGNATURES_TOO_FEW",
        ),
        (
            lambda c: replace(
                c, erased=(ErasedStatement(name="x", payload_type="a", envelope_id="周"),)
            ),
            "EVIDENCE_MALFORMED",
        ),
        (
            lambda c: replace(
                c, erased=(ErasedStatement(name="order", payload_type="a", envelope_id="ab"),)
            ),
            "EVIDENCE_MALFORMED",
        ),
    ],
)
def test_what_does_not_hang_together_is_refused(
    case: CaseFile, at: datetime, change: Callable[[CaseFile], CaseFile], code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        verify_evidence(pack(change(case)), PINNED)
    assert caught.value.code == code


def test_a_key_that_was_revoked_before_the_signature_proves_nothing(
    case: CaseFile, at: datetime
) -> None:
    data = pack(case)
    for key in (NODE, SECOND, AUTHORITY):
        for revoked_at, passes in ((at, False), (at - DAY, False), (at + DAY, True)):
            later = sign_statement(trust_list(at, key, revoked_at=revoked_at), *COUNCIL[:2])
            newer = open_past_trust_list(later, PINNED)
            if passes:
                assert verify_evidence(data, PINNED, newer=newer).proven
            else:
                with pytest.raises(Refusal, match="EVIDENCE_INCOMPLETE"):
                    verify_evidence(data, PINNED, newer=newer)


def test_another_council_believes_none_of_it(case: CaseFile, at: datetime) -> None:
    stranger = Ed25519Signer(new_ed25519())
    other = CouncilKeys(threshold=1, keys={stranger.kid: stranger.public_key})
    with pytest.raises(Refusal, match="SIGNER_UNKNOWN"):
        verify_evidence(pack(case), other)


def test_mutations_are_never_missed_and_never_crash(case: CaseFile) -> None:
    """The attacker also repairs the manifest and writes the zip anew, since neither is signed."""
    codes: Counter[str] = Counter()
    for spoilt in mutations(pack(case), random.Random(SEED), 1_000):
        with pytest.raises(Refusal) as caught:
            verify_evidence(spoilt, PINNED)
        codes[caught.value.code] += 1
    assert len(codes) >= 4


def test_the_files_in_a_pack_are_the_ones_of_statements_md(case: CaseFile, at: datetime) -> None:
    files = read_pack(pack(case))[1]
    assert envelope_from_json(files["statements/answer.json"]) == case.statements["answer"]
    assert files["statements/order.json"] == envelope_to_json(case.statements["order"])
    assert files["proofs/answer.tlog-proof"].startswith(b"c2sp.org/tlog-proof@v1\n")


def test_noise_is_no_pack() -> None:
    for noise in (b"", b"PK", b"PK\x05\x06" + bytes(18), b"x" * 100):
        with pytest.raises(Refusal, match="EVIDENCE_MALFORMED"):
            verify_evidence(noise, PINNED)
