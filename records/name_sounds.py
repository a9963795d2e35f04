"""How names sound: toneless readings, accents of the south, dialect classes of one archive.

A clerk writes what the ear hears, and the ear is local: in Jiaxing 黄 and 王 are one word. Readings
come from the table that `deploy.tables` generates; which sounds a place cannot tell apart is a
profile that the archive can edit (domain.md §4.6).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice, product

from records.reasons import TABLE_DAMAGED
from records.refusal import Refusal

MOST_READINGS = 4
"""Readings of one name that are compared; names with more heteronyms lose the rarest."""

# Readings that a character has as a surname only (通用姓氏读音; 现代汉语词典, "姓" senses).
_SURNAME_READINGS = {
    "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "朴": "piao", "曾": "zeng",
    "翟": "zhai", "盖": "ge", "缪": "miao", "冼": "xian", "乐": "yue", "覃": "qin", "任": "ren",
    "华": "hua", "宁": "ning", "召": "shao", "员": "yun", "繁": "po", "秘": "bi", "重": "chong",
    "折": "she", "种": "chong", "句": "gou", "纪": "ji", "石": "shi", "贾": "jia", "车": "che",
    "沈": "shen", "会": "gui", "燕": "yan", "应": "ying", "褚": "chu", "葛": "ge", "俞": "yu",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DialectProfile:
    """Sounds that the people of one place do not tell apart, as groups of folded syllables."""

    code: str
    groups: tuple[frozenset[str], ...]

    def class_of(self, syllable: str) -> str:
        """One word for all sounds that are the same here."""
        folded = fold_syllable(syllable)
        group = next((group for group in self.groups if folded in group), None)
        return min(group) if group else folded


def _groups(*groups: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(fold_syllable(sound) for sound in group.split()) for group in groups)


def fold_syllable(syllable: str) -> str:
    """The syllable as southern accents of Mandarin say it: zh=z, n=l, -ng=-n, hu-=f-."""
    for written, said in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(written):
            syllable = said + syllable[2:]
    if syllable.startswith("n") and len(syllable) > 1 and syllable[1] not in "g":
        syllable = "l" + syllable[1:]
    if syllable.endswith(("ing", "eng", "ang")):
        syllable = syllable[:-1]
    return _HU_AS_F.get(syllable, syllable)


_HU_AS_F = {"hu": "fu", "hua": "fa", "huan": "fan", "hui": "fei", "hun": "fen", "huo": "fo"}
# `huang` has become `huan` by then and so joins 房 and 方.

WU = DialectProfile(
    "wu",
    _groups(
        "huang wang huan", "wu hu he", "chen cheng zheng shen zhen", "zhou zou", "xu",
        "jin jing", "zhu", "zhang", "ni yan", "lu luo", "gu ku", "wei yu", "ren shen",
    ),
)  # fmt: skip
"""Wu: Jiaxing, Haining, Pudong."""

WU_GAN = DialectProfile(
    "wu-gan",
    _groups("huang fang wang", "hu fu wu", "zeng zheng", "zhang zang", "liu niu", "lan nan"),
)
"""Shangrao, between Wu and Gan: n=l, h=f, z=zh come with the folding already."""

PLAIN = DialectProfile("plain", ())

PROFILES: Mapping[str, DialectProfile] = {profile.code: profile for profile in (WU, WU_GAN, PLAIN)}


@dataclass(frozen=True, slots=True)
class SoundTable:
    """Readings of characters, commonest first."""

    readings: Mapping[str, tuple[str, ...]]
    profile: DialectProfile = field(default=WU)
    """Wu is the widest; an archive elsewhere sets its own."""

    def sounds(self, normal: str) -> tuple[tuple[str, ...], ...]:
        """Readings of a name in normal form, at most `MOST_READINGS`; empty where unknown."""
        choices: list[tuple[str, ...]] = []
        for place, character in enumerate(normal):
            known = self.readings.get(character, ())
            surname = _SURNAME_READINGS.get(character) if place == 0 else None
            if surname:
                known = (surname,)
            if not known:
                return ()
            choices.append(known[:2])
        return tuple(islice(product(*choices), MOST_READINGS))

    def classes(self, normal: str) -> frozenset[tuple[str, ...]]:
        """The same in the classes of the profile: names that sound alike here share one."""
        return frozenset(
            tuple(self.profile.class_of(one) for one in sound) for sound in self.sounds(normal)
        )


def parse_reading_table(content: Mapping[str, object]) -> SoundTable:
    """The sounds out of the decoded `readings.json` of `deploy.tables`.

    Raises:
        Refusal: TABLE_DAMAGED.
    """
    readings = content.get("readings")
    if not isinstance(readings, Mapping) or not readings:
        raise Refusal(TABLE_DAMAGED, "readings")
    return SoundTable({character: tuple(known) for character, known in readings.items()})
