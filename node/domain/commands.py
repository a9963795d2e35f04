"""What people ask the node to do: one value per use case, filled by a page, a command or gRPC.

Every text field is bounded by the use case that takes it. Passwords appear here only where an
officer signs; they are never stored, logged or put into an error.
"""

from dataclasses import dataclass, field

from node.domain.application import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInCommand:
    """An officer proves who they are: something known, something owned."""

    archive_code: str = ""
    """Empty when the sign-in name is unique on this node."""
    user: str
    password: str = field(repr=False)
    totp: str = field(repr=False)
    """Six digits; each code is accepted once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddOfficerCommand:
    """Takes an officer onto the node's staff and makes their signing key where a post signs."""

    archive_code: str
    user: str
    display_name: str
    posts: tuple[str, ...]
    password: str = field(repr=False)
    person: str = field(repr=False)
    """Whatever identifies the human being inside the archive (staff number); only its salted
    hash is kept, so that two posts of one person are recognised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRequestCommand:
    """Files a request at the window (提交申请)."""

    client_key: str
    """Unique for the request, 8-64 characters of [A-Za-z0-9._-]."""
    application: Application


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewCommand:
    """登记审核: accepts a submitted request, or returns it to the clerk with a note."""

    case_no: str
    accept: bool
    version: int = 0
    """Of the case that the reviewer looked at; 0 = as it stands now."""
    note: str = ""
    """Required when returned, at most 200 characters; never about a third person."""
    holders: tuple[str, ...] = ()
    """Archives to ask; empty = those of the application, else all that the route names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerQuestionCommand:
    """The window supplies the one more fact that a holder asked for."""

    case_no: str
    holder_archive: str
    application: Application
    """The form with facts added; what was reviewed must not change (domain/supplements.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverCommand:
    """交付: the citizen has the paper in hand."""

    case_no: str
    received_by: str = "applicant"
    """applicant or agent."""
    copies: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCommand:
    """Does one thing to one case at the window: close, withdraw."""

    case_no: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkCommand:
    """Does one thing to one case at the holder: claim, give back, call for the paper file."""

    case_no: str
    holder_archive: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldMark:
    """One printed field after looking at the page."""

    field: str
    compared: str
    """same, corrected or not_recorded."""
    value: str = ""
    """The page's own wording; required for corrected, ignored otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmCommand:
    """Confirms that one candidate is the record sought, field by field, against its images."""

    case_no: str
    holder_archive: str
    reference_code: str
    marks: tuple[FieldMark, ...]
    """One for each field that the extract will print, no more and no fewer."""
    images: tuple[str, ...]
    """SHA-256 of the page images that were looked at."""


Box = tuple[int, int, int, int]
"""Left, top, right and bottom of a cover, in thousandths of the page's width and height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCover:
    """遮盖: what is hidden of one page before it leaves."""

    sha256: str
    """Digest of the page image as stored."""
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseCommand:
    """调用分发: the release_dispatcher orders the extract and signs the order."""

    case_no: str
    holder_archive: str
    pages: tuple[str, ...] = ()
    """SHA-256 of the page images to release with it; only when the request asks for a copy."""
    covers: tuple[PageCover, ...] = ()
    """What to cover on them, burnt in; required for a page that lists other people."""
    seal_keeper: str = ""
    """officer_id; empty = the archive's only other seal keeper."""
    password: str = field(repr=False)
    """Typed again: it opens the officer's own signing key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealCommand:
    """用印: the seal_keeper, another person, signs the same order."""

    case_no: str
    holder_archive: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCommand:
    """退回补正: asks the window for one more fact, never showing anybody else's data."""

    case_no: str
    holder_archive: str
    reason: str
    """unclear, papers_missing or several_candidates."""
    question: str
    """e.g. 「配偶姓氏？」, 4-200 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoRecordCommand:
    """查无: nothing in this archive's own declared coverage."""

    case_no: str
    holder_archive: str
    method: str
    """How it was searched, 4-200 characters; goes onto the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferCommand:
    """转办: another body keeps the record."""

    case_no: str
    holder_archive: str
    referral: str
    """Who, where, telephone of the office; 4-200 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseCommand:
    """不予提供: refused by a person, with the code that the notice prints."""

    case_no: str
    holder_archive: str
    reason_code: str
    note: str
