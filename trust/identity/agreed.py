"""Who may declare what between archives: agreements, their end, and holdings coverage.

An agreement that not all parties have signed yet is a proposal: everybody named in it may read
it, and it allows nothing. Ending one takes rights away, so the one party that ends it signs alone.
"""

from datetime import datetime, timedelta

from records.agreement_rules import is_named_after_parties, names_parties
from records.agreements import Agreement, AgreementRetirement
from records.coverage import ArchiveCoverage, HoldingsCoverage
from records.refusal import Refusal
from records.service_hours import ServiceHours, read_calendar
from trust.envelope.dsse import Envelope
from trust.envelope.statement import Opened, S
from trust.identity import reasons
from trust.identity.declared import open_signed, require_signer
from trust.identity.verified_list import TrustView

MOST_ROWS = 64
"""Twice the number of categories."""
LONGEST_NOTICE = timedelta(days=365)
LONGEST_REASON = 200


def parties_of(agreement: Agreement) -> tuple[str, ...]:
    """Every node that asks or answers under it, in alphabetical order."""
    return tuple(sorted({*agreement.asking_nodes, *agreement.holding_nodes}))


def open_agreement(envelope: Envelope, view: TrustView, now: datetime) -> Opened[Agreement]:
    """The agreement, signed by every node that asks or answers under it.

    Raises:
        Refusal: refusals of `open_statement`; DIRECTORY_PART_INVALID, MEMBER_UNKNOWN,
            MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED.
    """
    opened = open_signed(envelope, Agreement, view, now)
    if judge_agreement(opened, view, now) != "agreement":
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "not signed by every party")
    return opened


def judge_agreement(opened: Opened[Agreement], view: TrustView, now: datetime) -> str:
    """Kind of the part: agreement when every party has signed, proposal when at least one has.

    Raises:
        Refusal: DIRECTORY_PART_INVALID, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED.
    """
    said = opened.statement
    if not said.asking_nodes or not said.holding_nodes:
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "agreement without a party")
    signed = [view.sign_keys(party, now).keys() & set(opened.kids) for party in parties_of(said)]
    if not any(signed):
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "not signed by a party")
    if not is_named_after_parties(said):
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "agreement id does not name its parties")
    return "agreement" if all(signed) else "proposal"


def judge_retirement(opened: Opened[AgreementRetirement], view: TrustView, now: datetime) -> None:
    """Return only if a party ends what carries its name, by its own signature.

    Raises:
        Refusal: DIRECTORY_PART_INVALID, MEMBER_UNKNOWN, MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED.
    """
    said = opened.statement
    if said.retired_by not in said.parties or not names_parties(said.agreement_id, said.parties):
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "agreement id does not name its parties")
    notice = said.last_day - said.announced_on
    if not timedelta(0) <= notice <= LONGEST_NOTICE:
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "notice")
    if not 1 <= len(said.reason) <= LONGEST_REASON or not said.reason.isprintable():
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "reason")
    require_signer(opened, view, said.retired_by, now)


def judge_coverage(opened: Opened[HoldingsCoverage], view: TrustView, now: datetime) -> None:
    """Return only if the node that hosts the archive signed its coverage.

    Raises:
        Refusal: DIRECTORY_PART_INVALID, ARCHIVE_UNKNOWN, MEMBER_NOT_ACTIVE, TRUST_LIST_EXPIRED.
    """
    _require_host(opened, (opened.statement.archive_code, opened.statement.node_id), view, now)


def judge_archive_coverage(opened: Opened[ArchiveCoverage], view: TrustView, now: datetime) -> None:
    """Return only if the node that hosts the archive signed the list, one row a category.

    Raises:
        Refusal: as `judge_coverage`.
    """
    said = opened.statement
    categories = [row.category for row in said.rows]
    if len(categories) > MOST_ROWS or len(set(categories)) != len(categories):
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "rows of a coverage list")
    _require_host(opened, (said.archive_code, said.node_id), view, now)


def judge_hours(opened: Opened[ServiceHours], view: TrustView, now: datetime) -> None:
    """Return only if the node that hosts the archive signed hours that can be read.

    Raises:
        Refusal: as `judge_coverage`, and SERVICE_HOURS_MALFORMED.
    """
    said = opened.statement
    _require_host(opened, (said.archive_code, said.node_id), view, now)
    read_calendar(said)


def _require_host(opened: Opened[S], said: tuple[str, str], view: TrustView, now: datetime) -> None:
    """`said` is (archive code, node id)."""
    host, _archive = view.get_archive(said[0])
    if host.participant_id != said[1]:
        raise Refusal(reasons.DIRECTORY_PART_INVALID, "archive is hosted by another node")
    require_signer(opened, view, host.participant_id, now)
