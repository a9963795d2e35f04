"""Questions to several archives, in memory: the answer is there at the second look."""

from dataclasses import replace

from node.domain.asking import ANSWERED, PartnerSaid, PartnersAsked
from node.domain.officers import Actor
from records.coverage import Gap
from records.outcomes import Outcome


class FakeAsking:
    """`Asking` for pages; what the archives say is fixed."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.asked: dict[str, PartnersAsked] = {}
        self.looks: dict[str, int] = {}

    def start(self, case_no: str, actor: Actor) -> PartnersAsked:
        asked = PartnersAsked(
            case_no=case_no,
            archive_code=actor.archive_code,
            officer_id=actor.officer_id,
            asked_at=self.clock(),
        )
        self.asked[case_no], self.looks[case_no] = asked, 0
        return asked

    def show(self, case_no: str, actor: Actor) -> PartnersAsked | None:
        asked = self.asked.get(case_no)
        if asked is None:
            return None
        self.looks[case_no] += 1
        if self.looks[case_no] < 2:
            return asked
        return replace(asked, state=ANSWERED, answered_at=self.clock(), outcomes=_SAID)


_SAID = (
    PartnerSaid(
        node_id="shangrao",
        archive_code="361100",
        name="上饶市档案馆",
        outcome=Outcome.HIT_UNIQUE.value,
        count=1,
        tier="id_number",
        covered_from=1950,
        covered_to=2013,
        gaps=(Gap(year_from=1987, year_to=1987, what="城关镇 1987 年卷受潮待修"),),
        index_version=3,
        answer_id="a" * 64,
    ),
    PartnerSaid(
        node_id="haining",
        archive_code="330481",
        name="海宁市档案馆",
        outcome=Outcome.NODE_UNAVAILABLE.value,
        code="PARTNER_TIMEOUT",
    ),
)
