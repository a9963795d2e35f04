"""Generates the calendar, variant, reading and shape tables that callers hand to `records/`.

They come from pinned packages at set-up and land in an ignored build folder: nothing third-party
is committed and nothing is fetched at run time (architecture.md, "Parts from elsewhere").
"""

import argparse
import json
from collections.abc import Callable, Iterator
from datetime import date
from importlib import metadata, resources
from pathlib import Path

from deploy.shapes import shape_source, shape_table

FIRST_LUNAR_YEAR = 1840
LAST_LUNAR_YEAR = 2100
MOST_READINGS = 4
"""More readings than this per character would only add strangers."""

_JULIAN_DAY_OF_ORDINAL_ZERO = 1721425


def lunar_table() -> dict[str, object]:
    """Month lengths of the lunar years 1840-2100.

    `years` holds `[first day ISO, leap month or 0, [days of each month in order]]`; a leap month
    stands directly after the month whose number it repeats.
    """
    from lunar_python import LunarYear

    years: list[list[object]] = []
    for year in range(FIRST_LUNAR_YEAR, LAST_LUNAR_YEAR + 1):
        lunar_year = LunarYear.fromYear(year)
        months = [month for month in lunar_year.getMonths() if month.getYear() == year]
        julian_day = int(months[0].getFirstJulianDay())
        first = date.fromordinal(julian_day - _JULIAN_DAY_OF_ORDINAL_ZERO)
        lengths = [month.getDayCount() for month in months]
        years.append([first.isoformat(), abs(lunar_year.getLeapMonth()), lengths])
    return {
        "source": f"lunar-python {metadata.version('lunar-python')}",
        "first_year": FIRST_LUNAR_YEAR,
        "years": years,
    }


def variant_table() -> dict[str, object]:
    """Each character that has a simplified or standard form, and that form."""
    simplified = dict(_characters("TSCharacters"))
    # 乾 (qián, as in many given names) is a standard character of its own.
    del simplified["乾"]
    regional = {**dict(_characters("HKVariantsRev")), **dict(_characters("TWVariantsRev"))}
    # A Japanese form that is itself a standard Chinese character (芸, 弁, 予) is left alone:
    # folding it would merge two different names.
    japanese = {
        new: old for old, new in _characters("JPVariants") if old != new and not _is_gb2312(new)
    }
    folded: dict[str, str] = {}
    for character in sorted({*simplified, *regional, *japanese}):
        if _is_gb2312(character) and character not in simplified:
            continue  # Standard already; its regional twin folds to it, not it to the twin.
        traditional = japanese.get(character, character)
        traditional = regional.get(traditional, traditional)
        target = simplified.get(character) or simplified.get(traditional, traditional)
        if target != character:
            folded[character] = target
    folded = {character: folded.get(target, target) for character, target in folded.items()}
    folded = {character: target for character, target in folded.items() if target != character}
    version = metadata.version("opencc-python-reimplemented")
    return {"source": f"opencc-python-reimplemented {version}", "map": folded}


def reading_table() -> dict[str, object]:
    """Toneless readings of each character, commonest first, at most `MOST_READINGS`."""
    from pypinyin import Style, pinyin
    from pypinyin.constants import PINYIN_DICT

    readings: dict[str, list[str]] = {}
    for code_point in sorted(PINYIN_DICT):
        character = chr(code_point)
        found = pinyin(character, style=Style.NORMAL, heteronym=True)[0]
        plain = dict.fromkeys(reading.replace("ü", "v") for reading in found)
        readings[character] = list(plain)[:MOST_READINGS]
    return {"source": f"pypinyin {metadata.version('pypinyin')}", "readings": readings}


def write_tables(folder: Path) -> dict[str, int]:
    """Write the tables as JSON; returns bytes by file name.

    Shapes take ten seconds: those that are there already, from the same packages, are kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    sizes: dict[str, int] = {}
    shapes = _read_kept(folder / "shapes.json", shape_source())
    tables: dict[str, Callable[[], dict[str, object]]] = {
        "lunar": lunar_table,
        "variants": variant_table,
        "readings": reading_table,
        "shapes": lambda: shapes or shape_table(),
    }
    for name, build in tables.items():
        data = json.dumps(build(), ensure_ascii=False, separators=(",", ":")).encode()
        target = folder / f"{name}.json"
        partial = target.with_suffix(".part")
        partial.write_bytes(data)
        partial.replace(target)
        sizes[target.name] = len(data)
    return sizes


def _read_kept(path: Path, source: str) -> dict[str, object] | None:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    is_same = isinstance(content, dict) and content.get("source") == source
    return content if is_same else None


def _characters(name: str) -> Iterator[tuple[str, str]]:
    """Pairs of single characters of one OpenCC dictionary, first value each."""
    text = resources.files("opencc").joinpath("dictionary", f"{name}.txt").read_text("utf-8")
    for line in text.splitlines():
        key, _, values = line.partition("\t")
        value = values.split(" ")[0].strip()
        if len(key) == 1 and len(value) == 1:
            yield key, value


def _is_gb2312(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def main() -> int:
    """Write the tables into the folder named on the command line."""
    parser = argparse.ArgumentParser(prog="python -m deploy.tables", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("var/parts/tables"))
    for name, size in write_tables(parser.parse_args().folder).items():
        print(f"{name} {size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
