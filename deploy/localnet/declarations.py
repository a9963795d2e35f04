"""What the sample archives agreed and what they declare to keep.

Scope and dates serve the acceptance scenarios: Pudong is never asked for 独生子女 (E21), one
agreement has run out, and Jiaxing's marriage registers end in 2013 (E08).
"""

from datetime import date, timedelta

from records.agreements import Agreement
from records.coverage import Gap, HoldingsCoverage

MARRIAGE, SCHOOL, YOUTH = "marriage_registration", "school_record", "educated_youth"
_EVERYBODY = ("party", "spouse", "agent", "relative_of_deceased", "guardian", "court", "lawyer")
_BASIS = "《中华人民共和国档案法》第二十八条、第四十一条"
_PHONES = {
    "jiaxing": "0573-8200 0000（样本）",
    "shangrao": "0793-8200 0000（样本）",
    "pudong": "021-5800 0000（样本）",
}


def agreements(today: date) -> tuple[Agreement, ...]:
    """Two agreements in force and one that ended yesterday."""
    start = date(today.year - 1, 1, 1)
    end = date(today.year + 2, 12, 31)
    yesterday = today - timedelta(days=1)
    livelihood = (MARRIAGE, SCHOOL, YOUTH, "labour_recruitment", "work_seniority")
    return (
        _agreement("jiaxing-shangrao", ("jiaxing", "shangrao"), livelihood, (start, end)),
        _agreement(
            "jiaxing-pudong", ("jiaxing", "pudong"), (MARRIAGE, SCHOOL, YOUTH), (start, end)
        ),
        _agreement(
            "shangrao-pudong",
            ("shangrao", "pudong"),
            (MARRIAGE, YOUTH),
            (date(today.year - 2, 1, 1), yesterday),
        ),
    )


def _agreement(
    name: str,
    parties: tuple[str, str],
    categories: tuple[str, ...],
    validity: tuple[date, date],
) -> Agreement:
    """Both directions, extracts at most, sealed by the holder."""
    return Agreement(
        agreement_id=f"{name}-{validity[0].year}",
        version=1,
        asking_nodes=parties,
        holding_nodes=parties,
        categories=categories,
        requester_types=_EVERYBODY,
        purposes=(),
        year_from=1949,
        year_to=2030,
        granularity="extract",
        seal_mode="HOLDER_ELECTRONIC_WINDOW_COUNTERSIGN",
        minutes=15,
        legal_basis=_BASIS,
        valid_from=validity[0],
        valid_to=validity[1],
        daily_quota=2000,
        contacts={party: _PHONES[party] for party in parties},
        delivery=("window", "online"),
    )


def coverage(archive_code: str, node_id: str, today: date) -> tuple[HoldingsCoverage, ...]:
    """What one archive declares: a declaration for each kind of record."""
    areas, spans = _HOLDINGS[archive_code]
    return tuple(
        HoldingsCoverage(
            archive_code=archive_code,
            node_id=node_id,
            sequence=1,
            category=category,
            areas=areas,
            covered_from=first,
            covered_to=last,
            gaps=_GAPS.get((archive_code, category), ()),
            as_of=today,
            referral=referral,
        )
        for category, (first, last, referral) in spans.items()
    )


_Span = tuple[int, int, str]
_HOLDINGS: dict[str, tuple[tuple[str, ...], dict[str, _Span]]] = {
    "330400": (
        ("330402", "330411"),
        {
            MARRIAGE: (1950, 2013, "2014 年起：南湖区民政局、秀洲区民政局婚姻登记处"),
            SCHOOL: (1949, 2005, "2006 年起：原学校或区教育局"),
            YOUTH: (1962, 1981, ""),
            "only_child": (1979, 2015, "2016 年起：区卫生健康局"),
        },
    ),
    "330481": (
        # The registers of 下沙, once 江干区 and now 钱塘区, are deposited here: coverage decides,
        # not geography (E20).
        ("330481", "330114"),
        {
            MARRIAGE: (1950, 2012, "2013 年起：海宁市民政局婚姻登记处"),
            SCHOOL: (1949, 2005, "2006 年起：海宁市教育局"),
            YOUTH: (1962, 1981, ""),
        },
    ),
    "361100": (
        ("361100",),
        {
            MARRIAGE: (1950, 2010, "2011 年起：各县（市、区）民政局婚姻登记处"),
            SCHOOL: (1949, 2005, "2006 年起：各县（市、区）教育局"),
            YOUTH: (1962, 1981, ""),
            "forest_right": (1981, 2016, "2017 年起：自然资源局不动产登记中心"),
        },
    ),
    "310115": (
        ("310115",),
        {
            MARRIAGE: (1950, 2011, "2012 年起：浦东新区民政局婚姻登记中心"),
            SCHOOL: (1949, 2005, "2006 年起：浦东新区教育局"),
            YOUTH: (1962, 1981, ""),
            "only_child": (1979, 2015, "2016 年起：浦东新区卫生健康委员会"),
        },
    ),
}
_GAPS = {
    ("361100", MARRIAGE): (Gap(year_from=1987, year_to=1987, what="沙溪镇 1987 年卷受潮待修"),),
}
