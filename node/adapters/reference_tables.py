"""Loads the tables that set-up generated (`python -m deploy.tables`) for `records/`."""

import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from node.domain.catalogue_reasons import TABLES_MISSING
from records.dialects import PROFILES, WU, DialectProfile, parse_profile
from records.lunar import parse_lunar_table
from records.name_likeness import NameLikeness
from records.name_shapes import parse_shape_table
from records.name_sounds import parse_reading_table
from records.person_names import parse_variant_table
from records.queries import RecordQuery
from records.reasons import DIALECT_MALFORMED
from records.refusal import Refusal
from records.sought import QueryReader, Sought


@dataclass(frozen=True, slots=True)
class RememberingReader(QueryReader):
    """Reads the same query once: where it leads to and what is searched begin with one reading."""

    _last: list[tuple[RecordQuery, Sought]] = field(default_factory=list, init=False, repr=False)

    def read(self, query: RecordQuery) -> Sought:
        """See `QueryReader.read`."""
        for known, sought in tuple(self._last):
            if known is query:
                return sought
        sought = QueryReader.read(self, query)
        self._last[:] = [(query, sought)]
        return sought


def load_query_reader(folder: Path, profile: DialectProfile = WU) -> QueryReader:
    """The reader of queries and imports, from the tables in `folder`.

    Raises:
        Refusal: TABLES_MISSING, TABLE_DAMAGED.
    """
    sounds = parse_reading_table(_load(folder / "readings.json"), profile)
    shapes = parse_shape_table(_load(folder / "shapes.json"))
    return RememberingReader(
        folding=parse_variant_table(_load(folder / "variants.json")),
        calendar=parse_lunar_table(_load(folder / "lunar.json")),
        likeness=NameLikeness(sounds, shapes),
    )


def load_profile(dialect: str, data: Path) -> DialectProfile:
    """The profile of that name, or out of that file in the data folder.

    Raises:
        Refusal: DIALECT_MALFORMED.
    """
    if not dialect.endswith(".toml"):
        if dialect not in PROFILES:
            raise Refusal(DIALECT_MALFORMED, f"dialect: {dialect[:40]}")
        return PROFILES[dialect]
    try:
        content = tomllib.loads((data / dialect).read_text("utf-8"))
    except (OSError, ValueError):
        raise Refusal(DIALECT_MALFORMED, Path(dialect).name) from None
    return parse_profile(content)


def _load(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise Refusal(TABLES_MISSING, path.name) from None
    if not isinstance(content, dict):
        raise Refusal(TABLES_MISSING, path.name)
    return content
