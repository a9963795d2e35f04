"""Evidence packs: whole, or refused; a mutated pack never passes and never crashes the reader."""

import base64
import hashlib
import io
import json
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from records.refusal import Refusal
from trust.envelope.dsse import envelope_from_json, envelope_id, envelope_to_json
from trust.envelope.statement import sign_statement
from trust.identity.council import CouncilKeys
from trust.identity.keys import Ed25519Signer, new_ed25519, spki_der
from trust.identity.statements import Appointment, Endpoint, KeyStatement
from trust.identity.trust_list import ListedArchive, ListedKey, Member, TrustList
from trust.identity.trust_view import open_past_trust_list
from trust.store.engine import open_engine, transaction
from trust.transparency.checkpoint import log_origin
from trust.transparency.evidence import (
    CaseFile,
    ErasedStatement,
    make_evidence,
    verify_evidence,
)
from trust.transparency.evidence_pack import MANIFEST, _zip, read_pack
from trust.transparency.leaf import Leaf, commit_to, encode_leaf
from trust.transparency.log import TransparencyLog, ensure_log

DAY = timedelta(days=1)
AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SEED = 20261121
COUNCIL = [Ed25519Signer(new_ed25519()) for _ in range(3)]
NODE, SECOND, AUTHORITY, LOG_KEY, OFFICER = (Ed25519Signer(new_ed25519()) for _ in range(5))
PINNED = CouncilKeys(threshold=2, keys={s.kid: s.public_key for s in COUNCIL})
ORIGIN = log_origin("demo.invalid", "361100")
SALT = bytes(range(16))


def listed(signer: Ed25519Signer, at: datetime, **changes: object) -> ListedKey:
    key = ListedKey(
        kid=signer.kid,
        suite="LT-1",
        public_key=base64.b64encode(signer.public_raw).decode(),
        not_before=at - DAY,
        not_after=at + 365 * DAY,
    )
    return replace(key, **changes)  # type: ignore[arg-type]


def trust_list(at: datetime, revoked: Ed25519Signer = COUNCIL[0], **how: object) -> TrustList:
    archive = ListedArchive(
        archive_code="361100",
        name="上饶市档案馆",
        city_code="361100",
        authority_key=listed(AUTHORITY, at, **(how if revoked is AUTHORITY else {})),
    )
    member = Member(
        participant_id="shangrao",
        kind="node",
        name="上饶",
        state="active",
        since=at - DAY,
        sign_keys=tuple(
            listed(key, at, **(how if revoked is key else {})) for key in (NODE, SECOND)
        ),
        archives=(archive,),
    )
    return TrustList(
        trust_domain="demo.invalid",
        version=1,
        issued_at=at - DAY,
        expires_at=at + 90 * DAY,
        previous_sha256="",
        suites=("LT-1",),
        tls_roots_pem="-",
        seal_roots_pem="-",
        members=(member,),
    )


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> CaseFile:
    """A statement by the node and one by node and officer, both in the log."""
    at, folder = AT, tmp_path_factory.mktemp("evidence")
    der = spki_der(LOG_KEY.public_key.to_ed25519())
    log_key = KeyStatement(
        participant_id="shangrao",
        archive_code="361100",
        use="log",
        sequence=1,
        spki_sha256=hashlib.sha256(der).hexdigest(),
        public_key=base64.b64encode(der).decode(),
        not_before=at - DAY,
        not_after=at + DAY,
    )
    appointment = Appointment(
        officer_id="361100/0123456789abcdef",
        person_id="ab" * 32,
        archive_code="361100",
        sequence=1,
        posts=("release_dispatcher",),
        kid=OFFICER.kid,
        public_key=base64.b64encode(OFFICER.public_raw).decode(),
        pledge_signed_on=date(2026, 1, 5),
        pledge_expires_on=date(2027, 1, 4),
        not_before=at - DAY,
        not_after=at + DAY,
    )
    answer = sign_statement(Endpoint(participant_id="answer", sequence=1, grpc="x:1"), SECOND)
    order = sign_statement(Endpoint(participant_id="order", sequence=2, grpc="x:1"), NODE, OFFICER)
    engine = open_engine(f"sqlite:///{folder / 'lantai.db'}")
    ensure_log(engine)
    log = TransparencyLog()
    now_ms = int(at.timestamp() * 1000)
    commit = commit_to(envelope_id(answer), SALT)
    with transaction(engine) as conn:
        for n in range(5):
            log.append(conn, ORIGIN, b"other %d" % n)
        one = log.append(conn, ORIGIN, encode_leaf(Leaf(ts_ms=now_ms, kind="state", commit=commit)))
        leaf = Leaf(ts_ms=now_ms + 1000, kind="release", order=envelope_id(order))
        two = log.append(conn, ORIGIN, encode_leaf(leaf))
        proofs = {
            "answer": log.make_proof(conn, ORIGIN, one, LOG_KEY, at),
            "order": log.make_proof(conn, ORIGIN, two, LOG_KEY, at),
        }
    engine.dispose()
    return CaseFile(
        trust=sign_statement(trust_list(at), *COUNCIL[:2]),
        statements={"answer": answer, "order": order},
        support={
            "log-key": sign_statement(log_key, NODE),
            "officer": sign_statement(appointment, AUTHORITY),
        },
        proofs=proofs,
        salts={"answer": SALT},
    )


def pack(case: CaseFile, at: datetime) -> bytes:
    return make_evidence(case, readme="证据包：核验方法见 docs/statements.md\n", made_at=at)


def test_a_pack_proves_who_said_what_and_when(case: CaseFile, at: datetime) -> None:
    data = pack(case, at)
    assert pack(case, at) == data
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
    data = pack(left, at)
    assert answer.payload not in data
    proven = verify_evidence(data, PINNED).proven[0]
    assert (proven.payload, proven.signers, proven.at) == (None, (), at)
    assert proven.envelope_id == envelope_id(answer)
    other = replace(left, erased=(replace(gone, envelope_id="ab" * 32),))
    with pytest.raises(Refusal, match="EVIDENCE_MALFORMED"):
        verify_evidence(pack(other, at), PINNED)
    unproven = replace(left, proofs={"order": case.proofs["order"]})
    with pytest.raises(Refusal, match="EVIDENCE_INCOMPLETE"):
        verify_evidence(pack(unproven, at), PINNED)


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
        verify_evidence(pack(change(case), at), PINNED)
    assert caught.value.code == code


def test_a_key_that_was_revoked_before_the_signature_proves_nothing(
    case: CaseFile, at: datetime
) -> None:
    data = pack(case, at)
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
        verify_evidence(pack(case, at), other)


def test_mutations_are_never_missed_and_never_crash(case: CaseFile, at: datetime) -> None:
    """The attacker also repairs the manifest and writes the zip anew, since neither is signed."""
    chance = random.Random(SEED)
    good = pack(case, at)
    files = read_pack(good)[1]
    codes: Counter[str] = Counter()
    for turn in range(1_000):
        spoilt = {**files}
        path = chance.choice([name for name in files if name != "readme.txt"])
        data = bytearray(files[path])
        position = chance.randrange(len(data))
        match chance.randrange(3):
            case 0:
                data[position] ^= 1 << chance.randrange(8)
            case 1:
                del data[position]
            case _:
                data.insert(position, chance.randrange(256))
        if bytes(data) == files[path]:
            continue
        spoilt[path] = bytes(data)
        with pytest.raises(Refusal) as caught:
            verify_evidence(repaired(spoilt, good) if turn % 2 else flipped(good, chance), PINNED)
        codes[caught.value.code] += 1
    assert len(codes) >= 4


def repaired(files: dict[str, bytes], good: bytes) -> bytes:
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(good)).read(MANIFEST))
    for entry in manifest["files"]:
        entry["sha256"] = hashlib.sha256(files[entry["path"]]).hexdigest()
    text = json.dumps(manifest, separators=(",", ":"), ensure_ascii=False).encode()
    return _zip({**files, MANIFEST: text})


def flipped(good: bytes, chance: random.Random) -> bytes:
    spoilt = bytearray(good)
    spoilt[chance.randrange(len(good))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def test_the_files_in_a_pack_are_the_ones_of_statements_md(case: CaseFile, at: datetime) -> None:
    files = read_pack(pack(case, at))[1]
    assert envelope_from_json(files["statements/answer.json"]) == case.statements["answer"]
    assert files["statements/order.json"] == envelope_to_json(case.statements["order"])
    assert files["proofs/answer.tlog-proof"].startswith(b"c2sp.org/tlog-proof@v1\n")


def test_noise_is_no_pack() -> None:
    for noise in (b"", b"PK", b"PK\x05\x06" + bytes(18), b"x" * 100):
        with pytest.raises(Refusal, match="EVIDENCE_MALFORMED"):
            verify_evidence(noise, PINNED)
