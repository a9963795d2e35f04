"""Acceptance scenarios of the sample federation, each with its stated result (domain.md §7)."""

import re
import secrets
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from deploy.holdings.scenario_people import P3, P5, P8, P9, P10, XIAO_FENGYING
from deploy.localnet.applications import as_subject, e01_application, own_application
from node.domain.application import Application
from records.exchange import AssistAnswer
from records.queries import Period, RecordQuery, SoughtPerson
from records.refusal import Refusal
from tests.e2e.desks import World, run, verify, wait_until
from trust.envelope.statement import decode

MARRIAGE, YOUTH = "marriage_registration", "educated_youth"


def text_of(pdf: Path) -> str:
    done = run_system("pdftotext", "-layout", str(pdf), "-")
    return done.replace(" ", "").replace("\u3000", "")


def is_code(word: str) -> bool:
    """核验码 as printed: four, four and two characters of Crockford's alphabet."""
    return (
        re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}", word)
        is not None
    )


def run_system(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def marriage_of_1985(world: World) -> tuple[str, Path]:
    """E01, carried once for all who look at its file: case number and sealed PDF."""
    return world.extract(e01_application(), "361100")


def test_e01_marriage_of_1985_is_certified_by_shangrao(
    world: World, marriage_of_1985: tuple[str, Path]
) -> None:
    case_no, pdf = marriage_of_1985
    progress = world.counter("330400").progress(case_no)
    (leg,) = progress.legs
    assert (leg.node_id, leg.holder_archive, leg.outcome) == ("shangrao", "361100", "HIT_UNIQUE")
    rows = world.rows(case_no, "361100")
    assert rows["a_name"].value == P3.name and rows["b_name"].value == "吴桂兰"
    assert rows["event_type"].value == "结婚登记"
    assert rows["a_id_no"].value == rows["b_id_no"].value == "档案未记载"
    text = text_of(pdf)
    assert "周金水" in text and "吴桂兰" in text and "上饶县旭日镇人民政府" in text
    assert "361199196211050313" not in text, "the applicant's number is masked on paper"
    code, verdict = verify(world, pdf, "--site", world.federation.certificate_service["verify"])
    assert (code, verdict["verdict"], verdict["genuine"]) == (0, "V00", True)


def test_e01_pdf_satisfies_validators_that_are_not_ours(
    world: World, marriage_of_1985: tuple[str, Path], tmp_path: Path
) -> None:
    # The folder keeps files of earlier runs, whose keys nobody lists any more: only ours is meant.
    _case_no, pdf = marriage_of_1985
    signature = run_system("pdfsig", str(pdf))
    assert "Signature is Valid" in signature and "Total document signed" in signature
    run_system("pdftoppm", "-r", "300", "-png", str(pdf), str(tmp_path / "page"))
    pages = sorted(map(str, tmp_path.glob("page*.png")))
    read = run_system("zbarimg", "-q", "--raw", *pages).strip()
    site = world.federation.certificate_service["verify"]
    prefix, _, digits = read.partition("/v#")
    assert prefix == "https://v.demo.invalid" and digits.isdigit(), "nobody can own that name"
    code, verdict = verify(world, read, "--site", site)
    assert (code, verdict["verdict"]) == (4, "V09"), "the code beside the QR was not typed in"
    printed = next(word for word in run_system("pdftotext", str(pdf), "-").split() if is_code(word))
    code, verdict = verify(world, read, "--site", site, "--code", printed)
    assert (code, verdict["verdict"], verdict["genuine"]) == (0, "V00", True)
    with pdf.open("rb") as stream:
        found, *_stamps = PdfFileReader(stream).embedded_signatures
        roots = Path(world.federation.seal_roots).read_bytes()
        anchors = [x509.Certificate.load(der) for _, _, der in pem.unarmor(roots, multiple=True)]
        status = validate_pdf_signature(
            found,
            ValidationContext(trust_roots=anchors, allow_fetching=False),
            key_usage_settings=None,
        )
    assert status.intact and status.valid


def test_e02_number_alone_finds_the_record_and_masks_the_other_party(world: World) -> None:
    query = RecordQuery(
        category=MARRIAGE,
        subject=SoughtPerson(name=P9.name, id_no=P9.id_no),
        number="J330402-2012-000123",
    )
    case_no, pdf = world.extract(own_application(P9, "330400", query), "330400")
    rows = world.rows(case_no, "330400")
    assert rows["a_name"].value == "钱强"
    assert rows["a_id_no"].value == P9.id_no, "his own number is his own"
    assert "*" in rows["b_id_no"].value and rows["b_id_no"].value != "330499198903140286"
    assert "J330402-2012-000123" in text_of(pdf)


def test_e02_the_area_code_is_named_as_it_was_in_2012(world: World) -> None:
    done = run(
        "lantai-registry", "route", "--category", MARRIAGE, "--number", "J330402-2012-000123",
        "--from", "jiaxing", "--data", world.federation.registry["data"], "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "南湖区" in done.stdout and '"jiaxing"' in done.stdout


def test_e04_variant_spelling_prints_the_records_own_characters(world: World) -> None:
    query = RecordQuery(
        category=MARRIAGE,
        subject=SoughtPerson(name=XIAO_FENGYING.name, birth="1937-04-12"),
        other_party=SoughtPerson(name="刘炳生"),
        place="上饶县",
        period=Period(start="1957", end="1957"),
    )
    case_no, pdf = world.extract(own_application(XIAO_FENGYING, "330400", query), "361100")
    order = world.order(case_no, "361100")
    values = {row.field: row.value for row in order.rows}
    assert values["b_name"] == "蕭鳳英"
    assert any("蕭鳳英" in note and "肖凤英" in note for note in order.notes), order.notes
    assert "蕭鳳英" in text_of(pdf)


def nothing_found(category: str, window: str = "330400") -> Application:
    start, end = ("1998", "2010") if category == MARRIAGE else ("1968", "1972")
    query = RecordQuery(
        category=category,
        subject=SoughtPerson(name=P10.name, birth="1979-01-01" if category == MARRIAGE else "1951"),
        place="嘉兴市南湖区",
        period=Period(start=start, end=end),
    )
    form = own_application(P10, window, query)
    return replace(form, output="no_record")


def test_e07_no_marriage_found_is_a_statement_of_search_not_of_status(world: World) -> None:
    case_no = world.file_and_review(nothing_found(MARRIAGE))
    world.say_no_record(case_no, "330400")
    window = world.counter("330400")
    progress = window.wait_for(case_no, lambda case: bool(case.legs[0].answer_id))
    (leg,) = progress.legs
    assert leg.answer is not None
    answer = decode(leg.answer.payload, AssistAnswer)
    assert answer.outcome == "NO_RECORD_COVERED"
    assert answer.scope is not None
    assert (answer.scope.covered_from, answer.scope.covered_to) == (1950, 2013)
    assert answer.scope.gaps == () and answer.scope.variants >= 3
    assert answer.extra["title"] == "检索情况说明", "no T3 for marriage without a named purpose"
    assert "依法不予提供利用的档案不在检索范围内" in answer.extra["text"]
    assert "不作为婚姻状况" in answer.extra["text"]


def test_e07_for_educated_youth_is_a_sealed_t3(world: World) -> None:
    case_no = world.file_and_review(nothing_found(YOUTH))
    holder, window = world.counter("330400"), world.counter("330400")
    world.say_no_record(case_no, "330400")
    holder.release(case_no)
    holder.seal(case_no)
    pdf = window.save_certificate(case_no, world.documents)
    text = text_of(pdf)
    assert "未查见档案记录证明" in text and "王生" in text
    assert "依法不予提供利用的档案不在检索范围内" in text
    code, verdict = verify(world, pdf, "--offline")
    assert code == 0 and verdict["genuine"] is True


def test_e08_a_record_after_the_coverage_is_referred_and_never_denied(world: World) -> None:
    query = RecordQuery(
        category=MARRIAGE,
        subject=as_subject(P8),
        place="南湖区",
        period=Period(start="2023", end="2023"),
    )
    form = own_application(P8, "330400", query)
    window, office = world.counter("330400"), world.local.office("jiaxing")
    preview = office.file_request.preview(form, window.officer("clerk"))
    assert [refused.code for refused in preview.refused_routes] == ["NOT_COVERED"]
    assert any("民政局" in referral for referral in preview.referrals)
    case_no = window.file(form, secrets.token_urlsafe(16))
    with pytest.raises(Refusal) as refused:
        window.review(case_no)
    assert refused.value.code == "NOT_COVERED"
    assert window.progress(case_no).certificates == ()


def test_e16_one_certificate_is_verified_again_and_again_without_a_new_query(world: World) -> None:
    case_no, pdf = world.extract(e01_application(), "361100")
    answers = [verify(world, pdf, "--offline")[1] for _ in range(3)]
    assert {answer["certificate"]["number"] for answer in answers} == {pdf.stem}
    assert all(answer["genuine"] is True for answer in answers)
    assert len(world.counter("330400").progress(case_no).certificates) == 1


def test_e21_nothing_leaves_without_an_agreement_that_covers_it(world: World) -> None:
    query = RecordQuery(
        category="only_child",
        subject=as_subject(P5),
        place="浦东新区",
        period=Period(start="1985", end="1985"),
    )
    window = world.counter("330400")
    case_no = window.file(own_application(P5, "330400", query), secrets.token_urlsafe(16))
    with pytest.raises(Refusal) as refused:
        window.review(case_no)
    assert refused.value.code == "AGREEMENT_SCOPE"
    progress = window.progress(case_no)
    assert progress.summary.state == "submitted" and progress.legs == ()


def test_e21_an_agreement_that_ended_yesterday_opens_nothing(world: World) -> None:
    query = RecordQuery(
        category=MARRIAGE,
        subject=as_subject(P5),
        place="川沙县",
        period=Period(start="1975", end="1975"),
    )
    window = world.counter("361100")
    case_no = window.file(own_application(P5, "361100", query), secrets.token_urlsafe(16))
    with pytest.raises(Refusal) as refused:
        window.review(case_no)
    assert refused.value.code == "AGREEMENT_EXPIRED"


def test_e30_the_same_form_twice_is_one_case_and_one_number(world: World) -> None:
    window = world.counter("330400")
    key = secrets.token_urlsafe(16)
    first = window.file(e01_application(), key)
    assert window.file(e01_application(), key) == first
    window.review(first)
    world.fulfil(first, "361100")
    world.counter("361100").seal(first)
    pdf = window.save_certificate(first, world.documents)
    assert window.file(e01_application(), key) == first
    assert [file.number for file in window.progress(first).certificates] == [pdf.stem]


def test_other_archives_have_seen_the_log_that_the_certificate_stands_in(
    world: World, marriage_of_1985: tuple[str, Path]
) -> None:
    """Half a minute after the seal at most; asked last, so that nobody waits for it here."""
    _case_no, pdf = marriage_of_1985
    site = world.federation.certificate_service["verify"]

    def witnessed() -> bool:
        _code, verdict = verify(world, pdf, "--site", site)
        assert verdict["verdict"] == "V00"
        return "2/2 馆见证" in next(step["detail"] for step in verdict["steps"] if step["n"] == 7)

    wait_until(witnessed, 90.0)
