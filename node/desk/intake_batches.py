"""/catalog (M6 索引汇交): batches of index rows, checked first, taken in by another person."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence

from starlette.responses import Response

from node.desk.desk import Desk
from node.desk.drafts import KeptForms
from node.domain.intake_batches import (
    CHECKED,
    BatchPaper,
    DecideBatchCommand,
    IntakeBatch,
    SendBatchCommand,
)
from node.domain.officers import Actor
from node.services.management_doors import IntakeDesk
from records.duties import Post
from records.kinds import KINDS
from records.refusal import Refusal
from webui.pages import see_other
from webui.status import http_status
from webui.visit import Visit

PROPERTIES = ("A", "I", "U", "S", "L")
"""真实 完整 可用 安全, and the checks of livelihood records."""
_SHOWN = 100

Decide = Callable[[DecideBatchCommand, Actor], IntakeBatch]


class IntakeBatchPages:
    """Handlers of the intake desk."""

    def __init__(self, desk: Desk, batches: IntakeDesk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._kept = KeptForms(desk)
        self._batches = batches

    def list(self, visit: Visit, actor: Actor) -> Response:
        """Shelves with coverage and versions, batches, and the form that sends one in."""
        return self._page(visit, actor, {})

    def send(self, visit: Visit, actor: Actor) -> Response:
        """The file was checked; its report is the next page."""
        form, errors = visit.form, {}
        uploads = form.files.get("file", ())
        if form.text("category") not in KINDS:
            errors["category"] = visit.words("catalog.need_category")
        if not uploads:
            errors["file"] = visit.words("catalog.need_file")
        if errors:
            return self._page(visit, actor, errors, status=422)
        command = SendBatchCommand(category=form.text("category"), data=uploads[0].data)
        try:
            batch = self._batches.send(command, actor)
        except Refusal as refusal:
            said = {"file": self._desk.say(visit, refusal)}
            return self._page(visit, actor, said, status=http_status(refusal.reason.kind))
        return see_other(f"/catalog/{batch.batch_id}")

    def show(self, visit: Visit, actor: Actor) -> Response:
        """One batch with its report, property by property."""
        return self._batch_page(visit, actor, {})

    def accept(self, visit: Visit, actor: Actor) -> Response:
        """入库."""
        if not visit.form.has("read"):
            errors = {"read": visit.words("catalog.need_read")}
            return self._batch_page(visit, actor, errors, status=422)
        return self._decide(visit, actor, self._batches.accept, "read")

    def decline(self, visit: Visit, actor: Actor) -> Response:
        """退回."""
        return self._decide(visit, actor, self._batches.decline, "note")

    def report_file(self, visit: Visit, actor: Actor) -> Response:
        """Failing rows as CSV: line, check, field, what is wrong; never a value."""
        batch = self._batches.get(visit.params["id"], actor)
        out = io.StringIO()
        # A table program reads the mark as "this is UTF-8".
        out.write("\ufeff")
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow(
            [
                visit.words(f"catalog.{name}")
                for name in ("line", "item", "verdict", "field", "what")
            ]
        )
        for one in self._batches.report(batch.batch_id, actor):
            writer.writerow([one.line, one.item, one.verdict, one.field, one.detail])
        return Response(
            out.getvalue(),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="report-{batch.batch_id}.csv"'},
        )

    def _decide(self, visit: Visit, actor: Actor, act: Decide, field: str) -> Response:
        batch_id = visit.params["id"]
        try:
            act(DecideBatchCommand(batch_id=batch_id, note=visit.form.text("note")), actor)
        except Refusal as refusal:
            errors = {field: self._desk.say(visit, refusal)}
            status = http_status(refusal.reason.kind)
            return self._batch_page(visit, actor, errors, status=status)
        return see_other(f"/catalog/{batch_id}")

    def _page(
        self, visit: Visit, actor: Actor, errors: dict[str, str], *, status: int = 200
    ) -> Response:
        values = {
            "board": self._batches.board(actor),
            "kinds": KINDS,
            "may_send": Post.REPOSITORY_MASTER in actor.posts,
            "errors": errors,
        }
        return self._desk.render(visit, actor, "catalog.html", values, status=status)

    def _batch_page(
        self, visit: Visit, actor: Actor, errors: dict[str, str], *, status: int = 200
    ) -> Response:
        batch = self._batches.get(visit.params["id"], actor)
        found = self._batches.report(batch.batch_id, actor)
        visit = self._kept.filled(visit, actor, [("decline", batch.batch_id)])
        values = {
            "batch": batch,
            "found": found[:_SHOWN],
            "more": max(0, len(found) - _SHOWN),
            "by_property": _by_property(found),
            "by_item": Counter(one.item for one in found).most_common(),
            "may_decide": Post.SUBMISSION_REVIEWER in actor.posts and batch.state == CHECKED,
            "errors": errors,
        }
        return self._desk.render(visit, actor, "batch.html", values, status=status)


def _by_property(found: Sequence[BatchPaper]) -> list[tuple[str, int, int]]:
    """(letter, failures, warnings) of each property."""
    counts = Counter((one.item[:1], one.verdict) for one in found)
    return [(letter, counts[letter, "不通过"], counts[letter, "警告"]) for letter in PROPERTIES]
