"""School and educated-youth records of the acceptance scenarios E11 and E12."""

from deploy.holdings.columns import Row, shelf_of
from deploy.holdings.scenario_people import P5, P7


def jiaxing_pupils() -> list[Row]:
    """E12: a roster line under the former name, at a school that closed."""
    row = shelf_of("X051-001-0014-027", 1971, 4, "Y") | {
        "title": "嘉兴县红卫中学1971届毕业生名册",
        "name": "徐卫东",
        "sex": "男",
        "birth": "1952",
        "native_place": "浙江嘉兴",
        "guardian_name": "徐荣生",
        "school": "嘉兴县红卫中学",
        "level": "初中",
        "class_name": "四班",
        "admission_date": "1968-09",
        "graduation_date": "1971-01",
        "outcome": "毕业",
        "remarks": f"{P7.name}，曾用名徐卫东",
        "former_name": P7.name,
    }
    return [row]


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
