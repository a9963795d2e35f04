"""What really goes wrong in registers, put into the rows on purpose (domain.md §2).

Missing pages, two couples on one page, stubs only, swapped sex columns, borrowed and mistyped
identity numbers, volumes without a title, restricted, unreviewed and secret rows.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from deploy.holdings.columns import Row

_FULL_ENTRY_ONLY = (
    "a_occupation",
    "a_residence",
    "a_native_place",
    "a_ethnicity",
    "a_birth",
    "b_occupation",
    "b_residence",
    "b_native_place",
    "b_ethnicity",
    "b_birth",
)


def lose_a_page(row: Row) -> None:
    """The record runs over two pages, and the second is missing from the volume."""
    row["page_to"] = str(int(row["page_from"]) + 1)
    row["damage"] = f"缺第{row['page_to']}页"


def leave_only_the_stub(row: Row) -> None:
    """The register is lost, the certificate's counterfoil (存根) was kept: names and date."""
    for column in _FULL_ENTRY_ONLY:
        row.pop(column, None)
    row["remarks"] = "登记簿缺，仅存结婚证存根"


def swap_sex_columns(row: Row) -> None:
    """The typist filled 男方 with the woman and 女方 with the man."""
    parties = ("a_", "b_")
    taken = {
        prefix: {column[2:]: row.pop(column) for column in list(row) if column.startswith(prefix)}
        for prefix in parties
    }
    for prefix, other in zip(parties, reversed(parties), strict=True):
        row |= {prefix + column: value for column, value in taken[other].items()}
        row[f"{prefix}sex"] = "男" if prefix == "a_" else "女"


def borrow_an_id_number(row: Row) -> None:
    """The woman was registered under a younger relative's number: birth and number disagree."""
    row["b_birth"] = f"{int(row['b_birth'][:4]) - 3}{row['b_birth'][4:8]}15"


def mistype_an_id_number(row: Row) -> None:
    """One digit of the woman's number is wrong: the check digit no longer fits."""
    number = row["b_id_no"]
    row["b_id_no"] = number[:16] + str((int(number[16]) + 2) % 10) + number[17]


def drop_the_title(row: Row) -> None:
    """The volume was never given a title."""
    row["title"] = ""


def _set(column: str, value: str) -> Callable[[Row], None]:
    def apply(row: Row) -> None:
        row[column] = value

    return apply


def has_new_number(row: Row) -> bool:
    """Whether the woman is recorded with an 18-character number and a full date of birth."""
    return len(row.get("b_id_no", "")) == 18 and len(row.get("b_birth", "")) == 10


def is_any(row: Row) -> bool:
    """Every row will do."""
    return bool(row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """What is put into how many rows of an archive, and into which."""

    count: int
    spring: Callable[[Row], None]
    fits: Callable[[Row], bool] = is_any


MARRIAGE_TRAPS = (
    Trap(count=8, spring=borrow_an_id_number, fits=has_new_number),
    Trap(count=6, spring=mistype_an_id_number, fits=has_new_number),
    Trap(count=12, spring=lose_a_page),
    Trap(count=15, spring=leave_only_the_stub),
    Trap(count=12, spring=swap_sex_columns),
    Trap(count=25, spring=drop_the_title),
    Trap(count=20, spring=_set("open_status", "restricted")),
    Trap(count=15, spring=_set("open_status", "not_reviewed")),
    Trap(count=6, spring=_set("open_status", "deferred")),
    Trap(count=4, spring=_set("secrecy_level", "秘密")),
)
"""The choosiest first."""


def spring_traps(rng: Random, rows: list[Row]) -> None:
    """Each trap is in the rows as often as the table says, no row in two of them."""
    free = list(range(len(rows)))
    for trap in MARRIAGE_TRAPS:
        chosen = rng.sample([index for index in free if trap.fits(rows[index])], trap.count)
        for index in chosen:
            trap.spring(rows[index])
        free = [index for index in free if index not in chosen]


def share_pages(rng: Random, rows: list[Row], pairs: int) -> None:
    """`pairs` times, two couples of one commune register stand on the same page."""
    old = [index for index in range(len(rows) - 1) if int(rows[index]["year"]) < 1970]
    for index in rng.sample(old, min(pairs, len(old))):
        first, second = rows[index], rows[index + 1]
        second["page_from"] = second["page_to"] = first["page_from"]
        first["remarks"] = second["remarks"] = "同页登记两对"
