"""What every use case of one node shares: who we are, the books, the directory, time, chance."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import msgspec

from node.case_ports import Casebook, Prover
from node.domain.exchange_reasons import WRONG_RECIPIENT, WRONG_SENDER
from node.domain.identifiers import new_uuid7, verify_case_number
from node.domain.officers import Actor
from node.domain.reasons import ARCHIVE_NOT_HOSTED, CASE_NOT_FOUND
from node.ports import Clock, DirectoryCache, Random
from records.agreements import Agreement
from records.coverage import HoldingsCoverage
from records.deadlines import ALWAYS_OPEN, BEIJING, ServiceCalendar
from records.duties import Act, verify_may
from records.eligibility import DEFAULT_FLOORS, evaluate_eligibility
from records.eligibility_terms import Application, Eligibility
from records.exchange import Header
from records.id_numbers import find_id_number
from records.queries import RecordQuery
from records.refusal import Refusal
from records.service_hours import read_calendar
from trust.envelope.suites import Signer
from trust.store.person_digests import PersonDigests

STATEMENT_LIFE = timedelta(days=7)
"""How long a statement may travel; the outbox gives up before."""
MESSAGE_LIFE = timedelta(days=6)
"""How long a message is tried before it is a dead letter and a person is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The holder's own rules, from node.toml."""

    identity_floors: Mapping[str, str] = field(default_factory=dict)
    """Weakest identity check by category; raises the defaults of records/eligibility.py."""
    manual_sample_percent: int = 2
    """Share of plain misses that is searched by hand as well (architecture.md 3)."""
    call_back_percent: int = 2
    """Share of other windows' cases that is checked with the window (services/call_back.py)."""
    no_record_purposes: tuple[str, ...] = ()
    """Purposes for which a marriage T3 may be issued; none by default."""
    claim_minutes: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One node."""

    node_id: str
    trust_domain: str
    archives: Mapping[str, str]
    """Hosted archives: code → name."""
    signer: Signer
    """The node's sign key: requests, receipts, answers."""
    sample_key: bytes = field(repr=False)
    """Draws the lots of `is_sample`; nobody outside can foresee them."""
    people: PersonDigests
    """Digests of names and identity numbers, under keys of their own."""
    book: Casebook
    proofs: Prover
    directory: DirectoryCache
    clock: Clock
    random: Random
    policy: Policy = field(default_factory=Policy)
    calendar: ServiceCalendar = ALWAYS_OPEN

    def new_id(self) -> str:
        """A fresh UUIDv7."""
        return new_uuid7(self.clock(), self.random(10))

    def today(self) -> date:
        """The day by which agreements and pledges are judged."""
        return self.clock().astimezone(BEIJING).date()

    def is_sample(self, archive_code: str, query: RecordQuery) -> bool:
        """Whether a plain miss of this question is searched by hand as well.

        The same question always draws the same lot: asked again, it tells nothing new.
        """
        asked = archive_code.encode() + msgspec.json.encode(query)
        lot = hmac.digest(self.sample_key, asked, "sha256")
        return int.from_bytes(lot[:4], "big") % 100 < self.policy.manual_sample_percent

    def person_keys(self, kids: Sequence[int], id_no: str) -> tuple[str, ...]:
        """Keyed digests of an identity number: the same for one person, nothing to anybody else.

        15 and 18 digits of one number are one person; nothing for an empty number.

        Args:
            kids: `CaseReader.person_kids()`; the first digest is the one to write.
            id_no: As typed or recorded.
        """
        number = find_id_number(id_no)
        normal = number.normal if number else "".join(id_no.split()).upper()
        if not normal:
            return ()
        return self.people.every(kids, b"person in the access log\n" + normal.encode())

    def is_called_back(self, case_no: str, archive_code: str) -> bool:
        """Whether the lot of that case fell: nobody can foresee it, and nobody can choose it."""
        drawn = b"call back\n" + archive_code.encode() + b"\n" + case_no.encode()
        lot = hmac.digest(self.sample_key, drawn, "sha256")
        return int.from_bytes(lot[:8], "big") % 10_000 < self.policy.call_back_percent * 100

    def judge(self, facts: Application) -> Eligibility:
        """What our own table says of these facts, with this house's identity floors."""
        floors = {**DEFAULT_FLOORS, **self.policy.identity_floors}
        return evaluate_eligibility(facts, floors=floors)

    def calendar_of(self, archive_code: str) -> ServiceCalendar:
        """When that archive's desks are open: our own, or as it has declared; ours if unknown."""
        declared = self.directory.current().hours.get(archive_code)
        if archive_code in self.archives or declared is None:
            return self.calendar
        return read_calendar(declared.statement)

    def agreements(self) -> tuple[Agreement, ...]:
        """Every agreement of the directory; whether one is in force is the rules' to say."""
        return tuple(part.statement for part in self.directory.current().agreements.values())

    def coverage_of(self, archive_code: str) -> tuple[HoldingsCoverage, ...]:
        """What an archive declares that it keeps."""
        declared = self.directory.current().coverage
        return tuple(
            [one.statement for one in declared if one.statement.archive_code == archive_code]
        )

    def require_archive(self, archive_code: str) -> str:
        """Name of an archive that this node hosts. Raises Refusal: ARCHIVE_NOT_HOSTED."""
        name = self.archives.get(archive_code)
        if name is None:
            raise Refusal(ARCHIVE_NOT_HOSTED, archive_code)
        return name

    def header(
        self,
        case_no: str,
        recipient: str,
        now: datetime,
        *,
        in_reply_to: str = "",
        agreement: tuple[str, int] = ("", 0),
    ) -> Header:
        """The header of a statement that this node is about to sign."""
        return Header(
            message_id=self.new_id(),
            case_no=case_no,
            sender=self.node_id,
            recipient=recipient,
            created_at=now,
            expires_at=now + STATEMENT_LIFE,
            in_reply_to=in_reply_to,
            trust_version=self.directory.current().view.version,
            agreement_id=agreement[0],
            agreement_version=agreement[1],
        )

    def verify_header(self, header: Header, sender: str) -> None:
        """Return only if the statement is from `sender` to this node, about a case of such a form.

        Raises:
            Refusal: WRONG_RECIPIENT, WRONG_SENDER, TEXT_MALFORMED.
        """
        if header.recipient != self.node_id:
            raise Refusal(WRONG_RECIPIENT, header.recipient[:32])
        if header.sender != sender:
            raise Refusal(WRONG_SENDER, header.sender[:32])
        verify_case_number(header.case_no)


def require_act(actor: Actor, archive_code: str, act: Act) -> None:
    """Return only if the actor's own post at that archive may do it.

    Another archive's case is answered like one that does not exist.

    Raises:
        Refusal: CASE_NOT_FOUND, DUTY_NOT_HELD.
    """
    if actor.archive_code != archive_code:
        raise Refusal(CASE_NOT_FOUND)
    verify_may(actor.posts, act)
