"""Invented pupils and educated youth."""

from datetime import date, timedelta
from random import Random

from deploy.holdings.columns import Row
from deploy.holdings.id_numbers import draw_id_number
from deploy.holdings.names import draw_name, draw_surname
from deploy.holdings.places import Area

SCHOOL_FONDS = "X051"
YOUTH_FONDS = "Z107"
FIRST_FILE = 100
"""Files below this number are kept for the people of the acceptance scenarios."""

_LEVELS = {"小学": (12, 6), "初中": (15, 3), "高中": (17, 2), "中专": (18, 3)}
"""Age at leaving and years of schooling."""
_MAJORS = ("纺织", "农学", "师范", "机械", "财会")
_RECEIVERS = ("纺织厂", "供销社", "农机厂", "粮管所")
_RETURNS = (("招工", 45), ("病退", 20), ("困退", 15), ("顶替", 10), ("招生", 7), ("参军", 3))


def _shelf(fonds: str, index: int, per_file: int, retention: str) -> Row:
    file_no, item = divmod(index, per_file)
    file_text, item_text = f"{FIRST_FILE + file_no:04d}", f"{item + 1:03d}"
    return {
        "reference_code": f"{fonds}-001-{file_text}-{item_text}",
        "fonds_no": fonds,
        "catalog_no": "001",
        "file_no": file_text,
        "item_no": item_text,
        "page_from": str(item + 1),
        "page_to": str(item + 1),
        "retention_period": retention,
        "open_status": "open",
    }


def draw_pupils(rng: Random, area: Area, count: int) -> list[Row]:
    """`count` school records, ordered by year of leaving; half of them name no exact birth."""
    years = sorted(rng.randrange(1953, 2003) for _ in range(count))
    return [_draw_pupil(rng, area, index, year) for index, year in enumerate(years)]


def _draw_pupil(rng: Random, area: Area, index: int, year: int) -> Row:
    sex = rng.choice("男女")
    school = rng.choice(area.schools)
    level = _level_of(rng, school)
    age, length = _LEVELS[level]
    born = date(year - age, 1, 1) + timedelta(days=rng.randrange(365))
    exact = rng.random() < 0.5
    town = rng.choice(area.towns)
    row = _shelf(SCHOOL_FONDS, index, 60, "Y") | {
        "year": str(year),
        "title": f"{school}{year}届毕业生名册",
        "name": draw_name(rng, area.archive_code, sex, born.year),
        "sex": sex,
        "birth": born.isoformat() if exact else str(born.year),
        "native_place": rng.choice(area.native_places),
        "guardian_name": draw_name(rng, area.archive_code, "男", born.year - 26),
        "address": f"{area.county}{town}",
        "school": school,
        "level": level,
        "class_name": f"{rng.randrange(1, 7)}班",
        "student_no": f"{year % 100:02d}{rng.randrange(1, 400):04d}",
        "admission_date": f"{year - length}-09",
        # Spring graduation until the middle of the 1970s.
        "graduation_date": f"{year}-01" if 1972 <= year <= 1976 else f"{year}-07",
        "outcome": rng.choices(("毕业", "结业", "肄业"), (92, 4, 4))[0],
    }
    if level == "中专":
        row["major"] = rng.choice(_MAJORS)
    if year >= 1990 and exact:
        row["id_no"] = draw_id_number(rng, area.archive_code, born, sex)
    return row


def _level_of(rng: Random, school: str) -> str:
    if school.endswith("小学"):
        return "小学"
    return "中专" if school.endswith("学校") else rng.choice(("初中", "高中"))


def draw_youth(rng: Random, area: Area, count: int) -> list[Row]:
    """`count` educated youth, ordered by year of departure; identity numbers are rare."""
    years = sorted(
        rng.choices(range(1963, 1979), [1] * 5 + [4, 9, 9, 6, 4, 3, 3, 3, 3, 2, 1], k=count)
    )
    return [_draw_youth(rng, area, index, year) for index, year in enumerate(years)]


def _draw_youth(rng: Random, area: Area, index: int, year: int) -> Row:
    sex = rng.choice("男女")
    born = date(year - rng.randrange(16, 21), 1, 1) + timedelta(days=rng.randrange(365))
    kinds, weights = zip(*_RETURNS, strict=True)
    returned = rng.randrange(max(year + 2, 1971), 1982)
    row = _shelf(YOUTH_FONDS, index, 50, "Y") | {
        "year": str(year),
        "title": f"{year}年知识青年上山下乡登记安置表",
        "name": draw_name(rng, area.archive_code, sex, born.year),
        "sex": sex,
        "birth": f"{born:%Y-%m}" if rng.random() < 0.6 else born.isoformat(),
        "origin_unit": rng.choice(area.origin_units),
        "origin_place": area.county,
        "departure_date": f"{year}-{rng.randrange(1, 13):02d}",
        "destination_place": rng.choice(area.destinations),
        "settlement_type": rng.choices(("插队", "农场", "兵团", "回乡"), (70, 12, 8, 10))[0],
    }
    if rng.random() < 0.9:
        row |= {
            "return_type": rng.choices(kinds, weights)[0],
            "return_date": f"{returned}-{rng.randrange(1, 13):02d}",
            "return_approval_no": f"({returned % 100})知回字第{rng.randrange(1, 900)}号",
            "receiving_unit": f"{area.county}{rng.choice(_RECEIVERS)}",
        }
    if rng.random() < 0.03:
        row["former_name"] = draw_surname(rng, area.archive_code) + rng.choice("卫红东")
    return row
