"""Queries and results as JSON objects, one a line (interfaces.md §4).

Unknown keys are refused by name: a misspelt clue that is silently dropped would widen the search.
"""

import json
from collections.abc import Mapping

from records.entries import Candidate, SearchResult
from records.queries import Period, RecordQuery, SoughtPerson
from records.reasons import QUERY_MALFORMED
from records.refusal import Refusal

MOST_CHARACTERS = 20_000
MOST_CANDIDATES = 50
"""`limit` above this is lowered to it."""

_PERSON = {"name": str, "former_names": list, "sex": str, "birth": str, "id_no": str}
_QUERY = {
    "id": (str, int), "category": str, "subject": dict, "other_party": dict, "place": str,
    "period": dict, "number": str, "free": dict, "limit": int,
}  # fmt: skip

Json = Mapping[str, object]


def parse_line(line: str) -> Json:
    """The JSON object of one line.

    Raises:
        Refusal: QUERY_MALFORMED.
    """
    if len(line) > MOST_CHARACTERS:
        raise Refusal(QUERY_MALFORMED, "line too long")
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        raise Refusal(QUERY_MALFORMED, "not JSON") from None
    if not isinstance(content, dict):
        raise Refusal(QUERY_MALFORMED, "not an object")
    return content


def echoed_id(content: Json) -> str | int | None:
    """The query's id as it can be given back: half a surrogate pair cannot be written."""
    query_id = content.get("id")
    if isinstance(query_id, str):
        return query_id.encode("utf-8", "replace").decode()[:200]
    return query_id if isinstance(query_id, int) else None


def parse_query(content: Json) -> RecordQuery:
    """The query that the object says.

    Raises:
        Refusal: QUERY_MALFORMED with the key in the detail.
    """
    _verify_keys(content, _QUERY, "")
    category = content.get("category")
    if not isinstance(category, str) or "id" not in content:
        raise Refusal(QUERY_MALFORMED, "id and category are required")
    period = _object(content, "period")
    _verify_keys(period, {"from": str, "to": str}, "period.")
    free = _object(content, "free")
    _verify_keys(free, dict.fromkeys(free, str), "free.")
    limit = content.get("limit", 5)
    return RecordQuery(
        category=category,
        subject=_person(_object(content, "subject"), "subject."),
        other_party=_person(_object(content, "other_party"), "other_party."),
        place=_text(content, "place"),
        period=Period(start=_text(period, "from"), end=_text(period, "to")),
        number=_text(content, "number"),
        free={str(key): str(value) for key, value in free.items()},
        limit=min(limit, MOST_CANDIDATES) if isinstance(limit, int) else 5,
    )


def result_line(
    query_id: str | int | None, result: SearchResult, coverage: Json, millis: float
) -> str:
    """The answer to one query, as one line of JSON."""
    content = {
        "id": query_id,
        "outcome": result.outcome,
        "candidates": [_candidate(candidate) for candidate in result.candidates],
        "depth": {
            "tiers": list(result.tiers),
            "variants": result.variants,
            "truncated": result.truncated,
        },
        "coverage": coverage,
        "ask": result.ask,
        "millis": round(millis, 3),
    }
    return json.dumps(content, ensure_ascii=False)


def refusal_line(query_id: str | int | None, refusal: Refusal) -> str:
    """The refusal of one query, as one line of JSON."""
    reason = refusal.reason
    message = f"{reason.zh} ({refusal.detail})" if refusal.detail else reason.zh
    error = {"code": reason.code, "message": message, "remedy": reason.remedy_zh}
    return json.dumps({"id": query_id, "error": error}, ensure_ascii=False)


def _candidate(candidate: Candidate) -> Json:
    reasons = [
        {"field": one.field, "queried": one.queried, "recorded": one.recorded, "how": one.how}
        for one in candidate.reasons
    ]
    return {
        "reference_code": candidate.reference_code,
        "tier": candidate.tier,
        "score": candidate.score,
        "reasons": reasons,
        "releasable": candidate.releasable,
    }


def _person(content: Json, where: str) -> SoughtPerson:
    _verify_keys(content, _PERSON, where)
    former = content.get("former_names", [])
    if not isinstance(former, list) or not all(isinstance(name, str) for name in former):
        raise Refusal(QUERY_MALFORMED, f"{where}former_names")
    return SoughtPerson(
        name=_text(content, "name"),
        former_names=tuple(former),
        sex=_text(content, "sex"),
        birth=_text(content, "birth"),
        id_no=_text(content, "id_no"),
    )


def _object(content: Json, key: str) -> Json:
    value = content.get(key) or {}
    if not isinstance(value, dict):
        raise Refusal(QUERY_MALFORMED, key)
    return value


def _text(content: Json, key: str) -> str:
    value = content.get(key) or ""
    return value if isinstance(value, str) else ""


def _verify_keys(content: Json, allowed: Mapping[str, object], where: str) -> None:
    for key, value in content.items():
        shape = allowed.get(key)
        shown = "".join(filter(str.isprintable, key))[:40]
        if shape is None:
            raise Refusal(QUERY_MALFORMED, f"unknown key {where}{shown}")
        wrong = isinstance(value, bool) or not isinstance(value, shape)  # type: ignore[arg-type]
        if value is not None and wrong:
            raise Refusal(QUERY_MALFORMED, f"{where}{shown}")
