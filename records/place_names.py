"""Finding the area that a remembered place name means: 「江西上饶县」, 「川沙县江镇公社」.

Names are read from left to right, longest first; what follows the county (township, village,
street) is left alone. Says which rows a text may mean, never which one it does mean.
"""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from records.area_table import AreaRow, AreaTable

LONGEST_PLACE = 100
"""Characters of a place text that are read."""

_LONGEST_NAME = 20
_PEOPLES = (
    "朝鲜|维吾尔|蒙古|土家|布依|哈尼|景颇|傈僳|哈萨克|柯尔克孜|撒拉|保安|东乡|裕固|塔吉克|锡伯|达斡尔|"
    "鄂温克|鄂伦春|仡佬|毛南|仫佬|拉祜|纳西|普米|独龙|布朗|回|壮|藏|苗|侗|彝|傣|白|羌|满|黎|畲|瑶|土|水|佤|怒|各"
)
_ETHNIC = re.compile(rf"(?:(?:{_PEOPLES})族?)+自治[区州县旗]$")
_SUFFIX = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|新区|地区|省|市|盟|县|区|旗)$")
_AFTER_SHORT = frozenset("省市县区盟旗州")
_URBAN = ("市区", "城区", "区")
_NOISE = re.compile(r"^(?:中国|老家|当时|现在|原来|我在|在|原|现|于)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A stretch of the text that is the name of at least one area."""

    text: str
    rows: tuple[AreaRow, ...]
    is_full: bool
    """Written with its suffix (县, 市 …)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceText:
    """A place text as read."""

    mentions: tuple[Mention, ...]
    """From left to right; the last one is the most exact."""
    rest: str
    """What follows the last mention: township, village, street; or everything."""

    @property
    def is_urban(self) -> bool:
        """Whether the text means the districts of a city: 「嘉兴市区」."""
        return bool(self.mentions) and self.rest.startswith(_URBAN)


def plain_place(text: str) -> str:
    """Without spaces and punctuation, in compatible characters, at most 100 of them."""
    folded = unicodedata.normalize("NFKC", text[: 2 * LONGEST_PLACE])
    kept = (sign for sign in folded if unicodedata.category(sign)[0] in "LN")
    return "".join(kept)[:LONGEST_PLACE]


def short_name(name: str) -> str:
    """The name as people say it: 上饶县 → 上饶, 延边朝鲜族自治州 → 延边; 城区 stays as it is."""
    for pattern in (_ETHNIC, _SUFFIX):
        short = pattern.sub("", name)
        if short != name and len(short) >= 2:
            return short
    return name


class PlaceNames:
    """Full and short names of a table's rows."""

    def __init__(self, table: AreaTable) -> None:
        """Index the names."""
        self._full: dict[str, list[AreaRow]] = defaultdict(list)
        self._short: dict[str, list[AreaRow]] = defaultdict(list)
        for row in table.rows:
            name = plain_place(row.name)
            self._full[name].append(row)
            short = short_name(name)
            if short != name:
                self._short[short].append(row)

    def read(self, text: str) -> PlaceText:
        """The area names at the head of the text, up to and including the first county.

        Nothing is skipped: in 「永兴县」 an unknown 「永」 must not leave the known 「兴县」.
        """
        plain = plain_place(text)
        if self._longest_at(plain, 0) is None:
            plain = _NOISE.sub("", plain)
        mentions: list[Mention] = []
        at = 0
        while at < len(plain) and not (mentions and _is_county(mentions[-1])):
            mention = self._longest_at(plain, at)
            if mention is None:
                break
            mentions.append(mention)
            at += len(mention.text)
        return PlaceText(mentions=tuple(mentions), rest=plain[at:])

    def _longest_at(self, plain: str, at: int) -> Mention | None:
        for length in range(min(_LONGEST_NAME, len(plain) - at), 1, -1):
            word = plain[at : at + length]
            if word in self._full:
                return Mention(text=word, rows=tuple(self._full[word]), is_full=True)
            if word in self._short and not _continues(plain[at + length :]):
                return Mention(text=word, rows=tuple(self._short[word]), is_full=False)
        return None


def _continues(following: str) -> bool:
    """Whether a short name would be cut out of a longer, unknown one: 嘉兴|县."""
    return following[:1] in _AFTER_SHORT and not following.startswith(_URBAN[:2])


def _is_county(mention: Mention) -> bool:
    return all(row.level == "县级" for row in mention.rows)


def is_beneath(row: AreaRow, context: Mention) -> bool:
    """Whether the row lies in the area that an earlier part of the text names."""
    names = {context.text}
    own = {row.province, row.prefecture, short_name(row.province), short_name(row.prefecture)}
    return bool(names & own)
