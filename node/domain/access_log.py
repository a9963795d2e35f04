"""谁查过我的档案: what a citizen may hear of looks at records in which they are a party.

The rules as data (docs/decisions/1085): only whoever is known as a party of the record; who asked
is a class, never a person, so that no relative's dealings show (peers.md X25); inquiries of courts
and police stay unsaid until these release them; nothing of the last 24 hours; records about
children speak to the grown-up child alone; what may not be used at all is not listed.
Pure: keys, hours and rows are given.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from records.deadlines import BEIJING
from records.eligibility_terms import Requester
from records.id_numbers import find_id_number
from records.kinds import Kind, get_kind

DELAY = timedelta(hours=24)
"""A look is told of after this long: a case under way is not disturbed."""
HIGHEST_LEVELS = frozenset({"national_net_id", "chip_read"})
"""Identity checks strong enough: the chip at a window, the national service on a telephone."""
MOST_LINES = 500
COMING_OF_AGE = 18
CITIZEN = "citizen"
"""Actor in the log where nobody at a window helped."""

CONSULTED, RELEASED = "consulted", "released"


class AskerClass(StrEnum):
    """Who looked, told as a class."""

    OWN = "own"
    """The citizen's own application."""
    PERSON = "person"
    """Somebody with a right of their own or given: told apart no further."""
    BODY = "body"
    """An office, unit or company."""
    JUSTICE = "justice"
    """Court, procuratorate, police, state security; told only once released."""


ASKER_WORDS: dict[AskerClass, str] = {
    AskerClass.OWN: "本人申请",
    AskerClass.PERSON: "依法有权申请的个人",
    AskerClass.BODY: "机关、单位",
    AskerClass.JUSTICE: "司法、公安机关",
}
"""Words for citizens."""

WHAT_WORDS: dict[str, str] = {CONSULTED: "查阅核对", RELEASED: "出具证明"}
"""Words for what was done."""

WITHHELD_SENTENCE = (
    "本清单只列本节点所属档案馆24小时以前的查阅；"
    "依法暂不告知的查阅和依法不予提供利用的档案不在其中。"
)
"""Stands on every answer, also on the empty one, so that it says nothing."""

_BODIES = frozenset(
    {
        Requester.NOTARY,
        Requester.CIVIL_AFFAIRS,
        Requester.AGENCY,
        Requester.EMPLOYER,
        Requester.COMMERCIAL,
        Requester.MEDIATION_CENTRE,
        Requester.FOREIGN,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedCitizen:
    """Somebody whose identity was checked: by the real-name service, or by a reader at a window."""

    name: str
    id_no: str
    """Resident identity number, 15 or 18 characters."""
    identity_assurance: str
    """Code of `ASSURANCE_ORDER`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """One look at one record, as kept: no name, no number."""

    archive_code: str
    reference_code: str
    category: str
    case_no: str
    kind: str
    """consulted or released."""
    requester: str
    """Capacity of the applicant, code of `Requester`."""
    asker_key: str
    """Keyed digest of the applicant's number; empty where they are no natural person."""
    at: datetime
    hidden: bool = False
    """The record may not be used: nothing is told of it."""
    released_at: datetime | None = None
    """When the court or office let its inquiry be told; None = not, or none is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRow:
    """This person is a party of that record: by the number in it, or as two officers certified."""

    archive_code: str
    reference_code: str
    person_key: str
    role: str
    """Role in the record, e.g. "a" or "subject"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLine:
    """One look, as the citizen reads it."""

    at: datetime
    archive_code: str
    archive_name: str
    category: str
    category_label: str
    what: str
    """consulted or released."""
    who: AskerClass
    case_no: str
    """Only of the citizen's own applications; empty otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessReport:
    """The answer to "who looked at my records here?"."""

    asked_at: datetime
    until: datetime
    """Looks after this instant are not told yet."""
    archives: tuple[str, ...]
    """Names of the archives that were asked: those of this node."""
    lines: tuple[AccessLine, ...]
    """Newest first."""
    more: bool
    """Older ones were left off."""
    sentence: str = WITHHELD_SENTENCE


def class_of(row: AccessRow, person_keys: Collection[str]) -> AskerClass:
    """In which class the asker of a look falls for that citizen."""
    if row.requester == Requester.COURT:
        return AskerClass.JUSTICE
    if row.asker_key and row.asker_key in person_keys:
        return AskerClass.OWN
    return AskerClass.BODY if row.requester in _BODIES else AskerClass.PERSON


def may_tell(row: AccessRow, party: PartyRow, citizen: VerifiedCitizen, now: datetime) -> bool:
    """Whether that look is told to that party now."""
    if row.hidden or row.at > now - DELAY:
        return False
    if row.requester == Requester.COURT and row.released_at is None:
        return False
    return speaks_to(get_kind(row.category), party.role, citizen, now)


def speaks_to(kind: Kind, role: str, citizen: VerifiedCitizen, now: datetime) -> bool:
    """Whether the log of a record of that kind speaks to a person in that role.

    Records about children (births, adoptions) speak to the child, once of age; parents, adopters
    and givers hear nothing, for a line would tell one of them what another did.
    """
    if not kind.concerns_minors:
        return True
    return role == "subject" and is_of_age(citizen, now)


def is_of_age(citizen: VerifiedCitizen, now: datetime) -> bool:
    """Whether the citizen is 18 by the number's date of birth; an unreadable one is not."""
    number = find_id_number(citizen.id_no)
    born = number.birth if number else None
    if born is None:
        return False
    today = now.astimezone(BEIJING).date()
    had_birthday = (today.month, today.day) >= (born.month, born.day)
    return _years(born, today) - (not had_birthday) >= COMING_OF_AGE


def tell(
    rows: Iterable[tuple[AccessRow, PartyRow]],
    citizen: VerifiedCitizen,
    person_keys: Collection[str],
    names: dict[str, str],
    now: datetime,
) -> tuple[AccessLine, ...]:
    """The lines that may be told, in the order of `rows`.

    Args:
        rows: Looks, each beside the citizen's part in the record.
        citizen: Who asks.
        person_keys: Keyed digests of the citizen's number.
        names: Archive code → name.
        now: The hour.
    """
    lines = []
    for row, party in rows:
        if not may_tell(row, party, citizen, now):
            continue
        who = class_of(row, person_keys)
        lines.append(
            AccessLine(
                at=row.at,
                archive_code=row.archive_code,
                archive_name=names.get(row.archive_code, row.archive_code),
                category=row.category,
                category_label=get_kind(row.category).label,
                what=row.kind,
                who=who,
                case_no=row.case_no if who is AskerClass.OWN else "",
            )
        )
    return tuple(lines)


def _years(born: date, today: date) -> int:
    return today.year - born.year
