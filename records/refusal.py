"""One way to say no: a stable code, a sentence, and what to do next.

Every door (form, command, file, gRPC, QR) answers with a `Reason`. Reasons are constants, listed
in the `reasons` module of the package that gives them; the edges turn the reason's kind into an
exit code, a gRPC status or an HTTP status by one table each.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Where the fault lies; decides exit code, gRPC status and HTTP status."""

    USAGE = "usage"
    """The input is malformed or incomplete; sending it again unchanged cannot help."""
    REFUSED = "refused"
    """A rule says no, or a thing is not genuine."""
    CONFLICT = "conflict"
    """Somebody or something else was first."""
    NOT_FOUND = "not_found"
    """There is no such thing, or the caller may not know whether there is."""
    UNAUTHENTICATED = "unauthenticated"
    """The caller did not prove who it is."""
    EXHAUSTED = "exhausted"
    """A quota or size limit is reached."""
    UNDECIDED = "undecided"
    """Not enough is known to decide."""
    UNAVAILABLE = "unavailable"
    """The other side or a store does not answer; the same request may succeed later."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something was refused, in words for the person who has to act.

    `code` is stable, upper case, at most 40 characters. The sentences never name a person.
    """

    code: str
    kind: Kind
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str


class Refusal(Exception):
    """Raised when a request is refused; carries the `Reason` and detail for the log.

    `detail` may name a field, a rule, a file position or an archive, never a person: it is shown
    to the caller and written to the log.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        """Keep the reason and a detail that names no person."""
        super().__init__(f"{reason.code}: {detail}" if detail else reason.code)
        self.reason = reason
        self.detail = detail

    @property
    def code(self) -> str:
        """The stable code of the reason."""
        return self.reason.code

    def line(self, *, english: bool = False) -> str:
        """One line for a terminal: code, what is wrong, what to do."""
        reason = self.reason
        said = reason.en if english else reason.zh
        remedy = reason.remedy_en if english else reason.remedy_zh
        detail = f" ({self.detail})" if self.detail else ""
        return f"{reason.code}: {said}{detail} → {remedy}"


_EXIT_CODES = {
    Kind.USAGE: 2,
    Kind.REFUSED: 3,
    Kind.CONFLICT: 3,
    Kind.NOT_FOUND: 3,
    Kind.UNAUTHENTICATED: 3,
    Kind.UNDECIDED: 4,
    Kind.UNAVAILABLE: 5,
    Kind.EXHAUSTED: 5,
}


def exit_code(kind: Kind) -> int:
    """Exit code of a command that ended with a reason of this kind (interfaces.md §2)."""
    return _EXIT_CODES[kind]
