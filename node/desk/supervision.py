"""M1 /dash, M2 /stats, M3 /audit, M5 /posts, M7 /certs: those who look and change nothing."""

import csv
import io
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from markupsafe import Markup
from starlette.responses import Response

from node.desk.desk import AUDITORS, Desk
from node.desk.figure_names import group_name
from node.desk.settings import CHINA
from node.domain.officers import Actor
from node.domain.service_levels import (
    FEW,
    Board,
    Levels,
    Share,
    Statistics,
    StatisticsQuestion,
)
from records.duties import FORBIDDEN_POSTS, POST_NAMES, Post
from records.kinds import KINDS
from records.refusal import Refusal
from webui.charts import bars, heat, hour_line
from webui.visit import Visit
from webui.words import Words

_GROUPS = ("category", "purpose", "partner", "desk")
_LOCAL_POSTS = (
    Post.WINDOW_CLERK,
    Post.WINDOW_REVIEWER,
    Post.RELEASE_DISPATCHER,
    Post.SEAL_KEEPER,
    Post.LEADER,
    Post.REPOSITORY_MASTER,
    Post.CORRECTION_CLERK,
    Post.SUBMISSION_REVIEWER,
    Post.SUPERVISOR,
    Post.AUDITOR,
)
_DEFAULT_DAYS = 30


class SupervisionPages:
    """Handlers of the supervisor's pages."""

    def __init__(self, desk: Desk) -> None:
        """Serve one desk."""
        self._desk = desk
        self._look = desk.office.supervision

    def dash(self, visit: Visit, actor: Actor) -> Response:
        """Today's board; the part alone for a live page."""
        board = self._look.board(actor, CHINA)
        template = "dash_part.html" if visit.partial else "dash.html"
        may_trace = bool(set(AUDITORS) & set(actor.posts))
        values = {"board": board, "may_trace": may_trace, **_dash_charts(board, visit.words)}
        return self._desk.render(visit, actor, template, values)

    def stats(self, visit: Visit, actor: Actor) -> Response:
        """The figures of a period; 422 where the dates are not dates."""
        question, errors = _question(visit)
        found = None if question is None else self._look.statistics(question, actor)
        return self._desk.render(
            visit,
            actor,
            "stats.html",
            {
                "question": question,
                "asked": {name: visit.query.get(name, "") for name in _ASKED},
                "found": found,
                "errors": errors,
                "categories": sorted(KINDS),
                "groups": _GROUPS,
                "chart": _group_bars(found, visit.words, question.by) if question else "",
            },
            status=422 if errors else 200,
        )

    def stats_file(self, visit: Visit, actor: Actor) -> Response:
        """The same figures as CSV, small counts hidden; who took them is logged."""
        question, _ = _question(visit)
        if question is None:
            return self.stats(visit, actor)
        found = self._look.statistics(question, actor)
        self._look.note_export(actor)
        name = f"figures-{question.since:%Y%m%d}-{question.until:%Y%m%d}.csv"
        return Response(
            _csv(found, visit.words, question.by),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def audit(self, visit: Visit, actor: Actor) -> Response:
        """The archive's log, newest first, whole or of one case."""
        before = visit.query.get("before", "")
        case_no = visit.query.get("case", "").strip()
        index = int(before) if before.isascii() and before.isdigit() else -1
        rows = self._look.read_log(actor, index, case_no)
        agency = self._look.agency_look(actor, case_no) if case_no else None
        values = {"rows": rows, "case_no": case_no, "checked": None, "damage": "", "agency": agency}
        return self._desk.render(visit, actor, "audit.html", values)

    def verify(self, visit: Visit, actor: Actor) -> Response:
        """The same page with what a reading from the first entry to the last has shown."""
        checked, damage = None, ""
        try:
            checked = self._look.verify_log(actor)
        except Refusal as refusal:
            damage = self._desk.say(visit, refusal)
        rows = self._look.read_log(actor)
        values = {
            "rows": rows, "case_no": "", "checked": checked, "damage": damage, "agency": None,
        }  # fmt: skip
        return self._desk.render(visit, actor, "audit.html", values)

    def posts(self, visit: Visit, actor: Actor) -> Response:
        """People × posts, and the pairs that one person may not hold."""
        values = {
            "officers": self._look.officers(actor),
            "posts": _LOCAL_POSTS,
            "pairs": sorted(
                tuple(sorted(POST_NAMES[post] for post in pair)) for pair in FORBIDDEN_POSTS
            ),
        }
        return self._desk.render(visit, actor, "posts.html", values)

    def certificates(self, visit: Visit, actor: Actor) -> Response:
        """The archive's certificates, by number."""
        number = visit.query.get("number", "").strip()
        values = {"rows": self._look.certificates(actor, number), "number": number}
        return self._desk.render(visit, actor, "certs.html", values)


_ASKED = ("since", "until", "desk", "category", "partner", "by")


def _question(visit: Visit) -> tuple[StatisticsQuestion | None, dict[str, str]]:
    """What is asked for, or what is wrong with it, by field."""
    today = visit.now.astimezone(CHINA).date()
    days, errors = {}, {}
    for name, otherwise in (("since", today - timedelta(days=_DEFAULT_DAYS)), ("until", today)):
        text = visit.query.get(name, "")
        try:
            days[name] = date.fromisoformat(text) if text else otherwise
        except ValueError:
            errors[name] = visit.words("stats.bad_date")
    if not errors and days["since"] > days["until"]:
        errors["until"] = visit.words("stats.order")
    if errors:
        return None, errors
    by = visit.query.get("by", "")
    return StatisticsQuestion(
        since=_midnight(days["since"]),
        until=_midnight(days["until"] + timedelta(days=1)),
        desk=visit.query.get("desk", ""),
        category=visit.query.get("category", ""),
        partner=visit.query.get("partner", ""),
        by=by if by in _GROUPS else _GROUPS[0],
    ), {}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CHINA)


def _dash_charts(board: Board, t: Words) -> dict[str, Markup]:
    unit = t("dash.cases")
    partners = [
        (name or t("dash.none"), levels.on_time.percent, _percent(levels.on_time))
        for name, levels in board.partners
    ]
    days = [t(f"dash.day_{day}") for day in range(7)]
    return {
        "hour_chart": hour_line(board.hours, t("dash.hours"), unit),
        "partner_chart": bars(partners, t("dash.partners")),
        "week_chart": heat(board.week, days, t("dash.week"), unit),
    }


def _group_bars(found: Statistics | None, t: Words, by: str) -> Markup:
    groups: Sequence[tuple[str, Levels]] = found.groups if found else ()
    rows = [
        (group_name(name, by, t), levels.on_time.percent, _percent(levels.on_time))
        for name, levels in groups
    ]
    return bars(rows, t("stats.on_time"))


def _percent(share: Share) -> str:
    return "—" if share.percent is None else f"{share.percent:g}%"


def _csv(found: Statistics, t: Words, by: str) -> str:
    out = io.StringIO()
    # A table program reads the mark as "this is UTF-8".
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    heads = ("group", "cases", "answered", "on_time", "median", "p90", "misses", "by_hand")
    writer.writerow([t(f"stats.{head}") for head in heads])
    for name, levels in (("", found.whole), *found.groups):
        label = group_name(name, by, t) if name else t("stats.all")
        writer.writerow([_safe(label), *_cells(levels)])
    return out.getvalue()


def _cells(levels: Levels) -> list[str]:
    few = 0 < levels.cases < FEW
    if few:
        return [f"<{FEW}", *[""] * 6]
    return [
        str(levels.cases),
        str(levels.answered),
        _percent(levels.on_time),
        "" if levels.median is None else f"{levels.median:g}",
        "" if levels.p90 is None else f"{levels.p90:g}",
        _percent(levels.misses),
        _percent(levels.by_hand),
    ]


def _safe(text: str) -> str:
    """A cell that a table program will not take for a formula (trust.md §8)."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t") else text
