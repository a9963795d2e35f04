"""Corrections in memory, for tests of pages: one entry, one proposal at a time."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from node.domain.correction_reasons import CORRECTION_DECIDED, CORRECTION_UNKNOWN
from node.domain.corrections import (
    Affected,
    AffectedView,
    Clue,
    Correction,
    CorrectionView,
    DecideCorrection,
    ProposeCorrection,
    ReopenCommand,
    find_page,
    get_column,
    value_of,
    verify_region,
)
from node.domain.officers import Actor
from node.services.correction_doors import Corrections
from records.entries import CatalogueEntry
from records.kinds import get_kind
from records.refusal import Refusal

NUMBER = "361100-2026-000011"


class FakeCorrections:
    """Both doors."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.made: dict[str, Correction] = {}
        self.reopened: list[ReopenCommand] = []
        self.step = "open"
        self.refuses: Refusal | None = None

    def doors(self) -> Corrections:
        return Corrections(index=self, views=self, replacing=self, batches=self)  # type: ignore[arg-type]

    def open_entry(self, reference_code: str, actor: Actor) -> CatalogueEntry:
        entry = self.world.entry
        if reference_code != entry.reference_code:
            raise Refusal(CORRECTION_UNKNOWN, reference_code[:40])
        return entry

    def page_image(self, reference_code: str, sha256: str, actor: Actor) -> tuple[bytes, str]:
        page = find_page(self.world.entry, sha256)
        return self.world.images.get(page.sha256), page.media_type

    def propose(self, command: ProposeCorrection, actor: Actor) -> Correction:
        if self.refuses:
            raise self.refuses
        entry = self.world.entry
        spec = get_column(get_kind(entry.category), command.field)
        page = find_page(entry, command.image)
        made = Correction(
            correction_id=f"XZ-{actor.archive_code}-2026-{len(self.made) + 1:06d}",
            archive_code=actor.archive_code,
            category=entry.category,
            reference_code=entry.reference_code,
            field=spec.code,
            label=spec.label,
            old_value=value_of(entry, spec.code),
            new_value=command.new_value,
            image=page.sha256,
            page_no=page.page_no,
            region=verify_region(command.region),
            reason=command.reason,
            because=command.because,
            entry_version=1,
            proposed_by=actor.officer_id,
            proposed_at=self.world.clock(),
        )
        self.made[made.correction_id] = made
        return made

    def decide(self, command: DecideCorrection, actor: Actor) -> Correction:
        found = self.made[command.correction_id]
        if found.state != "proposed":
            raise Refusal(CORRECTION_DECIDED)
        affected = (Affected(case_no="LT-361100-20261121-0011", number=NUMBER, release_id="r"),)
        self.made[found.correction_id] = replace(
            found,
            state="approved" if command.approve else "returned",
            note=command.note,
            decided_by=actor.officer_id,
            decided_at=self.world.clock(),
            index_version=4 if command.approve else 0,
            affected=affected if command.approve else (),
        )
        return self.made[found.correction_id]

    def list(
        self, actor: Actor, states: Sequence[str] = (), limit: int = 100
    ) -> Sequence[Correction]:
        return [one for one in self.made.values() if not states or one.state in states]

    def view(self, correction_id: str, actor: Actor) -> CorrectionView:
        found = self.made.get(correction_id)
        if found is None:
            raise Refusal(CORRECTION_UNKNOWN)
        return CorrectionView(
            correction=found,
            entry=self.world.entry,
            proposer="黄英",
            decider="邓珂" if found.decided_by else "",
            own=found.proposed_by == actor.officer_id,
            affected=tuple(AffectedView(certificate=one, step=self.step) for one in found.affected),
        )

    def clues(self, actor: Actor, limit: int = 20) -> Sequence[Clue]:
        entry = self.world.entry
        return [
            Clue(
                case_no="LT-361100-20261121-0011",
                reference_code=entry.reference_code,
                field="b_birth",
                label="女方出生日期",
                index_value="1964-02-09",
                page_value="一九六四年二月十九日",
            )
        ]

    def reopen(self, command: ReopenCommand, actor: Actor) -> None:
        self.reopened.append(command)

    def notice(self, correction_id: str, number: str, actor: Actor) -> bytes:
        return self.world.pdf
