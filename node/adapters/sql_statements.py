"""Signed statements of a case, kept word for word beside the leaf that commits to them.

What was said, received and receipted stays provable (trust.md §4): the row keeps the envelope and
the salt that opens its leaf. Erasure empties `body`; name, identity and proof stay.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from node.adapters import case_tables as t
from node.adapters.case_log import CaseLog
from node.adapters.case_statements import add_statement, is_kept
from node.adapters.row_values import from_ms, to_ms
from node.adapters.sealed_rows import SealedRows
from node.domain.kept_statements import KeptStatement
from trust.envelope.dsse import envelope_from_json, envelope_to_json

NO_LEAF = -1


def keep_statement(
    connection: Connection,
    log: CaseLog,
    rows: SealedRows,
    archive_code: str,
    kept: KeptStatement,
) -> None:
    """The statement is kept with its leaf; a statement that is kept already stays as it is."""
    if kept.envelope is None or is_kept(connection, archive_code, kept.envelope_id):
        return
    index, salt = NO_LEAF, b""
    if kept.in_log:
        index, salt = log.append_statement(connection, archive_code, kept)
    add_statement(
        connection,
        {
            "archive_code": archive_code,
            "envelope_id": kept.envelope_id,
            "case_no": kept.case_no,
            "name": kept.name,
            "payload_type": kept.payload_type,
            "idx": index,
            "salt": salt,
            "at_ms": to_ms(kept.at),
            "body": rows.seal_bytes(
                t.statements, envelope_to_json(kept.envelope), archive_code, kept.envelope_id
            ),
        },
    )


def list_statements(
    connection: Connection, rows: SealedRows, archive_code: str, case_no: str
) -> Sequence[KeptStatement]:
    """What that archive keeps of the case, oldest first."""
    c = t.statements.c
    found = connection.execute(
        select(t.statements)
        .where(c.archive_code == archive_code, c.case_no == case_no)
        .order_by(c.at_ms, c.idx, c.envelope_id)
    )
    return [
        KeptStatement(
            case_no=row.case_no,
            name=row.name,
            envelope=envelope_from_json(rows.open_bytes(t.statements, row)) if row.body else None,
            payload_type=row.payload_type,
            envelope_id=row.envelope_id,
            at=from_ms(row.at_ms),
            in_log=row.idx != NO_LEAF,
            index=row.idx,
            salt=row.salt,
        )
        for row in found
    ]


def erase_bodies(connection: Connection, archive_code: str, case_no: str) -> int:
    """No body of the case is kept any more; how many were."""
    c = t.statements.c
    gone = (
        update(t.statements)
        .where(c.archive_code == archive_code, c.case_no == case_no, c.body.is_not(None))
        .values(body=None)
    )
    return connection.execute(gone).rowcount
