"""A second verifier, written from docs/certificate.md and docs/statements.md alone.

It imports nothing of ours. It answers for a sealed PDF, off line, in any year:
`verify(pdf, lists, council, now, broken, evidence)` returns the level, or raises `Wrong`.
"""

import base64
import hashlib
import io
import json
import re
from datetime import UTC, datetime
from typing import Any

import cbor2
import pikepdf
from asn1crypto import cms, crl, pem, tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

b64 = base64.b64decode
assert tsp, "teaches asn1crypto what a time-stamp token is"
FAR = datetime(9999, 1, 1, tzinfo=UTC)
HASH = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
CURVE = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


class Wrong(Exception):
    """Not genuine; the argument is the verdict code."""


def need(holds: Any, code: str, what: str = "") -> None:
    if not holds:
        raise Wrong(code, what)


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


# -- statements.md 1: envelopes and trust lists ---------------------------------------------------


def signers(envelope: dict[str, Any], keys: dict[str, bytes]) -> set[str]:
    """kids of the known keys that signed; a wrong signature of a known key refuses all."""
    kind, payload = envelope["payloadType"].encode(), b64(envelope["payload"])
    framed = b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)
    found = set()
    for one in envelope["signatures"]:
        if one["keyid"] in keys:
            need(one["suite"] == "LT-1", "V03", "suite")
            try:
                key = Ed25519PublicKey.from_public_bytes(keys[one["keyid"]])
                key.verify(b64(one["sig"]), framed)
            except InvalidSignature as error:
                raise Wrong("V03", "statement") from error
            found.add(one["keyid"])
    return found


def payload_of(envelope: dict[str, Any]) -> dict[str, Any]:
    return json.loads(b64(envelope["payload"]))


def read_lists(lists: list[bytes], council: bytes) -> list[dict[str, Any]]:
    """The trust lists that the council signed, by version, each continuing the one before."""
    pinned = json.loads(council)
    keys = {one["kid"]: b64(one["public_key"]) for one in pinned["keys"]}
    found: dict[int, dict[str, Any]] = {}
    for data in lists:
        envelope = json.loads(data)
        need(len(signers(envelope, keys)) >= pinned["threshold"], "V03", "council")
        said = payload_of(envelope) | {"sha256": sha(b64(envelope["payload"])).hex()}
        found[said["version"]] = said
    for version, said in found.items():
        if version - 1 in found:
            need(said["previous_sha256"] == found[version - 1]["sha256"], "V03", "history")
    return [found[version] for version in sorted(found)]


class Trust:
    """certificate.md 8: the list of an instant, less what later lists took away."""

    def __init__(self, lists: list[dict[str, Any]]) -> None:
        self.lists = lists
        self.revoked: dict[str, datetime] = {}
        self.broken: dict[str, datetime] = {}
        for said in lists:
            for member in said["members"]:
                archives = [one["authority_key"] for one in member["archives"]]
                for key in (*member["sign_keys"], *archives):
                    if key.get("revoked_at"):
                        at = instant(key["revoked_at"])
                        self.revoked[key["kid"]] = min(at, self.revoked.get(key["kid"], at))
            for one in said.get("broken", []):
                at = instant(one["since"])
                self.broken[one["name"]] = min(at, self.broken.get(one["name"], at))

    def at(self, moment: datetime) -> dict[str, Any]:
        older = [one for one in self.lists if instant(one["issued_at"]) <= moment]
        chosen = older[-1] if older else self.lists[0]
        need(moment < instant(chosen["expires_at"]), "V03", "trust list expired")
        return chosen

    def roots(self, moment: datetime) -> list[x509.Certificate]:
        blocks = pem.unarmor(self.at(moment)["seal_roots_pem"].encode(), multiple=True)
        return [x509.Certificate.load(der) for _kind, _head, der in blocks]

    def key_statement(
        self, envelope: dict[str, Any], use: str, moment: datetime
    ) -> tuple[dict[str, Any], bytes]:
        """The statement and the key in it, stated by who may, in force at the moment."""
        said = payload_of(envelope)
        members = {one["participant_id"]: one for one in self.at(moment)["members"]}
        member = members[said["participant_id"]]
        need(member["state"] == "active", "V03", "member")
        if use in ("qr", "seal"):
            mine = [a for a in member["archives"] if a["archive_code"] == said["archive_code"]]
            listed = [one["authority_key"] for one in mine]
        else:
            listed = member["sign_keys"]
        good = {
            key["kid"]: b64(key["public_key"])
            for key in listed
            if instant(key["not_before"]) <= moment < instant(key["not_after"])
            and moment < self.revoked.get(key["kid"], FAR)
        }
        need(signers(envelope, good), "V03", f"statement {use}")
        need(said["use"] == use and moment < instant(said["not_after"]), "V03", use)
        need((instant(said["not_before"]) - moment).total_seconds() <= 60, "V03", use)
        der = b64(said["public_key"])
        need(sha(der).hex() == said["spki_sha256"], "V03", "digest of the key")
        return said, der


# -- certificate.md 4: signature objects ----------------------------------------------------------


def check_signature(certificate: x509.Certificate, value: bytes, data: bytes, digest: str) -> None:
    key: Any = serialization.load_der_public_key(certificate.public_key.dump())
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(value, data, ec.ECDSA(HASH[digest]()))
        else:
            key.verify(value, data, padding.PKCS1v15(), HASH[digest]())
    except InvalidSignature as error:
        raise Wrong("V02", "signature") from error


def chain(
    certificate: x509.Certificate, known: list[x509.Certificate], roots: list[Any], at: datetime
) -> set[str]:
    """Names of all algorithms up to a listed root; every certificate valid at that instant."""
    names: set[str] = set()
    trusted = {root.dump() for root in roots}
    for _step in range(10):
        span = certificate["tbs_certificate"]["validity"]
        need(span["not_before"].native <= at <= span["not_after"].native, "V03", "validity")
        key = certificate.public_key
        names.add(CURVE[key.curve[1]] if key.algorithm == "ec" else f"RSA-{key.bit_size}")
        if certificate.dump() in trusted:
            return names
        names.add(certificate.hash_algo.upper().replace("SHA", "SHA-"))
        pool = [one for one in (*roots, *known) if one.subject == certificate.issuer]
        need(pool, "V03", "issuer")
        body = certificate["tbs_certificate"].dump()
        check_signature(pool[0], certificate.signature, body, certificate.hash_algo)
        certificate = pool[0]
    raise Wrong("V03", "chain")


def holes(pdf: bytes) -> list[tuple[int, bytes, bytes]]:
    """End of each signed range, the signed bytes, the object in the hole."""
    found, last = [], 0
    for one in re.finditer(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", pdf):
        start, before, after, rest = map(int, one.groups())
        need(start == 0 and last < before < after and after + rest <= len(pdf), "V06", "range")
        need(re.fullmatch(rb"<([0-9A-F]{2})+>", pdf[before:after]), "V06", "hole")
        content = bytes.fromhex(pdf[before + 1 : after - 1].decode())
        need(content[0] == 0x30 and content[1] in (0x82, 0x83), "V06", "DER")
        count = content[1] & 0x7F
        size = 2 + count + int.from_bytes(content[2 : 2 + count], "big")
        need(not content[size:].strip(b"\0"), "V06", "padding")
        last = after + rest
        found.append((last, pdf[:before] + pdf[after:last], content[:size]))
    need(found, "V08")
    return found


def signed_parts(signed: Any) -> tuple[Any, x509.Certificate, list[x509.Certificate]]:
    need(len(signed["signer_infos"]) == 1, "V06", "signers")
    signer = signed["signer_infos"][0]
    known = [one.chosen for one in signed["certificates"]]
    serial = signer["sid"].chosen["serial_number"].native
    return signer, next(one for one in known if one.serial_number == serial), known


def check_signer(signed: Any, content: bytes) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """Attributes speak of the content and of the certificate, whose key signed them."""
    signer, own, known = signed_parts(signed)
    digest = signer["digest_algorithm"]["algorithm"].native
    said = {one["type"].native: one["values"][0] for one in signer["signed_attrs"]}
    need(said["message_digest"].native == hashlib.new(digest, content).digest(), "V06", "digest")
    named = said["signing_certificate_v2"]["certs"][0]["cert_hash"].native
    need(named == sha(own.dump()), "V02", "certificate")
    attributes = b"\x31" + signer["signed_attrs"].dump()[1:]
    check_signature(own, signer["signature"].native, attributes, digest)
    return own, known


def stamp(token: Any, imprinted: bytes) -> tuple[datetime, x509.Certificate, list[Any]]:
    info = token["content"]["encap_content_info"]["content"]
    said = info.parsed
    imprint = said["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    need(
        imprint["hashed_message"].native == hashlib.new(name, imprinted).digest(), "V06", "imprint"
    )
    own, known = check_signer(token["content"], info.contents)
    need(own.extended_key_usage_value.native == ["time_stamping"], "V06", "key usage")
    return said["gen_time"].native, own, known


# -- certificate.md 4: later revisions ------------------------------------------------------------


def check_revisions(issued: bytes, pdf: bytes) -> None:
    old, new = pikepdf.open(io.BytesIO(issued)), pikepdf.open(io.BytesIO(pdf))
    forms = {old.Root.AcroForm.objgen, old.Root.AcroForm.Fields.objgen}
    pages = {page.objgen for page in old.pages}
    notes = {page.obj.Annots.objgen for page in old.pages if "/Annots" in page}
    for one in old.objects:
        other = new.get_object(one.objgen)
        if one.objgen == old.Root.objgen:
            free = {"/DSS", "/Version", "/Extensions", "/AcroForm", "/Metadata"}
            need(same(one, other, free), "V06", "catalogue")
        elif one.objgen in pages:
            need(same(one, other, {"/Annots"}), "V06", "page")
        elif one.objgen not in forms | notes and one.objgen != (0, 0):
            need(unparse(one) == unparse(other), "V06", f"object {one.objgen}")
    fields = list(new.Root.AcroForm.Fields)
    for field in fields[len(old.Root.AcroForm.Fields) :]:
        need(field.V.Type == "/DocTimeStamp" and list(field.Rect) == [0] * 4, "V06", "field")
    mine = {field.objgen for field in fields}
    for before, page in zip(old.pages, new.pages, strict=True):
        had = [one.objgen for one in before.get("/Annots", [])]
        need({one.objgen for one in page.get("/Annots", [])} - set(had) <= mine, "V06", "note")
    store = new.Root.get("/DSS", {})
    need(set(store.keys()) <= {"/Certs", "/CRLs", "/OCSPs", "/VRI", "/Type"}, "V06", "DSS")


def unparse(one: Any) -> bytes:
    if isinstance(one, pikepdf.Stream):
        head = sorted((key, text_of(value)) for key, value in one.items())
        return repr(head).encode() + one.read_raw_bytes()
    return one.unparse(resolved=True)


def text_of(value: Any) -> str:
    """As it is written: a reference stays a reference."""
    return repr(value.unparse() if isinstance(value, pikepdf.Object) else value)


def same(one: Any, other: Any, free: set[str]) -> bool:
    names = (set(one.keys()) | set(other.keys())) - free
    return all(k in one and k in other and text_of(one[k]) == text_of(other[k]) for k in names)


# -- certificate.md 3, 5, 8 -----------------------------------------------------------------------


def tlog(text: str, origin: str, key: bytes) -> tuple[dict[str, Any], int, str]:
    """statements.md 2: leaf, index and checkpoint note of a proof under the log's key."""
    head, note = text.split("\n\n", 1)
    _, extra, index, *path = head.split("\n")
    said, lines = note.split("\n\n")
    name, size, root = said.split("\n")
    need(name == origin, "V13", "origin")
    leaf = b64(extra.removeprefix("extra "))
    i, n = int(index.removeprefix("index ")), int(size) - 1
    node, position = sha(b"\0" + leaf), i
    for sibling in map(b64, path):
        if i & 1 or i == n:
            node = sha(b"\1" + sibling + node)
            while i and not i & 1:
                i, n = i >> 1, n >> 1
        else:
            node = sha(b"\1" + node + sibling)
        i, n = i >> 1, n >> 1
    need(n == 0 and node == b64(root), "V13", "not in the tree")
    key_id = sha(origin.encode() + b"\n\x01" + key)[:4]
    values = note_lines(lines, origin, key_id)
    need(values, "V13", "unsigned checkpoint")
    verify_note(key, values[0], said.encode() + b"\n")
    return json.loads(leaf), position, note


def note_lines(lines: str, name: str, key_id: bytes) -> list[bytes]:
    found = [one.split(" ") for one in lines.strip("\n").split("\n")]
    blobs = [b64(one[2]) for one in found if one[1] == name]
    return [blob[4:] for blob in blobs if blob[:4] == key_id]


def verify_note(key: bytes, value: bytes, said: bytes) -> None:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(value, said)
    except InvalidSignature as error:
        raise Wrong("V13", "note") from error


def raw_ed25519(der: bytes) -> bytes:
    key: Any = serialization.load_der_public_key(der)
    return key.public_bytes_raw()


def logged_since(
    evidence: dict[str, Any], number: str, issued: bytes, trust: Trust, moment: datetime
) -> datetime:
    code, view = number[:6], trust.at(moment)
    _said, der = trust.key_statement(evidence["log_key"], "log", moment)
    origin = f"{view['trust_domain']}/log/{code}"
    leaf, _index, note = tlog(evidence["file_proof"], origin, raw_ed25519(der))
    right = leaf["kind"] == "certificate_file" and leaf["number"] == number
    need(right and leaf["file_sha256"] == sha(issued).hex(), "V13", "file leaf")
    able = sorted(
        (sha(f"{origin}|{one['participant_id']}".encode()), one["participant_id"])
        for one in view["members"]
        if one["kind"] == "node"
        and one["state"] == "active"
        and code not in {archive["archive_code"] for archive in one["archives"]}
    )
    watching, seen = {node for _hash, node in able[:2]}, {}
    text, lines = note.split("\n\n")
    for envelope in evidence.get("witness_keys", []):
        said, der = trust.key_statement(envelope, "witness", moment)
        if said["participant_id"] not in watching:
            continue
        key, name = raw_ed25519(der), f"{view['trust_domain']}/witness/{said['participant_id']}"
        for value in note_lines(lines, name, sha(name.encode() + b"\n\x04" + key)[:4]):
            seconds = int.from_bytes(value[:8], "big")
            verify_note(key, value[8:], f"cosignature/v1\ntime {seconds}\n{text}\n".encode())
            seen[name] = datetime.fromtimestamp(seconds, UTC)
    need(len(seen) >= max(1, view.get("witness_quorum", 0)), "V13", "witnesses")
    return max(seen.values())


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
