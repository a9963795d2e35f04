"""Steps of the ladders and notices that wait, inside the caller's transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, exists, insert, select, update

from node.adapters import escalation_tables as t
from node.adapters.row_values import from_ms, to_ms
from node.domain.escalation import Escalation, Notice


class SqlEscalations:
    """`EscalationWriter` on one connection."""

    _connection: Connection

    def has_step(self, step: Escalation) -> bool:
        """Whether that step of that stretch was taken."""
        c = t.escalations.c
        found = select(
            exists().where(
                c.desk == step.desk,
                c.case_no == step.case_no,
                c.archive_code == step.archive_code,
                c.since_ms == to_ms(step.since),
                c.code == step.code,
            )
        )
        return bool(self._connection.execute(found).scalar())

    def recent_steps(
        self, archive_code: str, since: datetime, limit: int
    ) -> Sequence[tuple[Escalation, datetime, str]]:
        """Steps taken since then, newest first: the step, when, and who was meant."""
        c = t.escalations.c
        query = (
            select(t.escalations)
            .where(c.archive_code == archive_code, c.at_ms >= to_ms(since))
            .order_by(c.at_ms.desc(), c.case_no, c.code)
            .limit(limit)
        )
        return [
            (
                Escalation(
                    desk=row.desk,
                    case_no=row.case_no,
                    archive_code=row.archive_code,
                    code=row.code,
                    since=from_ms(row.since_ms),
                ),
                from_ms(row.at_ms),
                row.target,
            )
            for row in self._connection.execute(query)
        ]

    def take_step(self, step: Escalation, at: datetime, target: str) -> None:
        """The step was taken; `target` is whom it called."""
        self._connection.execute(
            insert(t.escalations).values(
                desk=step.desk,
                case_no=step.case_no,
                archive_code=step.archive_code,
                since_ms=to_ms(step.since),
                code=step.code,
                at_ms=to_ms(at),
                target=target,
            )
        )

    def add_notice(self, notice: Notice) -> None:
        """The notice will be given to the notification port."""
        self._connection.execute(
            insert(t.notices).values(
                notice_id=notice.notice_id,
                archive_code=notice.archive_code,
                case_no=notice.case_no,
                code=notice.code,
                target=notice.target,
                at_ms=to_ms(notice.at),
                due_ms=to_ms(notice.at),
                attempts=notice.attempts,
            )
        )

    def due_notices(self, now: datetime, limit: int) -> Sequence[Notice]:
        """Notices whose time has come, oldest first."""
        c = t.notices.c
        query = select(t.notices).where(c.due_ms <= to_ms(now)).order_by(c.at_ms).limit(limit)
        return [
            Notice(
                notice_id=row.notice_id,
                archive_code=row.archive_code,
                case_no=row.case_no,
                code=row.code,
                at=from_ms(row.at_ms),
                target=row.target,
                attempts=row.attempts,
            )
            for row in self._connection.execute(query)
        ]

    def postpone_notice(self, notice: Notice, due_at: datetime) -> None:
        """Tried once more, later."""
        self._connection.execute(
            update(t.notices)
            .where(t.notices.c.notice_id == notice.notice_id)
            .values(due_ms=to_ms(due_at), attempts=notice.attempts + 1)
        )

    def remove_notice(self, notice_id: str) -> None:
        """It is out, or was given up."""
        self._connection.execute(delete(t.notices).where(t.notices.c.notice_id == notice_id))
