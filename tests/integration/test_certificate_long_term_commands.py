"""`long-term` and `renew` against a time-stamp authority over HTTP and lists from the last copy."""

import hashlib
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from authorities_world import own_authorities
from certificate_house import World
from certificate_keys import LISTS
from certificate_papers import DOMAIN, real_now
from certificate_world import build_world

from certificate_service.adapters.revocation_lists import HTTPRevocationLists
from certificate_service.adapters.seal_memory import SealMemory
from certificate_service.adapters.time_stamps import HTTPTimeStamps
from certificate_service.bootstrap import House
from certificate_service.cli import main
from certificate_service.config import FILE, Settings, dump_settings
from certificate_service.document.pdf_check import open_sealed
from deploy.localnet.time_stamp_server import TimeStampServer
from records.refusal import Refusal


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, parts: Path) -> World:
    return build_world(tmp_path_factory.mktemp("commands"), parts / "fonts", real_now())


@pytest.fixture(scope="module")
def tsa(world: World) -> Iterator[TimeStampServer]:
    authorities = own_authorities(world, real_now)
    server = TimeStampServer(("127.0.0.1", 0), authorities.tsa, world.folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    # The lists' address does not answer: the last copies are what is used.
    (world.folder / "revocation").mkdir()
    for url in (LISTS.crl_url, LISTS.root_crl_url):
        name = hashlib.sha256(url.encode()).hexdigest()[:32]
        data = authorities.fetch(url, real_now())
        (world.folder / "revocation" / f"{name}.crl").write_bytes(data)
    settings = Settings(
        service_id="certificates",
        trust_domain=DOMAIN,
        trust_list="trust-list.json",
        tsa=f"http://127.0.0.1:{server.server_address[1]}/tsa",
    )
    (world.folder / FILE).write_text(dump_settings(settings), "utf-8")
    yield server
    server.shutdown()
    server.server_close()


def test_waiting_certificates_are_listed_lengthened_and_handed_out(
    world: World, tsa: TimeStampServer, capsys: pytest.CaptureFixture[str]
) -> None:
    house = House(world.folder)
    assert house.upgrades is not None
    made = world.certify()
    release = world.register.find_number(made.number)
    assert release is not None
    house.upgrades.finish(release.release_id, made.pdf, stamped=False)
    house.close()
    data = ["--data", str(world.folder), "--json"]
    assert main(["long-term", *data]) == 0
    said = json.loads(capsys.readouterr().out)
    assert [one["level"] for one in said["waiting"]] == ["B"]
    assert main(["long-term", "--run", *data]) == 0
    assert json.loads(capsys.readouterr().out) == {"lengthened": 1, "waiting": []}
    out = world.folder / "out.pdf"
    assert main(["long-term", "--get", made.number, "-o", str(out), *data]) == 0
    assert len(open_sealed(out.read_bytes()).stamps) == 2


def test_a_copy_and_an_archive_are_renewed(
    world: World, tsa: TimeStampServer, capsys: pytest.CaptureFixture[str]
) -> None:
    made = world.certify()
    data = ["--data", str(world.folder), "--json"]
    copy, out = world.folder / "copy.pdf", world.folder / "renewed.pdf"
    copy.write_bytes(made.pdf)
    assert main(["renew", str(copy), "-o", str(out), *data]) == 0
    assert out.read_bytes().startswith(made.pdf)
    assert main(["renew", "--archive", "361100", "--older", "0", *data]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["failed"] == {}
    assert said["renewed"] >= 1
    copy.write_bytes(made.pdf[:-9])
    assert main(["renew", str(copy), "-o", str(out), *data]) == 3
    assert "FILE_ALTERED" in capsys.readouterr().err


def test_an_authority_that_failed_is_left_alone_for_a_while(tsa: TimeStampServer) -> None:
    moment = [0.0]
    dead = HTTPTimeStamps("http://127.0.0.1:9/tsa", lambda: moment[0])
    for said in ("", "failed a moment ago", "failed a moment ago"):
        with pytest.raises(Refusal) as caught:
            dead.stamp(b"x")
        assert caught.value.detail == said
    moment[0] = 30.0
    with pytest.raises(Refusal) as caught:
        dead.stamp(b"x")
    assert caught.value.detail == ""


def test_lists_are_fetched_once_an_hour_and_the_last_copy_is_kept(
    world: World, tsa: TimeStampServer, tmp_path: Path
) -> None:
    lists = HTTPRevocationLists(tmp_path)
    (world.folder / "seal.crl").write_bytes(b"one")
    url = f"http://127.0.0.1:{tsa.server_address[1]}/seal.crl"
    now = real_now()
    assert lists.fetch(url, now) == b"one"
    (world.folder / "seal.crl").write_bytes(b"two")
    assert lists.fetch(url, now + timedelta(minutes=59)) == b"one"
    assert lists.fetch(url, now + timedelta(minutes=60)) == b"two"
    (world.folder / "seal.crl").unlink()
    assert HTTPRevocationLists(tmp_path).fetch(url, now) == b"two"
    for bad in ("ftp://127.0.0.1/x", "file:///etc/passwd", url + "x"):
        with pytest.raises(Refusal):
            HTTPRevocationLists(tmp_path).fetch(bad, now)


def test_without_an_authority_there_is_nothing_to_lengthen(
    world: World, tsa: TimeStampServer, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    settings = (world.folder / FILE).read_text("utf-8")
    try:
        kept = "\n".join(line for line in settings.splitlines() if not line.startswith("tsa"))
        (world.folder / FILE).write_text(kept, "utf-8")
        assert main(["long-term", "--data", str(world.folder)]) == 5
        assert "TSA_UNAVAILABLE" in capsys.readouterr().err
    finally:
        (world.folder / FILE).write_text(settings, "utf-8")


def test_the_seal_log_names_every_use_and_what_the_register_does_not_know(
    world: World, tsa: TimeStampServer, capsys: pytest.CaptureFixture[str]
) -> None:
    made = world.certify()
    data = ["361100", "--data", str(world.folder), "--json"]
    assert main(["seal-log", *data]) == 0
    said = json.loads(capsys.readouterr().out)
    last = next(one for one in said["uses"] if one["number"] == made.number)
    assert last["file_sha256"] == hashlib.sha256(made.pdf).hexdigest()
    assert last["dispatcher"] != last["seal_keeper"]
    assert "张" not in json.dumps(said, ensure_ascii=False)
    SealMemory(world.folder / "archives" / "361100").bind("a-thief", bytes(32))
    assert main(["seal-log", *data]) == 3
    assert json.loads(capsys.readouterr().out)["unknown"] == ["a-thief"]
    assert main(["seal-log", "999999", *data[1:]]) == 3
