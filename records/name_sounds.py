"""How names sound: toneless readings, and the sounds that are heard for one another.

A clerk writes what the ear hears, and the ear is local: in Jiaxing 黄 and 王 are one word. Readings
come from the table that `deploy.tables` generates; which sounds a place cannot tell apart is a
profile that the archive can edit (`records/dialects.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, product

from records.dialects import WU, DialectProfile
from records.reasons import TABLE_DAMAGED
from records.refusal import Refusal

MOST_READINGS = 4
"""Readings of one name that are compared; names with more heteronyms lose the rarest."""
_READINGS_OF_ONE = 2

# Readings that a character has as a surname only (通用姓氏读音; 现代汉语词典, "姓" senses).
_SURNAME_READINGS = {
    "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "区": "ou", "朴": "piao", "曾": "zeng",
    "翟": "zhai", "盖": "ge", "缪": "miao", "冼": "xian", "乐": "yue", "覃": "qin", "任": "ren",
    "华": "hua", "宁": "ning", "召": "shao", "员": "yun", "繁": "po", "秘": "bi", "重": "chong",
    "折": "she", "种": "chong", "句": "gou", "纪": "ji", "石": "shi", "贾": "jia", "车": "che",
    "沈": "shen", "会": "gui", "燕": "yan", "应": "ying", "褚": "chu", "葛": "ge", "俞": "yu",
}  # fmt: skip


@cache
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


@dataclass(frozen=True, slots=True)
class SoundTable:
    """Readings of characters, commonest first, and the sounds of the accents."""

    readings: Mapping[str, tuple[str, ...]]
    accents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Folded syllable to the syllables that fold to it."""
    profile: DialectProfile = field(default=WU)
    """Wu is the widest; an archive elsewhere sets its own."""

    def sounds(self, normal: str) -> tuple[tuple[str, ...], ...]:
        """Readings of a name in normal form, at most `MOST_READINGS`.

        A character without a reading (a letter, a rare one) stands for its own sound.
        """
        choices = [self.readings_of(sign, place) for place, sign in enumerate(normal)]
        return tuple(islice(product(*choices), MOST_READINGS)) if normal else ()

    def readings_of(self, sign: str, place: int) -> tuple[str, ...]:
        """Readings of one character at that place of a name."""
        if place == 0 and (surname := _SURNAME_READINGS.get(sign)):
            return (surname,)
        return self.readings.get(sign, (sign,))[:_READINGS_OF_ONE]

    def in_accent(self, syllable: str) -> frozenset[str]:
        """Other syllables that southern Mandarin says the same way."""
        return self.accents.get(fold_syllable(syllable), frozenset()) - {syllable}

    def in_dialect(self, syllable: str) -> frozenset[str]:
        """Other syllables that the profile's speakers do not tell from it, in any accent."""
        return self.profile.alike(syllable) - self.in_accent(syllable)


def parse_reading_table(content: Mapping[str, object], profile: DialectProfile = WU) -> SoundTable:
    """The sounds out of the decoded `readings.json` of `deploy.tables`.

    Raises:
        Refusal: TABLE_DAMAGED.
    """
    readings = content.get("readings")
    if not isinstance(readings, Mapping) or not readings:
        raise Refusal(TABLE_DAMAGED, "readings")
    known = {character: tuple(heard) for character, heard in readings.items()}
    accents: dict[str, set[str]] = {}
    for syllable in {one for heard in known.values() for one in heard}:
        accents.setdefault(fold_syllable(syllable), set()).add(syllable)
    folded = {said: frozenset(written) for said, written in accents.items()}
    return SoundTable(known, folded, profile)
