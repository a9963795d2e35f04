"""`POST /api/verify`: the verdict as JSON for agencies' own programs; described by OpenAPI.

The body is JSON (a QR text, or number and 核验码) or a PDF. Nothing that is asked is kept; an
address is counted under a salted hash. A failure says nothing about a person.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from certificate_service.domain.report import report_of
from certificate_service.domain.verdict import (
    Finding,
    Gathered,
    Step,
    Verdict,
    judge,
    system_fault,
)
from certificate_service.ports import Clock, EvidenceSource, TrustSource
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from certificate_service.web.openapi import Asked, Rejected
from certificate_service.web.tries import TryCounter
from certificate_service.web.typed import TypedLookup
from records.refusal import Refusal

MOST_JSON_BYTES = 4096
MOST_PDF_BYTES = 20 << 20
_PDF_PLACES = 2
"""PDFs that are verified at once: each takes a core."""
_MOST_PDFS = 8
"""PDFs that are here at once, waiting or being received: each may take 20 MB."""
_STATUS = {"V11": 429, "V99": 503}
_RETRY_SECONDS = {"V11": "3600", "V99": "5"}


class VerifyAPI:
    """Answers programs."""

    def __init__(
        self,
        *,
        pushed: EvidenceSource,
        trust: TrustSource,
        typed: TypedLookup,
        callers: TryCounter,
        clock: Clock,
    ) -> None:
        """`callers` bounds calls by address."""
        self._pushed, self._trust, self._typed = pushed, trust, typed
        self._callers, self._clock = callers, clock
        self._pdf_places = asyncio.Semaphore(_PDF_PLACES)
        self._pdfs = 0

    async def verify(self, request: Request) -> Response:
        """One verdict."""
        address = request.client.host if request.client else ""
        if not self._callers.take(address, self._clock()):
            return _answer(_too_many())
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        limit = {"application/json": MOST_JSON_BYTES, "application/pdf": MOST_PDF_BYTES}.get(kind)
        if limit is None:
            return _rejected(415, "CONTENT_TYPE", "application/json or application/pdf")
        if kind == "application/pdf":
            return await self._verify_file(request)
        body = await _read(request, limit)
        if body is None:
            return _too_large(limit)
        try:
            asked = msgspec.json.decode(body, type=Asked, strict=True)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return _rejected(422, "BODY_INVALID", str(error)[:120])
        if bool(asked.text) == bool(asked.number):
            return _rejected(422, "BODY_INVALID", "either text, or number and code")
        return _answer(await self._ask(lambda: self._examine(asked)))

    async def _verify_file(self, request: Request) -> Response:
        if self._pdfs >= _MOST_PDFS:
            return _answer(system_fault("正忙，请稍后重试"))
        self._pdfs += 1
        try:
            body = await _read(request, MOST_PDF_BYTES)
            if body is None:
                return _too_large(MOST_PDF_BYTES)
            async with self._pdf_places:
                return _answer(await self._ask(lambda: self._examine_file(body)))
        finally:
            self._pdfs -= 1

    async def _ask(self, look: Callable[[], Verdict]) -> Verdict:
        try:
            return await asyncio.to_thread(look)
        except Refusal as refusal:
            return system_fault(refusal.code)

    def _examine_file(self, pdf: bytes) -> Verdict:
        return self._examiner().examine_file(pdf, Question(now=self._clock()))

    def _examine(self, asked: Asked) -> Verdict:
        if asked.number:
            return self._typed.ask(asked.number, asked.code)
        oldest = timedelta(days=asked.days) if asked.days is not None else None
        question = Question(now=self._clock(), code=asked.code, oldest=oldest)
        return self._examiner().examine_text(asked.text, question)

    def _examiner(self) -> Examiner:
        return Examiner(self._trust.current(), self._pushed)


async def _read(request: Request, limit: int) -> bytes | None:
    """The body, or None as soon as it is larger than the limit."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdigit() or int(declared) > limit:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            return None
    return bytes(body)


def _too_many() -> Verdict:
    finding = Finding(None, "V11", "查询过于频繁")
    return judge(Gathered(findings={Step.FORM: finding, Step.CONTENT: finding}))


def _answer(verdict: Verdict) -> Response:
    headers = {"Cache-Control": "no-store"}
    if verdict.code in _RETRY_SECONDS:
        headers["Retry-After"] = _RETRY_SECONDS[verdict.code]
    body = msgspec.json.encode(report_of(verdict))
    status = _STATUS.get(verdict.code, 200)
    return Response(body, status_code=status, media_type="application/json", headers=headers)


def _too_large(limit: int) -> Response:
    return _rejected(413, "TOO_LARGE", f"at most {limit} bytes")


def _rejected(status: int, code: str, message: str) -> Response:
    body = msgspec.json.encode(Rejected(code=code, message=message))
    headers = {"Cache-Control": "no-store"}
    return Response(body, status_code=status, media_type="application/json", headers=headers)
