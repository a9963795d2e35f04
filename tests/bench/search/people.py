"""Invented couples in any number: names as frequent as real ones, namesakes included.

Deterministic: the same seed and number give the same couple, whatever else is drawn.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random

from tests.bench.search.surnames import read_surnames

CHUNK = 10_000
COLUMNS = (
    "reference_code", "year", "event_type", "event_date", "registration_office", "certificate_no",
    "open_status", "a_name", "a_sex", "a_birth", "b_name", "b_sex", "b_birth",
)  # fmt: skip
_PLACES = (
    "嘉兴市城区", "嘉兴市郊区", "嘉善县", "平湖县", "海宁县", "海盐县", "桐乡县", "南湖区",
    "秀洲区", "洪合公社", "新塍镇", "王江泾镇", "斜桥公社", "硖石镇", "乌镇公社", "西塘镇", 
    "乍浦镇", "武原镇",
)  # fmt: skip

# Head of the given-name characters by sex and cohort, commonest first (own choice, after the
# yearly name reports of the Ministry of Public Security); the tail is shared.
_GIVEN = {
    ("男", 0): "根明林荣生金福祥华国兴宝发德志文建永水法龙阿云良顺忠关才全土仁富海泉松康毛惠炳",
    ("男", 1955): "建国明华林荣平根伟军志祥永忠强福兴金卫文新民海东生良跃清庆德康春龙云成健峰",
    ("男", 1972): "伟军强明建华平峰勇斌辉杰刚海涛志国林飞文俊鹏新晓荣忠永云良波卫超宏利东春",
    ("男", 1985): "伟杰超斌涛浩俊磊鹏晨宇佳峰勇强军鑫亮凯飞明龙旭翔健波琪晓文嘉海江东宏志",
    ("女", 0): "英珍宝秀妹凤娥金玉桂林云花兰珠阿彩香美招娣莲素仙巧琴月爱文小梅银娟芬生",
    ("女", 1955): "英珍芳凤华玉芬琴美娟妹秀林金萍丽兰惠云明红桂建仙文群香爱雪月花根莲菊娥",
    ("女", 1972): "芳丽红英萍燕华敏琴霞娟芬梅玲静美凤艳珍莉雪晓群莺琳小春亚文建惠洁勤云",
    ("女", 1985): "丽婷燕芳静敏娟佳晓莉霞红萍雪玲琳莹艳娜洁慧雯倩颖文嘉欣怡英思云春亚君",
}
_TAIL = (
    "安昌诚川达登栋恩帆方芙刚功冠广贵桂汉浩和恒弘鸿厚虎欢焕慧吉纪继加坚江姣娇锦进京景敬静钧"
    "开科奎坤兰乐黎礼力立连廉粱亮琳岭柳露鲁伦满茂美苗妙宁培沛品奇启千谦乾青琼秋全权泉群然仁日"
    "瑞润山善尚绍深声胜师诗石时世书树双舜思松泰天铁廷挺同望维巍卫蔚为武希习喜夏先贤显献湘向孝"
    "心信星秀旭轩学勋迅雅延岩炎彦阳尧耀业叶怡宜义艺益毅银莹营勇友有余瑜宇雨裕元原远悦跃越运泽"
    "增展章昭照哲贞真振正之芝知植治智忠仲柱卓子宗祖左佐浙沪未末夫天士工干甘日曰田由甲申"
)
_HEAD_SHARE, _SLOPE = 0.86, 0.62


@dataclass(frozen=True, slots=True)
class Party:
    """One side of a marriage."""

    name: str
    sex: str
    birth: date


@dataclass(frozen=True, slots=True)
class Couple:
    """One marriage registration."""

    number: int
    reference_code: str
    year: int
    event: date
    place: str
    a: Party
    b: Party

    def row(self) -> tuple[str, ...]:
        """Cells in the order of `COLUMNS`."""
        return (
            self.reference_code, str(self.year), "marriage", self.event.isoformat(), self.place,
            f"({self.year}){self.place[:3]}结字第{self.number % 9973}号", "not_reviewed",
            self.a.name, self.a.sex, self.a.birth.isoformat(),
            self.b.name, self.b.sex, self.b.birth.isoformat(),
        )  # fmt: skip


class Population:
    """All couples of one seed."""

    def __init__(self, data: Path, seed: int) -> None:
        """Read the frequencies."""
        surnames = read_surnames(data)
        self._surnames = list(surnames)
        self._weights = list(accumulate(surnames.values()))
        self._seed = seed
        self._given = {key: _weighed(head) for key, head in _GIVEN.items()}

    def chunk(self, index: int, size: int = CHUNK) -> list[Couple]:
        """Couples `index * CHUNK` to that plus `size`, at most `CHUNK`."""
        rng = Random(f"{self._seed}/{index}")
        surnames = iter(rng.choices(self._surnames, cum_weights=self._weights, k=2 * CHUNK))
        first = index * CHUNK
        return [self._couple(first + i, rng, next(surnames), next(surnames)) for i in range(size)]

    def couples(self, count: int) -> Iterator[Couple]:
        """The first `count` couples."""
        for index in range((count + CHUNK - 1) // CHUNK):
            yield from self.chunk(index, min(CHUNK, count - index * CHUNK))

    def _couple(self, number: int, rng: Random, his: str, hers: str) -> Couple:
        draw = rng.random
        event = date(1950, 1, 1) + timedelta(int(draw() ** 0.7 * 22_900))
        age = 20 + int(abs(rng.gauss(0, 5)) * 365) // 365
        born = event.replace(day=1) - timedelta(age * 365 + int(draw() * 365))
        born_b = born + timedelta(int(rng.gauss(500, 900)))
        if (event - born_b).days < 18 * 365:
            born_b = event - timedelta(18 * 365 + int(draw() * 700))
        return Couple(
            number=number,
            reference_code=f"J{1 + number % 97:03d}-{event.year}-{number // 300:06d}-{number:08d}",
            year=event.year,
            event=event,
            place=_PLACES[int(draw() * len(_PLACES))],
            a=Party(his + self._given_name(rng, "男", born.year), "男", born),
            b=Party(hers + self._given_name(rng, "女", born_b.year), "女", born_b),
        )

    def _given_name(self, rng: Random, sex: str, year: int) -> str:
        cohort = 1985 if year >= 1985 else 1972 if year >= 1972 else 1955 if year >= 1955 else 0
        signs, weights = self._given[sex, cohort]
        single = 0.10 if year < 1972 else 0.28
        return "".join(rng.choices(signs, cum_weights=weights, k=1 if rng.random() < single else 2))


def write_csv(path: Path, couples: Iterator[Couple]) -> int:
    """The import file of those couples; its rows."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(COLUMNS)
        count = 0
        for couple in couples:
            rows.writerow(couple.row())
            count += 1
    return count


def _weighed(head: str) -> tuple[str, list[float]]:
    tail = "".join(sign for sign in dict.fromkeys(_TAIL) if sign not in head)
    ranks = [(place + 1) ** -_SLOPE for place in range(len(head))]
    total = sum(ranks)
    weights = [_HEAD_SHARE * one / total for one in ranks]
    weights += [(1 - _HEAD_SHARE) / len(tail)] * len(tail)
    return head + tail, list(accumulate(weights))
