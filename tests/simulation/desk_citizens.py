"""Who comes to the desks: couples whose record has an image, or is on paper only, and strangers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from node_acts import zhou
from node_houses import NodeWorld
from node_places import MARRIAGE, ROWS
from node_world import build_node_world

from node.domain.application import Application
from records.exchange import Applicant
from records.queries import Period, RecordQuery, SoughtPerson
from tests.simulation.desk_day import Pace
from tests.simulation.forms import stranger

WINDOW = "330400"
_ON_PAPER = (
    "J001-001-0002-007,J001,001,0002,007,7,7,2011,南湖区2011年结婚登记,,marriage,"
    "2011-10-06,南湖区民政局婚姻登记处,J330402-2011-000077,"
    "徐国兴,男,1987-03-04,330499198703040110,汤秀珍,女,1988-02-01,"
)


def build_desk_world(folder: Path, tables: Path) -> NodeWorld:
    """The world of the tests, with a marriage at the window's own archive that has no image."""
    known = ROWS[WINDOW]
    ROWS[WINDOW] = (*known, _ON_PAPER)
    try:
        return build_node_world(folder, tables)
    finally:
        ROWS[WINDOW] = known


class Citizens:
    """Who comes when, and what they ask: drawn in this order from the day's chance."""

    def __init__(self, rng: Random, pace: Pace, seed: int, *, in_city: bool) -> None:
        self._rng, self._pace = rng, pace
        self._seed, self._in_city = seed, in_city

    def come(self, began: datetime, end: datetime) -> Iterator[datetime]:
        """Moments at which somebody comes to the window."""
        at = began
        while True:
            at += timedelta(hours=self._rng.expovariate(self._pace.cases_an_hour))
            if at >= end:
                return
            yield at

    def draw(self, number: int) -> tuple[str, Application]:
        """Kind of the case (shelf, miss, hit) and its form; `number` = cases before this one."""
        pace, drawn = self._pace, self._rng.random()
        if drawn < pace.shelf:
            unseen = self._rng.random() < pace.unseen
            form = couple if unseen else couple_on_paper
            return "shelf", form(in_city=self._in_city)
        if drawn < pace.shelf + pace.negative:
            form_of_nobody = stranger(self._seed, number)
            return "miss", at_home(form_of_nobody) if self._in_city else form_of_nobody
        return "hit", couple(in_city=self._in_city)


def couple(*, in_city: bool) -> Application:
    """Whose record is there and has an image."""
    if not in_city:
        return zhou()
    return _asked_by(
        ("钱强", "1988-08-08", "330499198808081197"), "沈丽华", place="嘉兴市", year="2012"
    )


def couple_on_paper(*, in_city: bool) -> Application:
    """Whose record is there and has no image."""
    if in_city:
        return _asked_by(
            ("徐国兴", "1987-03-04", "330499198703040110"), "汤秀珍", place="嘉兴市", year="2011"
        )
    return _asked_by(
        ("程国富", "1960-01-05", "361199196001050016"), "汪秀英", place="上饶县", year="1986"
    )


def _asked_by(man: tuple[str, str, str], wife: str, *, place: str, year: str) -> Application:
    """`man` = name, birth and identity number."""
    name, born, id_no = man
    return zhou(
        applicant=Applicant(
            name=name, id_type="resident_id", id_no=id_no, identity_assurance="chip_read"
        ),
        query=RecordQuery(
            category=MARRIAGE,
            subject=SoughtPerson(name=name, sex="男", birth=born, id_no=id_no),
            other_party=SoughtPerson(name=wife),
            place=place,
            period=Period(start=year, end=year),
        ),
    )


def at_home(form: Application) -> Application:
    """The same question, asked where the window itself keeps the registers."""
    query = replace(form.query, place="嘉兴市", period=Period(start="2012", end="2012"))
    return replace(form, query=query)
