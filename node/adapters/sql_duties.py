"""Lookups, misuse alerts and complaints, inside the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from node.adapters import duty_tables as t
from node.adapters.row_values import from_ms, to_ms
from node.adapters.sealed_rows import SealedRows
from node.domain.complaints import Complaint
from node.domain.misuse import OPEN, Alert, Lookup
from node.domain.reasons import CASE_CHANGED
from node.domain.rights_reasons import COMPLAINT_UNKNOWN
from records.refusal import Refusal

_MOST_LOOKUPS = 500
"""Far above every rule's count, so that a busy hour does not make each look dearer."""


class SqlDuties:
    """`DutyWriter` on one connection."""

    _connection: Connection
    _rows: SealedRows

    def lookups_of(self, officer_id: str, since: datetime) -> Sequence[Lookup]:
        """What the officer dealt with since then, newest first; the last 500 say enough."""
        c = t.lookups.c
        query = (
            select(t.lookups)
            .where(c.officer_id == officer_id, c.at_ms >= to_ms(since))
            .order_by(c.at_ms.desc())
            .limit(_MOST_LOOKUPS)
        )
        return [
            Lookup(
                officer_id=row.officer_id,
                archive_code=row.archive_code,
                kind=row.kind,
                name_key=row.name_key,
                case_no=row.case_no,
                at=from_ms(row.at_ms),
            )
            for row in self._connection.execute(query)
        ]

    def add_lookup(self, lookup_id: str, lookup: Lookup, keep_since: datetime) -> None:
        """One more name; what lies before `keep_since` is forgotten."""
        forget = delete(t.lookups).where(t.lookups.c.at_ms < to_ms(keep_since))
        self._connection.execute(forget)
        self._connection.execute(
            insert(t.lookups).values(
                lookup_id=lookup_id,
                officer_id=lookup.officer_id,
                archive_code=lookup.archive_code,
                kind=lookup.kind,
                name_key=lookup.name_key,
                case_no=lookup.case_no,
                at_ms=to_ms(lookup.at),
            )
        )

    def forget_lookups(self, officer_id: str) -> None:
        """The officer's count begins anew."""
        self._connection.execute(delete(t.lookups).where(t.lookups.c.officer_id == officer_id))

    def open_alerts(self, officer_id: str) -> Sequence[Alert]:
        """Alerts about the officer that nobody has acknowledged."""
        c = t.alerts.c
        query = select(t.alerts).where(c.officer_id == officer_id, c.state == OPEN)
        return [_alert(row) for row in self._connection.execute(query)]

    def list_alerts(self, archive_code: str, limit: int) -> Sequence[Alert]:
        """Alerts at the archive, open ones first, then newest first."""
        c = t.alerts.c
        query = (
            select(t.alerts)
            .where(c.archive_code == archive_code)
            .order_by(c.state.desc(), c.at_ms.desc(), c.alert_id)
            .limit(limit)
        )
        return [_alert(row) for row in self._connection.execute(query)]

    def save_alert(self, alert: Alert) -> None:
        """The alert as given; a new one or a known one."""
        values = {
            "archive_code": alert.archive_code,
            "officer_id": alert.officer_id,
            "rule": alert.rule,
            "at_ms": to_ms(alert.at),
            "names": alert.names,
            "blocks": int(alert.blocks),
            "state": alert.state,
            "acknowledged_by": alert.acknowledged_by,
            "acknowledged_ms": to_ms(alert.acknowledged_at),
            "note": alert.note,
        }
        known = update(t.alerts).where(t.alerts.c.alert_id == alert.alert_id).values(**values)
        if self._connection.execute(known).rowcount != 1:
            self._connection.execute(insert(t.alerts).values(alert_id=alert.alert_id, **values))

    def get_complaint(self, number: str) -> Complaint:
        """The complaint. Raises Refusal: COMPLAINT_UNKNOWN."""
        query = self._rows.select(t.complaints).where(t.complaints.c.number == number)
        row = self._connection.execute(query).first()
        if row is None:
            raise Refusal(COMPLAINT_UNKNOWN, number[:32])
        return self._rows.open(t.complaints, row, Complaint)

    def list_complaints(
        self, archive_code: str, states: Sequence[str], case_no: str, limit: int
    ) -> Sequence[Complaint]:
        """Earliest due first; empty `states` or `case_no` = all."""
        c = t.complaints.c
        query = self._rows.select(t.complaints).where(c.archive_code == archive_code)
        if states:
            query = query.where(c.state.in_(list(states)))
        if case_no:
            query = query.where(c.case_no == case_no)
        found = self._connection.execute(query.order_by(c.due_ms, c.number).limit(limit))
        return [self._rows.open(t.complaints, row, Complaint) for row in found]

    def add_complaint(self, complaint: Complaint) -> None:
        """A complaint is registered."""
        self._connection.execute(
            insert(t.complaints).values(
                number=complaint.number,
                archive_code=complaint.archive_code,
                case_no=complaint.case_no,
                state=complaint.state,
                version=complaint.version,
                filed_ms=to_ms(complaint.filed_at),
                due_ms=to_ms(complaint.due_at),
                body=self._rows.seal(t.complaints, complaint, complaint.number),
            )
        )

    def save_complaint(self, complaint: Complaint, version: int) -> None:
        """As given, where it still stands at that version. Raises Refusal: CASE_CHANGED."""
        c = t.complaints.c
        changed = (
            update(t.complaints)
            .where(c.number == complaint.number, c.version == version)
            .values(
                state=complaint.state,
                version=complaint.version,
                body=self._rows.seal(t.complaints, complaint, complaint.number),
            )
        )
        if self._connection.execute(changed).rowcount != 1:
            raise Refusal(CASE_CHANGED)


def _alert(row: Row[*tuple[Any, ...]]) -> Alert:
    return Alert(
        alert_id=row.alert_id,
        archive_code=row.archive_code,
        officer_id=row.officer_id,
        rule=row.rule,
        at=from_ms(row.at_ms),
        names=row.names,
        blocks=bool(row.blocks),
        state=row.state,
        acknowledged_by=row.acknowledged_by,
        acknowledged_at=from_ms(row.acknowledged_ms) if row.acknowledged_ms else None,
        note=row.note,
    )
