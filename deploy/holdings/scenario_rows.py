"""The records that the acceptance scenarios look for (domain.md §7), as the index holds them.

An index row may be wrong on purpose; `page_*` keys say what the page itself reads where that
differs, and are never written to an import file.
"""

from deploy.holdings.columns import Row, shelf_of
from deploy.holdings.scenario_people import (
    HUANG_AMAO,
    P1,
    P2,
    P3,
    P4,
    P6,
    P9,
    SUN_LIPING,
    ZHOU_SHUIGEN,
    Person,
)

PAGE_PREFIX = "page_"


def _shelf(reference_code: str, year: int, page: int = 1) -> Row:
    return shelf_of(reference_code, year, page, "D100")


def _couple(first: Person, second: Person, *, with_numbers: bool = True) -> Row:
    row: Row = {"a_ethnicity": "汉", "b_ethnicity": "汉"}
    for prefix, person in (("a_", first), ("b_", second)):
        row |= {
            f"{prefix}name": person.name,
            f"{prefix}sex": person.sex,
            f"{prefix}birth": person.birth,
        }
        if with_numbers:
            row[f"{prefix}id_no"] = person.id_no
    return row


def _event(kind: str, happened: str, office: str, number: str = "") -> Row:
    return {
        "event_type": kind,
        "event_date": happened,
        "registration_office": office,
        "certificate_no": number,
    }


def shangrao_marriages() -> list[Row]:
    """E01, E04 and E17."""
    e01 = _shelf("J012-003-0456-078", 1985, 78) | _couple(P3, P4, with_numbers=False)
    e01 |= _event("marriage", "1985-05-20", "上饶县旭日镇人民政府", "(85)旭镇结字第78号")
    e01 |= {
        "title": "上饶县旭日镇1985年结婚登记",
        "a_occupation": "工人",
        "a_residence": "上饶县旭日镇解放路",
        "a_native_place": "江西上饶",
        "b_occupation": "教师",
        "b_residence": "上饶县罗桥乡",
        "b_native_place": "江西上饶",
    }
    e04 = _shelf("J012-001-0031-012", 1957, 12)
    e04 |= _event("marriage", "1957-02-18", "上饶县沙溪乡人民政府", "(57)沙溪结字第12号")
    e04 |= {
        "title": "上饶縣沙溪鄉1957年結婚登記",
        "a_name": "劉炳生",
        "a_sex": "男",
        "a_age_recorded": "24",
        "a_occupation": "务农",
        "a_residence": "沙溪乡",
        "b_name": "蕭鳳英",
        "b_sex": "女",
        "b_birth": "1937-04-12",
        "b_age_recorded": "21",
        "b_occupation": "务农",
        "b_residence": "沙溪乡",
    }
    wife = Person(name="郑菊香", sex="女", id_no="", birth="1964-07-21")
    e17 = _shelf("J012-003-0461-016", 1986, 16) | _couple(ZHOU_SHUIGEN, wife, with_numbers=False)
    e17 |= _event("marriage", "1986-10-01", "上饶县罗桥乡人民政府", "(86)罗桥结字第16号")
    e17 |= {"a_birth": "1962-11-15", f"{PAGE_PREFIX}a_birth": "1962-11-05"}
    return [e01, e04, e17]


def jiaxing_marriages() -> list[Row]:
    """E02, E03, E05, E13, E18, E24 and E27."""
    e02 = _shelf("L021-007-0612-023", 2012, 23) | _couple(P9, SUN_LIPING)
    e02 |= _event("marriage", "2012-03-09", "嘉兴市南湖区民政局", "J330402-2012-000123")
    e02 |= {"title": "南湖区2012年结婚登记", "a_residence": "嘉兴市南湖区新嘉街道"}
    e05 = _shelf("L021-002-0208-006", 1978, 6)
    e05 |= _event("marriage", "1978-12-12", "嘉兴县新丰人民公社革命委员会")
    e05 |= {
        "a_name": HUANG_AMAO.name,
        "a_sex": "男",
        "a_birth": HUANG_AMAO.birth,
        "b_name": "朱小娥",
        "b_sex": "女",
        "b_birth": "1957-01",
    }
    e13 = _shelf("L021-001-0044-031", 1958, 31)
    e13 |= _event("marriage", "1958-05-03", "嘉兴县余新乡人民委员会")
    e13 |= {
        "a_name": "王金根",
        "a_sex": "男",
        "a_age_recorded": "26",
        "b_name": "徐阿珠",
        "b_sex": "女",
        "b_age_recorded": "22",
    }
    e18 = _shelf("L021-001-0019-009", 1956, 9)
    e18 |= _event("marriage", "农历一九五六年八月廿二", "嘉兴县凤桥乡人民委员会")
    e18 |= {
        "a_name": "周福根",
        "a_sex": "男",
        "a_age_recorded": "24",
        "b_name": "沈月仙",
        "b_sex": "女",
        "b_age_recorded": "20",
    }
    e27 = _shelf("L021-002-0177-040", 1974, 40)
    e27 |= _event("marriage", "1974-05-16", "嘉兴县东门人民公社革命委员会")
    e27 |= {
        "a_name": "沈国强",
        "a_sex": "男",
        "a_birth": "1951-03-11",
        "b_name": "□□",
        "b_sex": "女",
        "damage": "受潮，女方姓名处字迹不能辨认",
    }
    return [e02, e05, e13, e18, e27, *_shen_and_qian()]


def _shen_and_qian() -> list[Row]:
    """E03 and E24: one couple, four events."""
    couple = _couple(P1, P2, with_numbers=False)
    married = _shelf("L021-003-0302-037", 1982, 37) | couple
    # Typed as the clerk of 1998 liked it; the page reads (82)嘉郊结字第37号.
    married |= _event("marriage", "1982-02-06", "嘉兴市郊区新丰人民公社管理委员会", "嘉郊(82)37")
    married |= {f"{PAGE_PREFIX}certificate_no": "(82)嘉郊结字第37号"}
    divorced = _shelf("L021-005-0488-003", 1999, 3) | couple
    divorced |= _event("divorce", "1999-08-17", "嘉兴市秀洲区新丰镇人民政府", "嘉郊离字第99003号")
    restored = _shelf("L021-006-0519-002", 2001, 2) | couple
    restored |= _event("restored", "2001-01-04", "嘉兴市秀洲区新丰镇人民政府", "嘉郊结字第01002号")
    reissued = _shelf("L021-006-0577-011", 2008, 11) | _couple(P1, P2)
    reissued |= _event("reissue", "2008-11-20", "嘉兴市南湖区民政局", "嘉南补结010800011")
    return [married, divorced, restored, reissued]


def haining_marriages() -> list[Row]:
    """E06, E19 and E20."""
    rows: list[Row] = []
    husbands = (("陆明华", "1959-06-02"), ("许国兴", "1960-11-23"), ("邵金荣", "1958-03-30"))
    births = ("1961-03-18", "1962-08-05", "1960-12-26")
    for index, ((husband, born), wife_born) in enumerate(zip(husbands, births, strict=True)):
        row = _shelf(f"L034-003-0{311 + index * 7:03d}-0{20 + index}", 1983, 20 + index)
        row |= _event(
            "marriage",
            f"1983-0{index + 1}-1{index}",
            f"海宁县{('硖石', '袁花', '斜桥')[index]}人民公社管理委员会",
            f"(83)海宁结字第{210 + index}号",
        )
        row |= {
            "a_name": husband,
            "a_sex": "男",
            "a_birth": born,
            "b_name": "王秀英",
            "b_sex": "女",
            "b_birth": wife_born,
        }
        rows.append(row)
    e19 = _shelf("L034-003-0350-015", 1988, 15)
    e19 |= _event("marriage", "1988-05-01", "海宁市长安镇人民政府", "海宁字第880015号")
    e19 |= {
        "a_name": "朱建明",
        "a_sex": "男",
        "a_birth": "1963-10-09",
        "b_name": "严玉芳",
        "b_sex": "女",
        "b_birth": "1965-02-17",
    }
    e20 = _shelf("L034-008-0021-044", 1995, 44)
    e20 |= _event("marriage", "1995-10-18", "杭州市江干区下沙镇人民政府", "江下字第950044号")
    e20 |= {
        "title": "江干区下沙镇1995年结婚登记（寄存）",
        "a_name": "俞建国",
        "a_sex": "男",
        "a_birth": "1969-08-12",
        "b_name": "何美珍",
        "b_sex": "女",
        "b_birth": "1971-01-30",
    }
    return [*rows, e19, e20]


def pudong_marriages() -> list[Row]:
    """E10: her marriage of 1972; a divorce by the court is in no register."""
    husband = Person(name="唐福荣", sex="男", id_no="", birth="1946-04-25")
    e10 = _shelf("P115-002-0093-019", 1972, 19) | _couple(husband, P6, with_numbers=False)
    e10 |= _event("marriage", "1972-02-10", "川沙县高桥人民公社革命委员会", "(72)高桥结字第19号")
    return [e10]
