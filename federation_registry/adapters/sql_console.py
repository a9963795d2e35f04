"""Registers of the registry read for its console."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Engine, select

from federation_registry.adapters.tables import acts, certificates
from federation_registry.console_ports import ActRow, CertificateRow


class SqlConsoleBook:
    """`ConsoleBook` on SQL."""

    def __init__(self, engine: Engine) -> None:
        """Read from `engine`."""
        self._engine = engine

    def certificates(self) -> Sequence[CertificateRow]:
        """The newest certificate of each participant; earliest end first."""
        query = select(certificates).order_by(certificates.c.not_after)
        newest: dict[str, CertificateRow] = {}
        with self._engine.connect() as connection:
            for row in connection.execute(query):
                newest[row.participant] = CertificateRow(
                    participant=row.participant,
                    sha256=row.certificate_sha256,
                    not_after=_aware(row.not_after),
                    revoked=row.revoked,
                )
        return sorted(newest.values(), key=lambda row: row.not_after)

    def acts(self, limit: int) -> Sequence[ActRow]:
        """Newest first."""
        query = select(acts).order_by(acts.c.id.desc()).limit(limit)
        with self._engine.connect() as connection:
            return [
                ActRow(at=_aware(row.at), act=row.act, subject=row.subject, officer=row.officer)
                for row in connection.execute(query)
            ]


def _aware(moment: datetime) -> datetime:
    """SQLite gives times back without their zone; they were stored in UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
