"""The densest symbol that is printed is read in every way of looking (short form of the bench)."""

import random

import pytest

from tests.bench.qr_frames import SCENARIOS, SIZE_MM, printed
from tests.bench.qr_reading import largest_text, read_with_zxing, wilson

FRAMES = 12


@pytest.mark.parametrize("size_mm", [SIZE_MM, SIZE_MM * 0.9])
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_code_is_read(scenario: str, size_mm: float) -> None:
    rng = random.Random(f"short/{scenario}/{size_mm}")
    text, matrix = largest_text(rng)
    assert len(matrix) == 69, "version 13: a token of 300 bytes behind the longest prefix"
    seen = [
        read_with_zxing(SCENARIOS[scenario](printed(matrix, size_mm), rng)) for _ in range(FRAMES)
    ]
    assert sum(one == text for one in seen) >= FRAMES - 1
    assert all(one in ("", text) for one in seen), "never read as something else"


def test_the_frames_are_the_same_for_the_same_seed() -> None:
    frames = []
    for _ in range(2):
        rng = random.Random(7)
        _text, matrix = largest_text(rng)
        frames.append([act(printed(matrix), rng).tobytes() for act in SCENARIOS.values()])
    assert frames[0] == frames[1]


def test_wilson_intervals_are_those_of_the_formula() -> None:
    low, high = wilson(400, 400)
    assert (round(low, 4), high) == (0.9905, 1.0)
    low, high = wilson(95, 100)
    assert (round(low, 4), round(high, 4)) == (0.8882, 0.9785)
