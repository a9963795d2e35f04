"""`<number>.evidence.json`: written by a command, found by the verifier, needs no site any more."""

import functools
import http.server
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import cosigning
import pytest
from certificate_house import Made, World
from certificate_papers import DOMAIN, HOLDER, real_now
from certificate_world import build_world
from cosigning import Watching, hand_on, new_member

from certificate_service.cli import main, verifying
from certificate_service.config import FILE, Settings, dump_settings
from certificate_service.domain.digits import to_digits
from certificate_service.domain.verdict import Step

AT = real_now() - timedelta(minutes=2)


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A verify site that writes nothing down."""

    def log_message(self, *_: object) -> None:
        """Not even to standard error."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> Iterator[tuple[World, str]]:
    """Two witnesses are demanded; the verify site answers on loopback."""
    folder = tmp_path_factory.mktemp("evidence")
    signer, pudong = new_member(AT)
    made = build_world(folder, parts / "fonts", AT, extra_members=(pudong,), witness_quorum=2)
    made.publisher.publish_all()
    settings = Settings(
        service_id="certificates", trust_domain=DOMAIN, trust_list="trust-list.json"
    )
    (folder / FILE).write_text(dump_settings(settings), "utf-8")
    made.third = signer  # type: ignore[attr-defined]
    handler = functools.partial(Quiet, directory=str(folder / "site"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made, f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def watching(world: tuple[World, str]) -> Watching:
    return cosigning.watching(world[0], world[0].third, AT + timedelta(seconds=30))  # type: ignore[attr-defined]


def certify(world: World, watching: Watching | None) -> Made:
    made = world.certify()
    release = world.register.find_number(made.number)
    assert release is not None
    if watching is not None:
        hand_on(world, watching, release.release_id)
    world.publisher.publish_certificate(release)
    return made


@pytest.fixture
def home(world: tuple[World, str], tmp_path: Path) -> Path:
    """What somebody keeps who will have no network: lists and statuses, nothing of any log."""
    folder = tmp_path / "home"
    shutil.copytree(world[0].folder / "site" / "status", folder / "status")
    for one in (world[0].trust_list, world[0].council):
        shutil.copy(one, folder)
    return folder


def verify(home: Path, what: str, capsys: pytest.CaptureFixture[str], *words: str) -> tuple:
    trust = ["--trust-list", str(home / "trust-list.json"), "--offline", "--json"]
    code = main(["verify", what, *trust, *words])
    said = json.loads(capsys.readouterr().out)
    log = next(one["detail"] for one in said["steps"] if one["n"] == Step.LOG)
    return code, said["verdict"], log


def test_a_file_with_its_evidence_beside_it_needs_no_site(
    world: tuple[World, str],
    watching: Watching,
    home: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    house, site = world
    made = certify(house, watching)
    shutil.copytree(house.folder / "site" / "status", home / "status", dirs_exist_ok=True)
    pdf = home / "kept.pdf"
    pdf.write_bytes(made.pdf)
    code, verdict, log = verify(home, str(pdf), capsys)
    assert (code, verdict) != (0, "V00") and "尚未见证：0/2" in log
    assert main(["evidence", str(pdf), "--site", site, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"file": f"{made.number}.evidence.json", "cosignatures": 2}
    code, verdict, log = verify(home, str(pdf), capsys)
    assert (code, verdict) == (0, "V00") and "2/2 馆见证" in log


def test_the_file_outlives_its_algorithms_with_it_and_not_without(
    world: tuple[World, str],
    watching: Watching,
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """P-256 falls: whoever forges seals then cannot forge what was cosigned before."""
    house, site = world
    made = certify(house, watching)
    pdf = home / "kept.pdf"
    pdf.write_bytes(made.pdf)
    assert main(["evidence", str(pdf), "--site", site]) == 0
    capsys.readouterr()
    monkeypatch.setattr(verifying, "system_clock", lambda: AT + timedelta(days=40))
    before = ["--broken", f"P-256={AT - timedelta(days=1):%Y-%m-%d}"]
    after = ["--broken", f"P-256={AT + timedelta(days=2):%Y-%m-%d}"]
    assert verify(home, str(pdf), capsys, *before)[1] == "V02", "broken before anybody saw it"
    code, verdict, log = verify(home, str(pdf), capsys, *after)
    # The statuses are forty days old by now: not green, and not refused either.
    assert (verdict, code) == ("V10", 0) and "2/2 馆见证" in log
    (home / f"{made.number}.evidence.json").unlink()
    assert verify(home, str(pdf), capsys, *after)[1] == "V02"


def test_the_service_writes_it_from_its_register_and_verify_takes_it_by_name(
    world: tuple[World, str],
    watching: Watching,
    home: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    house, site = world
    made = certify(house, watching)
    shutil.copytree(house.folder / "site" / "status", home / "status", dirs_exist_ok=True)
    data = ["--data", str(house.folder), "-o", str(tmp_path)]
    assert main(["evidence", made.number, *data]) == 0
    assert "2 个" in capsys.readouterr().out
    written = tmp_path / f"{made.number}.evidence.json"
    said = json.loads(written.read_bytes())
    assert set(said) == {"schema", "number", "proof", "file_proof", "log_key", "witness_keys"}
    pdf = tmp_path / "x.pdf"
    pdf.write_bytes(made.pdf)
    other = tmp_path / "site"
    other.mkdir()
    assert main(["evidence", str(pdf), "--site", site, "-o", str(other)]) == 0
    assert (other / written.name).read_bytes() == written.read_bytes(), "whoever writes it"
    assert not [one for one in tmp_path.rglob("*.part")]
    capsys.readouterr()
    renamed = written.rename(tmp_path / "anything.json")
    assert verify(home, str(pdf), capsys)[1] == "V10"
    assert verify(home, str(pdf), capsys, "--evidence", str(renamed))[:2] == (0, "V00")
    digits = to_digits(made.token)
    shutil.copy(house.folder / "site" / "keys.json", home)
    named = ["--code", made.code, "--evidence", str(renamed)]
    assert "2/2 馆见证" in verify(home, digits, capsys, *named)[2], "a QR code alone, too"


def test_evidence_of_another_certificate_or_bent_by_a_byte_counts_for_nothing(
    world: tuple[World, str],
    watching: Watching,
    home: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    house, _ = world
    mine, theirs = certify(house, watching), certify(house, watching)
    shutil.copytree(house.folder / "site" / "status", home / "status", dirs_exist_ok=True)
    pdf = home / "mine.pdf"
    pdf.write_bytes(mine.pdf)
    data = ["--data", str(house.folder), "-o", str(home)]
    assert main(["evidence", theirs.number, *data]) == 0
    foreign = home / f"{theirs.number}.evidence.json"
    beside = home / f"{mine.number}.evidence.json"
    foreign.rename(beside)
    capsys.readouterr()
    assert verify(home, str(pdf), capsys)[1] == "V10"
    assert main(["evidence", mine.number, *data]) == 0
    capsys.readouterr()
    good = beside.read_text("utf-8")
    assert verify(home, str(pdf), capsys)[1] == "V00"
    at = good.index("demo.invalid/witness/pudong") + 90
    beside.write_text(good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :], "utf-8")
    assert verify(home, str(pdf), capsys)[1] == "V10"
    for content in ("[]", '{"proof": null, "log_key": []}'):
        beside.write_text(content, "utf-8")
        assert verify(home, str(pdf), capsys)[1] == "V10"


def test_nothing_is_written_before_the_log_has_the_file(
    world: tuple[World, str],
    watching: Watching,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    house, site = world
    made = certify(house, None)
    pdf = tmp_path / "x.pdf"
    pdf.write_bytes(made.pdf)
    for words, code, reason in (
        ([made.number, "--data", str(house.folder)], 5, "FILE_PROOF_PENDING"),
        ([str(pdf), "--site", site], 5, "FILE_PROOF_PENDING"),
        ([str(pdf), "--site", "http://192.0.2.1/"], 2, "CONFIG_INVALID"),
        ([made.number, "--site", site], 2, "CONFIG_INVALID"),
        ([f"{HOLDER}-2026-999999", "--data", str(house.folder)], 3, "RELEASE_UNKNOWN"),
        (["周金水", "--data", str(house.folder)], 2, "NUMBER_MALFORMED"),
        ([str(tmp_path / "none.pdf"), "--site", site], 5, "FILE_UNAVAILABLE"),
    ):
        assert main(["evidence", *words, "-o", str(tmp_path)]) == code, words
        assert capsys.readouterr().err.startswith(f"{reason}:")
    pdf.write_bytes(made.pdf[:-9])
    assert main(["evidence", str(pdf), "--site", site]) == 3
    assert [one.name for one in tmp_path.iterdir()] == ["x.pdf"]
