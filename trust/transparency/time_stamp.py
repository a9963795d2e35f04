"""RFC 3161 time-stamps over checkpoints: asked for, and verified against pinned roots.

The authority is believed about the time and nothing else. One token over a checkpoint covers every
leaf before it: what a log says existed then (trust.md §4, "Timestamps").
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from records.refusal import Refusal
from trust.transparency import reasons

MOST_TOKEN_BYTES = 32 * 1024
NONCE_BYTES = 16
_MOST_CERTIFICATES = 8
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_MALFORMED = (
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""The X.509 library reads a part when it is asked for, and says no in ways of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """What a verified token says."""

    at: datetime
    """genTime, aware, UTC: the stamped text existed then."""
    authority: str
    """Subject of the authority's certificate, RFC 4514."""
    serial: int


def make_request(text: str, nonce: bytes) -> bytes:
    """DER TimeStampReq for the SHA-256 of the text; `nonce` is 16 random bytes."""
    return bytes(
        tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {
                    "hash_algorithm": {"algorithm": "sha256"},
                    "hashed_message": hashlib.sha256(text.encode()).digest(),
                },
                "nonce": int.from_bytes(nonce, "big"),
                "cert_req": True,
            }
        ).dump()
    )


def open_response(response: bytes, nonce: bytes) -> bytes:
    """The token of a granted response to the request with that nonce, DER; not verified yet.

    Raises:
        Refusal: TIME_STAMP_INVALID.
    """
    try:
        said: Any = tsp.TimeStampResp.load(response, strict=True)
        if said["status"]["status"].native not in ("granted", "granted_with_mods"):
            raise Refusal(reasons.TIME_STAMP_INVALID, "not granted")
        token = bytes(said["time_stamp_token"].dump())
        answered = _info(said["time_stamp_token"])["nonce"].native
    except (ValueError, TypeError, KeyError) as error:
        raise Refusal(reasons.TIME_STAMP_INVALID, "response") from error
    if answered != int.from_bytes(nonce, "big"):
        raise Refusal(reasons.TIME_STAMP_INVALID, "nonce")
    return token


def verify_token(token: bytes, text: str, roots: Sequence[x509.Certificate]) -> Stamped:
    """What the token says of the text, under a chain to one of `roots`.

    Args:
        token: DER ContentInfo (RFC 3161 2.4.2), at most 32 KiB.
        text: What was stamped: a checkpoint's text.
        roots: The authorities that are believed about time.

    Raises:
        Refusal: TIME_STAMP_INVALID.
    """
    if len(token) > MOST_TOKEN_BYTES:
        raise Refusal(reasons.TIME_STAMP_INVALID, "size")
    try:
        content: Any = cms.ContentInfo.load(token, strict=True)
        info, signer = _info(content), _signer(content)
        certificate = _certificate_of(signer, _carried(content))
        _verify_imprint(info, text)
        _verify_signature(content, signer, certificate)
        at = info["gen_time"].native
        _verify_chain(certificate, _carried(content), roots, at)
        serial = int(info["serial_number"].native)
        authority = certificate.subject.rfc4514_string()
    except _MALFORMED as error:
        raise Refusal(reasons.TIME_STAMP_INVALID, "form") from error
    except (InvalidSignature, UnsupportedAlgorithm, x509.ExtensionNotFound) as error:
        raise Refusal(reasons.TIME_STAMP_INVALID, "signature") from error
    return Stamped(at=at, authority=authority, serial=serial)


def roots_from_pem(pem: str) -> list[x509.Certificate]:
    """The roots of a trust list's `seal_roots_pem`.

    Raises:
        Refusal: TIME_STAMP_INVALID.
    """
    try:
        return x509.load_pem_x509_certificates(pem.encode())
    except (ValueError, x509.InvalidVersion) as error:
        raise Refusal(reasons.TIME_STAMP_INVALID, "roots") from error


def _info(content: Any) -> Any:  # noqa: ANN401 -- asn1crypto has no types
    if content["content_type"].native != "signed_data":
        raise Refusal(reasons.TIME_STAMP_INVALID, "content")
    enclosed = content["content"]["encap_content_info"]
    if enclosed["content_type"].native != "tst_info":
        raise Refusal(reasons.TIME_STAMP_INVALID, "content")
    return tsp.TSTInfo.load(enclosed["content"].contents, strict=True)


def _signer(content: Any) -> Any:  # noqa: ANN401
    signers = content["content"]["signer_infos"]
    if len(signers) != 1:
        raise Refusal(reasons.TIME_STAMP_INVALID, "signers")
    return signers[0]


def _carried(content: Any) -> list[x509.Certificate]:  # noqa: ANN401
    found = content["content"]["certificates"]
    if len(found) > _MOST_CERTIFICATES:
        raise Refusal(reasons.TIME_STAMP_INVALID, "certificates")
    return [x509.load_der_x509_certificate(one.dump()) for one in found]


def _certificate_of(signer: Any, carried: Sequence[x509.Certificate]) -> x509.Certificate:  # noqa: ANN401
    """The signer's own certificate, named by serial number and by the digest that it signed."""
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    said = attributes["signing_certificate_v2"][0]["certs"][0]
    digest = _HASHES[said["hash_algorithm"]["algorithm"].native]
    serial = signer["sid"].chosen["serial_number"].native
    for one in carried:
        if one.serial_number == serial and one.fingerprint(digest) == said["cert_hash"].native:
            return one
    raise Refusal(reasons.TIME_STAMP_INVALID, "signer's certificate")


def _verify_imprint(info: Any, text: str) -> None:  # noqa: ANN401
    imprint = info["message_imprint"]
    algorithm = imprint["hash_algorithm"]["algorithm"].native
    digest = hashlib.new(algorithm, text.encode()).digest() if algorithm in _HASHES else b""
    if not digest or imprint["hashed_message"].native != digest:
        raise Refusal(reasons.TIME_STAMP_INVALID, "another text")


def _verify_signature(content: Any, signer: Any, certificate: x509.Certificate) -> None:  # noqa: ANN401
    """RFC 5652 5.4: the signed attributes name the content's digest; the key signs their DER."""
    digest = _HASHES[signer["digest_algorithm"]["algorithm"].native]
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    inner = content["content"]["encap_content_info"]["content"].contents
    computed = hashes.Hash(digest)
    computed.update(inner)
    if attributes["content_type"][0].native != "tst_info":
        raise Refusal(reasons.TIME_STAMP_INVALID, "content")
    if attributes["message_digest"][0].native != computed.finalize():
        raise Refusal(reasons.TIME_STAMP_INVALID, "content digest")
    signed = signer["signed_attrs"].untag().dump()
    signature, key = signer["signature"].native, certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signature, signed, ec.ECDSA(digest))
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, signed, padding.PKCS1v15(), digest)
    else:
        raise Refusal(reasons.TIME_STAMP_INVALID, "key")


def _verify_chain(
    certificate: x509.Certificate,
    carried: Sequence[x509.Certificate],
    roots: Sequence[x509.Certificate],
    at: datetime,
) -> None:
    """RFC 3161 2.3: one critical usage; every link signed and in force at that time."""
    usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    if not usage.critical or list(usage.value) != [ExtendedKeyUsageOID.TIME_STAMPING]:
        raise Refusal(reasons.TIME_STAMP_INVALID, "usage")
    link = certificate
    for _ in range(_MOST_CERTIFICATES):
        if not link.not_valid_before_utc <= at <= link.not_valid_after_utc:
            raise Refusal(reasons.TIME_STAMP_INVALID, "not in force")
        root = next((one for one in roots if _issued(link, one)), None)
        if root is not None:
            if root.not_valid_before_utc <= at <= root.not_valid_after_utc:
                return
            raise Refusal(reasons.TIME_STAMP_INVALID, "not in force")
        issuer = next((one for one in carried if one != link and _issued(link, one)), None)
        if issuer is None:
            break
        link = issuer
    raise Refusal(reasons.TIME_STAMP_INVALID, "unknown authority")


def _issued(link: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether `issuer` is an authority and signed `link`."""
    try:
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints)
        if not constraints.value.ca:
            return False
        link.verify_directly_issued_by(issuer)
    except (
        ValueError,
        TypeError,
        InvalidSignature,
        UnsupportedAlgorithm,
        x509.ExtensionNotFound,
        x509.DuplicateExtension,
        x509.UnsupportedGeneralNameType,
    ):
        return False
    return True
