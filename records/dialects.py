"""What the ear of one place does not tell apart, as data that its archive can edit.

A profile names groups of toneless Mandarin syllables that are one sound in the local speech, so
that what a citizen says there and what a clerk wrote may differ (domain.md §4.6). The southern
accents of Mandarin itself (zh=z, n=l, -ng=-n, h=f) are folded everywhere and stand in no profile.
The two lists are our own, by the mergers that are commonly described for northern Wu and for
Shangrao; no dictionary was copied, and none vouches for them. An archive whose officers hear it
otherwise edits its own file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from records.reasons import DIALECT_MALFORMED
from records.refusal import Refusal
from records.wu_sounds import SYLLABLES, wu_groups

MOST_GROUPS = 400
MOST_IN_GROUP = 16


@dataclass(frozen=True, slots=True)
class DialectProfile:
    """Sounds that the people of one place do not tell apart."""

    code: str
    groups: tuple[frozenset[str], ...]
    """Toneless syllables, `v` for ü. A syllable may stand in several groups: 王 with 黄, 望 with
    忙; being alike is not passed on from one group to the next."""
    _alike: Mapping[str, frozenset[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Syllables are looked up thousands of times in a search."""
        found: dict[str, frozenset[str]] = {}
        for group in self.groups:
            for one in group:
                found[one] = found.get(one, frozenset()) | (group - {one})
        object.__setattr__(self, "_alike", found)

    def alike(self, syllable: str) -> frozenset[str]:
        """Syllables that may be heard for it here, without itself."""
        return self._alike.get(syllable, frozenset())


def parse_profile(content: Mapping[str, object]) -> DialectProfile:
    """The profile in a decoded file: `code = "…"` and `groups = ["huang wang", …]`.

    Raises:
        Refusal: DIALECT_MALFORMED, with the group's number.
    """
    code, groups = content.get("code"), content.get("groups")
    if set(content) != {"code", "groups"} or not isinstance(code, str) or not code:
        raise Refusal(DIALECT_MALFORMED, "code, groups")
    if not isinstance(groups, list) or len(groups) > MOST_GROUPS:
        raise Refusal(DIALECT_MALFORMED, "groups")
    return DialectProfile(code, tuple(_group(n, one) for n, one in enumerate(groups, start=1)))


def _group(number: int, text: object) -> frozenset[str]:
    syllables = frozenset(text.split()) if isinstance(text, str) else frozenset[str]()
    plain = all(one.isascii() and one.isalpha() and one.islower() for one in syllables)
    if not 2 <= len(syllables) <= MOST_IN_GROUP or not plain:
        raise Refusal(DIALECT_MALFORMED, f"group {number}")
    return syllables


def _groups(*texts: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(text.split()) for text in texts)


WU = DialectProfile(
    "wu",
    _groups(
        # 匣母 and zero initials: 黄=王, 胡=吴=何, 惠=卫, 魂=文, 华=蛙, 还=弯, 洪=翁
        "huang wang", "hu wu he e", "hui wei", "hun wen", "hua wa", "huan wan", "hong weng",
        "he hu huo", "hang xiang", "xian yan han", "xia ya ha", "xu yu", "xi yi", "xing ying",
        # 陈=程=郑~沈~任~成
        "chen cheng zhen zheng shen sheng ren reng cen zeng ceng xun",
        "chang zhang shang rang", "chong zhong rong cong zong", "chou zhou shou rou zou",
        "chao zhao shao rao", "chan zhan shan ran", "chun shun run chen", "chu zhu shu ru",
        # 朱=诸=资, 书=诗=水, 处=次
        "zhu zhi zi ju", "shu shi si shui xu", "chu chi ci qu", "zhou zou", "ru shu er",
        # 金=京=巾, 军=均
        "jin jing jun", "qin qing qun", "xin xing xun", "yin ying yun", "lin ling", "bin bing",
        # 倪=严=年=泥=二=义
        "ni yan nian yi er", "nin yin ning ren ying", "nv yu ru", "niang yang rang",
        "nong rong weng", "niu you", "nao rao ao", "nie ye re ni",
        # 望=忙, 闻=门, 味=米, 万=慢
        "wang mang", "wen men", "wei mi", "wan man", "wu mo mu", "wu yu",
        # 江=刚, 街=介=盖, 家=加=嘎, 教=高, 敲=考, 夏=下
        "jiang gang", "jie gai ga", "jia ga jie", "jiao gao", "qiao kao", "xiao hao", "qia ka",
        "jian gan", "ge ga jia", "xian han", "xie ha hai", "yan an", "ya a nga", "ying eng",
        # 罗=卢=路, 多=都, 科=苦, 哥=古, 左=祖
        "luo lu", "duo du", "tuo tu", "ge gu guo", "ke ku kuo", "suo su", "zuo zu", "cuo cu",
        "bo bu ba", "po pu pa", "mo mu ma", "fo fu", "e wu",
        # 来=蓝=雷, 陈-like fronts: 班=杯, 梅=蛮, 谈=台, 三=虽
        "lai lan lei", "ban bei bai", "man mei mai", "dan dai dui", "tan tai tui", "san sai sui",
        "can cai cui", "zan zai zui", "pan pei pai", "nan nai nei", "han hai", "gan gai",
        "kan kai", "an ai", "fan fei", "suan sui", "cuan cui", "duan dui", "tuan tui",
        "luan lei lan", "shan sai", "zhan zai", "chan cai",
        # 天=梯, 连=离, 钱=齐, 仙=西
        "tian ti", "lian li", "qian qi", "xian xi xie", "jian ji jie", "dian di", "bian bi",
        "pian pi", "mian mi", "nian ni", "yan yi", "qian xian", "qi xi xu", "quan xuan xian",
        "qiu xiu you", "qiang xiang", "qiao xiao yao", "xuan yuan", "quan yuan",
        # 贵=居, 亏=区, 围=余
        "gui ju", "kui qu", "wei yu", "shui shi", "zui ju",
        # 荣=容=雄
        "rong yong xiong", "yong xiong", "yun rong",
        # 顾-like and entering tones: 陆=乐, 郭=国=谷, 白=拍, 石=十=直, 薛=雪
        "lu le luo lv", "guo ge gu", "bai ba", "shi zhi se", "xue xie", "yue yu yao", "jue jiao",
        "jue jia", "he ha", "ke ka", "ge jia", "se sha sai", "mo mai mu", "bo bai", "po pai",
        "de dei dai", "zhe za ze", "ye ya yi", "liu lu", "ri ni", "ji jie", "li lie", "mi mie",
        # Voiced initials have no breath: 平=病, 陶=道, 田=电, 唐=荡, 钱=件, 裘=旧, 葵=柜
        "ping bing pin", "pan ban", "pei bei", "peng beng", "pao bao", "pi bi", "pu bu", "po bo",
        "tao dao", "tian dian", "ting ding", "tang dang", "tong dong", "tan dan", "tou dou",
        "ti di", "tu du", "tai dai", "tiao diao", "tuo duo", "teng deng", "tuan duan", "tun dun",
        "qian jian", "qiu jiu", "qiang jiang", "qin jin", "qing jing", "qi ji", "qiao jiao",
        "qu ju", "quan juan", "qun jun", "qiong jiong", "kui gui", "kuang guang", "ku gu",
        "chuan zhuan", "chui zhui", "chuang zhuang", "cai zai", "cang zang", "cao zao", "cong zong",
    ) + wu_groups(SYLLABLES),
)  # fmt: skip
"""Wu: Jiaxing, Haining, Pudong."""

WU_GAN = DialectProfile(
    "wu-gan",
    _groups(
        "huang fang wang", "hu fu wu", "hua fa wa", "hui fei wei", "hun fen wen", "huo fo he",
        "zeng zheng zhen", "zhang zang jiang", "liu niu", "lan nan", "chen cheng shen",
        "jiang gang", "jie gai", "jia ga", "jiao gao", "qiao kao", "xiang hang", "yan an",
        "luo lu", "duo du", "ge gu", "ke ku", "ren yin ning", "er ni", "ru yu", "ri ni",
        "zhu ju", "chu qu", "shu xu", "zhi ji", "chi qi", "shi xi", "zhou jiu", "shou xiu",
        "zhao jiao", "shao xiao", "zhen jin", "shen xin", "guan gan", "wan man", "wen men",
        "wang mang", "wei mi", "xue xie", "yue ye", "quan qian", "xuan xian", "yuan yan",
        "jun jin", "qun qin", "yun yin", "yu yi", "xu xi", "qu qi", "ju ji", "lv li",
    ),
)  # fmt: skip
"""Shangrao, between Wu and Gan: n=l, h=f, z=zh come with the folding already."""

PLAIN = DialectProfile("plain", ())
"""No dialect: Mandarin and its accents only."""

PROFILES: Mapping[str, DialectProfile] = {profile.code: profile for profile in (WU, WU_GAN, PLAIN)}
"""Built in; `dialect` of node.toml names one of them or a file."""
