"""Turns a template and values into an answer; everything is escaped unless a template is ours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from html import unescape
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, RedirectResponse, Response

from records.refusal import Kind, Refusal
from webui import csrf
from webui.assets import Assets
from webui.cookies import LANGUAGES, SIZES
from webui.form import kept_fields, typed_words
from webui.status import http_status
from webui.visit import Visit
from webui.words import Words

OUR_TEMPLATES = Path(__file__).parent / "templates"
OUR_WORDS = Path(__file__).parent / "catalogues"

NOTHING: Mapping[str, object] = MappingProxyType({})

_REFUSED = 400

Filter = Callable[..., object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a service brings to its pages."""

    templates: Sequence[Path]
    words: Mapping[str, Words]
    assets: Assets
    zone: tzinfo
    """Zone of the clocks on the wall where the pages are read."""
    filters: Mapping[str, Filter]


class Pages:
    """Renders the pages of one service."""

    def __init__(self, look: Look, random: Callable[[int], bytes]) -> None:
        """Prepare the templates of the service before ours, so that it may replace one."""
        self._zone = look.zone
        self._random = random
        self._words = look.words
        self._templates = Environment(
            loader=FileSystemLoader([*look.templates, OUR_TEMPLATES]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(look.filters)
        self._templates.filters.update(
            clock=self._clock, day=self._day, moment=self._moment, ms=_ms, left=_left
        )
        self._templates.globals.update(
            asset=look.assets.url, languages=LANGUAGES, sizes=SIZES, csrf_field=csrf.FIELD
        )

    def words(self, language: str) -> Words:
        """The sentences of a language."""
        return self._words[language]

    def render(
        self, visit: Visit, template: str, values: Mapping[str, object], *, status: int = 200
    ) -> Response:
        """A page from a template; refused, it shows whatever was typed.

        Where somebody else was first, a form is gone with what it was about: its words stand in
        the summary of what went wrong.
        """
        html = self._draw(visit, template, values)
        if status >= _REFUSED and visit.method == "POST" and not visit.partial:
            page = unescape(html)
            unsent = [word for word in typed_words(visit.form) if word not in page]
            if unsent:
                html = self._draw(visit, template, {**values, "unsent": unsent})
        headers = {"Vary": "HX-Request, Cookie"}
        return HTMLResponse(html, status_code=status, headers=headers)

    def _draw(self, visit: Visit, template: str, values: Mapping[str, object]) -> str:
        return self._templates.get_template(template).render(
            visit=visit,
            t=visit.words,
            lang=visit.words.language,
            size=visit.size,
            now=visit.now,
            form_token=csrf.issue_token(visit.session_id, self._random),
            **values,
        )

    def refuse(
        self,
        visit: Visit,
        refusal: Refusal,
        *,
        incident: str = "",
        template: str = "refused.html",
        values: Mapping[str, object] = NOTHING,
    ) -> Response:
        """The page that says no: what, why, what to do next; a part of it for htmx."""
        reason = refusal.reason
        return self.render(
            visit,
            "refused_part.html" if visit.partial else template,
            {
                "reason": reason,
                "said": reason.en if visit.english else reason.zh,
                "remedy": reason.remedy_en if visit.english else reason.remedy_zh,
                "detail": refusal.detail,
                "incident": incident,
                "kept": kept_fields(visit.form) if visit.method == "POST" else [],
                "typed": typed_words(visit.form),
                "again": reason.kind in (Kind.UNAVAILABLE, Kind.CONFLICT),
                **values,
            },
            status=500 if incident else http_status(reason.kind),
        )

    def _clock(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%H:%M")

    def _day(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%Y-%m-%d")

    def _moment(self, moment: datetime) -> str:
        return moment.astimezone(self._zone).strftime("%Y-%m-%d %H:%M:%S")


def see_other(path: str) -> Response:
    """After a form was accepted: go and look (303), so that a reload sends nothing twice."""
    return RedirectResponse(path, status_code=303)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _left(span: timedelta) -> str:
    """A remaining time as minutes and seconds, without sign; hours from one hour on."""
    seconds = abs(int(span.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    if hours:
        return f"{hours}:{minutes:02}:{seconds:02}"
    return f"{minutes:02}:{seconds:02}"
