"""The seal as a PDF signature: PAdES, certified, no changes allowed, the seal its appearance.

pyHanko writes the signature; the private key is elsewhere: what leaves this module to be signed
are the CMS signed attributes, and nothing else (ETSI EN 319 142-1, ISO 32000-2 12.8).
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import tsp, x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.sign import PdfSignatureMetadata, signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.stamp import StaticStampStyle
from pyhanko.stamp.static import StaticContentStamp
from pyhanko_certvalidator.registry import SimpleCertificateStore

SIGNATURE_FIELD = "DangAnZhengMingZhang"
RESERVED_BYTES = 12_288
"""Room for the signature in /Contents; what it does not fill is zero, and checked to be zero."""
_P256_SIGNATURE_BYTES = 72

SignAttributes = Callable[[bytes], bytes]
"""Takes the DER of the CMS signed attributes, returns the DER ECDSA signature over them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealRequest:
    """Everything about one signature but the key."""

    certificate: bytes
    """Seal certificate, DER."""
    chain: Sequence[bytes]
    """Issuing certificates up to, without, the root; DER."""
    appearance: bytes
    """Content stream of the seal, without fonts, `side` points square."""
    side: float
    page: int
    box: tuple[float, float, float, float]
    """Left, bottom, right, top in points."""
    archive_name: str
    moment: datetime


def seal_pdf(
    pdf: bytes, request: SealRequest, sign: SignAttributes, timestamper: TimeStamper | None = None
) -> bytes:
    """The PDF with one incremental revision: the certifying signature.

    Args:
        pdf: PDF/A file without any signature.
        request: What to write.
        sign: Reaches the archive's seal signer.
        timestamper: pyHanko time-stamper; None makes level B.

    Raises:
        Refusal: whatever `sign` raises.
    """
    writer = QuietWriter(io.BytesIO(pdf))
    metadata = PdfSignatureMetadata(
        field_name=SIGNATURE_FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        reason="出具档案证明",
        location=request.archive_name,
        name=f"{request.archive_name} 档案证明专用章",
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    signer = _DatedSigner(
        metadata,
        signer=_RemoteSigner(request, sign),
        timestamper=timestamper,
        stamp_style=_style(request),
        new_field_spec=SigFieldSpec(SIGNATURE_FIELD, on_page=request.page, box=_rounded(request)),
    )
    signer.moment = request.moment
    out = io.BytesIO()
    signer.sign_pdf(writer, output=out, bytes_reserved=RESERVED_BYTES)
    return out.getvalue()


class RemoteStamper(TimeStamper):
    """pyHanko's view of a time-stamp authority that is reached through `ask`."""

    def __init__(self, ask: Callable[[bytes], bytes]) -> None:
        """`ask` takes a DER TimeStampReq and returns a DER TimeStampResp."""
        prepare: Any = super().__init__
        prepare()
        self._ask = ask

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """The authority's answer."""
        return tsp.TimeStampResp.load(self._ask(req.dump()))


def _rounded(request: SealRequest) -> tuple[int, int, int, int]:
    left, bottom, right, top = (round(edge) for edge in request.box)
    return left, bottom, right, top


def _style(request: SealRequest) -> "_SealStyle":
    box = BoxConstraints(width=request.side, height=request.side)
    return _SealStyle(
        background=RawContent(request.appearance, box=box),
        border_width=0,
        background_opacity=1.0,
        background_layout=SimpleBoxLayoutRule(
            x_align=AxisAlignment.ALIGN_MID,
            y_align=AxisAlignment.ALIGN_MID,
            margins=Margins(0, 0, 0, 0),
        ),
    )


class _SealStamp(StaticContentStamp):
    """The seal's outlines, compressed: 20 kB instead of 180 kB."""

    def as_form_xobject(self) -> Any:  # noqa: ANN401
        """The appearance stream."""
        stream: Any = super().as_form_xobject()
        stream.compress()
        return stream


class _SealStyle(StaticStampStyle):
    def create_stamp(self, writer: Any, box: Any, text_params: Any) -> _SealStamp:  # noqa: ANN401
        """The stamp that is the signature's appearance."""
        return _SealStamp(writer=writer, style=self, box=box)


class _RemoteSigner(signers.Signer):
    """Asks the seal signer's process; holds certificates only."""

    def __init__(self, request: SealRequest, sign: SignAttributes) -> None:
        make: Any = SimpleCertificateStore
        store = make()
        store.register_multiple([x509.Certificate.load(der) for der in request.chain])
        super().__init__(
            signing_cert=x509.Certificate.load(request.certificate),
            cert_registry=store,
            embed_roots=False,
        )
        self._sign = sign

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """The signature over the signed attributes."""
        if dry_run:
            return bytes(_P256_SIGNATURE_BYTES)
        return self._sign(data)


class _DatedSigner(signers.PdfSigner):
    """Writes the given instant into /M instead of the machine's clock."""

    moment: datetime

    def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        """A session at the given instant."""
        session = super().init_signing_session(*args, **kwargs)
        session.system_time = self.moment
        return session


class QuietWriter(IncrementalPdfFileWriter):
    """Leaves XMP and document information as the PDF/A step wrote them.

    pyHanko would stamp the machine's time and its own name into both at every revision.
    """

    def _update_meta(self) -> None:
        return

    @classmethod
    def _handle_id(cls, prev: Any) -> Any:  # noqa: ANN401
        """The revision's ID follows from the document's: sealed again, the same bytes are signed.

        The seal signer signs one digest for a release; pyHanko would draw this ID at random.
        """
        drawn: Any = super()._handle_id
        found = drawn(prev)
        found[1] = generic.ByteStringObject(hashlib.sha256(bytes(found[0])).digest()[:16])
        return found


__all__ = [
    "RESERVED_BYTES",
    "SIGNATURE_FIELD",
    "QuietWriter",
    "RemoteStamper",
    "SealRequest",
    "SignAttributes",
    "TimestampRequestError",
    "seal_pdf",
]
