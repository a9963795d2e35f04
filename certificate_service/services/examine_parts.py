"""The single steps of an examination: token key, seal key, pages, log, status, content, notice."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from certificate_service.document.faults import CERTIFICATE_FAULTS
from certificate_service.domain.cose import Signed, kid_of, verify_sign1
from certificate_service.domain.extract_file import SCHEMA, page_words
from certificate_service.domain.fingerprint import fingerprints, token_digests
from certificate_service.domain.order_reasons import LOG_LEAF, SEAL_KEY_UNSTATED
from certificate_service.domain.reasons import PAGES_DIFFER, SEAL_UNTRUSTED
from certificate_service.domain.release_rules import check_certificate_leaf
from certificate_service.domain.sealed_facts import open_facts
from certificate_service.domain.site_paths import bundle_path
from certificate_service.domain.token import Token
from certificate_service.domain.verdict import PASSED, Finding, Step, failure
from certificate_service.domain.verification_code import parse_code
from certificate_service.ports import EvidenceSource
from certificate_service.services.authorise import open_log_key, open_proof
from certificate_service.services.keys import stated_p256
from certificate_service.services.published_proofs import (
    CERTIFICATE,
    LeafProof,
    carried_envelope,
    find_published,
)
from certificate_service.services.witness_evidence import (
    USE,
    best_standing,
    finding_of,
)
from records.refusal import Refusal
from trust.envelope.dsse import Envelope
from trust.identity.declared import check_key_in_force, open_key_statement
from trust.identity.keys import spki_sha256
from trust.identity.trust_view import TrustView
from trust.transparency.checkpoint import log_origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the asker wants to know besides genuineness."""

    now: datetime
    code: str = ""
    """核验码 as typed; empty = not given."""
    purpose: str = ""
    """What the asker uses it for; empty = not said."""
    oldest: timedelta | None = None
    """Age from which the asker wants a notice."""
    broken: Mapping[str, datetime] = field(default_factory=dict)
    """Algorithms that the asker knows to be broken, besides those that the trust lists name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statements:
    """Key statements that came with the certificate or are published."""

    envelopes: Mapping[str, Envelope] = field(default_factory=dict)
    """By use: qr, seal, log."""
    published: tuple[bytes, ...] = ()
    """Every copy of the verify site's keys.json; a bad one hides nothing."""

    def leaf_proof(self, proof: str) -> LeafProof | None:
        """The proof inside a file with the keys that it hangs on; None where it has none."""
        log_key = self.envelopes.get("log")
        if not proof or log_key is None:
            return None
        witnesses = tuple(one for use, one in self.envelopes.items() if use.startswith(USE))
        return LeafProof(proof=proof, log_key=log_key, witness_keys=witnesses)

    def qr(self) -> Iterator[Envelope]:
        """Every statement that might be of a QR key."""
        if "qr" in self.envelopes:
            yield self.envelopes["qr"]
        for copy in self.published:
            yield from _published_envelopes(copy)

    @property
    def known(self) -> bool:
        """Whether there is anything to look at."""
        return bool(self.envelopes or self.published)


def _published_envelopes(copy: bytes) -> Iterator[Envelope]:
    try:
        carried = [entry["statement"] for entry in json.loads(copy)["archives"]]
    except (ValueError, KeyError, TypeError, RecursionError):
        return
    for one in carried:
        try:
            yield carried_envelope(one)
        except Refusal:
            continue


def read_statements(data: bytes) -> Statements:
    """The statements attached to a file.

    Raises:
        Refusal: SEAL_KEY_UNSTATED, ENVELOPE_MALFORMED.
    """
    try:
        carried = json.loads(data)
        envelopes = {use: carried_envelope(one) for use, one in carried.items()}
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise Refusal(SEAL_KEY_UNSTATED, "evidence.keys.json") from error
    return Statements(envelopes=envelopes)


def qr_keys(
    archive_code: str, view: TrustView, statements: Statements, moment: datetime
) -> Mapping[bytes, ec.EllipticCurvePublicKey]:
    """QR keys of the archive that were in force at that moment, by kid."""
    keys: dict[bytes, ec.EllipticCurvePublicKey] = {}
    for envelope in statements.qr():
        try:
            stated = open_key_statement(envelope, view, moment).statement
            check_key_in_force(stated, use="qr", now=moment)
            key = stated_p256(stated)
        except Refusal:
            continue
        if stated.archive_code == archive_code:
            keys[kid_of(key)] = key
    return keys


def find_token_key(
    token: Token, signed: Signed, view: TrustView, statements: Statements, moment: datetime
) -> Finding:
    """Step 5: the token is signed by a key that the archive's authority stated."""
    if not statements.known:
        return Finding(None, "V99", "没有可用的二维码密钥声明（keys.json）")
    key = qr_keys(token.number.archive_code, view, statements, moment).get(signed.kid)
    if key is None:
        return failure("V03", SEAL_KEY_UNSTATED, "QR")
    try:
        verify_sign1(signed, key)
    except Refusal as refusal:
        return failure("V02", refusal.reason)
    return PASSED


def check_seal_key(
    certificate: bytes, token: Token, statements: Statements, view: TrustView, moment: datetime
) -> None:
    """Step 4: the seal's key is the one that the issuing archive's authority stated.

    Raises:
        Refusal: SEAL_KEY_UNSTATED, SEAL_UNTRUSTED, and refusals of `open_key_statement`.
    """
    envelope = statements.envelopes.get("seal")
    if envelope is None:
        raise Refusal(SEAL_KEY_UNSTATED, "no statement")
    stated = open_key_statement(envelope, view, moment).statement
    check_key_in_force(stated, use="seal", now=moment)
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except CERTIFICATE_FAULTS as error:
        raise Refusal(SEAL_UNTRUSTED, "certificate") from error
    held = spki_sha256(key) if isinstance(key, ec.EllipticCurvePublicKey) else ""
    if held != stated.spki_sha256:
        raise Refusal(SEAL_KEY_UNSTATED, "seal")
    if stated.archive_code != token.number.archive_code:
        raise Refusal(SEAL_UNTRUSTED, "another archive's seal")


def check_pages(token: Token, cose: bytes, extract: Mapping[str, object]) -> Finding:
    """Step 6: number, kind, date, page count and every page's words are those of the token."""
    words = page_words(extract)
    each = fingerprints(str(token.number), words)
    issued = datetime.fromtimestamp(token.issued_at, UTC).isoformat().replace("+00:00", "Z")
    checks = (
        ("schema", extract.get("schema") == SCHEMA),
        ("number", extract.get("number") == str(token.number)),
        ("template", extract.get("template") == token.template),
        ("issued_at", extract.get("issued_at") == issued),
        ("token", extract.get("token_sha256") == hashlib.sha256(cose).hexdigest()),
        ("log_index", extract.get("log_index") == token.log_index),
        ("pages", len(words) == token.pages),
        ("fingerprints", token_digests(each) == token.digests),
    )
    failed = next((what for what, holds in checks if not holds), None)
    return PASSED if failed is None else failure("V14", PAGES_DIFFER, failed)


def look_at_log(
    token: Token,
    signed: Signed,
    source: EvidenceSource,
    views: tuple[TrustView, ...],
    inside: LeafProof | None = None,
) -> Finding:
    """Step 7: the leaf at the token's index binds this number to this token, and who saw it.

    Args:
        token: Believed.
        signed: The token as it was signed.
        source: Where the log bundle is.
        views: The trust list of the time of issue, then today's.
        inside: The proof inside the file; None for a QR text, which has none.
    """
    view, moment = views[0], datetime.fromtimestamp(token.issued_at, UTC)
    code = token.number.archive_code
    origin = log_origin(view.trust_domain, code)
    token_sha256 = hashlib.sha256(signed.encoded).digest()

    def holds(one: LeafProof) -> None:
        log_key = open_log_key(one.log_key, code, view, moment)
        leaf, evidence = open_proof(one.proof, origin, log_key)
        check_certificate_leaf(leaf, str(token.number), token_sha256)
        if evidence.index != token.log_index:
            raise Refusal(LOG_LEAF, "index")

    published = find_published(token, source, CERTIFICATE)
    proofs = published if inside is None else (inside, *published)
    if not proofs:
        known = source.get(bundle_path(code, token.log_index)) is not None
        return failure("V13", LOG_LEAF, "absent") if known else Finding(None, "V10", "存证未核对")
    refused: Refusal | None = None
    # What is inside a file was signed with it and has to hold; of published copies any one does.
    for one in proofs if inside is None else proofs[:1]:
        try:
            holds(one)
        except Refusal as refusal:
            refused = refused or refusal
            continue
        refused = None
        break
    if refused is not None:
        return failure("V13", refused.reason, refused.detail)
    return finding_of(best_standing(proofs, holds, origin, views, moment), token.log_index)


def look_at_content(token: Token, code: str) -> tuple[Finding, tuple[str, ...]]:
    """Step 9 for a QR text: the facts, opened with the code for comparison with the paper."""
    if not code:
        return Finding(None, "V09", "未输入核验码"), ()
    try:
        facts = open_facts(token.sealed_facts, parse_code(code), token.certificate_id)
    except Refusal as refusal:
        return Finding(None, "V09", refusal.reason.zh), ()
    return Finding(True, "", "已用核验码打开，请与纸面逐项比对"), facts


def notice(
    findings: dict[Step, Finding], question: Question, issued: datetime, purpose: str
) -> None:
    """Step 10: age and purpose, only if the asker wants to know."""
    said: list[str] = []
    if question.oldest is not None and question.now - issued > question.oldest:
        said.append(f"出证已超过 {question.oldest.days} 天")
    if question.purpose and purpose and question.purpose != purpose:
        said.append("用途与出证时不同")
    if said:
        findings[Step.NOTICE] = Finding(None, "V07", "；".join(said))
