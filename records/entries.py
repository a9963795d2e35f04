"""A catalogue entry (著录条目): what the index says about one record, in its original words.

The index is not the record: values here were typed from the page and may be wrong. What goes
onto an extract is compared with the page image by a person first (architecture.md 1).
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class PageImage:
    """A stored image of one page (数字化副本)."""

    page_no: int
    sha256: str
    """Digest of the stored file, hex; its address in the image store."""
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One record of one archive.

    `values` holds the category's own fields by field code, exactly as imported (original
    characters, original date text); absent = not recorded.
    """

    archive_code: str
    category: str
    reference_code: str
    """档号 as printed; unique inside the archive."""
    fonds_no: str = ""
    catalog_no: str = ""
    file_no: str = ""
    item_no: str = ""
    page_from: str = ""
    page_to: str = ""
    year: int | None = None
    title: str = ""
    retention_period: str = ""
    open_status: str = "not_reviewed"
    """open, restricted, deferred or not_reviewed."""
    secrecy_level: str = ""
    """Empty, 秘密, 机密 or 绝密; anything but empty never leaves the archive (D24)."""
    damage: str = ""
    remarks: str = ""
    values: dict[str, str] = field(default_factory=dict)
    images: tuple[PageImage, ...] = ()
    index_version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchReason:
    """Why one field speaks for or against a candidate; readable by a clerk."""

    field: str
    queried: str
    recorded: str
    how: str
    """equal, variant, second_round, within, lunar, nominal_age, conflicts, ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record that may be the one sought."""

    reference_code: str
    tier: str
    """exact, variant, homophone, dialect or shape (interfaces.md §4)."""
    score: float
    """0-1."""
    reasons: tuple[MatchReason, ...]
    releasable: bool
    """Policy might let a machine release it: exact or variant, two independent identifiers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """Answer of one archive's catalogue to one query."""

    outcome: str
    """Outcome code of domain.md §4.2."""
    candidates: tuple[Candidate, ...]
    tiers: tuple[str, ...]
    """Tiers that were tried."""
    variants: int
    """Spellings that were tried."""
    truncated: bool
    ask: str = ""
    """The question that would tell the candidates apart, e.g. 「配偶姓氏？」; never an answer."""
    index_version: int = 0
    hidden_hit: bool = False
    """A record that may not show matched too: for the holder's own people, never sent."""
