"""certificate.md 4: signature objects, their certificates, time-stamps."""

import hashlib
import re
from datetime import datetime
from typing import Any

from asn1crypto import tsp, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding

from second_verifier.saying import Wrong, need, sha

assert tsp, "teaches asn1crypto what a time-stamp token is"
HASH = {"sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
CURVE = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


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
