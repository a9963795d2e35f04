"""What a case is: at the window where a person stands, and at the archive that keeps the record.

A `WindowCase` has one `Leg` per archive asked; its number names a `HolderCase` at each of them.
States are codes of records/case_states.py; every move goes through its table.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from node.domain.application import Application
from node.domain.attention import Attention, Told
from records.case_states import CaseState
from records.entries import Candidate
from records.exchange import DeliveredFile, SearchedScope
from records.process_reasons import CASE_MOVE_FORBIDDEN
from records.refusal import Refusal
from records.release import ExtractRow
from records.templates import DocumentText
from trust.envelope.dsse import Envelope

WINDOW = "window"
HOLDER = "holder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """One archive that a case asks, and what it said."""

    holder_archive: str
    holder_name: str
    node_id: str
    why: str
    """One sentence: why this archive."""
    agreement_id: str = ""
    """Empty when the archive is the window's own."""
    agreement_version: int = 0
    state: str = "routed"
    """routed, dispatched, received, answered, fetched, refused, silent or conflict."""
    request: Envelope | None = None
    """Assist request as signed by this node."""
    request_id: str = ""
    """Its envelope id."""
    answer: Envelope | None = None
    answer_id: str = ""
    outcome: str = ""
    """Code of domain.md §4.2; empty until answered."""
    files: tuple[DeliveredFile, ...] = ()
    scope: SearchedScope | None = None
    question: str = ""
    reason_code: str = ""
    note: str = ""
    referral: str = ""
    contact: str = ""
    """Office telephone of the holder, from the agreement."""
    countersignatures: tuple[Envelope, ...] = ()
    """The window's statements over the sealed files, where the agreement wants them."""
    fields: tuple[ExtractRow, ...] = ()
    """Listed fields for an authority, without a sealed paper."""
    reminders: int = 0
    reminded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRoute:
    """An archive that may hold the record but may not be asked, with the code that says why."""

    node_id: str
    archive_code: str
    name: str
    code: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowCase:
    """A request at the service window (查档申请), from draft to closed."""

    case_no: str
    """e.g. "LT-330400-20261121-0042"."""
    archive_code: str
    """The window's archive."""
    client_key: str
    """Chosen by the form or program; one request per key, whatever is clicked twice."""
    state: str
    version: int = 1
    application: Application
    filed_by: str
    """officer_id."""
    reviewed_by: str = ""
    """officer_id of another person than filed_by."""
    eligibility_rule: str = ""
    review_note: str = ""
    submitted_at: datetime | None = None
    registered_at: datetime | None = None
    """The clock starts here."""
    deadline: datetime | None = None
    """None before registration and while the working-day clock runs."""
    paused_at: datetime | None = None
    paused_reason: str = ""
    legs: tuple[Leg, ...] = ()
    refused_routes: tuple[RefusedRoute, ...] = ()
    question: str = ""
    """Asked back by the routing ("which of two places?"); empty when none."""
    choices: tuple[str, ...] = ()
    told: Told = field(default_factory=Told)
    """What the clerk may say to the citizen (domain/attention.py)."""
    referrals: tuple[str, ...] = ()
    """Offices elsewhere that keep such records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedField:
    """One printed field after a person compared it with the page image."""

    field: str
    label: str
    index_value: str
    """What the index says."""
    value: str
    """What the page says: original wording, what will be printed."""
    compared: str
    """same, corrected or not_recorded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The holder's clerk confirmed one record, field by field, against its page images."""

    reference_code: str
    index_version: int
    fields: tuple[ComparedField, ...]
    images: tuple[str, ...]
    """SHA-256 of the page images that were looked at; at least one."""
    confirmed_by: str
    confirmed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HolderCase:
    """The same case at the archive that keeps the record."""

    case_no: str
    holder_archive: str
    state: str
    version: int = 1
    window_node: str
    window_archive: str
    window_name: str
    request: Envelope
    request_id: str
    agreement: Envelope | None = None
    """Agreement under which the request was accepted, as it stood then; None within one node."""
    received_at: datetime
    deadline: datetime
    paused_reason: str = ""
    claimed_by: str = ""
    claimed_until: datetime | None = None
    """End of the silence after which a colleague may take it over (domain/claims.py)."""
    claimed_at: datetime | None = None
    image_opened_at: datetime | None = None
    """When the claimant first opened a page image; None = not yet."""
    handed_by: str = ""
    """officer_id of who handed the case to the claimant; empty = they claimed it."""
    claim_note: str = ""
    reminded_at: datetime | None = None
    reminders: int = 0
    outcome: str = ""
    """Outcome code proposed by the search, then decided by a person."""
    candidates: tuple[Candidate, ...] = ()
    hidden_hit: bool = False
    """A record that may not show matched: never a miss, and never told to the window."""
    ask: str = ""
    """The question that would tell the candidates apart."""
    scope: SearchedScope | None = None
    comparison: Comparison | None = None
    needs_leader: bool = False
    """The rule wants the holder's leader to approve the purpose before anything is released."""
    approved_by: str = ""
    """officer_id of the leader."""
    leader_note: str = ""
    """Why the leader declined."""
    notice: DocumentText | None = None
    """No-record text (T3) that waits to be released and sealed."""
    order: Envelope | None = None
    """Release order: one signature after release, two after seal."""
    release_id: str = ""
    dispatcher: str = ""
    seal_keeper: str = ""
    files: tuple[DeliveredFile, ...] = ()
    answer_id: str = ""
    """Envelope id of the last answer."""
    answered_at: datetime | None = None
    attention: Attention = field(default_factory=Attention)
    """Who was called, what is checked first (domain/attention.py)."""
    withdrawal: Envelope | None = None
    """Status order of this case's certificate that the seal keeper has yet to sign."""
    supersedes: str = ""
    """Number of the certificate that is being replaced after a correction; else empty."""
    corrected_by: str = ""
    """officer_id of who proposed the correction: another person releases."""


def leave_release(work: HolderCase, to: str) -> HolderCase:
    """The case as it may go to the state `to`: without its order where that was not sealed.

    Raises:
        Refusal: CASE_MOVE_FORBIDDEN once both officers signed: the order is being obeyed.
    """
    if work.state != CaseState.RELEASED or to == CaseState.SEALED:
        return work
    if work.order is not None and len(work.order.signatures) > 1:
        raise Refusal(CASE_MOVE_FORBIDDEN, "the order is being obeyed")
    return replace(work, order=None, release_id="", dispatcher="", seal_keeper="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuance:
    """A certificate on its way: one step per durable fact, so that a restart resumes anywhere.

    ordered → prepared (token known) → logged (number and token are a leaf) → issued (PDF stored)
    → filed (its digest is a leaf) → confirmed. `failed` keeps the reason and prints nothing.
    """

    release_id: str
    case_no: str
    holder_archive: str
    serial: int
    """Running number of this archive and of the year in which the order was given."""
    order: Envelope
    """As it was obeyed, with both signatures."""
    step: str = "ordered"
    version: int = 1
    request: Envelope | None = None
    agreement: Envelope | None = None
    release_index: int
    """Index of the release leaf in the archive's log."""
    leaf_index: int = -1
    number: str = ""
    token_sha256: str = ""
    file_sha256: str = ""
    file_index: int = -1
    size_bytes: int = 0
    attempts: int = 0
    due_at: datetime
    last_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One move of one case; what pages and partners' programs are told. Never a name."""

    sequence: int
    case_no: str
    archive_code: str
    desk: str
    """window or holder."""
    state: str
    at: datetime
    actor: str = ""
    """officer_id, node slug or "system"."""
    code: str = ""
    """Reason or outcome code; empty when the state says it all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxMessage:
    """A signed statement that must arrive; `recipient` is a node slug."""

    message_id: str
    kind: str
    """submit or deliver."""
    recipient: str
    case_no: str
    holder_archive: str
    envelope: Envelope
    envelope_id: str
    act: dict[str, str] = field(default_factory=dict)
    """Claims of the act token that are not made freshly: sub, role, purpose, category ..."""
    due_at: datetime
    deadline: datetime
    """Business deadline: after it the message goes to the dead letters, and a person decides."""
    lease_until: datetime | None = None
    attempts: int = 0
    state: str = "waiting"
    """waiting or dead."""
    last_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxEntry:
    """A statement that arrived (submit or deliver), and the receipt that was given for it."""

    sequence: int
    sender: str
    kind: str
    case_no: str
    holder_archive: str
    in_reply_to: str
    envelope_id: str
    receipt: Envelope
