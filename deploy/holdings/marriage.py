"""Invented marriage registers, 1950 to the archive's last transferred year."""

from datetime import date, timedelta
from random import Random

from deploy.holdings.columns import Row
from deploy.holdings.id_numbers import draw_id_number, to_fifteen
from deploy.holdings.names import draw_name
from deploy.holdings.places import Area, certificate_number, registration_office

_OCCUPATIONS = (
    (1958, ("务农", "店员", "手工业", "裁缝", "教员")),
    (1980, ("社员", "工人", "教师", "赤脚医生", "供销社职工", "军人")),
    (1995, ("农民", "工人", "教师", "个体户", "营业员", "干部")),
    (9999, ("职员", "工人", "教师", "护士", "自由职业", "公务员", "农民")),
)
_MONTHS = "正二三四五六七八九十冬腊"
_DAYS = (
    *(f"初{digit}" for digit in "一二三四五六七八九十"),
    *(f"十{digit}" for digit in "一二三四五六七八九"),
    "二十",
)
_DIGITS = "〇一二三四五六七八九"
FIRST_FILE = 1000
"""Files below this number are kept for the people of the acceptance scenarios."""


def draw_marriages(rng: Random, area: Area, count: int) -> list[Row]:
    """`count` rows in order of registration, every reference code once."""
    years = sorted(_draw_year(rng, area.last_year) for _ in range(count))
    rows = [_draw_couple(rng, area, year) for year in years]
    for index, row in enumerate(rows):
        _place(area, row, index)
    return rows


def _draw_year(rng: Random, last_year: int) -> int:
    # More registers survive, and more were transferred, from the later decades.
    return int(rng.triangular(1950, last_year + 1, 1986))


def _place(area: Area, row: Row, index: int) -> None:
    """Give the row its place on the shelf: one volume of about 40 couples."""
    file_no, item = divmod(index, 40)
    decade = int(row["year"]) // 10 - 194
    row["fonds_no"] = area.fonds
    row["catalog_no"] = f"{decade:03d}"
    row["file_no"] = f"{FIRST_FILE + file_no:04d}"
    row["item_no"] = f"{item + 1:03d}"
    row["reference_code"] = "-".join(
        (area.fonds, row["catalog_no"], row["file_no"], row["item_no"])
    )
    row["page_from"] = row["page_to"] = str(item + 1)


def _draw_couple(rng: Random, area: Area, year: int) -> Row:
    town = rng.choice(area.towns)
    happened = date(year, 1, 1) + timedelta(days=rng.randrange(365))
    event = _draw_event(rng, year)
    row: Row = {
        "year": str(year),
        "title": f"{area.county}{town}{year}年{_TITLES[event]}",
        "retention_period": "D100",
        "open_status": "open" if year < 1998 else rng.choice(("open", "restricted", "open")),
        "event_type": event,
        "event_date": happened.isoformat() if year > 1955 else f"{year}-{happened.month:02d}",
        "registration_office": registration_office(area, town, year),
        "certificate_no": certificate_number(area, year, rng.randrange(1, 1900)),
    }
    for prefix, sex, least_age in (("a_", "男", 21), ("b_", "女", 19)):
        age = least_age + min(int(rng.expovariate(0.25)), 25)
        born = date(year - age, 1, 1) + timedelta(days=rng.randrange(365))
        person = _draw_party(rng, area, sex, born, year)
        person["residence"] = f"{area.county}{town}{rng.randrange(1, 20)}组"
        row |= {prefix + column: value for column, value in person.items() if value}
    return row


_TITLES = {
    "marriage": "结婚登记",
    "remarriage": "再婚登记",
    "restored": "复婚登记",
    "late_registered": "补办结婚登记",
    "divorce": "离婚登记",
    "reissue": "补发婚姻证",
    "annulment": "撤销婚姻",
}


def _draw_event(rng: Random, year: int) -> str:
    if year < 1981:
        return "marriage"
    return rng.choices(list(_TITLES), (86, 2, 1, 2, 5, 3, 1))[0]


def _draw_party(rng: Random, area: Area, sex: str, born: date, year: int) -> Row:
    occupations = next(words for until, words in _OCCUPATIONS if year < until)
    person: Row = {
        "name": draw_name(rng, area.archive_code, sex, born.year),
        "sex": sex,
        "ethnicity": "汉" if rng.random() < 0.97 else "畲",
        "occupation": rng.choice(occupations),
        "native_place": rng.choice(area.native_places),
    }
    if rng.random() < 0.04:
        person["former_name"] = draw_name(rng, area.archive_code, sex, born.year)
    person |= _draw_age(rng, born, year)
    if year >= 1986 and rng.random() < 0.75:
        number = draw_id_number(rng, area.archive_code, born, sex)
        person["id_no"] = to_fifteen(number) if year < 2000 else number
    return person


def _draw_age(rng: Random, born: date, year: int) -> Row:
    """How that decade wrote an age: 虚岁 only, a lunar date, a month, or a full date."""
    nominal_age = str(year - born.year + 1)
    if year < 1960:
        if rng.random() < 0.6:
            return {"age_recorded": nominal_age}
        return {"age_recorded": nominal_age, "birth": _lunar_words(rng, born.year)}
    if year < 1981 and rng.random() < 0.5:
        return {"birth": f"{born:%Y-%m}", "age_recorded": nominal_age}
    return {"birth": born.isoformat()}


def _lunar_words(rng: Random, year: int) -> str:
    digits = "".join(_DIGITS[int(digit)] for digit in str(year))
    return f"农历{digits}年{rng.choice(_MONTHS)}月{rng.choice(_DAYS)}"
