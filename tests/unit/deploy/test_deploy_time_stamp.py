"""The demonstration's time stamps satisfy OpenSSL and pyHanko, which know nothing of us."""

import hashlib
import os
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from asn1crypto import tsp
from cryptography.hazmat.primitives import serialization

from deploy.localnet.time_stamp import Rejection, TimeStampAuthority
from deploy.localnet.time_stamp_server import TimeStampServer
from trust.identity.authority import new_root_key
from trust.identity.keys import new_p256
from trust.identity.seal_authority import (
    create_seal_issuing,
    create_seal_root,
    issue_time_stamp_certificate,
)

PEM = serialization.Encoding.PEM


@pytest.fixture
def authority(tmp_path: Path, at: datetime) -> TimeStampAuthority:
    root = create_seal_root("demo.invalid", new_root_key(), now=at, random=os.urandom)
    issuing = create_seal_issuing(root, "demo.invalid", new_p256(), now=at, random=os.urandom)
    key = new_p256()
    leaf = issue_time_stamp_certificate(
        issuing, "样本时间戳", key.public_key(), now=at, random=os.urandom
    )
    (tmp_path / "root.pem").write_bytes(root.pem)
    (tmp_path / "chain.pem").write_bytes(issuing.pem)
    return TimeStampAuthority(
        certificate=leaf,
        issuer=issuing.certificate,
        key=key,
        clock=lambda: at,
        random=os.urandom,
    )


def openssl(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["openssl", "ts", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


def test_openssl_accepts_a_stamp_and_refuses_it_for_another_file(
    authority: TimeStampAuthority, tmp_path: Path, at: datetime
) -> None:
    (tmp_path / "a.txt").write_text("one")
    (tmp_path / "b.txt").write_text("two")
    query = openssl(tmp_path, "-query", "-data", "a.txt", "-sha256", "-cert", "-out", "q.tsq")
    assert query.returncode == 0
    (tmp_path / "r.tsr").write_bytes(authority.answer((tmp_path / "q.tsq").read_bytes()))
    moment = str(int(at.timestamp()) + 1)
    trust = ["-CAfile", "root.pem", "-untrusted", "chain.pem", "-attime", moment]
    good = openssl(tmp_path, "-verify", "-queryfile", "q.tsq", "-in", "r.tsr", *trust)
    assert "Verification: OK" in good.stdout + good.stderr, good.stderr
    other = openssl(tmp_path, "-verify", "-data", "b.txt", "-in", "r.tsr", *trust)
    assert "Verification: OK" not in other.stdout + other.stderr


@pytest.mark.parametrize("junk", [b"", b"\x30\x00", b"\x30\x80\x00\x00", b"\xa5" * 64])
def test_junk_is_rejected_with_a_reason(authority: TimeStampAuthority, junk: bytes) -> None:
    response = Rejection.load(authority.answer(junk))
    assert response["status"]["status"].native == "rejection"


def test_a_digest_of_the_wrong_length_is_rejected(authority: TimeStampAuthority) -> None:
    imprint = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": b"\x00" * 20}
    query = tsp.TimeStampReq({"version": "v1", "message_imprint": imprint}).dump()
    response = Rejection.load(authority.answer(query))
    assert response["status"]["fail_info"].native == {"bad_alg"}


@pytest.fixture
def server(authority: TimeStampAuthority, tmp_path: Path) -> Iterator[str]:
    made = TimeStampServer(("127.0.0.1", 0), authority, tmp_path)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_address[1]}"
    made.shutdown()
    made.server_close()


def test_pyhanko_takes_a_stamp_over_http(server: str) -> None:
    imprint = {
        "hash_algorithm": {"algorithm": "sha256"},
        "hashed_message": hashlib.sha256(b"x").digest(),
    }
    query = tsp.TimeStampReq(
        {"version": "v1", "message_imprint": imprint, "nonce": 7, "cert_req": True}
    )
    request = urllib.request.Request(
        f"{server}/tsa",
        data=query.dump(),
        headers={"Content-Type": "application/timestamp-query"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        token = tsp.TimeStampResp.load(answer.read())["time_stamp_token"]
    info = token["content"]["encap_content_info"]["content"].parsed
    assert info["nonce"].native == 7
    assert len(token["content"]["certificates"]) == 2


@pytest.mark.parametrize(
    ("path", "kind", "code"),
    [("/tsa", "text/plain", 400), ("/other", "application/timestamp-query", 400)],
)
def test_other_posts_are_refused(server: str, path: str, kind: str, code: int) -> None:
    request = urllib.request.Request(server + path, data=b"x", headers={"Content-Type": kind})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=60)
    assert refused.value.code == code


def test_files_outside_the_list_are_not_served(server: str, tmp_path: Path) -> None:
    (tmp_path / "tsa.key").write_text("secret")
    for path in ("/tsa.key", "/../tsa.key", "/root.pem"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(server + path, timeout=60)
        assert refused.value.code == 404
