"""Two hours at the desks in every run of the suite; the days are in `python -m tests.bench`."""

from tests.simulation.desk_day import Pace
from tests.simulation.desk_hours import DeskHours


def test_every_digitised_case_is_answered_and_no_shelf_search_is(tmp_path, table_folder) -> None:
    run = DeskHours(
        tmp_path, table_folder, 11, in_city=False, pace=Pace(asked=0.3, cases_an_hour=15)
    )
    try:
        day = run.run(1.0)
    finally:
        run.close()
    figures = day.figures()
    print(figures)
    assert figures["unanswered"] == 0
    assert figures["digitised"] >= 6
    shelf = [case for case in day.cases.values() if case.kind == "shelf"]
    assert shelf and all(case.answered is None for case in shelf)
    # A pause is in the time that was measured, not taken out of it.
    paused = [case for case in day.cases.values() if case.paused]
    assert paused and all(case.minutes * 60 > case.paused.total_seconds() for case in paused)
