"""What pages show of agreements, and what a leader asks for on them."""

from dataclasses import dataclass, field
from datetime import date

from records.agreements import Agreement


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatory:
    """An officer whose own key stands under a text; a pseudonym, never a name."""

    archive_name: str
    officer_id: str
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSheet:
    """One version of one agreement."""

    agreement: Agreement
    standing: str
    """A word of `agreement_standing.STANDINGS`."""
    last_day: date
    days_left: int
    """Until the last day; negative once it is over."""
    signed_by: tuple[str, ...]
    """Nodes that have signed."""
    waits_for_us: bool
    officers: tuple[Signatory, ...]
    """Officers whose signatures were verified."""
    asked_today: int
    answered_today: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementEffect:
    """What the newest requests under an agreement would have met under another text."""

    tried: int
    refused: tuple[tuple[str, int], ...] = ()
    """(rule of `agreement_rules.RULES`, requests), most first."""
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignAgreementCommand:
    """Adds our signature to a text that the other side proposed."""

    agreement_id: str
    version: int
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAgreementCommand:
    """Signs a text and publishes it as a proposal; a higher version of a known id amends."""

    terms: Agreement
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireAgreementCommand:
    """Announces the end of an agreement."""

    agreement_id: str
    last_day: date
    reason: str
    password: str = field(repr=False)
