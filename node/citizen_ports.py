"""The letter box between citizens' phones and the archive, as protocols.

Two halves of one store: the pages in the internet zone write letters and read views, the node
takes letters and writes views. Neither half can do what the other does, and what lies in the store
is sealed for somebody else than the store's owner.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from node.domain.citizen_limits import Tally
from node.domain.citizens import ProvenPerson
from trust.post.sealing import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingRow:
    """A filing as the box keeps it: nothing in it can be read without a code or a person."""

    filing_id: str
    code_locator: str
    person_locator: str
    by_code: bytes
    """View key and last digits of the mobile, sealed under the code's key."""
    by_person: bytes
    """View key and code, sealed under the person's key."""
    filed_at: datetime
    view: bytes = b""
    """Newest `CitizenView`, sealed under the view key; empty until the archive has answered."""
    received: bool = False
    """The citizen has opened the extract: said once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenLetter:
    """A letter that the node has taken out and not yet put away."""

    sequence: int
    sealed: Sealed


class BoxOutside(Protocol):
    """What the citizens' pages may do.

    Where tallies are given they are counted in the same transaction; where one is full, its
    refusal is raised and nothing was written.
    """

    def save_draft(
        self, locator: str, body: bytes, saved_at: datetime, tallies: Sequence[Tally] = ()
    ) -> None:
        """The draft with that locator is this one."""
        ...

    def find_draft(self, locator: str, since: datetime) -> bytes | None:
        """The draft, if it was saved at or after `since`."""
        ...

    def drop_draft(self, locator: str) -> None:
        """The draft is gone."""
        ...

    def put_paper(self, paper_id: str, body: bytes, at: datetime, tallies: Sequence[Tally]) -> None:
        """The sealed paper waits for its letter."""
        ...

    def file(self, row: FilingRow, letter: Sealed, tallies: Sequence[Tally]) -> bool:
        """Filing and letter are in the box and the draft is gone, all at once.

        False where the code had been used for a filing: nothing was added.
        """
        ...

    def send(self, letter: Sealed, tallies: Sequence[Tally]) -> None:
        """One more letter about a filing."""
        ...

    def send_receipt(self, filing_id: str, letter: Sealed) -> None:
        """The one letter that says that the extract was received; the filing is marked."""
        ...

    def find_filing(self, *, code_locator: str = "", filing_id: str = "") -> FilingRow | None:
        """The filing with that code, or that id."""
        ...

    def list_filings(self, person_locator: str) -> Sequence[FilingRow]:
        """Filings of a person, newest first."""
        ...

    def relock(self, filing_id: str, person_locator: str, by_person: bytes) -> None:
        """The filing is found and opened by its person under another key."""
        ...

    def find_file(self, filing_id: str, sha256: str) -> bytes | None:
        """A sealed extract, sealed under the filing's view key."""
        ...


class BoxInside(Protocol):
    """What the node may do."""

    def take(self, limit: int) -> Sequence[TakenLetter]:
        """The oldest letters; they stay until `put_away`."""
        ...

    def put_away(self, sequence: int) -> None:
        """The letter is gone."""
        ...

    def read_paper(self, paper_id: str) -> bytes | None:
        """A paper, sealed under the key that its letter names."""
        ...

    def drop_paper(self, paper_id: str) -> None:
        """The paper is gone."""
        ...

    def put_view(self, filing_id: str, view: bytes, at: datetime, *, final: bool) -> None:
        """The newest view; `final` starts the time after which the filing is thrown away."""
        ...

    def has_file(self, filing_id: str, sha256: str) -> bool:
        """Whether that extract lies in the box."""
        ...

    def put_file(self, filing_id: str, sha256: str, body: bytes) -> None:
        """The extract, sealed under the view key, lies in the box."""
        ...

    def prune(self, now: datetime) -> int:
        """Old drafts, papers without a letter and long finished filings are gone; how many."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """What the node knows of a filing that its letter named."""

    filing_id: str
    archive_code: str
    filer: str
    """Pseudonym under which it was filed."""
    case_no: str = ""
    view_key: bytes
    delivery: str = ""


class CitizenLedger(Protocol):
    """Which case belongs to which filing: the node's own table."""

    def add(self, row: LedgerRow) -> LedgerRow:
        """The row, or the one that was there before under the same filing id."""
        ...

    def name_case(self, filing_id: str, case_no: str) -> None:
        """The filing became that case."""
        ...

    def find(self, *, filing_id: str = "", case_no: str = "") -> LedgerRow | None:
        """The row of that filing, or of that case."""
        ...

    def cursor(self) -> int:
        """Sequence of the last event that views were written for."""
        ...

    def advance(self, sequence: int) -> None:
        """Views of all events up to that one are written."""
        ...


class RealName(Protocol):
    """实名核验: proves who somebody is. Identity never travels in an address.

    The browser goes to `address(state)` and comes back to /real-name/return with the provider's
    one-time ticket and the same state; the ticket says nothing by itself, the provider is asked
    for the person behind it.
    """

    @property
    def is_demo(self) -> bool:
        """True where nobody is really asked: every page then says 演示."""
        ...

    def address(self, state: str) -> str:
        """Where the citizen proves who they are: a path of ours or the provider's own address."""
        ...

    def redeem(self, ticket: str, state: str, now: datetime) -> ProvenPerson:
        """The person who came back with the ticket; good once.

        Raises:
            Refusal: REAL_NAME_REFUSED.
        """
        ...


class DemoDesk(Protocol):
    """The demo provider's own form: hands out tickets for whatever was typed."""

    def prove(self, fields: Mapping[str, str], state: str, now: datetime) -> str:
        """A one-time ticket. Raises Refusal: REAL_NAME_REFUSED."""
        ...
