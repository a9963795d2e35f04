"""A verdict as data: what `verify --json` prints and `POST /api/verify` answers."""

from typing import Literal

import msgspec

from certificate_service.domain.advice import advice_of, english_of
from certificate_service.domain.verdict import Verdict


class StepReport(msgspec.Struct, frozen=True, kw_only=True):
    """One of the ten steps."""

    n: int
    what: str
    ok: bool | None
    """True = holds, False = does not, None = could not be looked at."""
    detail: str
    grave: bool = False
    """The list is older than 72 hours or was rolled back: shown red."""


class CertificateReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What may be shown; on failure number and holder at most, never anything about a person."""

    number: str = ""
    holder: str = ""
    template: str = ""
    issued_at: str = ""
    masked_names: str = ""
    pages: int = 0
    sample: bool = False
    verify_url: str = ""
    facts: tuple[str, ...] = ()
    """Only with the right 核验码."""


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer."""

    verdict: str
    """V00 to V99."""
    genuine: bool | None
    level: Literal["", "B", "T", "LT", "LTA"]
    status: Literal["valid", "superseded", "revoked", "suspended", "not checked"]
    banner: str
    advice: str
    banner_en: str
    advice_en: str
    steps: tuple[StepReport, ...]
    certificate: CertificateReport


def report_of(verdict: Verdict) -> Report:
    """The verdict as data."""
    shown, in_english = verdict.shown, english_of(verdict)
    return Report(
        verdict=verdict.code,
        genuine=verdict.genuine,
        level=msgspec.convert(verdict.level, Literal["", "B", "T", "LT", "LTA"]),
        status=msgspec.convert(
            verdict.status,
            Literal["valid", "superseded", "revoked", "suspended", "not checked"],
        ),
        banner=verdict.banner,
        advice=advice_of(verdict),
        banner_en=in_english[0],
        advice_en=in_english[1],
        steps=tuple(
            StepReport(
                n=int(step.n), what=step.what, ok=step.ok, detail=step.detail, grave=step.grave
            )
            for step in verdict.steps
        ),
        certificate=CertificateReport(
            number=shown.number,
            holder=shown.holder,
            template=shown.template,
            issued_at=shown.issued_at,
            masked_names=shown.masked_names,
            pages=shown.pages,
            sample=shown.sample,
            verify_url=shown.verify_url,
            facts=shown.facts,
        ),
    )
