"""What a holder may answer (检索结果): one code, about its own holdings only.

Source: domain.md §4.2. Only `NO_RECORD_COVERED` may yield a no-record certificate (T3); a node
that was down, late, truncated or not covered is named and never counted as "no".
"""

from enum import StrEnum


class Outcome(StrEnum):
    """Outcome of one question at one archive."""

    HIT_UNIQUE = "HIT_UNIQUE"
    """One record, vouched for by two independent identifiers."""
    HIT_SAME_PERSON_MULTI = "HIT_SAME_PERSON_MULTI"
    """Several events of one person; only those asked for are certified."""
    HIT_DISCREPANCY = "HIT_DISCREPANCY"
    """Found, and the record differs from what the applicant says (T4)."""
    HIT_AMBIGUOUS = "HIT_AMBIGUOUS"
    """Several people fit; no certificate."""
    HIT_PARTIAL = "HIT_PARTIAL"
    """Found, but damaged or a page is missing."""
    NO_RECORD_COVERED = "NO_RECORD_COVERED"
    """Nothing found inside the declared coverage."""
    NOT_COVERED = "NOT_COVERED"
    """Place, years or category are outside the holdings."""
    REFERRED = "REFERRED"
    """Another body keeps it."""
    REFUSED = "REFUSED"
    """Not provided by rule."""
    PENDING_MANUAL = "PENDING_MANUAL"
    """A person must search or decide."""
    ARCHIVE_LOST = "ARCHIVE_LOST"
    """The files were destroyed or lost; never "no record"."""
    NODE_UNAVAILABLE = "NODE_UNAVAILABLE"
    """The node did not answer."""
    TRUNCATED = "TRUNCATED"
    """The search stopped at a limit before it was complete."""


LABELS: dict[Outcome, str] = {
    Outcome.HIT_UNIQUE: "查见唯一记录",
    Outcome.HIT_SAME_PERSON_MULTI: "查见同一人多条记录",
    Outcome.HIT_DISCREPANCY: "查见记录，记载与申请信息不一致",
    Outcome.HIT_AMBIGUOUS: "查见多条疑似记录，待确认身份",
    Outcome.HIT_PARTIAL: "查见部分记录（残损或缺页）",
    Outcome.NO_RECORD_COVERED: "在馆藏范围内未查见",
    Outcome.NOT_COVERED: "不在馆藏范围",
    Outcome.REFERRED: "由其他机构保管，已转办",
    Outcome.REFUSED: "依规定不予提供",
    Outcome.PENDING_MANUAL: "转人工查找",
    Outcome.ARCHIVE_LOST: "档案灭失",
    Outcome.NODE_UNAVAILABLE: "该馆未答复",
    Outcome.TRUNCATED: "检索未完成（超出限度）",
}
"""Chinese words for each code, as shown to staff and on T7."""

HITS: frozenset[Outcome] = frozenset(
    {
        Outcome.HIT_UNIQUE,
        Outcome.HIT_SAME_PERSON_MULTI,
        Outcome.HIT_DISCREPANCY,
        Outcome.HIT_AMBIGUOUS,
        Outcome.HIT_PARTIAL,
    }
)
"""Something was found."""

EXTRACTABLE: frozenset[Outcome] = HITS - {Outcome.HIT_AMBIGUOUS}
"""An extract may follow, after a person compared it with the image."""

UNANSWERED: frozenset[Outcome] = frozenset(
    {Outcome.NODE_UNAVAILABLE, Outcome.TRUNCATED, Outcome.PENDING_MANUAL}
)
"""The archive has not answered yet: T7 names it as open."""


def has_no_record_proof(outcome: Outcome) -> bool:
    """Whether this outcome may yield a no-record certificate of that holder."""
    return outcome is Outcome.NO_RECORD_COVERED


def merge_negative(outcome: Outcome, *, restricted_hit: bool, sampled: bool) -> Outcome:
    """The outcome that may leave the archive.

    A hit in restricted material never becomes "no record", and a small random share of plain
    misses is searched by hand as well, so that PENDING_MANUAL gives nothing away
    (architecture.md 3). `sampled` is drawn by the caller.
    """
    if outcome is Outcome.NO_RECORD_COVERED and (restricted_hit or sampled):
        return Outcome.PENDING_MANUAL
    return outcome
