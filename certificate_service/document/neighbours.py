"""Which blocks and rows belong beside each other, and how far apart they stand."""

from collections.abc import Sequence

from certificate_service.document.flowing import Block
from certificate_service.document.layout import Layout
from records.release import ExtractRow


def with_company(blocks: Sequence[Block], count: int) -> int:
    """How many blocks stay on the page: remarks alone never make a page of their own."""
    kept = count
    while kept > 1 and blocks[kept].kind == "note":
        kept -= 1
    return kept if blocks[kept].kind == "paragraph" else count


def gaps(layout: Layout, blocks: Sequence[Block]) -> tuple[float, ...]:
    """Space above each block, millimetres."""
    body = layout.body
    space = {
        ("paragraph", "row"): body.table_gap_before,
        ("row", "paragraph"): body.table_gap_after,
        ("row", "note"): body.table_gap_after,
        ("paragraph", "note"): body.note_gap,
    }
    kinds = [block.kind for block in blocks]
    return tuple(
        space.get((before, kind), 0.0)
        for before, kind in zip(["", *kinds[:-1]], kinds, strict=True)
    )


def partner_of(row: ExtractRow, rest: Sequence[ExtractRow]) -> ExtractRow | None:
    """The same field of the other spouse: 男方姓名 and 女方姓名, wherever the order lists it."""
    if not row.field.startswith("a_"):
        return None
    wanted = f"b_{row.field[2:]}"
    return next((other for other in rest if other.field == wanted), None)


def has_partner(row: ExtractRow, following: ExtractRow, rest: Sequence[ExtractRow]) -> bool:
    """True when the next row belongs beside another one, or this one stands for one spouse."""
    alone = row.field.startswith(("a_", "b_")) != following.field.startswith(("a_", "b_"))
    return alone or partner_of(following, rest) is not None
