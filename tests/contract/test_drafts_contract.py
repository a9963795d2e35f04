"""Drafts of the pages: one contract on both databases; what is typed is a ciphertext on disk."""

import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from node.adapters.sql_drafts import MOST_DRAFTS
from node.desk_wiring import drafts_in
from node.domain.drafts import LIFETIME, Draft
from records.exchange import Proof
from records.refusal import Refusal
from trust.store.engine import open_engine

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
SECRET = bytes(range(32))


def draft(number: int = 1, officer: str = "330400/a", **more: object) -> Draft:
    return Draft(
        draft_id=f"draft-{number:024x}",
        officer_id=officer,
        **{"fields": {"name": ("欧阳某某",)}, "saved_at": AT, **more},  # type: ignore[arg-type]
    )


@pytest.fixture
def drafts(database_url: str):
    return drafts_in(open_engine(database_url), SECRET, secrets.token_bytes)


def test_a_draft_comes_back_whole_to_another_process(database_url: str, drafts) -> None:
    papers = (Proof(kind="id_card", sha256="ab" * 32, media_type="image/jpeg"),)
    kept = draft(papers=papers, amends="LT-330400-20261121-0042")
    drafts.save(kept)
    later = drafts_in(open_engine(database_url), SECRET, secrets.token_bytes)
    assert later.find(kept.draft_id, kept.officer_id, AT) == kept


def test_a_draft_is_its_officers_own(drafts) -> None:
    drafts.save(draft())
    drafts.save(draft(officer="330400/b", fields={"name": ("乙",)}))
    assert drafts.find(draft().draft_id, "330400/c", AT) is None
    drafts.drop(draft().draft_id, "330400/b")
    assert drafts.find(draft().draft_id, "330400/b", AT) is None
    assert drafts.find(draft().draft_id, "330400/a", AT) == draft()


def test_the_last_word_is_kept(drafts) -> None:
    drafts.save(draft())
    drafts.save(draft(fields={"name": ("乙",)}, saved_at=AT + timedelta(seconds=1)))
    found = drafts.find(draft().draft_id, "330400/a", AT)
    assert found is not None
    assert found.fields == {"name": ("乙",)}


def test_drafts_end_after_a_week_and_the_shelf_is_bounded(drafts) -> None:
    for number in range(MOST_DRAFTS + 3):
        drafts.save(draft(number, saved_at=AT + timedelta(seconds=number)))
    kept = drafts.list("330400/a", "draft-", AT + timedelta(minutes=10))
    assert len(kept) == MOST_DRAFTS
    assert kept[0].draft_id == draft(MOST_DRAFTS + 2).draft_id
    assert drafts.find(draft(0).draft_id, "330400/a", AT) is None
    late = AT + LIFETIME + timedelta(hours=1)
    assert drafts.list("330400/a", "draft-", late) == []
    drafts.save(draft(9999, saved_at=late))
    assert [one.draft_id for one in drafts.list("330400/a", "", AT)] == [draft(9999).draft_id]


def test_other_forms_are_not_listed_as_applications(drafts) -> None:
    drafts.save(Draft(draft_id="work-LT-1", officer_id="330400/a", fields={}, saved_at=AT))
    assert drafts.list("330400/a", "draft-", AT) == []


def test_a_thief_of_the_database_reads_no_name(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    engine = open_engine(f"sqlite:///{path}")
    drafts_in(engine, SECRET, secrets.token_bytes).save(draft())
    engine.dispose()
    raw = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert "欧阳".encode() not in raw
    assert b"desk_drafts" in raw


def test_a_row_that_is_moved_to_another_officer_does_not_open(database_url: str, drafts) -> None:
    drafts.save(draft())
    with open_engine(database_url).begin() as connection:
        connection.execute(text("UPDATE desk_drafts SET officer_id = '330400/thief'"))
    with pytest.raises(Refusal, match="FIELD_SEAL_BROKEN"):
        drafts.find(draft().draft_id, "330400/thief", AT)
