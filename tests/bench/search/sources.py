"""Where the errors come from: data that nobody on this project wrote, read when measuring.

None of these files feeds the index. It folds and sounds names by `var/parts/tables`, made from
opencc-python-reimplemented and pypinyin, and by small fact tables of its own; the one overlap is
`surname_second_round.tsv`, six merged surnames that any source lists alike.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.bench.search.surnames import read_surnames

_REPOSITORY = Path(__file__).resolve().parents[3]
DATA = _REPOSITORY.parent / "shared" / "data"
WU_PLACES = (
    Path("/usr/share/rime-data/wugniu_lopha.dict.yaml"),
    _REPOSITORY / "var/bench/wugniu_lopha.dict.yaml",
)
"""Debian `rime-data-wugniu`: readings of old Shanghainese, by native speakers."""

_COMMON = 3500
"""Characters of the first level of 通用规范汉字表."""
Alternatives = Mapping[str, tuple[str, ...]]


class DataAbsentError(Exception):
    """The shared data is not there; the message says where it was looked for."""


def find_data(chosen: Path | None = None) -> Path:
    """The data folder. Raises DataAbsentError with a sentence for a person."""
    folder = chosen or DATA
    if not (folder / "confusions" / "same_pinyin.txt").is_file():
        message = f"no shared data in {folder}: give its folder with --data DIR"
        raise DataAbsentError(message)
    return folder


@dataclass(frozen=True, slots=True)
class Readings:
    """Toneless Mandarin readings by Unicode, and how common characters are."""

    sounds: Mapping[str, frozenset[str]]
    common: frozenset[str]
    weight: Mapping[str, int]
    """Occurrences in kHanyuPinlu's corpus."""


def read_readings(data: Path) -> Readings:
    """Unihan kMandarin and kHanyuPinlu, and the first level of kTGH."""
    sounds: dict[str, set[str]] = defaultdict(set)
    weight: dict[str, int] = defaultdict(int)
    for sign, field, value in _unihan(data / "variants/Unihan_kMandarin_kHanyuPinlu_15.0.txt"):
        for reading in value.split():
            spelt = reading.partition("(")[0]
            sounds[sign].add(_toneless(spelt))
            if field == "kHanyuPinlu":
                weight[sign] += int(reading.partition("(")[2].rstrip(")") or 0)
    common = {
        sign
        for sign, _, value in _unihan(data / "variants/Unihan_kTGH_15.0.txt")
        if int(value.rpartition(":")[2]) <= _COMMON
    }
    return Readings({k: frozenset(v) for k, v in sounds.items()}, frozenset(common), weight)


def traditional(data: Path) -> Alternatives:
    """Unihan kTraditionalVariant."""
    return _variants(data, {"kTraditionalVariant"})


def variants(data: Path) -> Alternatives:
    """Unihan kSemanticVariant and kZVariant, both ways, less what is merely traditional."""
    other = _variants(data, {"kTraditionalVariant", "kSimplifiedVariant"})
    found: dict[str, set[str]] = defaultdict(set)
    for sign, alternatives in _variants(data, {"kSemanticVariant", "kZVariant"}).items():
        for one in set(alternatives) - set(other.get(sign, ())):
            found[sign].add(one)
            found[one].add(sign)
    return _frozen(found)


def surname_forms(data: Path) -> Alternatives:
    """`surname_second_round.tsv`, both ways."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in (data / "variants/surname_second_round.tsv").read_text("utf-8").splitlines()[1:]:
        full, merged = line.split("\t")
        found[full].add(merged)
        found[merged].add(full)
    return _frozen(found)


def homophones(data: Path, readings: Readings) -> Alternatives:
    """`same_pinyin.txt` of pycorrector: same sound, same tone or another."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in (data / "confusions/same_pinyin.txt").read_text("utf-8").splitlines():
        sign, _, others = line.partition("\t")
        if len(sign) == 1:
            found[sign] |= set(others) & readings.common
    return _frozen(found)


def accents(readings: Readings) -> Alternatives:
    """Characters that only a southern accent makes alike: n=l, zh=z, ch=c, sh=s, -ng=-n.

    From Unihan readings; both characters have one reading only, so that nothing else confuses them.
    """
    by_fold: dict[str, set[tuple[str, str]]] = defaultdict(set)
    plain: dict[str, str] = {}
    for sign in readings.common:
        known = readings.sounds.get(sign, frozenset())
        if len(known) == 1:
            plain[sign] = next(iter(known))
            by_fold[_accented(plain[sign])].add((sign, plain[sign]))
    return {
        sign: tuple(sorted(o for o, heard in by_fold[_accented(sound)] if heard != sound))
        for sign, sound in plain.items()
    }


def shapes(data: Path) -> Alternatives:
    """`shape_similar_6700.txt` (SimilarCharacter) and `same_stroke.txt` (pycorrector)."""
    found: dict[str, set[str]] = defaultdict(set)
    for line in (data / "confusions/shape_similar_6700.txt").read_text("utf-8").splitlines():
        sign, _, others = line.partition(" ")
        found[sign] |= {one for one in others if one != sign and not one.isspace()}
    for line in (data / "confusions/same_stroke.txt").read_text("utf-8").splitlines():
        sign, *others = line.split("\t")
        found[sign] |= {one for one in others if len(one) == 1}
    return _frozen(found)


def typing(data: Path) -> Alternatives:
    """`observed_sighan15.tsv`: what people typed, as often as they did."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in (data / "confusions/observed_sighan15.tsv").read_text("utf-8").splitlines()[1:]:
        true, observed, times = line.split("\t")
        if len(true) == len(observed) == 1:
            found[true] += [observed] * int(times)
    return {sign: tuple(others) for sign, others in found.items()}


def wu(data: Path, readings: Readings) -> Alternatives:
    """Characters that sound alike in Shanghai and not in Mandarin, from rime-data-wugniu.

    Empty, with a word on stderr, where the Debian package is not installed.
    """
    path = next((place for place in WU_PLACES if place.is_file()), None)
    if path is None:
        sys.stderr.write("Wu homophones absent: apt-get install rime-data-wugniu\n")
        return {}
    simplified = {t: s for s, ts in traditional(data).items() for t in ts}
    heard: dict[str, set[str]] = defaultdict(set)
    for line in path.read_text("utf-8").splitlines():
        sign, *rest = line.split("\t")
        if len(sign) == 1 and rest and " " not in rest[0]:
            heard[simplified.get(sign, sign)].add(rest[0])
    by_sound: dict[str, set[str]] = defaultdict(set)
    for sign in heard.keys() & readings.common:
        if len(heard[sign]) == 1:
            by_sound[next(iter(heard[sign]))].add(sign)
    found: dict[str, set[str]] = {}
    for sign, sounds in heard.items():
        alike = by_sound[next(iter(sounds))] if len(sounds) == 1 else set()
        mandarin = {_accented(one) for one in readings.sounds.get(sign, ())}
        found[sign] = {
            one
            for one in alike - {sign}
            if not mandarin & {_accented(s) for s in readings.sounds.get(one, ())}
        }
    return _frozen(found)


def known_surnames(data: Path) -> frozenset[str]:
    """Surnames of one character in `chinese_family_name_1k.csv`."""
    return frozenset(name for name in read_surnames(data) if len(name) == 1)


def _variants(data: Path, wanted: set[str]) -> Alternatives:
    found: dict[str, set[str]] = defaultdict(set)
    for sign, field, value in _unihan(data / "variants/Unihan_Variants_15.0.txt"):
        if field in wanted:
            others = (chr(int(one.partition("<")[0][2:], 16)) for one in value.split())
            found[sign] |= {other for other in others if other != sign}
    return _frozen(found)


def _unihan(path: Path) -> Iterator[tuple[str, str, str]]:
    for line in path.read_text("utf-8").splitlines():
        if line.startswith("U+"):
            code, field, value = line.split("\t")
            yield chr(int(code[2:], 16)), field, value


_TONES = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ", "aaaaeeeeiiiioooouuuuvvvvvnnnm")


def _toneless(reading: str) -> str:
    return re.sub(r"[^a-z]", "", reading.translate(_TONES))


def _accented(sound: str) -> str:
    sound = re.sub(r"^([zcs])h", r"\1", sound)
    sound = re.sub(r"^n(?=.)", "l", sound)
    return re.sub(r"(?<=[aei])ng$", "n", sound)


def _frozen(found: Mapping[str, set[str]]) -> Alternatives:
    return {sign: tuple(sorted(others)) for sign, others in found.items() if others}
