"""What `POST /api/verify` takes and answers, as types and as an OpenAPI 3.1 document."""

from typing import Annotated, Any

import msgspec

from certificate_service.domain.report import Report


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Either `text`, or `number` with `code`."""

    text: Annotated[str, msgspec.Meta(max_length=2048)] = ""
    """What the QR code says, or its digits alone."""
    number: Annotated[str, msgspec.Meta(max_length=24)] = ""
    """Certificate number, e.g. 361100-2026-000123."""
    code: Annotated[str, msgspec.Meta(max_length=16)] = ""
    """核验码; opens the facts for comparison."""
    days: Annotated[int, msgspec.Meta(ge=0, le=36500)] | None = None
    """With `text`: V07 when the certificate is older."""


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """The call itself was wrong; nothing was verified."""

    code: str
    message: str


_FAILURES = {
    "413": "Larger than 4 kB (JSON) or 20 MB (PDF).",
    "415": "Neither application/json nor application/pdf.",
    "422": "The JSON is not of this form.",
}


def openapi_document(calls_per_minute: int) -> dict[str, Any]:
    """The document served at /api/openapi.json."""
    (asked, report, rejected), components = msgspec.json.schema_components(
        (Asked, Report, Rejected), ref_template="#/components/schemas/{name}"
    )
    verdict = {"application/json": {"schema": report}}
    rejection = {"application/json": {"schema": rejected}}
    responses: dict[str, Any] = {
        "200": {"description": "A verdict, whatever it is.", "content": verdict},
        "429": {
            "description": "V11: too many calls, or five tries for this number within an hour.",
            "headers": {"Retry-After": {"schema": {"type": "integer"}}},
            "content": verdict,
        },
        "503": {"description": "V99: the site itself cannot work now.", "content": verdict},
    }
    for status, words in _FAILURES.items():
        responses[status] = {"description": words, "content": rejection}
    pdf = {"schema": {"type": "string", "contentMediaType": "application/pdf"}}
    operation = {
        "operationId": "verify",
        "summary": "Is this certificate genuine?",
        "description": (
            "Steps, codes V00-V99 and words are those of `lantai-certificate verify --json`. "
            "Nothing is kept. When the verdict is not genuine, nothing about a person is answered. "
            f"At most {calls_per_minute} calls a minute from one address."
        ),
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": asked}, "application/pdf": pdf},
        },
        "responses": responses,
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lantai Link verify site", "version": "1"},
        "paths": {"/api/verify": {"post": operation}},
        "components": {"schemas": components},
    }
