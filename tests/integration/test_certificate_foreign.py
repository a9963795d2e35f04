"""Programs not written here look at our files: pyHanko's AdES validation, pdfsig, pikepdf.

PDF/A-3u: veraPDF is on no registry that we can reach; what its rules ask of a file like ours is
asserted here one by one, before and after every signature level.
"""

import asyncio
import io
import re
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import pem, x509
from authorities_world import connect, own_authorities
from certificate_house import World
from certificate_papers import real_now
from certificate_world import build_world
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.ades import ades_lta_validation
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("foreign"), parts / "fonts", real_now())


@pytest.fixture(scope="module")
def files(world: World) -> dict[str, bytes]:
    plain = world.issue
    found = {"B": world.certify().pdf}
    authorities = own_authorities(world, real_now)
    authorities.listing = False
    connect(world, authorities, real_now)
    found["T"] = world.certify().pdf
    authorities.listing = True
    connect(world, authorities, real_now)
    found["LTA"] = world.certify().pdf
    world.issue = plain
    return found


def ades(world: World, pdf: bytes) -> Any:
    blocks = pem.unarmor(world.trust.current().trust_list.seal_roots_pem.encode(), multiple=True)
    required = RevocationCheckingRule.CRL_REQUIRED
    policy = CertValidationPolicySpec(
        trust_manager=SimpleTrustManager.build(
            trust_roots=[x509.Certificate.load(der) for _kind, _head, der in blocks]
        ),
        revinfo_policy=CertRevTrustPolicy(
            RevocationCheckingPolicy(
                ee_certificate_rule=required, intermediate_ca_cert_rule=required
            )
        ),
        time_tolerance=timedelta(minutes=1),
    )
    wanted = SignatureValidationSpec(
        cert_validation_policy=policy,
        key_usage_settings=KeyUsageConstraints(key_usage={"non_repudiation"}),
    )
    signature = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures[0]
    spec = PdfSignatureValidationSpec(signature_validation_spec=wanted)
    return asyncio.run(ades_lta_validation(signature, spec))


def test_pyhanko_calls_it_pades_b_lta_with_lists_required(
    world: World, files: dict[str, bytes]
) -> None:
    found = ades(world, files["LTA"])
    assert found.ades_subindic.name == "OK"
    assert found.signature_timestamp_status.ades_subindic.name == "OK"
    assert found.oldest_evidence_record_timestamp is not None
    status = found.api_status
    assert status.docmdp_ok
    assert status.modification_level is ModificationLevel.LTA_UPDATES
    assert status.coverage is SignatureCoverageLevel.ENTIRE_REVISION


@pytest.mark.parametrize("level", ["B", "T", "LTA"])
def test_pdfsig_calls_the_seal_valid_and_the_last_one_total(
    files: dict[str, bytes], tmp_path: Path, level: str
) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(files[level])
    command = ["pdfsig", "-nocert", str(path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    blocks = re.split(r"Signature #\d+:", said)[1:]
    assert "Signature is Valid" in blocks[0]
    assert "Total document signed" in blocks[-1]
    assert "DangAnZhengMingZhang" in blocks[0]
    # poppler 22.12 checks no document time-stamps; it must not call one wrong.
    assert not re.search("Invalid|Mismatch|Error", said)


@pytest.mark.parametrize("level", ["B", "T", "LTA"])
def test_the_form_is_pdf_a_3u_at_every_level(files: dict[str, bytes], level: str) -> None:
    with pikepdf.open(io.BytesIO(files[level])) as document:
        root = document.Root
        xmp = root.Metadata.read_raw_bytes().decode()
        assert "<pdfaid:part>3<" in xmp
        assert "<pdfaid:conformance>U<" in xmp
        assert "/Filter" not in root.Metadata
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        assert root.OutputIntents[0].DestOutputProfile.N == 3
        assert not document.is_encrypted
        assert not {"/OpenAction", "/AA", "/OCProperties", "/Requirements"} & set(root.keys())
        assert "/NeedAppearances" not in root.AcroForm
        assert "/XFA" not in root.AcroForm
        for file in root.AF:
            assert file.AFRelationship in ("/Data", "/Supplement")
            assert "/Subtype" in file.EF.F
            assert file.F == file.UF
        for font in fonts(document):
            assert "/FontFile2" in font.FontDescriptor
            assert "/ToUnicode" in font
        for page in document.pages:
            for note in page.get("/Annots", []):
                # 6.3.2: printed, not hidden; 6.3.3: an appearance unless it has no area.
                assert int(note.F) & 4
                assert not int(note.F) & (1 | 2 | 32)
                assert "/AP" in note or list(note.Rect) == [0] * 4
        for one in document.objects:
            if isinstance(one, pikepdf.Stream):
                assert one.get("/Filter") not in ("/LZWDecode", "/Crypt")
                assert "/F" not in one


def fonts(document: pikepdf.Pdf) -> list[Any]:
    found = [one for one in document.objects if isinstance(one, pikepdf.Dictionary)]
    used = [one for one in found if one.get("/Type") == "/Font" and one.get("/Subtype") != "/Type0"]
    assert used
    return used


@pytest.mark.parametrize("level", ["T", "LTA"])
def test_every_endstream_stands_on_a_line_of_its_own(files: dict[str, bytes], level: str) -> None:
    """ISO 19005-3 6.1.7.1, for what later revisions wrote too."""
    assert not re.search(rb"[^\r\n]endstream", files[level])
