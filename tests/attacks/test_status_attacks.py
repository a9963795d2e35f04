"""No copy of a status list hides another, and no forger chooses whom the verifier asks."""

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from certificate_house import Made, World
from certificate_papers import HOLDER, real_now
from certificate_world import build_world

from certificate_service.cli import main
from certificate_service.domain.digits import to_digits
from certificate_service.domain.status_list import encode_status_list

LIST = f"{HOLDER}.cwt"


@dataclass
class Scene:
    world: World
    good: Made
    revoked: Made
    before: bytes
    """The list from before the revocation: signed, and of today."""


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> Scene:
    world = build_world(tmp_path_factory.mktemp("status"), parts / "fonts", real_now())
    good, revoked = world.certify(), world.certify()
    world.publisher.publish_all()
    before = (world.folder / "site" / "status" / LIST).read_bytes()
    world.status.change(world.status_order(revoked.number, "revoked"), "shangrao", wanted="revoked")
    return Scene(world, good, revoked, before)


def verify(scene: Scene, capsys: Any, what: str, *options: str, trust: Path | None = None) -> Any:
    trust_list = (trust or scene.world.folder) / "trust-list.json"
    main(["verify", what, "--trust-list", str(trust_list), "--json", *options])
    return json.loads(capsys.readouterr().out)


def beside(tmp_path: Path, made: Made, **files: bytes) -> str:
    path = tmp_path / "extract.pdf"
    path.write_bytes(made.pdf)
    for name, data in files.items():
        (tmp_path / {"status": LIST, "keys": "keys.json"}[name]).write_bytes(data)
    return str(path)


def status_detail(said: Any) -> str:
    return str(next(step["detail"] for step in said["steps"] if step["n"] == 8))


@pytest.mark.parametrize("where", ["file", "trust list", "nested"])
def test_an_older_list_beside_the_file_does_not_hide_the_revocation(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    path = beside(tmp_path, scene.revoked)
    trust = scene.world.folder
    old = tmp_path / LIST
    if where == "nested":
        old = tmp_path / "status" / LIST
        old.parent.mkdir()
    if where == "trust list":
        trust = tmp_path / "trust"
        trust.mkdir()
        for name in ("trust-list.json", "council.json"):
            shutil.copy(scene.world.folder / name, trust)
        shutil.copytree(scene.world.folder / "site", trust / "site")
        old = trust / LIST
    old.write_bytes(scene.before)
    said = verify(scene, capsys, path, "--offline", trust=trust)
    assert (said["verdict"], said["genuine"], said["status"]) == ("V04", False, "revoked")


def test_garbage_beside_the_file_hides_nothing_and_is_told(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = beside(
        tmp_path, scene.revoked, status=b"garbage", keys=b'{"archives":[{"statement":1}]}'
    )
    said = verify(scene, capsys, path, "--offline")
    assert said["verdict"] == "V04"
    assert "TOKEN_MALFORMED" in status_detail(said)
    said = verify(scene, capsys, beside(tmp_path, scene.good), "--offline")
    assert (said["verdict"], said["status"]) == ("V00", "valid")
    assert "TOKEN_MALFORMED" in status_detail(said)


def test_a_stale_list_is_told_and_the_newest_decides(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    keys = scene.world.qr_keys
    yesterday = int(real_now().timestamp()) - 25 * 3600
    stale = encode_status_list(
        HOLDER, {}, yesterday, keys.kid(HOLDER), lambda data: keys.sign(HOLDER, data)
    )
    said = verify(scene, capsys, beside(tmp_path, scene.good, status=stale), "--offline")
    assert said["verdict"] == "V00"
    assert "过旧" in status_detail(said)
    said = verify(scene, capsys, beside(tmp_path, scene.revoked), "--offline")
    assert said["verdict"] == "V04"


@pytest.fixture
def forger() -> Iterator[tuple[str, list[str]]]:
    """A site that notes what it is asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_said: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    server.server_close()


def test_the_address_in_a_qr_text_is_never_asked(
    scene: Scene,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    forger: tuple[str, list[str]],
) -> None:
    address, asked = forger
    text = f"{address}v#{to_digits(scene.revoked.token)}"
    for name in ("trust-list.json", "council.json"):
        shutil.copy(scene.world.folder / name, tmp_path)
    said = verify(scene, capsys, text, "--code", scene.revoked.code, trust=tmp_path)
    assert (said["verdict"], said["genuine"], asked) == ("V99", None, [])
    # The site that the asker names, or that was published to the asker, is asked.
    verify(scene, capsys, text, "--site", address, trust=tmp_path)
    assert "/keys.json" in asked
    asked.clear()
    keys = json.loads((scene.world.folder / "site" / "keys.json").read_bytes())
    (tmp_path / "keys.json").write_text(json.dumps({**keys, "verify_url": f"{address}v#"}))
    verify(scene, capsys, text.replace(address, "https://forger.invalid/"), trust=tmp_path)
    assert f"/status/{LIST}" in asked
