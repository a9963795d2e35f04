"""The slot for an archive's own approved seal image: looked at, vouched for, drawn, remembered."""

import hashlib
import io
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from certificate_house import World
from certificate_world import build_world, paper
from PIL import Image, ImageChops
from seal_pictures import seal_picture

from certificate_service.adapters.seal_images import IMAGE, STATEMENT, FolderSealImages
from certificate_service.document.seal_image import read_seal_image
from certificate_service.services.issue_certificate import IssueCertificate
from certificate_service.services.make_document import DocumentMaker
from records.refusal import Refusal
from trust.envelope.dsse import envelope_to_json

DOCUMENTS = Path(__file__).resolve().parents[2] / "var" / "documents"
NOW = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
APPROVAL = ("云山县公安局", "云公印准〔2024〕17号", date(2024, 3, 5))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("world"), parts / "fonts", NOW)


@pytest.fixture(scope="module")
def font(parts: Path) -> str:
    return str(parts / "fonts" / "NotoSerifSC_700Bold.ttf")


@pytest.fixture(scope="module")
def picture(font: str) -> bytes:
    return seal_picture(font)


@pytest.fixture
def slot(world: World, parts: Path) -> Iterator[FolderSealImages]:
    """The service with the slot; what a test puts there is gone afterwards."""
    folder = world.folder / "archives"
    images = FolderSealImages(folder, world.trust, lambda: world.now, world.engine)
    before = world.issue
    made = DocumentMaker(paper(parts / "fonts"), before._parts.documents.place, images)
    world.issue = IssueCertificate(replace(before._parts, documents=made))
    yield images
    world.issue = before
    for name in (IMAGE, STATEMENT):
        (folder / "361100" / name).unlink(missing_ok=True)


def put(world: World, picture: bytes, authority: Any = None, **changes: Any) -> None:
    said = {"sha256": hashlib.sha256(picture).hexdigest(), "diameter": 42000} | changes
    folder = world.folder / "archives" / "361100"
    signer = authority or world.authority
    stated = signer.state_seal_image(said["sha256"], said["diameter"], APPROVAL, world.now)
    (folder / IMAGE).write_bytes(picture)
    (folder / STATEMENT).write_bytes(envelope_to_json(stated))


def test_a_certificate_bears_the_approved_image_with_its_own_number(
    world: World, slot: FolderSealImages, picture: bytes
) -> None:
    drawn = world.certify()
    put(world, picture)
    made = world.certify()
    seal = slot.find("361100")
    assert seal is not None and slot.find_used(release_of(world, made)) == seal.sha256
    assert slot.find_used(release_of(world, drawn)) == ""
    approved = slot.provenance("361100")
    assert approved is not None and approved.approval_no == APPROVAL[1]
    shapes = [appearance(one.pdf) for one in (drawn, made)]
    assert shapes[0] != shapes[1]
    again = appearance(world.certify().pdf)
    assert again != shapes[1], "the number in the ring is another one"
    with pikepdf.open(io.BytesIO(made.pdf)) as pdf:
        fonts = pdf.Root.AcroForm.Fields[0].AP.N.get("/Resources", {})
        assert "/Font" not in fonts and "/XObject" not in fonts


def appearance(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return bytes(opened.Root.AcroForm.Fields[0].AP.N.read_bytes())


def release_of(world: World, made: Any) -> str:
    found = world.register.find_number(made.number)
    assert found is not None
    return found.release_id


def test_the_ink_is_where_it_was_approved(picture: bytes) -> None:
    image = read_seal_image(picture, 42.0)
    ink = Image.new("L", (image.side, image.side), 0)
    painted = 0
    for x, y, width, height in image.runs:
        ink.paste(255, (x, y, x + width, y + height))
        painted += width * height
    assert painted == ink.histogram()[255], "runs do not overlap"
    stored = Image.open(io.BytesIO(picture)).getchannel("A").crop((2, 2, 998, 998))
    stored = stored.resize(ink.size).point([255 * (value > 127) for value in range(256)])
    different = ImageChops.difference(ink, stored).histogram()[255]
    assert different / image.side**2 < 0.015
    assert 19.9 < image.ring_mm < 21.0


def test_it_is_seen_on_the_page(world: World, slot: FolderSealImages, picture: bytes) -> None:
    put(world, picture)
    sealed = world.certify().pdf
    DOCUMENTS.mkdir(parents=True, exist_ok=True)
    (DOCUMENTS / "seal-image.pdf").write_bytes(sealed)
    # poppler draws the signature's appearance too.
    render = ["pdftoppm", "-r", "150", "-png", "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([*render, DOCUMENTS / "seal-image.pdf", DOCUMENTS / "seal-image"], check=True)
    red, green, _ = Image.open(DOCUMENTS / "seal-image.png").convert("RGB").split()
    marked = ImageChops.subtract(red, green).point([255 * (v > 60) for v in range(256)])
    assert marked.histogram()[255] > 10_000, "the seal is on the page"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda font: seal_picture(font, ring=0.5), "ring"),
        (lambda font: seal_picture(font, side=300), "pixels"),
        (lambda font: b"\x89PNG\r\n\x1a\n" + b"x" * 50, "cannot be read"),
        (lambda font: b"<svg/>", "PNG"),
        (lambda font: blank(), "no ink"),
        (lambda font: blank((0, 0, 0, 255)), "ink"),
        (lambda font: oblong(font), "not round"),
    ],
)
def test_a_picture_that_cannot_bear_the_number_is_refused(font: str, make: Any, said: str) -> None:
    with pytest.raises(Refusal, match="SEAL_IMAGE_UNFIT") as refused:
        read_seal_image(make(font), 42.0)
    assert said in refused.value.detail


def blank(colour: tuple[int, int, int, int] = (255, 255, 255, 255)) -> bytes:
    stream = io.BytesIO()
    Image.new("RGBA", (800, 800), colour).save(stream, "PNG")
    return stream.getvalue()


def oblong(font: str) -> bytes:
    picture = Image.open(io.BytesIO(seal_picture(font)))
    stream = io.BytesIO()
    picture.resize((1000, 800)).save(stream, "PNG")
    return stream.getvalue()


def test_a_picture_nobody_vouched_for_stops_the_seal(
    world: World, slot: FolderSealImages, picture: bytes
) -> None:
    folder = world.folder / "archives" / "361100"
    (folder / IMAGE).write_bytes(picture)
    with pytest.raises(Refusal, match="SEAL_IMAGE_UNSTATED"):
        world.certify()
    put(world, picture, sha256="0" * 64)
    with pytest.raises(Refusal, match="SEAL_IMAGE_UNFIT"):
        slot.find("361100")
    put(world, picture, authority=world.window_authority)
    with pytest.raises(Refusal):
        slot.find("361100")
    put(world, picture, diameter=60000)
    with pytest.raises(Refusal, match="diameter"):
        slot.find("361100")
    (folder / IMAGE).unlink()
    with pytest.raises(Refusal, match="SEAL_IMAGE_UNSTATED"):
        slot.find("361100")
