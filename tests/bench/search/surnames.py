"""How often surnames are borne: the frequencies of the shared data's family names."""

import csv
from pathlib import Path


def read_surnames(data: Path) -> dict[str, int]:
    """Surname -> weight, from `names/chinese_family_name_1k.csv` (Chinese-Names-Corpus)."""
    with (data / "names/chinese_family_name_1k.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["NameB"]: round(float(row["TF"])) for row in csv.DictReader(file)}
