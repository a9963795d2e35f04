"""Dates as citizens say them."""

import pytest
from desk_server import lunar_table

from node.desk.spoken_dates import hear_date
from records.refusal import Refusal


@pytest.mark.parametrize(
    ("said", "earliest", "latest"),
    [
        ("1985", "1985-01-01", "1985-12-31"),
        ("85年", "1985-01-01", "1985-12-31"),
        ("85年5月", "1985-05-01", "1985-05-31"),
        ("1985-05-20", "1985-05-20", "1985-05-20"),
        ("74年夏", "1974-06-01", "1974-08-31"),
        ("1974年夏天", "1974-06-01", "1974-08-31"),
        ("76年冬", "1976-12-01", "1977-02-28"),
        ("79年冬", "1979-12-01", "1980-02-29"),
        ("70-75", "1970-01-01", "1975-12-31"),
        ("70–75年", "1970-01-01", "1975-12-31"),
        ("1968至72年", "1968-01-01", "1972-12-31"),
        ("民国35年", "1946-01-01", "1946-12-31"),
        ("农历一九五六年八月廿二", "1956-09-26", "1956-09-26"),
        (" 1 9 8 5 ", "1985-01-01", "1985-12-31"),
        ("１９８５年", "1985-01-01", "1985-12-31"),
    ],
)
def test_what_is_said_is_understood(said: str, earliest: str, latest: str) -> None:
    heard = hear_date(said, lunar_table())
    assert (heard.earliest.isoformat(), heard.latest.isoformat()) == (earliest, latest)


@pytest.mark.parametrize("said", ["88年前后", "约1988", "1988左右"])
def test_about_is_wider(said: str) -> None:
    heard = hear_date(said, lunar_table())
    assert heard.earliest.year < 1988 < heard.latest.year


def test_the_clerks_doubt_widens_what_was_said() -> None:
    sure, about = (hear_date("1985", lunar_table(), about=doubt) for doubt in (False, True))
    assert about.earliest < sure.earliest
    assert about.latest > sure.latest
    assert about.period.start == "约1985"


@pytest.mark.parametrize(
    "said", ["", "属虎", "小时候", "1985-13", "9" * 41, "75-70", "<b>", "农历1985年13月"]
)
def test_what_is_not_a_date_is_not_guessed(said: str) -> None:
    with pytest.raises(Refusal):
        hear_date(said, lunar_table())


@pytest.mark.parametrize("said", ["74年夏", "70-75", "85年", "1985-05-20", "88年前后"])
def test_the_archive_reads_what_the_window_heard(said: str) -> None:
    from records.date_text import parse_date

    heard = hear_date(said, lunar_table())
    start = parse_date(heard.period.start, lunar_table())
    end = parse_date(heard.period.end, lunar_table())
    assert (start.earliest, end.latest) == (heard.earliest, heard.latest)


def test_the_echo_is_one_day_or_two_ends() -> None:
    assert hear_date("1985-05-20", lunar_table()).echo == "1985-05-20"
    assert hear_date("85年", lunar_table()).echo == "1985-01-01 ～ 1985-12-31"
