"""Officers who go round a door: masks without a leaf, words where a case number belongs."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from node.desk.form_names import is_form_name
from node.domain.drafts import Draft
from node.domain.officers import Actor
from node.services.unmask import Unmask

CASE = "LT-330400-20261122-0001"
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
CLERK = Actor(
    officer_id="330400/" + "a" * 16,
    person_id="b" * 32,
    archive_code="330400",
    user="clerk",
    display_name="某",
    posts=("window_clerk",),
)


class Drafts:
    """What officers have open, by name."""

    def __init__(self):
        self.kept = {}

    def save(self, draft):
        self.kept[draft.draft_id] = draft

    def find(self, draft_id, officer_id, now):
        return self.kept.get(draft_id)


@pytest.fixture
def drafts():
    return Drafts()


@pytest.fixture
def masks(drafts):
    return Unmask(SimpleNamespace(clock=lambda: NOW), drafts)


@pytest.mark.parametrize("name", [f"clear-{CASE}", f"clear/{CASE}", f"mask-{CASE}"])
def test_a_form_that_is_kept_takes_no_mask_off(drafts, masks, name):
    """POST /keep/{name} keeps whatever an officer sends, under any name that a form may have."""
    if is_form_name(name):
        drafts.save(Draft(draft_id=name, officer_id=CLERK.officer_id, fields={}, saved_at=NOW))
    assert not masks.is_clear(CASE, CLERK), "nobody asked, and no leaf says so"
