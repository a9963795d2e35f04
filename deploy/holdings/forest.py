"""Invented forest papers of 上饶: two of E23, and neighbours that must not be taken for them."""

from random import Random

from deploy.holdings.columns import Row, shelf_of

FONDS = "N031"
COUNT = 40
_HILLS = ("小坞里", "石桥坞", "茅岗", "龙头山", "百步岭", "枫树坳", "下大坞", "竹园里")
_TEAMS = ("前进", "红旗", "东风", "胜利", "向阳")
_PAPERS = ("山林权证存根", "山林四至协议书", "林木采伐登记", "自留山清册")


def scenario_papers() -> list[Row]:
    """E23: the boundary of 大坞里, agreed in 1986 and disputed in 2014."""
    agreed = shelf_of(f"{FONDS}-001-0012-003", 1986, 3, "Y") | {
        "title": "关于茶亭乡大坞里山林四至界线的协议书",
        "owner": "前进大队、红旗大队",
        "mountain": "茶亭乡大坞里",
        "area": "一百二十亩",
        "boundaries": "东至溪，南至机耕路，西至山脊，北至百步岭",
        "issue_date": "1986-04-02",
    }
    disputed = shelf_of(f"{FONDS}-002-0120-001", 2014, 1, "Y") | {
        "title": "茶亭镇大坞里林权争议调解意见书",
        "owner": "前进村、红旗村",
        "mountain": "茶亭镇大坞里",
        "area": "八公顷",
        "boundaries": "以一九八六年协议书所载四至为准",
        "certificate_no": "饶林调字（2014）第9号",
        "issue_date": "2014-09-11",
    }
    return [agreed, disputed]


def draw_papers(rng: Random, count: int = COUNT) -> list[Row]:
    """`count` papers about other hills."""
    return [_draw_paper(rng, index) for index in range(count)]


def _draw_paper(rng: Random, index: int) -> Row:
    year = rng.randrange(1981, 2015)
    hill, team = rng.choice(_HILLS), rng.choice(_TEAMS)
    unit = "大队" if year < 1984 else "村"
    paper = rng.choice(_PAPERS)
    return shelf_of(f"{FONDS}-010-{100 + index:04d}-001", year, 1, "Y") | {
        "title": f"{team}{unit}{hill}{paper}",
        "owner": f"{team}{unit}",
        "mountain": f"茶亭{'乡' if year < 1994 else '镇'}{hill}",
        "area": f"{rng.randrange(3, 200)}亩",
        "boundaries": "东至路，西至山脊",
        "certificate_no": f"饶林字（{year}）第{rng.randrange(1, 400)}号",
        "issue_date": f"{year}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 28):02d}",
    }
