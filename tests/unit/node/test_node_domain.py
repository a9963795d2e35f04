"""The node's own rules without a database: form, comparison, disclosure, state, settings."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.config import ArchiveConfig, NodeConfig, dump_config, load_config
from node.domain.application import verify_application
from node.domain.application_json import parse_application
from node.domain.cases import Leg, WindowCase
from node.domain.commands import ConfirmCommand, FieldMark
from node.domain.comparison import compare_fields
from node.domain.disclosure import is_restricted, printable_fields, verify_pages_asked
from node.domain.identifiers import case_number, new_uuid7
from node.services.breaker import Breaker
from node.services.window_state import state_of
from records.entries import CatalogueEntry, PageImage
from records.exchange import AssistRequest, DeliveredFile, Header
from records.refusal import Refusal

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
FORM = {
    "window_archive": "330400",
    "applicant": {
        "name": "周金水",
        "id_type": "resident_id",
        "id_no": "361199196211050313",
        "identity_assurance": "chip_read",
    },
    "query": {
        "category": "marriage_registration",
        "subject": {"name": "周金水", "birth": "1962-11-05"},
        "other_party": {"name": "吴桂兰"},
        "place": "上饶县",
        "period": {"from": "1985", "to": "1985"},
    },
    "purpose": "property",
    "proofs": [{"kind": "id_card", "sha256": "00", "media_type": "image/jpeg"}],
    "consent": True,
}


def form(**changes):
    return parse_application(json.dumps({**FORM, **changes}).encode())


def test_form_is_read_as_it_was_written():
    read = form()
    verify_application(read)
    assert read.query.period.start == "1985"
    assert read.applicant.identity_assurance == "chip_read"
    assert read.output == "extract" and read.delivery == "window"


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        ({"purpos": "x"}, "purpos"),
        ({"applicant": {"nome": "x"}}, "applicant.nome"),
        ({"proofs": "x"}, "proofs"),
        ({"proofs": [1]}, "proofs"),
        ({"holders": [1]}, "holders"),
        ({"purpose": 3}, "purpose"),
        ({"query": []}, "query"),
    ],
)
def test_misspelt_or_mistyped_member_is_named(changes, detail):
    with pytest.raises(Refusal) as refused:
        form(**changes)
    assert refused.value.code == "APPLICATION_MALFORMED"
    assert refused.value.detail == detail


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"consent": False}, "APPLICATION_MALFORMED"),
        ({"purpose": "fun"}, "APPLICATION_MALFORMED"),
        ({"purpose": "other"}, "APPLICATION_MALFORMED"),
        ({"output": "film"}, "APPLICATION_MALFORMED"),
        ({"purpose_text": "长" * 201}, "APPLICATION_MALFORMED"),
        ({"requested_fields": ["nothing"]}, "FIELD_UNKNOWN"),
        ({"applicant": {**FORM["applicant"], "name": " "}}, "NAME_MISSING"),
        ({"applicant": {**FORM["applicant"], "id_no": "123"}}, "ID_NUMBER_MALFORMED"),
        ({"applicant": {**FORM["applicant"], "relation": "friend"}}, "APPLICATION_MALFORMED"),
        ({"query": {**FORM["query"], "category": "gossip"}}, "CATEGORY_UNKNOWN"),
    ],
)
def test_incomplete_form_is_refused_with_the_field(changes, code):
    with pytest.raises(Refusal) as refused:
        verify_application(form(**changes))
    assert refused.value.code == code
    assert "周" not in refused.value.detail


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader_of_forms(data):
    try:
        parse_application(data)
    except Refusal as refusal:
        assert refusal.code in ("APPLICATION_MALFORMED", "QUERY_MALFORMED")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from([*FORM, "x"]), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_no_json_crashes_the_reader_of_forms(content):
    try:
        parse_application(json.dumps(content).encode())
    except Refusal as refusal:
        assert refusal.code in ("APPLICATION_MALFORMED", "QUERY_MALFORMED")


ENTRY = CatalogueEntry(
    archive_code="361100",
    category="marriage_registration",
    reference_code="J012-003-0456-078",
    values={
        "event_date": "1985-05-20",
        "a_name": "周金水",
        "a_id_no": "361199196211050313",
        "b_name": "吴桂兰",
        "b_id_no": "361199196402090422",
        "a_occupation": "工人",
        "b_occupation": "教师",
    },
    images=(PageImage(page_no=78, sha256="a" * 64, media_type="image/png", size_bytes=9),),
)


def request(**changes) -> AssistRequest:
    read = form()
    fields = {
        "header": Header(
            message_id="m",
            case_no="LT-330400-20261121-0001",
            sender="jiaxing",
            recipient="shangrao",
            created_at=AT,
            expires_at=AT + timedelta(hours=1),
        ),
        "window_archive": "330400",
        "holder_archive": "361100",
        "applicant": read.applicant,
        "query": read.query,
        "purpose": "property",
        "eligibility_rule": "D01",
        "proofs": read.proofs,
        "filed_by": "x",
        "reviewed_by": "y",
        "deadline": AT,
    }
    return AssistRequest(**(fields | changes))


def marks(asked=None, **values) -> tuple[FieldMark, ...]:
    specs = printable_fields(asked or request(), ENTRY)
    made = []
    for spec in specs:
        value = values.get(spec.code)
        recorded = ENTRY.values.get(spec.code)
        compared = "corrected" if value else "same" if recorded else "not_recorded"
        made.append(FieldMark(field=spec.code, compared=compared, value=value or ""))
    return tuple(made)


def confirm(**changes) -> ConfirmCommand:
    fields = {
        "case_no": "c",
        "holder_archive": "361100",
        "reference_code": ENTRY.reference_code,
        "marks": marks(),
        "images": ("a" * 64,),
    }
    return ConfirmCommand(**(fields | changes))


def test_corrected_field_keeps_both_wordings():
    comparison = compare_fields(
        request(), ENTRY, confirm(marks=marks(b_name="吳桂蘭")), "361100/x", AT
    )
    row = next(one for one in comparison.fields if one.field == "b_name")
    assert (row.index_value, row.value, row.compared) == ("吴桂兰", "吳桂蘭", "corrected")


def test_silent_field_prints_that_the_record_is_silent():
    comparison = compare_fields(request(), ENTRY, confirm(), "361100/x", AT)
    row = next(one for one in comparison.fields if one.compared == "not_recorded")
    assert row.value == "档案未记载"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"images": ()}, "IMAGE_NOT_OF_RECORD"),
        ({"images": ("b" * 64,)}, "IMAGE_NOT_OF_RECORD"),
        ({"marks": marks()[1:]}, "MARKS_INCOMPLETE"),
        ({"marks": (*marks(), marks()[0])}, "MARKS_INCOMPLETE"),
        ({"marks": (*marks(), FieldMark(field="title", compared="same"))}, "MARKS_INCOMPLETE"),
        (
            {"marks": tuple(replace(one, compared="same") for one in marks())},
            "MARK_MALFORMED",
        ),
        (
            {"marks": tuple(replace(one, compared="guessed") for one in marks())},
            "MARK_MALFORMED",
        ),
        (
            {"marks": tuple(replace(one, compared="corrected", value="") for one in marks())},
            "MARK_MALFORMED",
        ),
    ],
)
def test_unfinished_comparison_is_refused(changes, code):
    with pytest.raises(Refusal) as refused:
        compare_fields(request(), ENTRY, confirm(**changes), "361100/x", AT)
    assert refused.value.code == code


def test_only_fields_asked_for_are_printed():
    asked = request(requested_fields=("b_name", "event_date"))
    assert {spec.code for spec in printable_fields(asked, ENTRY)} == {"event_date", "b_name"}
    with pytest.raises(Refusal, match="FIELD_UNKNOWN"):
        printable_fields(request(requested_fields=("salary",)), ENTRY)


def test_other_partys_particulars_are_not_for_the_asking():
    asked = request(requested_fields=("a_occupation", "b_occupation", "a_name"))
    assert {spec.code for spec in printable_fields(asked, ENTRY)} == {"a_name", "a_occupation"}


def test_pages_leave_only_with_a_copy_and_only_the_records_own():
    own = ["a" * 64]
    verify_pages_asked(request(output="copy"), own, own)
    verify_pages_asked(request(), [], own)
    with pytest.raises(Refusal, match="NOT_ASKED"):
        verify_pages_asked(request(), own, own)
    with pytest.raises(Refusal, match="NOT_ASKED"):
        verify_pages_asked(request(output="copy"), ["b" * 64], own)


@pytest.mark.parametrize(
    ("changes", "restricted"),
    [
        ({}, False),
        ({"open_status": "open"}, False),
        ({"open_status": "restricted"}, True),
        ({"open_status": "deferred"}, True),
        ({"secrecy_level": "秘密", "open_status": "open"}, True),
    ],
)
def test_restricted_records_do_not_show(changes, restricted):
    assert is_restricted(replace(ENTRY, **changes)) is restricted


def case(*legs: Leg, state: str = "dispatched") -> WindowCase:
    return WindowCase(
        case_no="c",
        archive_code="330400",
        client_key="k",
        state=state,
        application=form(),
        filed_by="x",
        legs=legs,
    )


def leg(**changes) -> Leg:
    fields = {"holder_archive": "361100", "holder_name": "上饶", "node_id": "s", "why": ""}
    return Leg(**(fields | {"state": "received"} | changes))


FILE = DeliveredFile(number="n", template="T1", sha256="a" * 64, size_bytes=1, pages=1)


@pytest.mark.parametrize(
    ("legs", "state"),
    [
        ([leg()], "dispatched"),
        ([leg(question="?"), leg()], "supplement_required"),
        ([leg(outcome="PENDING_MANUAL")], "manual_search"),
        ([leg(state="silent")], "node_unavailable"),
        ([leg(state="silent"), leg()], "dispatched"),
        ([leg(outcome="HIT_UNIQUE", files=(FILE,), state="answered")], "dispatched"),
        ([leg(outcome="HIT_UNIQUE", files=(FILE,), state="fetched")], "sealed"),
        ([leg(outcome="NO_RECORD_COVERED", state="answered")], "not_found_confirmed"),
        ([leg(outcome="NO_RECORD_COVERED", state="answered"), leg()], "dispatched"),
        ([leg(outcome="NOT_COVERED", state="answered")], "referred"),
        ([leg(outcome="REFUSED", state="refused")], "refused"),
        (
            [
                leg(outcome="HIT_UNIQUE", files=(FILE,), state="fetched"),
                leg(outcome="NO_RECORD_COVERED", state="answered"),
            ],
            "sealed",
        ),
        (
            [
                leg(outcome="NO_RECORD_COVERED", state="answered"),
                leg(outcome="NODE_UNAVAILABLE", state="silent"),
            ],
            "node_unavailable",
        ),
    ],
)
def test_no_archive_speaks_for_another(legs, state):
    assert state_of(case(*legs)) == state


def test_breaker_rests_after_five_failures_and_probes():
    breaker = Breaker()
    for _ in range(5):
        assert breaker.may_try("s", AT)
        breaker.failed("s", AT)
    assert not breaker.may_try("s", AT + timedelta(seconds=9))
    assert breaker.may_try("j", AT)
    assert breaker.may_try("s", AT + timedelta(seconds=10))
    assert not breaker.may_try("s", AT + timedelta(seconds=11)), "one probe at a time"
    breaker.succeeded("s")
    assert breaker.may_try("s", AT + timedelta(seconds=11))


def test_numbers_are_of_beijings_day():
    late = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    assert case_number("330400", late, 42) == "LT-330400-20261122-0042"
    assert new_uuid7(AT, b"\xff" * 10)[14] == "7"
    assert new_uuid7(AT, bytes(10)) < new_uuid7(AT + timedelta(milliseconds=1), bytes(10))


CONFIG = NodeConfig(
    node_id="jiaxing",
    trust_domain="demo.invalid",
    archives=(ArchiveConfig(code="330400", name='嘉兴 "市" 馆'),),
    desk_hosts=("a.example", "b"),
    directory_seconds=2.5,
)


def test_settings_survive_the_file(tmp_path):
    (tmp_path / "node.toml").write_text(dump_config(CONFIG), "utf-8")
    assert load_config(tmp_path)[0] == CONFIG


@pytest.mark.parametrize(
    ("line", "detail"),
    [
        ("colour = 3", "colour"),
        ("production = true", "production"),
        ("workers = 0", "workers"),
        ('workers = "x"', "workers"),
        ("= broken", "="),
    ],
)
def test_wrong_setting_is_named(tmp_path, line, detail):
    text = line + "\n" + dump_config(CONFIG)
    (tmp_path / "node.toml").write_text(text, "utf-8")
    with pytest.raises(Refusal) as refused:
        load_config(tmp_path)
    assert refused.value.code == "CONFIG_MALFORMED"
    assert detail in refused.value.detail or detail == "="
