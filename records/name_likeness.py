"""How near two names are when they are not spelled the same."""

from records.name_sounds import SoundTable, fold_syllable

HOMOPHONE, NEAR_SOUND, DIALECT, ONE_CHARACTER = (
    "homophone",
    "near_sound",
    "dialect",
    "one_character",
)
SPREAD = {HOMOPHONE: 12.0, NEAR_SOUND: 30.0, DIALECT: 60.0, "missing_character": 60.0,
          "swapped": 3.0, ONE_CHARACTER: 300.0}  # fmt: skip

TIERS = {
    HOMOPHONE: "homophone", NEAR_SOUND: "dialect", DIALECT: "dialect", ONE_CHARACTER: "shape",
    "missing_character": "shape", "swapped": "shape",
}  # fmt: skip


def nearness(asked: str, recorded: str, sounds: SoundTable) -> str:
    """How two names in normal form resemble each other; empty where they do not.

    A key of `SPREAD`, the narrowest that holds.
    """
    if asked == recorded or not asked or not recorded:
        return ""
    heard = _same_sound(asked, recorded, sounds)
    if heard:
        return heard
    if len(asked) == len(recorded):
        differing = [place for place, sign in enumerate(asked) if sign != recorded[place]]
        if len(differing) == 1 and len(asked) > 2:
            return ONE_CHARACTER
        if len(differing) == 2 and sorted(asked) == sorted(recorded) and len(asked) > 2:
            return "swapped"
    longer, shorter = sorted((asked, recorded), key=len, reverse=True)
    if len(longer) == len(shorter) + 1 and len(shorter) >= 2:
        shortened = {longer[:place] + longer[place + 1 :] for place in range(1, len(longer))}
        return "missing_character" if shorter in shortened else ""
    return ""


def _same_sound(asked: str, recorded: str, sounds: SoundTable) -> str:
    if len(asked) != len(recorded):
        return ""
    ours, theirs = sounds.sounds(asked), sounds.sounds(recorded)
    if set(ours) & set(theirs):
        return HOMOPHONE
    if {_folded(one) for one in ours} & {_folded(one) for one in theirs}:
        return NEAR_SOUND
    heard = any(
        all(
            a == b or b in sounds.in_accent(a) | sounds.in_dialect(a)
            for a, b in zip(x, y, strict=True)
        )
        for x in ours
        for y in theirs
    )
    return DIALECT if heard else ""


def _folded(sound: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold_syllable(one) for one in sound)
