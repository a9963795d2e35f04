"""What archives say to each other: question, request, receipt, answer.

Each class is one statement: it is written as JSON, signed over the bytes as carried, and sent in
an envelope. `Header` is the first field of every one of them (trust.md §4).
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from records.coverage import Gap
from records.queries import RecordQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Binds a statement to its sender, its recipient, its moment and its case."""

    message_id: str
    """UUIDv7, the same on every retry."""
    case_no: str
    """Case number given by the window archive, e.g. "LT-330400-20261121-0042"."""
    sender: str
    """Node slug; must be the signer's."""
    recipient: str
    """Node slug; a statement for another node is refused."""
    created_at: datetime
    expires_at: datetime
    in_reply_to: str = ""
    """Envelope id of the statement that this one answers; empty for a first one."""
    trust_version: int = 0
    """Version of the trust list that the sender used."""
    agreement_id: str = ""
    agreement_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicant:
    """Who asks, and how the window knows (利用申请表, domain.md §4.3)."""

    name: str
    id_type: str
    """resident_id, passport, hk_macao_permit, taiwan_permit, officer_letter."""
    id_no: str
    mobile: str = ""
    relation: str = "party"
    """party, spouse, agent, relative_of_deceased, guardian, heir, lawyer, agency, ..."""
    identity_assurance: str = "asserted"
    """chip_read, national_net_id, document_photo or asserted (architecture.md 6)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One document that the applicant presented; the file stays at the window until asked for."""

    kind: str
    """Document code of the checklist, e.g. "id_card", "notarised_power_of_attorney"."""
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistRequest:
    """协查函: one archive asks one other archive about one case."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.assist-request.v1+json"

    header: Header
    window_archive: str
    """Six-digit code of the archive at whose window the citizen stands."""
    holder_archive: str
    """Six-digit code of the archive that is asked."""
    applicant: Applicant
    query: RecordQuery
    purpose: str
    """Purpose code, e.g. "pension", "property", "notary"."""
    purpose_text: str = ""
    eligibility_rule: str
    """Rule of the decision table that allowed the request at the window, e.g. "D01"."""
    output: str = "extract"
    """extract, copy, no_record or fields (records/field_answers.py)."""
    delivery: str = ""
    """How the answer shall reach the applicant: window, post, online, agency; empty = window."""
    requested_fields: tuple[str, ...] = ()
    """Field codes wanted on the extract; empty = the usual fields of the category."""
    proofs: tuple[Proof, ...] = ()
    filed_by: str
    """Pseudonym of the officer who filed (never a name)."""
    reviewed_by: str
    """Pseudonym of the officer who did 登记审核; another person than `filed_by`."""
    deadline: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """撤回函: the applicant took the application back; the archive asked stops its work.

    Travels the way of the request that `header.in_reply_to` names, and says nothing of a person.
    """

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.withdrawal.v1+json"

    header: Header
    window_archive: str
    holder_archive: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """催办函: somebody waits at the window for the answer to a request; it moves no clock.

    Travels the way of the request that `header.in_reply_to` names, and says nothing of a person.
    """

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.reminder.v1+json"

    header: Header
    window_archive: str
    holder_archive: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """回执: the recipient has the statement durably, or says why not."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.receipt.v1+json"

    header: Header
    received_at: datetime
    inbox_seq: int
    """Position in the recipient's inbox; 0 when refused."""
    verdict: str
    """ACCEPTED, DUPLICATE or REFUSED."""
    reason_code: str = ""
    """Code of the refusal; empty unless REFUSED."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocateQuestion:
    """How many might there be? Answered with a count, never with a person."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.locate-question.v1+json"

    header: Header
    window_archive: str
    holder_archive: str
    query: RecordQuery
    purpose: str
    eligibility_rule: str
    relation: str = "party"
    """In which capacity the applicant asks, as in `Applicant`."""
    identity_assurance: str = "asserted"
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchedScope:
    """What a search looked at: goes onto every answer and every no-record certificate."""

    archive_code: str
    category: str
    covered_from: int
    covered_to: int
    gaps: tuple[Gap, ...] = ()
    tiers: tuple[str, ...] = ()
    """Tiers tried: exact, variant, homophone, dialect, shape."""
    variants: int = 0
    """Spellings tried."""
    truncated: bool = False
    index_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LocateAnswer:
    """Answer to a LocateQuestion."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.locate-answer.v1+json"

    header: Header
    outcome: str
    """Outcome code of domain.md §4.2."""
    count: int
    """Masked: 0, 1, 2, or 3 for "three or more"."""
    tier: str = ""
    """Best tier among the candidates; empty when there are none."""
    scope: SearchedScope | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredFile:
    """A file that the window may fetch by its hash: a sealed extract."""

    number: str
    """Certificate number as printed."""
    template: str
    """T1 ... T8."""
    sha256: str
    size_bytes: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssistAnswer:
    """反馈单: what one holder found, for its own holdings only."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.assist-answer.v1+json"

    header: Header
    holder_archive: str
    outcome: str
    """Outcome code of domain.md §4.2."""
    files: tuple[DeliveredFile, ...] = ()
    scope: SearchedScope | None = None
    question: str = ""
    """One more fact to ask the citizen for; never another person's data."""
    reason_code: str = ""
    note: str = ""
    """Words for the window clerk, at most 500 characters."""
    referral: str = ""
    """Who keeps the record instead, for REFERRED and NOT_COVERED."""
    handled_by: str = ""
    """Pseudonym of the officer who decided."""
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressNotice:
    """进度通知: the holder tells the window how its case stands, between request and answer.

    Travels the way of an answer and names the request in `header.in_reply_to`; it decides nothing
    and says nothing of a person. `created_at` is the holder's clock.
    """

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.progress-notice.v1+json"

    header: Header
    holder_archive: str
    code: str
    """Code of `records.citizen_words.SAYINGS`: what the citizen may be told."""
    state: str
    """The holder's state of the case."""
    due_at: datetime | None = None
    """New last day of a shelf search, where one is announced."""
    reason: str = ""
    """Why it takes longer, for the citizen; at most 200 characters, never about a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCountersignature:
    """协同出证: the window archive confirms which sealed file it received and handed out.

    A statement of its own over the file's digest, because the sealed PDF admits no second
    signature; named on the receipt and on T7. The holder's seal alone gives the legal effect.
    """

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.window-countersignature.v1+json"

    case_no: str
    number: str
    """Certificate number."""
    file_sha256: str
    """Digest of the sealed file, hex."""
    holder_archive: str
    window_archive: str
    node_id: str
    """Node that signs, host of the window archive."""
    received_at: datetime
