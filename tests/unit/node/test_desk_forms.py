"""The filing form as an application and back; drafts; papers; where sign-in may lead."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from desk_server import lunar_table
from fake_office import Images

from node.desk.clues import MAIN_CATEGORIES, clues_of
from node.desk.filing_form import FilingForm
from node.desk.papers import read_papers
from node.desk.prefill import form_of
from node.desk.sign_in import local_path
from node.desk.vocabulary import catalogues, read_vocabulary
from records.kinds import KINDS
from records.refusal import Refusal
from webui.form import Form, Upload
from webui.words import load_words

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)


def words():
    from pathlib import Path

    root = Path(__file__).resolve().parents[3]
    return load_words([root / "webui" / "catalogues", *catalogues()], read_vocabulary())["zh-CN"]


def read(fields: dict[str, str]):
    form = Form({name: (text,) for name, text in fields.items()})
    return FilingForm(form, words(), lunar_table(), False).read("330400", ())


FULL = {
    "name": "周金水",
    "id_type": "resident_id",
    "id_no": " 3611 9919 6211 0503 13 ",
    "mobile": "138 0000 0000",
    "relation": "party",
    "category": "marriage_registration",
    "subject_former": "周水根，周阿水、",
    "other_name": "吴桂兰",
    "place": "上饶县",
    "period": "74年夏",
    "purpose": "property",
    "words": "公社在桥头\n旁边有棵樟树",
    "free.event_type": "marriage",
    "consent": "yes",
}


def test_a_full_form_is_an_application() -> None:
    filing = read(FULL)
    assert filing.errors == {}
    application = filing.application
    assert application.applicant.id_no == "361199196211050313"
    assert application.applicant.mobile == "13800000000"
    query = application.query
    assert query.subject.name == "周金水"
    assert query.subject.former_names == ("周水根", "周阿水")
    assert (query.period.start, query.period.end) == ("1974-06", "1974-08")
    assert query.free == {"event_type": "marriage"}
    assert query.words == "公社在桥头 旁边有棵樟树"
    assert filing.enough_to_route


def test_somebody_elses_record_needs_their_name() -> None:
    filing = read(FULL | {"relation": "guardian"})
    assert set(filing.errors) == {"subject_name"}
    assert filing.application.query.subject.id_no == ""


def test_an_empty_form_names_every_field_in_order() -> None:
    filing = read({})
    assert list(filing.errors) == [
        "id_no",
        "name",
        "mobile",
        "category",
        "purpose",
        "consent",
    ]


@pytest.mark.parametrize(
    "mobile", ["1380000000", "23800000000", "1380000000a", "１３８００００００００"]
)
def test_a_mobile_number_has_eleven_figures(mobile: str) -> None:
    assert "mobile" in read(FULL | {"mobile": mobile}).errors


@pytest.mark.parametrize("name", ["阿卜杜拉·买买提", "𠮷田", "李", "王Anna"])
def test_any_name_is_a_name(name: str) -> None:
    assert read(FULL | {"name": name}).errors == {}


@pytest.mark.parametrize("field", ["name", "other_name"])
def test_a_name_is_bounded(field: str) -> None:
    assert field in read(FULL | {field: "长" * 51}).errors


def test_unknown_choices_fall_back_and_unknown_categories_do_not() -> None:
    filing = read(FULL | {"relation": "king", "id_type": "x", "output": "y", "assurance": "z"})
    assert filing.application.applicant.relation == "party"
    assert filing.application.applicant.identity_assurance == "document_photo"
    assert "category" in read(FULL | {"category": "x"}).errors
    other = read(FULL | {"category": "other", "category_other": "veteran"})
    assert other.application.query.category == "veteran"


def test_an_application_is_shown_again_as_it_was_filed() -> None:
    application = read(FULL).application
    form = form_of(application)
    again = FilingForm(form, words(), lunar_table(), False).read("330400", ())
    assert again.errors == {}
    assert again.period == replace(read(FULL).period, period=again.period.period)
    same = replace(again.application.query, period=application.query.period)
    assert same == application.query
    assert again.application.applicant == application.applicant


@pytest.mark.parametrize("category", sorted(KINDS))
def test_every_category_has_its_boxes(category: str) -> None:
    clues = clues_of(category)
    assert clues.category == category
    known = words().keys
    assert not clues.other_party or f"who.{clues.other_party}" in known
    assert clues.place_key in known
    columns = {*KINDS[category].columns} | (set() if KINDS[category].people else {"subject"})
    assert {spec.code for spec in clues.free} <= columns


def test_the_main_categories_exist() -> None:
    assert set(MAIN_CATEGORIES) <= set(KINDS)
    assert clues_of("nonsense").category == "marriage_registration"


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"%PDF-1.7", "application/pdf"),
    ],
)
def test_a_paper_is_what_its_first_bytes_say(data: bytes, media_type: str) -> None:
    images = Images()
    form = Form({}, {"paper.id_card": (Upload(media_type="text/html", data=data),)})
    papers = read_papers(form, (), images)
    assert [(p.kind, p.media_type) for p in papers] == [("id_card", media_type)]
    assert images.get(papers[0].sha256) == data
    later = Form({}, {"paper.household_register": (Upload(media_type="", data=data),)})
    assert [p.kind for p in read_papers(later, papers, images)] == ["household_register", "id_card"]


def test_other_files_are_refused_or_ignored() -> None:
    bad = Form({}, {"paper.id_card": (Upload(media_type="image/png", data=b"<svg"),)})
    with pytest.raises(Refusal, match="PAPER_NOT_READABLE"):
        read_papers(bad, (), Images())
    unknown = Form({}, {"paper.x": (Upload(media_type="", data=b"%PDF-"),), "y": ()})
    assert read_papers(unknown, (), Images()) == ()


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("/intake/new", "/intake/new"),
        ("/fulfil?id=1", "/fulfil?id=1"),
        ("/locked?next=/x", "/"),
        ("", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example/intake", "/"),
        ("javascript:alert(1)", "/"),
        ("/login", "/"),
        ("/%2f/evil", "/%2f/evil"),
    ],
)
def test_sign_in_leads_to_our_own_pages(text: str, path: str) -> None:
    assert local_path(text) == path


AGENCY = FULL | {
    "name": "上饶市人社局", "id_type": "officer_letter", "id_no": "HR-2025-118",
    "relation": "agency", "category": "other", "category_other": "educated_youth",
    "subject_name": "徐阿大", "output": "fields", "listed": "姓名，下乡日期、姓名",
}  # fmt: skip


def test_an_authority_lists_its_fields_by_their_names_and_finds_them_again() -> None:
    filing = read(AGENCY)
    assert filing.errors == {} and filing.application.output == "fields"
    assert filing.application.requested_fields == ("name", "departure_date")
    assert form_of(filing.application).text("listed") == "姓名、下乡日期"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"listed": ""}, "listed"),
        ({"listed": "姓名、鞋码"}, "listed"),
        ({"relation": "party"}, "output"),
    ],
)
def test_fields_without_a_paper_are_for_authorities_that_name_them(changed, field) -> None:
    errors = read(AGENCY | changed).errors
    assert errors.keys() >= {field}
    if "鞋码" in str(changed):
        assert "鞋码" in errors["listed"] and "下乡日期" in errors["listed"]
