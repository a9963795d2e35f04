"""What people ask of office papers: order one, post a letter, enter its answer."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperCommand:
    """Orders a T5, T6 or T7 of one case."""

    case_no: str
    holder_archive: str = ""
    """The archive whose refusal or referral is told; empty = the first that said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCommand:
    """协查函: asks an archive or office that has no node, by post."""

    case_no: str
    addressee: str
    """2-60 characters."""
    reply_to: str
    """Address and telephone of the window, 4-120 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostCommand:
    """寄送登记: the letter left the house."""

    paper_id: str
    carrier: str
    tracking: str = ""
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterAnswerCommand:
    """What came back on paper."""

    paper_id: str
    outcome: str
    """HIT_UNIQUE, HIT_PARTIAL, NO_RECORD_COVERED, NOT_COVERED, REFERRED or REFUSED."""
    pages: int
    reference: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCommand:
    """撤销或更正: the release_dispatcher orders that a certificate no longer stands."""

    case_no: str
    holder_archive: str
    number: str
    reason_class: str
    """error_in_record, error_in_extract, leaked or obtained_unlawfully."""
    replaced_by: str = ""
    """Number of the certificate that replaces it; empty = revoked."""
    seal_keeper: str
    """officer_id of the other person who must sign."""
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmWithdrawalCommand:
    """The seal keeper signs the same order."""

    case_no: str
    holder_archive: str
    password: str = field(repr=False)
