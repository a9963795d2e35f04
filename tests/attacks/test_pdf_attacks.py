"""Hostile files: whatever is done to a sealed extract, nobody is told that it is genuine."""

import io
import random
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from certificate_house import Made, World
from certificate_world import build_world
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from certificate_service.adapters.evidence import EvidenceFolder
from certificate_service.document.cms_form import check_signature_object
from certificate_service.document.pdf_check import _check_hole, _der_size
from certificate_service.document.pdf_signature import SealRequest, seal_pdf
from certificate_service.domain.verdict import Verdict
from certificate_service.services.examine import Examiner
from certificate_service.services.examine_parts import Question
from records.refusal import Refusal
from trust.identity.keys import new_p256, read_private_key

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
Examine = Callable[[bytes], Verdict]
Alter = Callable[[Any], None]
SLOWEST_SECONDS = 4.0
"""Of the processor: how long it takes beside others is not asked."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("pdf"), parts / "fonts", AT)


@pytest.fixture(scope="module")
def made(world: World) -> Made:
    made = world.certify()
    world.publisher.publish_all()
    return made


@pytest.fixture
def examine(world: World, made: Made) -> Examine:
    examiner = Examiner(world.trust.current(), EvidenceFolder(world.folder / "site"))

    def run(pdf: bytes) -> Verdict:
        began = time.process_time()
        verdict = examiner.examine_file(pdf, Question(now=AT))
        assert time.process_time() - began < SLOWEST_SECONDS
        return verdict

    return run


def hole(pdf: bytes) -> tuple[int, int]:
    found = re.search(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]", pdf)
    return int(found[2]), int(found[3])


def flipped(pdf: bytes, position: int, bit: int) -> bytes:
    changed = bytearray(pdf)
    changed[position] ^= 1 << bit
    return bytes(changed)


def test_the_file_as_issued_is_genuine(examine: Examine, made: Made) -> None:
    verdict = examine(made.pdf)
    assert (verdict.code, verdict.genuine, verdict.level) == ("V00", True, "B")


def test_one_flipped_bit_anywhere_is_reported(examine: Examine, made: Made) -> None:
    """A seeded sample over the whole file, and its first and last bytes."""
    chosen = random.Random(20261121)
    size = len(made.pdf)
    positions = [0, 5, 8, 9, size - 1, size - 6] + [chosen.randrange(size) for _ in range(60)]
    for position in positions:
        bit = chosen.randrange(8)
        verdict = examine(flipped(made.pdf, position, bit))
        assert verdict.genuine is False, (position, bit, verdict.code)
        assert verdict.shown.masked_names == ""


def test_one_flipped_bit_in_the_signature_object_is_reported(examine: Examine, made: Made) -> None:
    chosen = random.Random(7)
    before, after = hole(made.pdf)
    size = _der_size(bytes.fromhex(made.pdf[before + 1 : after - 1].decode())) * 2
    edges = [before - 1, before, before + 1, before + size, before + size + 1, after - 1, after]
    for position in edges + [chosen.randrange(before, before + size) for _ in range(90)]:
        bit = chosen.randrange(8)
        verdict = examine(flipped(made.pdf, position, bit))
        assert verdict.genuine is False, (position - before, bit, verdict.code)
        assert verdict.code in ("V02", "V03", "V06")


def test_one_flipped_bit_in_any_byte_of_the_padding_is_reported(made: Made) -> None:
    before, after = hole(made.pdf)
    size = _der_size(bytes.fromhex(made.pdf[before + 1 : after - 1].decode())) * 2
    pdf = bytearray(made.pdf)
    for position in range(before + 1 + size, after):
        for bit in (0, 5):
            pdf[position] ^= 1 << bit
            with pytest.raises(Refusal) as caught:
                _check_hole(bytes(pdf), (0, before, after, len(pdf) - after))
            assert caught.value.code == "FILE_ALTERED"
            pdf[position] ^= 1 << bit
    _check_hole(bytes(pdf), (0, before, after, len(pdf) - after))


def test_lower_case_hex_is_not_our_hex(examine: Examine, made: Made) -> None:
    before, after = hole(made.pdf)
    pdf = made.pdf[:before] + made.pdf[before:after].lower() + made.pdf[after:]
    assert examine(pdf).code == "V06"


def test_unsigned_corners_of_the_signature_object_are_fixed(made: Made) -> None:
    """A spare algorithm or certificate is covered by no signature: it must not be there."""
    from asn1crypto import cms

    before, after = hole(made.pdf)
    content = bytes.fromhex(made.pdf[before + 1 : after - 1].decode())
    exact = content[: _der_size(content)]
    check_signature_object(exact)

    def changed(alter: Alter) -> bytes:
        info = cms.ContentInfo.load(exact)
        alter(info["content"])
        return info.dump(force=True)

    def add_digest(signed: Any) -> None:
        signed["digest_algorithms"].append(cms.DigestAlgorithm({"algorithm": "sha512"}))

    def older(signed: Any) -> None:
        signed["version"] = "v3"

    def drop_certificates(signed: Any) -> None:
        signed["certificates"] = []

    for alter in (add_digest, older, drop_certificates):
        with pytest.raises((Refusal, ValueError, KeyError, TypeError)):
            check_signature_object(changed(alter))


def appended(pdf: bytes, alter: Alter) -> bytes:
    """The file with one more incremental revision."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    alter(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def paint_over(writer: Any) -> None:
    from pyhanko.pdf_utils import generic

    page = writer.root["/Pages"]["/Kids"][0].get_object()
    stream = generic.StreamObject(stream_data=b"0 0 0 rg 100 500 300 40 re f")
    contents = page.raw_get("/Contents")
    page["/Contents"] = generic.ArrayObject([contents, writer.add_object(stream)])
    writer.update_container(page)


def replace_appearance(writer: Any) -> None:
    from pyhanko.pdf_utils import generic

    field = writer.root["/AcroForm"]["/Fields"][0]
    empty = generic.StreamObject(
        {generic.pdf_name("/Subtype"): generic.pdf_name("/Form")}, stream_data=b""
    )
    field["/AP"] = generic.DictionaryObject({generic.pdf_name("/N"): writer.add_object(empty)})
    writer.update_container(field)


def swap_pages(writer: Any) -> None:
    kids = writer.root["/Pages"]["/Kids"]
    kids[0], kids[1] = kids.raw_get(1), kids.raw_get(0)
    writer.update_container(kids)


def add_field(writer: Any) -> None:
    from pyhanko.pdf_utils import generic

    fields = writer.root["/AcroForm"]["/Fields"]
    field = generic.DictionaryObject(
        {
            generic.pdf_name("/FT"): generic.pdf_name("/Tx"),
            generic.pdf_name("/T"): generic.pdf_string("x"),
        }
    )
    fields.append(writer.add_object(field))
    writer.update_container(fields)


def replace_attachment(writer: Any) -> None:
    from pyhanko.pdf_utils import generic

    names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
    file = names[names.index("extract.json") + 1]
    stream = generic.StreamObject(stream_data=b'{"schema":"lantai/extract/1"}')
    file["/EF"]["/F"] = writer.add_object(stream)
    writer.update_container(file["/EF"])


@pytest.mark.parametrize(
    "alter", [paint_over, replace_appearance, swap_pages, add_field, replace_attachment]
)
def test_a_later_revision_is_refused(examine: Examine, made: Made, alter: Alter) -> None:
    assert examine(appended(made.pdf, alter)).code == "V06"


@pytest.mark.parametrize("tail", [b"\n", b"%comment\n", b"\0" * 64, b"%%EOF\n"])
def test_bytes_behind_the_end_are_refused(examine: Examine, made: Made, tail: bytes) -> None:
    assert examine(made.pdf + tail).code == "V06"


def test_a_truncated_file_is_refused(examine: Examine, made: Made) -> None:
    for size in (0, 7, 9, 1000, len(made.pdf) // 2, len(made.pdf) - 1):
        assert examine(made.pdf[:size]).genuine is False


def test_a_moved_byte_range_is_refused(examine: Examine, made: Made) -> None:
    before, after = hole(made.pdf)
    old = f"/ByteRange [0 {before} {after} ".encode()
    for new in (
        f"/ByteRange [0 {before - 1} {after} ",
        f"/ByteRange [1 {before} {after} ",
        f"/ByteRange [0 {before} {after + 1} ",
    ):
        assert examine(made.pdf.replace(old, new.encode())).code == "V06"


def test_emptied_contents_are_refused(examine: Examine, made: Made) -> None:
    before, after = hole(made.pdf)
    for filling in (b"0" * (after - before - 2), b" " * (after - before - 2)):
        pdf = made.pdf[: before + 1] + filling + made.pdf[after - 1 :]
        assert examine(pdf).code == "V06"


def test_a_removed_signature_is_refused(examine: Examine, made: Made) -> None:
    with pikepdf.open(io.BytesIO(made.pdf)) as document:
        del document.Root.AcroForm
        out = io.BytesIO()
        document.save(out)
    assert examine(out.getvalue()).genuine is False


def test_a_seal_by_a_key_below_no_listed_root_is_refused(
    world: World, examine: Examine, made: Made
) -> None:
    """The forger draws the same document and seals it with a certificate of his own."""
    from certificate_keys import write_archive

    from deploy.ceremony import found_authority

    forger = world.folder / "forger"
    authority = found_authority(forger, "361100", "shangrao")
    write_archive(forger / "seal" / "361100", authority, AT)
    assert examine(resealed(made.pdf, forger / "seal" / "361100")).code == "V03"


def test_another_archives_seal_under_the_same_root_is_refused(
    world: World, examine: Examine, made: Made
) -> None:
    """A true seal of the federation, but its key is not the one that the authority stated."""
    key = new_p256()
    folder = world.folder / "archives" / "361100"
    own = read_private_key(folder / "seal.key", None)
    assert isinstance(own, ec.EllipticCurvePrivateKey)
    pdf = resealed(made.pdf, folder, key)
    assert examine(pdf).genuine is False


def resealed(pdf: bytes, folder: Path, key: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    from cryptography import x509

    size = pdf.rindex(b"%%EOF", 0, pdf.index(b"/ByteRange")) + 6
    chain = x509.load_pem_x509_certificates((folder / "seal.pem").read_bytes())
    der = [one.public_bytes(serialization.Encoding.DER) for one in chain]
    signing = key or read_private_key(folder / "seal.key", None)
    request = SealRequest(
        certificate=der[0],
        chain=der[1:],
        appearance=b"0 0 1 rg 0 0 100 100 re f",
        side=119.0,
        page=0,
        box=(300, 100, 420, 220),
        archive_name="上饶市档案馆",
        moment=AT,
    )
    return seal_pdf(pdf[:size], request, lambda data: signing.sign(data, ec.ECDSA(hashes.SHA256())))


def test_a_genuine_token_glued_on_another_file_is_refused(
    world: World, examine: Examine, made: Made
) -> None:
    """Same keys, other words: what the token says about the pages does not fit."""
    other = world.certify()
    world.publisher.publish_all()
    assert examine(other.pdf).code == "V00"
    glued = other.pdf.replace(other.number.encode(), made.number.encode())
    assert examine(glued).genuine is False


@pytest.mark.shared_data
def test_foreign_files_are_not_ours(examine: Examine, shared_data: Path) -> None:
    files = sorted((shared_data / "pdf" / "pyhanko").iterdir())
    assert files
    for path in files:
        if path.is_file():
            assert examine(path.read_bytes()).code == "V08", path.name


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n", b"x" * 1000, b"%PDF-1.7\n" + b"[" * 90_000])
def test_junk_is_refused_without_a_crash(examine: Examine, junk: bytes) -> None:
    assert examine(junk).code == "V08"
    marked = junk + b"DangAnZhengMingZhang /ByteRange evidence.cose"
    assert examine(marked).genuine is False
