"""What a citizen's phone and the window's archive say to each other through the letter box.

The phone's side stands in the internet zone and keeps nothing that it can read by itself: letters
are sealed for the archive, what comes back is sealed under a key that only the citizen's code or
the citizen's proven identity opens. No statement of the federation: these values never leave the
archive and its own letter box.
"""

from dataclasses import dataclass, field
from datetime import datetime

from node.domain.application import Application
from node.domain.citizen_reasons import CITIZEN_LETTER
from node.domain.officers import Officer
from records.field_answers import FIELDS
from records.refusal import Refusal

BY_PHONE = ("party", "spouse", "relative_of_deceased", "guardian", "agent")
"""In which capacities somebody may apply by phone."""
MARK = "citizen-"
FILER_NAME = "申请人本人（手机）"

FILE, ADD, WITHDRAW, RECEIVED, LOOKS = "file", "add", "withdraw", "received", "looks"
INQUIRY = "looks"
"""State of the view that answers `LOOKS`."""
KINDS = (FILE, ADD, WITHDRAW, RECEIVED, LOOKS)
"""What a letter asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenPerson:
    """Who somebody is, as a real-name provider says; never stored, never logged."""

    name: str = field(repr=False)
    id_type: str
    id_no: str = field(repr=False)
    mobile: str = field(repr=False)
    """11 digits."""
    assurance: str
    """A word of `records.eligibility_terms.ASSURANCE_ORDER`: how well it was proven."""
    word: bytes = field(default=b"", repr=False)
    """The provider's signed `RealNameWord` (DSSE JSON); the archive believes nothing less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedPaper:
    """A paper that waits in the letter box, and the key that opens it."""

    paper_id: str
    """24 hex digits."""
    key: bytes = field(repr=False)
    kind: str
    """Document code of the checklist."""
    sha256: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Additions:
    """补正: what a citizen adds to a form that was filed; empty = as it was."""

    other_name: str = ""
    former_names: tuple[str, ...] = ()
    place: str = ""
    period_start: str = ""
    period_end: str = ""
    number: str = ""
    words: str = ""
    delivery: str = ""
    """Only while the form is with the reviewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenLetter:
    """One letter, as it lies sealed in the box."""

    kind: str
    """A word of `KINDS`."""
    filing_id: str
    """32 hex digits; also the client key of the case."""
    view_key: bytes = field(default=b"", repr=False)
    """32 bytes: with FILE and LOOKS what the citizen may read is sealed under it; with the others
    it shows that the sender could read it, which a thief of the box cannot."""
    application: Application | None = None
    """With FILE; its proofs are those of `papers`."""
    papers: tuple[SealedPaper, ...] = ()
    additions: Additions | None = None
    """With ADD."""
    asker: ProvenPerson | None = None
    """With FILE and LOOKS: who files, or wants to know who looked at their records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenStep:
    """One public stage and when it was reached."""

    code: str
    """submitted, registered, assisting or delivered."""
    done: bool
    current: bool
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenAnswer:
    """What one archive has said so far."""

    holder_name: str
    state: str
    outcome: str
    note: str
    question: str
    contact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenFile:
    """A sealed extract of the case."""

    number: str
    template: str
    sha256: str
    size_bytes: int
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenLook:
    """Somebody looked at a record of the citizen's; rules of `node.domain.access_log`."""

    at: datetime
    archive_name: str
    category: str
    what: str
    """consulted or released."""
    who: str
    """A class of askers, never a person."""
    case_no: str = ""
    """Only of the citizen's own applications."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenView:
    """Where a case stands, in what its applicant may know."""

    case_no: str
    """Empty while the letter is unopened."""
    archive_name: str
    archive_code: str = ""
    state: str
    category: str
    purpose: str
    delivery: str
    submitted_at: datetime | None = None
    steps: tuple[CitizenStep, ...] = ()
    deadline: datetime | None = None
    paused_reason: str = ""
    stopped: bool = False
    review_note: str = ""
    """Why the reviewer returned the form."""
    answers: tuple[CitizenAnswer, ...] = ()
    files: tuple[CitizenFile, ...] = ()
    files_here: bool = False
    """The files lie in the letter box: the citizen chose the phone."""
    may_withdraw: bool = False
    may_add: str = ""
    """amend (the reviewer returned the form), answer (an archive asks), or empty."""
    refused_code: str = ""
    """Why the archive did not take the letter; empty = it did."""
    refused_zh: str = ""
    refused_en: str = ""
    looks: tuple[CitizenLook, ...] = ()
    """With state "looks": the answer to a question of its own, not to an application."""
    looked_until: datetime | None = None
    """Looks after this instant are not told yet."""
    looks_more: bool = False
    """There were more than are listed."""


def verify_by_phone(form: Application) -> None:
    """Return only if this may be asked for by phone: by a person, about people, for a paper.

    Courts, notaries and authorities come by their own channels; a real-name provider vouches for
    a person, never for an office.

    Raises:
        Refusal: CITIZEN_LETTER.
    """
    if form.applicant.relation not in BY_PHONE:
        raise Refusal(CITIZEN_LETTER, "relation")
    if form.output == FIELDS or form.holders:
        raise Refusal(CITIZEN_LETTER, "form")


def filer_of(archive_code: str, salt: bytes) -> str:
    """A fresh pseudonym of one applicant for one case: "<archive>/citizen-<16 hex>"."""
    return f"{archive_code}/{MARK}{salt[:8].hex()}"


def is_filer(officer_id: str) -> bool:
    """Whether the pseudonym is that of an applicant who filed by phone."""
    return officer_id.partition("/")[2].startswith(MARK)


def filer_as_officer(officer_id: str) -> Officer:
    """The applicant where a case asks who filed it; holds no post, signs in nowhere."""
    return Officer(
        officer_id=officer_id,
        # One person for each case: whoever reviews it is always another.
        person_id=officer_id,
        archive_code=officer_id.partition("/")[0],
        user="",
        display_name=FILER_NAME,
        posts=(),
        kid="",
        public_key="",
        active=False,
    )
