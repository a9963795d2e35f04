"""The citizens' letter box on SQL, in two halves that are never given to the same process."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, Insert, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from node.adapters import citizen_tables as t
from node.adapters.box_counts import take_tallies
from node.adapters.row_values import from_ms, to_ms
from node.citizen_ports import FilingRow, TakenLetter
from node.domain.citizen_limits import Tally
from trust.post.sealing import Address, Sealed
from trust.store.engine import transaction
from trust.store.schema import ensure_schema

DRAFT_LIFE = timedelta(days=7)
FILING_LIFE = timedelta(days=180)
"""After the case has ended; until then it stays."""


def ensure_box(engine: Engine) -> None:
    """The box's tables exist. Raises Refusal: STORE_VERSION, STORE_BUSY."""
    ensure_schema(engine, t.box_metadata, t.BOX_SCHEMA, t.VERSION)
    ensure_schema(engine, t.count_metadata, t.COUNT_SCHEMA, t.VERSION)


class SqlBoxOutside:
    """`BoxOutside`: the half of the pages."""

    def __init__(self, engine: Engine) -> None:
        """Use the box behind `engine`."""
        self._engine = engine

    def save_draft(
        self, locator: str, body: bytes, saved_at: datetime, tallies: Sequence[Tally] = ()
    ) -> None:
        """The draft with that locator is this one."""
        values = {"saved_ms": to_ms(saved_at), "body": body}
        c = t.drafts.c
        with transaction(self._engine) as connection:
            take_tallies(connection, tallies)
            changed = connection.execute(
                update(t.drafts).where(c.locator == locator).values(values)
            ).rowcount
            if not changed:
                connection.execute(insert(t.drafts).values(locator=locator, **values))

    def find_draft(self, locator: str, since: datetime) -> bytes | None:
        """The draft, if it was saved at or after `since`."""
        c = t.drafts.c
        wanted = select(c.body).where(c.locator == locator, c.saved_ms >= to_ms(since))
        with self._engine.connect() as connection:
            body: bytes | None = connection.execute(wanted).scalar_one_or_none()
        return body

    def drop_draft(self, locator: str) -> None:
        """The draft is gone."""
        with transaction(self._engine) as connection:
            connection.execute(delete(t.drafts).where(t.drafts.c.locator == locator))

    def put_paper(self, paper_id: str, body: bytes, at: datetime, tallies: Sequence[Tally]) -> None:
        """The sealed paper waits for its letter."""
        with transaction(self._engine) as connection:
            take_tallies(connection, tallies)
            connection.execute(
                insert(t.papers).values(paper_id=paper_id, at_ms=to_ms(at), body=body)
            )

    def file(self, row: FilingRow, letter: Sealed, tallies: Sequence[Tally]) -> bool:
        """Filing and letter are there and the draft is gone; False where the code is used up."""
        try:
            with transaction(self._engine) as connection:
                take_tallies(connection, tallies)
                connection.execute(
                    insert(t.filings).values(
                        filing_id=row.filing_id,
                        code_locator=row.code_locator,
                        person_locator=row.person_locator,
                        by_code=row.by_code,
                        by_person=row.by_person,
                        filed_ms=to_ms(row.filed_at),
                        view=b"",
                        ended_ms=0,
                        received=False,
                    )
                )
                connection.execute(_letter(letter))
                connection.execute(delete(t.drafts).where(t.drafts.c.locator == row.code_locator))
        except IntegrityError:
            return False
        return True

    def send(self, letter: Sealed, tallies: Sequence[Tally]) -> None:
        """One more letter about a filing."""
        with transaction(self._engine) as connection:
            take_tallies(connection, tallies)
            connection.execute(_letter(letter))

    def send_receipt(self, filing_id: str, letter: Sealed) -> None:
        """The one letter that says that the extract was received; the filing is marked."""
        this = t.filings.c.filing_id == filing_id
        with transaction(self._engine) as connection:
            connection.execute(_letter(letter))
            connection.execute(update(t.filings).where(this).values(received=True))

    def find_filing(self, *, code_locator: str = "", filing_id: str = "") -> FilingRow | None:
        """The filing with that code, or that id."""
        c = t.filings.c
        this = c.code_locator == code_locator if code_locator else c.filing_id == filing_id
        with self._engine.connect() as connection:
            row = connection.execute(select(t.filings).where(this)).one_or_none()
        return None if row is None else _filing(row)

    def list_filings(self, person_locator: str) -> Sequence[FilingRow]:
        """Filings of a person, newest first."""
        c = t.filings.c
        wanted = (
            select(t.filings)
            .where(c.person_locator == person_locator)
            .order_by(c.filed_ms.desc(), c.filing_id)
            .limit(100)
        )
        with self._engine.connect() as connection:
            return [_filing(row) for row in connection.execute(wanted)]

    def relock(self, filing_id: str, person_locator: str, by_person: bytes) -> None:
        """The filing is found and opened by its person under another key."""
        this = t.filings.c.filing_id == filing_id
        values = {"person_locator": person_locator, "by_person": by_person}
        with transaction(self._engine) as connection:
            connection.execute(update(t.filings).where(this).values(values))

    def count_under(self, prefix: str) -> int:
        """Filings of people whose locator begins so; "" = those of before keys had numbers."""
        c = t.filings.c.person_locator
        begins = c.startswith(prefix, autoescape=True) if prefix else ~c.contains(".")
        wanted = select(func.count()).select_from(t.filings).where(begins)
        with self._engine.connect() as connection:
            return int(connection.execute(wanted).scalar_one())

    def find_file(self, filing_id: str, sha256: str) -> bytes | None:
        """A sealed extract, sealed under the filing's view key."""
        c = t.files.c
        wanted = select(c.body).where(c.filing_id == filing_id, c.sha256 == sha256)
        with self._engine.connect() as connection:
            body: bytes | None = connection.execute(wanted).scalar_one_or_none()
        return body


class SqlBoxInside:
    """`BoxInside`: the half of the node."""

    def __init__(self, engine: Engine) -> None:
        """Use the box behind `engine`."""
        self._engine = engine

    def take(self, limit: int) -> Sequence[TakenLetter]:
        """The oldest letters; they stay until `put_away`."""
        wanted = select(t.letters).order_by(t.letters.c.seq).limit(limit)
        with self._engine.connect() as connection:
            return [_taken(row) for row in connection.execute(wanted)]

    def put_away(self, sequence: int) -> None:
        """The letter is gone."""
        with transaction(self._engine) as connection:
            connection.execute(delete(t.letters).where(t.letters.c.seq == sequence))

    def read_paper(self, paper_id: str) -> bytes | None:
        """A paper, sealed under the key that its letter names."""
        wanted = select(t.papers.c.body).where(t.papers.c.paper_id == paper_id)
        with self._engine.connect() as connection:
            body: bytes | None = connection.execute(wanted).scalar_one_or_none()
        return body

    def drop_paper(self, paper_id: str) -> None:
        """The paper is gone."""
        with transaction(self._engine) as connection:
            connection.execute(delete(t.papers).where(t.papers.c.paper_id == paper_id))

    def put_view(self, filing_id: str, view: bytes, at: datetime, *, final: bool) -> None:
        """The newest view; `final` starts the time after which the filing is thrown away."""
        values = {"view": view, "ended_ms": to_ms(at) if final else 0}
        with transaction(self._engine) as connection:
            connection.execute(
                update(t.filings).where(t.filings.c.filing_id == filing_id).values(values)
            )

    def has_file(self, filing_id: str, sha256: str) -> bool:
        """Whether that extract lies in the box."""
        c = t.files.c
        wanted = select(c.sha256).where(c.filing_id == filing_id, c.sha256 == sha256)
        with self._engine.connect() as connection:
            return connection.execute(wanted).first() is not None

    def put_file(self, filing_id: str, sha256: str, body: bytes) -> None:
        """The extract, sealed under the view key, lies in the box."""
        row = insert(t.files).values(filing_id=filing_id, sha256=sha256, body=body)
        with transaction(self._engine) as connection:
            connection.execute(row)

    def prune(self, now: datetime) -> int:
        """Old drafts, papers without a letter and long finished filings are gone; how many."""
        old_draft, old_filing = to_ms(now - DRAFT_LIFE), to_ms(now - FILING_LIFE)
        f = t.filings.c
        ended = select(f.filing_id).where(f.ended_ms > 0, f.ended_ms < old_filing)
        with transaction(self._engine) as connection:
            gone = [
                connection.execute(statement).rowcount
                for statement in (
                    delete(t.drafts).where(t.drafts.c.saved_ms < old_draft),
                    delete(t.papers).where(t.papers.c.at_ms < to_ms(now - 2 * DRAFT_LIFE)),
                    delete(t.files).where(t.files.c.filing_id.in_(ended)),
                    delete(t.filings).where(f.ended_ms > 0, f.ended_ms < old_filing),
                )
            ]
        return sum(gone)


def _letter(letter: Sealed) -> Insert:
    address = letter.address
    return insert(t.letters).values(
        message_id=address.message_id,
        sender=address.sender,
        recipient=address.recipient,
        suite=letter.suite,
        kid=letter.kid,
        ciphertext=letter.ciphertext,
    )


def _taken(row: Row[tuple[object, ...]]) -> TakenLetter:
    address = Address(message_id=row.message_id, sender=row.sender, recipient=row.recipient)
    sealed = Sealed(address=address, suite=row.suite, kid=row.kid, ciphertext=row.ciphertext)
    return TakenLetter(sequence=row.seq, sealed=sealed)


def _filing(row: Row[tuple[object, ...]]) -> FilingRow:
    return FilingRow(
        filing_id=row.filing_id,
        code_locator=row.code_locator,
        person_locator=row.person_locator,
        by_code=row.by_code,
        by_person=row.by_person,
        filed_at=from_ms(row.filed_ms),
        view=row.view,
        received=row.received,
    )
