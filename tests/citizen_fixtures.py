"""Fixtures and steps that the HTTP tests of the citizens' pages share; import fixtures by name."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from citizen_world import Phone, citizen_pages
from fake_counter import FakeCounter
from fake_parts import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def counter(tmp_path: Path, clock: Clock) -> FakeCounter:
    return FakeCounter(tmp_path / "citizen", clock)


@pytest.fixture
def url(counter: FakeCounter, clock: Clock) -> Iterator[str]:
    with citizen_pages(counter.folder, clock) as address:
        yield address


def file_one(url: str) -> tuple[Phone, str]:
    phone = Phone(url)
    phone.begin()
    phone.answer_all()
    phone.prove()
    return phone, phone.file()


def own_case(phone: Phone) -> str:
    found = re.search(r'href="(/mine/[0-9a-f]{32})"', phone.get("/mine").text)
    assert found is not None
    return found[1]
