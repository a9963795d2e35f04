"""The application form as JSON: body of `lantai-node request --file` and of Desk.FileRequest.

    {"window_archive", "applicant": {...}, "query": {as interfaces.md §4}, "purpose", ...}

Unknown keys are refused by name: a misspelt clue that is dropped would change the question.
"""

import json
from collections.abc import Mapping

from node.domain.application import Application
from node.domain.query_lines import parse_query
from node.domain.reasons import APPLICATION_MALFORMED
from records.eligibility_terms import Requester
from records.exchange import Applicant, Proof
from records.field_answers import FIELDS
from records.refusal import Refusal

MOST_BYTES = 256 * 1024
_TEXTS = ("window_archive", "purpose", "purpose_text", "output", "delivery")
_LISTS = ("requested_fields", "holders")
_OTHERS = ("applicant", "query", "proofs", "consent", "client_key")
_APPLICANT = ("name", "id_type", "id_no", "mobile", "relation", "identity_assurance")
_PROOF = ("kind", "sha256", "media_type")

Json = Mapping[str, object]


def parse_application(data: bytes) -> Application:
    """The form that the JSON says; whether it is complete is `verify_application`'s to say.

    Raises:
        Refusal: APPLICATION_MALFORMED with the key, QUERY_MALFORMED.
    """
    content = _object_of(data)
    _refuse_unknown(content, (*_TEXTS, *_LISTS, *_OTHERS), "")
    query = dict(_object(content, "query"))
    query.setdefault("id", "request")
    applicant = _applicant(_object(content, "applicant"))
    # An authority gets a sealed paper only where it asked for one (domain.md E22).
    usual = FIELDS if applicant.relation == Requester.AGENCY else "extract"
    return Application(
        applicant=applicant,
        query=parse_query(query),
        proofs=tuple(_proof(item) for item in _list(content, "proofs")),
        consent=content.get("consent") is True,
        window_archive=_text(content, "window_archive", ""),
        purpose=_text(content, "purpose", ""),
        purpose_text=_text(content, "purpose_text", ""),
        output=_text(content, "output", usual),
        delivery=_text(content, "delivery", "window"),
        requested_fields=_texts(content, "requested_fields"),
        holders=_texts(content, "holders"),
    )


def read_client_key(data: bytes) -> str:
    """The form's own client_key; empty when it names none."""
    return _text(_object_of(data), "client_key", "")


def _object_of(data: bytes) -> Json:
    if len(data) > MOST_BYTES:
        raise Refusal(APPLICATION_MALFORMED, "larger than 256 KiB")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Refusal(APPLICATION_MALFORMED, "not JSON in UTF-8") from None
    if not isinstance(content, dict):
        raise Refusal(APPLICATION_MALFORMED, "not an object")
    return content


def _applicant(content: Json) -> Applicant:
    _refuse_unknown(content, _APPLICANT, "applicant.")
    return Applicant(
        name=_text(content, "name", ""),
        id_type=_text(content, "id_type", "resident_id"),
        id_no=_text(content, "id_no", ""),
        mobile=_text(content, "mobile", ""),
        relation=_text(content, "relation", "party"),
        identity_assurance=_text(content, "identity_assurance", "asserted"),
    )


def _proof(content: object) -> Proof:
    if not isinstance(content, dict):
        raise Refusal(APPLICATION_MALFORMED, "proofs")
    _refuse_unknown(content, _PROOF, "proofs.")
    return Proof(
        kind=_text(content, "kind", ""),
        sha256=_text(content, "sha256", ""),
        media_type=_text(content, "media_type", "image/jpeg"),
    )


def _refuse_unknown(content: Json, known: tuple[str, ...], where: str) -> None:
    unknown = sorted(key for key in content if key not in known)
    if unknown:
        raise Refusal(APPLICATION_MALFORMED, f"{where}{unknown[0][:40]}")


def _object(content: Json, key: str) -> Json:
    value = content.get(key, {})
    if not isinstance(value, dict):
        raise Refusal(APPLICATION_MALFORMED, key)
    return value


def _list(content: Json, key: str) -> list[object]:
    value = content.get(key, [])
    if not isinstance(value, list):
        raise Refusal(APPLICATION_MALFORMED, key)
    return value


def _texts(content: Json, key: str) -> tuple[str, ...]:
    values = _list(content, key)
    if not all(isinstance(value, str) for value in values):
        raise Refusal(APPLICATION_MALFORMED, key)
    return tuple(str(value) for value in values)


def _text(content: Json, key: str, default: str) -> str:
    value = content.get(key, default)
    if not isinstance(value, str):
        raise Refusal(APPLICATION_MALFORMED, key)
    return value
