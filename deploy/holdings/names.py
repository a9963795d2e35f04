"""Invented names that sound like their decade.

Surnames: the order of the most frequent ones is that of 公安部户政管理研究中心,
《二〇二〇年全国姓名报告》 (王李张刘陈 first, together about three in ten people); the weights per
thousand are rounded by us, and the local surnames and their multipliers are ours. Given-name
characters are our own choice by sex and decade.
"""

from random import Random

SURNAME_WEIGHTS: dict[str, int] = {
    "王": 72, "李": 71, "张": 68, "刘": 51, "陈": 45, "杨": 31, "黄": 23, "赵": 21, "吴": 20,
    "周": 20, "徐": 15, "孙": 15, "马": 13, "朱": 13, "胡": 12, "郭": 11, "何": 11, "林": 11,
    "高": 10, "罗": 9, "郑": 9, "梁": 8, "谢": 8, "宋": 7, "唐": 7, "许": 7, "韩": 6, "冯": 6,
    "邓": 6, "曹": 6, "彭": 6, "曾": 6, "肖": 5, "田": 5, "董": 5, "潘": 5, "袁": 5, "蔡": 5,
    "蒋": 5, "余": 5, "于": 4, "杜": 4, "叶": 4, "程": 4, "魏": 4, "苏": 4, "吕": 4, "丁": 4,
    "任": 4, "卢": 4, "姚": 4, "沈": 4, "钟": 4, "姜": 3, "崔": 3, "谭": 3, "陆": 3, "范": 3,
    "汪": 3, "廖": 3, "石": 3, "金": 3, "韦": 2, "贾": 3, "夏": 3, "付": 2, "方": 3, "邹": 3,
    "熊": 3, "白": 2, "孟": 2, "秦": 2, "邱": 2, "江": 3, "尹": 2, "薛": 2, "闫": 2, "段": 2,
    "雷": 2, "侯": 2, "龙": 2, "史": 2, "陶": 2, "黎": 2, "贺": 2, "顾": 2, "毛": 2, "郝": 2,
    "龚": 2, "邵": 2, "万": 2, "钱": 2, "严": 2, "戴": 2, "莫": 1, "孔": 1, "向": 1, "汤": 2,
}  # fmt: skip

LOCAL_MULTIPLIERS: dict[str, dict[str, int]] = {
    "330400": {"沈": 12, "钱": 10, "陆": 10, "顾": 8, "徐": 4, "朱": 3, "姚": 5, "金": 5, "吴": 2},
    "330481": {"沈": 9, "陆": 8, "许": 5, "朱": 4, "徐": 4, "金": 5, "顾": 5, "邵": 5, "严": 4},
    "361100": {"徐": 5, "周": 3, "郑": 5, "叶": 5, "余": 5, "汪": 4, "程": 4, "刘": 2, "江": 4},
    "310115": {"顾": 14, "陆": 13, "沈": 9, "朱": 5, "徐": 4, "金": 5, "唐": 5, "潘": 4, "严": 5},
}

_MALE = {
    1900: "金根福生阿大炳林荣祥水土财宝发长寿德顺仁义昌兴庆云卿",
    1950: "建国根林明荣金祥国平志强永忠华军卫东红兵新民福生伟跃进援朝",
    1970: "建军伟强勇斌平峰明辉刚杰华海涛志鹏云飞卫国晓俊超",
    1985: "磊鹏超杰浩伟斌涛宇晨佳俊凯旭琦翔骏飞亮一鸣",
}
_FEMALE = {
    1900: "阿妹秀英桂珍宝凤金珠巧玲林娥彩云月仙招娣银杏",
    1950: "秀英桂兰凤珍玉芳美娟惠琴丽华建红卫跃萍文雅林妹",
    1970: "丽萍敏红燕芳静霞娟艳梅莉琴英雪琳晓蓉小",
    1985: "婷丽静雯佳莹琳娜倩颖洁慧敏晶晓嘉怡思雨",
}
RESERVED = frozenset({"王生", "王昇", "王升", "王声"})
"""Spellings that no invented row may carry: scenario E07 finds nothing."""


def _era(table: dict[int, str], birth_year: int) -> str:
    return table[max(start for start in table if start <= max(birth_year, 1900))]


def draw_surname(rng: Random, archive_code: str) -> str:
    """One surname by national frequency, tilted to what is common around that archive."""
    local = LOCAL_MULTIPLIERS[archive_code]
    weights = [weight * local.get(surname, 1) for surname, weight in SURNAME_WEIGHTS.items()]
    return rng.choices(list(SURNAME_WEIGHTS), weights)[0]


def draw_name(rng: Random, archive_code: str, sex: str, birth_year: int) -> str:
    """A name of two or three characters fit for the sex (男 or 女) and the year of birth."""
    characters = _era(_MALE if sex == "男" else _FEMALE, birth_year)
    surname = draw_surname(rng, archive_code)
    single_share = 0.12 if birth_year < 1970 else 0.3
    if rng.random() < single_share:
        given = rng.choice(characters)
    else:
        given = "".join(rng.sample(characters, 2))
    name = surname + given
    return draw_name(rng, archive_code, sex, birth_year) if name in RESERVED else name
