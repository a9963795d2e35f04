"""Every look at a record is written down before the record is shown (node/domain/access_log.py).

A look belongs to a case and a record, once for looking and once for the certificate, so that a
clerk who opens a page ten times is one line in the citizen's list.
"""

from collections.abc import Sequence

from node.case_ports import CaseWriter
from node.domain.access_log import CONSULTED, RELEASED, AccessRow, PartyRow
from node.domain.cases import HolderCase
from node.domain.disclosure import applicant_roles, is_restricted
from node.services.house import House
from records.eligibility_terms import Requester
from records.entries import CatalogueEntry
from records.exchange import AssistRequest
from records.id_numbers import find_id_number
from records.kinds import get_kind
from trust.envelope.statement import decode

_VOUCHED = frozenset({Requester.PARTY, Requester.SPOUSE, Requester.ADOPTEE})
"""Capacities whose certificate says that the applicant is a party of the record."""


def note_consulted(house: House, work: HolderCase, entries: Sequence[CatalogueEntry]) -> None:
    """Whoever is a party of these records will be told that the case looked at them."""
    case_no, archive = work.case_no, work.holder_archive
    with house.book.read() as reader:
        new = [
            one
            for one in entries
            if not reader.has_access(archive, one.reference_code, case_no, CONSULTED)
        ]
    if not new:
        return
    with house.book.write() as book:
        for entry in new:
            _note(house, book, work, entry, CONSULTED)


def note_released(
    house: House, book: CaseWriter, work: HolderCase, entries: Sequence[CatalogueEntry]
) -> None:
    """The certificate of these records was ordered; two officers vouch for whom it is about."""
    request = decode(work.request.payload, AssistRequest)
    for entry in entries:
        _note(house, book, work, entry, RELEASED)
        if request.applicant.relation in _VOUCHED and request.applicant.id_no:
            _vouch(house, book, work.holder_archive, entry, request)


def _note(
    house: House, book: CaseWriter, work: HolderCase, entry: CatalogueEntry, kind: str
) -> None:
    applicant = decode(work.request.payload, AssistRequest).applicant
    asker = house.person_keys(book.person_kids(), applicant.id_no)
    book.note_access(
        AccessRow(
            archive_code=work.holder_archive,
            reference_code=entry.reference_code,
            category=entry.category,
            case_no=work.case_no,
            kind=kind,
            requester=applicant.relation,
            asker_key=asker[0] if asker else "",
            at=house.clock(),
            hidden=is_restricted(entry),
        )
    )
    for role, number in _numbers(entry):
        _note_party(house, book, work.holder_archive, entry, role, number)


def _vouch(
    house: House, book: CaseWriter, archive: str, entry: CatalogueEntry, request: AssistRequest
) -> None:
    """The applicant is a party of the record; of a child's record only where its name says so."""
    kind = get_kind(entry.category)
    roles = list(applicant_roles(request, entry))
    if not roles and not kind.concerns_minors:
        roles = [person.role for person in kind.people if person.is_sought]
    if roles:
        _note_party(house, book, archive, entry, roles[0], request.applicant.id_no)


def _note_party(
    house: House, book: CaseWriter, archive: str, entry: CatalogueEntry, role: str, number: str
) -> None:
    keys = house.person_keys(book.person_kids(), number)
    if not keys:
        return
    party = PartyRow(
        archive_code=archive,
        reference_code=entry.reference_code,
        person_key=keys[0],
        role=role,
    )
    book.note_party(party, keys)


def _numbers(entry: CatalogueEntry) -> list[tuple[str, str]]:
    """Role and number of each person whose number the record carries, whole and right."""
    found = []
    for person in get_kind(entry.category).people:
        text = entry.values.get(person.id_no, "") if person.id_no else ""
        number = find_id_number(text)
        if number is not None and number.checksum_holds:
            found.append((person.role, number.normal))
    return found
