"""Popular and second-round forms of surnames and given names: our own small fact table.

Unicode's variant data does not know these (domain.md, fact 8): the second simplification scheme
of 1977 (二简字, withdrawn 1986) merged several surnames with simpler ones, and people went on
writing the short form in registers long after.

Sources: 第二次汉字简化方案（草案） 1977; the list of merged surnames at
m.yczyjg.com/article/54708353_985866279.html and 163.com/dy/article/KFFHR7K205567FRQ.html for
萧/肖 傅/付 阎/闫 戴/代 蓝/兰 樊/凡; the others from archivists' practice (domain.md §4.6). Weights
say how often the two are the same family name in a file: 1 always, 0.5 an even chance.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpellingForm:
    """Two spellings that registers use for one name."""

    full: str
    short: str
    weight: float
    """0-1: how far the two spellings speak for the same name."""
    how: str
    """second_round, popular or variant; the word used in match reasons."""


SURNAME_FORMS = (
    SpellingForm("萧", "肖", 0.95, "second_round"),
    SpellingForm("傅", "付", 0.9, "second_round"),
    SpellingForm("阎", "闫", 0.95, "second_round"),
    SpellingForm("戴", "代", 0.8, "second_round"),
    SpellingForm("蓝", "兰", 0.8, "second_round"),
    SpellingForm("樊", "凡", 0.7, "second_round"),
    SpellingForm("邱", "丘", 0.8, "popular"),
    SpellingForm("潘", "泮", 0.7, "popular"),
    SpellingForm("詹", "占", 0.7, "popular"),
)
"""Applied to the first character of a name only."""

GIVEN_NAME_FORMS = (
    SpellingForm("凤", "鳯", 1.0, "variant"),
    SpellingForm("国", "囯", 1.0, "variant"),
    SpellingForm("国", "囻", 1.0, "variant"),
    SpellingForm("娣", "弟", 0.7, "popular"),
    SpellingForm("弟", "第", 0.5, "popular"),
    SpellingForm("妹", "梅", 0.5, "popular"),
    SpellingForm("英", "瑛", 0.6, "popular"),
    SpellingForm("升", "生", 0.5, "popular"),
    SpellingForm("生", "声", 0.4, "popular"),
    SpellingForm("根", "跟", 0.6, "popular"),
    SpellingForm("宝", "保", 0.6, "popular"),
    SpellingForm("福", "富", 0.5, "popular"),
    SpellingForm("建", "健", 0.5, "popular"),
    SpellingForm("琴", "芹", 0.6, "popular"),
    SpellingForm("芬", "芳", 0.4, "popular"),
    SpellingForm("峰", "锋", 0.5, "popular"),
    SpellingForm("峰", "丰", 0.4, "popular"),
    SpellingForm("荣", "容", 0.4, "popular"),
    SpellingForm("荣", "蓉", 0.4, "popular"),
    SpellingForm("珍", "珠", 0.3, "popular"),
    SpellingForm("勋", "勲", 1.0, "variant"),
    SpellingForm("坤", "堃", 0.9, "variant"),
    SpellingForm("哲", "喆", 0.9, "variant"),
)
"""Applied to every character after the first."""
