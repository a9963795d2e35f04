"""The one table from the kind of a refusal to an HTTP status."""

from records.refusal import Kind

_STATUS = {
    Kind.USAGE: 422,
    Kind.REFUSED: 403,
    Kind.CONFLICT: 409,
    Kind.NOT_FOUND: 404,
    Kind.UNAUTHENTICATED: 401,
    Kind.EXHAUSTED: 429,
    Kind.UNDECIDED: 422,
    Kind.UNAVAILABLE: 503,
}


def http_status(kind: Kind) -> int:
    """HTTP status of an answer that was refused for a reason of this kind."""
    return _STATUS[kind]
