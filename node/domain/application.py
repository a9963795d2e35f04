"""利用申请表: what the window knows about the person, the record and the purpose.

Refuses an incomplete form with the field's name; says nothing about who may be asked.
"""

from dataclasses import dataclass

from records.exchange import Applicant, Proof
from records.queries import RecordQuery


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """The form as filed; its JSON form is the body of `lantai-node request --file`."""

    window_archive: str
    """Six-digit code of the archive at whose window the citizen stands."""
    applicant: Applicant
    query: RecordQuery
    purpose: str
    """Purpose code, e.g. "pension", "property", "notary"."""
    purpose_text: str = ""
    """The citizen's own words, at most 200 characters; printed only when asked for."""
    output: str = "extract"
    """extract, copy or no_record."""
    requested_fields: tuple[str, ...] = ()
    """Field codes wanted; empty = the usual fields of the category."""
    proofs: tuple[Proof, ...] = ()
    holders: tuple[str, ...] = ()
    """Archives that the clerk ticked; empty = all that the routing names."""
    consent: bool = False
    """The citizen agreed that the archives asked may see the application (PIPL 23)."""
