"""A second verifier, written from docs/certificate.md and docs/statements.md alone.

It imports nothing of ours. It answers for a sealed PDF, off line, in any year:
`verify(pdf, lists, council, now, broken, evidence)` returns the level, or raises `Wrong`.
"""

import io
import json
from datetime import UTC, datetime
from typing import Any

import cbor2
import pikepdf
from asn1crypto import cms, crl, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from second_verifier.logs import logged_since, raw_ed25519, tlog
from second_verifier.revisions import check_revisions
from second_verifier.saying import FAR, Wrong, need, sha
from second_verifier.signatures import chain, check_signer, holes, stamp
from second_verifier.trust_lists import Trust, read_lists


def verify(
    pdf: bytes,
    lists: list[bytes],
    council: bytes,
    now: datetime,
    broken: dict[str, datetime] | None = None,
    evidence: bytes | None = None,
) -> str:
    """The level of a genuine file: B, T, LT or LTA. Status lists are not its business.

    Raises:
        Wrong: with the verdict code of certificate.md 5; V06 for what cannot even be read.
    """
    try:
        return judge(pdf, lists, council, now, broken, evidence)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, pikepdf.PdfError) as fault:
        raise Wrong("V06", type(fault).__name__) from fault


def judge(
    pdf: bytes,
    lists: list[bytes],
    council: bytes,
    now: datetime,
    broken: dict[str, datetime] | None = None,
    evidence: bytes | None = None,
) -> str:
    """As `verify`, for a file in which every part is what the paper says."""
    trust = Trust(read_lists(lists, council))
    ends = trust.broken | (broken or {})
    whole = lambda names, at: all(at < ends.get(name, FAR) for name in names)  # noqa: E731
    need(b"DangAnZhengMingZhang" in pdf and b"evidence.cose" in pdf, "V08")
    found = holes(pdf)
    issued = pdf[: found[0][0]]
    signed = cms.ContentInfo.load(found[0][2])["content"]
    document = pikepdf.open(io.BytesIO(issued))
    files = {name: spec.get_file().read_bytes() for name, spec in document.attachments.items()}
    # The token says when; nothing in it is believed before step 5.
    protected, _open, payload, value = cbor2.loads(files["evidence.cose"])
    claims = cbor2.loads(payload)
    moment = datetime.fromtimestamp(claims[6], UTC)
    _v, template, (year, serial), _names, count, digests, _place, index, _facts = claims[-70001]
    number = f"{claims[1]}-{year}-{serial:06d}"
    # 2. Whole file. 3. Seal.
    seal, known = check_signer(signed, found[0][1])
    if len(found) > 1:
        check_revisions(issued, pdf)
    need(found[-1][0] == len(pdf), "V06", "bytes behind")
    stamps = []
    for attribute in signed["signer_infos"][0]["unsigned_attrs"] or ():
        value_of = signed["signer_infos"][0]["signature"].native
        stamps.append((stamp(attribute["values"][0], value_of), False))
    for _end, covered, token in found[1:]:
        stamps.append((stamp(cms.ContentInfo.load(token), covered), True))
    proofs, last = [], moment
    for (at, own, carried), _document in stamps:
        need((last - at).total_seconds() <= 300, "V06", "order of the time-stamps")
        try:
            proofs.append((at, chain(own, carried, trust.roots(at), at)))
        except Wrong as wrong:
            raise Wrong("V06", "time-stamp does not hold") from wrong
        last = at
    # 4. Seal certificate.
    names = chain(seal, known, trust.roots(moment), moment)
    need("non_repudiation" in seal.key_usage_value.native, "V03", "key usage")
    statements = json.loads(files["evidence.keys.json"])
    said, der = trust.key_statement(statements["seal"], "seal", moment)
    need(der == seal.public_key.dump() and said["archive_code"] == claims[1], "V03", "seal key")
    # 5. Token. 6. Agreement.
    said, der = trust.key_statement(statements["qr"], "qr", moment)
    need(said["archive_code"] == claims[1] and sha(der)[:4] == cbor2.loads(protected)[4], "V03")
    signature = encode_dss_signature(*(int.from_bytes(h, "big") for h in (value[:32], value[32:])))
    key: Any = serialization.load_der_public_key(der)
    try:
        whole_token = cbor2.dumps(["Signature1", protected, b"", payload])
        key.verify(signature, whole_token, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise Wrong("V02", "token") from error
    check_pages(json.loads(files["extract.json"]), number, template, count, digests)
    # 7. Log.
    _said, der = trust.key_statement(statements["log"], "log", moment)
    origin = f"{trust.at(moment)['trust_domain']}/log/{claims[1]}"
    proof = files["evidence.tlog-proof"].decode()
    leaf, position, _note = tlog(proof, origin, raw_ed25519(der))
    right = leaf["kind"] == "certificate" and leaf["number"] == number and position == index
    need(right and leaf["token_sha256"] == sha(files["evidence.cose"]).hex(), "V13", "leaf")
    # 8 of the paper: known to be older than the end of its algorithms.
    since = now
    for at, used in reversed(proofs):
        if at <= since and whole(used, since):
            since = at
    need(whole({"Ed25519", "SHA-256"}, since), "V02", "statements")
    used = names | {"P-256", "SHA-256"}
    if not whole(used, since) and evidence is not None and whole({"Ed25519", "SHA-256"}, now):
        try:
            since = min(since, logged_since(json.loads(evidence), number, issued, trust, moment))
        except Wrong:
            pass
    need(whole(used, since), "V02", "ALGORITHM_BROKEN")
    return level(pdf, seal, stamps)


def check_pages(extract: Any, number: str, template: int, count: int, digests: Any) -> None:
    pages, prints = extract["pages"], []
    for position, page in enumerate(pages, start=1):
        head = ["lantai/page/1", number, f"{position}/{len(pages)}", page["kind"]]
        prints.append(sha("\n".join([*head, *page["lines"]]).encode())[:8])
    joined = b"".join(prints)
    wanted = joined if len(prints) <= 3 else sha(joined)[:8]
    said = digests if isinstance(digests, bytes) else b"".join(digests)
    need(len(pages) == count and wanted == said, "V14", "pages")
    need(extract["number"] == number and extract["template"] == f"T{template}", "V14", "number")


def level(pdf: bytes, seal: x509.Certificate, stamps: list[Any]) -> str:
    if not stamps:
        return "B"
    root = pikepdf.open(io.BytesIO(pdf)).Root
    store = root.get("/DSS")
    if store is None:
        return "T"
    certs = [x509.Certificate.load(one.read_bytes()) for one in store.Certs]
    lists = [crl.CertificateList.load(one.read_bytes()) for one in store.get("/CRLs", [])]
    issuers = {one.issuer.hashable for one in lists}
    last_is_document = stamps[-1][1]
    owners = [seal, *(own for (_at, own, _carried), _document in stamps)]
    for one in owners[:-1] if last_is_document else owners:
        while not one.self_issued:
            above = [c for c in certs if c.subject == one.issuer]
            if not above or one.issuer.hashable not in issuers:
                return "T"
            one = above[0]
    return "LTA" if last_is_document else "LT"
