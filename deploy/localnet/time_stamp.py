"""Time-stamp tokens of a demonstration authority (RFC 3161, RFC 5816).

The certificate says 「样本·无效」. It stamps whatever digest it is sent and keeps nothing; it
exists so that the whole path of a time-stamped certificate can be walked without a foreign service.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

POLICY = "1.3.6.1.4.1.13762.3"
"""A policy number from the documentation range; means nothing."""
MOST_REQUEST_BYTES = 4096
_DIGEST_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}


class Rejection(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """A TimeStampResp without a token, which asn1crypto's own class does not know."""

    _fields = [("status", tsp.PKIStatusInfo)]  # noqa: RUF012 - asn1crypto's form


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeStampAuthority:
    """A certificate for time stamping and its key."""

    certificate: x509.Certificate
    issuer: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    clock: Callable[[], datetime]
    random: Callable[[int], bytes]

    def answer(self, request_der: bytes) -> bytes:
        """DER TimeStampResp: granted with a token, or rejected with the reason's bit."""
        try:
            request = tsp.TimeStampReq.load(request_der, strict=True)
            imprint = request["message_imprint"]
            algorithm = imprint["hash_algorithm"]["algorithm"].native
            length = len(imprint["hashed_message"].native)
        except (ValueError, TypeError, KeyError):
            return _rejection("bad_data_format")
        if _DIGEST_BYTES.get(algorithm) != length:
            return _rejection("bad_alg")
        token = self._token(request)
        status = tsp.PKIStatusInfo({"status": "granted"})
        return bytes(tsp.TimeStampResp({"status": status, "time_stamp_token": token}).dump())

    def _token(self, request: tsp.TimeStampReq) -> cms.ContentInfo:
        certificate = asn1_x509.Certificate.load(_der(self.certificate))
        said = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": request["message_imprint"],
            "serial_number": int.from_bytes(self.random(16), "big") | 1,
            "gen_time": self.clock().replace(microsecond=0),
            "tsa": asn1_x509.GeneralName(name="directory_name", value=certificate.subject),
        }
        if request["nonce"].native is not None:
            said["nonce"] = request["nonce"]
        info = tsp.TSTInfo(said).dump()
        attributes = self._signed_attributes(info, certificate)
        # RFC 5652 5.4: what is signed is the DER of the set, not of its [0] form.
        signature = self.key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        return _signed_data(info, attributes, signature, self._certificates(request, certificate))

    def _signed_attributes(
        self, info: bytes, certificate: asn1_x509.Certificate
    ) -> cms.CMSAttributes:
        own_digest = hashlib.sha256(_der(self.certificate)).digest()
        signing = tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2({"cert_hash": own_digest})]})
        return cms.CMSAttributes(
            [
                _attribute("content_type", cms.ContentType("tst_info")),
                _attribute("message_digest", core.OctetString(hashlib.sha256(info).digest())),
                _attribute("signing_certificate_v2", signing),
            ]
        )

    def _certificates(
        self, request: tsp.TimeStampReq, own: asn1_x509.Certificate
    ) -> tuple[asn1_x509.Certificate, list[asn1_x509.Certificate]]:
        """Who signed, and what goes into the token when the request asks for it."""
        if not request["cert_req"].native:
            return own, []
        return own, [own, asn1_x509.Certificate.load(_der(self.issuer))]


def _signed_data(
    info: bytes,
    attributes: cms.CMSAttributes,
    signature: bytes,
    certificates: tuple[asn1_x509.Certificate, list[asn1_x509.Certificate]],
) -> cms.ContentInfo:
    own, carried = certificates
    sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": own.issuer, "serial_number": own.serial_number}
                    )
                }
            ),
            "digest_algorithm": sha256,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signed_attrs": attributes,
            "signature": signature,
        }
    )
    content = {
        "version": "v3",
        "digest_algorithms": cms.DigestAlgorithms((sha256,)),
        "encap_content_info": {
            "content_type": "tst_info",
            "content": cms.ParsableOctetString(info),
        },
        "signer_infos": [signer],
    }
    if carried:
        content["certificates"] = carried
    return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(content)})


def _attribute(kind: str, value: core.Asn1Value) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": cms.CMSAttributeType(kind), "values": (value,)})


def _rejection(failure: str) -> bytes:
    status = tsp.PKIStatusInfo({"status": "rejection", "fail_info": {failure}})
    return bytes(Rejection({"status": status}).dump())


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)
