"""Offices, towns and schools by archive: the period's own names.

County and district names and their years follow domain.md §4.7; towns are named as they were
called, the schools are invented.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The area whose registers one archive keeps."""

    archive_code: str
    fonds: str
    """Fonds number of the marriage registers."""
    county: str
    """County as it was called until the early 1980s; goes before commune and township names."""
    later_county: str
    """The same area as it was called from about 1990."""
    short: str
    """Short name used in certificate numbers, e.g. "嘉郊"."""
    national_code: str
    """GB/T 2260 code in the national numbers from 2010 on."""
    towns: tuple[str, ...]
    schools: tuple[str, ...]
    origin_units: tuple[str, ...]
    destinations: tuple[str, ...]
    native_places: tuple[str, ...]
    last_year: int
    """Last registers that were transferred to the archive."""


AREAS: dict[str, Area] = {
    "330400": Area(
        archive_code="330400",
        fonds="L021",
        county="嘉兴县",
        later_county="嘉兴市秀城区",
        short="嘉郊",
        national_code="330402",
        towns=("新丰", "余新", "凤桥", "七星", "大桥", "步云", "王店", "王江泾", "油车港", "新塍"),
        schools=(
            "嘉兴县红卫中学",
            "嘉兴县五七中学",
            "嘉兴纺织工业学校",
            "南堰初级中学",
            "北门小学",
        ),
        origin_units=("嘉兴县红卫中学", "嘉兴绢纺厂子弟学校", "东栅街道", "嘉兴县第四中学"),
        destinations=("黑龙江省密山县八五七农场", "嘉兴县凤桥公社星火大队", "浙江生产建设兵团"),
        native_places=("浙江嘉兴", "浙江平湖", "浙江绍兴", "江苏吴江"),
        last_year=2013,
    ),
    "330481": Area(
        archive_code="330481",
        fonds="L034",
        county="海宁县",
        later_county="海宁市",
        short="海宁",
        national_code="330481",
        towns=("硖石", "袁花", "斜桥", "长安", "许村", "盐官", "丁桥", "黄湾", "周王庙", "马桥"),
        schools=("海宁县东风中学", "硖石镇第二中学", "袁花中学", "海宁县五七中学"),
        origin_units=("海宁县东风中学", "硖石镇居委会", "长安镇第一中学"),
        destinations=("海宁县马桥公社先锋大队", "黑龙江省宝清县五九七农场"),
        native_places=("浙江海宁", "浙江桐乡", "浙江余杭"),
        last_year=2012,
    ),
    "361100": Area(
        archive_code="361100",
        fonds="J012",
        county="上饶县",
        later_county="上饶县",
        short="饶县",
        national_code="361121",
        towns=("旭日", "罗桥", "沙溪", "田墩", "皂头", "茶亭", "花厅", "枫岭头", "清水", "煌固"),
        schools=("上饶县第一中学", "上饶县红星中学", "上饶县农业学校", "沙溪中学", "旭日小学"),
        origin_units=("上海市川沙县红旗中学", "上饶县第一中学", "上海市杨浦区凤城中学"),
        destinations=(
            "波阳县油墩街公社前进大队",
            "铅山县河口公社红旗大队",
            "上饶县茶亭公社东风大队",
        ),
        native_places=("江西上饶", "江西玉山", "江西铅山", "浙江江山"),
        last_year=2010,
    ),
    "310115": Area(
        archive_code="310115",
        fonds="P115",
        county="川沙县",
        later_county="上海市浦东新区",
        short="川沙",
        national_code="310115",
        towns=("高桥", "高行", "东沟", "洋泾", "张江", "北蔡", "六里", "三林", "合庆", "祝桥"),
        schools=("川沙县红旗中学", "高桥中学", "洋泾红卫中学", "川沙师范学校"),
        origin_units=("川沙县红旗中学", "洋泾红卫中学", "高桥镇街道", "川沙县城厢镇中学"),
        destinations=("江西省波阳县油墩街公社", "黑龙江省逊克县", "安徽省广德县新杭公社"),
        native_places=("上海川沙", "上海南汇", "江苏海门", "浙江宁波"),
        last_year=2011,
    ),
}


def registration_office(area: Area, town: str, year: int) -> str:
    """Who registered marriages there in that year, as written then (domain.md §2.1)."""
    if year < 1958:
        return f"{area.county}{town}乡人民政府"
    if year < 1968:
        return f"{area.county}{town}人民公社管理委员会"
    if year < 1981:
        return f"{area.county}{town}人民公社革命委员会"
    if year < 1994:
        return f"{area.county}{town}乡人民政府" if year < 1990 else f"{area.county}{town}镇人民政府"
    if year < 2003:
        return f"{area.later_county}{town}镇人民政府"
    return f"{area.later_county}民政局"


def certificate_number(area: Area, year: int, serial: int) -> str:
    """The number in the style of the period; empty where none was given."""
    if year < 1956:
        return ""
    if year < 1986:
        return f"({year % 100:02d}){area.short}结字第{serial}号"
    if year < 2004:
        return f"{area.short}字第{year % 100:02d}{serial:04d}号"
    if year < 2010:
        return f"{area.short}结字01{year % 100:02d}{serial:05d}"
    return f"J{area.national_code}-{year}-{serial:06d}"
