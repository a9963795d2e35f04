"""Characters that one edition of the Chinese code standard keeps where another does not.

GBK and GB 18030-2000 had no Unicode code points yet for some characters and put them into private
use; GB 18030-2005 and -2022 moved them, edition by edition, to standard ones. Files of four decades
carry all of them, so a name may hold either. Facts from the annexes of GB 18030-2000, -2005 and
-2022 as listed by mozillazg/pinyin-data `GBK_PUA.txt` (MIT) and, for the part that the 2005 edition
already moved, by Python's own `gb18030` codec; the tests hold them against both.
"""

from collections.abc import Mapping

_GBK_FE50 = (
    "2E81 20087 20089 200CC 2E84 3473 3447 2E88 2E8B 9FB4 359E 361A 360E 2E8C 2E97 396E 3918 "
    "9FB5 39CF 39DF 3A73 39D0 9FB6 9FB7 3B4E 3C6E 3CE0 2EA7 215D7 9FB8 2EAA 4056 415F 2EAE "
    "4337 2EB3 2EB6 2EB7 2298F 43B1 43AC 2EBB 43DD 44D6 4661 464C 9FB9 4723 4729 477C 478D "
    "2ECA 4947 497A 497D 4982 4983 4985 4986 499F 499B 49B7 49B6 9FBA 241FE 4CA3 4C9F 4CA0 "
    "4CA1 4C77 4CA2 4D13 4D14 4D15 4D16 4D17 4D18 4D19 4DAE 9FBB "
)
"""GBK 0xFE50-0xFEA0, private use U+E815-U+E864, one after the other."""
_GBK_A989 = "303E 2FF0 2FF1 2FF2 2FF3 2FF4 2FF5 2FF6 2FF7 2FF8 2FF9 2FFA 2FFB"
"""GBK 0xA989-0xA995, private use U+E7E7-U+E7F3."""
_VERTICAL = "FE10 FE12 FE11 FE13 FE14 FE15 FE16 FE17 FE18 FE19"
"""GB 18030 0xA6D9-0xA6F3, private use U+E78D-U+E796."""


def _numbered(first: int, standard: str) -> dict[int, int]:
    return dict(enumerate((int(one, 16) for one in standard.split()), start=first))


STANDARD_OF_PRIVATE: Mapping[int, int] = {
    **_numbered(0xE815, _GBK_FE50),
    **_numbered(0xE7E7, _GBK_A989),
    **_numbered(0xE78D, _VERTICAL),
    0xE7C7: 0x1E3F,
    0xE7C8: 0x01F9,
}
"""Private-use code point to the one of today."""
