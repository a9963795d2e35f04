"""What routing knows of the federation, indexed: coverage, agreements, members.

Built once from a verified directory and then only read. Sized for 4,000 members, 40,000
agreements and 120,000 coverage rows: a question touches the rows of its own category and areas.
"""

from collections import defaultdict
from collections.abc import Iterable

from records.agreement_rules import newest_versions
from records.agreement_standing import NONE_ENDED, Endings
from records.agreements import Agreement
from records.coverage import HoldingsCoverage
from records.coverage_rules import area_prefix, newest_declarations


class RouteIndex:
    """Directory facts by the keys that routing asks for. Immutable once built."""

    def __init__(
        self,
        *,
        coverage: Iterable[HoldingsCoverage],
        agreements: Iterable[Agreement],
        active_nodes: Iterable[str],
        archive_names: Iterable[tuple[str, str]] = (),
        ended: Endings = NONE_ENDED,
    ) -> None:
        """Index the facts.

        Args:
            coverage: Declarations; the highest sequence of each archive and category counts.
            agreements: Agreements signed by both sides; the highest version of each counts.
            active_nodes: Members in state active and not denied.
            archive_names: (archive_code, name) of every listed archive.
            ended: Announced ends of agreements.
        """
        self.active_nodes = frozenset(active_nodes)
        self.ended = ended
        self._names = dict(archive_names)
        self._at: dict[tuple[str, str], list[HoldingsCoverage]] = defaultdict(list)
        self._beneath: dict[tuple[str, str], list[HoldingsCoverage]] = defaultdict(list)
        for declared in newest_declarations(coverage):
            self._add(declared)
        self._agreements: dict[tuple[str, str], list[Agreement]] = defaultdict(list)
        for agreement in newest_versions(agreements):
            for asking in agreement.asking_nodes:
                for holding in agreement.holding_nodes:
                    self._agreements[asking, holding].append(agreement)

    def _add(self, declared: HoldingsCoverage) -> None:
        for area in declared.areas:
            prefix = area_prefix(area)
            self._at[declared.category, prefix].append(declared)
            for length in (2, 4):
                if length < len(prefix):
                    self._beneath[declared.category, prefix[:length]].append(declared)

    def find_coverage(self, category: str, areas: Iterable[str]) -> tuple[HoldingsCoverage, ...]:
        """Declarations of the category that touch any of the areas, each once, in stable order."""
        found: dict[tuple[str, str], HoldingsCoverage] = {}
        for area in areas:
            prefix = area_prefix(area)
            touching = [
                declared
                for length in (2, 4, 6)
                if length <= len(prefix)
                for declared in self._at.get((category, prefix[:length]), ())
            ]
            for declared in touching + self._beneath.get((category, prefix), []):
                found[declared.node_id, declared.archive_code] = declared
        return tuple(found[key] for key in sorted(found))

    def agreements_between(self, asking_node: str, holding_node: str) -> tuple[Agreement, ...]:
        """Agreements that join the two in this direction, whatever their terms."""
        return tuple(self._agreements.get((asking_node, holding_node), ()))

    def archive_name(self, archive_code: str) -> str:
        """Name of the archive, or its code where the name is not listed."""
        return self._names.get(archive_code, archive_code)
