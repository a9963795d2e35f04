"""Days at the desks of window and partner: real code on a simulated clock (issue 5).

Goals: digitised cases p95 at most 15 min and mean at most 8, in-city mean at most 5, with the
pauses for questions and the lunches counted in.
"""

import secrets
from itertools import product
from pathlib import Path

from deploy.tables import write_tables
from tests.bench.measuring import Report
from tests.simulation.desk_day import Day, Pace, lines_of
from tests.simulation.desk_hours import DeskHours

_LUNCHES = ((True, False), (True, True), (False, False))
"""In turn or together; with or without the ladder's named person."""


def run(folder: Path, *, full: bool) -> Report:
    """Days in the city and across, with every kind of lunch; five of each when `full`."""
    tables = folder / "tables"
    tables.mkdir()
    write_tables(tables)
    seed = secrets.randbelow(10**6)
    days: list[Day] = []
    for number in range(5 if full else 1):
        for in_city, (in_turn, named) in product((True, False), _LUNCHES):
            place = folder / f"{number}-{in_city}-{in_turn}-{named}"
            place.mkdir()
            pace = Pace(in_turn=in_turn, named=named)
            desk = DeskHours(place, tables, seed + number, in_city=in_city, pace=pace)
            try:
                days.append(desk.run())
            finally:
                desk.close()
    return Report(rows=[day.figures() for day in days], text="\n".join(lines_of(days)) + "\n")
