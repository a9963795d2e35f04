"""Who keeps the record where no archive of the federation does (转办提示).

General knowledge by category and year; an archive's own declared referral comes first. Sources:
domain.md §2.1 (newer registrations stay with civil affairs; court divorces in court files) and
§2.2 (higher-education certificates from about 2001 on 学信网).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """An office outside the federation and why it is the one to ask."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _ReferralRule:
    category: str
    since: int
    """First year to which it applies."""
    referral: Referral


_RULES: tuple[_ReferralRule, ...] = (
    _ReferralRule(
        category="marriage_registration",
        since=1950,
        referral=Referral(
            name="判决、调解离婚的人民法院", why="经法院判决或调解离婚的，案卷由法院保管。"
        ),
    ),
    _ReferralRule(
        category="marriage_registration",
        since=2003,
        referral=Referral(
            name="登记地县级民政局婚姻登记处",
            why="较新的婚姻登记档案一般尚未移交档案馆，由登记机关保管。",
        ),
    ),
    _ReferralRule(
        category="school_record",
        since=2001,
        referral=Referral(
            name="学信网（中国高等教育学生信息网）",
            why="2001年以后的高等教育学历可在学信网查询。",
        ),
    ),
    _ReferralRule(
        category="school_record",
        since=1900,
        referral=Referral(name="毕业学校或其上级教育主管部门", why="在办学校的学籍由学校保管。"),
    ),
    _ReferralRule(
        category="birth_certificate",
        since=1996,
        referral=Referral(
            name="签发机构所在地卫生健康部门", why="出生医学证明的存根由签发机构保管。"
        ),
    ),
    _ReferralRule(
        category="social_insurance",
        since=1990,
        referral=Referral(name="参保地社会保险经办机构", why="缴费记录由经办机构保管。"),
    ),
    _ReferralRule(
        category="civil_litigation",
        since=1950,
        referral=Referral(name="审理案件的人民法院", why="诉讼档案由法院保管，部分已移交。"),
    ),
    _ReferralRule(
        category="notarisation",
        since=1980,
        referral=Referral(name="办理公证的公证处", why="公证档案一般由公证处保管。"),
    ),
    _ReferralRule(
        category="house_property",
        since=2015,
        referral=Referral(name="不动产登记中心", why="2015年以后的登记由不动产登记机构保管。"),
    ),
)


DIVORCE = frozenset({"divorce", "离婚", "离婚登记"})
"""How a query says that a divorce is sought (code and label of the event type)."""


def court_referrals(category: str, event: str) -> tuple[Referral, ...]:
    """Who keeps divorces by judgment, whichever archives keep the registered ones (E10)."""
    if category != "marriage_registration" or event not in DIVORCE:
        return ()
    return (_RULES[0].referral,)


def referrals_for(category: str, year: int | None = None) -> tuple[Referral, ...]:
    """General referrals of a category for records of a year; all of them when it is not known."""
    return tuple(
        rule.referral
        for rule in _RULES
        if rule.category == category and (year is None or year >= rule.since)
    )
