"""The invented people of the acceptance scenarios (domain.md §7).

P1 to P10 carry the numbers given there; every other number is made with an unassigned area code
by `id_numbers.with_check_digit`.
"""

from dataclasses import dataclass

from deploy.holdings.id_numbers import with_check_digit


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who does not exist."""

    name: str
    sex: str
    id_no: str
    birth: str
    """ISO date, as the number says."""


def _person(name: str, body: str) -> Person:
    """A person by name and the first 17 digits of the number."""
    sex = "男" if int(body[16]) % 2 else "女"
    birth = f"{body[6:10]}-{body[10:12]}-{body[12:14]}"
    return Person(name=name, sex=sex, id_no=with_check_digit(body), birth=birth)


P1 = _person("沈建根", "33049919540317013")
P2 = _person("钱阿妹", "33049919560822024")
P3 = _person("周金水", "36119919621105031")
P4 = _person("吴桂兰", "36119919640209042")
P5 = _person("顾国平", "31019919500601053")
P6 = _person("陆秀英", "31019919480930064")
P7 = _person("徐阿大", "33219919520214075")
P8 = _person("沈丽华", "33049919880808118")
P9 = _person("钱强", "33049919880808119")
P10 = _person("王生", "33049919790101009")
XIAO_FENGYING = _person("肖凤英", "36119919370412022")
"""E04: the record says 蕭鳳英."""
HUANG_AMAO = _person("黄阿毛", "33049919550602031")
"""E05: the applicant's accent makes it 王阿毛."""
WANG_XIUYING = _person("王秀英", "33049919610318046")
"""E06: one of three of the name who married in 海宁 in 1983."""
SUN_LIPING = _person("孙丽萍", "33049919890314028")
"""E02: the spouse of P9, who must stay masked."""
ZHOU_SHUIGEN = _person("周水根", "36119919621105051")
"""E17: the index says 1962-11-15, the page 1962-11-05."""
