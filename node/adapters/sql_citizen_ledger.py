"""Which case a citizen's filing became, in the node's own database."""

from collections.abc import Callable

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine, Row, insert, select, update

from node.adapters import citizen_tables as t
from node.citizen_ports import LedgerRow
from trust.store.engine import transaction
from trust.store.schema import ensure_schema

_CURSOR = "events"
_NONCE_BYTES = 12


class SqlCitizenLedger:
    """`CitizenLedger`; view keys lie sealed under the node's secret."""

    def __init__(self, engine: Engine, secret: bytes, random: Callable[[int], bytes]) -> None:
        """The tables exist. Raises Refusal: STORE_VERSION, STORE_BUSY."""
        ensure_schema(engine, t.ledger_metadata, t.LEDGER_SCHEMA, t.VERSION)
        key = HKDF(SHA256(), 32, salt=None, info=b"lantai citizen ledger").derive(secret)
        self._engine, self._cipher, self._random = engine, AESGCM(key), random

    def add(self, row: LedgerRow) -> LedgerRow:
        """The row, or the one that was there before under the same filing id."""
        with transaction(self._engine) as connection:
            this = select(t.ledger).where(t.ledger.c.filing_id == row.filing_id)
            there = connection.execute(this).one_or_none()
            if there is not None:
                return self._row(there)
            nonce = self._random(_NONCE_BYTES)
            sealed = self._cipher.encrypt(nonce, row.view_key, row.filing_id.encode())
            connection.execute(
                insert(t.ledger).values(
                    filing_id=row.filing_id,
                    archive_code=row.archive_code,
                    filer=row.filer,
                    case_no=row.case_no,
                    delivery=row.delivery,
                    view_key=nonce + sealed,
                )
            )
        return row

    def name_case(self, filing_id: str, case_no: str) -> None:
        """The filing became that case."""
        this = t.ledger.c.filing_id == filing_id
        with transaction(self._engine) as connection:
            connection.execute(update(t.ledger).where(this).values(case_no=case_no))

    def find(self, *, filing_id: str = "", case_no: str = "") -> LedgerRow | None:
        """The row of that filing, or of that case."""
        c = t.ledger.c
        this = c.filing_id == filing_id if filing_id else c.case_no == case_no
        with self._engine.connect() as connection:
            row = connection.execute(select(t.ledger).where(this)).first()
        return None if row is None else self._row(row)

    def cursor(self) -> int:
        """Sequence of the last event that views were written for."""
        wanted = select(t.cursors.c.sequence).where(t.cursors.c.name == _CURSOR)
        with self._engine.connect() as connection:
            return int(connection.execute(wanted).scalar_one_or_none() or 0)

    def advance(self, sequence: int) -> None:
        """Views of all events up to that one are written."""
        this = update(t.cursors).where(t.cursors.c.name == _CURSOR)
        with transaction(self._engine) as connection:
            if not connection.execute(this.values(sequence=sequence)).rowcount:
                connection.execute(insert(t.cursors).values(name=_CURSOR, sequence=sequence))

    def _row(self, row: Row[tuple[object, ...]]) -> LedgerRow:
        sealed: bytes = row.view_key
        opened = self._cipher.decrypt(
            sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], row.filing_id.encode()
        )
        return LedgerRow(
            filing_id=row.filing_id,
            archive_code=row.archive_code,
            filer=row.filer,
            case_no=row.case_no,
            delivery=row.delivery,
            view_key=opened,
        )
