"""School and educated-youth records of the acceptance scenarios E11 and E12."""

from deploy.holdings.columns import Row, shelf_of
from deploy.holdings.scenario_people import P5

CLASSMATES = (
    "王海生", "沈国华", "徐卫东", "李梅芬", "钱惠英", "陆阿毛", "周建新", "姚凤珍",
    "吴林根", "沈月娥", "朱学军", "金宝珠",
)  # fmt: skip
"""E12: the pupils of one roster page, in its order."""


def jiaxing_pupils() -> list[Row]:
    """E12: a roster page under the former name of P7, at a school that closed; no card is kept."""
    row = shelf_of("X051-001-0014-027", 1971, 4, "Y") | {
        "title": "嘉兴县红卫中学1971届初中四班毕业生名册",
        "school": "嘉兴县红卫中学",
        "level": "初中",
        "class_name": "四班",
        "admission_date": "1968-09",
        "graduation_date": "1971-01",
        "outcome": "毕业",
        "roster_names": "、".join(CLASSMATES),
    }
    return [row]


LINEAGE = """\
kind,name,from_year,to_year,successors,keeper,source
school,嘉兴县红卫中学,1968,1978,嘉兴县第四中学,,样本沿革
school,嘉兴县第四中学,1978,1983,嘉兴市第四中学,,样本沿革
school,嘉兴市第四中学,1983,1996,嘉兴市实验中学,,样本沿革
school,嘉兴县五七中学,1969,1996,嘉兴市实验中学,,样本沿革
school,嘉兴市实验中学,1996,,,,样本沿革
"""
"""E12: what became of the schools, as the archive's table of institutions has it."""


def pudong_youth() -> list[Row]:
    """E11, origin: approved on 1969-03-05."""
    row = shelf_of("Z107-001-0022-041", 1969, 41, "Y") | {
        "title": "川沙县1969年知识青年上山下乡登记安置表",
        "name": P5.name,
        "sex": P5.sex,
        "birth": "1950-06",
        "origin_unit": "川沙县红旗中学",
        "origin_place": "川沙县城厢镇",
        "departure_date": "1969-03-05",
        "destination_place": "江西省波阳县油墩街公社",
        "settlement_type": "插队",
    }
    return [row]


def shangrao_youth() -> list[Row]:
    """E11, destination: arrived on 1969-04-02, went back in 1978-11 by 招工."""
    row = shelf_of("Z107-001-0035-008", 1969, 8, "Y") | {
        "title": "波阳县油墩街公社1969年上海知识青年花名册",
        "name": P5.name,
        "sex": P5.sex,
        "birth": "1950-06-01",
        "origin_unit": "上海市川沙县红旗中学",
        "origin_place": "上海市川沙县",
        "departure_date": "1969-04-02",
        "destination_place": "波阳县油墩街公社前进大队",
        "settlement_type": "插队",
        "return_type": "招工",
        "return_date": "1978-11",
        "return_approval_no": "(78)波知回字第112号",
        "receiving_unit": "上海市川沙县农机厂",
    }
    return [row]
