"""How much of the directory a participant reads: its own agreements, or everybody's.

A node deals with itself, with the parties of its agreements and with the services of the
federation; the sections of 4,000 strangers would cost it twenty megabytes and tell it nothing. The
certificate service reads the officers of every archive and little else.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from records.agreements import Agreement
from trust.identity.directory_tree import ListedPart
from trust.identity.verified_list import TrustView

SMALL_FEDERATION = 200
"""Members up to which a node reads everybody's section: it can then name any holder."""
OTHERS_KINDS = frozenset({"endpoint", "key", "coverage", "appointment", "hours"})
"""What concerns us in a partner's section; agreements of ours stand in our own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which sections are read, and what in them."""

    own: str = ""
    """Participant id of the reader; its own section is read whole."""
    everyone: bool = False
    """Also the sections of members with whom the reader has no agreement."""
    everyone_up_to: int = 0
    """The same while the federation has at most so many members."""
    kinds: frozenset[str] = OTHERS_KINDS
    """What is read in sections other than the own ones."""

    def reads_all(self, view: TrustView) -> bool:
        """Whether every section is read."""
        return self.everyone or len(view.trust_list.members) <= self.everyone_up_to

    def near(self, view: TrustView) -> tuple[str, ...]:
        """Sections that are read in any case: the own ones and those of services."""
        services = (
            member.participant_id
            for member in view.trust_list.members
            if member.kind != "node" and member.participant_id != self.own
        )
        return (*self.whole(view), *services)

    def whole(self, view: TrustView) -> tuple[str, ...]:
        """The own sections: the participant's and those of the archives it hosts."""
        return sections_of_member(view, self.own) if self.own else ()

    def far(self, view: TrustView, agreements: Iterable[Agreement]) -> tuple[str, ...]:
        """Sections of those with whom we have agreed, as our own section names them."""
        parties = {
            party
            for agreement in agreements
            for party in (*agreement.asking_nodes, *agreement.holding_nodes)
        }
        return tuple(
            section
            for party in sorted(parties - {self.own})
            for section in sections_of_member(view, party)
        )

    def takes(self, section: str, part: ListedPart, whole: Iterable[str]) -> bool:
        """Whether a part of that section is read; `whole` are the own sections."""
        return section in whole or part.kind in self.kinds


EVERYTHING = Scope(
    everyone=True, kinds=frozenset({*OTHERS_KINDS, "agreement", "proposal", "retirement"})
)
"""The whole directory: registries, auditors, small federations."""


def sections_of_member(view: TrustView, participant_id: str) -> tuple[str, ...]:
    """The member's own section and those of the archives that it hosts, by the trust list."""
    return (participant_id, *view.archives_of(participant_id))
