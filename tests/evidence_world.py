"""A small federation of keys and one case's statements, in a log: what a pack is made of."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from deploy.ceremony import state_key
from trust.envelope.dsse import envelope_id
from trust.envelope.statement import sign_statement
from trust.identity.council import CouncilKeys
from trust.identity.keys import Ed25519Signer, new_ed25519, spki_der
from trust.identity.statements import Appointment, Endpoint, KeyStatement
from trust.identity.trust_list import ListedArchive, ListedKey, Member, TrustList
from trust.store.engine import open_engine, transaction
from trust.transparency.checkpoint import log_origin
from trust.transparency.evidence import CaseFile
from trust.transparency.leaf import Leaf, commit_to, encode_leaf
from trust.transparency.log import TransparencyLog, ensure_log
from trust.transparency.note import cosign
from trust.transparency.proof import parse_proof
from trust.transparency.witness import witness_name

DAY = timedelta(days=1)
AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
COUNCIL = [Ed25519Signer(new_ed25519()) for _ in range(3)]
NODE, SECOND, AUTHORITY, LOG_KEY, OFFICER = (Ed25519Signer(new_ed25519()) for _ in range(5))
WATCHERS = {
    node: (Ed25519Signer(new_ed25519()), Ed25519Signer(new_ed25519()))
    for node in ("jiaxing", "pudong")
}
"""Who watches the log: the key that signs for the node, the key that cosigns."""
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


def trust_list(
    at: datetime,
    revoked: Ed25519Signer = COUNCIL[0],
    *,
    watched: bool = False,
    **how: object,
) -> TrustList:
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
        members=(member, *(_watcher(node, at) for node in WATCHERS)) if watched else (member,),
        witness_quorum=2 if watched else 0,
    )


def _watcher(node: str, at: datetime) -> Member:
    key = WATCHERS[node][0]
    return Member(
        participant_id=node,
        kind="node",
        name=node,
        state="active",
        since=at - DAY,
        sign_keys=(listed(key, at),),
        archives=(),
    )


def watch(case: CaseFile, nodes: Sequence[str] = ("jiaxing", "pudong")) -> CaseFile:
    """The same case in a federation whose list demands two witnesses; these have cosigned."""
    at, support, proofs = AT + timedelta(minutes=1), dict(case.support), {}
    for node in nodes:
        sign, own = WATCHERS[node]
        key = own._key.public_key()
        support[f"witness-{node}"] = state_key(sign, node, "witness", key, (AT - DAY, 2 * DAY))
    for name, proof in case.proofs.items():
        text = parse_proof(proof).checkpoint.split("\n\n")[0] + "\n"
        names = {node: witness_name("demo.invalid", node) for node in nodes}
        proofs[name] = proof + "".join(
            cosign(text, names[node], WATCHERS[node][1], at) for node in nodes
        )
    trust = sign_statement(trust_list(AT, watched=True), *COUNCIL[:2])
    return replace(case, trust=trust, support=support, witnessed=proofs if nodes else {})


def make_case(folder: Path) -> CaseFile:
    """A statement by the node and one by node and officer, both in the log."""
    at = AT
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
    said = Leaf(ts_ms=now_ms, kind="statement", commit=commit, note=answer.payload_type)
    with transaction(engine) as conn:
        for n in range(5):
            log.append(conn, ORIGIN, b"other %d" % n)
        one = log.append(conn, ORIGIN, encode_leaf(said))
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
