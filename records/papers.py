"""Papers of an archive's own office: notices, letters and cover sheets that are no certificates.

T5 不予提供（补正）告知书, T6 转办告知书, the 协查函 with its reply slip, T7 综合反馈单 and T8
撤销（更正）公告 prove nothing about a record, so no two officers order them and no electronic seal
is set: they are drawn like a certificate, printed, and stamped by hand (decision 0940). The node
signs the words, so that a printed sheet can be traced to the case and its log.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from records.release import ExtractRow

OWN = "own"
"""`ExtractRow.compared` of a row that holds our own words, not those of a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySlip:
    """回执: a last page that the addressee fills in by hand and sends back."""

    title: str
    opening: str
    rows: tuple[ExtractRow, ...]
    """Value = what is printed in the cell before it is filled in; may be boxes □ to tick."""
    closing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePaper:
    """One paper, word for word, as the node signs it."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.office-paper.v1+json"

    paper_id: str
    """UUID."""
    template: str
    """T5, T6, T7, T8 or LETTER (协查函)."""
    case_no: str
    archive_code: str
    """The archive whose paper this is; hosted by the node that signs."""
    archive_name: str
    title: str
    symbol: str
    """Printed at the right below the title: 文号 of the letter, or the case number."""
    addressee: str = ""
    """Printed flush left above the opening, e.g. 「德清县档案馆：」; empty = none."""
    opening: str
    rows: tuple[ExtractRow, ...] = ()
    closing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    slip: ReplySlip | None = None
    handler_line: str
    written_on: date
    written_at: datetime
