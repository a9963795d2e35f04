"""The extract under tools that we did not write: pdfsig, poppler, zbar, zxing, pikepdf."""

import io
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import zxingcpp
from certificate_house import Made, World
from certificate_papers import VERIFY_URL
from certificate_world import build_world
from PIL import Image

from certificate_service.domain.digits import to_digits
from certificate_service.domain.fingerprint import printed
from certificate_service.domain.token import parse_token
from records.release import ExtractRow

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
RENDERED = Path(__file__).resolve().parents[2] / "var" / "documents"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("document"), parts / "fonts", AT)


@pytest.fixture(scope="module")
def made(world: World) -> Made:
    return world.certify()


@pytest.fixture(scope="module")
def file(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sealed") / "extract.pdf"
    path.write_bytes(made.pdf)
    RENDERED.mkdir(parents=True, exist_ok=True)
    run("pdftoppm", "-r", "110", "-png", str(path), str(RENDERED / "extract"))
    return path


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    return done.stdout.decode()


def test_pdfsig_says_that_the_signature_is_valid(file: Path) -> None:
    said = run("pdfsig", str(file))
    assert "Signature Validation: Signature is Valid." in said
    assert "Total document signed" in said
    assert said.count("Signature #") == 1
    assert "上饶市档案馆" in said


def test_zbar_reads_the_300_dpi_rendering(file: Path, made: Made, tmp_path: Path) -> None:
    run("pdftoppm", "-r", "300", "-png", "-f", "1", "-l", "1", str(file), str(tmp_path / "page"))
    (page,) = tmp_path.glob("page*.png")
    done = subprocess.run(["zbarimg", "-q", "--raw", str(page)], capture_output=True, timeout=60)
    assert done.stdout.decode().strip() == VERIFY_URL + to_digits(made.token)


def test_zxing_reads_the_150_dpi_rendering(file: Path, made: Made, tmp_path: Path) -> None:
    run("pdftoppm", "-r", "150", "-png", "-f", "1", "-l", "1", str(file), str(tmp_path / "page"))
    (page,) = tmp_path.glob("page*.png")
    texts = [code.text for code in zxingcpp.read_barcodes(Image.open(page))]
    assert texts == [VERIFY_URL + to_digits(made.token)]


def test_the_qr_symbol_is_at_most_version_13_at_30_mm(made: Made) -> None:
    from certificate_service.document.layout import A4
    from certificate_service.document.qr import qr_matrix

    assert len(qr_matrix(VERIFY_URL + to_digits(made.token))) <= 69
    assert A4.foot.qr_size == 30.0


def test_poppler_copies_out_the_right_characters(file: Path, made: Made) -> None:
    """Rare names included: reportlab alone would turn 𠅤 into another character."""
    text = run("pdftotext", "-layout", str(file), "-")
    for words in ("张𠅤", "李𬭎", "上饶市档案馆", "档案证明（摘录）", "农历一九六四年八月廿二"):
        assert words in text
    assert made.number in text
    assert "\x00" not in text
    assert "\ufffd" not in text


def test_every_font_is_embedded_and_a_subset(file: Path) -> None:
    lines = run("pdffonts", str(file)).splitlines()[2:]
    assert lines
    for line in lines:
        assert re.match(r"[A-Z]{6}\+", line)
        assert " yes yes yes " in line


def test_the_footer_prints_the_fingerprints_of_the_token(file: Path, made: Made) -> None:
    token, _signed = parse_token(made.token)
    text = run("pdftotext", str(file), "-")
    for page in range(token.pages):
        assert printed(token.digests[page * 8 : page * 8 + 8]) in text


def test_qpdf_finds_no_fault(file: Path) -> None:
    assert "No syntax or stream encoding errors found" in _check(file)


def _check(path: Path) -> str:
    with pikepdf.open(path) as document:
        problems = document.check_pdf_syntax()
    return "\n".join(problems) or "No syntax or stream encoding errors found"


def test_the_file_keeps_the_rules_of_pdfa_3u(made: Made) -> None:
    """Own assertions on ISO 19005-3: what a checker obtainable from the registries looks at."""
    with pikepdf.open(io.BytesIO(made.pdf)) as document:
        root = document.Root
        intent = root.OutputIntents[0]
        assert intent.S == pikepdf.Name.GTS_PDFA1
        assert intent.DestOutputProfile.N == 3
        xmp = root.Metadata.read_bytes().decode()
        assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>" in xmp
        assert str(document.docinfo.Title) in xmp
        assert "/Encrypt" not in document.trailer
        assert "/JavaScript" not in root.Names
        assert "/OpenAction" not in root
        kinds = {str(one.AFRelationship) for one in root.AF}
        assert kinds == {"/Data", "/Supplement"}
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.Font:
                assert item.Subtype == pikepdf.Name.TrueType
                assert "/Encoding" not in item
                assert "/FontFile2" in item.FontDescriptor
                assert "/ToUnicode" in item
            if isinstance(item, pikepdf.Stream):
                assert "/LZWDecode" not in str(item.get("/Filter", ""))


def test_the_seal_is_the_signature_itself_and_draws_without_fonts(made: Made) -> None:
    with pikepdf.open(io.BytesIO(made.pdf)) as document:
        field = document.Root.AcroForm.Fields[0]
        appearance = field.AP.N
        assert b" Tf" not in appearance.read_bytes()
        left, bottom, right, top = (float(edge) for edge in field.Rect)
        assert abs((right - left) - 119) <= 1
        assert abs((top - bottom) - 119) <= 1
        assert field.V.SubFilter == pikepdf.Name("/ETSI.CAdES.detached")
        reference = document.Root.Perms.DocMDP
        assert reference.objgen == field.V.objgen
        assert int(field.V.Reference[0].TransformParams.P) == 1


def test_outside_production_every_page_is_marked_as_a_sample(made: Made, tmp_path: Path) -> None:
    """The words are outlines, so they are looked for in the picture: pale red across the middle."""
    path = tmp_path / "x.pdf"
    path.write_bytes(made.pdf)
    run("pdftoppm", "-r", "50", "-png", str(path), str(tmp_path / "page"))
    for page in sorted(tmp_path.glob("page*.png")):
        picture = Image.open(page).convert("RGB")
        pale = sum(
            count
            for count, (red, green, blue) in picture.getcolors(1 << 24)
            if red > 235 and 190 < green < 232 and abs(green - blue) < 6
        )
        assert pale > 500, page.name


def test_the_page_image_is_embedded_byte_for_byte(world: World, made: Made) -> None:
    with pikepdf.open(io.BytesIO(made.pdf)) as document:
        images = [
            bytes(item.read_raw_bytes())
            for item in document.objects
            if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == pikepdf.Name.Image
        ]
    assert world.image in images


def test_attachments_hold_everything_that_offline_verification_needs(
    file: Path, tmp_path: Path
) -> None:
    run("pdfdetach", "-saveall", "-o", str(tmp_path), str(file))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["evidence.cose", "evidence.keys.json", "evidence.tlog-proof", "extract.json"]


def test_a_production_document_carries_no_sample_mark(world: World, parts: Path) -> None:
    from certificate_papers import order_fields
    from certificate_world import paper

    from certificate_service.document.paper import Printed
    from certificate_service.document.qr import qr_matrix
    from certificate_service.domain.fingerprint import fingerprints
    from records.release import ReleaseOrder

    fields = order_fields(AT, world.image) | {
        "dispatcher": "x",
        "seal_keeper": "y",
        "request_envelope_id": "",
    }
    order = ReleaseOrder(**fields)
    drawer = paper(parts / "fonts")
    composition = drawer.compose(order)

    def drawn(sample: bool) -> bytes:
        extra = Printed(
            number="361100-2026-000001",
            symbol="上饶档证〔2026〕第000001号",
            code="K7M2-9QXD-4T",
            site="v.lantai.example",
            qr=qr_matrix("https://v.lantai.example/v#" + "1" * 600),
            fingerprints=fingerprints("361100-2026-000001", composition.words),
            sample=sample,
        )
        return drawer.draw(order, composition, (world.image,), extra).pdf

    assert drawn(False) == drawn(False)
    assert len(drawn(True)) > len(drawn(False))


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("T3", "未查见档案记录证明"),
        ("T4", "记载不一致说明"),
        ("T5", "不予提供（补正）告知书"),
        ("T6", "转办告知书"),
    ],
)
def test_the_other_papers_are_sealed_as_well(
    world: World, template: str, title: str, tmp_path: Path
) -> None:
    request = world.request()
    text = "本馆按下列条件检索，截至2026年11月21日未查见与申请信息相符的记录。" * 6
    order = world.order(
        request, template=template, title=title, rows=(), pages=(), opening=text, notes=()
    )
    made = world.certify(request=request, order=order)
    path = tmp_path / "x.pdf"
    path.write_bytes(made.pdf)
    assert "Signature is Valid" in run("pdfsig", str(path))
    assert title in run("pdftotext", str(path), "-")
    token, _signed = parse_token(made.token)
    assert (token.template, token.pages) == (template, 1)


def test_a_copy_needs_an_agreement_that_gives_images(world: World) -> None:
    from certificate_papers import make_agreement

    from deploy.ceremony import sign_agreement
    from records.refusal import Refusal

    def copy(**changes: Any) -> Any:
        request = world.request()
        order = world.order(request, template="T2", title="复制件证明", rows=())
        return world.certify(request=request, order=order, **changes)

    with pytest.raises(Refusal) as caught:
        copy()
    assert caught.value.code == "AGREEMENT_SCOPE"
    wider = sign_agreement(make_agreement(AT, granularity="image"), world.jiaxing, world.shangrao)
    assert copy(agreement=wider).pdf.startswith(b"%PDF")


def test_a_long_extract_goes_on_over_pages_with_one_straddling_seal(
    world: World, tmp_path: Path
) -> None:
    request = world.request()
    rows = tuple(
        ExtractRow(
            field=f"f{index}",
            label=f"栏目{index:02d}",
            value="据原件照录：" + "某某人民公社某某大队" * (1 + index % 4),
            compared="same",
        )
        for index in range(44)
    )
    made = world.certify(request=request, order=world.order(request, rows=rows))
    token, _signed = parse_token(made.token)
    assert token.pages >= 4
    assert len(token.digests) == 8
    path = tmp_path / "long.pdf"
    path.write_bytes(made.pdf)
    text = run("pdftotext", "-layout", str(path), "-")
    assert "栏目43" in text
    assert f"共 {token.pages} 页" in text


@pytest.mark.shared_data
def test_a_real_register_scan_of_4_mb_goes_in(
    world: World, shared_data: Path, tmp_path: Path
) -> None:
    import hashlib

    from records.release import ReleasedPage

    scan = (shared_data / "pages" / "FRAN_0187_49914_L.jpg").read_bytes()
    page = ReleasedPage(
        page_no=1,
        sha256=hashlib.sha256(scan).hexdigest(),
        media_type="image/jpeg",
        caption="档号 J107-9-0119-003　第1页",
    )
    request = world.request()
    papers = world.papers(request=request, order=world.order(request, pages=(page,)))
    release = world.issue.prepare(papers, [scan], "shangrao")
    proof = world.certificate_leaf(release.number, release.token)
    pdf = world.issue.issue(release.release_id, proof, "shangrao")
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf)
    assert "Signature is Valid" in run("pdfsig", str(path))
    assert len(pdf) < len(scan) + 400_000
