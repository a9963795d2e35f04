"""What tests of the verify pages share: certificates of real keys, pictures of their QR codes."""

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from certificate_house import Made, World
from certificate_papers import real_now
from certificate_world import build_world
from cosigning import hand_on, new_member, watching
from PIL import Image
from playwright.sync_api import Page

from certificate_service.document.qr import qr_matrix
from certificate_service.domain.digits import to_digits
from tests.bench.qr_frames import printed

PHONE = {"width": 390, "height": 844}
AMBER, GREEN = "签章真实，内容未核对", "证明真实有效，内容已比对"
OFFICIAL = "https://v.demo.invalid/v#"


@dataclass
class Verifying:
    """A site with certificates in force, revoked, superseded, and one that no witness has seen."""

    world: World
    good: Made
    revoked: Made
    superseded: Made
    unseen: Made
    """In the log, seen by no witness, although the trust list demands two."""
    address: str = ""

    @property
    def site(self) -> Path:
        return self.world.folder / "site"

    def qr(self, made: Made) -> str:
        """The address that a phone's camera opens; here on loopback."""
        return f"{self.address}/v#{to_digits(made.token)}"


def build_verifying(folder: Path, fonts: Path) -> Verifying:
    """Made in a thread of its own: the browser's event loop runs in this one."""
    with ThreadPoolExecutor(max_workers=1) as worker:
        return worker.submit(_build, folder, fonts).result()


def _build(folder: Path, fonts: Path) -> Verifying:
    now = real_now()
    third, member = new_member(now)
    world = build_world(folder, fonts, now, extra_members=(member,), witness_quorum=2)
    good, revoked, superseded = world.certify(), world.certify(), world.certify()
    unseen = world.certify()
    both = watching(world, third, now)
    for made in (good, revoked, superseded):
        found = world.register.find_number(made.number)
        assert found is not None
        hand_on(world, both, found.release_id)
    world.publisher.publish_all()
    world.status.change(world.status_order(revoked.number, "revoked"), "shangrao", wanted="revoked")
    order = world.status_order(
        superseded.number,
        "superseded",
        replaced_by=good.number,
        order_id="33333333-2222-4333-8444-555555555555",
    )
    world.status.change(order, "shangrao", wanted="superseded")
    return Verifying(world, good, revoked, superseded, unseen)


def picture_of(text: str, size: tuple[int, int] = (1280, 960)) -> Image.Image:
    """The printed code in the middle of a camera's frame."""
    code = printed(qr_matrix(text)).resize((size[1] - 160, size[1] - 160))
    frame = Image.new("L", size, 200)
    frame.paste(code, ((size[0] - code.width) // 2, (size[1] - code.height) // 2))
    return frame


def png_of(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def write_camera(path: Path, picture: Image.Image) -> Path:
    """A video of one still picture, as Chromium's fake camera plays it (MJPEG)."""
    file = io.BytesIO()
    picture.convert("RGB").save(file, "JPEG", quality=90)
    path.write_bytes(file.getvalue() * 5)
    return path


def heading(page: Page, words: str) -> None:
    page.get_by_role("heading", name=words, exact=True).wait_for()


def compare(page: Page, code: str) -> None:
    page.get_by_label("输入二维码旁的核验码").fill(code)
    page.get_by_role("button", name="比对内容").click()
