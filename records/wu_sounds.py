"""What northern Wu makes of Mandarin syllables: which of them may be one sound there.

Worked out from the correspondences that descriptions of Wu agree on, initial by initial and final
by final: voiced stops kept (平=病, 田=电), 匣 and zero initials one (黄=王), 知照精 one (周=邹),
hard palatals in everyday readings (江=刚), nasals at the end one (林=凌), 咸山 and 蟹 finals one
(蓝=来=雷), 天 and 梯 alike. Toneless Mandarin does not say which of several reflexes a character
has, so a syllable stands under each that it may have. No dictionary of Wu was used.
"""

from collections.abc import Iterable, Mapping

_INITIALS = {
    "b": "p b", "p": "ph b", "m": "m", "f": "f v", "d": "t d", "t": "th d", "n": "n ny", "l": "l",
    "g": "k g", "k": "kh g", "h": "h w", "j": "c j k ts", "q": "ch j ts z kh", "x": "sh z h w s",
    "zh": "ts z", "ch": "tsh z", "sh": "s z", "r": "z ny l", "z": "ts z", "c": "tsh z", "s": "s z",
    "w": "w v m", "y": "w ny", "": "w ng",
}  # fmt: skip
_FINALS = {
    "a": "a o aq", "ai": "a e aq", "an": "e oe", "ang": "ang", "ao": "o2", "e": "u eq o",
    "ei": "e eq", "en": "en", "eng": "en ang ong", "i": "i iq z", "ia": "ia a iaq", "ian": "i e",
    "iang": "iang ang", "iao": "io o2 iaq", "ie": "i a iq", "in": "in en", "ing": "in en ang",
    "iong": "iong", "iu": "ieu", "o": "u o oq", "ong": "ong iong", "ou": "eu", "u": "u z y oq v",
    "ua": "o uaq", "uai": "ua", "uan": "oe ue", "uang": "uang ang", "ui": "ue e y z",
    "un": "en uen yn", "uo": "u oq", "v": "y ioq i", "van": "yoe i", "ve": "yiq ioq iq",
    "vn": "yn in", "er": "i el", "iai": "a",
}  # fmt: skip
_Z_FINALS = frozenset({"z"})
"""An apical vowel follows sibilants only."""
_SIBILANTS = frozenset({"ts", "tsh", "s", "z"})
_Y_WRITTEN = {
    "yi": "i", "ya": "ia", "yan": "ian", "yang": "iang", "yao": "iao", "ye": "ie", "yin": "in",
    "ying": "ing", "yong": "iong", "you": "iu", "yu": "v", "yuan": "van", "yue": "ve", "yun": "vn",
    "wu": "u", "wa": "ua", "wai": "uai", "wan": "uan", "wang": "uang", "wei": "ui", "wen": "un",
    "wo": "uo", "weng": "ong",
}  # fmt: skip


def wu_groups(syllables: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Groups of these Mandarin syllables that Wu may read alike; a syllable stands in several."""
    found: dict[tuple[str, str], set[str]] = {}
    for syllable in syllables:
        for reflex in _reflexes(syllable):
            found.setdefault(reflex, set()).add(syllable)
    return tuple(frozenset(group) for _, group in sorted(found.items()) if len(group) > 1)


def _reflexes(syllable: str) -> set[tuple[str, str]]:
    initial, final = _split(syllable)
    return {
        (one, other)
        for one in _INITIALS.get(initial, "").split()
        for other in _FINALS.get(final, "").split()
        if (other in _Z_FINALS) <= (one in _SIBILANTS)
    }


def _split(syllable: str) -> tuple[str, str]:
    if syllable in _Y_WRITTEN:
        return syllable[0], _Y_WRITTEN[syllable]
    size = 2 if syllable[:2] in _INITIALS else 1
    initial = syllable[:size] if syllable[:size] in _INITIALS else ""
    final = syllable[len(initial) :]
    if initial in ("j", "q", "x") and final.startswith("u"):
        final = "v" + final[1:]
    return initial, final


SYLLABLES: Mapping[str, None] = dict.fromkeys(
    """
    ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu pa pai pan pang pao pei pen
    peng pi pian piao pie pin ping po pu ma mai man mang mao mei men meng mi mian miao mie min ming
    mo mou mu fa fan fang fei fen feng fo fou fu da dai dan dang dao de deng di dian diao die ding
    diu dong dou du duan dui dun duo ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu
    tuan tui tun tuo na nai nan nang nao nei nen neng ni nian niang niao nie nin ning niu nong nu
    nuan nuo nv la lai lan lang lao le lei leng li lian liang liao lie lin ling liu long lou lu luan
    lun luo lv ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo ka
    kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo ha hai han hang hao he
    hei hen heng hong hou hu hua huai huan huang hui hun huo ji jia jian jiang jiao jie jin jing
    jiong jiu ju juan jue jun qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun xi xia
    xian xiang xiao xie xin xing xiong xiu xu xuan xue xun zha zhai zhan zhang zhao zhe zhen zheng
    zhi zhong zhou zhu zhuan zhuang zhui zhun zhuo cha chai chan chang chao che chen cheng chi chong
    chou chu chuan chuang chui chun sha shai shan shang shao she shen sheng shi shou shu shua
    shuai shuan shuang shui shun shuo ran rang rao re ren reng ri rong rou ru ruan rui run ruo za
    zai zan zang zao ze zen zeng zi zong zou zu zuan zui zun zuo cai can cang cao ce cen ceng ci
    cong cou cu cuan cui cun cuo sa sai san sang sao se sen seng si song sou su suan sui sun suo a
    ai an ang ao e en er ou wa wai wan wang wei wen weng wo wu ya yan yang yao ye yi yin ying yong
    you yu yuan yue yun
    """.split()
)
"""Toneless Mandarin, as names are read."""
