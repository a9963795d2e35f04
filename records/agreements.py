"""Agreements: who may ask whom for what. A text that both archives sign, evaluated by rule.

One party signs and sends it (a proposal), the other adds its signature to the same bytes (an
agreement); an amendment is the same with a higher version; either party may end it by a
`AgreementRetirement` after the notice that both had agreed on.
The same rules run at the asking node, at the registry and at the holder (architecture.md,
"Decided"). Deny by default: no agreement, no question (domain.md §3.2 D26).
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """A bilateral agreement (合作协议), signed by the sign keys of both nodes."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.agreement.v1+json"

    agreement_id: str
    """Stable name, e.g. "jiaxing-shangrao-2026"; 1-64 characters of [a-z0-9-]. It begins with the
    slugs of all parties, in any order: nobody else can sign a "newer" agreement of that name."""
    version: int
    """Rises by one with each amendment, from 1."""
    asking_nodes: tuple[str, ...]
    """Nodes that may ask. Both parties here and in `holding_nodes` = both directions."""
    holding_nodes: tuple[str, ...]
    """Nodes that answer."""
    categories: tuple[str, ...]
    """Category codes of records/kinds.py."""
    requester_types: tuple[str, ...]
    """Who may apply: party, agent, relative_of_deceased, guardian, court, lawyer, agency ..."""
    purposes: tuple[str, ...]
    """Purpose codes; empty = any purpose."""
    year_from: int
    """First record year, inclusive."""
    year_to: int
    """Last record year, inclusive."""
    granularity: str
    """Most that may be given: exists, count, index, extract, image."""
    seal_mode: str
    """HOLDER_ELECTRONIC, HOLDER_ELECTRONIC_WINDOW_COUNTERSIGN or HOLDER_PAPER_POST."""
    minutes: int
    """Time limit of a digitised hit, minutes, 1-1440."""
    legal_basis: str
    """Printed on the request, e.g. "档案法第二十八条"."""
    valid_from: date
    valid_to: date
    """Last day in force, inclusive."""
    daily_quota: int
    """Requests a day and asking node, 1-100000."""
    contacts: dict[str, str]
    """Office telephone by node: an office, never a person."""
    delivery: tuple[str, ...] = ("window",)
    """How the answer may reach the applicant: window, post, online, agency."""
    redactions: tuple[str, ...] = ()
    """What the holder leaves out beyond its own rules: see `agreement_rules.REDACTIONS`."""
    notice_days: int = 30
    """Days between the announcement that a party ends it and its last day, 1-365."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRetirement:
    """A party ends an agreement, with notice; its own signature is enough to take away."""

    PAYLOAD_TYPE: ClassVar[str] = "application/vnd.lantai.agreement-retirement.v1+json"

    agreement_id: str
    version: int
    """Ends this version and every one below it; a later amendment may agree anew."""
    parties: tuple[str, ...]
    """All nodes of the agreement: they are told."""
    retired_by: str
    """The party that signs this."""
    sequence: int
    announced_on: date
    last_day: date
    """Last day in force, inclusive: at least `notice_days` after the announcement."""
    reason: str
    """For the other party's clerks, 1-200 characters; about the agreement, never a person."""
